"""Groups, periods, fill, having, order."""

# ruff: noqa: DTZ001 - readings of the local clock have no zone

from datetime import date, datetime

import pytest

from metricdsl.testing.reference import Refused
from tests.reference.asking import ask, table

EVENTS = """
entity event from events {
  key event_id
  time happened_at : timestamp
  dimension kind : text
  fact size : integer
}
metric events = count(event)
metric big = count(event where size > 5)
metric size = sum(event.size)
metric size0 = sum(event.size) { empty 0 }
"""
ROWS = {
    "events": table(
        "event_id happened_at kind size",
        (1, datetime(2025, 12, 28, 23, 59), "a", 1),
        (2, datetime(2025, 12, 29, 0, 0), "b", 9),
        (3, datetime(2026, 1, 31, 12, 30), "a", 6),
        (4, datetime(2026, 3, 31, 23, 59, 59), "b", None),
        (5, None, "a", 7),
        (6, datetime(2026, 7, 1), "a", 8),
    )
}


def events(query, **settings):
    return ask(EVENTS, query, ROWS, **settings)


def test_weeks_begin_on_monday_or_as_said():
    assert events("events by week during 2025-12-01 to 2025-12-31") == [
        (date(2025, 12, 22), 1),
        (date(2025, 12, 29), 1),
    ]
    assert events("events by week during 2025-12-01 to 2025-12-31", week_start="sunday") == [
        (date(2025, 12, 28), 2)
    ]


def test_two_grains_are_their_overlap():
    assert events("events by year, week during 2025-12-29 to 2026-01-04") == [
        (date(2025, 1, 1), date(2025, 12, 29), 1)
    ]


@pytest.mark.parametrize(
    ("period", "count"),
    [
        ("2026", 3),
        ("2026-Q1", 2),
        ("2026-W05", 1),
        ("2026-01", 1),
        ("2026-01-31", 1),
        ("2025-12 to 2026-01", 3),
        ("2026-01-01 to", 3),
        ("last 3 months", 1),
        ("last 1 quarter", 2),
        ("last quarter", 2),
        ("last 92 days", 1),
        ("this year", 3),
        ("this month", 0),
    ],
)
def test_during(period, count):
    assert events(f"events during {period}") == [(count,)]


def test_a_backwards_range_is_refused():
    with pytest.raises(Refused):
        events("events during 2026-02 to 2026-01")


def test_rows_without_a_time_are_the_null_period_and_fall_out_of_a_range():
    assert events("events by year") == [(date(2025, 1, 1), 2), (date(2026, 1, 1), 3), (None, 1)]
    assert events("events by year during 2026") == [(date(2026, 1, 1), 3)]


def test_hours_are_cells_of_the_local_clock():
    assert events("events by hour during 2025-12-28 to 2025-12-29") == [
        (datetime(2025, 12, 28, 23), 1),
        (datetime(2025, 12, 29, 0), 1),
    ]


def test_moments_with_a_zone_are_read_off_the_local_clock():
    from datetime import UTC

    rows = {
        "events": table("event_id happened_at kind size", (1, datetime(2026, 1, 1, 3, tzinfo=UTC), "a", 1))
    }
    assert ask(EVENTS, "events by day", rows, timezone="America/New_York") == [(date(2025, 12, 31), 1)]


def test_a_group_is_there_if_some_aggregate_of_a_column_has_a_row():
    assert events("big by event.kind, year") == [
        ("a", date(2026, 1, 1), 2),
        ("a", None, 1),
        ("b", date(2025, 1, 1), 1),
    ]
    assert len(events("big, events by event.kind, year")) == 5


def test_without_by_there_is_one_group_always():
    assert events("events, size, size0 during 2024") == [(0, None, 0)]


def test_empty_is_for_no_row_not_for_an_unknown_amount():
    assert events("size, size0 during 2026-03") == [(None, None)]
    assert events("size, size0 during 2026-02") == [(None, 0)]


def test_fill_without_a_range_goes_from_the_first_found_to_the_last():
    assert events("big by quarter fill") == [
        (date(2025, 10, 1), 1),
        (date(2026, 1, 1), 1),
        (date(2026, 4, 1), 0),
        (date(2026, 7, 1), 1),
        (None, 1),
    ]


def test_fill_goes_through_the_range_up_to_today_for_each_combination():
    rows = events("events by event.kind, month during 2026-05 to 2026-12 fill")
    assert rows == [("a", date(2026, 5, 1), 0), ("a", date(2026, 6, 1), 0), ("a", date(2026, 7, 1), 1)]


def test_fill_adds_nothing_where_no_group_was_found():
    assert events("events by month during 2024-01 to 2024-02 fill") == []


def test_having_selects_after_fill_and_brings_no_group():
    assert events("big by month during 2026-01 to 2026-03 fill having big = 0") == [
        (date(2026, 2, 1), 0),
        (date(2026, 3, 1), 0),
    ]
    assert events("big by event.kind having events > 3") == [("a", 3)]
    assert events("n: events by month having n = 1 and month != 2026-01 and month >= 2026-01") == [
        (date(2026, 3, 1), 1),
        (date(2026, 7, 1), 1),
    ]


def test_order_nulls_last_in_both_directions():
    assert events("size by event.event_id sort size") == [(1, 1), (3, 6), (5, 7), (6, 8), (2, 9), (4, None)]
    assert events("size by event.event_id sort size desc limit 2") == [(2, 9), (6, 8)]
    assert events("events by year sort year desc") == [
        (date(2026, 1, 1), 3),
        (date(2025, 1, 1), 2),
        (None, 1),
    ]
    assert [r[0] for r in events("events by event.kind sort events desc")] == ["a", "b"]


def test_values():
    assert events("values event.kind") == [("a",), ("b",)]
    assert events("values event.kind, event.happened_at.year where event.size > 6 sort event.kind desc") == [
        ("b", date(2025, 1, 1)),
        ("a", date(2026, 1, 1)),
        ("a", None),
    ]


def test_a_period_of_something_without_time_is_refused():
    definitions = "entity thing from things { key k }\nmetric things = count(thing)"
    for query in ("things by month", "things during 2026"):
        with pytest.raises(Refused, match="no time"):
            ask(definitions, query, {"things": table("k", (1,))})


def test_a_time_known_by_month_refuses_days():
    definitions = "entity thing from things { key k  time ds : month }\nmetric things = count(thing)"
    things = {"things": table("k ds", (1, date(2026, 1, 1)))}
    assert ask(definitions, "things by quarter", things) == [(date(2026, 1, 1), 1)]
    for grain in ("day", "week"):
        with pytest.raises(Refused, match="known by month"):
            ask(definitions, f"things by {grain}", things)


def test_a_date_has_no_hour():
    definitions = "entity thing from things { key k  time d : date }\nmetric things = count(thing)"
    with pytest.raises(Refused, match="no hour"):
        ask(definitions, "things by hour", {"things": table("k d", (1, date(2026, 1, 1)))})
