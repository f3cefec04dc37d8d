"""A column that is not exact says so, on the engines where it is not."""

import pytest

from metricdsl.engine.project import open_project
from metricdsl.execution.json_object import column_object

DEFINITIONS = """
entity order from orders { key order_id  dimension customer_id : integer }
metric buyers = approx_count_distinct(order.customer_id)
"""


@pytest.mark.parametrize(
    ("dialect", "approximate"), [("duckdb", True), ("sqlite", False), ("postgres", False)]
)
def test_an_approximate_column_says_so(tmp_path, dialect, approximate):
    (tmp_path / "metricdsl.toml").write_text('[project]\nname = "shop"\nlanguage = 1\n')
    (tmp_path / "definitions").mkdir()
    (tmp_path / "definitions" / "shop.metric").write_text(DEFINITIONS)
    compiled = open_project(tmp_path).query("twice: buyers * 2, orders: count(order)").compile(dialect)
    assert not compiled.problems, [p.message() for p in compiled.problems]
    about, exact = compiled.value.columns
    assert about.approximate is approximate
    assert ("approximate" in column_object(about)) is approximate
    assert "approximate" not in column_object(exact)
