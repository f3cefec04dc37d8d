"""Control charts: values worked out by hand, one published, and what holds for all series."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metricdsl.insight.usual_range import Chart, Observation, Rule, UsualRange, usual_range

FIRST = date(2025, 1, 1)


def series(values, of=None):
    denominators = [None] * len(values) if of is None else [of] * len(values) if isinstance(of, int) else of
    return [
        Observation(starts=FIRST + timedelta(days=at), value=value, of=n)
        for at, (value, n) in enumerate(zip(values, denominators, strict=True))
    ]


def chart(values, of=None, **options) -> UsualRange:
    found = usual_range(series(values, of), enough=2, **options)
    assert found is not None
    return found


def test_the_published_moving_range_chart():
    found = chart([10, 50, 40, 30])
    limits = found.limits[0]
    assert (found.mean, found.moving_range) == (32.5, 20)
    assert (round(limits.low, 1), round(limits.high, 1)) == (-20.7, 85.7)


def test_counts_are_never_below_zero():
    assert chart([10, 50, 40, 30], not_below_zero=True).limits[0].low == 0


@pytest.mark.parametrize("number", [0, 1, 11])
def test_too_few_periods_have_no_usual_range(number):
    assert usual_range(series([5.0] * number)) is None


def test_twelve_are_enough():
    assert usual_range(series([5.0] * 12)) is not None


def test_shares_have_the_limits_of_chance():
    found = chart([0.2] * 11 + [0.35], 100, shares=True)
    assert found.chart is Chart.P
    assert found.mean == pytest.approx(255 / 1200)
    assert found.limits[0].low == pytest.approx(0.0898, abs=5e-5)
    assert found.limits[0].high == pytest.approx(0.3352, abs=5e-5)
    assert [(one.starts, one.rules) for one in found.signals if Rule.BEYOND in one.rules] == [
        (FIRST + timedelta(days=11), (Rule.BEYOND,))
    ]


def test_counts_for_each_have_the_limits_of_chance():
    found = chart([0.08] * 11 + [0.2], 100)
    assert (found.chart, round(found.mean, 9)) == (Chart.U, 0.09)
    assert found.limits[0].low == 0
    assert found.limits[0].high == pytest.approx(0.18)
    assert [one.starts for one in found.signals if Rule.BEYOND in one.rules] == [FIRST + timedelta(days=11)]


def test_each_period_has_limits_of_its_own_number():
    found = chart([0.5, 0.5, 0.5], [25, 100, 400], shares=True)
    assert [round(one.high - 0.5, 6) for one in found.limits] == [0.3, 0.15, 0.075]


def test_limits_of_shares_stay_within_none_and_all():
    found = chart([0.0, 0.1, 0.9, 1.0], 4, shares=True)
    assert {(one.low, one.high) for one in found.limits} == {(0, 1)}


def test_many_cases_are_charted_by_what_ordinarily_changes():
    # z = ±1 by turns: each 2 from the next, so σz = 2 / 1.128, and the limits are 3 · 2 / 1.128 of a σ of √(.25 / 10000) = .005.
    found = chart([0.495, 0.505] * 6, 10_000, shares=True)
    assert found.chart is Chart.P_LANEY
    assert found.moving_range == pytest.approx(2)
    assert found.limits[0].high == pytest.approx(0.5 + 3 * 0.005 * 2 / 1.128)


def test_a_share_that_never_changes_has_no_limits_to_widen():
    assert chart([1.0] * 12, 10_000, shares=True).chart is Chart.P


def test_eight_on_one_side():
    values = [11, 11, 11, 11, 11, 11, 11, 11, 7, 7, 7, 7]
    found = {(one.starts - FIRST).days: one for one in chart(values).signals}
    assert Rule.RUN in found[7].rules
    assert not any(Rule.RUN in one.rules for day, one in found.items() if day != 7)
    assert found[7].above


def test_seven_on_one_side_are_no_signal():
    assert not [s for s in chart([11] * 7 + [6] + [11, 6] * 2).signals if Rule.RUN in s.rules]


def test_a_value_on_the_mean_ends_a_run():
    values = [1, 1, 1, 1, 0, 1, 1, 1, 1, -1, -1, -1, -1, -1, -1, -1, -1]
    runs = [s for s in chart(values).signals if Rule.RUN in s.rules and s.above]
    assert runs == []


def test_two_of_three_far_from_the_mean():
    values = [10, 10.5, 9.5] * 3 + [13, 10, 13]
    found = chart(values)
    reach = found.limits[0].high - found.mean
    assert found.mean + reach * 2 / 3 < 13 < found.mean + reach, "far, and not beyond the limit"
    assert [(one.starts - FIRST).days for one in found.signals if Rule.TWO_OF_THREE in one.rules] == [11]


NUMBERS = st.lists(st.integers(-1000, 1000), min_size=12, max_size=30)


@given(NUMBERS)
def test_against_a_slow_reading_of_the_definition(values):
    found = chart([float(value) for value in values])
    mean = sum(values) / len(values)
    ranges = [abs(b - a) for a, b in pairwise(values)]
    spread = 2.66 * sum(ranges) / len(ranges)
    assert found.limits[0].low == pytest.approx(mean - spread)
    assert found.limits[0].high == pytest.approx(mean + spread)
    beyond = {at for at, value in enumerate(values) if abs(value - mean) > spread * (1 + 1e-6) + 1e-6}
    told = {(one.starts - FIRST).days for one in found.signals if Rule.BEYOND in one.rules}
    assert beyond <= told
    assert all(abs(values[at] - mean) >= spread * (1 - 1e-6) for at in told)


@given(NUMBERS, st.sampled_from([0.001, 0.5, 2, 1000]))
def test_a_scale_changes_no_signal(values, k):
    plain, scaled = chart([float(v) for v in values]), chart([v * k for v in values])
    assert [(s.starts, s.above) for s in plain.signals] == [(s.starts, s.above) for s in scaled.signals]


@given(NUMBERS)
def test_a_mirror_mirrors_the_signals(values):
    plain, turned = chart([float(v) for v in values]), chart([-float(v) for v in values])
    assert [(s.starts, s.above, s.rules) for s in plain.signals] == [
        (s.starts, not s.above, s.rules) for s in turned.signals
    ]
