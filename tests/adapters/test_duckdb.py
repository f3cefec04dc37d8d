import os
import subprocess
import sys
import time

import duckdb
import pytest

from metricdsl.adapters.duckdb import DuckDBAdapter
from metricdsl.adapters.duckdb_errors import running_problem
from metricdsl.spi.adapter import AdapterError
from metricdsl.spi.values import Limits, Statement

LONG = "SELECT COUNT(*) FROM range(10000000) a, range(1000000) b WHERE a.range + b.range % 7 = 3"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "crm.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "CREATE TABLE orders (id BIGINT, amount DECIMAL(12, 2), moment TIMESTAMPTZ, note VARCHAR)"
        )
        connection.execute("INSERT INTO orders SELECT range, 1.5, now(), 'n' FROM range(10000)")
        connection.execute("CREATE SCHEMA crm.crm; CREATE TABLE crm.crm.leads (id INTEGER)")
    return path


@pytest.fixture
def adapter(file, values):
    made = DuckDBAdapter(values("duckdb:///crm.duckdb"))
    yield made
    made.close()


def code_of(action) -> str:
    with pytest.raises(AdapterError) as raised:
        action()
    return raised.value.problem.code


def test_the_catalog_has_schemas_types_and_scales(adapter):
    catalog = adapter.introspect(None)
    assert set(catalog.tables) == {"orders", "crm.leads"}
    kinds = {c.name: (c.type.kind.value, c.type.scale, c.zoned) for c in catalog.tables["orders"].columns}
    assert kinds == {
        "id": ("integer", 0, False),
        "amount": ("decimal", 2, False),
        "moment": ("timestamp", 0, True),
        "note": ("text", 0, False),
    }
    assert catalog.tables["crm.leads"].parts == ("crm", "crm", "leads")


def test_only_the_named_tables_and_names_in_another_case(adapter):
    assert set(adapter.introspect(["Orders", "nothing"]).tables) == {"Orders"}


def test_rows_come_in_batches_and_no_more_than_asked(adapter, rows):
    batches = list(adapter.execute(Statement(sql="SELECT id FROM orders ORDER BY id"), Limits()))
    assert len(batches) > 1
    assert len(rows(adapter, "SELECT id FROM orders", Limits(rows=5))) == 5


def test_two_results_at_once_have_their_own_cursors(adapter):
    one = adapter.execute(Statement(sql="SELECT id FROM orders ORDER BY id"), Limits())
    two = adapter.execute(Statement(sql="SELECT id FROM orders ORDER BY id DESC"), Limits())
    assert next(iter(one))[0][0] == 0
    assert next(iter(two))[0][0] == 9999


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_text('{outside}')",
        "SELECT * FROM read_csv('{outside}')",
        "SELECT * FROM '{outside}'",
        "SELECT * FROM glob('{folder}/*')",
        "COPY orders TO '{folder}/out.csv'",
        "ATTACH '{folder}/other.duckdb'",
        "INSERT INTO orders SELECT * FROM orders",
        "CREATE TABLE other (a INTEGER)",
        "SET threads = 1",
        "SET enable_external_access = true",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SELECT * FROM sniff_csv('{outside}')",
        "EXPORT DATABASE '{folder}/dump'",
        "SELECT * FROM a_python_variable",
    ],
)
def test_a_file_gives_no_way_out(adapter, rows, tmp_path, sql):
    a_python_variable = [1]  # noqa: F841 - DuckDB would find it by name
    outside = tmp_path / "outside.csv"
    outside.write_text("a\n1\n")
    with pytest.raises(AdapterError):
        rows(adapter, sql.format(outside=outside, folder=tmp_path))
    assert not (tmp_path / "out.csv").exists()


def test_a_deadline_stops_the_query_and_the_connection_goes_on(adapter, rows):
    limits = Limits(deadline=0.3)
    started = time.monotonic()
    with limits.cancellation.within(limits.deadline), pytest.raises(AdapterError) as raised:
        rows(adapter, LONG, limits)
    assert raised.value.problem.code == "X709"
    assert time.monotonic() - started < 20
    assert rows(adapter, "SELECT 1") == [(1,)]


def test_cancelling_from_another_thread(adapter, rows, keep_cancelling):
    with keep_cancelling(adapter):
        assert code_of(lambda: rows(adapter, LONG)) == "X715"
    assert rows(adapter, "SELECT 1") == [(1,)]


def test_what_was_cancelled_before_does_not_start(adapter, rows):
    limits = Limits()
    limits.cancellation.cancel()
    assert code_of(lambda: rows(adapter, "SELECT 1", limits)) == "X715"


def test_a_file_that_is_not_there(values):
    assert code_of(lambda: DuckDBAdapter(values("duckdb:///no.duckdb")).introspect(None)) == "X703"


def test_a_file_that_is_no_database(values, tmp_path):
    (tmp_path / "crm.duckdb").write_text("not a database, but long enough to be looked at " * 100)
    assert code_of(lambda: DuckDBAdapter(values("duckdb:///crm.duckdb")).introspect(None)) in {"X719", "X703"}


