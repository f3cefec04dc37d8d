"""The problems of data and of questions to a project in more than one way each."""

import pytest

import metricdsl
from tests.engine.conftest import CUSTOMERS, DEFINITIONS, ORDERS

PAIRS = """
entity shelf from shelves { key hall, place  dimension name : text }
entity item from items { key item_id  join shelf on hall, place  fact pieces : integer }
metric pieces = sum(item.pieces)
"""
SHELVES = "hall,place,name\nA,1,first\nA,2,second\n"
ITEMS = "item_id,hall,place,pieces\n1,A,1,5\n2,A,2,7\n"
TEAMS = """
entity rep_team from rep_teams {
  key rep_id, since
  time since : date "YYYY-MM-DD"
  time until : date "YYYY-MM-DD"
  valid from since to until
  dimension team : text
}
entity deal from deals {
  key deal_id
  time closed_on : date "YYYY-MM-DD"
  join team: rep_team on rep_id as of closed_on
}
metric deals = count(deal)
"""
DEALS = "deal_id,rep_id,closed_on\n1,1,2026-02-10\n"


def refused(query) -> list[str]:
    problems = list(query.problems)
    if not problems:
        with pytest.raises(metricdsl.QueryError) as raised:
            list(query.run())
        problems = list(raised.value.problems)
    return [problem.code for problem in problems]


def live(project) -> list[str]:
    return [problem.code for problem in project.check(live=True)]


def test_a_repeated_key_of_two_columns(shop):
    project = shop(PAIRS, data={"shelves.csv": SHELVES + "A,2,third\n", "items.csv": ITEMS})
    assert refused(project.query("pieces by item.shelf.name")) == ["X708"]
    assert project.query("pieces").run().rows == [(12,)]


def test_a_repeated_key_behind_a_filter(shop):
    project = shop(data={"customers.csv": CUSTOMERS + "2,EU\n"})
    assert refused(project.query('orders where customer.region = "EU"')) == ["X708"]


def test_orphans_of_a_key_of_two_columns(shop):
    project = shop(PAIRS, data={"shelves.csv": SHELVES, "items.csv": ITEMS + "3,B,1,4\n"})
    assert live(project) == ["X718"]


@pytest.mark.parametrize(
    ("declared", "written"),
    [
        ('fact amount : money(USD, 2) "1234.56" or null', ORDERS.replace("5.00", "much")),
        ('fact amount : money(USD, 2) "1234.56" or null', ORDERS.replace("1.00", "?").replace("2.50", "!")),
    ],
)
def test_amounts_read_as_null_are_told(shop, declared, written):
    definitions = DEFINITIONS.replace("fact amount : money(USD, 2)", declared)
    result = shop(definitions, data={"orders.csv": written}).query("revenue").run()
    assert [problem.code for problem in result.problems] == ["X721"]


@pytest.mark.parametrize("values", ['"EU", "US"', '"ES"'])
def test_values_that_are_not_declared(shop, values):
    definitions = DEFINITIONS.replace("dimension region : text", f"dimension region : text in ({values})")
    project = shop(definitions, data={"customers.csv": CUSTOMERS + "3,UK\n"})
    assert "X725" in live(project)


def test_rows_without_a_part_of_their_key(shop):
    project = shop(PAIRS, data={"shelves.csv": SHELVES + "B,,nowhere\n", "items.csv": ITEMS})
    assert live(project) == ["X726"]


def test_orders_without_a_key(shop):
    assert "X726" in live(shop(data={"orders.csv": ORDERS + ",1,2026-03-01,1.00\n"}))


@pytest.mark.parametrize(
    "teams",
    [
        "1,2026-01-01,,North\n1,2026-02-01,,South\n",  # two without an end
        "1,2026-01-01,2026-03-01,North\n1,2026-02-28,2026-04-01,South\n",  # one day in common
    ],
)
def test_two_rows_valid_at_once(shop, teams):
    project = shop(TEAMS, data={"rep_teams.csv": "rep_id,since,until,team\n" + teams, "deals.csv": DEALS})
    assert refused(project.query("deals by deal.team.team")) == ["X730"]


@pytest.mark.parametrize("name", ["by_regoin", "by_regions", "byregion"])
def test_a_report_that_there_is_not(shop, name):
    assert refused(shop().query(name)) == ["Q506"]


@pytest.mark.parametrize("engine", ["oracle", "db2", "Duckdb"])
def test_an_engine_that_there_is_not(shop, engine):
    from metricdsl.plugins import builtin_registry
    from metricdsl.sql import compile_request

    request = shop().query("orders").request
    outcome = compile_request(request, builtin_registry(), engine)
    assert [problem.code for problem in outcome.problems] == ["D602"]


@pytest.mark.parametrize(
    "formula", ["sum(order.net)", "sum(order.net) / count(order)", "max(order.net + 1 where order.net > 2)"]
)
def test_a_column_that_is_not_declared_is_told_once(shop, formula):
    """`check --live` knows the table's column, a text: what it is, is told when it is declared."""
    text = "entity order from orders { key order_id }\nmetric net = " + formula
    project = shop(text, data={"orders.csv": "order_id,net\n1,10.5\n2,3.25\n"})
    told = project.check(live=True)
    assert {problem.code for problem in told} == {"N201"}
    assert len({problem.span for problem in told}) == len(told)


FIFTH = " * ".join(["order.net"] * 5)
WHOLE = " * ".join(["round(order.net, 0)"] * 4)
HUGE = "entity order from orders {{ key order_id  fact net : {} }}\nmetric huge = sum({})"


@pytest.mark.parametrize(
    ("plain", "advised"),
    [
        (HUGE.format("decimal(2)", FIFTH), HUGE.format("float", FIFTH)),
        (HUGE.format("decimal(2)", FIFTH[:-12]), HUGE.format("decimal(2)", WHOLE)),
    ],
)
def test_what_x716_advises_gives_a_number(shop, plain, advised):
    data = {"orders.csv": "order_id,net\n1,1234567890.25\n2,1234567890.12\n"}
    assert refused(shop(plain, data=data).query("huge")) == ["X716"]
    assert shop(advised, data=data).query("huge").run().rows[0][0] > 10**36
