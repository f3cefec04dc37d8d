"""Values as tables hold them: no digit is cut, what is not of its type is refused, endless values are told."""

import shutil
import sqlite3
from contextlib import closing
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

import metricdsl
from metricdsl.engine.initialise import initialise
from metricdsl.engine.project import open_project
from tests.engine.conftest import write

PROJECT = """
[project]
name = "stored"
language = 1
timezone = "Europe/Berlin"

[connections.default]
url = "{url}"
"""
EVENTS = """
entity event from events {
  key event_id
  time happened_at : timestamp default
  time day : date
  dimension good : boolean
  dimension note : text
  fact number : integer
  fact amount : money(USD, 2)
  fact level : float
}
metric events = count(event)
"""


@pytest.fixture
def events(tmp_path: Path):
    """Opens a project over a SQLite table of one good row and another that has one more value."""

    def opened(column: str, value: object):
        with closing(sqlite3.connect(tmp_path / "events.db")) as connection:
            connection.execute("drop table if exists events")
            connection.execute(
                "create table events (event_id integer, happened_at timestamp, day date, good boolean, note text, "
                "number integer, amount decimal(10, 2), level double)"
            )
            connection.execute(
                "insert into events values (1, '2026-01-31 13:00:00', '2026-01-31', 1, 'a', 3, 2.5, 1.5)"
            )
            connection.execute(f"insert into events (event_id, {column}) values (2, ?)", (value,))
            connection.commit()
        write(tmp_path, EVENTS, None, PROJECT.format(url="sqlite:///events.db"))
        return open_project(tmp_path)

    return opened


def problem_of(query) -> metricdsl.Problem:
    with pytest.raises(metricdsl.QueryError) as raised:
        list(query.run())
    [problem] = raised.value.problems
    return problem


@pytest.mark.parametrize(
    ("column", "value", "query"),
    [
        ("happened_at", "2026-01-31T12:00:00+00:00", "events by day"),
        ("happened_at", "2026-01-31T12:00:00Z", "events by event.happened_at"),
        ("happened_at", "2026-01-31", "x: max(event.happened_at)"),
        ("happened_at", "2026-01-31 13:00:00.", "events by event.happened_at"),
        ("happened_at", "2026-01-31 13:00:00.1234567", "events by event.happened_at"),
        ("happened_at", "2026-01-31 13:00:00.25Z", "events by event.happened_at"),
        ("happened_at", "2026-02-30 12:00:00", "events during 2026"),
        ("happened_at", 1751364000, "events by day"),
        ("day", "31/01/2026", "events by event.day"),
        ("day", "2026-02-30", "x: min(event.day)"),
        ("day", "2026-13-01", "events by event.day"),
        ("day", "2026-01-32", "values event.day"),
        ("day", "0000-00-00", "x: max(event.day)"),
        ("happened_at", "2026-01-05 25:00:00", "events by day"),
        ("happened_at", "2026-01-05 10:61:00", "values event.happened_at"),
        ("day", "", "events by event.day"),
        ("day", 2460000.5, "events by event.day"),
        ("good", "true", "events by event.good"),
        ("good", 2, "events where event.good"),
        ("number", "12abc", "x: sum(event.number)"),
        ("number", 2.7, "x: max(event.number)"),
        ("amount", "1,234.50", "x: sum(event.amount)"),
        ("level", "n/a", "x: avg(event.level)"),
        ("note", b"\x00", "events by event.note"),
        ("amount", 10.505, "x: sum(event.amount)"),
        ("amount", 0.004, "x: max(event.amount)"),
    ],
)
def test_a_value_of_another_type_is_refused(events, column, value, query):
    project = events(column, value)
    problem = problem_of(project.query(query))
    assert problem.code == "X722"
    assert f"`{column}`" in problem.message()
    assert repr(value) in problem.message()
    assert project.query("events").run().rows == [(2,)]  # which does not read that column


LOOSE = ["decimal", "numeric", "money", "numeric(10)", "number", "dec", "real", ""]


