from decimal import Decimal

import pytest

pytestmark = pytest.mark.real


@pytest.fixture
def ask(real_project):
    project = real_project("mrr_playbook")
    return lambda query: project.query(query).run().rows


def test_customers(ask):
    assert ask("customers") == [(55,)]


def test_recurring_revenue_at_the_end_of_a_month(ask):
    months = dict(ask("mrr by month during 2018-12 to 2019-12"))
    assert {
        day.isoformat()[:7]: value for day, value in months.items() if value in {585, 895, 1840, 1255}
    } == {
        "2018-12": Decimal(585),
        "2019-04": Decimal(895),
        "2019-11": Decimal(1840),
        "2019-12": Decimal(1255),
    }


def test_customers_at_the_end_of_a_month(ask):
    assert ask("active_customers during 2019-11") == [(42,)]


def test_what_moved_in_a_month(ask):
    query = "new, reactivation, upgrade, downgrade, churn, mrr by month during 2019-04 to 2019-12"
    moved = {day.isoformat()[:7]: values for day, *values in ask(query)}
    assert moved["2019-04"] == [120, 50, 65, 0, 0, 895]
    assert moved["2019-12"] == [100, 0, 50, -30, -705, 1255]


def test_the_bridge_closes_in_every_month(real_project):
    project = real_project("mrr_playbook")
    query = "opened, new, reactivation, upgrade, downgrade, churn, mrr by month"
    rows = project.query(query).run().rows
    assert len(rows) == 29
    assert all(sum(parts) == end for _, *parts, end in rows)
    before = [row[-1] for row in rows[:-1]]
    assert [row[1] for row in rows[1:]] == before, "a month begins with what the one before left"
    assert not [problem for problem in project.check_live() if problem.code != "X731"]
