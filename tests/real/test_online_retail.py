from datetime import date
from decimal import Decimal

import pytest

pytestmark = pytest.mark.real


@pytest.fixture
def ask(real_project):
    project = real_project("online_retail")
    return lambda query: project.query(query).run().rows


def test_totals(ask):
    assert ask("lines, invoices, customers, quantity, revenue, without_customer") == [
        (541_909, 25_900, 4_372, 5_176_450, Decimal("9747747.934"), 135_080)
    ]


def test_returns(ask):
    [(lines, notes, value, share)] = ask("return_lines, credit_notes, returned, returned_share")
    assert (lines, notes) == (9_288, 3_836)
    assert value == pytest.approx(Decimal("611342.09"), abs=Decimal("0.005"))
    assert share == pytest.approx(0.06860, abs=5e-6)


def test_clean_lines(ask):
    [(lines, invoices, customers, revenue, average)] = ask(
        "clean_lines, clean_invoices, clean_customers, clean_revenue, average_order"
    )
    assert (lines, invoices, customers) == (397_884, 18_532, 4_338)
    assert revenue == pytest.approx(Decimal("8911407.90"), abs=Decimal("0.005"))
    assert average == pytest.approx(480.866, abs=5e-4)


def test_one_country(ask):
    countries = dict(ask("clean_revenue by line.Country"))
    assert countries["United Kingdom"] == pytest.approx(Decimal("7308391.55"), abs=Decimal("0.005"))


def test_who_comes_back(ask):
    [(rate, best, whole)] = ask("repeat_rate, best_fifth, whole_fifth")
    assert rate == pytest.approx(0.6558, abs=5e-5)
    assert whole == pytest.approx(0.7459, abs=5e-5)
    assert 0.7459 < best < 0.747, "one customer more"


def test_recency_frequency_and_money(ask):
    [means] = ask("recency, frequency, monetary")
    assert means == (
        pytest.approx(92.06, abs=5e-3),
        pytest.approx(4.272, abs=5e-4),
        pytest.approx(2054.27, abs=5e-3),
    )


def test_the_first_cohort(ask):
    rows = ask("clean_customers by line.first_bought.month, age(line.first_bought, month)")
    first = {age: customers for month, age, customers in rows if month == date(2010, 12, 1)}
    assert [first[age] for age in range(6)] == [885, 324, 286, 340, 321, 352]
    assert sum(customers for _, age, customers in rows if age == 0) == 4_338, "everybody is new once"