def test_a_locked_file_names_its_holder(file, values):
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import duckdb, sys\nc = duckdb.connect(sys.argv[1])\nprint('open', flush=True)\nsys.stdin.read()",
            str(file),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert holder.stdout.readline().strip() == b"open"
        with pytest.raises(AdapterError) as raised:
            DuckDBAdapter(values("duckdb:///crm.duckdb")).introspect(None)
        assert raised.value.problem.code == "X705"
        if sys.platform == "linux":
            assert str(holder.pid) in raised.value.problem.message()
    finally:
        holder.stdin.close()
        holder.wait(timeout=30)
        holder.stdout.close()


def test_missing_names_and_refusals_in_our_words(adapter, rows):
    assert code_of(lambda: rows(adapter, "SELECT * FROM missing_one")) == "X701"
    assert code_of(lambda: rows(adapter, "SELECT missing_one FROM orders")) == "X702"
    assert code_of(lambda: rows(adapter, "SELECT CAST('x' AS DATE)")) == "X706"
    assert code_of(lambda: rows(adapter, "SELECT 9223372036854775807 + id FROM orders")) == "X716"
    assert code_of(lambda: rows(adapter, "SELEC 1")) == "X720"


LEAN = Limits(lean=True)
MEMORY = "SELECT current_setting('memory_limit')"
BY_CONTENT = "SELECT range, md5(range::text) AS h FROM range({rows}) ORDER BY h DESC"


def test_a_lean_statement_takes_little_memory_and_the_next_takes_what_there_is(adapter, rows):
    whole = rows(adapter, MEMORY)
    assert rows(adapter, MEMORY, LEAN) == [("95.3 MiB",)] != whole
    assert rows(adapter, MEMORY) == whole
    ordered = rows(adapter, BY_CONTENT.format(rows=10_000), LEAN)
    assert ordered == rows(adapter, BY_CONTENT.format(rows=10_000))
    assert len(ordered) == 10_000


def test_a_lean_statement_that_little_memory_does_not_do_for_takes_more(adapter, rows, values):
    gathered = "SELECT LENGTH(STRING_AGG(REPEAT('x', 1000), '')) FROM range(100000)"
    assert rows(adapter, gathered, LEAN) == [(100_000_000,)]
    adapter.close()
    little = DuckDBAdapter(values("duckdb:///crm.duckdb", memory_limit="100MB"))
    assert code_of(lambda: rows(little, gathered)) == "X710"
    little.close()


def test_one_file_may_be_open_several_times(adapter, rows, values):
    """Such as the project before and after an edit; DuckDB itself opens a file once."""
    other = DuckDBAdapter(values("duckdb:///crm.duckdb"))
    whole = rows(adapter, MEMORY)
    assert rows(other, MEMORY) == whole
    batches = adapter.execute(Statement(sql=BY_CONTENT.format(rows=10_000)), LEAN)
    assert len(next(batches)) > 0
    batches.close()
    assert rows(other, MEMORY) == whole
    assert code_of(lambda: rows(other, "SET threads = 1")) == "X720"  # still locked
    third = DuckDBAdapter(values("duckdb:///crm.duckdb", threads="1"))
    with pytest.raises(AdapterError) as raised:
        rows(third, "SELECT 1")
    assert "another `memory_limit`, `threads`" in raised.value.problem.message() + raised.value.problem.why
    other.close()


def test_a_stated_memory_limit_holds_for_lean_statements_too(file, values, rows):
    adapter = DuckDBAdapter(values("duckdb:///crm.duckdb", memory_limit="200MB"))
    assert rows(adapter, MEMORY, LEAN) == [("190.7 MiB",)]
    adapter.close()


@pytest.mark.skipif(os.name == "nt", reason="limits of a process are those of Unix")
def test_a_full_disk(values, rows, tmp_path):
    script = """
import resource, sys
from metricdsl.adapters.duckdb import DuckDBAdapter
from metricdsl.adapters.duckdb_errors import running_problem
from metricdsl.engine.connection_settings import ConnectionValues
from metricdsl.spi.adapter import AdapterError
from metricdsl.spi.values import Limits, Statement
settings = {"memory_limit": "40MB", "threads": "1", "temp_directory": sys.argv[1]}
adapter = DuckDBAdapter(ConnectionValues(url="duckdb:///:memory:", root="/", timezone="UTC", settings=settings))
adapter.introspect(None)
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
try:
    sql = "SELECT range, md5(range::text) AS h FROM range(3000000) ORDER BY h DESC"
    for batch in adapter.execute(Statement(sql=sql), Limits()): pass
except AdapterError as error:
    print(error.problem.code)
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "spill")],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.stdout.strip() == "X710", done.stderr


def test_an_interruption_that_python_heard_of_first():
    """DuckDB's Python part looks for signals too, and says it in words of its own."""
    assert running_problem(RuntimeError("Query interrupted"), Limits()).code == "X715"
