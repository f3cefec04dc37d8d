"""sidemantic, through its Python interface."""

from collections.abc import Callable

from protocol import talk


def prepare() -> Callable[[int], str]:
    from sidemantic import Dimension, Metric, Model, Relationship, SemanticLayer

    layer = SemanticLayer(connection="duckdb:///:memory:", auto_register=False)
    customer = [Relationship(name="customers", type="many_to_one", foreign_key="customer_id")]
    layer.add_model(
        Model(
            name="customers",
            table="customers",
            primary_key="customer_id",
            dimensions=[
                Dimension(name="region", type="categorical"),
                Dimension(name="segment", type="categorical"),
            ],
        )
    )
    layer.add_model(
        Model(
            name="orders",
            table="orders",
            primary_key="order_id",
            relationships=customer,
            dimensions=[Dimension(name="ordered_on", type="time", granularity="day")],
            metrics=[
                Metric(name="revenue", agg="sum", sql="amount", filters=["{model}.is_paid"]),
                Metric(name="orders", agg="count"),
            ],
        )
    )
    layer.add_model(
        Model(
            name="tickets",
            table="tickets",
            primary_key="ticket_id",
            relationships=customer,
            dimensions=[Dimension(name="opened_on", type="time", granularity="day")],
            metrics=[Metric(name="tickets", agg="count")],
        )
    )
    return lambda limit: layer.compile(
        metrics=["orders.revenue", "orders.orders", "tickets.tickets"],
        dimensions=["customers.region", "customers.segment"],
        limit=limit,
    )


talk("sidemantic", prepare)
