"""Business time: how long a calendar was open between two moments.

Each of them is put down to the open time since the first of all dates, a sum of whole weeks, of the days of the week before, of the
stretches of the day so far, less what holidays before took away; what lies between them is the difference. No row is made for a day.
"""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from itertools import accumulate
from typing import TypeVar

from attrs import evolve

from metricdsl.builtins import nodes
from metricdsl.builtins.functions.elapsed import MICROS_PER_DAY, days, of_day
from metricdsl.builtins.functions.truncation import start_type
from metricdsl.builtins.functions.years import over
from metricdsl.builtins.kinds import FREE, nullable, temporal, wrong_kind
from metricdsl.builtins.lists import among, folded, item, listed, without_looking_around
from metricdsl.builtins.nodes import Sql
from metricdsl.model.opening_hours import FIRST, MINUTE, WEEK, OpeningHours, Stretches, hours_of, length
from metricdsl.model.types import DATE, Kind, ValueType
from metricdsl.spi.defs import ConstantType, Example, FunctionDef, Mismatch
from metricdsl.spi.lowering import Emit, Emulated, Operand
from metricdsl.value import frozen

Day = TypeVar("Day", date, int)
MOST_BRANCHES = 16
"""So many holidays stand one behind the other; more are divided into so many groups, and these again."""


def _infer(types: Sequence[ValueType]) -> ValueType | Mismatch:
    for index, time in enumerate(types[:2]):
        if not temporal(time):
            return wrong_kind("a date or timestamp", time, index, "business_time")
        start = start_type(time, "day")
        if isinstance(start, Mismatch):
            return Mismatch(start.code, start.message, index)
    if not isinstance(types[2], ConstantType):
        return Mismatch("arguments", "behind the two times stands the name of a calendar", 2)
    return ValueType(Kind.DURATION, nullable=nullable(types[:2]) or any(t.kind in FREE for t in types[:2]))


