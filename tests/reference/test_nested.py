"""Everything nests: time functions, totals, members, stocks and conditions in one another."""

from datetime import date
from fractions import Fraction

import pytest

from metricdsl.testing.reference import Refused
from tests.reference.asking import ask, table

D = date
SHOP = """
entity team from teams { key team_id  dimension name : text }
entity rep from reps { key rep_id  join team on team_id  dimension level : text }
entity account from accounts {
  key account_id
  dimension kind : text
  dimension best_month = max(won per month)
}
entity deal from deals {
  key deal_id
  join account on account_id
  join owner: rep on owner_id
  join opener: rep on opener_id
  time opened : date
  time closed : date default
  fact amount : integer
}
entity stock from stocks {
  key account_id, on_day
  join account on account_id
  fact pieces : integer stock last by on_day
  time on_day : date
}
metric won = sum(deal.amount)
metric deals = count(deal)
metric open_deals = count(deal) while opened to closed
metric pieces = sum(stock.pieces)
metric kept = count(account having opening(open_deals) > 0 and open_deals > 0)
define yoy(m, d = 1 month) = growth(m, d)
define per_account(m) = avg(m per account)
define times(m, g) = count(m per g)
"""
JAN, FEB, MAR, APR = D(2026, 1, 1), D(2026, 2, 1), D(2026, 3, 1), D(2026, 4, 1)
TABLES = {
    "teams": table("team_id name", (1, "red"), (2, "blue")),
    "reps": table("rep_id team_id level", (1, 1, "hi"), (2, 2, "lo"), (3, 2, "hi")),
    "accounts": table("account_id kind", (1, "a"), (2, "b"), (3, "b"), (4, "a")),
    "deals": table(
        "deal_id account_id owner_id opener_id opened closed amount",
        (1, 1, 1, 1, D(2025, 12, 20), D(2026, 1, 10), 1),
        (2, 1, 2, 1, D(2026, 1, 5), D(2026, 2, 10), 2),
        (3, 2, 1, 3, D(2026, 1, 6), D(2026, 3, 20), 4),
        (4, 2, 3, 3, D(2026, 2, 1), D(2026, 3, 31), 8),
        (5, 3, 2, 2, D(2026, 2, 2), D(2026, 2, 28), 16),
        (6, 3, None, 2, D(2026, 3, 3), D(2026, 4, 1), 32),
        (7, None, 1, 1, D(2026, 3, 4), None, 64),
    ),
    "stocks": table(
        "account_id on_day pieces",
        (1, D(2026, 1, 31), 10),
        (2, D(2026, 1, 31), 20),
        (1, D(2026, 2, 27), 30),
        (2, D(2026, 2, 28), 40),
        (1, D(2026, 3, 31), 50),
        (2, D(2026, 3, 31), 60),
    ),
}


def shop(query, **settings):
    return ask(SHOP, query, TABLES, **settings)


def test_definitions_of_ones_own_bind_formulas_lengths_and_grains():
    # won: Jan 1, Feb 18, Mar 12, Apr 32
    assert shop("yoy(won) by month during 2026-02 to 2026-03") == [(FEB, 17), (MAR, Fraction(-6, 18))]
    assert shop("yoy(per_account(won), 1 month) during 2026-03") == [(Fraction(12 - 9, 9),)]
    assert shop("times(won, month), times(won, account)") == [(4, 3)]


def test_a_range_of_growths_over_members():
    # March against February by account: 1: null against 2; 2: 12 against null; 3: null against 16: no value at all
    assert shop("avg(growth(won, 1 month) per account) by month during 2026-03") == [(MAR, None)]
    # April against March: 3: 32 against null; 2: null against 12; E(growth) = E(m) or E(p) makes both members
    assert shop(
        "count(yoy(deals) per account), count(coalesce(yoy(deals), 0) per account) during 2026-04"
    ) == [(1, 2)]


