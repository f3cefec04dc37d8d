"""Commands, options and where they may stand: usage errors, the project found, an end by Ctrl-C."""

import json
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from metricdsl.cli.whole_file import written_whole
from tests.cli.running import TRACEBACK, metric, surroundings
from tests.running import in_process


def test_a_misspelt_command_offers_the_near_one(shop):
    said = metric("chek", cwd=shop, check=2)
    assert "metric check" in said.err
    assert said.out == ""
    nothing_like_it = metric("frobnicate", cwd=shop, check=2)
    assert "--help" in nothing_like_it.err


def test_a_misspelt_option_is_a_usage_error(shop):
    assert "--format" in metric("query", "orders", "--formt", "csv", cwd=shop, check=2).err
    assert "xml" in metric("query", "orders", "--format", "xml", cwd=shop, check=2).err
    assert "2026-13-01" in metric("query", "orders", "--today", "2026-13-01", cwd=shop, check=2).err
    assert metric("query", cwd=shop, check=2).out == ""


def test_help_and_version_go_to_standard_output(shop):
    said = metric("--help", cwd=shop)
    for name in (
        "demo",
        "init",
        "check",
        "fmt",
        "list",
        "show",
        "query",
        "compile",
        "test",
        "explain",
        "plugins",
        "doctor",
    ):
        assert f"\n  {name} " in said.out
    assert metric("--version", cwd=shop).out.startswith("metric ")
    assert "--exact" in metric("query", "--help", cwd=shop).out


def test_the_project_is_here_or_above_or_named(shop, tmp_path):
    for cwd, options in (
        (shop / "below" / "further", ()),
        (tmp_path, ("--project", str(shop))),
        (tmp_path, ("--project", str(shop / "metricdsl.toml"))),
    ):
        said = metric("query", "orders", "--format", "csv", *options, cwd=cwd)
        assert said.out == "orders\n4\n"


def test_no_project_is_said_with_what_to_do(tmp_path):
    for arguments in (("check",), ("query", "orders"), ("list",), ("check", "--project", "nowhere")):
        said = metric(*arguments, cwd=tmp_path, check=2)
        assert "metric init" in said.err
        assert "metricdsl.toml" in said.err
        assert said.out == ""


def test_what_counts_as_today(shop):
    assert metric("query", "orders during this month", "--format", "csv", cwd=shop).out == "orders\n0\n"
    january = metric(
        "query", "orders during this month", "--today", "2026-01-20", "--format", "csv", cwd=shop
    )
    assert january.out == "orders\n2\n"


def test_sql_is_printed_and_not_run(shop):
    said = metric("query", "orders by month", "--sql", "--connection", "duck", cwd=shop)
    assert said.err == ""
    assert "SELECT" in said.out.upper()
    assert "SELECT" in metric("compile", "orders by month", "--dialect", "postgres", cwd=shop).out.upper()
    assert "duckdb" in metric("compile", "orders", "--dialect", "duckbd", cwd=shop, check=2).err


def test_lists_and_shows(shop):
    listed = metric("list", cwd=shop)
    assert all(name in listed.out for name in ("revenue", "paid_share", "EUR per order", "duration"))
    assert listed.err == ""
    assert "customers" in metric("list", "entities", cwd=shop).out
    assert metric("list", "reports", "--format", "names", cwd=shop).out == "monthly\n"
    shown = metric("show", "revenue", cwd=shop)
    assert "EUR" in shown.out
    assert "sum(order.amount)" in shown.out
    dimensions = metric("show", "revenue", "--dimensions", cwd=shop)
    assert "customer.region" in dimensions.out
    assert ["order.customer", "key", "customer"] in [line.split() for line in dimensions.out.splitlines()]
    unknown = metric("show", "revenu", cwd=shop, check=2)
    assert "N201" in unknown.err
    assert "did you mean revenue?" in unknown.err
    assert unknown.out == ""
    assert "metric list" in metric("show", "xyz", cwd=shop, check=2).err


