"""Scorecards of a small shop: which goals, comparisons and ranges stand beside which numbers."""

from datetime import date
from decimal import Decimal

import pytest

from metricdsl.engine.errors import QueryError
from metricdsl.insight.goals import Status
from metricdsl.insight.usual_range import Chart

CARD = "scorecard sales { metrics revenue, win_rate, lost  by month }\n"


def rows(card):
    return {row.title: row for row in card.rows}


def codes(error):
    return [problem.code for problem in error.value.problems]


def test_the_last_period_that_is_over_is_judged(shop):
    card = shop(CARD).scorecard("sales")
    assert (card.period_text, card.finished) == ("2026-03", True)
    assert [(row.name, row.label, row.better) for row in card.rows] == [
        ("revenue", "Revenue", "higher"),
        ("win_rate", "Win rate", "higher"),
        ("lost", "Lost", "lower"),
    ]
    found = rows(card)
    # March 2026 is the 25th month: 50 + 24 % 3 = 50, of two sales.
    assert (found["Revenue"].value, found["Lost"].value) == (Decimal(100), 1)
    assert found["Win rate"].value == pytest.approx(2 / 3)
    assert {row.status for row in card.rows} == {Status.NO_GOAL}
    assert card.coverage.metrics_without_goal == ("Revenue", "Win rate", "Lost")


def test_it_is_compared_with_the_month_and_the_year_before(shop):
    [revenue, win_rate, _] = shop(CARD).scorecard("sales").rows
    assert [(one.name, one.period, one.value) for one in revenue.changes] == [
        ("prior month", "2026-02", Decimal(104)),
        ("prior year", "2025-03", Decimal(100)),
    ]
    assert [one.absolute for one in revenue.changes] == [Decimal(-4), Decimal(0)]
    assert [one.points for one in win_rate.changes] == [pytest.approx(0), pytest.approx(0)]


def test_its_series_begins_with_the_first_row(shop):
    [revenue, *_] = shop(CARD).scorecard("sales", "2025-06").rows
    assert revenue.series[0].starts == date(2024, 3, 1)
    assert len(revenue.series) == 16


@pytest.mark.parametrize(
    ("period", "text", "finished"),
    [
        ("2026-02", "2026-02", True),
        ("2026-Q1", "2026-Q1", True),
        ("last quarter", "2026-Q1", True),
        ("2025", "2025", True),
        ("this month", "2026-04", False),
        ("2026", "2026", False),
        ("2026-03-10", "2026-03-10", True),
        ("2026-W10", "the week of 2026-03-02", True),
    ],
)
def test_any_period_can_be_judged(shop, period, text, finished):
    card = shop(CARD).scorecard("sales", period)
    assert (card.period_text, card.finished) == (text, finished)


@pytest.mark.parametrize(
    "period",
    ["soon", "2026-13", "last 4 months", "2026-01 to 2026-02", "2026-01-05 to", "2026-03 limit 3", "2027-01"],
)
def test_what_is_no_period_is_refused(shop, period):
    with pytest.raises(QueryError) as error:
        shop(CARD).scorecard("sales", period)
    assert codes(error) == ["Q510"] or codes(error)[0].startswith(("Q", "S", "T"))


def test_during_says_which_is_judged(shop):
    card = shop("scorecard sales { metrics revenue  by month  during 2025-Q2 }\n").scorecard("sales")
    assert card.period_text == "2025-06"
    assert len(card.rows[0].series) == 16, "what was before is looked at all the same"


GOALS = """
goal "More" : revenue >= 110 for 2026 each month { warn 100  owner "board" }
goal win_rate >= 60% for 2026
goal lost <= 1 for 2026 each month
"""


def test_each_metric_is_judged_by_its_own_goal(shop):
    found = rows(shop(CARD + GOALS).scorecard("sales"))
    assert [row.status for row in found.values()] == [Status.IN_DANGER, Status.AHEAD, Status.AHEAD]
    assert found["Revenue"].judgement.attainment == pytest.approx(100 / 110)
    assert found["Win rate"].judgement.way == "as through all its time"
    assert found["Revenue"].judgement.goal.said["owner"] == '"board"'


def test_members_have_goals_of_their_own(shop):
    more = """
scorecard teams { metrics revenue  by month, rep.team }
goal revenue >= 50 for 2026 each month, rep.team
goal revenue >= 90 for 2026-03 where rep.team = "US"
"""
    card = shop(more).scorecard("teams")
    assert [(row.title, row.value, row.status) for row in card.rows] == [
        ("Revenue · EU", Decimal(50), Status.AHEAD),
        ("Revenue · US", Decimal(50), Status.BEHIND),
    ]


def test_an_unfinished_period_is_asked_for_its_share(shop):
    card = shop(CARD + GOALS).scorecard("sales", "this month")
    found = rows(card)
    # On the 15th 14 of 30 days are over; both won sales of April lie before.
    assert (card.elapsed.over, card.elapsed.of, card.elapsed.counted) == (14, 30, "days")
    assert found["Revenue"].judgement.expected == pytest.approx(110 * 14 / 30)
    assert (found["Revenue"].value, found["Revenue"].status) == (Decimal(102), Status.ON_TRACK)
    assert found["Revenue"].judgement.pace == pytest.approx(102 / (110 * 14 / 30))


