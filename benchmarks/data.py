"""The data of the benchmarks: orders, tickets and visits of customers in a DuckDB file, made by SQL from a fixed formula.

The formula's numbers come from the engine's `hash`, so a file is good for one version of the engine.
"""

from pathlib import Path

import duckdb

SCRIPT = """
CREATE TABLE customers AS
SELECT i AS customer_id,
  CASE WHEN i % 50 = 0 THEN NULL ELSE 'region ' || (i % 8) END AS region,
  'segment ' || (i % 3) AS segment,
  'customer ' || i AS name
FROM range({customers}) AS t (i);
CREATE TABLE orders AS
SELECT i AS order_id,
  CAST(hash(i) % ({customers} + 100) AS BIGINT) AS customer_id,     -- some customers do not exist
  DATE '2020-01-01' + CAST(i * 2190 // {rows} AS INTEGER) AS ordered_on,
  CAST((hash(i, 1) % 100000) / 100.0 AS DECIMAL(12, 2)) AS amount,
  hash(i, 2) % 10 < 7 AS is_paid,
  ['new', 'sent', 'kept', 'back'][CAST(1 + hash(i, 5) % 4 AS BIGINT)] AS status,
  ['web', 'shop', 'phone', 'agent', 'fair'][CAST(1 + hash(i, 6) % 5 AS BIGINT)] AS channel
FROM range({rows}) AS t (i);
CREATE TABLE tickets AS
SELECT i AS ticket_id,
  CAST(hash(i, 3) % ({customers} + 100) AS BIGINT) AS customer_id,
  DATE '2020-01-01' + CAST(i * 2190 // ({rows} // 4) AS INTEGER) AS opened_on,
  CAST(hash(i, 4) % 500 AS INTEGER) AS minutes
FROM range({rows} // 4) AS t (i);
CREATE TABLE visits AS
SELECT i AS visit_id,
  CAST(hash(i, 7) % ({customers} + 100) AS BIGINT) AS customer_id,
  DATE '2020-01-01' + CAST(i * 2190 // ({rows} // 4) AS INTEGER) AS visited_on,
  CAST(hash(i, 8) % 900 AS INTEGER) AS seconds
FROM range({rows} // 4) AS t (i);
"""

MODEL = """
entity customer from customers {
  key customer_id  dimension region : text  dimension segment : text  dimension name : text
  dimension first_order_on = min(order.ordered_on)
}
entity order from orders {
  key order_id  join customer on customer_id
  time ordered_on : date  dimension is_paid : boolean  fact amount : money(USD, 2)
  dimension status  : text in ("back", "kept", "new", "sent")
  dimension channel : text in ("agent", "fair", "phone", "shop", "web")
}
entity ticket from tickets {
  key ticket_id  join customer on customer_id
  time opened_on : date  fact minutes : integer
}
entity visit from visits {
  key visit_id  join customer on customer_id
  time visited_on : date  fact seconds : integer
}
metric revenue      = sum(order.amount where is_paid)
metric orders       = count(order)
metric average      = revenue / orders
metric tickets      = count(ticket)
metric per_ticket   = revenue / tickets
metric minutes      = sum(ticket.minutes)
metric visits       = count(visit)
metric buyers       = count(distinct order.customer)
"""


def database(folder: Path, rows: int, customers: int = 200_000) -> Path:
    """The path of the file with so many orders of so many customers; made once."""
    path = folder / f"orders-2-{rows}-{customers}-{duckdb.__version__}.duckdb"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".part")
        unfinished.unlink(missing_ok=True)
        with duckdb.connect(str(unfinished)) as connection:
            connection.execute(SCRIPT.format(rows=rows, customers=customers))
        unfinished.rename(path)
    return path
