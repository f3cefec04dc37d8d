"""Values as PostgreSQL holds them: no digit is cut, types of its own are read or refused."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

import metricdsl
from metricdsl.engine.connected import Connected
from metricdsl.engine.initialise import proposal
from metricdsl.engine.project import Project, open_project
from tests.engine.conftest import write

pytestmark = pytest.mark.postgres
PROJECT = """
[project]
name = "stored"
language = 1
timezone = "Europe/Berlin"

[connections.default]
url = "{url}"
"""


@pytest.fixture
def stored(tmp_path: Path, new_postgres_url, monkeypatch) -> Iterator[Callable[..., Project]]:
    """Opens a project over PostgreSQL tables made by statements; without definitions, with those that `init` proposes."""
    psycopg = pytest.importorskip("psycopg")
    made: list[Project] = []
    with new_postgres_url() as url:
        login, _, place = url.partition("?")[0].partition("://")[2].rpartition("@")
        user, _, password = login.partition(":")
        monkeypatch.setenv("PGPASSWORD", password)  # of the driver
        listed = Connected.listed  # without the tables of other tests, which lie in other schemas
        monkeypatch.setattr(
            Connected, "listed", lambda self: [name for name in listed(self) if "." not in name]
        )
        bare = f"postgresql://{user}@{place}"

        def opened(create: str, definitions: str | None = None) -> Project:
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute(create)
                [(schema,)] = connection.execute("select current_schema()").fetchall()
            project = PROJECT.format(url=bare) + f'schema = "{schema}"\n'
            texts = definitions or proposal(tmp_path, f"{bare}?{url.partition('?')[2]}", {}).value
            write(tmp_path, texts, None, project)
            made.append(open_project(tmp_path))
            return made[-1]

        yield opened
        for one in made:
            one.close()


def proposed(project: Project) -> str:
    """The definitions that `init` proposed, on one line."""
    return " ".join(" ".join(source.text for source in project.sources.values()).split())


def test_enumerations_and_identifiers(stored):
    owner = "00000000-0000-0000-0000-000000000001"
    asked = stored(
        "create type mood as enum ('sad', 'ok'); create table owner (id uuid primary key, name text);"
        "create table item (id int, owner_id uuid, mood mood, padded char(5));"
        f"insert into owner values ('{owner}', 'Ann');"
        f"insert into item values (1, '{owner}', 'sad', 'ab'), (2, null, 'ok', 'ab')",
        "entity owner from owner { key id  dimension name : text }\n"
        "entity item from item { key id  join owner on owner_id  dimension mood : text  dimension padded : text }\n"
        "metric n = count(item)",
    )
    assert asked.query("n by owner").run().rows == [(owner, 1), (None, 1)]
    assert asked.query("n by item.mood").run().rows == [("ok", 1), ("sad", 1)]
    assert asked.query('n where item.mood in ("sad", "glad")').run().rows == [(1,)]
    assert asked.query("n by item.padded").run().rows == [("ab", 2)]


AMOUNTS = (
    "create table t (id int primary key, a numeric, g int);"
    "insert into t values (1, 0.4, 1), (2, 0.4, 1), (3, 0.4, 2), (4, 10.555, 2)"
)


@pytest.mark.parametrize("declared", ["", ": decimal(0)", ": decimal(1)", ": money(USD, 2)", ": decimal(6)"])
def test_no_digit_of_a_numeric_is_cut(stored, declared):
    project = stored(AMOUNTS, f"entity t from t {{ key id  fact a {declared}  dimension g : integer }}")
    rows = project.query("s: sum(t.a), m: max(t.a) by t.g").run().rows
    assert rows == [(1, Decimal("0.8"), Decimal("0.4")), (2, Decimal("10.955"), Decimal("10.555"))]
    question = "p: sum(t.a * t.a), n: count(t where a > 10.55), r: sum(round(t.a, 2)), q: sum(t.a) * 0.00001"
    [row] = project.query(question).run().rows
    assert row == (Decimal("111.888025"), 1, Decimal("11.76"), Decimal("0.00011755"))


def test_nor_of_one_with_many(stored):
    values = ("0.1234567890123456789", "1e40", "-7.5000000000")
    project = stored(
        "create table t (id serial primary key, a numeric);"
        + "".join(f"insert into t (a) values ({value});" for value in values),
        "entity t from t { key id  fact a : money(USD, 2) }",
    )
    rows = project.query("a: sum(t.a) by t.id").run().rows
    assert [str(value) for _, value in rows] == [
        "0.1234567890123456789",
        "1" + "0" * 40 + ".000000",
        "-7.500000",
    ]


def test_a_numeric_with_decimals_is_no_whole_number(stored):
    definitions = "entity t from t { key id  fact a : integer  dimension g : integer }"
    with pytest.raises(metricdsl.QueryError) as raised:
        list(stored(AMOUNTS, definitions).query("x: sum(t.a)").run())
    assert [problem.code for problem in raised.value.problems] == ["X706"]


def test_decimals_that_init_proposes(stored):
    project = stored(
        AMOUNTS
        + "; create table u (id int primary key, b numeric, c numeric); insert into u values (1, 2.50, null)"
    )
    assert "fact a : decimal(3)" in proposed(project)
    assert "fact b : decimal(1)" in proposed(project)
    assert "fact c : decimal(6)" in proposed(project)
    assert project.check(live=True) == ()
    assert project.query("t_a").run().rows == [(Decimal("11.755"),)]


def test_a_result_that_is_closed_unread_gives_its_connection_back(stored):
    project = stored(AMOUNTS, "entity t from t { key id  fact a : decimal(2) }\nmetric total = sum(t.a)")
    adapter = project.connected("default").adapter
    for _ in range(3):
        project.query("total by t.id").run().close()
    assert project.check(live=True) == ()
    project.query("total").run(limit_rows=1).close()
    assert len(adapter._idle) == 1  # the one that all of them used


KEYS = (
    "create table cust (id int primary key, region text); create table orders (id int, cust_id text, amt decimal(10,2));"
    "insert into cust values (1, 'EU'), (2, 'US'); insert into orders values (1, '1', 1), (2, '01', 2), (3, null, 4)"
)


@pytest.mark.parametrize(
    ("declared", "codes", "rows"),
    [
        ("", ["X732"], []),
        ("dimension cust_id : integer", [], [("EU", 3), (None, 4)]),
        ("dimension cust_id : text", ["X732"], []),
        ("dimension cust_id : float", [], [("EU", 3), (None, 4)]),
    ],
)
def test_a_join_of_text_and_number(stored, declared, codes, rows):
    project = stored(
        KEYS,
        "entity cust from cust { key id  dimension region : text }\n"
        f"entity order from orders {{ key id  join cust on cust_id  fact amt : money(USD, 2)  {declared} }}\n"
        "metric s = sum(order.amt)",
    )
    query = project.query("s by cust.region")
    assert [problem.code for problem in query.problems] == codes
    assert [problem.code for problem in project.check(live=True)] == codes
    if rows:
        assert query.run().rows == rows


FOREIGN = {
    "money": "'1.5'",
    "jsonb": "'{}'",
    "json": "'{}'",
    "integer[]": "'{1}'",
    "time without time zone": "'12:00'",
    "interval": "'1 day'",
    "inet": "'127.0.0.1'",
    "bytea": "'a'",
    "bit(3)": "B'101'",
    "oid": "1",
    "xml": "'<a/>'",
    "int4range": "'[1,2)'",
}


@pytest.fixture
def visits(stored):
    """Opens a project over a table with a column of each type that the language has no kind for."""
    columns = {f"c{at}": native for at, native in enumerate(FOREIGN)}
    create = f"create table visits (id int primary key, at date, {', '.join(f'{c} {n}' for c, n in columns.items())});"
    create += f"insert into visits values (1, '2026-01-31', {', '.join(FOREIGN.values())})"

    def opened(definitions: str | None = None) -> tuple[Project, dict[str, str]]:
        return stored(create, definitions), columns

    return opened


def test_init_leaves_out_types_that_it_has_no_kind_for(visits):
    project, columns = visits()
    for column, native in columns.items():
        assert f"# {column} is of the type {native}: " in proposed(project)
    assert "time at : date" in proposed(project)
    assert project.check(live=True) == ()
    assert project.query("visit_count by month").run().rows[0][1] == 1


def test_a_column_of_such_a_type_is_refused(visits):
    members = " ".join(f"dimension c{at} : text" for at in range(len(FOREIGN)))
    project, columns = visits(
        f"entity visit from visits {{ key id  time at : date  {members} }}\nmetric n = count(visit)"
    )
    for column, native in columns.items():
        for question in (f"n by visit.{column}", f"n where visit.{column} is null", f"values visit.{column}"):
            [problem] = project.query(question).problems
            assert problem.code == "X733"
            assert f"`{column}` of the table `visits` is of the type {native}" in problem.message()
    assert project.query("n by month").run().rows[0][1] == 1
    assert [problem.code for problem in project.check(live=True)] == ["X733"] * len(FOREIGN)


def test_domains_are_what_they_are_made_of(stored):
    project = stored(
        "create domain cents as numeric(10, 2); create domain fee as cents check (value > 0); create domain word as text;"
        "create domain tags as text[]; create table t (id int primary key, f fee, w word, l tags);"
        "insert into t values (1, 2.5, 'a', '{}')"
    )
    assert "fact f : decimal(2)" in proposed(project)
    assert "dimension w : text" in proposed(project)
    assert "# l is of the type text[]" in proposed(project)
    assert project.query("t_f by t.w").run().rows == [("a", Decimal("2.5"))]


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity"])
def test_a_decimal_that_is_no_number_is_told(stored, value):
    project = stored(
        "create table t (id int primary key, loose numeric, w text);"
        f"insert into t values (1, '{value}', 'a'), (2, 1.5, 'b')",
        "entity t from t { key id  fact loose : decimal(2)  dimension w : text }\nmetric loose = sum(t.loose)",
    )
    with pytest.raises(metricdsl.QueryError) as raised:
        list(project.query("loose").run())
    [problem] = raised.value.problems
    assert problem.code == "X723"
    assert "`loose`" in problem.message()
    assert project.query('loose where t.w = "b"').run().rows == [(Decimal("1.50"),)]


@pytest.mark.parametrize("native", ["date", "timestamp", "timestamptz"])
@pytest.mark.parametrize("value", ["infinity", "-infinity", "20000-01-01"])
def test_a_time_that_cannot_be_shown(stored, native, value):
    project = stored(
        f"create table t (id int primary key, d {native}); insert into t values (1, '{value}'), (2, '2026-01-01')",
        "entity t from t { key id  time d : timestamp }\nmetric n = count(t)",
    )
    with pytest.raises(metricdsl.QueryError) as raised:
        list(project.query("n by t.d").run())
    assert [problem.code for problem in raised.value.problems] == ["X723"]
    assert value in raised.value.problems[0].message()
    assert project.query("n").run().rows == [(2,)]