@pytest.fixture
def amounts(tmp_path: Path):
    """Opens a project over a SQLite table of amounts, their column declared to SQLite as said."""

    def opened(native: str, values: tuple[object, ...], declared: str = "money(USD, 2)"):
        with closing(sqlite3.connect(tmp_path / "events.db")) as connection:
            connection.execute("drop table if exists fees")
            connection.execute(f"create table fees (id integer primary key, f {native})")
            connection.executemany("insert into fees (f) values (?)", [(value,) for value in values])
            connection.commit()
        write(
            tmp_path,
            f"entity fee from fees {{ key id  fact f{f' : {declared}' if declared else ''} }}",
            None,
            PROJECT.format(url="sqlite:///events.db"),
        )
        return open_project(tmp_path)

    return opened


@pytest.mark.parametrize("native", LOOSE)
def test_no_digit_is_cut_of_a_column_without_a_scale(amounts, native):
    rows = amounts(native, (0.4, 0.4, 0.4)).query("x: sum(fee.f), y: max(fee.f)").run().rows
    assert rows == [(Decimal("1.2"), Decimal("0.4"))]
    question = "x: sum(fee.f)"
    assert amounts(native, (10.505, 20.1, 5.555, 0.004)).query(question).run().rows == [(Decimal("36.164"),)]
    assert amounts(native, (0.004,) * 5).query(question).run().rows == [(Decimal("0.02"),)]
    assert amounts(native, (0.004,) * 5, "decimal(0)").query(question).run().rows == [(Decimal("0.02"),)]
    assert amounts(native, (0.004,) * 5, "float").query(question).run().rows == [(pytest.approx(0.02),)]
    if native:
        assert amounts(native, (0.004,) * 5, "").query(question).run().rows == [(pytest.approx(0.02),)]


@pytest.mark.parametrize("value", [0.4, 2.5])
@pytest.mark.parametrize("native", LOOSE[:-1])
def test_a_number_with_decimals_is_no_whole_one(amounts, native, value):
    assert problem_of(amounts(native, (1, value), "integer").query("x: sum(fee.f)")).code == "X706"
    assert amounts(native, (1, 3), "integer").query("x: sum(fee.f)").run().rows == [(4,)]


def test_more_digits_than_the_table_says_are_refused(amounts):
    problem = problem_of(amounts("decimal(10, 2)", (10.5, 10.505)).query("x: sum(fee.f)"))
    assert problem.code == "X722"
    assert problem.message() == "fees: 10.505 in `f` is not a decimal(10, 2) as the table says"
    assert "type of the column" in problem.fixes()[0].title
    project = amounts(
        "decimal(10, 2)", (10.5, 10.505), "money(USD, 3)"
    )  # who says that there are more reads them
    assert project.query("x: sum(fee.f)").run().rows == [(Decimal("21.005"),)]
    problem = problem_of(amounts("decimal(10, 2)", (10.5005,), "money(USD, 3)").query("x: sum(fee.f)"))
    assert problem.message().endswith("is not a number with at most 3 decimals as it is declared")
    problem = problem_of(amounts("integer", (1, 0.004)).query("x: sum(fee.f)"))
    assert problem.message() == "fees: 0.004 in `f` is not an integer as the table says"


def test_what_calculating_leaves_behind_is_no_digit(amounts):
    written = (123456789012.34, 9999999999999.99, -5.55, 7, 0.1 + 0.2)
    rows = amounts("decimal(20, 2)", written).query("x: sum(fee.f)").run().rows
    assert rows == [(Decimal("10123456789014.08"),)]


@pytest.mark.parametrize("declared", ["", "date", "text"])
@pytest.mark.parametrize("value", ["2026-13-01", "2026-02-30", "N/A", "31/01/2026", "0000-00-00"])
def test_a_day_that_does_not_exist_is_refused_whatever_the_column_is_called(stored_day, declared, value):
    project = stored_day(declared, value, "date")
    for query in ("n by event.at", "n during 2026", "values event.at", "latest"):
        problem = problem_of(project.query(query))
        assert (problem.code, problem.table, problem.column) == ("X722", "events", "at")
        assert repr(value) in problem.message()
    assert {p.code for p in project.check(live=True)} == {"X722"}


