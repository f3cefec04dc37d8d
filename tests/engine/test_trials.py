from decimal import Decimal

from tests.engine.conftest import DEFINITIONS

SOURCE = """
source orders from raw_orders { where deleted = 0  order_id = id  amount = cents / 100 }
"""
TEST = """
test "revenue adds up" {
  given order {
    order_id, customer_id, ordered_at, amount
    | 1, 1, 2026-01-10, 10
    | 2, 7, 2026-01-11, 2.50
  }
  given customer {
    customer_id, region
    | 1, "EU"
  }
  expect revenue, orders by customer.region {
    customer.region, revenue, orders
    | "EU", 10, 1
    | null, %s, 1
  }
}
"""


def outcomes(shop, definitions, names=()):
    project = shop(definitions, project='[project]\nname = "p"\nlanguage = 1\n')
    assert not project.failed, [p.message() for p in project.problems]
    return project.run_tests(names)


def test_a_test_that_passes_and_one_that_does_not(shop):
    [fine] = outcomes(shop, DEFINITIONS + TEST % "2.5")
    assert fine.passed
    [wrong] = outcomes(shop, DEFINITIONS + TEST % "3")
    assert not wrong.passed
    [(query, columns, expected, got)] = wrong.differences
    assert query == "revenue, orders by customer.region"
    assert [c.name for c in columns] == ["customer.region", "revenue", "orders"]
    assert expected[1][1] == 3
    assert got[1][1] == Decimal("2.50")
    assert str(wrong.today) == "2026-01-11"
    orders, customers = wrong.given
    assert (orders[0], [c.name for c in orders[1]], orders[2][0][3]) == (
        "order",
        ["order_id", "customer_id", "ordered_at", "amount"],
        10,
    )
    assert customers[2] == [(1, "EU")]


def test_rows_stand_for_the_entitys_columns_whatever_its_source_does(shop):
    [fine] = outcomes(shop, DEFINITIONS + SOURCE + TEST % "2.5")
    assert fine.passed, fine


def test_only_those_whose_title_is_asked_for(shop):
    assert outcomes(shop, DEFINITIONS + TEST % "2.5", ["nothing like it"]) == ()
    assert len(outcomes(shop, DEFINITIONS + TEST % "2.5", ["adds up"])) == 1


def test_an_entity_that_is_not_given_is_empty(shop):
    text = 'test "nothing" { expect orders, revenue { orders, revenue | 0, null } }\n'
    [fine] = outcomes(shop, DEFINITIONS + text)
    assert fine.passed, fine


RATES = """
rates spot from fx by day { day on_day  currency code  into target  rate price }
entity sale from sales { key sale_id  time sold_on : date  dimension currency : text  fact amount : money(currency, 2) }
metric sold = sum(convert(sale.amount, USD))
test "converted" {
  given sale {
    sale_id, sold_on, currency, amount
    | 1, 2026-01-10, "USD", 1
    | 2, 2026-01-10, "EUR", 10
    | 3, 2026-01-11, "EUR", 100
  }
%s  expect sold { sold | %s }
}
"""
GIVEN = """  given spot {
    on_day, code, target, price
    | 2026-01-10, "EUR", "USD", 1.5
  }
"""


def test_exchange_rates_are_given_as_rows_are_and_empty_where_they_are_not(shop):
    [without] = outcomes(shop, RATES % ("", "1"))
    assert without.passed, without
    [given] = outcomes(shop, RATES % (GIVEN, "16"))
    assert given.passed, given
    [wrong] = outcomes(shop, RATES % (GIVEN, "1"))
    assert not wrong.passed


def test_a_column_that_the_rates_do_not_have(shop):
    project = shop(RATES % (GIVEN.replace("price", "prize"), "16"))
    assert [(p.code, p.span and project.sources[p.span.file].slice(p.span)) for p in project.problems] == [
        ("N201", "prize")
    ]