def test_prior_of_a_count_having_opening():
    # open at the end of: Jan 2 (acct 1), 3 (2); Feb 3, 4 (2); closed on the 28th is not open on the 28th
    # kept: Feb before: 1, 2; at its end: 2 -> 1.  Jan before: deal 1 (acct 1), at its end acct 1 too -> 1.  Mar: 2 before; none of 2 at its end -> 0
    assert shop("kept by month during 2026")[:3] == [(JAN, 1), (FEB, 1), (MAR, 0)]
    assert shop("prior(kept, 1 month) by month during 2026-02 to 2026-04") == [(FEB, 1), (MAR, 1), (APR, 0)]
    assert shop("growth(kept, 1 month) during 2026-03") == [(-1,)]


def test_kept_by_a_dimension_of_the_member_and_by_that_of_its_children():
    assert shop("kept by account.kind during 2026-02") == [("a", 0), ("b", 1)]
    # by the owner: the coordinate does not reach account; what is open is that of the owner
    assert shop("kept by owner.level during 2026-02") == [("hi", 1), ("lo", 0)]


def test_stocks_under_trailing_prior_and_opening_of_shares():
    # the last date of February is the 28th, on which only 2 has a row
    assert shop("pieces by month during 2026") == [(JAN, 30), (FEB, 40), (MAR, 110)]
    assert shop("share(opening(pieces), of: account.kind) by account.kind, month during 2026-04") == [
        ("a", APR, Fraction(50, 110)),
        ("b", APR, Fraction(60, 110)),
    ]
    # 2 days up to February 28 have both last dates, and take the 28th
    assert shop("trailing(sum(pieces per account), 2 days) during 2026-02") == [(40,)]
    # the average of the days on which there is one, each its own last date: 30 on the 27th, 40 on the 28th
    assert shop("avg(pieces per day) during 2026-02") == [(35,)]
    assert shop("prior(avg(pieces per day), 1 month) by month during 2026-03") == [(MAR, 35)]
    # the opening of each day of February is 30 up to the 27th, 30 on the 28th
    assert shop("max(opening(pieces) per day) during 2026-02") == [(30,)]


def test_while_under_trailing_and_members():
    # what is open at the end of March: 6 and 7; at the end of February 3 and 4
    assert shop("trailing(open_deals, 7 days), prior(open_deals, 1 month) during 2026-03") == [(2, 2)]
    # by account on the last day, 7 has none
    assert shop("trailing(sum(open_deals per account), 7 days) during 2026-03") == [(1,)]
    # in members the days of the window: 02-26, 02-27: 3, 4 and 5; 02-28: 3 and 4
    assert shop("trailing(sum(open_deals per day), 3 days) during 2026-02") == [(3 + 3 + 2,)]


def test_total_inside_per_inside_total():
    # parts of kinds in each month: Jan a 1; Feb a 2, b 16 of 18; Mar b 12 of 12; Apr 32
    assert shop("max(won / total(won) per month) by account.kind") == [
        ("a", 1),
        ("b", 1),
    ]
    assert shop("total(max(won per month)) by account.kind") == [("a", 32), ("b", 32)]
    # the greatest part of an account over the months: 1: Jan 1; 2: Mar 1; 3: Apr 1
    assert shop("min(max(won / total(won, over: account) per month) per account)") == [(1,)]
    # without the month: each month's part of all 63 (the deal not closed has no month, and no part in 32 + ..)
    assert shop("sum(won / total(won, over: month) per month) during 2026") == [(1,)]


def test_rank_of_growth_and_of_members():
    # owners by deals: 1: deals 1, 3, 7; 2: 2, 5; 3: 4; nobody: 6
    assert shop("rank(deals, over: owner) by owner") == [(1, 1), (2, 2), (3, 3), (None, None)]
    # within the team: red 1; blue 2 before 3
    assert shop(
        "rank(deals, over: owner) by team.name, owner via_owner".replace(" via_owner", "").replace(
            "team.name", "owner.team.name"
        )
    ) == [
        ("blue", 2, 1),
        ("blue", 3, 2),
        ("red", 1, 1),
        (None, None, None),
    ]
    # the number of accounts of an owner: 1: two (1, 2); 2: two (1, 3); 3: one
    assert shop("rank(count(won per account), over: owner) by owner") == [
        (1, 1),
        (2, 1),
        (3, 3),
        (None, None),
    ]