def test_the_catalogue_shows_what_stands_in_the_place_of_another(project):
    definitions = project / "definitions"
    (definitions / "core.metric").write_text(
        "package core\nentity customer from customers { key customer_id }\nmetric customers = count(customer)\n",
        encoding="utf-8",
    )
    (definitions / "board.metric").write_text(
        "package board\nuse core\nmetric customers = count(customer) + count(customer where false) "
        "{ overrides core.customers }\n",
        encoding="utf-8",
    )
    assert metric("check", cwd=project).status == 0
    listed = json.loads(metric("list", "--format", "json", cwd=project).out)
    assert {row["name"]: row["override"] for row in listed} == {
        "board.customers": "overrides core.customers",
        "core.customers": "overridden by board.customers in definitions/board.metric",
    }
    shown = metric("show", "core.customers", cwd=project).out
    assert shown.startswith("board.customers\n")
    assert "written in   definitions/board.metric" in shown
    assert "in place of  count(customer), in definitions/core.metric" in shown
    chosen = metric("list", "--where", "overrides = core.customers", "--format", "names", cwd=project)
    assert chosen.out == "board.customers\n"


def test_the_sql_that_is_shown_is_the_sql_that_runs(shop):
    asked = metric("query", "revenue", "--sql", cwd=shop).out
    assert metric("show", "revenue", "--sql", cwd=shop).out == asked
    assert asked.strip() in metric("show", "revenue", "--stages", cwd=shop).out
    stages = metric("show", "revenue", "--stages", cwd=shop).out
    assert [line[3:] for line in stages.splitlines() if line.startswith("── ")] == [
        "written",
        "resolved",
        "planned",
        "rewritten by unwrap_single",
        "SQL (duckdb)",
    ]
    bare = metric("show", "revenue", "--sql", "--dialect", "postgres", cwd=shop).out
    assert bare == metric("compile", "revenue", "--dialect", "postgres", cwd=shop).out
    assert "D602" in metric("show", "revenue", "--sql", "--dialect", "duckbd", cwd=shop, check=2).err


def test_an_unknown_code_is_told_with_the_near_one(shop):
    said = metric("explain", "N20l", cwd=shop, check=2)
    assert "N201" in said.err
    assert "among the problems" in said.err


def test_an_unknown_connection_offers_the_near_one(shop):
    said = metric("query", "orders", "--connection", "duk", cwd=shop, check=2)
    assert "X713" in said.err
    assert "duck" in said.err


def test_formatting_is_checked_shown_and_done(project):
    file = project / "definitions" / "a.metric"
    file.write_text(
        "# kept\nentity customer from customers { key customer_id }\nmetric   a=count( customer )\n",
        encoding="utf-8",
    )
    checked = metric("fmt", "--check", cwd=project, check=1)
    assert "a.metric" in checked.err + checked.out
    difference = metric("fmt", "--diff", cwd=project, check=None)
    assert "+metric a = count(customer)" in difference.out
    assert "metric   a" in file.read_text(encoding="utf-8")
    metric("fmt", cwd=project)
    done = file.read_text(encoding="utf-8")
    assert "# kept" in done
    assert "metric a = count(customer)" in done
    assert metric("fmt", "--check", cwd=project).status == 0
    file.write_text("metric\n", encoding="utf-8")
    for named in ((), ("definitions",)):
        assert "--> definitions/a.metric:1:1" in metric("fmt", *named, cwd=project, check=1).err


def test_a_file_that_is_not_read_is_not_laid_out(project):
    path = project / "definitions" / "zero.metric"
    path.write_bytes(b"metric a = 1\nmetric b = 2\x00\n")
    told = metric("fmt", cwd=project, check=1)
    assert "S105" in told.err
    assert path.read_bytes() == b"metric a = 1\nmetric b = 2\x00\n"


