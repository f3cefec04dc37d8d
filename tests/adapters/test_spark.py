"""Folders and catalogues through Spark: what it reads, what it refuses, that a query is gone when it is stopped, on one machine and with
executors of their own."""

# ruff: noqa: DTZ001 - a moment without a zone is what is stored

from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from time import monotonic

import pyarrow as pa
import pytest
from pyarrow import parquet

from metricdsl.spi.adapter import AdapterError
from metricdsl.spi.cancellation import Cancellation
from metricdsl.spi.values import Limits, Statement

pytestmark = [pytest.mark.spark, pytest.mark.timeout(600)]
adapters = pytest.importorskip(
    "metricdsl_spark.adapter", reason="no driver of spark: say `make spark`", exc_type=ImportError
)
FOR_HOURS = (
    "SELECT COUNT(*) FROM RANGE(10000000) AS a CROSS JOIN RANGE(10000000) AS b WHERE a.id % 7 = b.id % 5"
)
SMALL = {"threads": "1", "partitions": "1", "codegen": "off"}
MOMENT = datetime(2026, 3, 1, 10, 0, 0, 250_000)


@pytest.fixture
def adapter(folder, values):
    made = adapters.connect(values("spark:data", **SMALL))
    yield made
    made.close()


def problem_of(action):
    with pytest.raises(AdapterError) as raised:
        action()
    return raised.value.problem


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_text_files_are_texts(folder, adapter, rows, delimiter):
    lines = [["id", "Note"], ["007", "a b"], ["2", ""], ["", '"x ""y"""']]
    (folder / "t.csv").write_text("\n".join(delimiter.join(line) for line in lines) + "\n")
    info = adapter.introspect(["t"]).tables["t"]
    assert [column.name for column in info.columns] == ["id", "Note"]
    assert all(c.text_file and c.type.kind.value == "text" for c in info.columns)
    assert rows(adapter, "SELECT * FROM `t`") == [("007", "a b"), ("2", None), (None, 'x "y"')]


def test_line_ends_marks_and_encodings(folder, values, rows):
    (folder / "t.csv").write_bytes(b'\xef\xbb\xbfid,note\r\n1,"a ""b"",\r\nc"\r\n2,\xc3\xa9\r\n')
    (folder / "old.csv").write_bytes("id,note\n1,é\n".encode("latin-1"))
    adapter = adapters.connect(values("spark:data", **SMALL, **{"files.old.csv.encoding": "latin-1"}))
    assert rows(adapter, "SELECT * FROM `t`") == [
        ("1", 'a "b",\nc'),
        ("2", "é"),
    ]  # it reads the end of a line as \n
    assert rows(adapter, "SELECT * FROM `old`") == [("1", "é")]
    assert adapter.line_of(str(folder / "t.csv"), 2) == 4


def test_a_line_that_does_not_fit_is_told(folder, values, rows):
    adapter = adapters.connect(values("spark:data", **SMALL, **{"files.delimiter": ","}))
    (folder / "t.csv").write_text("a,b\n" + "1,2\n" * 3 + "1,2,3\n")
    assert problem_of(lambda: rows(adapter, "SELECT * FROM `t`")).code == "X719"


def test_parquet_has_its_types_and_moments_their_microseconds(folder, adapter, rows):
    columns = {
        "n": pa.array([1], pa.int32()),
        "amount": pa.array([Decimal("1.50")], pa.decimal128(18, 2)),
        "at": pa.array([MOMENT], pa.timestamp("ns")),
        "seen": pa.array([MOMENT], pa.timestamp("ms", "UTC")),
        "day": pa.array([date(2026, 3, 1)], pa.date32()),
        "Ok": pa.array([True]),
        "word": pa.array(["a"]).dictionary_encode(),
        "level": pa.array([0.5], pa.float32()),
        "tags": pa.array([["a"]]),
    }
    parquet.write_table(pa.table(columns), folder / "t.parquet")
    info = adapter.introspect(["t"]).tables["t"]
    kinds = [column.type.kind.value for column in info.columns]
    assert kinds == [
        *("integer", "decimal", "timestamp", "timestamp", "date", "boolean", "text", "float", "unknown"),
    ]
    assert [column.name for column in info.columns if column.zoned] == ["seen"]
    assert [column.name for column in info.columns if column.foreign] == ["tags"]
    ((*found,),) = rows(adapter, "SELECT * FROM `t`")
    assert found == [1, Decimal("1.50"), MOMENT, MOMENT, date(2026, 3, 1), True, "a", 0.5]


