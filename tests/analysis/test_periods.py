"""Ranges of `during`, for a day and a week's start."""

from datetime import date

import pytest

from metricdsl.model.request import Context
from tests.analysis.reading import ask, resolve

ORDERS = resolve("entity order from orders { key id  time day : date }\nmetric orders = count(order)")

# Wednesday
TODAY = date(2026, 7, 15)

RANGES = [
    ("2025", 1, date(2025, 1, 1), date(2026, 1, 1)),
    ("2026-Q4", 1, date(2026, 10, 1), date(2027, 1, 1)),
    ("2026-12", 1, date(2026, 12, 1), date(2027, 1, 1)),
    ("2026-W01", 1, date(2025, 12, 29), date(2026, 1, 5)),
    ("2026-W01", 7, date(2025, 12, 28), date(2026, 1, 4)),
    ("2026-02-28", 1, date(2026, 2, 28), date(2026, 3, 1)),
    ("2026-01-15 to 2026-02", 1, date(2026, 1, 15), date(2026, 3, 1)),
    ("2026-Q1 to 2026-Q3", 1, date(2026, 1, 1), date(2026, 10, 1)),
    ("last 12 months", 1, date(2025, 7, 1), date(2026, 7, 1)),
    ("last 28 days", 1, date(2026, 6, 17), date(2026, 7, 15)),
    ("last 1 day", 1, date(2026, 7, 14), date(2026, 7, 15)),
    ("last 2 weeks", 1, date(2026, 6, 29), date(2026, 7, 13)),
    ("last 2 weeks", 7, date(2026, 6, 28), date(2026, 7, 12)),
    ("last quarter", 1, date(2026, 4, 1), date(2026, 7, 1)),
    ("last 5 quarters", 1, date(2025, 4, 1), date(2026, 7, 1)),
    ("last year", 1, date(2025, 1, 1), date(2026, 1, 1)),
    ("this month", 1, date(2026, 7, 1), date(2026, 8, 1)),
    ("this week", 1, date(2026, 7, 13), date(2026, 7, 20)),
    ("this week", 6, date(2026, 7, 11), date(2026, 7, 18)),
    ("this quarter", 1, date(2026, 7, 1), date(2026, 10, 1)),
    ("this year", 1, date(2026, 1, 1), date(2027, 1, 1)),
    ("2026-03-01 to", 1, date(2026, 3, 1), None),
]


@pytest.mark.parametrize(("written", "week_start", "start", "end"), RANGES)
def test_range(written, week_start, start, end):
    context = Context(today=TODAY, week_start=week_start)
    outcome = ask(ORDERS, f"orders during {written}", context=context)
    assert outcome.problems == ()
    assert (outcome.value.during.start, outcome.value.during.end) == (start, end)


IMPOSSIBLE = [
    "2026-06 to 2026-01",
    "0",
    "99999",
    '"soon"',
    "last 1.5 months",
    "last 24 hours",
    "last 99999999 years",
]


@pytest.mark.parametrize("written", IMPOSSIBLE)
def test_impossible(written):
    outcome = ask(ORDERS, f"orders during {written}")
    assert [p.code for p in outcome.problems] == ["Q502"]
    assert outcome.value is None
