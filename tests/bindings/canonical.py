"""The world in the tables of the canonical model: what the bindings are compared with."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tests.bindings.tables import Columns, script
from tests.bindings.world import STAGES, World, midnight

RATES: Columns = {"rate_date": date, "from_ccy": str, "to_ccy": str, "rate": Decimal}


def rates() -> list[tuple[Any, ...]]:
    """What a dollar was on the first of each month."""
    months = [(2025, m) for m in range(1, 13)] + [(2026, m) for m in range(1, 13)]
    return [(date(y, m, 1), "USD", "EUR", Decimal("0.90") + Decimal(m) / 200) for y, m in months]


def named(prefix: str, number: int | None) -> str | None:
    """The id of a record."""
    return None if number is None else f"{prefix}{number}"


def canonical(world: World) -> str:
    """The script that makes these tables."""
    stage_kinds = {"Closed Won": "won", "Closed Lost": "lost"}
    text, flag, number, moment, money = str, bool, int, datetime, Decimal
    return script(
        "",
        {
            "fx_rate": (RATES, rates()),
            "rep": (
                {"rep_id": text, "name": text, "manager_id": text, "hired_at": moment, "is_deleted": flag},
                [(named("U", r.number), r.name, named("U", r.manager), r.hired, False) for r in world.reps],
            ),
            "account": (
                {
                    "account_id": text,
                    "owner_rep_id": text,
                    "parent_account_id": text,
                    "name": text,
                    "kind": text,
                    "industry": text,
                    "country": text,
                    "employees": number,
                    "created_at": moment,
                    "merged_into_id": text,
                    "is_internal": flag,
                    "is_test": flag,
                    "is_deleted": flag,
                },
                [
                    (
                        *(named("A", a.number), named("U", a.owner), named("A", a.parent), a.name),
                        *(a.kind, a.industry, a.country, a.employees),
                        *(a.created, named("A", a.merged_into), False, False, a.deleted),
                    )
                    for a in world.accounts
                ],
            ),
            "contact": (
                {
                    "contact_id": text,
                    "account_id": text,
                    "owner_rep_id": text,
                    "created_at": moment,
                    "match_key": text,
                    "is_opted_in": flag,
                    "merged_into_id": text,
                    "is_test": flag,
                    "is_deleted": flag,
                },
                [
                    (
                        *(named("C", c.number), named("A", c.account), named("U", c.owner), c.created),
                        *(c.email, c.opted_in, None, False, c.deleted),
                    )
                    for c in world.contacts
                ],
            ),
            "stage": (
                {"stage_id": text, "name": text, "kind": text, "place": number},
                [(s, s, stage_kinds.get(s, "open"), n) for n, s in enumerate(STAGES, 1)],
            ),
            "opportunity": (
                {
                    "opportunity_id": text,
                    "account_id": text,
                    "owner_rep_id": text,
                    "primary_contact_id": text,
                    "stage_id": text,
                    "created_at": moment,
                    "closed_at": moment,
                    "expected_close_on": date,
                    "kind": text,
                    "status": text,
                    "currency": text,
                    "loss_reason": text,
                    "merged_into_id": text,
                    "is_test": flag,
                    "is_deleted": flag,
                    "probability": money,
                    "amount": money,
                },
                [
                    (
                        *(named("D", d.number), named("A", d.account), named("U", d.owner)),
                        *(named("C", d.contact), d.stage, d.created),
                        None if d.status == "open" else midnight(d.close),
                        *(d.close, d.kind, d.status, d.currency, d.reason, None, False),
                        *(d.deleted, d.percent / 100, d.amount),
                    )
                    for d in world.deals
                ],
            ),
            "lead": (
                {
                    "lead_id": text,
                    "owner_rep_id": text,
                    "converted_account_id": text,
                    "converted_opportunity_id": text,
                    "channel_id": text,
                    "source": text,
                    "created_at": moment,
                    "converted_at": moment,
                    "merged_into_id": text,
                    "is_test": flag,
                    "is_deleted": flag,
                },
                [
                    (
                        *(named("L", lead.number), named("U", lead.owner), named("A", lead.account)),
                        *(named("D", lead.deal), lead.source, lead.source, lead.created, lead.converted),
                        *(None, False, lead.deleted),
                    )
                    for lead in world.leads
                ],
            ),
            "order_header": (
                {
                    "order_id": text,
                    "account_id": text,
                    "contact_id": text,
                    "ordered_at": moment,
                    "status": text,
                    "currency": text,
                    "is_test": flag,
                    "is_deleted": flag,
                },
                [
                    (
                        *(named("O", o.number), named("A", o.account), named("C", o.contact), o.at),
                        *(o.status, o.currency, o.test, o.deleted),
                    )
                    for o in world.orders
                ],
            ),
            "order_line": (
                {
                    "order_id": text,
                    "line_no": text,
                    "product_id": text,
                    "quantity": money,
                    "list_price": money,
                    "discount_amt": money,
                    "net_amt": money,
                },
                [
                    (
                        *(named("O", line.order), f"{line.order}-{line.number}", named("P", line.product)),
                        *(line.quantity, line.price, line.discount),
                        line.quantity * line.price - line.discount,
                    )
                    for order in world.orders
                    for line in order.lines
                ],
            ),
            "ticket": (
                {
                    "ticket_id": text,
                    "account_id": text,
                    "contact_id": text,
                    "assignee_rep_id": text,
                    "created_at": moment,
                    "solved_at": moment,
                    "channel": text,
                    "kind": text,
                    "priority": text,
                    "merged_into_id": text,
                    "is_spam": flag,
                    "is_test": flag,
                    "is_deleted": flag,
                },
                [
                    (
                        *(named("T", t.number), named("A", t.account), named("C", t.contact)),
                        *(named("U", t.assignee), t.created, t.solved, t.channel, t.kind, t.priority),
                        *(None, False, False, t.deleted),
                    )
                    for t in world.tickets
                ],
            ),
        },
    )
