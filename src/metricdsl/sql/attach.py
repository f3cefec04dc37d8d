"""What is known by fewer keys, put beside the groups; what is counted for each of them; places among them.

WITH found AS (…), revenue AS (SELECT SUM(amount) AS revenue FROM orders)
SELECT found.region, found.revenue / revenue.revenue FROM found CROSS JOIN revenue
"""

from collections.abc import Sequence

from sqlglot import exp

from metricdsl.model.formula import Expression, GroupingRef, Ranked
from metricdsl.model.made_of import existence
from metricdsl.model.types import FLOAT, INTEGER
from metricdsl.plan.nodes import Aggregate, Attach, Fold
from metricdsl.spi.lowering import Operand
from metricdsl.sql import trees
from metricdsl.sql.groups import Groups, Sql
from metricdsl.sql.instants import kept as kept_instants
from metricdsl.sql.picks import picked
from metricdsl.sql.places import single_place
from metricdsl.sql.reading import Reading
from metricdsl.sql.stepped import ATTACHED, PRESENT, Step, as_step, column_of, keys_of, step


def attached(node: Attach, reader: Reading) -> Groups:
    """The groups with all that is attached to them."""
    return beside(node, as_step(node.source, reader, "found"), node.partial, reader)


def of_step(found: Step, reader: Reading) -> Groups:
    """The groups that stand in a step."""
    query = exp.Select(expressions=[], from_=exp.From(this=trees.table((found.name,))))
    keys = [column_of(key.name, found.name) for key in found.keys]
    groups = Groups(reader.emit, query, keys, {}, grouped=False)
    for part in found.parts:
        target = groups.rows if part.counts else groups.values
        target[part.formula] = found.column(part, reader.emit)
    if found.marked:
        groups.present = column_of(PRESENT, found.name)
    return groups


def beside(node: Attach, found: Step, partial: Sequence[Aggregate | Fold], reader: Reading) -> Groups:
    """The groups that stand in a step, with all that is attached to them."""
    groups = of_step(found, reader)
    query = groups.query
    joins = [_beside(one, found, groups, reader) for one in partial]
    joins += [picked(pick, found, groups, reader, beside) for pick in node.picks]
    if joins:
        query.set("joins", joins)
    for index, ranked in enumerate(node.ranked):
        groups = _ranked(ranked, index, groups, node, reader)
    return groups


def _beside(one: Aggregate | Fold, found: Step, groups: Groups, reader: Reading) -> exp.Join:
    """The join of a branch that has fewer keys."""
    keys = keys_of(one)
    made = step(one, reader, keys)
    values, counts = made.leaves(reader.emit, made.name)
    groups.values.update(values)
    groups.rows.update(counts)
    if not keys:
        return exp.Join(this=trees.table((made.name,)), kind="CROSS")
    on = [trees.same(trees.column(key.name, made.name), trees.column(key.name, found.name)) for key in keys]
    return exp.Join(this=trees.table((made.name,)), side="LEFT", on=trees.all_of(on))


