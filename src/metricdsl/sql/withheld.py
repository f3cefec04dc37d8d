"""Results that too few rows make, withheld, and those that would give them away.

    WITH results AS (region, deals, deals_small, deals_reads),
         withheld AS (… the only small one of a line, and the one beside it with the fewest rows …)
    SELECT region, CASE WHEN deals_small = 1 THEN NULL ELSE deals END AS deals, deals_small FROM withheld

A line is all groups that differ in one grouping only. With several groupings each is gone through twice; where then a result is
still alone in its line, the whole column is withheld.
"""

from collections.abc import Callable, Sequence

from sqlglot import exp

from metricdsl.model.formula import Expression
from metricdsl.model.request import Grouping, SortKey, Withholding
from metricdsl.model.types import ValueType
from metricdsl.plan.names import Names
from metricdsl.sql import trees
from metricdsl.sql.groups import Groups, Sql
from metricdsl.sql.names import fitted
from metricdsl.sql.order import sort_key
from metricdsl.sql.reader import Reader
from metricdsl.sql.stepped import column_of
from metricdsl.value import frozen

Column = tuple[str, ValueType, Sql]


@frozen(kw_only=True)
class Marked:
    """A column with a minimum: where it stands, and the columns that say whether it is withheld and how many rows it reads."""

    value: str
    small: str
    reads: str


@frozen(kw_only=True)
class Results:
    """The results as a step: its name, its columns, those with a minimum, and the one that says what `having` keeps."""

    name: str
    columns: tuple[str, ...]
    marked: tuple[Marked, ...]
    kept: str | None


def withheld(
    groups: Groups,
    columns: Sequence[Column],
    groupings: tuple[Grouping, ...],
    minimums: Sequence[tuple[str, Withholding]],
    having: Expression | None,
    having_minimum: Withholding | None,
    reader: Reader,
) -> tuple[Groups, list[Column], list[str]]:
    """The groups with what is withheld left out: their columns, then those that say so."""
    found = _results(groups, columns, groupings, minimums, having, having_minimum, reader)
    keys = [(g.name, g.type) for g in groupings]
    for _ in range(1 if len(keys) == 1 else 2):
        for index in range(len(keys)):
            found = _beside(found, keys, index, reader)
    if len(keys) > 1:
        found = _all_or_none(found, [name for name, _ in keys], reader)
    query = exp.Select(expressions=[], from_=exp.From(this=trees.table((found.name,))))
    made = Groups(reader.emit, query, [column_of(name, found.name) for name, _ in keys], {}, grouped=False)
    by_value = {one.value: one for one in found.marked}
    shown: list[Column] = [
        (name, type_, _shown(name, found.name, by_value.get(name))) for name, type_, _ in columns
    ]
    if found.kept is not None:
        made.conditions.append(_is_one(found.kept, found.name))
        if having_minimum is not None:
            own = by_value[found.kept]
            made.conditions.append(trees.binary(exp.EQ, trees.column(own.small, found.name), trees.number(0)))
    return made, shown, [by_value[name].small for name, _ in minimums]


def _shown(name: str, table: str, marked: Marked | None) -> Sql:
    if marked is None:
        return column_of(name, table)
    return lambda: trees.case([(_is_one(marked.small, table), exp.Null())], trees.column(name, table))


def _is_one(name: str, table: str) -> exp.Expression:
    return trees.binary(exp.EQ, trees.column(name, table), trees.number(1))


def _results(
    groups: Groups,
    columns: Sequence[Column],
    groupings: tuple[Grouping, ...],
    minimums: Sequence[tuple[str, Withholding]],
    having: Expression | None,
    having_minimum: Withholding | None,
    reader: Reader,
) -> Results:
    """The step of all results, none withheld yet."""
    limit = reader.emit.definition.identifier_bytes
    names = Names(name for name, _, _ in columns)
    made = [(fitted(name, limit), sql()) for name, _, sql in columns]
    marked = []
    kept = None
    wanted = list(minimums)
    if having is not None:
        kept = names.take("kept")
        made.append((kept, _one_where(groups.sql(having))))
        if having_minimum is not None:
            wanted.append((kept, having_minimum))
    for name, minimum in wanted:
        one = Marked(value=name, small=names.take(f"{name}_withheld"), reads=names.take(f"{name}_reads"))
        made.append((one.small, _one_where(groups.sql(minimum.small))))
        made.append((one.reads, groups.sql(minimum.reads)))
        marked.append(one)
    step = reader.steps.name("results")
    reader.steps.add(step, groups.finished(made))
    return Results(name=step, columns=tuple(name for name, _ in made), marked=tuple(marked), kept=kept)


