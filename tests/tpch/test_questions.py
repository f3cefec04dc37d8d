"""The questions of TPC-H, said in the language, have the answers of the official SQL, on every engine."""

from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest

from metricdsl.engine.errors import QueryError
from metricdsl.engine.project import open_project
from tests.tpch.conftest import SCALE
from tests.tpch.data import to_postgres, to_sqlite
from tests.tpch.questions import (
    OFFICIAL,
    important,
    official_rows,
    official_sql,
    our_columns,
    picked,
    same_rows,
    write_project,
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

ENGINES = ["duckdb", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
"""Where the questions are asked; the official SQL is asked of DuckDB."""

PATTERNS = ("q13", "q16")
"""Questions with a pattern: SQLite has none, so that they are refused there."""

OTHER_PARAMETERS = {
    "q08": {"BRAZIL": "CHINA", "AMERICA": "ASIA", "ECONOMY ANODIZED STEEL": "PROMO BRUSHED COPPER"},
    "q17": {"Brand#23": "Brand#13", "MED BOX": "JUMBO PKG"},
    "q20": {"forest": "a", "CANADA": "ROMANIA"},
    "q21": {"SAUDI ARABIA": "ROMANIA"},
}
"""Where a question finds next to nothing at this scale, parameters with which it finds more."""


@pytest.fixture(scope="module", params=ENGINES)
def ask(request, parquet, source, tmp_path_factory):
    """Asks one of the engines a report; gives the wanted columns, or the codes of what stands in the way."""
    folder = tmp_path_factory.mktemp(request.param)
    environment = {}
    held = ExitStack()
    match request.param:
        case "duckdb":
            connection = {"url": f"files:{parquet.as_posix()}"}
        case "sqlite":
            connection = to_sqlite(source, folder / "tpch.sqlite")
        case _:
            url = held.enter_context(request.getfixturevalue("new_postgres_url")())
            connection = to_postgres(source, url)
            environment = {"PASSWORD": urlsplit(url).password or ""}

    def opened(name, replaced=None):
        return open_project(write_project(folder / name, connection, replaced), environment=environment)

    def answer(project, name):
        given = {"important": important(SCALE)} if name == "q11" else {}
        question = project.query(name, parameters=given)
        assert not question.problems
        with question.run() as result:
            assert not result.problems
            return picked(result.names, list(result.rows), our_columns(name))

    with held, opened("project") as project:

        def asked(name, replaced=None):
            if replaced is None:
                return answer(project, name)
            with opened(name, replaced) as other:
                return answer(other, name)

        yield asked


@pytest.mark.parametrize("name", OFFICIAL)
def test_the_answer_is_that_of_the_official_sql(name, ask, source, request):
    if "sqlite" in request.node.callspec.id and name in PATTERNS:
        with pytest.raises(QueryError) as refused:
            ask(name)
        assert [problem.code for problem in refused.value.problems] == ["D601"]
        return
    assert_same(ask(name), official_rows(source, name, SCALE))


@pytest.mark.parametrize("name", OTHER_PARAMETERS)
def test_with_parameters_that_find_more(name, ask, source):
    replaced = OTHER_PARAMETERS[name]
    assert all(old in official_sql(name) for old in replaced)
    official = official_rows(source, name, SCALE, replaced)
    assert len(official) > 1 or official[0] != (None,)
    assert_same(ask(name, replaced), official)


def assert_same(ours, official):
    assert same_rows(ours, official), f"ours {ours[:3]}\nofficial {official[:3]}"


def test_the_same_groups_are_read_once(parquet, tmp_path):
    """Question 22 counts members and adds up a value of the same members: the orders of each are counted once for both."""
    connection = {"url": f"files:{parquet.as_posix()}"}
    with open_project(write_project(tmp_path / "once", connection)) as project:
        sql = project.query("q22").sql()
    assert sql.count('COUNT(*) AS "orders"') == 1, sql