def test_an_unfinished_period_is_compared_by_the_same_days(shop):
    [revenue, _, lost] = shop(CARD).scorecard("sales", "this month").rows
    assert [(one.period, one.value, one.same_days) for one in revenue.changes] == [
        ("2026-03", Decimal(100), 14),
        ("2025-04", Decimal(102), 14),
    ]
    assert [(one.value, one.absolute) for one in lost.changes] == [(0, 0), (0, 0)], (
        "the lost ones come on the 20th"
    )


def test_where_the_other_period_is_shorter_nothing_is_compared(shop):
    card = shop(CARD, today=date(2026, 3, 30)).scorecard("sales", "this month")
    [before, year] = card.rows[0].changes
    assert (before.compared, before.reason) == (False, "it has only 28 days")
    assert year.compared


def test_on_the_first_day_nothing_is_compared(shop):
    card = shop(CARD + GOALS, today=date(2026, 4, 1)).scorecard("sales", "this month")
    assert {one.reason for one in card.rows[0].changes} == {"none of its days are over"}
    assert card.rows[0].status is Status.NO_DATA


def test_open_days_are_counted_where_a_calendar_has_hours(shop):
    office = "calendar office { hours monday to friday 09:00 to 17:00  holidays 2026-04-03, 2026-04-06 }\n"
    card = shop(CARD + GOALS + office).scorecard("sales", "this month")
    # April 2026 has 22 weekdays, of which the 3rd and 6th are closed; before the 15th there are 10 - 2.
    assert (card.elapsed.over, card.elapsed.of, card.elapsed.counted) == (8, 20, "open days of office")


def test_comparisons_are_those_it_says(shop):
    more = """
baseline revenue = prior(revenue, 3 months)
scorecard sales { metrics revenue, win_rate  by month  compare prior 2 months, baseline, 2025-01, prior week, goal }
"""
    [revenue, win_rate] = shop(more).scorecard("sales").rows
    assert [(one.name, one.value, one.reason) for one in revenue.changes] == [
        ("prior 2 months", Decimal(102), ""),
        ("baseline", Decimal(100), ""),
        ("2025-01", Decimal(102), ""),
        ("prior week", None, "1 week before a month there is no one month"),
    ]
    assert win_rate.changes[1].reason == "it has no baseline"


def test_a_rate_is_charted_by_what_it_is_a_rate_of(shop):
    [revenue, win_rate, lost] = shop(CARD).scorecard("sales").rows
    assert (revenue.usual.chart, win_rate.usual.chart, lost.usual.chart) == (Chart.XMR, Chart.P, Chart.XMR)
    assert {point.of for point in win_rate.series} == {3}
    assert win_rate.usual.mean == pytest.approx(2 / 3)
    assert lost.usual.limits[0].low >= 0


def test_a_value_out_of_the_ordinary_is_a_signal(shop):
    [revenue, *_] = shop(CARD, amounts={"2026-03": 90}).scorecard("sales").rows
    found = revenue.signal(date(2026, 3, 1))
    assert found is not None
    assert found.above
    [quiet, *_] = shop(CARD).scorecard("sales").rows
    assert quiet.signal(date(2026, 3, 1)) is None


def test_a_phase_has_a_range_of_its_own(shop):
    event = 'event "Prices" on 2025-02-10 { affects revenue  phase "new prices" }\n'
    [revenue, win_rate, _] = shop(CARD + event).scorecard("sales").rows
    assert (revenue.usual.since, revenue.history) == ("new prices", 13)
    assert revenue.usual.limits[0].starts == date(2025, 3, 1)
    assert (win_rate.usual.since, win_rate.history) == ("", 25)
    assert [one.since for one in revenue.phases] == ["", "new prices"]
    assert (revenue.phases[0].limits[0].starts, len(revenue.phases[0].limits)) == (date(2024, 3, 1), 12)


def test_objectives_stand_as_their_worst(shop):
    more = """
objective company "Company" { level goal }
objective grow "Grow" { level strategy  under company  metrics revenue, win_rate  weights 3, 1 }
objective keep "Keep" { level strategy  under company  metrics lost  due 2026-12-31 }
objective kind "Be kind" { level strategy  under company }
"""
    card = shop(CARD + GOALS + more).scorecard("sales")
    assert [(one.label, one.depth, one.status) for one in card.objectives] == [
        ("Company", 0, Status.IN_DANGER),
        ("Grow", 1, Status.IN_DANGER),
        ("Keep", 1, Status.AHEAD),
    ]
    grow = card.objectives[1]
    assert grow.attainment == pytest.approx((3 * 100 / 110 + 1) / 4)
    assert (grow.judged, grow.of, grow.because) == (2, 2, ("Revenue",))
    assert card.coverage.objectives_without_metric == ("Be kind",)