@pytest.mark.parametrize("declared", ["", "timestamp", "text"])
@pytest.mark.parametrize(
    "value", ["2026-01-05T10:00:00Z", "2026-01-05 25:00:00", "2026-01-05 25:00:00.500000"]
)
def test_a_moment_that_does_not_exist_is_refused_whatever_the_column_is_called(stored_day, declared, value):
    problem = problem_of(stored_day(declared, value, "timestamp").query("n by event.at"))
    assert problem.code == "X722"
    assert repr(value) in problem.message()


def test_a_text_of_another_format_is_told_with_the_declared_one(stored_day):
    problem = problem_of(stored_day("text", "2026-01-31", 'date "DD-MM-YYYY"').query("n by month"))
    assert problem.message() == (
        """events: '2026-01-31' in `at` is not a date "DD-MM-YYYY" as it is declared"""
    )
    assert stored_day("text", "N/A", "date or null").query("n by event.at").run().rows == [(None, 1)]


@pytest.fixture
def stored_day(tmp_path: Path):
    """Opens a project over a SQLite table of one row with a time, its column declared to SQLite as said."""

    def opened(native: str, value: str, declared: str):
        with closing(sqlite3.connect(tmp_path / "events.db")) as connection:
            connection.execute("drop table if exists events")
            connection.execute(f"create table events (event_id integer, at {native})")
            connection.execute("insert into events values (1, ?)", (value,))
            connection.commit()
        definitions = f"entity event from events {{ key event_id  time at : {declared} }}\n"
        definitions += "metric n = count(event)\nmetric latest = max(event.at)\n"
        write(tmp_path, definitions, None, PROJECT.format(url="sqlite:///events.db"))
        return open_project(tmp_path)

    return opened


@pytest.mark.parametrize(
    ("native", "declared", "value", "expected"),
    [
        ("boolean", "dimension v : boolean", "x", "a boolean as it is declared"),
        ("boolean", "dimension v : boolean", "true", "a boolean as it is declared"),
        ("date", "time v : date", 20260228, "a date as it is declared"),
        ("timestamp", "time v : timestamp", "2026-01-31T10:00:00Z", "a timestamp as it is declared"),
        ("", "dimension v : text", 5, "a text as it is declared"),
        ("text", "fact v : integer", "five", "an integer as it is declared"),
        ("decimal(10,2)", "fact v : money(USD, 2)", 10.505, "a decimal(10,2) as the table says"),
        ("integer", "fact v : money(USD, 2)", 0.5, "an integer as the table says"),
    ],
)
def test_live_tells_what_queries_refuse_and_init_proposes_none_of_it(
    tmp_path, native, declared, value, expected
):
    with closing(sqlite3.connect(tmp_path / "d.db")) as connection:
        connection.execute(f"create table things (id integer primary key, v {native})")
        connection.execute("insert into things (v) values (?)", (value,))
        connection.commit()
    project = PROJECT.format(url="sqlite:///d.db")
    write(tmp_path, f"entity thing from things {{ key id  {declared} }}", None, project)
    with closing(open_project(tmp_path)) as asked:
        problem = problem_of(asked.query("values thing.v"))
        assert problem.message().endswith(f"{value!r} in `v` is not {expected}")
        [live] = asked.check(live=True)
        assert (live.code, live.message()) == ("X722", problem.message())
        assert asked.sources[live.span.file].slice(live.span) == "v"
    shutil.rmtree(tmp_path / "definitions")
    initialise(tmp_path, str(tmp_path / "d.db"), environment={})
    with closing(open_project(tmp_path)) as made:
        assert made.check(live=True) == ()
        assert made.query("thing_count").run().rows == [(1,)]


def test_init_says_of_what_kind_the_values_of_sqlite_are(tmp_path):
    with closing(sqlite3.connect(tmp_path / "d.db")) as connection:
        connection.execute(
            "create table things (id integer primary key, day text, at text, word text, pieces, mixed, price decimal(10,2), bits blob)"
        )
        rows = [
            ("2026-01-31", "2026-01-31T10:00:00.5", "2026-01-31", 1, 1, 10.505, b"a"),
            ("2026-02-28", "2026-02-28 10:00:00", "word", 2, "a", 1, b"b"),
        ]
        connection.executemany(
            "insert into things (day, at, word, pieces, mixed, price, bits) values (?, ?, ?, ?, ?, ?, ?)",
            rows,
        )
        connection.commit()
    made = initialise(tmp_path, str(tmp_path / "d.db"), environment={})
    said = " ".join(made.files[1].read_text().split())
    for line in (
        "time day : date default",
        "time at : timestamp",
        "dimension word : text",
        "fact pieces : integer",
        "fact price : decimal(3)",
        "# mixed holds values of several kinds",
        "# bits holds values of several kinds",
    ):
        assert line in said
    with closing(open_project(tmp_path)) as project:
        assert project.check(live=True) == ()
        assert project.query("thing_price by month").run().rows == [
            (date(2026, 1, 1), Decimal("10.505")),
            (date(2026, 2, 1), 1),
        ]


