from datetime import date
from decimal import Decimal

import pytest

pytestmark = pytest.mark.real


@pytest.fixture
def ask(real_project):
    project = real_project("cdnow")
    return lambda query: project.query(query).run().rows


def test_totals(ask):
    query = "customers, rows, cds, revenue, zero_amounts, customer_days, first_purchase"
    assert ask(query) == [(23_570, 69_659, 167_881, Decimal("2500315.63"), 80, 67_591, date(1997, 1, 1))]


def test_who_buys_again(ask):
    [(once, rate, last)] = ask("one_day_buyers, repeat_rate, last_first_day")
    assert (once, last) == (12_054, date(1997, 3, 25))
    assert rate == pytest.approx(0.4886, abs=5e-5)


def test_revenue_by_month(ask):
    months = dict(ask("revenue by month"))
    assert len(months) == 18
    assert months[date(1997, 1, 1)] == Decimal("299060.17")
    assert months[date(1997, 3, 1)] == Decimal("393155.27")
    assert months[date(1997, 4, 1)] == Decimal("142824.49")
    assert months[date(1998, 6, 1)] == Decimal("76109.30")


def test_the_chart_of_the_later_months(ask):
    values = [value for _, value in ask("revenue by month during 1997-04 to 1998-06")]
    assert sum(values) / len(values) == pytest.approx(Decimal("95234.01"), abs=Decimal("0.005"))


CHARTED = """
event "The cohort is whole" on 1997-04-01 { phase "the cohort is whole" }
scorecard buying { metrics revenue, rows  by month }
"""


def test_the_usual_range_of_the_later_months(real_project):
    project = real_project("cdnow", edit=lambda text: text + CHARTED)
    [revenue, rows] = project.scorecard("buying", "1998-06").rows
    usual = revenue.usual
    assert (usual.chart.value, revenue.history, usual.since) == ("XmR", 15, "the cohort is whole")
    assert usual.mean == pytest.approx(95_234.01, abs=0.005)
    assert usual.moving_range == pytest.approx(17_584.88, abs=0.005)
    assert usual.limits[0].high == pytest.approx(142_009.79, abs=0.005)
    beyond = [one.starts for one in usual.signals if "beyond" in " ".join(rule.value for rule in one.rules)]
    assert beyond == [date(1997, 4, 1)]
    assert rows.usual.limits[0].low >= 0
