"""Goals judged: the worked tables of docs/reference/scorecards.md, and what holds whatever the numbers."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from metricdsl.analysis.goals_held import HeldGoal
from metricdsl.insight.goals import Elapsed, Status, goal_of, judge
from metricdsl.model.metric import Additivity
from metricdsl.model.period import Period

JUNE = Period(date(2026, 6, 1), date(2026, 7, 1))
MARCH = Period(date(2026, 3, 1), date(2026, 4, 1))
YEAR = Period(date(2026, 1, 1), date(2027, 1, 1))
LATER = date(2027, 6, 1)
FLOW, RATE = Additivity.ADDITIVE, Additivity.NON_ADDITIVE
TEN_OF_THIRTY = Elapsed(over=10, of=30, counted="days")


def goal(*sides, warn=None, period=JUNE, start=None, each=None, at=None, since=None):
    return HeldGoal(
        title="", sides=sides, period=period, each=each, at=at or {}, warn=warn, start=start, since=since
    )


def finished(value, *sides, **said):
    return judge(value, goal(*sides, **said), JUNE, RATE, None, LATER)


@pytest.mark.parametrize(
    ("value", "sides", "warn", "attained", "status"),
    [
        (1420, [(">=", 1300)], None, 1420 / 1300, Status.AHEAD),
        (0.241, [(">=", Decimal("0.27"))], Decimal("0.26"), 0.241 / 0.27, Status.BEHIND),
        (0.265, [(">=", Decimal("0.27"))], Decimal("0.26"), 0.265 / 0.27, Status.IN_DANGER),
        (timedelta(days=41), [("<=", 45 * 86_400_000_000)], None, 45 / 41, Status.AHEAD),
        (0.019, [("<=", Decimal("0.015"))], None, 0.015 / 0.019, Status.BEHIND),
        (50, [(">=", 30), ("<=", 40)], None, 0.8, Status.BEHIND),
        (35, [(">=", 30), ("<=", 40)], None, 1.0, Status.ON_TRACK),
        (15, [(">=", 30), ("<=", 40)], None, 0.5, Status.BEHIND),
        (-3, [(">=", 10)], None, None, Status.BEHIND),
        (0.3, [(">=", Decimal("0.3"))], None, 1.0, Status.AHEAD),
        (0.3, [(">", Decimal("0.3"))], None, 1.0, Status.BEHIND),
        (Decimal("0.2999999999999"), [(">=", Decimal("0.3"))], None, 0.9999999999997, Status.BEHIND),
        (None, [(">=", 10)], None, None, Status.NO_DATA),
        (float("nan"), [(">=", 10)], None, None, Status.NO_DATA),
    ],
)
def test_a_period_that_is_over(value, sides, warn, attained, status):
    found = finished(value, *sides, warn=warn)
    assert found.status is status
    assert found.attainment == (None if attained is None else pytest.approx(attained))


def test_without_a_goal_nothing_is_judged():
    assert judge(5, None, JUNE, RATE, None, LATER).status is Status.NO_GOAL


@pytest.mark.parametrize(
    ("value", "sides", "warn", "expected", "status"),
    [
        (120, (">=", 300), None, 100, Status.ON_TRACK),
        (100, (">=", 300), None, 100, Status.ON_TRACK),
        (90, (">=", 300), None, 100, Status.BEHIND),
        (90, (">=", 300), 250, 100, Status.IN_DANGER),
        (80, (">=", 300), 250, 100, Status.BEHIND),
        (310, (">=", 300), None, 100, Status.AHEAD),
        (10, ("<=", 30), None, 10, Status.ON_TRACK),
        (11, ("<=", 30), 36, 10, Status.IN_DANGER),
        (11, ("<=", 30), None, 10, Status.BEHIND),
        (0, ("<=", 30), None, 10, Status.ON_TRACK),
    ],
)
def test_the_pace_of_what_adds_up(value, sides, warn, expected, status):
    found = judge(value, goal(sides, warn=warn), JUNE, FLOW, TEN_OF_THIRTY, date(2026, 6, 11))
    assert (found.status, found.expected) == (status, pytest.approx(expected))


@pytest.mark.parametrize(
    ("value", "status"), [(0.3, Status.ON_TRACK), (0.31, Status.ON_TRACK), (0.29, Status.BEHIND)]
)
def test_half_a_month_has_a_whole_rate(value, status):
    found = judge(value, goal((">=", Decimal("0.3"))), JUNE, RATE, TEN_OF_THIRTY, date(2026, 6, 11))
    assert (found.status, found.expected) == (status, None)


def test_before_a_day_is_over_there_is_no_pace():
    none = Elapsed(over=0, of=30, counted="days")
    found = judge(0, goal((">=", 300)), JUNE, FLOW, none, date(2026, 6, 1))
    assert (found.status, found.reason) == (Status.NO_DATA, "none of its days are over")


WAY = {"period": YEAR, "start": (Decimal("0.26"), date(2026, 1, 1))}


@pytest.mark.parametrize(
    ("value", "warn", "status"),
    [
        (0.275, None, Status.ON_TRACK),
        (0.305, None, Status.AHEAD),
        (0.269, None, Status.BEHIND),
        (0.265, Decimal("0.28"), Status.IN_DANGER),
        (0.264, Decimal("0.28"), Status.BEHIND),
    ],
)
def test_a_trajectory_asks_for_its_part_of_the_way(value, warn, status):
    found = judge(value, goal((">=", Decimal("0.3")), warn=warn, **WAY), MARCH, RATE, None, LATER)
    assert found.expected == pytest.approx(0.26 + 0.04 * 90 / 365)
    assert (found.status, found.way) == (status, "on the way to it")
    assert found.progress == pytest.approx((value - 0.26) / 0.04)


def test_a_trajectory_ends_at_its_goal():
    found = judge(0.3, goal((">=", Decimal("0.3")), **WAY), YEAR, RATE, None, LATER)
    assert (found.status, found.expected) == (Status.AHEAD, None)


def test_a_goal_set_when_the_outcome_was_in_sight_does_not_count():
    late = goal((">=", 10), since=date(2026, 6, 2))
    found = judge(11, late, JUNE, RATE, None, LATER)
    assert found.status is Status.NO_GOAL
    assert "2026-06-02" in found.reason
    in_time = goal((">=", 10), since=date(2026, 6, 1))
    assert judge(11, in_time, JUNE, RATE, None, LATER).status is Status.AHEAD


def test_a_goal_for_each_month_is_set_before_that_month():
    each = goal((">=", 10), period=YEAR, each="month", since=date(2026, 5, 31))
    assert judge(11, each, JUNE, RATE, None, LATER).status is Status.AHEAD
    assert judge(11, each, MARCH, RATE, None, LATER).status is Status.NO_GOAL


@pytest.mark.parametrize("additivity", [FLOW, RATE, Additivity.SEMI_ADDITIVE])
def test_the_goal_of_just_the_period_holds(additivity):
    goals = [goal((">=", 1), period=JUNE), goal((">=", 2), period=YEAR)]
    assert goal_of(goals, (), JUNE, additivity, 1) is goals[0]


def test_a_longer_goal_is_never_shared_out():
    goals = [goal((">=", 2), period=YEAR)]
    assert goal_of(goals, (), JUNE, FLOW, 1) is None
    assert goal_of(goals, (), JUNE, RATE, 1) is goals[0]
    assert goal_of([goal((">=", 2), period=Period())], (), JUNE, RATE, 1) is not None


def test_a_goal_of_others_is_none():
    east = goal((">=", 1), at={"team": "East"})
    anybody = goal((">=", 2), at={"team": None})
    assert goal_of([east], (("team", "West"),), JUNE, FLOW, 1) is None
    assert goal_of([east], (("team", "East"),), JUNE, FLOW, 1) is east
    assert goal_of([anybody], (("team", "West"),), JUNE, FLOW, 1) is anybody
    assert goal_of([anybody], (("team", None),), JUNE, FLOW, 1) is None, "rows of nobody are no member"
    assert goal_of([anybody], (), JUNE, FLOW, 1) is None


AMOUNTS = st.integers(1, 10_000)


@given(AMOUNTS, AMOUNTS, st.integers(0, 5000), st.sampled_from([1, 7, 1000]), st.booleans(), st.booleans())
def test_a_scale_of_metric_and_goal_changes_no_status(value, limit, gap, k, higher, flow):
    assume(not higher or gap < limit)
    sign, warn = (">=", limit - gap) if higher else ("<=", limit + gap)
    additivity = FLOW if flow else RATE
    elapsed = TEN_OF_THIRTY if flow else None
    plain = judge(value, goal((sign, limit), warn=warn), JUNE, additivity, elapsed, LATER)
    scaled = judge(value * k, goal((sign, limit * k), warn=warn * k), JUNE, additivity, elapsed, LATER)
    assert plain.status is scaled.status
    assert plain.attainment == pytest.approx(scaled.attainment)


@given(st.integers(-1000, 1000), st.integers(-1000, 1000), st.integers(0, 500), st.booleans())
def test_a_mirrored_direction_mirrors(value, limit, gap, on_the_way):
    said = {"period": YEAR, "start": (limit - 700, date(2026, 1, 1))} if on_the_way else {}
    turned = {"period": YEAR, "start": (700 - limit, date(2026, 1, 1))} if on_the_way else {}
    up = judge(value, goal((">=", limit), warn=limit - gap, **said), MARCH, RATE, None, LATER)
    down = judge(-value, goal(("<=", -limit), warn=gap - limit, **turned), MARCH, RATE, None, LATER)
    assert up.status is down.status


@given(AMOUNTS, AMOUNTS, AMOUNTS)
def test_more_is_never_worse_where_higher_is_better(value, more, limit):
    order = [Status.BEHIND, Status.IN_DANGER, Status.ON_TRACK, Status.AHEAD]
    found = [finished(one, (">=", limit), warn=limit / 2).status for one in (value, value + more)]
    assert order.index(found[0]) <= order.index(found[1])
