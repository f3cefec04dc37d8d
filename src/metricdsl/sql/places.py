"""Places among groups: how many are better, by window functions over a step.

    SELECT ranking.*, 1 + COUNT(ranks) OVER (ORDER BY value DESC) - COUNT(ranks) OVER (PARTITION BY value) AS place_1

A group without a value has no place, and one with an unknown key among those that are compared has none either.
"""

from collections.abc import Sequence

from sqlglot import exp

from metricdsl.model.formula import Expression, GroupingRef, Ranked
from metricdsl.model.types import FLOAT, INTEGER
from metricdsl.plan.expressions import leaves
from metricdsl.plan.nodes import Attach
from metricdsl.spi.lowering import Operand
from metricdsl.sql import trees
from metricdsl.sql.groups import Groups
from metricdsl.sql.reading import Reading
from metricdsl.sql.stepped import ATTACHED, PRESENT, column_of


def with_places(ranked: Ranked, index: int, groups: Groups, node: Attach, reader: Reading) -> Groups:
    """The groups with one more column: the place of each by a formula among those that differ in some keys only."""
    names = [key.name for key in node.keys]
    columns: list[tuple[str, exp.Expression]] = [
        (name, sql()) for name, sql in zip(names, groups.keys, strict=True)
    ]
    made: list[tuple[Expression, str, bool]] = []
    for target, counts in ((groups.values, False), (groups.rows, True)):
        for formula, sql in target.items():
            name = f"m{len(made) + 1}"
            columns.append((name, sql()))
            made.append((formula, name, counts))
    if groups.present is not None:
        columns.append((PRESENT, groups.present()))
    columns.append(("value", groups.sql(ranked.body)))
    there = trees.any_of(
        [trees.binary(exp.GT, groups.count(leaf), trees.number(0)) for leaf in leaves(ranked.body)]
    )
    tests = [] if there is None else [there]
    tests.append(trees.negated(trees.is_null(groups.sql(ranked.body))))
    tests += [trees.negated(trees.is_null(groups.value(ref))) for ref in ranked.among]
    columns.append(("ranks", trees.case([(_all(tests), trees.number(1))])))
    inner = groups.finished(columns)
    base = reader.steps.name("ranking")
    reader.steps.add(base, inner)
    query = exp.Select(expressions=[], from_=exp.From(this=trees.table((base,))))
    found = Groups(reader.emit, query, [column_of(name, base) for name in names], {}, grouped=False)
    for formula, name, counts in made:
        (found.rows if counts else found.values)[formula] = column_of(name, base)
    if groups.present is not None:
        found.present = column_of(PRESENT, base)
    place = f"{ATTACHED}_{index + 1}"
    kept = [trees.named(trees.column(name, base), name) for name, _ in columns]
    step = exp.Select(
        expressions=[*kept, trees.named(_place(ranked, names, base, reader), place)],
        from_=exp.From(this=trees.table((base,))),
    )
    name = reader.steps.name("ranked")
    reader.steps.add(name, step)
    result = exp.Select(expressions=[], from_=exp.From(this=trees.table((name,))))
    again = Groups(reader.emit, result, [column_of(key, name) for key in names], {}, grouped=False)
    for formula, column, counts in made:
        (again.rows if counts else again.values)[formula] = column_of(column, name)
    again.values[ranked] = column_of(place, name)
    if groups.present is not None:
        again.present = column_of(PRESENT, name)
    return again


def _place(ranked: Ranked, names: Sequence[str], base: str, reader: Reading) -> exp.Expression:
    """1 + the number of better ones, null without a value or a key; as a share, the better ones by all."""
    beside = [trees.column(names[ref.index], base) for ref in ranked.beside]
    value = trees.column("value", base)

    def total(*, ordered: bool, equal: bool) -> exp.Expression:
        by = [part.copy() for part in beside]
        if equal:
            by.append(value.copy())
        order = None
        if ordered:
            order = exp.Order(expressions=[trees.ordered(value.copy(), descending=not ranked.ascending)])
        return exp.Window(
            this=trees.count(trees.column("ranks", base)), partition_by=by, order=order, over="OVER"
        )

    better = exp.Sub(this=total(ordered=True, equal=False), expression=total(ordered=False, equal=True))
    missing = trees.any_of([trees.is_null(value.copy()), *_missing(ranked.among, names, base)])
    assert missing is not None, "a value may be missing"
    emit = reader.emit
    if ranked.share:
        number = Operand(sql=total(ordered=False, equal=False), type=INTEGER)
        found = emit.call("divide", Operand(sql=better, type=INTEGER), number, result=FLOAT).sql
    else:
        found = exp.Add(this=trees.number(1), expression=exp.Paren(this=better))
    if not ranked.among:
        return exp.Null()
    return trees.case([(missing, exp.Null())], found)


def _missing(among: Sequence[GroupingRef], names: Sequence[str], base: str) -> list[exp.Expression]:
    return [trees.is_null(trees.column(names[ref.index], base)) for ref in among]


def _all(conditions: Sequence[exp.Expression]) -> exp.Expression:
    found = trees.all_of(conditions)
    assert found is not None, "there is a condition"
    return found
