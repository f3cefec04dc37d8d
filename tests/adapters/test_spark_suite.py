"""The kit's tests of an adapter, on Spark."""

from typing import ClassVar

import pytest

from metricdsl.testing import AdapterSuite
from metricdsl.testing.parquet_files import load_parquet
from metricdsl.testing.reference import Table

pytestmark = pytest.mark.spark
pytest.importorskip(
    "metricdsl_spark.adapter", reason="no driver of spark: say `make spark`", exc_type=ImportError
)
KINDS = ("integer", "text", "decimal(3)", "date")


class TestSpark(AdapterSuite):
    plugin = "spark"
    settings: ClassVar[dict[str, str]] = {"threads": "1", "partitions": "1", "codegen": "off"}

    @pytest.fixture
    def url(self, tmp_path):
        return f"spark:{tmp_path / 'tables'}"

    def fill(self, root, tables):
        made = {
            name: Table(tuple(zip(columns, KINDS, strict=True)), rows)
            for name, (columns, rows) in tables.items()
        }
        load_parquet("spark", root / "tables", made)