def _ranked(ranked: Ranked, index: int, groups: Groups, node: Attach, reader: Reading) -> Groups:
    """The groups with one more column: the place of each by a formula among those that differ in some keys only."""
    names = [key.name for key in node.keys]
    columns: list[tuple[str, exp.Expression]] = [
        (name, sql()) for name, sql in zip(names, groups.keys, strict=True)
    ]
    made: list[tuple[Expression, str, bool]] = []
    instants: set[str] = set()
    for target, counts in ((groups.values, False), (groups.rows, True)):
        for formula, sql in target.items():
            name = f"m{len(made) + 1}"
            shown, moments = kept_instants([(name, sql())], reader.emit.timezone)
            columns += shown
            instants |= moments
            made.append((formula, name, counts))
    if groups.present is not None:
        columns.append((PRESENT, groups.present()))
    columns.append(("value", groups.sql(ranked.body)))
    there = trees.any_of(
        [trees.binary(exp.GT, groups.count(leaf), trees.number(0)) for leaf in existence(ranked.body)]
    )
    tests = [] if there is None else [there]
    tests.append(trees.negated(trees.is_null(groups.sql(ranked.body))))
    tests += [trees.negated(trees.is_null(groups.value(ref))) for ref in ranked.among]
    columns.append(("ranks", trees.case([(_all(tests), trees.number(1))])))
    inner = groups.finished(columns)
    base = reader.steps.name("ranking")
    reader.steps.add(base, inner)
    counted = "ranks"
    if not ranked.single and len(ranked.among) + len(ranked.beside) < len(names):
        base, counted = _once(ranked, names, base, [name for name, _ in columns], reader)
    place = f"{ATTACHED}_{index + 1}"
    kept = [trees.named(trees.column(name, base), name) for name, _ in columns]
    step = exp.Select(
        expressions=[*kept, trees.named(_place(ranked, names, base, counted, reader), place)],
        from_=exp.From(this=trees.table((base,))),
    )
    name = reader.steps.name("ranked")
    reader.steps.add(name, step)
    result = exp.Select(expressions=[], from_=exp.From(this=trees.table((name,))))
    again = Groups(reader.emit, result, [column_of(key, name) for key in names], {}, grouped=False)
    for formula, column, counts in made:
        target = again.rows if counts else again.values
        target[formula] = _read(column_of(column, name), reader, instant=column in instants)
    again.values[ranked] = column_of(place, name)
    if groups.present is not None:
        again.present = column_of(PRESENT, name)
    return again


def _read(sql: Sql, reader: Reading, *, instant: bool) -> Sql:
    """A column, read off the clock where it holds instants."""
    return (lambda: reader.emit.clock(sql())) if instant else sql


def _once(
    ranked: Ranked, names: Sequence[str], base: str, columns: Sequence[str], reader: Reading
) -> tuple[str, str]:
    """A step in which each group that is ranked counts once, and the column that counts it.

    Where a total has dropped a key, as in `total(rank(m, over: region), over: month)`, the groups of all months are one for each region.
    """
    by = [trees.column(names[ref.index], base) for ref in (*ranked.beside, *ranked.among)]
    by.append(trees.column("ranks", base))
    number = exp.Window(this=exp.RowNumber(), partition_by=by, over="OVER")
    first = trees.binary(exp.EQ, number, trees.number(1))
    once = trees.case([(first, trees.column("ranks", base))])
    shown = [trees.named(trees.column(column, base), column) for column in columns]
    query = exp.Select(
        expressions=[*shown, trees.named(once, "counted")], from_=exp.From(this=trees.table((base,)))
    )
    name = reader.steps.name("counted")
    reader.steps.add(name, query)
    return name, "counted"


def _place(ranked: Ranked, names: Sequence[str], base: str, counted: str, reader: Reading) -> exp.Expression:
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
        ranks = trees.count(trees.column(counted, base))
        return exp.Window(this=ranks, partition_by=by, order=order, over="OVER")

    missing = trees.any_of([trees.is_null(value.copy()), *_missing(ranked.among, names, base)])
    assert missing is not None, "a value may be missing"
    if ranked.single:
        return trees.case([(missing, exp.Null())], single_place(ranked, names, base, reader.emit))
    better = exp.Sub(this=total(ordered=True, equal=False), expression=total(ordered=False, equal=True))
    emit = reader.emit
    if ranked.share:
        itself = trees.case([(trees.is_null(trees.column("ranks", base)), trees.number(1))], trees.number(0))
        others = exp.Add(this=total(ordered=False, equal=False), expression=itself)
        number = Operand(sql=exp.Paren(this=others), type=INTEGER)
        found = emit.call("divide", Operand(sql=better, type=INTEGER), number, result=FLOAT).sql
    else:
        found = exp.Add(this=trees.number(1), expression=exp.Paren(this=better))
    if not ranked.among:
        return emit.null(ranked.type)  # a column of a step: its type is not told by what stands beside it
    return trees.case([(missing, exp.Null())], found)


def _missing(among: Sequence[GroupingRef], names: Sequence[str], base: str) -> list[exp.Expression]:
    return [trees.is_null(trees.column(names[ref.index], base)) for ref in among]


def _all(conditions: Sequence[exp.Expression]) -> exp.Expression:
    found = trees.all_of(conditions)
    assert found is not None, "there is a condition"
    return found
