"""motley-slayer, through its Python engine, asked for the SQL only; its models lie in files."""

import asyncio
from collections.abc import Callable

from protocol import project, talk

FILES = {
    "datasources/shop.yaml": "name: shop\ntype: duckdb\ndatabase: ':memory:'\n",
    "models/shop/customers.yaml": """
name: customers
sql_table: customers
data_source: shop
columns:
  - {name: customer_id, type: INT, primary_key: true}
  - {name: region, type: TEXT}
  - {name: segment, type: TEXT}
""",
    "models/shop/orders.yaml": """
name: orders
sql_table: orders
data_source: shop
default_time_dimension: ordered_on
columns:
  - {name: order_id, type: INT, primary_key: true}
  - {name: customer_id, type: INT}
  - {name: ordered_on, type: DATE}
  - {name: amount, type: DOUBLE}
  - {name: is_paid, type: BOOLEAN}
  - {name: paid_amount, type: DOUBLE, sql: amount, filter: is_paid}
joins:
  - {target_model: customers, join_pairs: [[customer_id, customer_id]]}
""",
    "models/shop/tickets.yaml": """
name: tickets
sql_table: tickets
data_source: shop
default_time_dimension: opened_on
columns:
  - {name: ticket_id, type: INT, primary_key: true}
  - {name: customer_id, type: INT}
  - {name: opened_on, type: DATE}
  - {name: minutes, type: INT}
joins:
  - {target_model: customers, join_pairs: [[customer_id, customer_id]]}
""",
}


def prepare() -> Callable[[int], str]:
    from slayer.engine.query_engine import SlayerQueryEngine
    from slayer.storage.yaml_storage import YAMLStorage

    engine = SlayerQueryEngine(YAMLStorage(str(project(FILES))))
    loop = asyncio.new_event_loop()

    def compiled(limit: int) -> str:
        question = {
            "source_model": "customers",
            "measures": [
                {"formula": "sum(orders.paid_amount)", "name": "revenue"},
                {"formula": "count(orders.order_id)", "name": "orders"},
                {"formula": "count(tickets.ticket_id)", "name": "tickets"},
            ],
            "dimensions": ["region", "segment"],
            "limit": limit,
        }
        return str(loop.run_until_complete(engine.execute(question, dry_run=True)).sql)

    return compiled


talk(
    "motley-slayer",
    prepare,
    "starts from the customers: orders and tickets of unknown customers only where a region is unknown too",
)
