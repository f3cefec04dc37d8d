"""Tables for people: numbers whole, columns aligned in every script, nothing in the data steers the terminal."""

import subprocess
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from rich.cells import cell_len

from metricdsl.execution.shown import duration, number, people
from metricdsl.model.types import FLOAT, Kind, ValueType
from metricdsl.model.unit import POINTS, SHARE, Base, Unit
from tests.cli.running import PROJECT_FILE, metric, surroundings, write
from tests.running import command

NUMBER = "12,345,678,901,234,577.95"


def test_numbers_are_never_cut(shop):
    said = metric("query", "revenue, orders, mean by customer.`客户`, month", cwd=shop, COLUMNS="40")
    assert NUMBER in said.out
    assert "…" not in said.out
    joined = "".join(line.split("  ")[0] for line in said.out.splitlines())
    assert "ACME Corporation of the United States".replace(" ", "") in joined.replace(" ", "")


def test_columns_stand_under_one_another_in_every_script(shop):
    lines = metric("query", "orders, revenue by customer.`客户`", cwd=shop, COLUMNS="120").out.splitlines()
    widths = [cell_len(line) for line in lines]
    assert len(lines) == 5
    assert len(set(widths)) == 1, "numbers end at one column"
    assert "长城" in lines[-3] + lines[-2] + lines[-1]


def test_shares_durations_and_null_are_for_people(shop):
    lines = metric("query", "paid_share, wait, mean by customer.region", cwd=shop).out.splitlines()
    assert "50.0%" in lines[2]
    assert "2 d 12 h" in lines[2]
    assert lines[4].split() == ["—", "0.0%", "1", "d", "—"]


def test_data_does_not_steer_the_terminal(shop):
    for form in ("table", "md"):
        said = metric("query", "orders by order.note", "--format", form, cwd=shop, COLUMNS="120")
        assert "\x1b" not in said.out
        assert "\u202e" not in said.out
        assert "=1+1" in said.out
        assert len(said.out.splitlines()) == 6
    assert r"a\|b &lt;b>" in said.out


def test_hostile_values_are_themselves_for_machines(shop):
    rows = metric("query", "orders by order.note", "--format", "json", cwd=shop).data["rows"]
    assert {row[0] for row in rows} == {
        "plain",
        "two\nlines",
        "=1+1",
        "\x1b[31mred\x1b[0m \u202eback a|b <b>",
    }


def test_a_table_shows_a_thousand_rows_and_says_how_many_more(project: Path):
    rows = "".join(f"{i},2020-01-01\n" for i in range(1234))
    (project / "data" / "ticks.csv").write_text("tick_id,day\n" + rows, encoding="utf-8")
    (project / "definitions" / "ticks.metric").write_text(
        'entity tick from ticks { key tick_id  time day : date "YYYY-MM-DD" }\nmetric ticks = count(tick)\n',
        encoding="utf-8",
    )
    said = metric("query", "ticks by tick", cwd=project)
    assert len(said.out.splitlines()) == 1002
    assert "234 more" in said.err
    everything = metric("query", "ticks by tick", "--format", "csv", cwd=project)
    assert len(everything.out.splitlines()) == 1235
    assert everything.err == ""
    head = subprocess.run(
        " ".join(
            [*command("query", "'ticks by tick'", "--format", "csv"), "| head -n 2; echo ${PIPESTATUS[0]}"]
        ),
        shell=True,
        executable="/bin/bash",
        cwd=project,
        env=surroundings(project / "home"),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert head.stderr == ""
    lines = head.stdout.splitlines()
    assert lines[0] == "tick,ticks"
    assert lines[2] == "0"


def test_no_rows_are_said_beside_the_table(shop):
    said = metric("query", "orders by month during 1999", cwd=shop)
    assert said.out.split()[:2] == ["month", "orders"]
    assert "No rows" in said.err


def test_colour_is_for_terminals(shop):
    plain = metric("query", "ordrs", cwd=shop, check=1)
    assert "\x1b" not in plain.err + plain.out
    forced = metric("query", "ordrs", cwd=shop, check=1, FORCE_COLOR="1")
    assert "\x1b[" in forced.err
    assert forced.out == ""
    refused = metric("query", "ordrs", cwd=shop, check=1, FORCE_COLOR="1", NO_COLOR="1")
    assert "\x1b" not in refused.err


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (timedelta(days=64, hours=6, minutes=51), "64 d 7 h"),
        (timedelta(hours=23, minutes=59, seconds=59), "1 d"),
        (timedelta(minutes=2, seconds=5), "2 min 5 s"),
        (timedelta(days=-1, minutes=-40), "-1 d 1 h"),
        (timedelta(microseconds=7), "7 µs"),
        (timedelta(), "0 s"),
    ],
)
def test_a_duration_is_rounded_not_cut(value, shown):
    assert duration(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [(2e19, "20,000,000,000,000,000,000.0"), (0.1, "0.1"), (-2.5, "-2.5"), (3.0, "3.0"), (1e-9, "1e-09")],
)
def test_floats_are_shown_whole(value, shown):
    assert number(value, FLOAT) == shown


