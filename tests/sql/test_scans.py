"""What a scan makes of stored columns: texts with formats, numbers, zones, scopes, what a source supplies."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from attrs import evolve

from metricdsl.model.formula import ColumnRef
from metricdsl.model.types import BOOLEAN, DATE, FLOAT, INTEGER, TEXT, TIMESTAMP, Kind, ValueType
from metricdsl.spi.values import Catalog, TableColumn, TableInfo
from metricdsl.sql import compile_request
from tests.plan.shop import MONEY, agg, call, col, const, dimension, entity, request, values
from tests.sql.shop_rows import REGISTRY, ask

D = Decimal
NATIVE = {
    "text": TEXT,
    "date": DATE,
    "timestamp": TIMESTAMP,
    "integer": INTEGER,
    "bigint": INTEGER,
    "double precision": FLOAT,
    "boolean": BOOLEAN,
}


def catalog_of(**tables):
    """A catalog of tables given as "name type, …"."""
    infos = {}
    for name, columns in tables.items():
        listed = []
        for part in columns.split(", "):
            column, _, native = part.partition(" ")
            kind = NATIVE.get(native) or ValueType(
                Kind.DECIMAL, scale=int(native[native.index(",") + 1 : -1])
            )
            listed.append(TableColumn(name=column, type=kind, native=native))
        infos[name] = TableInfo(name=name, parts=(name,), columns=tuple(listed))
    return Catalog(infos)


def one_column(native, rows, type_, *, format=None, or_null=False):
    """An entity `thing` with a column x, its table and catalog."""
    thing = entity("t.thing", "things", ["id"], {"id": INTEGER, "x": type_})
    declared = evolve(thing.columns["x"], format=format, or_null=or_null)
    thing = evolve(thing, columns={**thing.columns, "x": declared})
    columns = f"id integer, x {native}"
    tables = {"things": (columns, list(enumerate(rows)))}
    asked = values(thing, {"x": col(thing, "x", {})}, entities={thing.name: thing})
    return asked, tables, catalog_of(things=columns.replace("10,2", "10,2"))


def read(engine, native, rows, type_, **declared):
    asked, tables, catalog = one_column(native, rows, type_, **declared)
    return [row[0] for row in ask(asked, engine, tables, catalog)]


DATES = [
    ("DD-MM-YY", ["05-01-26", "31-12-99", "", None], [date(1999, 12, 31), date(2026, 1, 5), None]),
    ("YYYY/MM/DD", ["2026/01/05", "2024/02/29"], [date(2024, 2, 29), date(2026, 1, 5)]),
    (None, ["2026-01-05", "", "2026-12-31"], [date(2026, 1, 5), date(2026, 12, 31), None]),
    ("YYYYMMDD", ["20260105"], [date(2026, 1, 5)]),
]


@pytest.mark.parametrize(("form", "rows", "expected"), DATES)
def test_texts_are_dates_by_their_format(engine, form, rows, expected):
    assert read(engine, "text", rows, DATE, format=form) == expected


TIMESTAMPS = [
    ("DD.MM.YYYY HH24:MI:SS", ["05.01.2026 13:45:10"], [datetime.fromisoformat("2026-01-05T13:45:10")]),
    (
        "YYYY-MM-DD HH24:MI:SS.FF3",
        ["2026-01-05 13:45:10.250", "2026-01-05 13:45:10.000"],
        [datetime.fromisoformat(f"2026-01-05T13:45:10{more}") for more in ("", ".250")],
    ),
    (
        "YYYY-MM-DDTHH24:MI:SS.FF6",
        ["2026-01-05T13:45:10.000001", "2026-01-05T13:45:10.250000"],
        [datetime.fromisoformat(f"2026-01-05T13:45:10{more}") for more in (".000001", ".250")],
    ),
    ("YYYY-MM-DD HH24:MI", ["2026-01-05 13:45", ""], [datetime.fromisoformat("2026-01-05T13:45"), None]),
    (
        None,
        ["2026-01-05T13:45:10", "2026-01-05 13:45:10.25", "2026-01-05"],
        [
            datetime.fromisoformat(t)
            for t in ("2026-01-05T00:00", "2026-01-05T13:45:10", "2026-01-05T13:45:10.250")
        ],
    ),
]


@pytest.mark.parametrize(("form", "rows", "expected"), TIMESTAMPS)
def test_texts_are_timestamps_by_their_format(engine, form, rows, expected):
    assert read(engine, "text", rows, TIMESTAMP, format=form) == expected


NUMBERS = [
    ("1.234,56", ["1.234,50", "12,3", "-7", ""], [D("-7.00"), D("12.30"), D("1234.50"), None]),
    ("1,234.56", ["1,234,567.8", "0.10"], [D("0.10"), D("1234567.80")]),
    ("$1,234.56", ["$1,000.00", "$3"], [D("3.00"), D("1000.00")]),
    (None, ["0.10", " 12 ", "-1.5"], [D("-1.50"), D("0.10"), D("12.00")]),
]


@pytest.mark.parametrize(("form", "rows", "expected"), NUMBERS)
def test_texts_are_numbers_by_their_format(engine, form, rows, expected):
    assert read(engine, "text", rows, MONEY, format=form) == expected


def test_texts_are_whole_numbers_floats_and_conditions(engine):
    assert read(engine, "text", ["12", "-3", ""], INTEGER) == [-3, 12, None]
    assert read(engine, "text", ["1.5", "2"], FLOAT) == [1.5, 2.0]
    assert read(engine, "text", ["yes", "No", "TRUE", "0", ""], BOOLEAN) == [False, True, None]


WRONG = [
    (DATE, "DD-MM-YY", "31-02-26"),
    (DATE, "DD-MM-YY", "05-01-2026"),
    (DATE, None, "2026-02-30"),
    (DATE, None, "05.01.2026"),
    (TIMESTAMP, None, "2026-01-05 25:00:00"),
    (MONEY, "1.234,56", "1,234.56"),
    (MONEY, "1,234.56", "12,34"),
    (MONEY, None, "12,34"),
    (MONEY, None, "abc"),
    (INTEGER, None, "1.5x"),
    (BOOLEAN, None, "maybe"),
]


@pytest.mark.parametrize(("type_", "form", "text"), WRONG)
def test_a_text_that_does_not_convert_is_an_error_or_null_on_request(engine, type_, form, text):
    with pytest.raises(Exception, match=r"."):
        read(engine, "text", [text], type_, format=form)
    assert read(engine, "text", [text, ""], type_, format=form, or_null=True) == [None]


def test_floats_and_longer_decimals_become_the_declared_decimals(engine):
    assert read(engine, "double precision", [0.1, 2.5, None], MONEY) == [D("0.10"), D("2.50"), None]
    assert read(engine, "decimal(10,4)", [D("1.2346")], MONEY) == [D("1.23")]
    assert read(engine, "integer", [3], MONEY) == [D("3.00")]


def test_integers_are_conditions_and_whole_doubles_are_integers(engine):
    assert read(engine, "integer", [0, 1, None], BOOLEAN) == [False, True, None]
    assert read(engine, "double precision", [3.0, None], INTEGER) == [3, None]
    with pytest.raises(Exception, match=r"."):
        read(engine, "double precision", [3.5], INTEGER)


def test_dates_and_timestamps_become_each_other(engine):
    moment = datetime.fromisoformat("2026-01-05T13:45:00")
    assert read(engine, "timestamp", [moment], DATE) == [date(2026, 1, 5)]
    assert read(engine, "date", [date(2026, 1, 5)], TIMESTAMP) == [datetime.fromisoformat("2026-01-05T00:00")]


def test_a_column_that_serves_is_left_alone():
    asked, _, catalog = one_column("decimal(10,2)", [], MONEY)
    assert "CAST" not in compile_request(asked, REGISTRY, "duckdb", catalog).value.sql


@pytest.mark.parametrize(
    ("stored", "declared"), [("integer", DATE), ("boolean", DATE), ("double precision", TIMESTAMP)]
)
def test_what_is_no_time_cannot_be_declared_one(stored, declared):
    asked, _, catalog = one_column(stored, [], declared)
    outcome = compile_request(asked, REGISTRY, "duckdb", catalog)
    assert outcome.value is None
    assert [problem.code for problem in outcome.problems] == ["X717"]


@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
def test_a_time_with_a_zone_is_read_on_the_local_clock(dialect):
    thing = entity("t.thing", "things", ["id"], {"id": INTEGER, "x": TIMESTAMP})
    column = TableColumn(name="x", type=TIMESTAMP, native="timestamptz", zoned=True)
    catalog = Catalog({"things": TableInfo(name="things", parts=("main", "things"), columns=(column,))})
    asked = values(thing, {"x": col(thing, "x", {})}, entities={thing.name: thing})
    asked = evolve(asked, context=evolve(asked.context, timezone="Europe/Berlin"))
    text = compile_request(asked, REGISTRY, dialect, catalog).value.sql
    assert """"thing"."x" AT TIME ZONE 'Europe/Berlin'""" in text
    assert '"main"."things"' in text


def parent_and_child(**parent):
    """An entity `child` that joins `parent`, in tables parents and children."""
    types = {"id": INTEGER, "kind": TEXT, "gone": BOOLEAN, "top_id": INTEGER}
    top = entity("t.top", "tops", ["id"], {"id": INTEGER, "live": BOOLEAN})
    mother = entity("t.parent", "parents", ["id"], types, joins=[("top", "t.top", ["top_id"])])
    child = entity(
        "t.child",
        "children",
        ["id"],
        {"id": INTEGER, "parent_id": INTEGER},
        joins=[("parent", "t.parent", ["parent_id"])],
    )
    entities = {"t.top": top, "t.parent": mother, "t.child": child}
    for name, make in parent.items():
        mother = evolve(mother, **{name: make(entities)})
    return {**entities, "t.parent": mother}


TABLES = {
    "tops": ("id integer, live boolean", [(1, True), (2, False)]),
    "parents": (
        "id integer, kind text, gone boolean, top_id integer",
        [(1, "a", False, 1), (2, "b", True, 1), (3, "c", None, 2), (4, None, False, None)],
    ),
    "children": ("id integer, parent_id integer", [(1, 1), (2, 2), (3, 3), (4, 4), (5, 99), (6, None)]),
}


def count_by_kind(engine, entities):
    child = entities["t.child"]
    n = agg("count_rows", child, keys=(col(child, "parent.kind", entities),))
    return ask(request({"n": n}, (dimension("kind"),), entities=entities), engine, TABLES)


def test_a_parent_out_of_scope_is_null_and_loses_no_row(engine):
    entities = parent_and_child(scope=lambda e: call("not", col(e["t.parent"], "gone", e)))
    assert count_by_kind(engine, entities) == [("a", 1), (None, 5)]


def test_a_scope_that_looks_at_a_parent(engine):
    entities = parent_and_child(scope=lambda e: col(e["t.parent"], "top.live", e))
    assert count_by_kind(engine, entities) == [("a", 1), ("b", 1), (None, 4)]


def test_the_scope_of_the_home_leaves_rows_out(engine):
    entities = parent_and_child(scope=lambda e: col(e["t.parent"], "top.live", e))
    mother = entities["t.parent"]
    n = agg("count_rows", mother)
    assert ask(request({"n": n}, entities=entities), engine, TABLES) == [(2,)]
    entities = parent_and_child(scope=lambda e: call("not", col(e["t.parent"], "gone", e)))
    n = agg("count_rows", entities["t.parent"])
    assert ask(request({"n": n}, entities=entities), engine, TABLES) == [(2,)]


def supplied(entities):
    column = ColumnRef(path=(), entity="t.parent", column="kind", type=TEXT)
    return {"kind": call("coalesce", column, const("unknown"), type=TEXT)}


def test_what_a_source_supplies_is_null_past_a_missing_parent(engine):
    entities = parent_and_child(supplies=supplied)
    assert count_by_kind(engine, entities) == [("a", 1), ("b", 1), ("c", 1), ("unknown", 1), (None, 2)]


def test_a_source_that_renames(engine):
    entities = parent_and_child(
        supplies=lambda _: {"kind": ColumnRef(path=(), entity="t.parent", column="top_id", type=INTEGER)}
    )
    catalog = catalog_of(parents="id integer, kind text, gone boolean, top_id integer")
    child = entities["t.child"]
    n = agg("count_rows", child, keys=(col(child, "parent.kind", entities),))
    asked = request({"n": n}, (dimension("kind"),), entities=entities)
    assert ask(asked, engine, TABLES, catalog) == [("1", 2), ("2", 1), (None, 3)]


def test_a_guard_finds_a_repeated_key(engine):
    entities = parent_and_child(scope=lambda e: call("not", col(e["t.parent"], "gone", e)))
    child = entities["t.child"]
    n = agg("count_rows", child, keys=(col(child, "parent.kind", entities),))
    asked = request({"n": n}, (dimension("kind"),), entities=entities)
    compiled = compile_request(asked, REGISTRY, engine.dialect, guards=True).value
    (guard, _) = compiled.statements
    assert (guard.purpose.value, guard.subject) == ("guard", "t.parent")
    assert engine.connect(TABLES)(guard.sql) == []
    columns, rows = TABLES["parents"]
    out_of_scope = {
        **TABLES,
        "parents": (columns, [*rows, (2, "again", True, 1), (None, "x", False, 1), (None, "x", False, 1)]),
    }
    assert engine.connect(out_of_scope)(guard.sql) == []
    repeated = {**TABLES, "parents": (columns, [*rows, (1, "again", False, 1)])}
    assert engine.connect(repeated)(guard.sql) == [(1, 2)]
