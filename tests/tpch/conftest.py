"""The data of TPC-H at scale 0.01, made once for all tests of this folder."""

import os
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.tpch.data import generate, generator, to_duckdb

SCALE = 0.01


@pytest.fixture(scope="session")
def parquet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the Parquet files; skips where the generator is not installed."""
    if generator() is None:
        message = "no tpchgen-cli: `make setup` installs it"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return generate(tmp_path_factory.mktemp("tpch") / "parquet", SCALE)


@pytest.fixture(scope="session")
def source(parquet: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """An open connection to the data, for the official SQL."""
    path = to_duckdb(parquet, parquet.parent / "official.duckdb")
    with duckdb.connect(str(path), read_only=True) as connection:
        yield connection