def test_total_over_a_role_leaves_the_other_role():
    assert shop("total(deals, over: owner) by owner.level, opener.level") == [
        ("hi", "hi", 5),
        ("lo", "hi", 5),
        ("lo", "lo", 2),
        (None, "lo", 2),
    ]


def test_a_child_dimension_of_members_in_a_share_under_prior():
    # the best month of an account: 1: 2, 2: 12, 3: 32, 4: none
    assert shop("deals by account.best_month") == [(2, 2), (12, 2), (32, 2), (None, 1)]
    assert shop(
        "prior(share(won, of: account.best_month), 1 month) by account.best_month during 2026-03"
    ) == [
        (2, Fraction(2, 18)),
        (32, Fraction(16, 18)),
    ]
    assert shop("avg(won per account.best_month) where account.best_month > 2") == [(Fraction(12 + 48, 2),)]


def test_trailing_of_first_per_day_and_at_start_of_running():
    # running at each month's first cell of the quarter: January's 1 (December has none)
    assert shop("at_start(running(won), quarter) by month during 2026-01 to 2026-03") == [
        (JAN, 1),
        (FEB, 1),
        (MAR, 1),
    ]
    # the days of the 40 up to 03-31 (from 02-20): 02-28 first, 03-31 last
    assert shop(
        "trailing(first(won per day), 40 days), trailing(last(won per day), 40 days) during 2026-03"
    ) == [(16, 8)]
    # a window is no cell: the weeks in it need not nest with the months of the result
    weekly = "trailing(avg(won per week), 40 days)"
    ((_, by_month),) = shop(f"{weekly} by month during 2026-03")
    assert shop(f"{weekly} by day during 2026-03-31") == [(date(2026, 3, 31), by_month)]
    with pytest.raises(Refused, match="nest"):
        shop("avg(trailing(won, 40 days) per week) by month")


def test_per_every_under_prior():
    # of February, January's: accounts of kind b had nothing
    assert shop("prior(avg(deals per every account), 1 month) during 2026-02") == [(Fraction(1, 4),)]
    assert shop('avg(deals per every owner) during 2026-02 where owner.level = "hi"') == [(0,)]
    assert shop('count(deals per every owner) where owner.team.name = "blue"') == [(2,)]


def test_conditions_on_values_of_members_under_time_functions():
    # accounts of more than 10 in all: 2 (12) and 3 (48); of March February's
    assert shop("prior(won, 1 month) where (won per account) > 10 during 2026-03") == [(16,)]
    assert shop("running(won) where (deals per owner) > 2 by month during 2026-01 to 2026-03") == [
        (JAN, 1),
        (FEB, 1),
        (MAR, 5),
    ]


def test_having_of_a_query_over_a_moved_share():
    assert shop(
        "won by account.kind, month during 2026-03 having prior(share(won, of: account.kind), 1 month) > 50%"
    ) == [("b", MAR, 12)]


def test_having_of_a_query_sees_groupings_only_outside_aggregates():
    # inside an aggregate or behind a word of context the name is the dimension, not the group's value
    assert shop('won by account.kind having sum(deal.amount where account.kind = "a") > 0') == [("a", 3)]
    assert shop("won by month having count(won per month) = 1 and month < 2026-03") == [(JAN, 1), (FEB, 18)]
    assert shop("won by age(deal.opened, month) having age(deal.opened, month) > 0") == [(1, 43), (2, 4)]


def test_fill_of_running_and_a_period_without_rows():
    # running is there in every month up to today; the plain sum is not
    assert shop("won, running(won) by month during 2026-04 to 2026-12") == [
        (APR, 32, 63),
        (D(2026, 5, 1), None, 63),
        (D(2026, 6, 1), None, 63),
    ]


def test_a_total_of_what_has_no_time():
    # teams have no time: without the month it is all of them, and they bring no month
    assert shop("deals, total(count(team), over: month) by month") == [
        (JAN, 1, 2),
        (FEB, 2, 2),
        (MAR, 2, 2),
        (APR, 1, 2),
        (None, 1, 2),
    ]
    with pytest.raises(Refused, match="no time"):
        shop("deals, total(count(team)) by month")
