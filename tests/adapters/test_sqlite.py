import sqlite3

import pytest

from metricdsl.adapters.sqlite import SQLiteAdapter
from metricdsl.spi.adapter import AdapterError
from metricdsl.spi.values import Limits

LONG = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000000000) SELECT COUNT(*) FROM n"
)


@pytest.fixture
def adapter(tmp_path, values):
    with sqlite3.connect(tmp_path / "crm.db") as connection:
        connection.execute(
            "CREATE TABLE orders (id INTEGER PRIMARY KEY, amount DECIMAL(12, 2), day DATE, ok BOOLEAN, note TEXT)"
        )
        connection.executemany(
            "INSERT INTO orders VALUES (?, 1.5, '2026-01-31', 1, 'n')", [(i,) for i in range(10_000)]
        )
    connection.close()
    return SQLiteAdapter(values("sqlite:///crm.db"))


def code_of(action) -> str:
    with pytest.raises(AdapterError) as raised:
        action()
    return raised.value.problem.code


def test_the_catalog(adapter):
    found = adapter.introspect(["ORDERS", "nothing"]).tables
    assert set(found) == {"ORDERS"}
    assert [c.type.kind.value for c in found["ORDERS"].columns] == [
        "integer",
        "decimal",
        "date",
        "boolean",
        "text",
    ]
    assert set(adapter.introspect(None).tables) == {"orders"}


def test_rows_and_limits(adapter, rows):
    assert len(rows(adapter, "SELECT id FROM orders")) == 10_000
    assert len(rows(adapter, "SELECT id FROM orders", Limits(rows=3))) == 3


def test_it_only_reads(adapter, rows):
    assert code_of(lambda: rows(adapter, "DELETE FROM orders")) == "X720"
    assert code_of(lambda: rows(adapter, "CREATE TABLE other (a)")) == "X720"


def test_a_deadline_and_a_cancel(adapter, rows, keep_cancelling):
    limits = Limits(deadline=0.3)
    with limits.cancellation.within(limits.deadline):
        assert code_of(lambda: rows(adapter, LONG, limits)) == "X709"
    with keep_cancelling(adapter):
        assert code_of(lambda: rows(adapter, LONG)) == "X715"
    assert rows(adapter, "SELECT 1") == [(1,)]


def test_what_goes_wrong_in_our_words(adapter, values, tmp_path, rows):
    assert code_of(lambda: SQLiteAdapter(values("sqlite:///none.db")).introspect(None)) == "X703"
    (tmp_path / "bad.db").write_text("not a database " * 100)
    assert code_of(lambda: SQLiteAdapter(values("sqlite:///bad.db")).introspect(None)) == "X719"
    assert code_of(lambda: rows(adapter, "SELECT * FROM missing_one")) == "X701"
    assert code_of(lambda: rows(adapter, "SELECT missing_one FROM orders")) == "X702"
    assert code_of(lambda: rows(adapter, "SELECT SUM(9223372036854775807) FROM orders")) == "X716"
    deep = " AND ".join(["id = 1"] * 1_200)  # "Expression tree is too large": no number
    assert code_of(lambda: rows(adapter, f"SELECT id FROM orders WHERE {deep}")) == "X720"


def test_a_locked_file(adapter, tmp_path):
    holder = sqlite3.connect(tmp_path / "crm.db", isolation_level=None)
    holder.execute("PRAGMA locking_mode = EXCLUSIVE")
    holder.execute("BEGIN EXCLUSIVE")
    try:
        assert code_of(lambda: adapter.introspect(None)) == "X705"
    finally:
        holder.rollback()
        holder.close()
