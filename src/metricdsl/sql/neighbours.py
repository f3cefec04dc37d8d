"""Joins by time as SQL: at most one row of the target for each row, whatever the data.

    join previous: deal on account_id before created_at

    previous_times (account_id, at, found)     for each account and moment the last time before it
    previous_rows (…, place)                   the target's rows, of those of one account and time the first by key
    … LEFT JOIN previous_times ON deal.account_id = previous_times.account_id AND deal.created_at = previous_times.at
      LEFT JOIN previous_rows AS previous ON previous.account_id = previous_times.account_id
                                         AND previous.created_at = previous_times.found AND previous.place = 1

The times are found by one window over the moments of both sides, so it takes the time of a sort, not of all pairs. For `as of`
the last start of validity at or before the moment is found, and the row's end must lie after it.
"""

from sqlglot import exp

from metricdsl.model.entity import Entity, Neighbour
from metricdsl.model.made_of import short
from metricdsl.model.types import TIMESTAMP, Kind
from metricdsl.plan.names import Names
from metricdsl.plan.nodes import Join, Scan
from metricdsl.spi.lowering import Operand
from metricdsl.sql import trees
from metricdsl.sql.emitter import Emitter
from metricdsl.sql.reading import Reading
from metricdsl.sql.relations import Inline, Reference, Staged
from metricdsl.sql.rows import Rows
from metricdsl.value import frozen

POINTS = "points"


@frozen(eq=False)
class Found:
    """The steps of a join by time: that of the times, with its columns, and that of the rows."""

    target: Entity
    by: Neighbour
    moments: "_Moments"
    times: str
    keys: tuple[str, ...]
    at: str
    found: str
    rows: Staged
    place: str


def join_neighbour(reader: Reading, made: Rows, node: Join, by: Neighbour) -> None:
    """Two more relations: the times, and the rows at these times."""
    steps = reader.neighbours.get((node.child.name, node.join.name))
    if steps is None:
        steps = reader.neighbours[node.child.name, node.join.name] = _steps(reader, node, by)
    moments = steps.moments
    child = made.relations[node.path[:-1]]
    moment = moments.sql(child, node.child, by.moment)
    times = f"{node.scan.alias}_times"
    rows = Reference(steps.rows, node.scan.alias)
    here = [
        trees.binary(exp.EQ, trees.column(key, times), child.column(column))
        for key, column in zip(steps.keys, node.join.columns, strict=True)
    ]
    here.append(trees.binary(exp.EQ, trees.column(steps.at, times), moment))
    made.joins.append(exp.Join(this=trees.table((steps.times,), times), side="LEFT", on=trees.all_of(here)))
    there = [
        trees.binary(exp.EQ, rows.column(column), trees.column(key, times))
        for key, column in zip(steps.keys, by.columns, strict=True)
    ]
    start = moments.sql(rows, steps.target, by.time)
    there.append(trees.binary(exp.EQ, start, trees.column(steps.found, times)))
    there.append(trees.binary(exp.EQ, trees.column(steps.place, node.scan.alias), trees.number(1)))
    if by.end:
        open_ = trees.is_null(rows.column(by.end))
        later = trees.binary(exp.GT, moments.sql(rows, steps.target, by.end), moment.copy())
        there.append(trees.binary(exp.Or, later, open_))
    made.joins.append(exp.Join(this=rows.source(), side="LEFT", on=trees.all_of(there)))
    made.relations[node.path] = rows


@frozen
class _Moments:
    """The times of both sides in one kind: a date beside timestamps is its midnight. `exact` says that they are instants."""

    emit: Emitter
    kinds: frozenset[Kind]
    exact: bool

    @classmethod
    def of(cls, reader: Reading, child: Entity | None, target: Entity, by: Neighbour) -> "_Moments":
        times = [(target, name) for name in (by.time, by.end) if name]
        times += [] if child is None else [(child, by.moment)]
        kinds = frozenset(entity.columns[name].type.kind for entity, name in times)
        exact = all(reader.emit.instant(_base(reader, entity).column(name)) for entity, name in times)
        return cls(reader.emit, kinds, exact)

    def own(self, relation: Inline | Reference, entity: Entity, column: str) -> exp.Expression:
        """A time beside times of its own kind."""
        return self.sql(relation, entity, column) if self.exact else relation.column(column)

    def sql(self, relation: Inline | Reference, entity: Entity, column: str) -> exp.Expression:
        """A time of a relation of an entity's rows."""
        sql, type = relation.column(column), entity.columns[column].type
        instant = self.emit.instant(sql) if self.exact else None
        if instant is not None:
            return instant
        kind = TIMESTAMP if Kind.TIMESTAMP in self.kinds else type
        return self.emit.beside(Operand(sql=sql, type=type), kind).sql


