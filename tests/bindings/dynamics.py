"""The world as Dynamics 365 has it: choices by their numbers, states, amounts in the organisation's currency. No row is deleted."""

from datetime import date, datetime
from decimal import Decimal

from tests.bindings.canonical import RATES, named, rates
from tests.bindings.tables import script
from tests.bindings.world import World

KINDS = {"prospect": 8, "customer": 3, "partner": 5}
STATES = {"open": 0, "won": 1, "lost": 2}
ORDERS = {"placed": 1, "completed": 3, "cancelled": 2, "draft": 2}
PRIORITIES = {"urgent": 1, "high": 1, "normal": 2, "low": 3}
ORIGINS = {"phone": 1, "email": 2, "web": 3}
CASES = {"question": 1, "incident": 2, "problem": 2}


def dynamics(world: World) -> dict[str, str]:
    """The scripts: the tables of Dataverse, and the company's own."""
    text, flag, number, moment, money = str, bool, int, datetime, Decimal
    tables = {
        "systemuser": (
            {
                "systemuserid": text,
                "fullname": text,
                "parentsystemuserid": text,
                "createdon": moment,
                "isdisabled": flag,
            },
            [(named("u-", r.number), r.name, named("u-", r.manager), r.hired, False) for r in world.reps],
        ),
        "account": (
            {
                "accountid": text,
                "name": text,
                "ownerid": text,
                "parentaccountid": text,
                "customertypecode": number,
                "industry": text,
                "address1_country": text,
                "address1_stateorprovince": text,
                "numberofemployees": number,
                "createdon": moment,
                "statecode": number,
                "merged": flag,
                "masterid": text,
            },
            [
                (
                    *(named("a-", a.number), a.name, named("u-", a.owner), named("a-", a.parent)),
                    *(KINDS[a.kind], a.industry, a.country, None, a.employees, a.created, int(a.deleted)),
                    *(a.merged_into is not None, named("a-", a.merged_into)),
                )
                for a in world.accounts
            ],
        ),
        "contact": (
            {
                "contactid": text,
                "parentcustomerid": text,
                "ownerid": text,
                "emailaddress1": text,
                "telephone1": text,
                "jobtitle": text,
                "donotbulkemail": flag,
                "createdon": moment,
                "modifiedon": moment,
                "statecode": number,
                "merged": flag,
                "masterid": text,
            },
            [
                (
                    *(named("c-", c.number), named("a-", c.account), named("u-", c.owner), c.email),
                    *(None, None, not c.opted_in, c.created, c.created, int(c.deleted), False, None),
                )
                for c in world.contacts
            ],
        ),
        "lead": (
            {
                "leadid": text,
                "ownerid": text,
                "createdon": moment,
                "statecode": number,
                "parentaccountid": text,
                "qualifyingopportunityid": text,
                "campaignid": text,
                "merged": flag,
                "masterid": text,
            },
            [
                (
                    *(
                        named("l-", lead.number),
                        named("u-", lead.owner),
                        lead.created,
                        1 if lead.converted else 0,
                    ),
                    *(
                        named("a-", lead.account),
                        named("o-", lead.deal),
                        None,
                        lead.deleted,
                        "l-0" if lead.deleted else None,
                    ),
                )
                for lead in world.leads
            ],
        ),
        "opportunity": (
            {
                "opportunityid": text,
                "parentaccountid": text,
                "parentcontactid": text,
                "ownerid": text,
                "campaignid": text,
                "stepname": text,
                "createdon": moment,
                "actualclosedate": date,
                "estimatedclosedate": date,
                "statecode": number,
                "estimatedvalue_base": money,
                "actualvalue_base": money,
                "closeprobability": number,
            },
            [
                (
                    *(named("o-", d.number), named("a-", d.account), named("c-", d.contact)),
                    *(named("u-", d.owner), None, d.stage, d.created),
                    *(None if d.status == "open" else d.close, d.close, STATES[d.status]),
                    *((None, d.amount) if d.status == "won" else (d.amount, None)),
                    int(d.percent),
                )
                for d in world.deals
                if not d.deleted
            ],
        ),
        "salesorder": (
            {
                "salesorderid": text,
                "customerid": text,
                "ownerid": text,
                "createdon": moment,
                "statecode": number,
            },
            [
                (named("s-", o.number), named("a-", o.account), None, o.at, ORDERS[o.status])
                for o in world.orders
                if not (o.deleted or o.test)
            ],
        ),
        "salesorderdetail": (
            {
                "salesorderdetailid": text,
                "salesorderid": text,
                "productid": text,
                "quantity": money,
                "priceperunit_base": money,
                "baseamount_base": money,
                "manualdiscountamount_base": money,
            },
            [
                (
                    *(f"{line.order}-{line.number}", named("s-", line.order), named("p-", line.product)),
                    *(line.quantity, line.price, line.quantity * line.price, line.discount),
                )
                for order in world.orders
                for line in order.lines
            ],
        ),
        "incident": (
            {
                "incidentid": text,
                "customerid": text,
                "primarycontactid": text,
                "ownerid": text,
                "productid": text,
                "createdon": moment,
                "statecode": number,
                "casetypecode": number,
                "prioritycode": number,
                "caseorigincode": number,
                "isescalated": flag,
                "merged": flag,
                "masterid": text,
            },
            [
                (
                    *(named("t-", t.number), named("a-", t.account), named("c-", t.contact)),
                    *(
                        named("u-", t.assignee),
                        None,
                        t.created,
                        2 if t.deleted else int(t.solved is not None),
                    ),
                    *(CASES.get(t.kind or ""), PRIORITIES.get(t.priority or ""), ORIGINS[t.channel]),
                    *(False, False, None),
                )
                for t in world.tickets
            ],
        ),
    }
    return {"dynamics": script("dynamics", tables), "own": script("", {"fx_rate": (RATES, rates())})}
