"""A MariaDB server: what it is asked, what is pinned, what is an error, and that a query ends on the server when it is stopped."""

# ruff: noqa: DTZ001 - a moment without a zone is what is stored

import sys
from datetime import date, datetime
from decimal import Decimal
from time import monotonic, sleep
from urllib.parse import urlsplit

import pytest

from metricdsl.spi.adapter import AdapterError
from metricdsl.spi.cancellation import Cancellation
from metricdsl.spi.values import Limits, Statement
from metricdsl.testing.mariadb_tables import MariaDBTables
from metricdsl.testing.reference import Table

pytestmark = pytest.mark.mariadb
adapters = pytest.importorskip(
    "metricdsl_mariadb.adapter", reason="no driver of mariadb: say `make engines`", exc_type=ImportError
)  # where everything is required, the fixture mariadb_url fails in the suite beside
MOMENT = datetime(2026, 3, 1, 10, 0, 0, 250_000)
ORDERS = Table(
    columns=(
        ("id", "integer"),
        ("amount", "decimal(2)"),
        ("moment", "instant"),
        ("at", "timestamp"),
        ("day", "date"),
        ("ok", "boolean"),
        ("Note", "text"),
        ("level", "float"),
    ),
    rows=tuple((n, Decimal("1.50"), MOMENT, MOMENT, date(2026, 1, 31), True, "n ", 0.1) for n in range(1000)),
)
FOR_HOURS = "SELECT COUNT(*) FROM orders a, orders b, orders c, orders d WHERE a.id + b.id + c.id + d.id = -1"


@pytest.fixture(scope="module")
def stored(mariadb_url):
    tables = MariaDBTables(mariadb_url)
    yield tables.load({"orders": ORDERS}), tables
    tables.close()


@pytest.fixture
def connect(stored, values):
    """Opens a connection to the tables; what is said here goes first."""

    def opened(**other):
        said = {**stored[0], **other}
        url = said.pop("url")
        make = adapters.connect_mysql if url.startswith("mysql") else adapters.connect
        return make(values(url, **said))

    return opened


@pytest.fixture
def adapter(connect):
    made = connect()
    yield made
    made.close()


def problem_of(action):
    with pytest.raises(AdapterError) as raised:
        action()
    return raised.value.problem


def test_the_catalog_is_of_the_database_that_is_used(adapter, stored):
    found = adapter.introspect(["ORDERS", "nothing"]).tables
    assert set(found) == {"ORDERS"}
    assert found["ORDERS"].parts == ("orders",)
    kinds = [(c.name, c.type.kind.value, c.type.scale, c.zoned) for c in found["ORDERS"].columns]
    assert kinds == [
        ("id", "integer", 0, False),
        ("amount", "decimal", 2, False),
        ("moment", "timestamp", 0, True),
        ("at", "timestamp", 0, False),
        ("day", "date", 0, False),
        ("ok", "boolean", 0, False),
        ("Note", "text", 0, False),
        ("level", "float", 0, False),
    ]
    database = stored[0]["schema"]
    assert adapter.introspect([f"{database}.orders"]).tables[f"{database}.orders"].parts == ("orders",)
    assert set(adapter.introspect(None).tables) >= {"orders"}
    assert adapter.introspect([]).tables == {}


def test_values_come_as_they_are(adapter, rows):
    (found, *_) = rows(adapter, "SELECT * FROM orders ORDER BY id")
    assert found == (0, Decimal("1.50"), MOMENT, MOMENT, date(2026, 1, 31), 1, "n ", 0.1)


def test_the_session_is_pinned_whatever_the_server_says(adapter, rows):
    asked = (
        "SELECT @@sql_mode, @@time_zone, @@collation_connection, @@tx_read_only, @@max_recursive_iterations"
    )
    ((mode, *others),) = rows(adapter, asked)
    assert set(mode.split(",")) == {"STRICT_ALL_TABLES", "NO_UNSIGNED_SUBTRACTION", "NO_ENGINE_SUBSTITUTION"}
    assert others == ["+00:00", "utf8mb4_nopad_bin", 1, 4294967295]
    assert rows(adapter, "SELECT 'a' = 'A', 'a' = 'a ', 'a' = 'á'") == [(0, 0, 0)]
    assert rows(adapter, "SELECT CAST(1 AS UNSIGNED) - 2") == [(-1,)]
    deep = "WITH RECURSIVE c AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM c WHERE n < 20000) SELECT COUNT(*) FROM c"
    assert rows(adapter, deep) == [(20_000,)]


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE other (a INT)",
        "INSERT INTO orders (id) VALUES (-1)",
        "DELETE FROM orders",
        "UPDATE orders SET id = -1",
        "DROP TABLE orders",
        "SELECT 1; SELECT 2",
        "SELECT * FROM orders INTO OUTFILE 'metricdsl'",
        "LOAD DATA LOCAL INFILE '/etc/hostname' INTO TABLE orders",
    ],
)
def test_it_reads_and_does_nothing_else(adapter, rows, statement):
    assert problem_of(lambda: rows(adapter, statement)).code == "X720"
    assert rows(adapter, "SELECT COUNT(*), MIN(id) FROM orders") == [(1000, 0)]