def _steps(reader: Reading, node: Join, by: Neighbour) -> Found:
    alias = node.scan.alias
    target = node.scan.entity
    moments = _Moments.of(reader, node.child, target, by)
    rows, place = _rows(reader, target, by, moments, reader.steps.name(f"{alias}_rows"))
    names = Names()
    keys = tuple(names.take(column) for column in by.columns)
    at, found, here = (names.take(name) for name in ("at", "found", "here"))
    points = _points(reader, node, by, moments, (*keys, at, here))
    own = here not in points.named_selects
    time = trees.column(at, POINTS)
    marked = (
        time
        if own
        else trees.case([(trees.binary(exp.EQ, trees.column(here, POINTS), trees.number(1)), time)])
    )
    window = exp.Window(
        this=exp.Min(this=marked) if by.relation == "after" else exp.Max(this=marked),
        partition_by=[trees.column(key, POINTS) for key in keys],
        order=exp.Order(expressions=[exp.Ordered(this=trees.column(at, POINTS), nulls_first=False)]),
        spec=_frame(by),
        over="OVER",
    )
    select = exp.Select(
        expressions=[
            *(trees.named(trees.column(key, POINTS), key) for key in keys),
            trees.named(trees.column(at, POINTS), at),
            trees.named(window, found),
        ],
        from_=exp.From(this=trees.derived(points, POINTS)),
    )
    times = reader.steps.name(f"{alias}_times")
    reader.steps.add(times, select)
    return Found(target, by, moments, times, keys, at, found, rows, place)


def _frame(by: Neighbour) -> exp.WindowSpec:
    """The moments among which the time is looked for."""
    match by.relation:
        case "before":
            return _rows_between("UNBOUNDED PRECEDING", "1 PRECEDING")
        case "after":
            return _rows_between("1 FOLLOWING", "UNBOUNDED FOLLOWING")
        case "as of":
            return _rows_between("UNBOUNDED PRECEDING", "CURRENT ROW")


def _rows_between(start: str, end: str) -> exp.WindowSpec:
    """ROWS BETWEEN … AND …"""
    (first, first_side), (last, last_side) = start.split(), end.split()
    if (last, last_side) == ("CURRENT", "ROW"):
        last, last_side = "CURRENT ROW", ""
    return exp.WindowSpec(kind="ROWS", start=first, start_side=first_side, end=last, end_side=last_side)


def _points(
    reader: Reading, node: Join, by: Neighbour, moments: _Moments, names: tuple[str, ...]
) -> exp.Select:
    """The moments of both sides, each once; where both are one column of one entity, those of that column."""
    entity = node.scan.entity
    *keys, at, here = names
    target = _base(reader, entity)
    of_target = [*(target.column(c) for c in by.columns), moments.sql(target, entity, by.time)]
    shown = [trees.named(sql, name, always=True) for sql, name in zip(of_target, (*keys, at), strict=True)]
    one = _known(target, shown, of_target)
    if by.end:
        _only_lasting(one, target, entity, by, moments)
    same = node.child.name == entity.name and (node.join.columns, by.moment) == (by.columns, by.time)
    if same:
        one.set("distinct", exp.Distinct())
        return one
    one.append("expressions", trees.named(trees.number(1), here))
    child = _base(reader, node.child)
    of_child = [*(child.column(c) for c in node.join.columns), moments.sql(child, node.child, by.moment)]
    shown = [trees.named(sql, name, always=True) for sql, name in zip(of_child, (*keys, at), strict=True)]
    other = _known(child, [*shown, trees.named(trees.number(0), here)], of_child)
    union = exp.Union(this=one, expression=other, distinct=False)
    both = "both"
    by_point = [trees.column(name, both) for name in (*keys, at)]
    return exp.Select(
        expressions=[
            *(trees.named(column.copy(), name) for column, name in zip(by_point, (*keys, at), strict=True)),
            trees.named(exp.Max(this=trees.column(here, both)), here),
        ],
        from_=exp.From(this=trees.derived(union, both)),
        group=exp.Group(expressions=by_point),
    )


