"""A folder of files through ClickHouse (chdb): what it reads, what it refuses, and that it stops."""

# ruff: noqa: DTZ001 - a moment without a zone is what is stored

from datetime import date, datetime
from decimal import Decimal
from time import monotonic

import pyarrow as pa
import pytest
from pyarrow import parquet

from metricdsl.spi.adapter import AdapterError
from metricdsl.spi.cancellation import Cancellation
from metricdsl.spi.values import Limits, Statement

adapters = pytest.importorskip(
    "metricdsl_clickhouse.adapter", reason="no ClickHouse: say `make engines`", exc_type=ImportError
)
FOR_HOURS = "SELECT COUNT(*) FROM numbers(10000000) AS a, numbers(10000000) AS b WHERE sipHash64(a.number, b.number) = 1"


@pytest.fixture
def adapter(folder, values):
    made = adapters.connect(values("chdb:data", threads="1"))
    yield made
    made.close()


def problem_of(action):
    with pytest.raises(AdapterError) as raised:
        action()
    return raised.value.problem


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_text_files_are_texts(folder, adapter, rows, delimiter):
    lines = [["id", "Note"], ["007", "a b"], ["2", ""], ["", '"x ""y"""'], ["\\N", " z "]]
    (folder / "t.csv").write_text("\n".join(delimiter.join(line) for line in lines) + "\n")
    info = adapter.introspect(["t"]).tables["t"]
    assert [column.name for column in info.columns] == ["id", "Note"]
    assert all(c.text_file and c.type.kind.value == "text" for c in info.columns)
    found = [
        tuple(None if cell == "" else cell for cell in row) for row in rows(adapter, 'SELECT * FROM "t"')
    ]
    assert found == [("007", "a b"), ("2", None), (None, 'x "y"'), ("\\N", " z ")]


def test_texts_of_another_encoding_are_refused(folder, values):
    (folder / "old.csv").write_bytes("id,note\n1,é\n".encode("latin-1"))
    adapter = adapters.connect(values("chdb:data", **{"files.old.csv.encoding": "latin-1"}))
    assert problem_of(lambda: adapter.introspect(["old"])).code == "X719"


def test_a_line_that_does_not_fit_is_told(folder, values, rows):
    adapter = adapters.connect(values("chdb:data", **{"files.delimiter": ","}))
    (folder / "t.csv").write_text("a,b\n" + "1,2\n" * 3 + "1,2,3\n")
    adapter.introspect(["t"])
    assert problem_of(lambda: rows(adapter, 'SELECT * FROM "t"')).code == "X719"


def test_parquet_has_its_types_and_moments_their_microseconds(folder, adapter, rows):
    moment = datetime(2026, 3, 1, 10, 0, 0, 250_000)
    columns = {
        "n": pa.array([1], pa.int32()),
        "amount": pa.array([Decimal("1.50")], pa.decimal128(18, 2)),
        "at": pa.array([moment], pa.timestamp("ns")),
        "seen": pa.array([moment], pa.timestamp("ms", "UTC")),
        "day": pa.array([date(1, 1, 1)], pa.date32()),
        "Ok": pa.array([True]),
        "tags": pa.array([["a"]]),
    }
    parquet.write_table(pa.table(columns), folder / "t.parquet")
    info = adapter.introspect(["t"]).tables["t"]
    kinds = [column.type.kind.value for column in info.columns]
    assert kinds == ["integer", "decimal", "timestamp", "timestamp", "date", "boolean", "unknown"]
    assert [column.name for column in info.columns if column.zoned] == ["seen"]
    (found,) = rows(adapter, 'SELECT "n", "amount", "at", "seen", "day", "Ok" FROM "t"')
    assert found == (1, Decimal("1.50"), moment, moment, date(1, 1, 1), True)


