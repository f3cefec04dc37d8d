"""`metric scorecard` as a user has it: pages, widths, exit statuses."""

import json
import re
from pathlib import Path

import jsonschema
import pytest
from rich.cells import cell_len

from tests.cli.running import metric, write

MORE = """
metric few = count(order) at ordered_at { better lower }
metric income "Income" = sum(order.amount) at ordered_at { better higher }
metric paid "Paid" = rate(order, that: status = "paid") at ordered_at { better higher }
goal income >= 100 for 2026 each month
goal few <= 1 for 2026 each month { warn 5 }
scorecard board "The board" { metrics income, few, paid  by month }
scorecard calm { metrics few  by month }
scorecard both { metrics income  by month, quarter }
report plain = income by month
"""


@pytest.fixture
def board(shop: Path) -> Path:
    return write(shop, definitions__board_metric=MORE)


def test_the_page_says_what_is_judged_and_how_it_stands(board):
    said = metric("scorecard", "board", "--period", "2026-02", cwd=board)
    assert said.err == ""
    assert said.out.startswith("The board · 2026-02 (over)")
    lines = {line.split("  ")[0]: line for line in said.out.splitlines()}
    assert "Income" in lines["✘ behind"]
    assert "few ↓" in lines["! in danger"]
    assert "Paid" in lines["· no goal"]
    assert "1 in danger, 1 behind, 1 no goal" in said.out


@pytest.mark.parametrize(
    ("name", "more", "status"),
    [
        ("board", (), 0),
        ("board", ("--fail-on", "behind"), 1),
        ("board", ("--fail-on", "danger"), 1),
        ("calm", ("--fail-on", "behind"), 0),
        ("calm", ("--fail-on", "danger"), 1),
    ],
)
def test_it_fails_on_what_it_is_told_to(board, name, more, status):
    said = metric("scorecard", name, "--period", "2026-02", *more, cwd=board, check=status)
    assert "2026-02" in said.out, "the page is there, whatever the status"


@pytest.mark.parametrize(
    ("arguments", "code", "status"),
    [
        (("bord",), "Q515", 1),
        (("plain",), "Q515", 1),
        (("both",), "Q516", 1),
        (("board", "--period", "2026-01 to 2026-02"), "Q502", 1),
        (("board", "--connection", "other"), "X", 2),
    ],
)
def test_what_cannot_be_judged_is_told(board, arguments, code, status):
    said = metric("scorecard", *arguments, cwd=board, check=status)
    assert said.out == ""
    assert f"error[{code}" in said.err


def test_an_unknown_form_is_a_usage_error(board):
    metric("scorecard", "board", "--format", "pdf", cwd=board, check=2)


def test_json_keeps_to_its_schema(board, root: Path):
    schema = json.loads((root / "docs/reference/scorecard.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    for period in ("2026-02", "2026-04", "2026"):
        said = metric("scorecard", "board", "--period", period, "--format", "json", cwd=board)
        jsonschema.validate(said.data, schema)
        [income, few, paid] = said.data["bands"][0]["metrics"]
        assert {one["goal"] is not None for one in (income, few)} == ({True} if period != "2026" else {False})
        assert paid["status"] == "no goal"


def test_a_page_is_written_to_a_file(board, tmp_path):
    said = metric("scorecard", "board", "--format", "md", "--out", "page.md", cwd=board)
    assert said.out == ""
    assert (board / "page.md").read_text(encoding="utf-8").startswith("# The board\n")


@pytest.mark.parametrize("width", [20, 40, 60, 80, 100, 140])
def test_narrow_terminals_lose_columns_and_never_digits(board, width):
    whole = metric("scorecard", "board", "--period", "2026-02", cwd=board, COLUMNS="150").out
    narrow = metric("scorecard", "board", "--period", "2026-02", cwd=board, COLUMNS=str(width)).out
    numbers = set(re.findall(r"[-+]?[\d,]*\d\.?\d*%?", whole))
    table = [line for line in narrow.splitlines() if line.startswith(("✘", "!", "·"))]
    assert len(table) == 3
    for line in table:
        assert set(re.findall(r"[-+]?[\d,]*\d\.?\d*%?", line)) <= numbers
    if width >= 60:
        assert max(cell_len(line) for line in narrow.splitlines()) <= width
    if width < 100:
        assert "left out for want of width" in narrow.replace("\n", " ")


def test_colour_is_never_the_only_sign(board):
    plain = metric("scorecard", "board", cwd=board, COLUMNS="120").out
    coloured = metric("scorecard", "board", cwd=board, COLUMNS="120", FORCE_COLOR="1").out
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[\d*m", "", coloured) == plain
