"""The world as a Shopify shop has it: no drafts among the orders, a moment for what was cancelled, test orders that say so."""

from datetime import datetime
from decimal import Decimal

from tests.bindings.canonical import RATES, named, rates
from tests.bindings.tables import script
from tests.bindings.world import World


def shopify(world: World) -> dict[str, str]:
    """The scripts: the tables of the shop, and the company's own."""
    text, flag, moment, money = str, bool, datetime, Decimal
    tables = {
        "customer": (
            {
                "id": text,
                "email": text,
                "phone": text,
                "default_address_country": text,
                "accepts_marketing": flag,
                "created_at": moment,
                "updated_at": moment,
                "_fivetran_deleted": flag,
            },
            [
                (
                    *(named("", a.number), f"shop{a.number}@example.com", None, a.country, True, a.created),
                    *(a.created, a.deleted or a.merged_into is not None),
                )
                for a in world.accounts
            ],
        ),
        "order": (
            {
                "id": text,
                "customer_id": text,
                "source_name": text,
                "currency": text,
                "processed_at": moment,
                "cancelled_at": moment,
                "fulfillment_status": text,
                "test": flag,
                "_fivetran_deleted": flag,
            },
            [
                (
                    *(named("", o.number), named("", o.account), "web", o.currency, o.at),
                    o.at if o.status == "cancelled" else None,
                    "fulfilled" if o.status == "completed" else None,
                    *(o.test, o.deleted),
                )
                for o in world.orders
                if o.status != "draft"
            ],
        ),
        "order_line": (
            {
                "id": text,
                "order_id": text,
                "product_id": text,
                "quantity": money,
                "price": money,
                "total_discount": money,
            },
            [
                (
                    *(f"{line.order}-{line.number}", named("", line.order), named("", line.product)),
                    *(line.quantity, line.price, line.discount),
                )
                for order in world.orders
                for line in order.lines
            ],
        ),
        "product": (
            {"id": text, "title": text, "product_type": text, "_fivetran_deleted": flag},
            [(named("", n), f"Product {n}", "Things", False) for n in range(1, 5)],
        ),
    }
    return {"shopify": script("shopify", tables), "own": script("", {"fx_rate": (RATES, rates())})}
