"""Comparisons: the worked table of docs/reference/scorecards.md."""

from datetime import timedelta
from decimal import Decimal

import pytest

from metricdsl.insight.comparisons import change
from metricdsl.model.types import Kind, ValueType
from metricdsl.model.unit import SHARE

DECIMAL, DURATION = ValueType(Kind.DECIMAL), ValueType(Kind.DURATION)
RATE = ValueType(Kind.FLOAT, SHARE)


@pytest.mark.parametrize(
    ("value", "other", "of", "absolute", "relative", "points"),
    [
        (Decimal(130), Decimal(104), DECIMAL, 26, 0.25, None),
        (0.241, 0.247, RATE, None, None, -0.006),
        (Decimal(5), Decimal(-2), DECIMAL, 7, None, None),
        (Decimal(5), Decimal(0), DECIMAL, 5, None, None),
        (timedelta(hours=36), timedelta(hours=48), DURATION, -12 * 3_600_000_000, -0.25, None),
    ],
)
def test_each_where_it_means_something(value, other, of, absolute, relative, points):
    found = change("prior month", "2026-01", value, other, of)
    assert found.absolute == absolute
    assert found.relative == relative
    assert found.points == (None if points is None else pytest.approx(points))
    assert found.compared


@pytest.mark.parametrize(
    ("value", "other", "reason"), [(None, 1, "here"), (1, None, "there"), ("a", 1, "here")]
)
def test_without_a_value_nothing_is_compared(value, other, reason):
    found = change("prior month", "2026-01", value, other, DECIMAL)
    assert not found.compared
    assert found.reason == f"no value {reason}"
