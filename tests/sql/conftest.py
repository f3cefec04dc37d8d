"""The three engines that the tests of SQL ask."""

import pytest

from tests.sql.shop_rows import Engine, on_duckdb, on_postgres, on_sqlite


@pytest.fixture(params=["duckdb", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine(request):
    match request.param:
        case "duckdb":
            return Engine("duckdb", on_duckdb)
        case "sqlite":
            return Engine("sqlite", on_sqlite)
        case _:
            return Engine("postgres", on_postgres(request.getfixturevalue("postgres_url")))