EUR = ValueType(Kind.FLOAT, Unit.of(Base("currency", "EUR")))
A_PIECE = ValueType(
    Kind.FLOAT, Unit.of(Base("currency", "EUR")).times(Unit.of(Base("entity", "shop.piece")), -1)
)
PIECES_A_EURO = ValueType(Kind.FLOAT, Unit().times(Unit.of(Base("currency", "EUR")), -1))


@pytest.mark.parametrize(
    ("value", "type_", "shown"),
    [
        (4113.247778, EUR, "4,113.25"),
        (-4113.247778, A_PIECE, "-4,113.25"),
        (100.0, EUR, "100.00"),
        (0.004567, EUR, "0.004567"),
        (4113.247778, PIECES_A_EURO, "4,113.247778"),
        (Decimal("4113.247778"), EUR, "4,113.247778"),
    ],
)
def test_money_that_was_calculated_is_shown_to_hundredths(value, type_, shown):
    assert people(value, type_) == shown


@pytest.mark.parametrize(
    ("format_", "value", "type_", "shown"),
    [
        ("1,234.5", 98765.25, FLOAT, "98,765.3"),
        ("1.234,56 €", Decimal("98765.255"), EUR, "98.765,26 €"),
        ("$#,##0.00k", -98765.2, EUR, "-$98,765.20k"),
        ("#.##0", 1234567, FLOAT, "1.234.567"),
        ("# ##0,0", 1234567.89, FLOAT, "1 234 567,9"),
        ("0", 0.5, FLOAT, "1"),
        ("0", -0.4, FLOAT, "0"),
        ("0.0 %", 0.12345, ValueType(Kind.FLOAT, SHARE), "12.3 %"),
        ("1234.567%", 0.12345, ValueType(Kind.FLOAT, SHARE), "12.345%"),
        ("0.0‰", 0.12345, FLOAT, "123.5‰"),
        ("0.00", 0.12345, ValueType(Kind.FLOAT, SHARE), "0.12"),
        ("0.00 pp", 0.12345, ValueType(Kind.FLOAT, POINTS), "+12.35 pp"),
        ("0.0", None, FLOAT, "—"),
        ("0.0", timedelta(days=2), ValueType(Kind.DURATION), "2 d"),
        ("abc", 1234.5, FLOAT, "1,234.5"),
        ("(#,##0)", -1234.5, FLOAT, "-1,234.5"),
        ("0.0 %%", 0.5, ValueType(Kind.FLOAT, SHARE), "50.0%"),
        ("0.0", 1e300, FLOAT, "1" + "0" * 300 + ".0"),
        ("0.000", 1e-9, FLOAT, "0.000"),
    ],
)
def test_numbers_in_the_format_of_their_metric(format_, value, type_, shown):
    assert people(value, type_, format_) == shown


def test_the_format_of_a_metric_is_of_its_values_elsewhere_and_of_no_formula(tmp_path):
    definitions = """entity order from orders { key id  time day : date "YYYY-MM-DD" default  fact amount : money(EUR, 2) }
metric whole = sum(order.amount) { format "#.##0 €" }
"""
    orders = "id,day,amount\n1,2025-05-01,1999.50\n2,2026-05-01,2500.00\n"
    (tmp_path / "home").mkdir()
    write(
        tmp_path, metricdsl_toml=PROJECT_FILE, definitions__shop_metric=definitions, data__orders_csv=orders
    )
    asked = "whole, twice: whole * 2, before: prior(whole, 1 year) during 2026 compare 2025"
    table = metric("query", asked, cwd=tmp_path).out.splitlines()
    cells = [cell.strip() for cell in table[-1].split("  ") if cell.strip()]
    shown = dict(zip([head for head in table[0].split("  ") if head.strip()], cells, strict=True))
    heads = {head.strip(): cell for head, cell in shown.items()}
    assert heads["whole"] == "2.500 €"
    assert heads["before"] == heads["whole 2025"] == "2.000 €"
    assert heads["twice"] == "5,000.00"
    assert "2.500 €" in metric("query", asked, "--format", "md", cwd=tmp_path).out
    for exact in ("csv", "json", "jsonl"):
        said = metric("query", asked, "--format", exact, cwd=tmp_path).out
        assert "€" not in said
        assert "1999.50" in said