def test_what_is_no_parquet_is_told(folder, adapter):
    (folder / "t.parquet").write_bytes(b"nothing")
    assert problem_of(lambda: adapter.introspect(["t"])).code == "X719"
    assert adapter.introspect(None).tables == {}


def test_there_is_no_such_folder(values):
    assert problem_of(lambda: adapters.connect(values("spark:none")).introspect(None)).code == "X703"


def test_a_cluster_is_no_place_of_data(values):
    problem = problem_of(lambda: adapters.connect(values("spark://host:7077")))
    assert 'master = "spark://host:7077"' in problem.message()


@pytest.mark.parametrize("setting", [{"threads": "none"}, {"memory_limit": "plenty"}, {"partitions": "0"}])
def test_settings_are_looked_at(folder, values, rows, setting):
    wrong = adapters.connect(values("spark:data", **setting))
    assert next(iter(setting)) in problem_of(lambda: rows(wrong, "SELECT 1")).message()


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE other AS SELECT 1 AS a",
        "CREATE TEMPORARY VIEW other AS SELECT 1 AS a",
        "INSERT INTO t VALUES (1)",
        "INSERT OVERWRITE DIRECTORY '{path}.copy' USING csv SELECT 1",
        "SET spark.sql.ansi.enabled = false",
        "SET TIME ZONE 'Europe/Berlin'",
        "DROP VIEW t",
        "SHOW TABLES",
        "CACHE TABLE t",
        "ADD JAR '{path}'",
        "SELECT * FROM csv.`{path}`",
        "SELECT * FROM text.`{path}`",
        "SELECT 1) UNION ALL (DROP VIEW t",
        "SELECT 1; SELECT 2",
        "BEGIN DROP VIEW t; END",
    ],
)
def test_a_statement_reads_the_tables_and_nothing_else(folder, tmp_path, adapter, rows, statement):
    (folder / "t.csv").write_text("a\n1\n")
    secret = tmp_path / "secret.csv"
    secret.write_text("a\nhidden\n")
    adapter.introspect(["t"])
    problem = problem_of(lambda: rows(adapter, statement.format(path=secret)))
    assert "hidden" not in problem.message()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "secret.csv"]
    assert rows(adapter, "SELECT a FROM `t`") == [("1",)]


def test_it_stops_by_the_clock_and_is_gone(adapter, rows):
    """There is one thread: what comes behind would wait for a query that goes on."""
    rows(adapter, "SELECT 1")
    switch = Cancellation()
    begun = monotonic()
    with switch.within(1.0):
        limits = Limits(deadline=1.0, cancellation=switch)
        assert problem_of(lambda: rows(adapter, FOR_HOURS, limits)).code == "X709"
    assert monotonic() - begun < 3
    assert rows(adapter, "SELECT COUNT(*) FROM RANGE(1000)") == [(1000,)]
    assert monotonic() - begun < 5


def test_it_stops_when_told_to(adapter, rows, keep_cancelling):
    rows(adapter, "SELECT 1")
    with keep_cancelling(adapter):
        assert problem_of(lambda: rows(adapter, FOR_HOURS)).code == "X715"
    assert rows(adapter, "SELECT COUNT(*) FROM RANGE(1000)") == [(1000,)]