def test_safe_fixes_are_applied(project):
    file = project / "definitions" / "a.metric"
    file.write_text(
        "entity customer from customers { key customer_id  dimension region : text }\n"
        "metric customers = count(customer where region = 'EU')\n"
        'metric others = count(customer where regoin = "EU")\n',
        encoding="utf-8",
    )
    metric("check", "--fix", cwd=project, check=1)
    assert "regoin" in file.read_text(encoding="utf-8")  # what was meant is for the analyst to say
    assert 'count(customer where region = "EU")' in file.read_text(encoding="utf-8")


def test_safe_fixes_are_put_in_until_none_is_left(project):
    file = project / "definitions" / "a.metric"
    file.write_text(
        "entity customer from customers { key customer_id  dimension region : text }\n"
        "metric customers = count(customer WHERE region = 'EU' AND region != '')\n",
        encoding="utf-8",
    )
    metric("check", "--fix", cwd=project)
    text = 'count(customer where region = "EU" and region != "")'
    assert text in file.read_text(encoding="utf-8")
    alone = project.parent / "alone.metric"
    alone.write_text(
        "entity a from t { key k  dimension x : text }\nmetric n = count(a WHERE x = 'y' AND x != '')\n",
        encoding="utf-8",
    )
    metric("check", "alone.metric", "--fix", cwd=project.parent)
    assert 'where x = "y" and x != ""' in alone.read_text(encoding="utf-8")


def test_files_and_folders_of_the_project_are_checked_with_all_of_it(project):
    core, sales = project / "definitions" / "core.metric", project / "definitions" / "sales" / "sales.metric"
    sales.parent.mkdir()
    core.write_text(
        "package shop.core\nentity customer from customers { key customer_id  dimension region : text }\n"
        "metric wrong = count(customr)\n",
        encoding="utf-8",
    )
    sales.write_text(
        "package shop.sales\nuse shop.core\nmetric customers = count(customer where region = 'EU')\n",
        encoding="utf-8",
    )
    alone = metric("check", "definitions/sales/sales.metric", "--format", "json", cwd=project, check=1)
    assert alone.codes == ["S101"]
    fixed = metric("check", "definitions/sales", "--fix", cwd=project)
    assert "1 metric in 1 file can be queried" in fixed.err
    assert 'region = "EU"' in sales.read_text(encoding="utf-8")
    assert metric("check", "definitions", "--format", "json", cwd=project, check=1).codes == ["N201"]
    (project / "empty").mkdir()
    assert "no .metric file" in metric("check", "empty", cwd=project, check=2).err
    assert (
        metric("fmt", "--check", "definitions", cwd=project, check=1).err.count("would be laid out anew") == 2
    )


def test_files_without_a_project_stand_alone(tmp_path):
    file = tmp_path / "elsewhere.metric"
    file.write_text(
        "entity a from t { key k  dimension x : text }\nmetric n = count(a where x = 'y')\n", encoding="utf-8"
    )
    assert "S101" in metric("check", "elsewhere.metric", cwd=tmp_path, check=1).err
    assert (
        "name files that belong to one"
        in metric("check", "elsewhere.metric", "--live", cwd=tmp_path, check=2).err
    )
    assert (
        "1 metric in 1 file can be queried" in metric("check", "elsewhere.metric", "--fix", cwd=tmp_path).err
    )


def test_a_misspelt_value_of_what_metrics_say_is_told(project):
    (project / "definitions" / "a.metric").write_text(
        "package shop\nfacet class = input, outcome\nentity customer from customers { key customer_id }\n"
        "metric customers = count(customer) { class outcome  status certified }\n",
        encoding="utf-8",
    )
    for wrong, meant in (
        ("class = outcme", "outcome"),
        ("not class in (input, outcme)", "outcome"),
        ("status != certifed", "certified"),
    ):
        told = metric("list", "--where", wrong, cwd=project, check=2).err
        assert "is no value of" in told
        assert meant in told
    right = metric("list", "--where", "class = outcome and status != draft", "--format", "names", cwd=project)
    assert right.out.split() == ["shop.customers"]


