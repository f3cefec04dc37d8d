"""Stocks, snapshots, what is open, and what is spread over its days."""

from datetime import date
from fractions import Fraction

import pytest

from metricdsl.testing.reference import Refused
from tests.reference.asking import ask, table

BANK = """
entity account from accounts { key account_id  dimension kind : text }
entity balance from balances {
  key account_id, on_day
  join account on account_id
  time on_day : date
  fact amount : integer stock %s by on_day%s
  fact fee : integer
}
metric held = sum(balance.amount)
metric fees = sum(balance.fee)
metric lines = count(balance)
"""
D = date
TABLES = {
    "accounts": table("account_id kind", (1, "a"), (2, "b")),
    "balances": table(
        "account_id on_day amount fee",
        (1, D(2026, 1, 10), 1, 1),
        (2, D(2026, 1, 10), 2, 1),
        (1, D(2026, 1, 31), 4, 1),  # the last date of January, on which 2 has no row
        (2, D(2026, 2, 5), 8, 1),
        (1, D(2026, 2, 20), 16, 1),
        (2, D(2026, 2, 20), 32, 1),
        (1, None, 64, 1),
    ),
}
JAN, FEB, MAR, APR = D(2026, 1, 1), D(2026, 2, 1), D(2026, 3, 1), D(2026, 4, 1)


def bank(query, rule="last", per="", **settings):
    return ask(BANK % (rule, per), query, TABLES, **settings)


def test_the_last_date_of_the_entity_in_the_period():
    assert bank("held by month") == [(JAN, 4), (FEB, 48)]
    # of all time the last is February's; rows without a date have no last one
    assert bank("held") == [(48,)]
    assert bank("held during 2026-01-01 to 2026-01-20") == [(3,)]


def test_the_date_is_chosen_before_filters_and_groups():
    # b has no row on the last of January
    assert bank("held by account.kind, month during 2026") == [("a", JAN, 4), ("a", FEB, 16), ("b", FEB, 32)]
    assert bank('held where account.kind = "b"') == [(32,)]
    assert bank('held during 2026-01 where account.kind = "b"') == [(None,)]


def test_each_series_has_its_own_last_date():
    assert bank("held by month", per=" per account_id") == [(JAN, 2 + 4), (FEB, 48)]
    assert bank('held during 2026-01 where account.kind = "b"', per=" per account_id") == [(2,)]


def test_first_takes_the_first_date():
    assert bank("held by month during 2026", "first") == [(JAN, 3), (FEB, 8)]
    assert bank("held by month during 2026", "first", " per account_id") == [(JAN, 3), (FEB, 24)]


def test_avg_max_and_min_go_over_the_dates():
    # January: 3 on the 10th, 4 on the 31st; February: 8, 48
    assert bank("held by month during 2026", "avg") == [(JAN, Fraction(7, 2)), (FEB, 28)]
    assert bank("held by month during 2026", "max") == [(JAN, 4), (FEB, 48)]
    assert bank("held by month during 2026", "min") == [(JAN, 3), (FEB, 8)]
    # the dates are the entity's: kind b in January, 2 over two dates
    assert bank("held by account.kind during 2026-01", "avg") == [("a", Fraction(5, 2)), ("b", 1)]
    # for each series: 1: 5/2 over two dates; 2: 2 over one
    assert bank("held during 2026-01", "avg", " per account_id") == [(Fraction(9, 2),)]
    assert bank("held during 2026-02", "max", " per account_id") == [(48,)]
    for function in ("count", "avg", "max"):
        with pytest.raises(Refused, match="sum alone"):
            bank(f"{function}(balance.amount)", "avg")


def test_flows_of_the_same_entity_add_over_time():
    assert bank("fees, lines by month during 2026") == [(JAN, 3, 3), (FEB, 3, 3)]


def test_a_snapshot_says_last_for_all_aggregates():
    definitions = BANK.replace("  fact fee", "  snapshot by on_day\n  fact fee") % ("first", "")
    # counts and fees of the last date; the fact's own rule goes first
    assert ask(definitions, "lines, fees, held by month during 2026", TABLES) == [
        (JAN, 1, 1, 3),
        (FEB, 2, 2, 8),
    ]
    definitions = BANK.replace("  fact fee", "  snapshot by on_day per account_id\n  fact fee") % ("last", "")
    assert ask(definitions, "lines, fees, held by month during 2026", TABLES) == [
        (JAN, 2, 2, 4),
        (FEB, 2, 2, 48),
    ]
    assert ask(definitions, "count(distinct balance.account) during 2026-01", TABLES) == [(2,)]


