"""Conversions as SQL: starts with the start before or after them, ends, and the starts that an end is credited to.

    WITH starts AS (SELECT lead_id, account_id, at, LEAD(at) OVER (PARTITION BY account_id ORDER BY at, lead_id) AS next …),
         ends AS (…),
         converted AS (SELECT DISTINCT starts.lead_id FROM starts JOIN ends
                       ON … ends.at >= starts.at AND ends.at <= starts.at + 30 AND (starts.next IS NULL OR ends.at < starts.next))

An end is credited to the latest start that can take it exactly if it comes before the next start of the same.
"""

from __future__ import annotations

from sqlglot import exp

from metricdsl.model.formula import Event
from metricdsl.model.types import TIMESTAMP, Kind, ValueType
from metricdsl.plan.nodes import Conversion, Node
from metricdsl.spi.lowering import Operand
from metricdsl.sql import trees
from metricdsl.sql.reading import Reading
from metricdsl.sql.rows import Rows
from metricdsl.value import frozen

AT = "at"
BESIDE = "beside"


def join_converted(made: Rows, node: Conversion, reader: Reading) -> None:
    """Each row with whether it is among the starts that an end is credited to."""
    value = node.value
    name = _converted(node, reader)
    keys = [f"key_{index + 1}" for index in range(len(value.start.key))]
    on = [
        trees.binary(exp.EQ, trees.column(key, name), made.sql(one))
        for key, one in zip(keys, value.start.key, strict=True)
    ]
    made.joins.append(exp.Join(this=trees.table((name,)), side="LEFT", on=trees.all_of(on)))
    made.looked_up[value] = lambda: trees.negated(trees.is_null(trees.column(keys[0], name)))


def _converted(node: Conversion, reader: Reading) -> str:
    """The step of the starts that an end is credited to."""
    known: str | None = reader.windows.get(node.value)
    if known is not None:
        return known
    value, emit = node.value, reader.emit
    kinds = {value.start.time.type.kind, value.end.time.type.kind}
    at = TIMESTAMP if Kind.TIMESTAMP in kinds else value.start.time.type
    begun, ended = (
        _Events.of(node.starts, value.start, reader, at),
        _Events.of(node.ends, value.end, reader, at),
    )
    exact = begun.exact and ended.exact
    starts = begun.step("starts", exact=exact, beside=value.credit)
    ends = ended.step("ends", exact=exact)
    by = [f"by_{index + 1}" for index in range(len(value.start.by))]
    same = value.start.home == value.end.home

    def start(column: str) -> exp.Expression:
        return trees.column(column, starts)

    def end(column: str) -> exp.Expression:
        return trees.column(column, ends)

    def shown(time: exp.Expression) -> exp.Expression:
        return emit.clock(time) if exact else time

    def until(column: str) -> exp.Expression:
        """The end of a window, which is a reading of the clock."""
        time = Operand(sql=shown(start(column)), type=at)
        within = emit.constant(value.within.value, value.within.type)
        return emit.call("add", time, within).sql

    on = [trees.binary(exp.EQ, end(column), start(column)) for column in by]
    on.append(trees.binary(exp.LTE, shown(end(AT)), until(AT)))
    if same:
        on.append(_later(end(AT), end("key_1"), start(AT), start("key_1")))
    else:
        on.append(trees.binary(exp.GTE, end(AT), start(AT)))
    missing = trees.is_null(start(BESIDE))
    if value.credit == "last":
        before = trees.binary(exp.LT, end(AT), start(BESIDE))
        if same:
            tie = trees.binary(
                exp.And,
                trees.binary(exp.EQ, end(AT), start(BESIDE)),
                trees.binary(exp.LTE, end("key_1"), start(f"{BESIDE}_key")),
            )
            before = trees.binary(exp.Or, before, tie)
        on.append(trees.binary(exp.Or, missing, before))
    elif value.credit == "first":
        on.append(trees.binary(exp.Or, missing, trees.binary(exp.GT, shown(end(AT)), until(BESIDE))))
    keys = [f"key_{index + 1}" for index in range(len(value.start.key))]
    query = exp.Select(
        expressions=[start(key) for key in keys],
        from_=exp.From(this=trees.table((starts,))),
        joins=[exp.Join(this=trees.table((ends,)), on=trees.all_of(on))],
        distinct=exp.Distinct(),
    )
    name = reader.steps.name("converted")
    reader.steps.add(name, query)
    reader.windows[node.value] = name
    return name


def _later(
    time: exp.Expression, key: exp.Expression, than: exp.Expression, other: exp.Expression
) -> exp.Expression:
    """Later in the order of time, then key."""
    tie = trees.binary(
        exp.And, trees.binary(exp.EQ, time.copy(), than.copy()), trees.binary(exp.GT, key, other)
    )
    return trees.binary(exp.Or, trees.binary(exp.GT, time, than), tie)


@frozen
class _Events:
    """The rows of starts or of ends, their times of type `at`; `exact` says that these are read off known instants."""

    event: Event
    made: Rows
    at: ValueType
    reader: Reading
    exact: bool

    @classmethod
    def of(cls, node: Node, event: Event, reader: Reading, at: ValueType) -> _Events:
        """The rows of an event that have a time."""
        used = [event.time, *event.by, *event.key, *(() if event.where is None else (event.where,))]
        made = reader.rows(node, used)
        made.where.append(trees.negated(trees.is_null(made.sql(event.time))))
        return cls(event, made, at, reader, reader.emit.instant(made.sql(event.time)) is not None)

    def step(self, wanted: str, *, exact: bool, beside: str = "") -> str:
        """A step of the events, by instants where `exact`; of starts with the time of the next one (for the first: the one before)."""
        event, made, emit = self.event, self.made, self.reader.emit

        def time() -> exp.Expression:
            sql = made.sql(event.time)
            instant = emit.instant(sql) if exact else None
            return instant or emit.beside(Operand(sql=sql, type=event.time.type), self.at).sql

        columns = [trees.named(made.sql(one), f"key_{i + 1}") for i, one in enumerate(event.key)]
        columns += [trees.named(made.sql(one), f"by_{i + 1}") for i, one in enumerate(event.by)]
        columns.append(trees.named(time(), AT))
        function = {"last": "LEAD", "first": "LAG"}.get(beside)
        if function is not None:
            for name, one in ((BESIDE, time()), (f"{BESIDE}_key", made.sql(event.key[0]))):
                order = exp.Order(
                    expressions=[trees.ordered(time()), *(trees.ordered(made.sql(k)) for k in event.key)]
                )
                window = exp.Window(
                    this=exp.Anonymous(this=function, expressions=[one]),
                    partition_by=[made.sql(one) for one in event.by],
                    order=order,
                    over="OVER",
                )
                columns.append(trees.named(window, name))
        query = made.select()
        query.set("expressions", columns)
        name = self.reader.steps.name(wanted)
        self.reader.steps.add(name, query)
        return name
