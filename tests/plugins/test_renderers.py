"""Formats of results that plugins bring: known by their names alone, written whole or not at all, and each fault its plugin's."""

import sys
from pathlib import Path

import pytest

import metricdsl
from metricdsl.engine.errors import QueryError
from metricdsl.engine.plugin_checks.every import plugin_checks
from tests.cli.running import metric
from tests.plugins.first_party import first_party
from tests.plugins.test_host import install, manifest

__all__ = ["install"]  # a fixture

PROJECT = '[project]\nname = "shop"\nlanguage = 1\ntoday = 2026-04-15\n{plugins}\n[connections.default]\nurl = "files:data"\n'
DEFINITIONS = """
entity order from orders {
  key order_id
  time ordered_on : date
  dimension note : text
  fact amount : money(EUR, 2)
}
metric orders = count(order)
metric revenue "Revenue" = sum(order.amount)
metric part = count(order where order.amount > 10) / orders
"""
ROWS = "order_id,ordered_on,note,amount\n1,2026-01-31,=1+1,12.50\n2,2026-02-01,<b>,1.00\n3,2026-02-02,,\n"
ENTRY = '\n[[renderer]]\nname = "plain"\nabout = "Plain."\nfunction = "fake_plain.render:render"\n'
PLAIN = "def render(given, out):\n    out.write(b'|'.join(c.name.encode() for c in given.columns))\n    for row in given.rows:\n        out.write(repr(tuple(row)).encode())\n"


@pytest.fixture
def shop(tmp_path):
    """A folder with a project: orders, their definitions."""

    def shop(plugins: str = "") -> Path:
        folder = tmp_path / "shop"
        (folder / "data").mkdir(parents=True)
        (folder / "definitions").mkdir()
        (folder / "data" / "orders.csv").write_text(ROWS)
        (folder / "definitions" / "shop.metric").write_text(DEFINITIONS)
        (folder / "metricdsl.toml").write_text(PROJECT.format(plugins=plugins))
        return folder

    return shop


def plain(install, render: str = PLAIN, entry: str = ENTRY, **more: str):
    return install("fake_plain", "plain", manifest() + entry, render=render, **more)


def test_a_format_of_a_plugin_is_written(install, shop):
    plain(install)
    folder = shop()
    said = metric("query", "revenue, orders", "--format", "plain.plain", cwd=folder)
    assert said.out == "revenue|orders(Decimal('13.50'), 3)"
    metric("query", "revenue, orders", "--format", "plain.plain", "--out", "x.txt", cwd=folder)
    assert (folder / "x.txt").read_text() == said.out


def test_the_library_has_it_too(install, shop):
    plain(install)
    with metricdsl.open(shop(), installed_plugins=True) as project:
        assert project.query("orders").run().render("plain.plain") == b"orders(3,)"
        with pytest.raises(QueryError, match="P818"):
            project.query("orders").run().render("plain.other")
    with (
        metricdsl.open(project.root) as project,
        pytest.raises(QueryError, match="plugins are switched off"),
    ):
        project.query("orders").run().render("plain.plain")


def test_a_result_without_a_project_has_no_formats_of_plugins():
    from metricdsl.execution.result import Result

    with pytest.raises(ValueError, match="belongs to no project"):
        Result((), iter(())).render("plain.plain")


def test_formats_are_listed_and_shown_without_being_imported(install, tmp_path):
    plain(install, "raise SystemExit('ran')", init="raise SystemExit('ran')")
    assert "the format of results plain.plain" in metric("plugins", "list", cwd=tmp_path).out
    said = metric("plugins", "show", "plain", cwd=tmp_path).out
    assert "format of results plain.plain\n    Plain." in said
    assert "fake_plain" not in sys.modules


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("plain", "P818: there is no format of results `plain` → did you mean `plain.plain`?"),
        (
            "plain.plan",
            "P818: there is no format of results `plain.plan`: the plugin plain 1.0 has plain.plain",
        ),
        ("xml", "P818: there is no format of results `xml` → `metric plugins list` tells what is installed"),
        ("plan.plain", "P811: `plan.plain` uses the plugin `plan`, and none of that name is installed"),
        ("../x.y", "P811"),
    ],
)
def test_a_format_that_there_is_not(install, shop, name, says):
    plain(install)
    said = metric("query", "orders", "--format", name, cwd=shop(), check=2)
    told = " ".join(said.err.split()).replace("= help: ", "→ ")
    for part in says.replace(": ", "\n", 1).split("\n"):
        assert all(word in told for word in part.split(" → ")), said.err
    assert said.out == ""
    assert "Without a plugin there are table, json" in said.err