def _lower(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    """On SQLite a column of timestamps is a text that has to be brought into its form: a small select does that once for each.

    Its planner would else put the whole conversion in each place. A select cannot hold the aggregates of a group, which are
    brought into their form already.
    """
    start, end, calendar = operands
    hours = hours_of(str(calendar.constant))
    if Kind.NULL in {start.type.kind, end.type.kind}:
        return emit.cast(nodes.null(), result)
    if emit.dialect != "sqlite" or not all(nodes.of_columns(time.sql) for time in (start, end)):
        return nodes.op(emit, "-", _until(emit, end, hours), _until(emit, start, hours))
    given = {name: time for name, time in (("since", start), ("until", end)) if not time.is_constant}
    named = {name: Operand(sql=nodes.column(name), type=time.type) for name, time in given.items()}
    since, until = named.get("since", start), named.get("until", end)
    passed = nodes.op(emit, "-", _until(emit, until, hours), _until(emit, since, hours))
    return nodes.small_select(passed, {name: time.sql for name, time in given.items()})


def _until(emit: Emit, time: Operand, hours: OpeningHours) -> Sql:
    """The open time from the first of all dates to a moment."""
    if time.is_constant and isinstance(time.constant, date) and not hours.table:
        return nodes.whole(emit, hours.until(time.constant))
    moment = _Moment(emit, time)
    passed = nodes.op(emit, "*", moment.weeks(), nodes.whole(emit, sum(map(length, hours.week))))
    passed = nodes.op(emit, "+", passed, _of_week(moment, hours))
    if time.type.kind is not Kind.DATE:
        passed = nodes.op(emit, "+", passed, _of_day(moment, hours))
    lost = _lost(hours)
    if lost:
        passed = nodes.op(emit, "-", passed, _stepped(moment, lost))
    return nodes.op(emit, "-", passed, _of_rows(moment, hours)) if hours.table else passed


def _of_rows(moment: "_Moment", hours: OpeningHours) -> Sql:
    """What the holidays of a table have taken away up to a moment: all of those before its day, and of this day what was open so far.

    What of a holiday is open is told by its day of the week, and by the holidays that are listed besides.
    """
    emit = moment.emit
    others = evolve(hours, table="")
    day = nodes.column("day")
    own = _of_whole_day(_Moment(emit, Operand(sql=day, type=DATE)), others)
    name = emit.days_of(hours.table)
    if without_looking_around(emit):
        days_off = {"day": day, "open": own}
        earlier = nodes.op(emit, "<", item(emit, "day", days_off), moment.date())
        passed = folded(emit, "SUM", listed(emit, name, days_off), earlier, item(emit, "open", days_off))
    else:
        earlier = nodes.op(emit, "<", day.copy(), moment.date())
        passed = nodes.selected(emit.function("SUM", own), name, earlier)
    found = emit.function("COALESCE", passed, nodes.whole(emit, 0))
    found = nodes.exact_integer(emit, found)
    if moment.time.type.kind is Kind.DATE:
        return found
    if without_looking_around(emit):
        off = among(emit, moment.date(), name, day.copy())
    else:
        there = nodes.selected(nodes.count_all(), name, nodes.op(emit, "=", day.copy(), moment.date()))
        off = nodes.op(emit, ">", there, nodes.whole(emit, 0))
    today = nodes.case(
        (off, _of_day(moment, others)),
        otherwise=nodes.whole(emit, 0),
    )
    return nodes.op(emit, "+", found, today)


def _of_whole_day(day: "_Moment", hours: OpeningHours) -> Sql:
    """How long a day is open: by its date where that is an exception, else by its day of the week."""
    emit = day.emit
    branches: list[tuple[Sql, Sql]] = []
    for stretches, days_ in _alike(hours.exceptions.items()):
        dates = [emit.constant(one, DATE).sql for one in days_]
        branches.append((_one_of(emit, day.date(), dates), nodes.whole(emit, length(stretches))))
    for stretches, numbers in _alike(enumerate(hours.week, 1)):
        if stretches:
            among = _one_of(emit, day.weekday(), [nodes.whole(emit, number) for number in numbers])
            branches.append((among, nodes.whole(emit, length(stretches))))
    return nodes.case(*branches, otherwise=nodes.whole(emit, 0)) if branches else nodes.whole(emit, 0)


@frozen
class _Moment:
    """A time and its parts, each as often as it is asked for."""

    emit: Emit
    time: Operand

    def here(self) -> Operand:
        return Operand(sql=self.time.again(), type=self.time.type)

    def date(self) -> Sql:
        return self.emit.call("date", self.here(), result=DATE).sql

    def weeks(self) -> Sql:
        """The whole weeks since the first of all dates."""
        passed = days(self.emit, self.date(), self.emit.constant(FIRST, DATE).sql)
        return nodes.exact_integer(self.emit, over(self.emit, passed, WEEK))

    def weekday(self) -> Sql:
        """The day of the week, Monday 1."""
        return self.emit.call("day_of_week", self.here()).sql

    def of_day(self) -> Sql:
        """The microseconds since midnight."""
        return of_day(self.emit, self.here())


def _of_week(moment: _Moment, hours: OpeningHours) -> Sql:
    """The open time of the days of the week before this one."""
    emit = moment.emit
    before = list(accumulate(map(length, hours.week), initial=0))[:WEEK]
    branches = [
        (nodes.whole(emit, number), nodes.whole(emit, passed))
        for number, passed in enumerate(before, 1)
        if passed
    ]
    if not branches:
        return nodes.whole(emit, 0)
    return nodes.matched(moment.weekday(), branches, nodes.whole(emit, 0))


def _of_day(moment: _Moment, hours: OpeningHours) -> Sql:
    """The open time of this day before the moment: by its date where that is an exception, else by its day of the week."""
    emit = moment.emit
    branches: list[tuple[Sql, Sql]] = []
    for stretches, days_ in _alike(hours.exceptions.items()):
        dates = [emit.constant(day, DATE).sql for day in days_]
        branches.append((_one_of(emit, moment.date(), dates), _clamped(moment, stretches)))
    week = _alike(enumerate(hours.week, 1))
    for stretches, numbers in week[1:] if not week[0][0] else week[:-1]:
        among = _one_of(emit, moment.weekday(), [nodes.whole(emit, number) for number in numbers])
        branches.append((among, _clamped(moment, stretches)))
    rest = _clamped(moment, () if not week[0][0] else week[-1][0])
    return nodes.case(*branches, otherwise=rest) if branches else rest


def _alike(days_: Iterable[tuple[Day, Stretches]]) -> list[tuple[Stretches, list[Day]]]:
    """Days that are open alike, those that are closed first."""
    found: dict[Stretches, list[Day]] = {}
    for day, stretches in days_:
        found.setdefault(stretches, []).append(day)
    return sorted(found.items(), key=lambda one: bool(one[0]))


def _one_of(emit: Emit, sql: Sql, items: list[Sql]) -> Sql:
    return nodes.op(emit, "=", sql, items[0]) if len(items) == 1 else nodes.is_in(sql, items)


def _clamped(moment: _Moment, stretches: Stretches) -> Sql:
    """How much of some stretches of a day lies before the moment."""
    emit = moment.emit
    least, greatest = ("MIN", "MAX") if emit.dialect == "sqlite" else ("LEAST", "GREATEST")
    found: Sql | None = None
    for start, end in stretches:
        begun = moment.of_day()
        if start:
            begun = nodes.op(emit, "-", begun, nodes.whole(emit, start * MINUTE))
            begun = emit.function(greatest, begun, nodes.whole(emit, 0))
        if end * MINUTE < MICROS_PER_DAY:
            begun = emit.function(least, begun, nodes.whole(emit, (end - start) * MINUTE))
        found = begun if found is None else nodes.op(emit, "+", found, begun)
    return nodes.whole(emit, 0) if found is None else found


def _lost(hours: OpeningHours) -> list[tuple[date, int]]:
    """What holidays have taken away from each of these dates on: the days behind them, with the sums up to there."""
    exceptions = hours.exceptions
    shorter = [length(hours.week[day.weekday()]) - length(left) for day, left in exceptions.items()]
    later = [day + timedelta(days=1) for day in exceptions if day < date.max]
    return list(zip(later, accumulate(shorter), strict=False))


def _stepped(moment: _Moment, steps: list[tuple[date, int]], below: int = 0) -> Sql:
    """The value of the last step that is not later than the moment; `below` before the first."""
    emit = moment.emit
    size = -(-len(steps) // MOST_BRANCHES)
    groups = [steps[at : at + size] for at in range(0, len(steps), size)]
    values = [nodes.whole(emit, below)]
    for (_, value), *further in groups:
        values.append(_stepped(moment, further, value) if further else nodes.whole(emit, value))
    starts = [emit.constant(group[0][0], DATE).sql for group in groups]
    earlier = [nodes.op(emit, "<", moment.here().sql, start) for start in starts]
    return nodes.case(*zip(earlier, values, strict=False), otherwise=values[-1])


FUNCTIONS = (
    FunctionDef(
        name="business_time",
        signature="(start: date | timestamp, end: date | timestamp, calendar) -> duration",
        infer=_infer,
        lower={"*": Emulated(_lower)},
        doc="How long the calendar was open from `start` to `end`: the time between them, on the local clock, that lies in its weekly "
        "hours and on none of its holidays. A date is its midnight. Negative where `end` is earlier. In the examples, `calendar "
        "office { hours monday to thursday 09:00 to 12:00, 13:00 to 17:30  hours friday 09:00 to 12:00  holidays 2026-12-24 12:00 to "
        "24:00, 2026-12-25 }`.",
        examples=(
            Example(
                formula="business_time(2026-03-02T11:30:00, 2026-03-02T13:45:00, office)", gives="75 minutes"
            ),
            Example(
                formula="business_time(2026-03-06T11:00:00, 2026-03-09T09:30:00, office)", gives="90 minutes"
            ),
            Example(
                formula="business_time(2026-03-07T10:00:00, 2026-03-08T18:00:00, office)", gives="0 hours"
            ),
            Example(formula="business_time(2026-03-02, 2026-03-09, office)", gives="33 hours"),
            Example(
                formula="business_time(2026-12-24T11:00:00, 2026-12-28T10:00:00, office)", gives="2 hours"
            ),
            Example(
                formula="business_time(2026-03-03T09:00:00, 2026-03-02T17:00:00, office)", gives="-30 minutes"
            ),
            Example(formula="business_time(null, 2026-03-02T17:00:00, office)", gives="null"),
        ),
        least=3,
    ),
)
