"""semantic-rails, through its runtime, asked for the SQL only; its package lies in files."""

from collections.abc import Callable

from protocol import project, talk

FILES = {
    "package.yml": """
schema_version: 1
package:
  id: bench
  namespace: shop
  description: Orders and tickets of customers.
  warehouse: duckdb
  default_db: data/bench.duckdb
  seed: {kind: external}
  environments: [development]
defaults:
  dimension: {groupable: true, filterable: true}
  time: {timezone: UTC, supported_grains: [day, week, month, quarter, year]}
""",
    "graph.yml": """
graph:
  entities:
    customer: {label: Customer, key: [customer_id], model: customers}
    order: {label: Order, key: [order_id], model: orders}
    ticket: {label: Ticket, key: [ticket_id], model: tickets}
""",
    "models/customers.yml": """
model:
  id: customers
  relation: customers
  entities: {customer: {}}
  dimensions:
    region: {label: Region, kind: categorical}
    segment: {label: Segment, kind: categorical}
""",
    "models/orders.yml": """
model:
  id: orders
  relation: orders
  entities: {order: {}, customer: {}}
  times:
    ordered_on: {label: Ordered on, column: ordered_on, kind: date, class: event_time, default: true}
  measures:
    paid_amount:
      label: Paid amount
      kind: aggregate
      expr:
        kind: case
        whens:
          - when: {kind: comparison, op: "=", left: {kind: column, column: is_paid}, right: {kind: literal, value: true}}
            then: {kind: column, column: amount}
        else: {kind: literal, value: null}
      default_agg: sum
      accumulation: {kind: flow}
      value_type: currency
      currency: USD
    order_count:
      label: Orders
      kind: entity_count
      entity_key: order_id
      accumulation: {kind: event}
      value_type: count
""",
    "models/tickets.yml": """
model:
  id: tickets
  relation: tickets
  entities: {ticket: {}, customer: {}}
  times:
    opened_on: {label: Opened on, column: opened_on, kind: date, class: event_time, default: true}
  measures:
    ticket_count:
      label: Tickets
      kind: entity_count
      entity_key: ticket_id
      accumulation: {kind: event}
      value_type: count
""",
    "metrics/all.yml": """
metrics:
  revenue: {label: Revenue, kind: aggregate, measure: paid_amount, value_type: currency, currency: USD}
  orders: {label: Orders, kind: aggregate, measure: order_count, value_type: count}
  tickets: {label: Tickets, kind: aggregate, measure: ticket_count, value_type: count}
""",
}


def prepare() -> Callable[[int], str]:
    from semantic_rails.runtime import Runtime

    runtime = Runtime.from_path(str(project(FILES)))

    def compiled(limit: int) -> str:
        answer = runtime.compile(
            {
                "select": ["metric.shop.revenue", "metric.shop.orders", "metric.shop.tickets"],
                "group_by": ["dimension.shop_customer_region", "dimension.shop_customer_segment"],
                "limit": limit,
            },
            verbosity="minimal",  # the least it can be asked for
        )
        return str(answer["rendered_sql"])

    return compiled


talk("semantic-rails", prepare)