def test_stocks_under_time_functions():
    assert bank("prior(held, 1 month) by month during 2026") == [(FEB, 4), (MAR, 48)]
    # the last date in the 31 days up to the last of the month: March from 03-01 on has none; 40 days have February's
    assert bank("trailing(held, 31 days) by month during 2026") == [(JAN, 4), (FEB, 48)]
    assert bank("trailing(held, 40 days) by month during 2026") == [(JAN, 4), (FEB, 48), (MAR, 48)]
    # the average of the sums of three dates: 4, 8 and 48 from 01-20 to 02-28
    assert bank("trailing(held, 40 days) during 2026-02", "avg") == [(20,)]
    assert bank("running(held) by month during 2026-02 to 2026-04") == [(FEB, 48), (MAR, 48), (APR, 48)]


def test_opening_takes_the_last_date_before_whatever_the_rule():
    for rule in ("last", "first", "avg", "max", "min"):
        assert bank("opening(held) by month during 2026-01 to 2026-03", rule) == [(FEB, 4), (MAR, 48)]
    assert bank("opening(held) by month during 2026-02", "avg", " per account_id") == [(FEB, 6)]
    # all time has no start
    assert bank("opening(held)") == [(None,)]
    assert bank("held - opening(held) by month during 2026-02") == [(FEB, 44)]


def test_growth_of_opening_and_opening_per_member():
    # opening of March 48, of February 4
    assert bank("growth(opening(held), 1 month) by month during 2026-03") == [(MAR, 11)]
    # per account on the last date before March: 16 and 32
    assert bank("avg(opening(held) per account) during 2026-03") == [(24,)]
    assert bank("opening(avg(held per account)) during 2026-03") == [(24,)]


# ---------------------------------------------------------------- while

SUBSCRIPTIONS = """
entity account from accounts { key account_id  time since : date  dimension kind : text }
entity subscription from subscriptions {
  key subscription_id
  join account on account_id
  time started_on : date default
  time ended_on : date
  fact mrr : integer
}
metric active = count(subscription) while started_on to ended_on
metric mrr = sum(subscription.mrr) while started_on to ended_on
metric starts = count(subscription)
metric retained = count(account having opening(active) > 0 and active > 0) / count(account having opening(active) > 0)
"""
OPEN = {
    "accounts": table(
        "account_id since kind", (1, D(2026, 1, 1), "a"), (2, D(2026, 1, 1), "b"), (3, None, "b")
    ),
    "subscriptions": table(
        "subscription_id account_id started_on ended_on mrr",
        (
            1,
            1,
            D(2026, 1, 15),
            D(2026, 3, 1),
            1,
        ),  # open at the end of February, no more on the first of March
        (2, 2, D(2026, 2, 1), None, 2),
        (3, 2, None, D(2026, 5, 1), 4),  # never was
        (4, 3, D(2026, 2, 10), D(2026, 2, 20), 8),  # open at no end of a month
        (5, 1, D(2026, 4, 30), D(2026, 7, 31), 16),
        (6, 3, D(2026, 9, 1), None, 32),  # begins after today
    ),
}


def subs(query, **settings):
    return ask(SUBSCRIPTIONS, query, OPEN, **settings)


def test_what_is_open_at_the_end_of_the_last_day():
    assert subs("active, mrr by month") == [
        (JAN, 1, 1),
        (FEB, 2, 3),
        (MAR, 1, 2),
        (APR, 2, 18),
        (D(2026, 5, 1), 2, 18),
        (D(2026, 6, 1), 2, 18),
    ]
    # by day: a <= day < b
    days = subs("active by day during 2026-02-19 to 2026-02-20")
    assert days == [(D(2026, 2, 19), 3), (D(2026, 2, 20), 2)]
    # without a period as of today; in a period that contains today too
    assert subs("active, mrr") == [(2, 18)]
    assert subs("mrr by year") == [(D(2026, 1, 1), 18)]


