"""The world's orders as Stripe bills them: an invoice for each, in the smallest unit of its currency; yen have none smaller."""

from datetime import datetime, timedelta
from decimal import Decimal

from tests.bindings.canonical import RATES, named, rates
from tests.bindings.tables import script
from tests.bindings.world import Order, World

STATUSES = {"placed": "open", "completed": "paid", "cancelled": "void", "draft": "draft"}


def billed(order: Order) -> Decimal:
    """What an order costs."""
    return sum((line.quantity * line.price - line.discount for line in order.lines), Decimal(0))


def stripe(world: World) -> dict[str, str]:
    """The scripts: the tables of Stripe Billing, and the company's own."""
    text, flag, number, moment = str, bool, int, datetime
    tables = {
        "customer": (
            {
                "id": text,
                "email": text,
                "name": text,
                "phone": text,
                "address_country": text,
                "created": moment,
                "livemode": flag,
                "is_deleted": flag,
            },
            [
                (named("cus_", a.number), None, a.name, None, a.country, a.created, True, a.deleted)
                for a in world.accounts
            ],
        ),
        "invoice": (
            {
                "id": text,
                "customer_id": text,
                "subscription_id": text,
                "subscription_start": moment,
                "status": text,
                "currency": text,
                "amount_due": number,
                "amount_paid": number,
                "created": moment,
                "due_date": moment,
                "status_transitions_paid_at": moment,
                "livemode": flag,
            },
            [
                (
                    *(named("in_", o.number), named("cus_", o.account), None, None, STATUSES[o.status]),
                    *(o.currency.lower(), int(billed(o) * 100)),
                    int(billed(o) * 100) if o.status == "completed" else 0,
                    *(o.at, o.at + timedelta(days=30), o.at if o.status == "completed" else None),
                    not (o.test or o.deleted),
                )
                for o in world.orders
            ]
            + [
                ("in_yen", "cus_1", None, None, "open", "jpy", 5000, 0, world.orders[0].at, None, None, False)
            ],
        ),
        "subscription": (
            {
                "id": text,
                "customer_id": text,
                "status": text,
                "start_date": moment,
                "ended_at": moment,
                "trial_start": moment,
                "trial_end": moment,
                "cancellation_details_reason": text,
                "livemode": flag,
            },
            [
                (
                    named("sub_", a.number),
                    named("cus_", a.number),
                    "active",
                    a.created,
                    None,
                    None,
                    None,
                    None,
                    True,
                )
                for a in world.accounts
            ],
        ),
    }
    return {"stripe": script("stripe", tables), "own": script("", {"fx_rate": (RATES, rates())})}
