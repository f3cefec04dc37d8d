"""A folder of files through DataFusion: what it reads, what it refuses, and that it stops."""

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
    "metricdsl_datafusion.adapter", reason="no DataFusion: say `make engines`", exc_type=ImportError
)
FOR_HOURS = (
    "SELECT COUNT(*) FROM generate_series(1, 1000000) AS a(x) CROSS JOIN generate_series(1, 1000000) AS b(y) "
    "WHERE a.x % 7 = b.y % 5"
)


@pytest.fixture
def adapter(folder, values):
    made = adapters.connect(values("datafusion:data", threads="1"))
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
    assert rows(adapter, 'SELECT * FROM "t"') == [("007", "a b"), ("2", None), (None, 'x "y"')]


def test_line_ends_marks_and_encodings(folder, values, rows):
    (folder / "t.csv").write_bytes(b'\xef\xbb\xbfid,note\r\n1,"a ""b"",\r\nc"\r\n2,\xc3\xa9\r\n')
    (folder / "old.csv").write_bytes("id,note\n1,é\n".encode("latin-1"))
    stated = {"files.old.csv.encoding": "latin-1"}
    adapter = adapters.connect(values("datafusion:data", **stated))
    adapter.introspect(None)
    assert rows(adapter, 'SELECT * FROM "t"') == [("1", 'a "b",\r\nc'), ("2", "é")]
    assert rows(adapter, 'SELECT * FROM "old"') == [("1", "é")]
    assert adapter.line_of(str(folder / "t.csv"), 2) == 4


def test_a_line_that_does_not_fit_is_told(folder, values, rows):
    adapter = adapters.connect(values("datafusion:data", **{"files.delimiter": ","}))
    (folder / "t.csv").write_text("a,b\n" + "1,2\n" * 3 + "1,2,3\n")
    adapter.introspect(["t"])
    assert problem_of(lambda: rows(adapter, 'SELECT * FROM "t"')).code == "X719"


def test_files_with_spaces_between_the_fields_are_refused(folder, values):
    (folder / "t.txt").write_text("a  b\n1  2\n")
    adapter = adapters.connect(values("datafusion:data", **{"files.t.txt.delimiter": "spaces"}))
    assert problem_of(lambda: adapter.introspect(["t"])).code == "X719"


def test_parquet_has_its_types_and_moments_their_microseconds(folder, adapter, rows):
    moment = datetime(2026, 3, 1, 10, 0, 0, 250_000)
    columns = {
        "n": pa.array([1], pa.int32()),
        "amount": pa.array([Decimal("1.50")], pa.decimal128(18, 2)),
        "at": pa.array([moment], pa.timestamp("ns")),
        "seen": pa.array([moment], pa.timestamp("ms", "UTC")),
        "day": pa.array([date(2026, 3, 1)], pa.date32()),
        "Ok": pa.array([True]),
        "word": pa.array(["a"]).dictionary_encode(),
        "tags": pa.array([["a"]]),
    }
    parquet.write_table(pa.table(columns), folder / "t.parquet")
    info = adapter.introspect(["t"]).tables["t"]
    kinds = [column.type.kind.value for column in info.columns]
    assert kinds == ["integer", "decimal", "timestamp", "timestamp", "date", "boolean", "text", "unknown"]
    assert [column.name for column in info.columns if column.zoned] == ["seen"]
    assert [column.name for column in info.columns if column.foreign] == ["tags"]
    ((*found, _),) = rows(adapter, 'SELECT * FROM "t"')
    assert found == [
        *(1, Decimal("1.50"), moment, moment, date(2026, 3, 1), True, "a"),
    ]


def test_what_is_no_parquet_is_told(folder, adapter):
    (folder / "t.parquet").write_bytes(b"nothing")
    assert problem_of(lambda: adapter.introspect(["t"])).code == "X719"
    assert adapter.introspect(None).tables == {}


def test_there_is_no_such_folder(values):
    assert problem_of(lambda: adapters.connect(values("datafusion:none")).introspect(None)).code == "X703"


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE EXTERNAL TABLE other STORED AS CSV LOCATION '{path}'",
        "CREATE TABLE other AS SELECT 1",
        "CREATE VIEW other AS SELECT 1",
        "INSERT INTO t VALUES (1)",
        "COPY (SELECT 1) TO '{path}.copy' STORED AS CSV",
        "SET datafusion.execution.batch_size = 1",
        "SHOW ALL",
        "DROP TABLE t",
        "PREPARE p AS SELECT 1",
        "SELECT * FROM '{path}'",
        "SELECT * FROM read_csv('{path}')",
        "SELECT * FROM read_parquet('{path}')",
        "SELECT * FROM information_schema.df_settings",
        "SELECT * FROM 'http://127.0.0.1/x.csv'",
        "SELECT 1; SELECT 2",
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
    assert rows(adapter, 'SELECT a FROM "t"') == [("1",)]


def test_it_stops_by_the_clock_and_goes_on(adapter, rows):
    switch = Cancellation()
    begun = monotonic()
    with switch.within(0.5):
        limits = Limits(deadline=0.5, cancellation=switch)
        assert problem_of(lambda: rows(adapter, FOR_HOURS, limits)).code == "X709"
    assert monotonic() - begun < 2.5
    assert rows(adapter, "SELECT 1") == [(1,)]


def test_it_stops_when_told_to(adapter, rows, keep_cancelling):
    with keep_cancelling(adapter):
        assert problem_of(lambda: rows(adapter, FOR_HOURS)).code == "X715"
    assert rows(adapter, "SELECT 1") == [(1,)]


def test_rows_come_up_to_their_limit(adapter, rows):
    made = "SELECT UNNEST(RANGE(0, 100000)) AS x"
    assert len(rows(adapter, made, Limits(rows=5000))) == 5000
    assert len(rows(adapter, made)) == 100_000
    given_up = adapter.execute(Statement(sql=made), Limits())
    next(given_up)
    given_up.close()
    assert rows(adapter, "SELECT 1") == [(1,)]


def test_memory_is_a_size(values, rows):
    adapter = adapters.connect(values("datafusion:data", memory_limit="500 MB"))
    assert rows(adapter, "SELECT 1") == [(1,)]
    wrong = adapters.connect(values("datafusion:data", memory_limit="plenty"))
    assert problem_of(lambda: rows(wrong, "SELECT 1")).code == "X703"


def test_numbers_that_do_not_fit_are_told(adapter, rows):
    large = "SELECT CAST(CAST('99999999999999999999' AS DECIMAL(38, 0)) AS BIGINT) AS x"
    assert (
        problem_of(lambda: rows(adapter, large)).code
        == problem_of(lambda: rows(adapter, "SELECT CAST(9e37 AS DECIMAL(38, 0)) * 9 AS x")).code
    )


def test_a_text_that_is_no_day_is_told(adapter, rows):
    problem = problem_of(lambda: rows(adapter, "SELECT CAST('not readable: x' AS DATE) AS d"))
    assert problem.code == "X706"
    assert "'x'" in problem.message()