def test_no_plugins_means_none(install, shop):
    plain(install)
    folder = shop()
    said = metric("query", "orders", "--format", "plain.plain", "--no-plugins", cwd=folder, check=2)
    assert "plugins are switched off" in said.err
    metric("query", "orders", "--format", "plain.plain", cwd=folder, check=2, METRICDSL_NO_PLUGINS="1")
    assert "fake_plain" not in sys.modules


def test_a_version_that_the_project_does_not_want_is_left_out(install, shop):
    plain(install)
    said = metric("query", "orders", "--format", "plain.plain", cwd=shop('[plugins]\nplain = ">=2"'), check=2)
    assert "P812" in said.err
    assert "fake_plain.render" not in sys.modules


@pytest.mark.parametrize(
    ("render", "why"),
    [
        ("raise RuntimeError('no licence')", "RuntimeError: no licence"),
        (
            "import nothing_of_this_name",
            "it needs the package `nothing_of_this_name`, which is not installed",
        ),
        ("render = 3", "fake_plain.render:render is no function"),
        ("other = 3", "AttributeError"),
        (
            "def render(given, out):\n    out.write(b'half')\n    raise ValueError('broken')",
            "ValueError: broken",
        ),
        ("def render(given, out):\n    raise SystemExit(0)", "SystemExit: 0"),
        ("def render(given):\n    pass", "TypeError"),
        ("def render(given, out):\n    out.write('text')", "TypeError"),
        ("def render(given, out):\n    given.columns = ()", "FrozenInstanceError"),
        ("def render(given, out):\n    return render(given, out)", "RecursionError"),
    ],
)
def test_p819_a_renderer_that_fails_writes_nothing_and_is_named(install, shop, render, why):
    plain(install, render, ENTRY + 'extra = "metricdsl-plain[all]"\n')
    folder = shop()
    said = metric("query", "orders", "--format", "plain.plain", "--out", "x.txt", cwd=folder, check=2)
    assert "P819" in said.err
    assert "the format of results `plain.plain` of the plugin plain 1.0 failed" in said.err
    assert why in " ".join(said.err.split())
    assert not (folder / "x.txt").exists()
    assert list(folder.glob(".x.txt*")) == []
    assert ('pip install "metricdsl-plain[all]"' in said.err) == ("nothing_of" in why)
    assert metric("query", "orders", "--format", "plain.plain", cwd=folder, check=2).out == ""
    assert metric("query", "orders", "--format", "csv", cwd=folder).out == "orders\n3\n"


def test_what_a_renderer_prints_is_not_among_the_results(install, shop):
    plain(install, "print('loaded')\n" + PLAIN.replace("    for row", "    print('rendering')\n    for row"))
    folder = shop()
    said = metric("query", "orders", "--format", "plain.plain", cwd=folder)
    assert said.out == "orders(3,)"
    assert "loaded\nrendering" in said.err
    metric("query", "orders", "--format", "plain.plain", "--out", "x", cwd=folder)
    assert (folder / "x").read_text() == "orders(3,)"


def test_debug_shows_where_it_failed(install, shop):
    plain(install, "def render(given, out):\n    raise ValueError('broken')")
    folder = shop()
    quiet = metric("query", "orders", "--format", "plain.plain", cwd=folder, check=2)
    assert "Traceback" not in quiet.err
    from tests.cli.running import surroundings
    from tests.running import here

    said = here(
        ("query", "orders", "--format", "plain.plain", "--debug"),
        folder=folder,
        environment=surroundings(folder / "home"),
    )
    assert b"Traceback" in said.err


def test_what_the_engine_refuses_is_not_the_renderers_fault(install, shop):
    plain(install)
    folder = shop()
    (folder / "data" / "orders.csv").write_text(ROWS + "4,2026-02-30,x,1\n")
    said = metric("query", "orders by day", "--format", "plain.plain", cwd=folder, check=2)
    assert "P819" not in said.err
    assert "2026-02-30" in said.err