def test_a_value_that_does_not_convert_hides_no_repeated_key(events):
    project = events("number", "x")
    with closing(sqlite3.connect(project.root / "events.db")) as connection:
        connection.execute("insert into events (event_id) values (1)")
        connection.commit()
    assert sorted(problem.code for problem in project.check(live=True)) == ["X708", "X722"]


def test_both_marks_between_day_and_clock_are_one_moment(events):
    rows = events("happened_at", "2026-01-31T13:00:00").query("events by event.happened_at").run().rows
    assert [count for _, count in rows] == [2]


@pytest.mark.parametrize("native", ["timestamp", "datetime", "text", ""])
@pytest.mark.parametrize(
    ("value", "micros"),
    [
        ("2026-01-31 10:00:00.250", 250_000),
        ("2026-01-31T10:00:00.5", 500_000),
        ("2026-01-31 10:00:00.000001", 1),
        ("2026-01-31 10:00:00.000", 0),
        ("2026-01-31 10:00:00.000000", 0),
    ],
)
def test_parts_of_a_second_as_they_are_written(stored_day, native, value, micros):
    project = stored_day(native, value, "timestamp")
    moment = datetime(2026, 1, 31, 10, 0, 0, micros)  # noqa: DTZ001 - a reading of the local clock
    assert project.query("n by event.at").run().rows == [(moment, 1)]
    assert project.query("latest").run().rows == [(moment,)]
    assert project.query("n during 2026-01-31").run().rows == [(1,)]
    assert project.query("n by hour").run().rows == [(moment.replace(microsecond=0), 1)]
    assert project.check(live=True) == ()


@pytest.mark.parametrize(
    "formula", ["max(event.number + 2)", "max(event.number * 2)", "sum(event.number * event.number)"]
)
def test_a_whole_number_beyond_the_engine_is_refused(events, formula):
    project = events("number", 2**63 - 1)
    assert problem_of(project.query(f"x: {formula}")).code == "X716"
    assert project.query("x: max(event.number)").run().rows == [(2**63 - 1,)]


def test_an_amount_beyond_the_engine_is_refused(events):
    assert problem_of(events("amount", 1e29).query("x: max(event.amount)")).code == "X716"


@pytest.fixture
def duck(tmp_path: Path):
    """Opens a project over a DuckDB table made by a statement."""
    duckdb = pytest.importorskip("duckdb")

    def opened(create: str, definitions: str):
        with duckdb.connect(str(tmp_path / "stored.duckdb")) as connection:
            connection.execute(create)
        write(tmp_path, definitions, None, PROJECT.format(url="duckdb:///stored.duckdb"))
        return open_project(tmp_path)

    return opened


def test_no_stored_digit_is_cut(duck):
    project = duck(
        "create table x as select i as id, 0.0045::decimal(12, 4) as small, 0.004::double as loose from range(3) t(i)",
        "entity x from x { key id  fact small : money(USD, 2)  fact loose : money(USD, 2) }",
    )
    question = "s: sum(x.small), t: sum(x.small * 1000), n: count(x where small > 0), l: sum(x.loose)"
    assert project.query(question).run().rows == [(Decimal("0.0135"), Decimal("13.5"), 3, Decimal("0.012"))]


def test_a_product_has_all_its_digits(duck):
    project = duck(
        "create table x as select 1 as id, 1234567890.12::decimal(12, 2) as m, 9999.9999::decimal(12, 4) as q, 3 as n",
        "entity x from x { key id  fact m : money(USD, 2)  fact q : decimal(4)  fact n : integer }",
    )
    [(both, whole)] = project.query("a: sum(x.m * x.q), b: sum(x.n * x.m)").run().rows
    assert both == Decimal("1234567890.12") * Decimal("9999.9999")
    assert whole == Decimal("3703703670.36")


