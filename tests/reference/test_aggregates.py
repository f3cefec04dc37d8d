"""More aggregates, and joins to a neighbour or as of a time."""

from datetime import date
from fractions import Fraction

import pytest

from metricdsl.testing.reference import Duration, Refused
from tests.reference.asking import ask, table

D = date
POINTS = """
entity point from points {
  key point_id
  time on_day : date
  dimension kind : text
  fact x : integer
  fact y : integer
}
"""
TABLES = {
    "points": table(
        "point_id on_day kind x y",
        (2, D(2026, 1, 2), "a", 1, 2),
        (1, D(2026, 1, 2), "a", 2, 4),
        (3, D(2026, 1, 1), "a", 3, None),
        (4, D(2026, 1, 5), "a", None, 8),
        (5, D(2026, 1, 4), "b", 4, 6),
        (6, None, "b", 6, 8),
    )
}


def points(query):
    return ask(POINTS, query, TABLES)


def test_variance_and_stddev_of_a_sample():
    # a: 1, 2, 3: mean 2, squares 1 + 0 + 1 over 2; b: 4, 6: squares 1 + 1 over 1
    assert points("variance(point.x), stddev(point.x) by point.kind")[0] == ("a", 1, 1)
    b = points("variance(point.x), stddev(point.x) by point.kind")[1]
    assert b[1] == 2
    assert float(b[2]) == pytest.approx(2**0.5)
    # of one value, none
    assert points("variance(point.x), stddev(point.x) where point.point_id = 1") == [(None, None)]


def test_stddev_of_durations_is_a_duration():
    # 0 and 4 days: squares 4 + 4 over 1
    found = points('stddev(point.on_day - 2026-01-01) where point.kind = "a" and point.point_id > 2')[0][0]
    assert isinstance(found, Duration)
    assert float(found.microseconds) == pytest.approx(8**0.5 * 86_400_000_000)


def test_slope_and_correlation():
    # pairs (x, y): (1, 2), (2, 4), (4, 6), (6, 8): means 13/4 and 5; sums of products: xy 19, xx 59/4, yy 20
    both, of_x, of_y = 2 + 8 + 24 + 48 - 4 * Fraction(13, 4) * 5, 57 - 4 * Fraction(13, 4) ** 2, 120 - 100
    assert points("slope(point.y, point.x)") == [(both / of_x,)]
    assert float(points("correlation(point.x, point.y)")[0][0]) == pytest.approx(
        float(both) / float(of_x * of_y) ** 0.5
    )
    # two points of a lie on a line
    assert points('correlation(point.x, point.y), slope(point.y, point.x) where point.kind = "a"') == [(1, 2)]
    # fewer than two, or no variation
    assert points("correlation(point.x, point.y), slope(point.y, point.x) where point.point_id <= 1") == [
        (None, None)
    ]
    assert points("slope(point.y, point.y - point.y)") == [(None,)]


def test_a_weighted_average():
    # (1 * 2 + 2 * 4 + 4 * 6 + 6 * 8) / 20
    assert points("avg(point.x, weight: point.y)") == [(Fraction(82, 20),)]
    assert points("avg(point.x, weight: 0 * point.y)") == [(None,)]


def test_first_and_last_go_by_time_then_key():
    # x by day: 3 (01-01), 2 and 1 (01-02, keys 1 and 2), 4 (01-04), null (01-05)
    assert points("first(point.x), last(point.x), last(point.y)") == [(3, 4, 8)]
    assert points("first(point.x), last(point.x) during 2026-01-02") == [(2, 1)]
    # the first has no y: the next has
    assert points("first(point.y)") == [(4,)]
    # rows without a time take no part
    assert points("last(point.x) by point.kind") == [("a", 1), ("b", 4)]
    assert points("last(point.x) by month")[1] == (None, None)


def test_an_approximate_count_is_exact_here():
    assert points("approx_count_distinct(point.kind), count(distinct point.y)") == [(2, 4)]


def test_aggregates_of_buckets():
    assert points("count(point), avg(point.x) by bucket(point.x, 2, 4)") == [
        ("< 2", 1, 1),
        ("2 to < 4", 2, Fraction(5, 2)),
        (">= 4", 2, 5),
        (None, 1, None),
    ]
    assert points('count(point where bucket(x, 2, 4) = "2 to < 4")') == [(2,)]