def test_languages_of_labels_and_texts_are_shown(project):
    (project / "definitions" / "a.metric").write_text(
        "entity customer from customers { key customer_id }\n"
        'metric customers = count(customer) { label "Buyers"  label de "Kunden"  about "All."  about de "Alle." }\n',
        encoding="utf-8",
    )
    said = metric("show", "customers", cwd=project).out
    assert "label ()" not in said
    for text in ("Buyers", "label (de)", "Kunden", "about (de)", "Alle."):
        assert text in said


def test_a_failed_test_is_a_finding(project):
    (project / "definitions" / "a.metric").write_text(
        "entity customer from customers { key customer_id }\nmetric customers = count(customer)\n"
        'test "one too many" {\n  given customer {\n    customer_id\n    | 1\n  }\n  expect customers {\n    customers\n    | 2\n  }\n}\n',
        encoding="utf-8",
    )
    said = metric("test", cwd=project, check=1)
    assert "one too many" in said.out + said.err
    shown = said.out.replace(" ", "")
    assert "givencustomer\ncustomer_id\n" in shown
    assert shown.index("given") < shown.index("expected") < shown.index("got")


def test_a_failed_test_shows_the_digits_that_differ(project):
    (project / "definitions" / "a.metric").write_text(
        "entity deal from deals { key deal_id  time opened : timestamp  time closed : timestamp  dimension won : boolean }\n"
        "metric win_rate = rate(deal, that: won)\nmetric age = avg(deal.closed - deal.opened) at opened\n"
        'test "digits" {\n  given deal {\n    deal_id, opened, closed, won\n'
        '    | 1, "2026-03-07 23:59:59", "2026-03-08 03:00:00", true\n    | 2, null, null, false\n    | 3, null, null, false\n  }\n'
        "  expect win_rate { win_rate\n    | 33.3% }\n  expect age { age\n    | 3 hours }\n}\n",
        encoding="utf-8",
    )
    said = metric("test", cwd=project, check=1).out
    assert "33.3333333333" in said
    assert "3 h 1 s" in said


def test_a_failed_test_says_that_the_rows_come_in_another_order(project):
    (project / "definitions" / "a.metric").write_text(
        "entity customer from customers { key customer_id  dimension region : text }\nmetric customers = count(customer)\n"
        'test "order" {\n  given customer {\n    customer_id, region\n    | 1, "EU"\n    | 2, "US"\n  }\n'
        '  expect customers by customer.region { customer.region, customers\n    | "US", 1\n    | "EU", 1 }\n}\n',
        encoding="utf-8",
    )
    assert "in another order" in metric("test", cwd=project, check=1).out


# A shell has what it runs in the background ignore Ctrl-C; this undoes it, so that the test holds there too.
AS_IN_A_TERMINAL = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from metricdsl.cli.main import main; main()"
)


@pytest.fixture
def endless(project: Path) -> Path:
    """A project with a table that has no end, in DuckDB and in SQLite."""
    duckdb = pytest.importorskip("duckdb")
    with duckdb.connect(str(project / "endless.duckdb")) as connection:
        connection.execute("create table customers as select 1 as customer_id")
        connection.execute(
            "create view endless as select i as row_id, md5(cast(i as varchar)) as code from range(100000000000) as r(i)"
        )
    with closing(sqlite3.connect(project / "endless.db")) as lite:
        lite.execute(
            "create view endless as with recursive r(i) as (select 1 union all select i + 1 from r) "
            "select i as row_id, 'code' || i as code from r"
        )
    text = (project / "metricdsl.toml").read_text(encoding="utf-8")
    (project / "metricdsl.toml").write_text(
        text.replace("files:data", "duckdb:///endless.duckdb")
        + '\n[connections.lite]\nurl = "sqlite:///endless.db"\n',
        encoding="utf-8",
    )
    (project / "definitions" / "a.metric").write_text(
        "entity row from endless { key row_id  dimension code : text }\n"
        'metric codes = count(row where code = "x")\n'
        "entity customer from customers { key customer_id }\nmetric customers = count(customer)\n",
        encoding="utf-8",
    )
    return project


