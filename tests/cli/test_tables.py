"""Tables for people: numbers whole, columns aligned in every script, nothing in the data steers the terminal."""

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from rich.cells import cell_len

from metricdsl.cli.values import duration, number
from metricdsl.model.types import FLOAT
from tests.cli.running import metric, surroundings
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