def _base(reader: Reading, entity: Entity) -> Inline | Reference:
    """All rows of an entity that count."""
    return reader.relation(Scan(entity=entity, alias=short(entity.name)), set(entity.key), joined=False)


def _known(
    relation: Inline | Reference, shown: list[exp.Expression], known: list[exp.Expression]
) -> exp.Select:
    """Rows in which all of some values are known."""
    conditions = [trees.negated(trees.is_null(sql.copy())) for sql in known]
    if (scope := relation.scope()) is not None:
        conditions.insert(0, scope)
    return exp.Select(
        expressions=shown,
        from_=exp.From(this=relation.source()),
        where=exp.Where(this=trees.all_of(conditions)),
    )


def _rows(reader: Reading, target: Entity, by: Neighbour, moments: _Moments, name: str) -> tuple[Staged, str]:
    """The target's rows with their place among those of one key and time; for `as of` without empty spans."""
    base = _base(reader, target)
    place = Names(target.columns).take("place")
    order = []
    for column in target.key:
        operand = Operand(sql=base.column(column), type=target.columns[column].type)
        exact = None
        if operand.type.kind is Kind.TEXT:
            exact = reader.emit.operator("rank.text", operand, result=operand.type)
        order.append(trees.ordered(exact or operand.sql, descending=by.relation != "after"))
    window = exp.Window(
        this=exp.RowNumber(),
        partition_by=[
            *(base.column(column) for column in by.columns),
            moments.own(base, target, by.time),
        ],
        order=exp.Order(expressions=order),
        over="OVER",
    )
    known = [base.column(column) for column in (*by.columns, by.time)]
    select = _known(base, [trees.named(window, place)], known)
    if by.end:
        _only_lasting(select, base, target, by, moments)
    reader.steps.add(name, select)
    return Staged(name, base, select), place


def _only_lasting(
    select: exp.Select, base: Inline | Reference, target: Entity, by: Neighbour, moments: _Moments
) -> None:
    """Leave out of a select the spans that end before they begin, or where they do."""
    longer = trees.binary(exp.GT, moments.sql(base, target, by.end), moments.sql(base, target, by.time))
    lasts = trees.binary(exp.Or, longer, trees.is_null(base.column(by.end)))
    condition = trees.binary(exp.And, select.args["where"].this, lasts)
    select.set("where", exp.Where(this=condition))


def overlaps(reader: Reading, target: Entity, by: Neighbour) -> exp.Select:
    """A query for the key columns and the start of a row that begins before the one before it ends.

    Of spans in the order of their starts two overlap only if two that follow each other do.
    """
    base = _base(reader, target)
    moments = _Moments.of(reader, None, target, by)
    names = Names()
    keys = [names.take(column) for column in by.columns]
    until, following = names.take("until"), names.take("following")
    started = moments.own(base, target, by.time)
    window = exp.Window(
        this=exp.Lead(this=moments.sql(base, target, by.time)),
        partition_by=[base.column(column) for column in by.columns],
        order=exp.Order(expressions=[exp.Ordered(this=started, nulls_first=False)]),
        over="OVER",
    )
    shown = [
        *(trees.named(base.column(c), key, always=True) for c, key in zip(by.columns, keys, strict=True)),
        trees.named(moments.sql(base, target, by.end), until, always=True),
        trees.named(window, following),
    ]
    inner = _known(base, shown, [base.column(column) for column in (*by.columns, by.time)])
    _only_lasting(inner, base, target, by, moments)
    spans = "spans"
    open_ = trees.is_null(trees.column(until, spans))
    ends_later = trees.binary(exp.GT, trees.column(until, spans), trees.column(following, spans))
    follows = trees.negated(trees.is_null(trees.column(following, spans)))
    return exp.Select(
        expressions=[trees.column(name, spans) for name in (*keys, following)],
        from_=exp.From(this=trees.derived(inner, spans)),
        where=exp.Where(this=trees.binary(exp.And, follows, trees.binary(exp.Or, open_, ends_later))),
        limit=exp.Limit(expression=trees.number(1)),
    )
