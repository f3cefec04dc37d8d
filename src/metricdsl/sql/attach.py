"""What is known by fewer keys, put beside the groups; what is counted for each of them; places among them.

WITH found AS (…), revenue AS (SELECT SUM(amount) AS revenue FROM orders)
SELECT found.region, found.revenue / revenue.revenue FROM found CROSS JOIN revenue
"""

from sqlglot import exp

from metricdsl.plan.nodes import Aggregate, Attach, Distinct, Fold, Pick
from metricdsl.sql import trees
from metricdsl.sql.groups import Groups
from metricdsl.sql.places import with_places
from metricdsl.sql.reading import Reading
from metricdsl.sql.stepped import PRESENT, Part, Step, as_step, column_of, keys_of, step


def attached(node: Attach, reader: Reading) -> Groups:
    """The groups with all that is attached to them."""
    found = as_step(node.source, reader, "found")
    query = exp.Select(expressions=[], from_=exp.From(this=trees.table((found.name,))))
    keys = [column_of(key.name, found.name) for key in found.keys]
    groups = Groups(reader.emit, query, keys, {}, grouped=False)
    for part in found.parts:
        target = groups.rows if part.counts else groups.values
        target[part.formula] = column_of(part.name, found.name)
    if found.marked:
        groups.present = column_of(PRESENT, found.name)
    joins = [_beside(one, found, groups, reader) for one in node.partial]
    joins += [_picked(pick, found, groups, reader) for pick in node.picks]
    if joins:
        query.set("joins", joins)
    for index, ranked in enumerate(node.ranked):
        groups = with_places(ranked, index, groups, node, reader)
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


def _picked(pick: Pick, found: Step, groups: Groups, reader: Reading) -> exp.Join:
    """The join of the number of rows that meet a condition, for each group found."""
    emit = reader.emit
    inner = as_step(pick.source, reader, "looked_at")
    assert isinstance(pick.rows, Distinct), "candidates are rows of an entity"
    domain_keys = pick.rows.keys
    rows = reader.rows(pick.rows.source, [key.row for key in domain_keys])
    domain_query = rows.select()
    domain_query.set("expressions", [trees.named(rows.key(key), key.name) for key in domain_keys])
    domain = reader.steps.name("candidates")
    reader.steps.add(domain, domain_query)
    members = [key.name for key in domain_keys[: len(pick.members)]]
    around = [key.name for key in domain_keys[len(pick.members) :]]
    query = exp.Select(expressions=[], from_=exp.From(this=trees.table((found.name,))))
    reached = [
        trees.same(trees.column(name, domain), trees.column(pick.frame[index].name, found.name))
        for name, index in zip(around, pick.reached, strict=True)
    ]
    candidates = exp.Join(this=trees.table((domain,)))
    if reached:
        candidates.set("on", trees.all_of(reached))
    else:
        candidates.set("kind", "CROSS")
    on = [
        trees.same(trees.column(key.name, inner.name), trees.column(pick.frame[index].name, found.name))
        for key, index in zip(pick.keys, pick.around, strict=True)
    ]
    on += [
        trees.binary(exp.EQ, trees.column(key.name, inner.name), trees.column(name, domain))
        for key, name in zip(pick.members, members, strict=True)
    ]
    query.set(
        "joins",
        [candidates, exp.Join(this=trees.table((inner.name,)), side="LEFT", on=trees.all_of(on))],
    )
    values, counts = inner.leaves(emit, inner.name)
    frame = [column_of(key.name, found.name) for key in pick.frame]
    keys = [frame[index] for index in pick.around] + [column_of(name, domain) for name in members]
    asked = Groups(emit, query, keys, values, counts, grouped=False)
    condition = asked.sql(pick.having)
    columns = [trees.named(sql(), key.name) for key, sql in zip(pick.frame, frame, strict=True)]
    columns.append(trees.named(trees.count(trees.case([(condition, trees.number(1))])), pick.name))
    query.set("expressions", columns)
    if frame:
        query.set("group", exp.Group(expressions=[sql() for sql in frame]))
    name = reader.steps.name(pick.name)
    reader.steps.add(name, query)
    made = Step(name=name, keys=pick.frame, parts=(Part(name=pick.name, formula=pick.formula),))
    own, _ = made.leaves(emit, name)
    groups.values.update(own)
    if not pick.frame:
        return exp.Join(this=trees.table((name,)), kind="CROSS")
    same = [
        trees.same(trees.column(key.name, name), trees.column(key.name, found.name)) for key in pick.frame
    ]
    return exp.Join(this=trees.table((name,)), side="LEFT", on=trees.all_of(same))
