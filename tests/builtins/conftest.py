"""Engines and the registry, for tests of functions."""

from collections.abc import Iterator

import pytest

from metricdsl.plugins import builtin_registry
from metricdsl.registry import Registry
from tests.builtins.engines import Engine, datafusion_engine, duckdb_engine, postgres_engine, sqlite_engine

ENGINES = ("duckdb", "sqlite", "datafusion", pytest.param("postgres", marks=pytest.mark.postgres))


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
        case "datafusion":
            pytest.importorskip("metricdsl_datafusion", reason="no DataFusion: say `make engines`")
            found = datafusion_engine()
        case _:
            found = postgres_engine(request.getfixturevalue("postgres_url"))
    yield found
    found.connection.close()
