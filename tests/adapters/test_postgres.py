import sys
from urllib.parse import quote, urlsplit

import pytest

from metricdsl.adapters.postgres import PostgresAdapter
from metricdsl.spi.adapter import AdapterError
from metricdsl.spi.values import Limits

LONG = "SELECT pg_sleep(60)"


@pytest.fixture
def adapter(postgres_url, values):
    psycopg = pytest.importorskip("psycopg")
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS orders")
        connection.execute(
            "CREATE TABLE orders (id BIGINT, amount NUMERIC(12, 2), moment TIMESTAMPTZ, day DATE, ok BOOLEAN, note TEXT)"
        )
        connection.execute(
            "INSERT INTO orders SELECT g, 1.5, now(), '2026-01-31', true, 'n' FROM generate_series(1, 10000) g"
        )
    made = PostgresAdapter(values(postgres_url))
    yield made
    made.close()


def code_of(action) -> str:
    with pytest.raises(AdapterError) as raised:
        action()
    return raised.value.problem.code


@pytest.mark.postgres
def test_the_catalog_follows_the_search_path(adapter):
    found = adapter.introspect(["orders", "nothing"]).tables
    assert set(found) == {"orders"}
    assert found["orders"].parts == ("orders",)
    kinds = [(c.type.kind.value, c.type.scale, c.zoned) for c in found["orders"].columns]
    assert kinds == [
        ("integer", 0, False),
        ("decimal", 2, False),
        ("timestamp", 0, True),
        ("date", 0, False),
        ("boolean", 0, False),
        ("text", 0, False),
    ]


@pytest.mark.postgres
def test_the_session_is_pinned_and_only_reads(adapter, rows):
    settings = "SELECT current_setting('timezone'), current_setting('standard_conforming_strings'), current_setting('transaction_read_only')"
    assert rows(adapter, settings) == [("UTC", "on", "on")]
    assert code_of(lambda: rows(adapter, "SELECT nextval('x')")) in {"X701", "X720"}
    assert code_of(lambda: rows(adapter, "DELETE FROM orders RETURNING id")) == "X720"


@pytest.mark.postgres
def test_rows_stream_and_stop_at_the_limit(adapter, rows):
    assert len(rows(adapter, "SELECT id FROM orders")) == 10_000
    assert len(rows(adapter, "SELECT id FROM orders", Limits(rows=3))) == 3
    assert rows(adapter, "SELECT note, '50%' FROM orders LIMIT 1") == [("n", "50%")]


@pytest.mark.postgres
def test_a_deadline_and_a_cancel(adapter, rows, keep_cancelling):
    limits = Limits(deadline=0.3)
    with limits.cancellation.within(limits.deadline):
        assert code_of(lambda: rows(adapter, LONG, limits)) == "X709"
    with keep_cancelling(adapter):
        assert code_of(lambda: rows(adapter, LONG)) == "X715"
    assert rows(adapter, "SELECT 1") == [(1,)]


@pytest.mark.postgres
def test_what_goes_wrong_in_our_words(adapter, rows):
    assert code_of(lambda: rows(adapter, "SELECT * FROM missing_one")) == "X701"
    assert code_of(lambda: rows(adapter, "SELECT missing_one FROM orders")) == "X702"
    assert code_of(lambda: rows(adapter, "SELECT CAST(note AS DATE) FROM orders")) == "X706"
    assert code_of(lambda: rows(adapter, "SELECT id * 9223372036854775807 FROM orders")) == "X716"


@pytest.mark.postgres
def test_a_wrong_password(postgres_server, values):
    url = urlsplit(postgres_server)
    wrong = url._replace(netloc=f"{url.username}:{quote('not it')}@{url.hostname}:{url.port}").geturl()
    with pytest.raises(AdapterError) as raised:
        PostgresAdapter(values(wrong)).introspect(None)
    assert raised.value.problem.code == "X704"
    assert "not it" not in raised.value.problem.message()


def test_a_host_that_is_down(values):
    pytest.importorskip("psycopg")
    assert (
        code_of(lambda: PostgresAdapter(values("postgresql://a@127.0.0.1:1/db")).introspect(None)) == "X703"
    )


def test_a_driver_that_is_not_there(values, monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(AdapterError) as raised:
        PostgresAdapter(values("postgresql://a@127.0.0.1:1/db")).introspect(None)
    assert raised.value.problem.code == "X714"
    assert "pip install" in raised.value.problem.fixes()[0].title


@pytest.mark.postgres
def test_a_name_with_letters_that_fold_is_found(adapter, postgres_url):
    psycopg = pytest.importorskip("psycopg")
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute('CREATE TABLE IF NOT EXISTS "Größe" (id BIGINT)')
        connection.execute('CREATE TABLE IF NOT EXISTS "größe" (id BIGINT)')
    assert set(adapter.introspect(["größe", "Größe", "ORDERS"]).tables) == {"größe", "Größe", "ORDERS"}
