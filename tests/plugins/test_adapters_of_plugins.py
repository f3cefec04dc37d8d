"""Adapters that plugins bring: a connection of theirs is asked like ours, and a failure of theirs is told as theirs."""

import pytest

from metricdsl.engine.errors import QueryError
from metricdsl.engine.project import open_project
from tests.plugins.test_host import install, manifest

__all__ = ["install"]  # a fixture

ADAPTER = """
from metricdsl.adapters.duckdb import connect as duckdb
from attrs import evolve

class Lake:
    dialect = "duckdb"
    def __init__(self, settings):
        self.inner = duckdb(evolve(settings, url=settings.url.replace("lake:", "duckdb:")))
    def introspect(self, tables):
        INTROSPECT
        return self.inner.introspect(tables)
    def execute(self, statement, limits):
        EXECUTE
        return self.inner.execute(statement, limits)
    def cancel(self):
        self.inner.cancel()
    def close(self):
        self.inner.close()

def connect(settings):
    CONNECT
    return Lake(settings)
"""
ENTRY = """
[[adapter]]
name = "lake"
dialect = "duckdb"
schemes = ["lake"]
factory = "FACTORY"
"""


@pytest.fixture
def lake(install, tmp_path):
    """Asks a question over an adapter that fails in a place."""

    def lake(introspect="", execute="", connect="", factory="fake_lake.adapter:connect", names=("lake",)):
        import duckdb

        text = ADAPTER.replace("INTROSPECT", introspect or "pass").replace("EXECUTE", execute or "pass")
        for name in names:
            entry = manifest() + ENTRY.replace("FACTORY", factory)
            install(f"fake_{name}", name, entry, adapter=text.replace("CONNECT", connect or "pass"))
        with duckdb.connect(str(tmp_path / "w.duckdb")) as made:
            made.execute("create table orders as select 1 as id, 5 as amount union all select 2, 7")
        listed = "".join(f'{name} = "*"\n' for name in names)
        (tmp_path / "metricdsl.toml").write_text(
            f'[project]\nname = "x"\n[plugins]\n{listed}[connections.default]\nurl = "lake:///w.duckdb"\n'
        )
        (tmp_path / "definitions").mkdir()
        (tmp_path / "definitions" / "a.metric").write_text(
            "entity order from orders { key id  fact amount : number }\nmetric total = sum(order.amount)\n"
        )
        with open_project(tmp_path, installed_plugins=True) as opened:
            return [tuple(row) for row in opened.query("total").run().rows]

    return lake


def failing(asked) -> list[str]:
    with pytest.raises(QueryError) as raised:
        asked()
    return [problem.code for problem in raised.value.problems]


def test_a_question_over_a_plugins_adapter(lake):
    assert lake() == [(12,)]


@pytest.mark.parametrize(
    "where",
    [
        {"introspect": "raise OSError('gone')"},
        {"introspect": "return None"},
        {"execute": "raise RuntimeError('gone')"},
        {"execute": "return 3"},
        {"connect": "raise SystemExit(4)"},
        {"connect": "return 5"},
        {"factory": "fake_lake.adapter:nothing"},
        {"factory": "fake_lake.adapter:ENTRY"},
    ],
)
def test_p814_an_adapter_that_fails(lake, where):
    assert "P814" in failing(lambda: lake(**where))


@pytest.mark.parametrize("names", [("lake", "pond"), ("lake", "pond", "well"), ("a1", "a2")])
def test_p815_two_plugins_with_one_scheme(lake, names):
    assert failing(lambda: lake(names=names)) == ["P815"]