def _one_where(condition: exp.Expression) -> exp.Expression:
    return trees.case([(condition, trees.number(1))], trees.number(0))


def _beside(found: Results, keys: list[tuple[str, ValueType]], index: int, reader: Reader) -> Results:
    """In each line along one grouping in which one result alone is withheld, the one with the fewest rows is so too."""
    table = found.name

    def marks(one: Marked) -> exp.Expression:
        beside = trees.all_of(
            [
                _candidate(one, table),
                trees.binary(
                    exp.EQ,
                    _over_line(exp.Sum(this=trees.column(one.small, table)), keys, index, table),
                    trees.number(1),
                ),
                trees.binary(exp.EQ, _place(one, keys, index, table, reader), trees.number(1)),
            ]
        )
        assert beside is not None, "there are tests"
        return _one_where(trees.binary(exp.Or, _is_one(one.small, table), beside))

    return _marked_again(found, marks, reader)


def _all_or_none(found: Results, keys: Sequence[str], reader: Reader) -> Results:
    """Where some result is still alone in a line, with others that have rows, the whole column is withheld."""
    table = found.name
    typed = [(key, None) for key in keys]

    def alone(one: Marked) -> exp.Expression:
        tests = []
        for index in range(len(keys)):
            number = _over_line(exp.Sum(this=trees.column(one.small, table)), typed, index, table)
            others = exp.Sum(this=_one_where(_candidate(one, table)))
            single = trees.binary(exp.EQ, number, trees.number(1))
            beside = trees.binary(exp.GT, _over_line(others, typed, index, table), trees.number(0))
            tests.append(trees.binary(exp.And, single, beside))
        condition = trees.any_of(tests)
        assert condition is not None, "there are groupings"
        return _one_where(condition)

    names = Names(found.columns)
    extra = {one.value: names.take(f"{one.value}_alone") for one in found.marked}
    step = reader.steps.name("lines")
    columns = [trees.column(name, table) for name in found.columns]
    made = [trees.named(alone(one), extra[one.value]) for one in found.marked]
    reader.steps.add(
        step, exp.Select(expressions=[*columns, *made], from_=exp.From(this=trees.table((table,))))
    )

    def marks(one: Marked) -> exp.Expression:
        some = exp.Window(this=exp.Max(this=trees.column(extra[one.value], step)))
        whole = trees.binary(exp.EQ, some, trees.number(1))
        read = trees.binary(exp.GT, trees.column(one.reads, step), trees.number(0))
        both = trees.binary(exp.And, whole, read)
        return _one_where(trees.binary(exp.Or, _is_one(one.small, step), both))

    return _marked_again(
        Results(name=step, columns=found.columns, marked=found.marked, kept=found.kept), marks, reader
    )


def _candidate(one: Marked, table: str) -> exp.Expression:
    """Whether a result has rows, and is not withheld."""
    shown = trees.binary(exp.EQ, trees.column(one.small, table), trees.number(0))
    return trees.binary(exp.And, shown, trees.binary(exp.GT, trees.column(one.reads, table), trees.number(0)))


def _over_line(
    sql: exp.Expression, keys: Sequence[tuple[str, object]], index: int, table: str
) -> exp.Expression:
    others = [trees.column(name, table) for at, (name, _) in enumerate(keys) if at != index]
    return exp.Window(this=sql, partition_by=others)


def _place(
    one: Marked, keys: list[tuple[str, ValueType]], index: int, table: str, reader: Reader
) -> exp.Expression:
    """The place of a result in its line: those that may be withheld first, by their rows, then by the groupings."""
    first = trees.case([(_candidate(one, table), trees.number(0))], trees.number(1))
    order: list[exp.Expression] = [
        trees.ordered(first),
        trees.ordered(trees.column(one.reads, table)),
        *(
            sort_key(SortKey(name=name), type_, column_of(name, table), reader, again=True)
            for name, type_ in keys
        ),
    ]
    window = _over_line(exp.RowNumber(), keys, index, table)
    window.set("order", exp.Order(expressions=order))
    return window


def _marked_again(found: Results, marks: Callable[[Marked], exp.Expression], reader: Reader) -> Results:
    """The same results in a step of its own, with other marks."""
    by_small = {one.small: one for one in found.marked}
    step = reader.steps.name("withheld")
    columns: list[exp.Expression] = []
    for name in found.columns:
        one = by_small.get(name)
        if one is None:
            columns.append(trees.column(name, found.name))
        else:
            columns.append(trees.named(marks(one), name, always=True))
    reader.steps.add(step, exp.Select(expressions=columns, from_=exp.From(this=trees.table((found.name,)))))
    return Results(name=step, columns=found.columns, marked=found.marked, kept=found.kept)
