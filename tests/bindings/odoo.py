"""The world as Odoo has it: numbers for ids, companies and people in one table, lost deals archived, discounts in percent."""

from datetime import date, datetime
from decimal import Decimal

from tests.bindings.canonical import RATES, rates
from tests.bindings.tables import script
from tests.bindings.world import STAGES, World, midnight

PEOPLE = 1000
"""People are partners too: their numbers are above those of companies."""
STATES = {"placed": "sale", "completed": "done", "cancelled": "cancel", "draft": "sent"}


def odoo(world: World) -> dict[str, str]:
    """The script: the tables of Odoo lie in the default schema, beside the company's own."""
    text, flag, number, moment, money = str, bool, int, datetime, Decimal
    tables = {
        "fx_rate": (RATES, rates()),
        "res_users": (
            {"id": number, "login": text, "create_date": moment, "active": flag},
            [(r.number, r.name, r.hired, True) for r in world.reps],
        ),
        "res_partner": (
            {
                "id": number,
                "name": text,
                "is_company": flag,
                "parent_id": number,
                "user_id": number,
                "country_id": number,
                "industry_id": number,
                "email_normalized": text,
                "function": text,
                "create_date": moment,
                "write_date": moment,
                "active": flag,
            },
            [
                *(
                    (
                        *(a.number, a.name, True, a.parent, a.owner, None, None, None, None, a.created),
                        *(a.created, not (a.deleted or a.merged_into)),
                    )
                    for a in world.accounts
                ),
                *(
                    (
                        *(PEOPLE + c.number, c.name, None, c.account, c.owner, None, None, c.email, None),
                        *(c.created, c.created, not c.deleted),
                    )
                    for c in world.contacts
                ),
            ],
        ),
        "crm_stage": (
            {"id": number, "sequence": number, "is_won": flag},
            [(n, n, s == "Closed Won") for n, s in enumerate(STAGES[:4], 1)],
        ),
        "crm_lead": (
            {
                "id": number,
                "type": text,
                "partner_id": number,
                "user_id": number,
                "stage_id": number,
                "source_id": number,
                "campaign_id": number,
                "lost_reason_id": number,
                "create_date": moment,
                "date_conversion": moment,
                "date_closed": moment,
                "date_deadline": date,
                "active": flag,
                "probability": money,
                "expected_revenue": money,
            },
            [
                *(
                    (
                        *(d.number, "opportunity", d.account, d.owner, min(4, STAGES.index(d.stage) + 1)),
                        *(None, None, None if d.reason is None else len(d.reason), d.created, None),
                        None if d.status == "open" else midnight(d.close),
                        *(d.close, not (d.deleted or d.status == "lost")),
                        *(Decimal(50) if d.deleted else d.percent, d.amount),
                    )
                    for d in world.deals
                ),
                *(
                    (
                        *(PEOPLE + lead.number, "lead", None, lead.owner, 1, None, None, None, lead.created),
                        *(None, None, None, not lead.deleted, Decimal(10), None),
                    )
                    for lead in world.leads
                ),
            ],
        ),
        "sale_order": (
            {"id": number, "partner_id": number, "user_id": number, "date_order": moment, "state": text},
            [
                (o.number, o.account, None, o.at, STATES[o.status])
                for o in world.orders
                if not (o.deleted or o.test)
            ],
        ),
        "sale_order_line": (
            {
                "id": number,
                "order_id": number,
                "product_id": number,
                "product_uom_qty": money,
                "price_unit": money,
                "price_subtotal": money,
                "display_type": text,
            },
            [
                row
                for order in world.orders
                for line in order.lines
                for row in (
                    (
                        *(10 * line.order + line.number, line.order, line.product, line.quantity, line.price),
                        *(line.quantity * line.price - line.discount, None),
                    ),
                    (10_000 + 10 * line.order + line.number, line.order, None, None, None, None, "line_note"),
                )
            ],
        ),
    }
    return {"odoo": script("", tables)}