@pytest.mark.parametrize("connection", ["default", "lite"])
def test_ctrl_c_stops_the_query(endless, connection):
    """A count that would take hours is stopped on the engine, without a traceback, with status 130."""
    running = subprocess.Popen(
        [sys.executable, "-c", AS_IN_A_TERMINAL, "query", "codes", "--connection", connection],
        cwd=endless,
        env=surroundings(endless / "home"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        time.sleep(4)
        assert running.poll() is None, running.communicate()
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=30)
    finally:
        running.kill()
        running.communicate()
    assert running.returncode == 130, err
    assert out == ""
    assert TRACEBACK not in err
    assert len(err.splitlines()) <= 6


def test_a_deadline_stops_the_query(endless):
    for connection in ("default", "lite"):
        asked = ("query", "codes", "--deadline", "0.5", "--connection", connection)
        assert "X709" in metric(*asked, cwd=endless, check=2, run=in_process).err
    assert (
        metric("query", "customers", "--format", "csv", cwd=endless, run=in_process).out == "customers\n1\n"
    )


def test_a_test_of_what_could_not_be_read_does_not_pass(project):
    text = "entity customer from customers { key customer_id  dimension region : text }\nmetric m = count(\n"
    text += 'test "t" {\n  given customer {\n    customer_id\n    | 1\n  }\n  expect m {\n    m\n    | 77\n  }\n}\n'
    (project / "definitions" / "a.metric").write_text(text, encoding="utf-8")
    said = metric("test", cwd=project, check=1)
    assert "failed  t" in said.out
    assert "0 passed, 1 failed" in said.err
    assert said.err.count("S103") >= 1


def test_a_file_is_written_whole_or_stays_as_it_was(shop, tmp_path):
    out = tmp_path / "out.csv"
    out.write_text("before")
    metric(
        "query", "orders", "--connection", "nowhere", "--format", "csv", "--out", str(out), cwd=shop, check=2
    )
    assert out.read_text() == "before"
    metric("query", "orders", "--format", "csv", "--out", str(out), cwd=shop)
    assert out.read_text().startswith("orders\n")
    assert [path.name for path in tmp_path.iterdir()] == ["out.csv"]
    metric("query", "orders", "--format", "csv", "--out", "/dev/null", cwd=shop)


def test_what_breaks_off_leaves_no_file(tmp_path):
    def broken_off():
        with written_whole(tmp_path / "out.csv") as path:
            path.write_text("half of it")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        broken_off()
    assert list(tmp_path.iterdir()) == []


def test_a_reader_that_has_seen_enough_is_no_failure(shop):
    """As `metric query … | head -1` in a script that fails with any part of a pipe."""
    running = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "metricdsl",
            "query",
            "values order.order_id, order.amount, order.ordered_at limit 3",
        ],
        cwd=shop,
        env=surroundings(shop / "home"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    running.stdout.close()
    assert running.stderr.read() == ""
    running.stderr.close()
    assert running.wait(timeout=30) == 0


def test_a_narrow_list_leaves_whole_columns_out(project):
    (project / "definitions" / "a.metric").write_text(
        "package shop\nentity customer from customers { key customer_id  fact credit : money(EUR) }\n"
        'metric credit_per_customer_of_the_shop "Credit per customer" = sum(customer.credit) / count(customer)\n',
        encoding="utf-8",
    )
    said = {}
    for width in (200, 100, 70):
        told = metric("list", cwd=project, COLUMNS=str(width))
        said[width] = told.out.splitlines()[0].split()
        assert "shop.credit_per_customer_of_the_shop" in told.out
        assert "EUR per customer" in told.out
    assert said == {
        200: ["name", "label", "unit", "formula"],
        100: ["name", "label", "unit"],
        70: ["name", "unit"],
    }
    assert metric("list", "--where", "implements = shop.x", cwd=project).status == 0
