from datetime import date, timedelta
from decimal import Decimal

import pytest

pytestmark = pytest.mark.real
DAY = timedelta(days=1)


@pytest.fixture
def ask(real_project):
    project = real_project("maven_crm")
    assert not [p for p in project.problems if p.severity.value == "error"]
    return lambda query: project.query(query).run().rows


def test_totals(ask):
    [(deals, won, value, average)] = ask("deals, won_deals, won_value, average_won_deal")
    assert (deals, won, value) == (8800, 4238, Decimal(10_005_534))
    assert average == pytest.approx(2360.91, abs=0.005)


def test_deals_by_stage(ask):
    rows = ask("deals by opportunity.deal_stage")
    assert rows == [("Engaging", 1589), ("Lost", 2473), ("Prospecting", 500), ("Won", 4238)]


def test_win_rates(ask):
    [(of_closed, of_all)] = ask("win_rate, won_of_all")
    assert of_closed == pytest.approx(0.631501, abs=5e-7)
    assert of_all == pytest.approx(0.481591, abs=5e-7)


def test_sales_cycles(ask):
    [(mean, median, lost, lost_median)] = ask("won_cycle, won_cycle_median, lost_cycle, lost_cycle_median")
    assert mean / DAY == pytest.approx(51.782, abs=5e-4)
    assert median == 57 * DAY
    assert lost / DAY == pytest.approx(41.479, abs=5e-4)
    assert lost_median == 14 * DAY


def test_won_value_by_quarter(ask):
    assert ask("won_value by quarter during 2017") == [
        (date(2017, 1, 1), Decimal(1_134_672)),
        (date(2017, 4, 1), Decimal(3_086_111)),
        (date(2017, 7, 1), Decimal(2_982_255)),
        (date(2017, 10, 1), Decimal(2_802_496)),
    ]


def test_won_value_by_manager(ask):
    assert ask("won_value by agent.manager sort won_value desc") == [
        ("Melvin Marxen", Decimal(2_251_930)),
        ("Summer Sewald", Decimal(1_964_750)),
        ("Rocco Neubert", Decimal(1_960_545)),
        ("Celia Rouche", Decimal(1_603_897)),
        ("Cara Losch", Decimal(1_130_049)),
        ("Dustin Brinkmann", Decimal(1_094_363)),
    ]


def test_agents(ask):
    rows = ask("won_deals, won_value, win_rate by opportunity.sales_agent sort won_value desc")
    assert rows[0][:3] == ("Darcel Schlecht", 349, Decimal(1_153_214))
    assert len(rows) == 30
    rates = [row[3] for row in rows]
    assert round(min(rates), 2) == 0.55
    assert round(max(rates), 2) == 0.70
    assert ask("agents") == [(35,)]


def test_the_dirty_product_name_costs_no_revenue(ask):
    rows = dict(ask("won_value by product"))
    assert rows[None] == Decimal(3_510_578)
    assert sum(rows.values()) == Decimal(10_005_534)


def test_missing_values_are_counted(ask):
    assert ask("without_account, without_engage") == [(1425, 500)]
    assert dict(ask("deals by account"))[None] == 1425


def test_the_misspelt_sector_is_shown_as_it_is(ask):
    assert "technolgy" in [row[0] for row in ask("values account.sector")]


def test_without_formats_the_dates_are_refused_with_both_readings(real_project):
    project = real_project("maven_crm", lambda text: text.replace(' "DD-MM-YY"', ""))
    query = project.query("won_value by quarter, opportunity.engage_date")
    assert [p.code for p in query.problems] == ["X707", "X707"]
    said = " ".join(p.message() for p in query.problems)
    assert '2016-10-20 ("DD-MM-YY") or 2020-10-16 ("YY-MM-DD")' in said
    assert '2017-03-01 ("DD-MM-YY") or 2001-03-17 ("YY-MM-DD")' in said
    assert "X707" in {p.code for p in project.check(live=True)}


def test_the_data_against_the_definitions(real_project):
    problems = real_project("maven_crm").check(live=True)
    assert [(p.code, p.severity.value) for p in problems if p.code.startswith("X")] == [("X718", "warning")]
    assert "1,480 of 8,800 rows" in next(p.message() for p in problems if p.code == "X718")