def test_a_binary_format_wants_a_file(install, shop):
    plain(install, entry=ENTRY + "binary = true\n")
    said = metric("query", "orders", "--format", "plain.plain", cwd=shop(), check=2)
    assert "plain.plain is not text: name a file with --out FILE." in said.err


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ("renderer = 3", "`renderer` has the wrong type"),
        ("renderer = [3]", "must be written as [[renderer]] tables"),
        ('[[renderer]]\nname = "x"\nfunction = "a:b"', "a [[renderer]] does not say `about`"),
        ('[[renderer]]\nname = "x"\nabout = "y"', "a [[renderer]] does not say `function`"),
        ('[[renderer]]\nname = "X"\nabout = "y"\nfunction = "a:b"', "a word in small letters"),
        ('[[renderer]]\nname = "x"\nabout = "y"\nfunction = "a.b"', "written as package.module:function"),
        (
            '[[renderer]]\nname = "x"\nabout = "y"\nfunction = "a:b"\nbinary = 1',
            "`binary` of [[renderer]] has",
        ),
        ('[[renderer]]\nname = "x"\nabout = "y"\nfunction = "a:b"\nusage = "z"', "has a key `usage`"),
        ('[[renderer]]\nname = "x"\nabout = "a\\nb"\nfunction = "a:b"', "is a line of 200 characters"),
        ('[[renderer]]\nname = "x"\nabout = "\\u001b[2J"\nfunction = "a:b"', "is a line of 200 characters"),
        (
            2 * '[[command]]\nname = "x"\nabout = "y"\nfunction = "a:b"\n',
            "there are two [[command]] of the name `x`",
        ),
        (101 * '[[command]]\nname = "x"\nabout = "y"\nfunction = "a:b"\n', "more than 100 [[command]]"),
    ],
)
def test_p803_entries_that_are_wrong(install, entry, why):
    found = install("fake_plain", "plain", f"{manifest()}\n{entry}")()
    (problem,) = found.problems
    assert problem.code == "P803"
    assert why in problem.message()


def test_the_plugin_sheets_passes_the_kit():
    with first_party("sheets"):
        assert [found for check in plugin_checks("sheets") if (found := check.run())] == []


BAD = {
    "def render(given, out):\n    list(given.rows); list(given.rows); out.write(b'x')": "they come once",
    "def render(given, out):\n    pass": "it writes nothing",
    "def render(given, out):\n    out.write(b'\\xff')": "it is no UTF-8 text",
    "def render(given, out):\n    out.close()": "it closed the file",
    "def render(given, out):\n    out.write(given.rows.names[0])": "failed: TypeError",
}


@pytest.mark.parametrize("render", BAD)
def test_the_kit_finds_what_is_wrong(install, render):
    plain(install, render)
    found = [line for check in plugin_checks("plain") for line in check.run()]
    assert any(BAD[render] in line for line in found), found


def test_a_workbook_has_the_values_and_no_formula(shop, tmp_path):
    from openpyxl import load_workbook

    folder = shop()
    with first_party("sheets"):
        question = "revenue, part, n: count(order) by order.note"
        metric("query", question, "--format", "sheets.xlsx", "--out", "x.xlsx", cwd=folder)
    book = load_workbook(folder / "x.xlsx")
    rows = [[cell.value for cell in row] for row in book["Result"].iter_rows()]
    assert rows == [
        ["order.note", "Revenue", "part", "n"],
        ["<b>", 1, 0, 1],
        ["=1+1", 12.5, 1, 1],
        [None, None, 0, 1],
    ]
    formula = book["Result"]["A3"]
    assert formula.data_type == "s"
    assert book["Result"]["B3"].number_format == "#,##0.00"
    assert book["Result"]["C3"].number_format == "0.0%"
    about = dict(row[:2] for row in book["About"].iter_rows(values_only=True))
    assert about["question"] == question
    assert "GROUP BY" in about["SQL"]


def test_a_page_escapes_what_it_shows(shop):
    with first_party("sheets"):
        page = metric("query", "revenue by order.note", "--format", "sheets.html", cwd=shop()).out
    assert '<td>&lt;b&gt;</td><td class="number">1.00</td>' in page
    assert "<b>" not in page
    assert "<script" not in page