@pytest.mark.parametrize(
    ("formula", "code"),
    [
        ("CAST('abc' AS SIGNED)", "X706"),
        ("CAST('2026-02-31' AS DATE)", "X706"),
        ("CAST('9999-12-31' AS DATE) + INTERVAL 1 DAY", "X706"),
        ("CAST(99999999999999999999 AS DECIMAL(10, 2))", "X716"),
        ("CAST(1e30 AS SIGNED)", "X716"),
        ("9223372036854775807 + id", "X716"),
        ("1e308 * (id + 10)", "X716"),
        ("IS_FREE_LOCK(CONCAT('not readable: ', Note, REPEAT(' ', 200)))", "X706"),
    ],
)
def test_a_value_that_is_cut_short_is_an_error(adapter, rows, formula, code):
    problem = problem_of(lambda: rows(adapter, f"SELECT {formula} FROM orders WHERE id < 3"))
    assert problem.code == code, problem.message()
    assert rows(adapter, "SELECT 1 / 0, NULL + 1") == [(None, None)]  # with a warning that says nothing wrong


def test_a_value_that_does_not_convert_is_named(adapter, rows):
    named = "SELECT IS_FREE_LOCK(CONCAT('not readable: ', 'x' , REPEAT(' ', 200))) FROM orders"
    assert "'x'" in problem_of(lambda: rows(adapter, named)).message()


def test_a_date_that_there_is_not_is_told(adapter, rows):
    assert problem_of(lambda: rows(adapter, "SELECT CAST('0000-00-00' AS DATE)")).code in {"X706", "X723"}


def test_what_goes_wrong_in_our_words(adapter, rows, connect):
    assert problem_of(lambda: rows(adapter, "SELECT * FROM missing_one")).code == "X701"
    assert problem_of(lambda: rows(adapter, "SELECT missing_one FROM orders")).code == "X702"
    assert problem_of(lambda: connect(password="wrong").introspect(None)).code == "X704"
    assert problem_of(lambda: connect(schema="metricdsl_none").introspect(None)).code == "X703"
    url = urlsplit(adapter._settings.url)
    other = problem_of(lambda: connect(url=f"mysql://{url.netloc}").introspect(None))
    assert other.code == "X703"
    assert "`mariadb:`" in other.message()
    assert problem_of(lambda: connect(url="mariadb://metricdsl@127.0.0.1:1").introspect(None)).code == "X703"
    assert problem_of(lambda: connect(url="mariadb://no-such-host.invalid").introspect(None)).code == "X703"


def running(stored):
    """The statements on our tables that the server runs."""
    with stored[1]._connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, db, state, time_ms, info FROM information_schema.processlist "
            "WHERE db = %s AND info LIKE '%%orders a, orders b%%' AND id <> CONNECTION_ID()",
            (stored[0]["schema"],),
        )
        return cursor.fetchall()


def gone_within(stored, seconds):
    end = monotonic() + seconds
    while running(stored) and monotonic() < end:
        sleep(0.05)
    assert running(stored) == ()
    return True


def test_it_stops_by_the_clock_on_the_server_too(adapter, rows, stored):
    switch = Cancellation()
    begun = monotonic()
    with switch.within(0.5):
        limits = Limits(deadline=0.5, cancellation=switch)
        assert problem_of(lambda: rows(adapter, FOR_HOURS, limits)).code == "X709"
    assert monotonic() - begun < 2.5
    assert gone_within(stored, 2)
    assert rows(adapter, "SELECT 1") == [(1,)]


def test_it_stops_when_told_to(adapter, rows, keep_cancelling, stored):
    with keep_cancelling(adapter):
        assert problem_of(lambda: rows(adapter, FOR_HOURS)).code == "X715"
    assert gone_within(stored, 2)
    assert rows(adapter, "SELECT 1") == [(1,)]


def test_the_server_ends_it_where_nobody_is_left(adapter, rows):
    begun = monotonic()
    limits = Limits(deadline=0.0)  # nobody watches this one
    assert problem_of(lambda: rows(adapter, FOR_HOURS, limits)).code == "X715"
    assert monotonic() - begun < 4


def test_rows_come_up_to_their_limit(adapter, rows, stored):
    made = "SELECT a.id FROM orders a, orders b LIMIT 300000"
    assert len(rows(adapter, made, Limits(rows=5000))) == 5000
    assert len(rows(adapter, "SELECT id FROM orders")) == 1000
    given_up = adapter.execute(Statement(sql="SELECT a.id FROM orders a, orders b, orders c"), Limits())
    next(given_up)
    given_up.close()
    assert gone_within(stored, 2)
    assert rows(adapter, "SELECT '50%', 1") == [("50%", 1)]


def test_without_its_driver_it_says_what_to_install(connect, monkeypatch):
    monkeypatch.setitem(sys.modules, "pymysql", None)
    assert problem_of(lambda: connect().introspect(None)).code == "X714"