@pytest.mark.parametrize(("value", "said"), [("nan", "nan"), ("infinity", "inf"), ("-infinity", "-inf")])
@pytest.mark.parametrize("declared", ["decimal(2)", "integer", "money(USD, 2)"])
def test_what_is_no_number_is_told_with_its_column(duck, value, said, declared):
    project = duck(
        f"create table x as select 1 as id, '{value}'::double as level, 1.0::double as other",
        f"""entity x from x {{ key id  fact height : {declared}  fact other : {declared}  fact both = height - other }}
source held from x {{ id = id  height = level  other = other }}
metric level = sum(x.both)""".replace("from x {", "from held {", 1),
    )
    problem = problem_of(project.query("level"))
    assert problem.code == "X723"
    assert problem.message().startswith(f"`x.height` has the value {said}, ")
    assert project.sources[problem.span.file].slice(problem.span) == "height"
    assert [p.code for p in project.check_live("default") if p.code.startswith("X7")] == ["X723"]


@pytest.mark.parametrize("value", ["'nan'::double", "'infinity'::double", "'-infinity'::double"])
def test_what_is_no_number_is_told(duck, value):
    project = duck(
        f"create table x as select 1 as id, {value} as level",
        "entity x from x { key id  fact level : float }\nmetric level = sum(x.level)",
    )
    problem = problem_of(project.query("level"))
    assert problem.code == "X723"
    assert "`level`" in problem.message()


def test_enumerations_and_identifiers_compare_as_texts(duck):
    project = duck(
        "create type mood as enum ('sad', 'ok'); "
        "create table x as select 1 as id, 'sad'::mood as mood, uuid() as code union all select 2, 'ok'::mood, uuid()",
        "entity x from x { key id  dimension mood : text  dimension code : text }\nmetric n = count(x)",
    )
    assert project.query("a: min(x.mood), b: max(x.mood)").run().rows == [("ok", "sad")]
    assert project.query('n where x.mood = "glad"').run().rows == [(0,)]
    assert {type(code) for code, _ in project.query("n by x.code").run().rows} == {str}


FOREIGN = {
    "TIME": "'12:00'::time",
    "INTEGER[]": "[1, 2]",
    "STRUCT(a INTEGER)": "{'a': 1}",
    "MAP(VARCHAR, INTEGER)": "map {'a': 1}",
    "JSON": "'{}'::json",
    "BLOB": "'a'::blob",
    "INTERVAL": "interval 1 day",
}


@pytest.mark.parametrize("native", FOREIGN)
@pytest.mark.parametrize("parquet", [False, True])
def test_a_type_without_a_kind_is_refused(duck, tmp_path, native, parquet):
    create = f"create table x as select 1 as id, {FOREIGN[native]} as odd, 'a' as note"
    definitions = (
        "entity x from x { key id  dimension odd : text  dimension note : text }\nmetric n = count(x)"
    )
    project = duck(create, definitions)
    if parquet:
        duckdb = pytest.importorskip("duckdb")
        (tmp_path / "odd").mkdir()
        with duckdb.connect(str(tmp_path / "stored.duckdb")) as connection:
            connection.execute(f"copy x to '{tmp_path / 'odd' / 'x.parquet'}' (format parquet)")
        write(tmp_path, definitions, None, PROJECT.format(url="files:odd"))
        project = open_project(tmp_path)
    for question in (
        "n by x.odd",
        'n where starts_with(x.odd, "12")',
        "x: max(coalesce(x.odd, x.note))",
        "values x.odd",
    ):
        problem = problem_of(project.query(question))
        assert (problem.code, problem.column) == ("X733", "odd")
    assert project.query("n by x.note").run().rows == [("a", 1)]
    assert [problem.code for problem in project.check(live=True)] == ["X733"]
    shutil.rmtree(tmp_path / "definitions")
    made = initialise(tmp_path, str(tmp_path / ("odd" if parquet else "stored.duckdb")), environment={})
    assert "# odd is of the type" in " ".join(made.files[1].read_text().split())
    assert open_project(tmp_path).check(live=True) == ()
