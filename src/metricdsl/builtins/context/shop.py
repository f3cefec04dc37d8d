"""The shop that the examples of the entries ask: its definitions, its rows, its today."""

from collections.abc import Mapping

TODAY = "2026-04-15"

DEFINITIONS = """\
unit gram
unit kilogram = 1000 gram
rates bank from bank_rates by day { day d  currency code  into USD  rate price }

entity customer from customers { key customer_id  time joined_on : date  dimension region : text }
entity order from orders {
  key  order_id
  join customer on customer_id
  time ordered_on : date
  fact amount : money(USD, 2)
  fact weight : gram
}
entity visit from visits { key visit_id  join customer on customer_id  time visited_on : date }
entity account from balances {
  key  account_id, as_of
  time as_of : date
  fact balance : money(USD, 2) stock last by as_of
}
entity payment from payments {
  key  payment_id
  time paid_on : date
  dimension currency : text
  fact amount : money(currency, 2)
}

metric revenue = sum(order.amount) { better higher }
metric orders  = count(order)
metric active  = count(distinct order.customer)
metric balance = sum(account.balance)

baseline revenue = prior(revenue, 1 month)
goal revenue >= 90 for 2026-01
goal revenue >= 60 for 2026-02
"""

TABLES: Mapping[str, str] = {
    "customers": """\
customer_id integer | joined_on date | region text
1 | 2025-01-10 | "EU"
2 | 2026-01-20 | "EU"
3 | 2026-02-03 | "US"
""",
    "orders": """\
order_id integer | customer_id integer | ordered_on date | amount decimal(2) | weight integer
1 | 1 | 2025-02-10 | 40.00  | 500
2 | 1 | 2026-01-15 | 60.00  | 1500
3 | 2 | 2026-01-25 | 40.00  | 250
4 | 1 | 2026-02-05 | 30.00  | 2000
5 | 3 | 2026-02-20 | 20.00  | 1000
6 | 2 | 2026-03-10 | 100.00 | 750
""",
    "visits": """\
visit_id integer | customer_id integer | visited_on date
1 | 1 | 2026-01-10
2 | 2 | 2026-01-24
3 | 2 | 2026-02-01
4 | 3 | 2026-02-15
5 | 3 | 2026-04-12
""",
    "balances": """\
account_id integer | as_of date | balance decimal(2)
1 | 2026-01-31 | 100.00
2 | 2026-01-31 | 50.00
1 | 2026-02-28 | 120.00
1 | 2026-03-31 | 90.00
2 | 2026-03-31 | 10.00
""",
    "payments": """\
payment_id integer | paid_on date | currency text | amount decimal(2)
1 | 2026-01-15 | "EUR" | 10.00
2 | 2026-01-16 | "USD" | 5.00
3 | 2026-02-05 | "JPY" | 1000.00
""",
    "bank_rates": """\
d date | code text | price decimal(4)
2026-01-15 | "EUR" | 1.1000
2026-01-16 | "EUR" | 1.2000
""",
}
