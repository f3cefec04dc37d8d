"""The world as Salesforce has it: objects with ids of their own kind, percents, one closing day, `Customer - Direct`."""

from datetime import date, datetime
from decimal import Decimal

from tests.bindings.canonical import RATES, named, rates
from tests.bindings.tables import script
from tests.bindings.world import STAGES, World

KINDS = {"prospect": "Prospect", "customer": "Customer - Direct", "partner": "Channel Partner / Reseller"}
TYPES = {
    "new": "New Customer",
    "expansion": "Existing Customer - Upgrade",
    "renewal": "Existing Customer - Renewal",
}
STATES = {"placed": "Activated", "completed": "Fulfilled", "cancelled": "Cancelled", "draft": "Draft"}
PRIORITIES = {"low": "Low", "normal": "Medium", "high": "High", "urgent": "Critical"}
CASES = {"question": "Question", "incident": "Problem", "problem": "Structural", None: None}
ORIGINS = {"email": "Email", "web": "Web", "phone": "Phone"}


def salesforce(world: World) -> dict[str, str]:
    """The scripts: the tables of Salesforce, and the company's own."""
    text, flag, number, moment, money = str, bool, int, datetime, Decimal
    tables = {
        "user": (
            {"id": text, "name": text, "manager_id": text, "user_role_id": text, "created_date": moment},
            [(named("005", r.number), r.name, named("005", r.manager), None, r.hired) for r in world.reps],
        ),
        "account": (
            {
                "id": text,
                "owner_id": text,
                "parent_id": text,
                "name": text,
                "type": text,
                "industry": text,
                "billing_country": text,
                "billing_state": text,
                "number_of_employees": number,
                "account_source": text,
                "created_date": moment,
                "master_record_id": text,
                "is_deleted": flag,
            },
            [
                (
                    *(named("001", a.number), named("005", a.owner), named("001", a.parent), a.name),
                    *(KINDS[a.kind], a.industry, a.country, None, a.employees, None, a.created),
                    *(named("001", a.merged_into), a.deleted),
                )
                for a in world.accounts
            ],
        ),
        "contact": (
            {
                "id": text,
                "account_id": text,
                "owner_id": text,
                "name": text,
                "email": text,
                "phone": text,
                "title": text,
                "has_opted_out_of_email": flag,
                "created_date": moment,
                "last_modified_date": moment,
                "master_record_id": text,
                "is_deleted": flag,
            },
            [
                (
                    *(named("003", c.number), named("001", c.account), named("005", c.owner), c.name),
                    c.email and f" {c.email.title()}",
                    *(None, None, not c.opted_in, c.created, c.created, None, c.deleted),
                )
                for c in world.contacts
            ],
        ),
        "opportunity_stage": (
            {"api_name": text, "master_label": text, "sort_order": number, "is_closed": flag, "is_won": flag},
            [(s, s, n, s.startswith("Closed"), s == "Closed Won") for n, s in enumerate(STAGES, 1)],
        ),
        "opportunity": (
            {
                "id": text,
                "account_id": text,
                "contact_id": text,
                "owner_id": text,
                "campaign_id": text,
                "stage_name": text,
                "type": text,
                "created_date": moment,
                "close_date": date,
                "is_closed": flag,
                "is_won": flag,
                "amount": money,
                "currency_iso_code": text,
                "probability": money,
                "is_deleted": flag,
            },
            [
                (
                    *(named("006", d.number), named("001", d.account), named("003", d.contact)),
                    *(named("005", d.owner), None, d.stage, TYPES.get(d.kind or ""), d.created, d.close),
                    *(d.status != "open", d.status == "won", d.amount, d.currency, d.percent, d.deleted),
                )
                for d in world.deals
            ],
        ),
        "lead": (
            {
                "id": text,
                "owner_id": text,
                "status": text,
                "lead_source": text,
                "created_date": moment,
                "is_converted": flag,
                "converted_date": moment,
                "converted_account_id": text,
                "converted_opportunity_id": text,
                "master_record_id": text,
                "is_deleted": flag,
            },
            [
                (
                    *(
                        named("00Q", lead.number),
                        named("005", lead.owner),
                        "Converted" if lead.converted else "Open",
                    ),
                    *(lead.source, lead.created, lead.converted is not None, lead.converted),
                    *(named("001", lead.account), named("006", lead.deal), None, lead.deleted),
                )
                for lead in world.leads
            ],
        ),
        "order": (
            {
                "id": text,
                "account_id": text,
                "bill_to_contact_id": text,
                "owner_id": text,
                "effective_date": moment,
                "status": text,
                "currency_iso_code": text,
                "is_deleted": flag,
            },
            [
                (
                    *(named("801", o.number), named("001", o.account), named("003", o.contact), None, o.at),
                    *(STATES[o.status], o.currency, o.deleted or o.test),
                )
                for o in world.orders
            ],
        ),
        "order_item": (
            {
                "id": text,
                "order_id": text,
                "product_2_id": text,
                "quantity": money,
                "list_price": money,
                "total_price": money,
                "is_deleted": flag,
            },
            [
                (
                    *(f"802{line.order}-{line.number}", named("801", line.order)),
                    *(named("01t", line.product), line.quantity, line.price),
                    *(line.quantity * line.price - line.discount, False),
                )
                for order in world.orders
                for line in order.lines
            ],
        ),
        "case": (
            {
                "id": text,
                "account_id": text,
                "contact_id": text,
                "owner_id": text,
                "created_date": moment,
                "closed_date": moment,
                "is_closed": flag,
                "origin": text,
                "type": text,
                "priority": text,
                "is_escalated": flag,
                "master_record_id": text,
                "is_deleted": flag,
            },
            [
                (
                    *(named("500", t.number), named("001", t.account), named("003", t.contact)),
                    *(named("005", t.assignee), t.created, t.solved, t.solved is not None),
                    *(ORIGINS[t.channel], CASES[t.kind], PRIORITIES.get(t.priority or "")),
                    *(False, None, t.deleted),
                )
                for t in world.tickets
            ],
        ),
    }
    return {"salesforce": script("salesforce", tables), "own": script("", {"fx_rate": (RATES, rates())})}