def test_the_spread_of_members():
    # x of a: 6, of b: 10; variance of two: 8
    assert points("variance(sum(point.x) per point.kind)") == [(8,)]


# ---------------------------------------------------------------- joins

DEALS = """
entity team from team_history {
  key rep_id, from_day
  valid from from_day to to_day
  dimension name : text
}
entity deal from deals {
  key deal_id
  join previous: deal on account_id before opened
  join next: deal on account_id after opened
  join team on rep_id as of closed
  time opened : date default
  time closed : date
  dimension status : text
  dimension gap = opened - previous.opened
  fact amount : integer
}
metric deals = count(deal)
metric amount = sum(deal.amount)
"""
HISTORY = {
    "team_history": table(
        "rep_id from_day to_day name",
        (1, D(2026, 1, 1), D(2026, 2, 1), "red"),
        (1, D(2026, 2, 1), D(2026, 3, 1), "blue"),
        (1, D(2026, 4, 1), None, "green"),
        (2, None, D(2026, 4, 1), "never"),
    ),
    "deals": table(
        "deal_id account_id rep_id opened closed status amount",
        (1, 1, 1, D(2026, 1, 1), D(2026, 1, 31), "won", 1),
        (2, 1, 1, D(2026, 1, 5), D(2026, 2, 1), "lost", 2),
        (3, 1, 1, D(2026, 1, 5), D(2026, 3, 1), "won", 4),  # a gap
        (4, 1, 1, D(2026, 1, 9), D(2027, 1, 1), "won", 8),
        (5, 2, 2, D(2026, 1, 1), D(2026, 1, 2), "won", 16),
        (6, None, 1, D(2026, 1, 2), None, "lost", 32),
        (7, 1, None, None, D(2026, 1, 2), "won", 64),
    ),
}


def deals(query):
    return ask(DEALS, query, HISTORY)


def test_the_row_before_is_strictly_before_and_has_the_greatest_key():
    # 2 and 3 follow 1; 4 follows 3, of the two on the 5th that with the greater key
    assert deals("amount by previous.deal_id") == [(1, 6), (3, 8), (None, 1 + 16 + 32 + 64)]
    assert deals("deals by previous") == [(1, 2), (3, 1), (None, 4)]
    assert deals('amount where previous.status = "won"') == [(14,)]


def test_the_row_after_mirrors_it():
    # 1 is followed by 2, of the two on the 5th that with the lesser key; 2 and 3 by 4
    assert deals("amount by next.deal_id") == [(2, 1), (4, 6), (None, 8 + 16 + 32 + 64)]


def test_a_neighbour_in_a_formula():
    day = 86_400_000_000
    # 2 and 3 after 4 days, 4 after 4 days
    assert deals("avg(deal.gap), sum(deal.amount - deal.previous.amount)") == [
        (Duration(Fraction(4 * day)), 1 + 3 + 4)
    ]
    # the neighbour of the neighbour
    assert deals("amount by previous.previous.deal_id") == [(1, 8), (None, 119)]


def test_as_of_a_time():
    # to_day is not among the days; a gap, a null time, an unknown rep and a null start are the null group
    assert deals("amount by team.name") == [("blue", 2), ("green", 8), ("red", 1), (None, 4 + 16 + 32 + 64)]
    assert deals('deals where team.name = "red" or team.name is null') == [(5,)]


def test_an_overlap_is_refused():
    rows = [*HISTORY["team_history"].rows, (1, D(2026, 1, 15), D(2026, 2, 10), "grey")]
    tables = {**HISTORY, "team_history": table("rep_id from_day to_day name", *rows)}
    with pytest.raises(Refused, match="more than once"):
        ask(DEALS, "amount by team.name", tables)


def test_neighbours_under_time_functions():
    # in 2026-02: prior of January; by what their neighbours were
    assert deals("prior(amount, 1 month) by previous.status, month during 2026-02") == [
        ("won", D(2026, 2, 1), 14),
        (None, D(2026, 2, 1), 49),
    ]
