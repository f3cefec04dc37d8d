"""The world as HubSpot has it: properties with a prefix, leads that are contacts, priorities in capitals."""

from datetime import datetime
from decimal import Decimal

from tests.bindings.canonical import RATES, named, rates
from tests.bindings.tables import script
from tests.bindings.world import STAGES, World, midnight

STAGE_CHANCES = {"Closed Won": 1, "Closed Lost": 0}
LIFECYCLES = {"prospect": "lead", "customer": "customer", "partner": "other"}


def hubspot(world: World) -> dict[str, str]:
    """The scripts: the tables of HubSpot, and the company's own."""
    text, flag, number, moment, money = str, bool, int, datetime, Decimal
    date_of = "property_hs_lifecyclestage_{}_date".format
    tables = {
        "owner": (
            {
                "owner_id": text,
                "first_name": text,
                "last_name": text,
                "email": text,
                "created_at": moment,
                "is_active": flag,
            },
            [
                (named("", r.number), *r.name.split(), f"rep{r.number}@example.com", r.hired, True)
                for r in world.reps
            ],
        ),
        "company": (
            {
                "id": text,
                "property_name": text,
                "property_hubspot_owner_id": text,
                "property_type": text,
                "property_lifecyclestage": text,
                "property_industry": text,
                "property_country": text,
                "property_state": text,
                "property_numberofemployees": number,
                "property_createdate": moment,
                "is_deleted": flag,
            },
            [
                (
                    *(
                        named("", a.number),
                        a.name,
                        named("", a.owner),
                        "PARTNER" if a.kind == "partner" else None,
                    ),
                    *(LIFECYCLES[a.kind], a.industry, a.country, None, a.employees, a.created),
                    a.deleted or a.merged_into is not None,
                )
                for a in world.accounts
            ],
        ),
        "contact": (
            {
                "id": text,
                "property_email": text,
                "property_associatedcompanyid": text,
                "property_hubspot_owner_id": text,
                "property_createdate": moment,
                "property_lastmodifieddate": moment,
                "property_phone": text,
                "property_jobtitle": text,
                "property_hs_email_optout": flag,
                "property_hs_analytics_source": text,
                "property_hs_lead_status": text,
                date_of("lead"): moment,
                date_of("marketingqualifiedlead"): moment,
                date_of("salesqualifiedlead"): moment,
                date_of("opportunity"): moment,
                "is_deleted": flag,
            },
            [
                *(
                    (
                        *(named("", c.number), c.email and c.email.upper(), named("", c.account)),
                        *(named("", c.owner), c.created, c.created, None, None, None if c.opted_in else True),
                        *(None, None, None, None, None, None, c.deleted),
                    )
                    for c in world.contacts
                ),
                *(
                    (
                        *(
                            named("", 100 + lead.number),
                            None,
                            named("", lead.account),
                            named("", lead.owner),
                            lead.created,
                        ),
                        *(
                            lead.created,
                            None,
                            None,
                            None,
                            lead.source,
                            None,
                            lead.created,
                            None,
                            None,
                            lead.converted,
                        ),
                        lead.deleted,
                    )
                    for lead in world.leads
                ),
            ],
        ),
        "deal_pipeline_stage": (
            {
                "stage_id": text,
                "label": text,
                "display_order": number,
                "is_closed": flag,
                "closed_won": flag,
                "_fivetran_deleted": flag,
            },
            [
                (named("s", n), s, n, s.startswith("Closed"), s == "Closed Won", False)
                for n, s in enumerate(STAGES)
            ],
        ),
        "deal": (
            {
                "deal_id": text,
                "property_hs_primary_associated_company": text,
                "owner_id": text,
                "deal_pipeline_stage_id": text,
                "property_createdate": moment,
                "property_closedate": moment,
                "property_hs_is_closed": flag,
                "property_hs_is_closed_won": flag,
                "property_hs_deal_stage_probability": money,
                "property_dealtype": text,
                "property_amount": money,
                "property_deal_currency_code": text,
                "property_closed_lost_reason": text,
                "is_deleted": flag,
            },
            [
                (
                    *(named("", d.number), named("", d.account), named("", d.owner)),
                    *(named("s", STAGES.index(d.stage)), d.created),
                    midnight(d.close),
                    *(d.status != "open", d.status == "won", d.percent / 100),
                    "newbusiness" if d.kind == "new" else "existingbusiness",
                    *(d.amount, d.currency, d.reason, d.deleted),
                )
                for d in world.deals
            ],
        ),
        "deal_stage": (
            {
                "deal_id": text,
                "value": text,
                "date_entered": moment,
                "_fivetran_end": moment,
                "_fivetran_active": flag,
            },
            [
                (named("", d.number), named("s", STAGES.index(d.stage)), d.created, None, True)
                for d in world.deals
            ],
        ),
        "ticket": (
            {
                "id": text,
                "property_hubspot_owner_id": text,
                "property_createdate": moment,
                "property_closed_date": moment,
                "property_source_type": text,
                "property_hs_ticket_priority": text,
                "is_deleted": flag,
            },
            [
                (
                    *(named("", t.number), named("", t.assignee), t.created, t.solved, t.channel.upper()),
                    "MEDIUM" if t.priority == "normal" else t.priority and t.priority.upper(),
                    t.deleted,
                )
                for t in world.tickets
            ],
        ),
    }
    return {"hubspot": script("hubspot", tables), "own": script("", {"fx_rate": (RATES, rates())})}