def test_a_period_after_today_lives_by_what_starts_there():
    # `starts` brings September; what is then open is counted at its end: 2 and 6
    assert subs("starts, active by month during 2026-09") == [(D(2026, 9, 1), 1, 2)]
    assert subs("active by month during 2026-08 to 2026-09") == []


def test_while_under_time_functions():
    assert subs("opening(active) by month during 2026-02 to 2026-04") == [(FEB, 1), (MAR, 2), (APR, 1)]
    assert subs("prior(mrr, 1 month) by month during 2026-02 to 2026-04") == [(FEB, 1), (MAR, 3), (APR, 2)]
    # a window ends on the period's last day: what is open then
    assert subs("trailing(mrr, 7 days) by month during 2026-01 to 2026-03") == [(JAN, 1), (FEB, 3), (MAR, 2)]
    assert subs("trailing(active, 3 days) by day during 2026-02-20") == [(D(2026, 2, 20), 2)]
    assert subs("running(active), to_date(active, year) during 2026-02") == [(2, 2)]
    assert subs("at_start(active, month) by day during 2026-02-20") == [(D(2026, 2, 20), 2)]


def test_while_by_a_grain_of_its_start_is_a_dimension():
    assert subs("active by subscription.started_on.month") == [(FEB, 1), (APR, 1)]
    with pytest.raises(Refused, match="age"):
        subs("active by age(account.since, month)")


def test_having_with_opening():
    # February: open before it only account 1, still open at its end: 1 / 1; March: 1 and 2 before, 2 at the end
    assert subs("retained by month during 2026-02 to 2026-03") == [(FEB, 1), (MAR, Fraction(1, 2))]
    assert subs("count(account having active = 0) during 2026-02") == [(1,)]


def test_average_over_the_days_of_what_is_open():
    # 2026-02-18 .. 21: 3, 3, 2, 2
    assert subs("avg(active per day) during 2026-02-18 to 2026-02-21") == [(Fraction(5, 2),)]
    # the greatest day of each account in that time: 1, 1, 1
    assert subs("sum(max(active per day) per account) during 2026-02-18 to 2026-02-21") == [(3,)]


def test_while_of_a_stock_is_refused():
    with pytest.raises(Refused, match="stock"):
        bank("(held while on_day to on_day)")


# ---------------------------------------------------------------- spread

TARGETS = """
entity team from teams { key team_id  dimension name : text }
entity target from targets {
  key target_id
  join team on team_id
  time from_day : date
  time to_day : date
  fact amount : integer spread from from_day to to_day
}
metric planned = sum(target.amount)
"""
SPREAD = {
    "teams": table("team_id name", (1, "x"), (2, "y")),
    "targets": table(
        "target_id team_id from_day to_day amount",
        (1, 1, D(2026, 1, 1), D(2026, 4, 1), 90),  # 31 + 28 + 31 days
        (2, 2, D(2026, 2, 15), D(2026, 3, 1), 28),  # 14 days
        (3, 2, D(2026, 2, 15), D(2026, 2, 15), 1000),  # no day
        (4, 2, D(2026, 2, 15), None, 1000),
        (5, 1, D(2026, 9, 29), D(2026, 10, 3), 4),  # after today
    ),
}


def spread(query):
    return ask(TARGETS, query, SPREAD)


def test_a_fact_spread_over_its_days():
    assert spread("planned by month during 2026-01 to 2026-04") == [(JAN, 31), (FEB, 28 + 28), (MAR, 31)]
    assert spread("planned by month during 2026-09 to 2026-10") == [(D(2026, 9, 1), 2), (D(2026, 10, 1), 2)]
    # all time: the whole facts that have a day
    assert spread("planned by team.name") == [("x", 94), ("y", 28)]
    assert spread("planned during 2026-02-27 to 2026-03-02") == [(4 + 4,)]


def test_spread_is_added_only_and_moves():
    with pytest.raises(Refused, match="sum"):
        spread("avg(target.amount)")
    assert spread("prior(planned, 1 month) by month during 2026-04 to 2026-05") == [(APR, 31)]
    assert spread("trailing(planned, 10 days) by day during 2026-02-20") == [(D(2026, 2, 20), 10 + 12)]
