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