def test_bands_stand_in_the_order_of_the_classes(shop):
    more = """
facet class = input, process, output, outcome
metric calls "Calls" = count(sale) { class input  better higher }
metric earned "Earned" = sum(sale.amount) { class outcome  better higher }
scorecard board { metrics earned, revenue, calls  by month }
"""
    card = shop(more).scorecard("board")
    assert [(band.title, [row.name for row in band.rows]) for band in card.bands] == [
        ("input", ["calls"]),
        ("outcome", ["earned"]),
        ("", ["revenue"]),
    ]


def test_a_band_that_is_better_is_a_goal(shop):
    more = """
metric share = rate(sale, that: is_won) { better 50% to 60% }
metric wins = rate(sale, that: is_won) { better 60% or higher }
scorecard board { metrics share, wins  by month }
"""
    assert [row.status for row in shop(more).scorecard("board").rows] == [Status.BEHIND, Status.AHEAD]


def test_a_metric_that_cannot_be_asked_does_not_hide_the_others(shop):
    more = """
entity visit from visits { key visit_id  time came_on : date }
metric visits = count(visit) { better higher }
scorecard board { metrics revenue, visits  by month }
"""
    found = rows(shop(more).scorecard("board"))
    assert found["Revenue"].value == Decimal(100)
    assert (found["visits"].value, found["visits"].status) == (None, Status.NO_GOAL)
    assert "visits" in found["visits"].reason


def test_its_note_says_how_it_is_computed_and_how_fresh_it_is(shop):
    [revenue, win_rate, _] = shop(CARD).scorecard("sales").rows
    assert revenue.note.words == "the sum of sale.amount (where is_won)"
    assert win_rate.note.words == "the share of sale with is_won"
    assert (revenue.note.owner, revenue.note.fresh) == ("sales", date(2026, 4, 15))


def test_what_is_late_says_so(shop):
    data = {"data/sales.csv": "sale_id,rep_id,sold_on,is_won,amount\n1,1,2026-02-03,true,50\n"}
    [revenue, *_] = shop(CARD + GOALS, data=data).scorecard("sales").rows
    assert (revenue.note.fresh, revenue.note.stale) == (date(2026, 2, 3), True)
    assert revenue.status is Status.NO_DATA, "missing is not behind"


def test_what_a_minimum_withholds_is_no_data(shop):
    more = """
metric rare = sum(sale.amount) { better higher  minimum 50 }
goal rare >= 100 for 2026 each month
scorecard board { metrics rare, revenue  by month }
"""
    row = shop(more).scorecard("board").rows[0]
    assert (row.status, row.reason, row.note.fresh) == (Status.NO_DATA, "withheld", None)


def test_a_policy_hides_here_what_it_hides_elsewhere(shop):
    more = CARD + "policy on sale { rep.team = context.team }\n"
    card = shop(more).scorecard("sales", principal={"team": "EU"})
    assert card.rows[0].value == Decimal(50)
    assert shop(more).scorecard("sales", principal={"team": "nobody"}).rows[0].value is None


VISITS = "entity visit from visits { key visit_id  time came_at : timestamp }\nmetric visits = count(visit)\n"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ("", "Q515"),
        ("scorecard sale { metrics revenue  by month }\n", "Q515"),
        ("report sales = revenue by month\n", "Q515"),
        ("scorecard sales { metrics revenue  by month, quarter }\n", "Q516"),
        ("scorecard sales { metrics visits  by hour }\n", "Q516"),
        ("scorecard sales { metrics visits  by minute, sale_id: visit.visit_id }\n", "Q516"),
        ("scorecard sales { metrics revenu  by month }\n", "N201"),
    ],
)
def test_what_cannot_be_judged_is_told(shop, more, code):
    project = shop(more + VISITS)
    with pytest.raises(QueryError) as error:
        project.scorecard("sales")
    assert codes(error) == [code]
    assert error.value.problems[0].message()


@pytest.mark.parametrize("name", ["salse", "", "other.sales"])
def test_an_unknown_scorecard_is_told_with_the_near_ones(shop, name):
    with pytest.raises(QueryError) as error:
        shop(CARD).scorecard(name)
    assert codes(error) == ["Q515"]
    assert "sales" in error.value.problems[0].reason()


def test_a_scorecard_by_quarters_of_a_fiscal_year(shop):
    more = "calendar fiscal { year starts 02-01 }\nscorecard years { metrics revenue  by fiscal.quarter }\n"
    card = shop(more).scorecard("years")
    assert (card.starts, card.grain, card.finished) == (date(2025, 11, 1), "quarter", True)
    assert [one.period for one in card.rows[0].changes] == [
        "the quarter from 2025-08-01",
        "the quarter from 2024-11-01",
    ]
    assert card.rows[0].changes[0].compared


def test_without_a_period_months_are_judged(shop):
    card = shop("scorecard all { metrics revenue }\n").scorecard("all")
    assert (card.period_text, card.grain) == ("2026-03", "month")