def test_rows_come_up_to_their_limit(adapter, rows):
    made = "SELECT id FROM RANGE(300000)"
    assert len(rows(adapter, made, Limits(rows=5000))) == 5000
    assert len(rows(adapter, made)) == 300_000
    given_up = adapter.execute(Statement(sql=made), Limits())
    next(given_up)
    given_up.close()
    assert rows(adapter, "SELECT 1") == [(1,)]


def test_numbers_that_do_not_fit_are_told(adapter, rows):
    for large in (
        "SELECT CAST(99999999999999999999 AS BIGINT)",
        "SELECT CAST(9E37 AS DECIMAL(38, 0)) * CAST(9 AS DECIMAL(38, 0))",
        "SELECT 9223372036854775807 + 1",
    ):
        assert problem_of(lambda large=large: rows(adapter, large)).code == "X716", large


def test_a_driver_that_is_gone_is_started_anew(folder, values, rows):
    adapter = adapters.connect(values("spark:data", **SMALL, memory_limit="600MB"))
    (folder / "t.csv").write_text("a\n1\n")
    adapter.introspect(["t"])
    assert rows(adapter, "SELECT a FROM `t`") == [("1",)]
    first = adapter._driver.child
    first.end()
    assert problem_of(lambda: rows(adapter, "SELECT a FROM `t`")).code == "X703"
    assert rows(adapter, "SELECT a FROM `t`") == [("1",)]
    assert adapter._driver.child is not first


def executors():
    """How many processes of executors run on this machine."""
    found = 0
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            found += b"CoarseGrainedExecutorBackend" in path.read_bytes()
    return found


def test_the_same_folder_with_executors_of_their_own(folder, values, rows):
    before = executors()
    cells = {"n": pa.array(range(100_000)), "g": pa.array([n % 3 for n in range(100_000)])}
    parquet.write_table(pa.table(cells), folder / "t.parquet")
    adapter = adapters.connect(values("spark:data", master="local-cluster[2,1,1024]", threads="2"))
    sums = "SELECT `g`, SUM(`n`) FROM `t` GROUP BY `g` ORDER BY `g`"
    assert rows(adapter, sums) == [(0, 1666683333), (1, 1666616667), (2, 1666650000)]
    assert executors() == before + 2
    switch = Cancellation()
    begun = monotonic()
    with switch.within(1.0):
        limits = Limits(deadline=1.0, cancellation=switch)
        assert problem_of(lambda: rows(adapter, FOR_HOURS, limits)).code == "X709"
    assert monotonic() - begun < 3
    assert len(rows(adapter, sums)) == 3
    adapters._DRIVERS.give_up(adapter._driver)


def test_a_server_that_listens_is_asked_about_its_catalogue(adapter, values, rows):
    from metricdsl_spark.session import opened

    rows(adapter, "SELECT 1")
    driver = adapter._driver
    person = opened(driver.url, pin=False)
    person.sql("CREATE DATABASE IF NOT EXISTS sales")
    person.sql(
        "CREATE TABLE sales.orders USING parquet AS SELECT 1 AS id, CAST(1.5 AS DECIMAL(18, 2)) AS amount"
    )
    person.conf.set("spark.sql.ansi.enabled", "false")
    url = f"sc://localhost:{driver.port}"
    server = adapters.connect(values(url, schema="sales", token=driver.token))
    try:
        found = server.introspect(["orders", "nothing"]).tables
        assert [(c.name, c.type.kind.value) for c in found["orders"].columns] == [
            ("id", "integer"), ("amount", "decimal"),
        ]  # fmt: skip
        assert set(server.introspect(None).tables) == {"orders"}
        assert server.introspect(["sales.orders"]).tables["sales.orders"].parts == ("sales", "orders")
        assert rows(server, "SELECT * FROM `orders`") == [(1, Decimal("1.50"))]
        assert problem_of(lambda: rows(server, "SELECT 1 / 0")).code == "X720"
        assert problem_of(lambda: rows(server, "DROP TABLE orders")).code == "X720"
    finally:
        person.sql("DROP TABLE sales.orders")
        server.close()
