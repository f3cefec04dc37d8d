"""boring-semantic-layer, through its Python interface: the tables of the facts joined to the customers, many to one customer."""

from collections.abc import Callable

from protocol import talk


def prepare() -> Callable[[int], str]:
    import ibis
    from boring_semantic_layer import to_semantic_table

    customers = (
        to_semantic_table(
            ibis.table({"customer_id": "int64", "region": "string", "segment": "string"}, name="customers"),
            name="customers",
        )
        .with_dimensions(region=lambda t: t.region, segment=lambda t: t.segment)
        .with_measures(customers=lambda t: t.count())
    )
    orders = to_semantic_table(
        ibis.table(
            {
                "order_id": "int64",
                "customer_id": "int64",
                "ordered_on": "date",
                "amount": "decimal(12, 2)",
                "is_paid": "boolean",
            },
            name="orders",
        ),
        name="orders",
    ).with_measures(revenue=lambda t: t.amount.sum(where=t.is_paid), orders=lambda t: t.count())
    tickets = to_semantic_table(
        ibis.table(
            {"ticket_id": "int64", "customer_id": "int64", "opened_on": "date", "minutes": "int32"},
            name="tickets",
        ),
        name="tickets",
    ).with_measures(tickets=lambda t: t.count())
    joined = customers.join_many(orders, on="customer_id").join_many(tickets, on="customer_id")
    return lambda limit: str(
        joined.query(
            dimensions=["customers.region", "customers.segment"],
            measures=["orders.revenue", "orders.orders", "tickets.tickets"],
            limit=limit,
        ).sql(dialect="duckdb")
    )


talk(
    "boring-semantic-layer",
    prepare,
    "starts from the customers: orders and tickets of unknown customers are not in its answer",
)