def test_what_is_no_parquet_is_told(folder, adapter):
    (folder / "t.parquet").write_bytes(b"nothing")
    assert problem_of(lambda: adapter.introspect(["t"])).code == "X719"


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE other (x Int8) ENGINE = Memory",
        "CREATE VIEW other AS SELECT 1",
        "INSERT INTO t VALUES ('1')",
        "INSERT INTO FUNCTION file('{path}', 'CSV', 'a String') SELECT 'x'",
        "SELECT 1 INTO OUTFILE '{path}.copy'",
        "SELECT 1; SELECT 2",
        "SELECT 1) UNION ALL (SELECT 2 INTO OUTFILE '{path}.copy'",
        "SET join_use_nulls = 0",
        "SET readonly = 0",
        "SELECT 1 SETTINGS join_use_nulls = 0",
        "DROP TABLE t",
        "SELECT * FROM file('{path}', 'CSV', 'a String')",
        "SELECT * FROM url('http://127.0.0.1/x.csv', 'CSV', 'a String')",
        "SELECT * FROM executable('ls', 'TSV', 'a String')",
        "SELECT * FROM remote('127.0.0.1', system.one)",
        "SELECT * FROM Python(os)",
    ],
)
def test_a_statement_reads_the_tables_and_nothing_else(folder, tmp_path, adapter, rows, statement):
    (folder / "t.csv").write_text("a\n1\n")
    secret = tmp_path / "secret.csv"
    secret.write_text("hidden\n")
    adapter.introspect(["t"])
    problem = problem_of(lambda: rows(adapter, statement.format(path=secret)))
    assert "hidden" not in problem.message()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "secret.csv"]
    assert secret.read_text() == "hidden\n"
    assert rows(adapter, 'SELECT a FROM "t"') == [("1",)]


def test_it_stops_by_the_clock_and_goes_on(folder, adapter, rows):
    (folder / "t.csv").write_text("a\n1\n")
    adapter.introspect(["t"])
    switch = Cancellation()
    begun = monotonic()
    with switch.within(0.5):
        limits = Limits(deadline=0.5, cancellation=switch)
        assert problem_of(lambda: rows(adapter, FOR_HOURS, limits)).code == "X709"
    assert monotonic() - begun < 2.5
    assert rows(adapter, 'SELECT a FROM "t"') == [("1",)]


def test_a_statement_behind_one_that_failed_or_was_given_up_is_answered(adapter, rows):
    problem_of(lambda: rows(adapter, "SELECT toInt64('not readable: x')"))
    assert rows(adapter, "SELECT arrayJoin([1, 2]) AS x ORDER BY x") == [(1,), (2,)]
    given_up = adapter.execute(Statement(sql="SELECT number FROM numbers(1000000)"), Limits())
    next(given_up)
    given_up.close()
    assert rows(adapter, "SELECT arrayJoin([1, 2]) AS x ORDER BY x") == [(1,), (2,)]
    assert rows(adapter, "SELECT 1 AS x WHERE 1 = 0") == []


def test_rows_come_up_to_their_limit(adapter, rows):
    assert len(rows(adapter, "SELECT number FROM numbers(1000000)", Limits(rows=5000))) == 5000


def test_numbers_and_texts_that_do_not_fit_are_told(adapter, rows):
    large = "SELECT CAST(CAST('99999999999999999999999999999999999999' AS Decimal(76, 0)) * 9 AS Decimal(38, 0)) AS x"
    assert problem_of(lambda: rows(adapter, large)).code == "X716"
    problem = problem_of(lambda: rows(adapter, "SELECT toDate32('not readable: x')"))
    assert problem.code == "X706"


def test_the_settings_that_numbers_depend_on(adapter, rows):
    """Traps 4, 5, 6 and 8 of ClickHouse: 0 for null where nothing is found, and a null in a list."""
    assert rows(adapter, "SELECT SUM(x) AS s, COUNT(x) AS n FROM (SELECT 1 AS x) AS t WHERE x > 1") == [
        (None, 0)
    ]
    assert rows(
        adapter,
        "SELECT a.x, b.y FROM (SELECT 1 AS x) AS a LEFT JOIN (SELECT 2 AS x, 3 AS y) AS b ON a.x = b.x",
    ) == [(1, None)]
    assert rows(adapter, "SELECT SUM(v) AS v FROM (SELECT 1 AS v) AS t WHERE v > 0") == [(1,)]
    assert rows(adapter, "SELECT timezone() AS z") == [("UTC",)]
