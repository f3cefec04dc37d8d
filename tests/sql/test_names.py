"""Names as people write them: quotes, other scripts, words of SQL, long ones."""

from datetime import datetime

import pytest

from metricdsl.model.types import INTEGER, TEXT, TIMESTAMP
from metricdsl.sql import compile_request
from metricdsl.sql.names import fitted
from tests.plan.shop import (
    MONTH,
    ORDER,
    PeriodKey,
    agg,
    col,
    dimension,
    entity,
    equal,
    month,
    request,
    values,
)
from tests.sql.shop_rows import REGISTRY, ask

NASTY = [
    'a "quoted" name',
    "赢单率",
    "select",
    "semi;colon --",
    "back\\slash",
    "O'Brien",
    "ß" * 40,
    "x" * 200,
]


@pytest.mark.parametrize("name", NASTY)
def test_any_name_of_a_column_and_any_text(engine, name):
    thing = entity("t.thing", "order", ["id"], {"id": INTEGER, "group": TEXT})
    quoted = name.replace('"', '""')
    tables = {"order": (f'id integer, "group" text, "{quoted[:40]}" text', [(1, name, "a"), (2, "b", "c")])}
    n = agg("count_rows", thing, where=equal(col(thing, "group", {}), name), keys=(col(thing, "group", {}),))
    asked = request({name: n}, (dimension("order by"),), entities={thing.name: thing}, sort=[name])
    assert ask(asked, engine, tables) == [(name, 1)]
    column = compile_request(asked, REGISTRY, engine.dialect).value.columns[1]
    assert column.name == name


def test_names_that_differ_only_behind_the_limit_stay_apart(engine):
    thing = entity("t.thing", "things", ["id"], {"id": INTEGER})
    long = "n" * 300
    asked = request(
        {
            long + "a": agg("count_rows", thing),
            long + "b": agg("count_rows", thing, where=equal(col(thing, "id", {}), 1)),
        },
        entities={thing.name: thing},
        sort=["-" + long + "b"],
    )
    assert ask(asked, engine, {"things": ("id integer", [(1,), (2,)])}) == [(2, 1)]


def test_a_cut_name_has_at_most_the_bytes_and_is_cut_between_characters():
    for name in NASTY:
        assert len(fitted(name, 63).encode()) <= 63
    assert fitted("short", 63) == "short"
    assert fitted("ß" * 40, 63) != fitted("ß" * 41, 63)


def test_a_step_never_bears_the_name_of_a_table():
    tickets = entity("t.tickets", "tickets", ["id"], {"id": INTEGER, "seen_at": TIMESTAMP}, time="seen_at")
    orders = entity("t.orders", "orders", ["id"], {"id": INTEGER, "seen_at": TIMESTAMP}, time="seen_at")
    entities = {e.name: e for e in (tickets, orders)}
    asked = request(
        {
            "tickets": agg("count_rows", tickets, keys=(MONTH,), metric="tickets"),
            "orders": agg("count_rows", orders, keys=(MONTH,), metric="orders"),
        },
        (month(),),
        entities=entities,
    )
    text = compile_request(asked, REGISTRY, "duckdb").value.sql
    assert 'WITH "tickets_totals" AS' in text
    assert 'FROM "tickets"' in text


def test_hours_are_cells_too(engine):
    log = entity("t.log", "logs", ["id"], {"id": INTEGER, "seen_at": TIMESTAMP}, time="seen_at")
    at = [datetime.fromisoformat(f"2026-01-01T{t}") for t in ("09:15:00", "11:59:59")]
    n = agg("count_rows", log, keys=(PeriodKey(grain="hour"),))
    hour = month("hour", "hour")
    asked = request(
        {"n": n},
        (hour.__class__(name="hour", type=TIMESTAMP, grain="hour"),),
        entities={log.name: log},
        fill=True,
    )
    rows = ask(asked, engine, {"logs": ("id integer, seen_at timestamp", list(enumerate(at)))})
    assert [(r[0].isoformat(), r[1]) for r in rows] == [
        ("2026-01-01T09:00:00", 1),
        ("2026-01-01T10:00:00", 0),
        ("2026-01-01T11:00:00", 1),
    ]


def test_values_of_one_table_are_one_flat_select():
    text = compile_request(
        values(ORDER, {"status": col(ORDER, "status")}, limit=3), REGISTRY, "duckdb"
    ).value.sql
    assert "WITH" not in text
    assert "JOIN" not in text
