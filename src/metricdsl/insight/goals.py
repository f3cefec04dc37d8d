"""How far a goal is reached: attainment, the pace of a period that is not over, the way of a trajectory, and one word for it.

The words and equations are those of docs/reference/scorecards.md.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from enum import Enum

from metricdsl.analysis.goal_periods import is_set
from metricdsl.analysis.goals_held import HeldGoal
from metricdsl.insight.quantities import Number, meets, quantity
from metricdsl.model.metric import Additivity
from metricdsl.model.period import Period, day_of
from metricdsl.value import frozen

UPWARDS = frozenset({">", ">="})


class Status(Enum):
    """How things stand with a goal, in a word."""

    AHEAD = "ahead"
    ON_TRACK = "on track"
    IN_DANGER = "in danger"
    BEHIND = "behind"
    NO_DATA = "no data"
    NO_GOAL = "no goal"

    @property
    def judged(self) -> bool:
        """Whether a goal and a value were there to be compared."""
        return self not in {Status.NO_DATA, Status.NO_GOAL}


WORST_FIRST = (Status.BEHIND, Status.IN_DANGER, Status.ON_TRACK, Status.AHEAD)


@frozen(kw_only=True)
class Elapsed:
    """How much of a period is over: whole days before today, of all its days; `counted` says which days those are."""

    over: int
    of: int
    counted: str

    @property
    def share(self) -> float:
        """The part that is over, from 0 to 1."""
        return self.over / self.of if self.of else 0.0


@frozen(kw_only=True)
class Judgement:
    """What comes of a value and its goal. Numbers are quantities: of durations microseconds."""

    status: Status
    goal: HeldGoal | None = None
    low: Number | None = None  # what the goal asks for: at least, at most, or both
    high: Number | None = None
    expected: Number | None = None  # what it asks for by now, where that is less than the goal
    attainment: float | None = None
    pace: float | None = None  # the part of what is expected by now that is reached
    progress: float | None = None  # of the way from where the goal started
    way: str = ""  # how the goal comes to hold for this period, where it is not set for just this one
    reason: str = ""  # why nothing is judged

    @property
    def reached(self) -> float | None:
        """The part that is reached: of what is asked for by now, where that is less than the goal."""
        return self.attainment if self.pace is None else self.pace


def goal_of(
    goals: Sequence[HeldGoal],
    members: Sequence[tuple[str, object]],
    period: Period,
    additivity: Additivity,
    week_start: int,
) -> HeldGoal | None:
    """The goal that holds for a period and its members: one set for exactly them, else, of what is not added over time, the
    shortest one around them.
    """
    own = dict(members)
    fitting = [
        one
        for one in goals
        if one.at.keys() == own.keys()
        and all(own[name] is not None and wanted in {None, own[name]} for name, wanted in one.at.items())
    ]
    exact = [one for one in fitting if is_set(period, one.period, one.each, week_start)]
    if exact or additivity is Additivity.ADDITIVE:
        return exact[0] if exact else None
    return next((one for one in fitting if one.each is None and _inside(period, one.period)), None)


def _inside(period: Period, other: Period) -> bool:
    start, end = _days(period)
    first, last = other.start, other.end
    return (first is None or day_of(first) <= start) and (last is None or end <= day_of(last))


def _days(period: Period) -> tuple[date, date]:
    assert period.start is not None, "a cell has a start"
    assert period.end is not None, "a cell has an end"
    return day_of(period.start), day_of(period.end)


def judge(
    value: object,
    goal: HeldGoal | None,
    period: Period,
    additivity: Additivity,
    elapsed: Elapsed | None,
    today: date,
) -> Judgement:
    """How a value stands to its goal; `elapsed` is given for a period that is not over."""
    if goal is None:
        return Judgement(status=Status.NO_GOAL)
    sides = [(sign, limit) for sign, given in goal.sides if (limit := quantity(given)) is not None]
    low, high = asked_for(goal)
    begins = _days(period)[0] if goal.each or goal.period.start is None else day_of(goal.period.start)
    way = _way(goal, period)
    if goal.since is not None and goal.since > begins:
        reason = f"set on {goal.since}, after {begins}, when its period began: it does not count"
        return Judgement(status=Status.NO_GOAL, goal=goal, low=low, high=high, way=way, reason=reason)
    number = quantity(value)
    if number is None:
        return Judgement(status=Status.NO_DATA, goal=goal, low=low, high=high, way=way)
    known = {"goal": goal, "low": low, "high": high, "way": way}
    if len(sides) != 1:
        met = all(meets(number, sign, limit) for sign, limit in sides)
        status = Status.ON_TRACK if met else Status.BEHIND
        return Judgement(status=status, attainment=attainment(number, low, high), **known)  # type: ignore[arg-type]
    [(sign, limit)] = sides
    share = _share(goal, period, additivity, elapsed, today)
    if share is not None and share <= 0 and elapsed is not None and additivity is Additivity.ADDITIVE:
        reason = f"none of its {elapsed.counted} are over"
        return Judgement(status=Status.NO_DATA, reason=reason, **known)  # type: ignore[arg-type]
    start = None if goal.start is None else quantity(goal.start[0])
    origin = 0 if additivity is Additivity.ADDITIVE else start
    expected = limit if share is None or origin is None else _on_the_way(origin, limit, share)
    warn = quantity(goal.warn)
    danger = warn if warn is None or share is None or origin is None else _on_the_way(origin, warn, share)
    # What adds up and has reached its goal has reached it; a rate of a period that is not over may fall again.
    accumulates, upwards = additivity is Additivity.ADDITIVE, sign in UPWARDS
    final = elapsed is None or (accumulates and upwards)
    if final and meets(number, sign, limit):
        status = Status.AHEAD
    elif meets(number, sign, expected):
        status = Status.ON_TRACK
    elif danger is not None and meets(number, _with_equal(sign), danger):
        status = Status.IN_DANGER
    else:
        status = Status.BEHIND
    return Judgement(
        status=status,
        expected=None if expected == limit else expected,
        attainment=attainment(number, low, high) if elapsed is None or not accumulates or upwards else None,
        pace=None if expected == limit else _ratio(number, expected, sign),
        progress=None if start is None else _progress(number, start, limit),
        **known,  # type: ignore[arg-type]
    )


def asked_for(goal: HeldGoal | None) -> tuple[Number | None, Number | None]:
    """The least and the greatest value that meets a goal."""
    found: dict[bool, Number] = {}
    for sign, given in () if goal is None else goal.sides:
        limit = quantity(given)
        if limit is not None:
            found.setdefault(sign in UPWARDS, limit)
    return found.get(True), found.get(False)


def attainment(value: Number, low: Number | None, high: Number | None) -> float | None:
    """The part of a goal that is reached, in the direction of the metric; None where a side is not positive."""
    if low is not None and high is not None:
        if float(low) <= float(value) <= float(high):
            return 1.0
        return _ratio(value, low, ">=") if float(value) < float(low) else _ratio(value, high, "<=")
    if low is not None:
        return _ratio(value, low, ">=")
    return None if high is None else _ratio(value, high, "<=")


def _ratio(value: Number, limit: Number, sign: str) -> float | None:
    if value <= 0 or limit <= 0:
        return None
    return float(value) / float(limit) if sign in UPWARDS else float(limit) / float(value)


def _progress(value: Number, start: Number, limit: Number) -> float | None:
    way = float(limit) - float(start)
    return (float(value) - float(start)) / way if way else None


def _on_the_way(start: Number, limit: Number, share: float) -> Number:
    if share == 1:
        return limit
    return float(start) + (float(limit) - float(start)) * share


def _with_equal(sign: str) -> str:
    return ">=" if sign in UPWARDS else "<="


def _way(goal: HeldGoal, period: Period) -> str:
    if goal.each is not None or goal.period == period:
        return ""
    if goal.start is not None and goal.period.end is not None:
        return "on the way to it"
    return "as through all its time"


def _share(
    goal: HeldGoal, period: Period, additivity: Additivity, elapsed: Elapsed | None, today: date
) -> float | None:
    """How much of a goal is asked for by now: of what adds up the part of the period that is over, of anything else the part of the
    way from where it started; None where all of it is.
    """
    if additivity is Additivity.ADDITIVE:
        return None if elapsed is None else elapsed.share
    if goal.start is None or goal.each is not None or goal.period.end is None:
        return None
    began, end = goal.start[1], day_of(goal.period.end)
    now = min(_days(period)[1], today)
    if end - began <= timedelta(0):
        return None
    return min(1.0, max(0.0, (now - began) / (end - began)))
