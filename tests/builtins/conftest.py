"""Engines and the registry, for tests of functions."""

from collections.abc import Iterator

import pytest

from metricdsl.plugins import builtin_registry
from metricdsl.registry import Registry
from tests.builtins.engines import (
    Engine,
    duckdb_engine,
    engine_of_a_plugin,
    mariadb_engine,
    postgres_engine,
    sqlite_engine,
)

ENGINES = (
    "duckdb",
    "sqlite",
    "datafusion",
    "clickhouse",
    pytest.param("postgres", marks=pytest.mark.postgres),
    pytest.param("mariadb", marks=pytest.mark.mariadb),
)


@pytest.fixture(scope="session")
def registry() -> Registry:
    return builtin_registry()


@pytest.fixture(scope="session", params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    match request.param:
        case "duckdb":
            found = duckdb_engine()
        case "sqlite":
            found = sqlite_engine()
        case "datafusion" | "clickhouse" as name:
            pytest.importorskip(f"metricdsl_{name}", reason=f"no driver of {name}: say `make engines`")
            found = engine_of_a_plugin(name)
        case "mariadb":
            found = mariadb_engine(request.getfixturevalue("mariadb_url"))
        case _:
            found = postgres_engine(request.getfixturevalue("postgres_url"))
    yield found
    found.connection.close()
