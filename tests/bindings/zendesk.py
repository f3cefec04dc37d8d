"""The world as Zendesk has it: agents and customers are users, a deleted ticket has a status of its own."""

from datetime import datetime

from tests.bindings.canonical import named
from tests.bindings.tables import script
from tests.bindings.world import World

ASKING = 100
"""The numbers of customers are above those of agents."""


def zendesk(world: World) -> dict[str, str]:
    """The script: the tables of Zendesk Support."""
    text, flag, moment = str, bool, datetime
    tables = {
        "user": (
            {
                "id": text,
                "name": text,
                "email": text,
                "phone": text,
                "role": text,
                "organization_id": text,
                "created_at": moment,
                "updated_at": moment,
                "active": flag,
                "suspended": flag,
            },
            [
                *(
                    (named("", r.number), r.name, None, None, "agent", None, r.hired, r.hired, True, False)
                    for r in world.reps
                ),
                *(
                    (
                        *(named("", ASKING + c.number), c.name, c.email, None, "end-user"),
                        *(named("", c.account), c.created, c.created, not c.deleted, False),
                    )
                    for c in world.contacts
                ),
            ],
        ),
        "organization": (
            {"id": text, "name": text, "created_at": moment, "deleted_at": moment},
            [
                (named("", a.number), a.name, a.created, a.created if a.deleted else None)
                for a in world.accounts
            ],
        ),
        "ticket": (
            {
                "id": text,
                "organization_id": text,
                "requester_id": text,
                "assignee_id": text,
                "group_id": text,
                "created_at": moment,
                "status": text,
                "type": text,
                "priority": text,
                "via_channel": text,
            },
            [
                (
                    *(
                        named("", t.number),
                        named("", t.account),
                        None if t.contact is None else named("", ASKING + t.contact),
                    ),
                    *(named("", t.assignee), None, t.created),
                    "deleted" if t.deleted else "solved" if t.solved else "open",
                    *(t.kind, t.priority, t.channel),
                )
                for t in world.tickets
            ],
        ),
        "ticket_field_history": (
            {"ticket_id": text, "field_name": text, "updated": moment, "value": text},
            [
                row
                for t in world.tickets
                for row in (
                    (named("", t.number), "status", t.created, "open"),
                    (named("", t.number), "priority", t.created, t.priority),
                    *([(named("", t.number), "status", t.solved, "solved")] if t.solved else []),
                )
            ],
        ),
    }
    return {"zendesk": script("zendesk", tables)}
