"""Results in every format: data on standard output and nothing else there, values that read back."""

import csv
import io
import json
import re
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.cli.running import Said, metric

QUESTION = "revenue, orders, paid_share, wait, mean: revenue / orders, last_one, revenue / 2 by customer.region, month"
NAMES = [
    "customer.region",
    "month",
    "revenue",
    "orders",
    "paid_share",
    "wait",
    "mean",
    "last_one",
    "revenue / 2",
]
REVENUE = Decimal("12345678901234577.95")


def answer(shop: Path, *options: str) -> Said:
    said = metric("query", QUESTION, *options, cwd=shop)
    assert said.err == ""
    return said


@pytest.fixture(scope="module")
def as_json(shop: Path) -> Said:
    return answer(shop, "--format", "json")


def test_json_has_the_shape_that_is_promised(as_json):
    found = json.loads(as_json.out, parse_float=Decimal)
    assert list(found) == ["columns", "rows", "sql", "problems"]
    assert all(list(column) == ["name", "type", "unit", "label"] for column in found["columns"])
    assert [c["name"] for c in found["columns"]] == NAMES
    types = [c["type"] for c in found["columns"]]
    assert types == ["text", "date", "decimal", "integer", "float", "duration", "float", "date", "float"]
    units = [c["unit"] for c in found["columns"]]
    assert units == [None, None, "EUR", "order", "share", "second", "EUR per order", None, "EUR"]
    assert [c["label"] for c in found["columns"]][2:4] == ["Revenue", "Orders"]
    assert found["problems"] == []
    assert found["sql"].lstrip().lower().startswith(("with", "select"))


def test_json_has_the_values(as_json):
    rows = json.loads(as_json.out, parse_float=Decimal)["rows"]
    assert [row[:6] for row in rows] == [
        ["EU", "2026-01-01", REVENUE, 2, Decimal("0.5"), 216000],
        ["US", "2026-02-01", Decimal("2.00"), 1, 1, None],
        [None, "2026-02-01", None, 1, 0, 86400],
    ]
    assert [row[7] for row in rows] == ["2026-01-31", "2026-02-01", "2026-02-20"]
    assert rows[2][6] is None
    assert str(REVENUE) in as_json.out, "all its digits, in the text itself"


def test_json_keeps_to_its_schema(as_json, root: Path):
    path = root / "docs" / "reference" / "result.schema.json"
    if not path.is_file():
        pytest.skip("the schema is not written yet")
    schema = json.loads(path.read_text(encoding="utf-8"))
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.validate(as_json.data, schema)


def test_exact_json_has_texts_for_numbers(shop):
    rows = answer(shop, "--format", "json", "--exact").data["rows"]
    assert rows[0][2:6] == [str(REVENUE), "2", "0.5", "216000"]
    assert rows[2][2] is None


def test_an_engine_gives_the_same_as_files(shop, as_json):
    other = answer(shop, "--format", "json", "--connection", "duck").data
    assert other["rows"] == as_json.data["rows"]
    assert other["columns"] == as_json.data["columns"]


def test_json_lines_are_one_object_each(shop, as_json):
    lines = answer(shop, "--format", "jsonl").out.splitlines()
    objects = [json.loads(line) for line in lines]
    assert [list(o) for o in objects] == [NAMES] * 3
    assert [list(o.values()) for o in objects] == as_json.data["rows"]


def test_csv_reads_back(shop):
    text = answer(shop, "--format", "csv").out
    assert "\r" not in text
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == NAMES
    assert rows[1][:6] == ["EU", "2026-01-01", str(REVENUE), "2", "0.5", "216000"]
    assert rows[3][:6] == ["", "2026-02-01", "", "1", "0.0", "86400"]


def test_markdown_is_a_table(shop):
    lines = answer(shop, "--format", "md").out.splitlines()
    assert len(lines) == 5
    cells = [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines]
    assert cells[0] == NAMES
    assert re.fullmatch(r"\|( -+:? \|)+", lines[1])
    assert cells[2][2:4] == ["12,345,678,901,234,577.95", "2"]


def test_parquet_is_a_file(shop, tmp_path):
    duckdb = pytest.importorskip("duckdb")
    said = answer(shop, "--format", "parquet", "--out", str(tmp_path / "result.parquet"))
    assert said.out == ""
    rows = duckdb.sql(f"from read_parquet('{tmp_path / 'result.parquet'}')").fetchall()
    assert rows[0][:4] == ("EU", date(2026, 1, 1), REVENUE, 2)
    assert [row[0] for row in rows] == ["EU", "US", None]
    refused = metric("query", "orders", "--format", "parquet", cwd=shop, check=2)
    assert "--out" in refused.err
    assert refused.out == ""


def test_results_go_to_a_file(shop, tmp_path):
    said = answer(shop, "--format", "json", "--out", str(tmp_path / "result.json"))
    assert said.out == ""
    assert json.loads((tmp_path / "result.json").read_text(encoding="utf-8"))["rows"][1][0] == "US"


def test_a_report_values_and_nothing(shop):
    report = metric("query", "monthly", "--format", "csv", cwd=shop)
    assert report.out.splitlines()[0] == "month,revenue,orders"
    values = metric("query", "values customer.region", "--format", "json", cwd=shop)
    assert values.data["rows"] == [["EU"], ["US"]]
    empty = metric("query", "orders by month during 1999", "--format", "json", cwd=shop)
    assert empty.data["rows"] == []


def test_an_unknown_report_is_told_with_the_near_ones(shop):
    said = metric("query", "montly", cwd=shop, check=1)
    assert "monthly" in said.err
    assert said.out == ""


def test_an_answer_that_has_no_place_is_told(shop, tmp_path):
    question = "revenue by customer.region"
    said = metric(
        "query", question, "--format", "csv", "--out", str(tmp_path / "none" / "x.csv"), cwd=shop, check=2
    )
    assert "X724" in said.err
    assert "none" in said.err


def test_an_answer_does_not_take_the_place_of_a_folder(shop, tmp_path):
    (tmp_path / "folder.csv").mkdir()
    target = str(tmp_path / "folder.csv")
    said = metric("query", "revenue", "--format", "csv", "--out", target, cwd=shop, check=2)
    assert "X724" in said.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_a_full_disk_is_told(shop):
    said = metric(
        "query", "revenue by customer.region", "--format", "csv", "--out", "/dev/full", cwd=shop, check=2
    )
    assert "X724" in said.err
    assert "no space" in said.err
