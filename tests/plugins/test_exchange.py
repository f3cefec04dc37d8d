"""Importers and exporters: what comes out checks, what is left out is told with its reason, nothing gets lost without a word."""

import json
import sys

import pytest

from tests.cli.running import metric
from tests.plugins.test_host import install, manifest
from tests.plugins.test_renderers import shop

__all__ = ["install", "shop"]  # fixtures

ENTRIES = """
[[importer]]
name = "lines"
about = "Declarations, one in each line."
function = "fake_swap.lines:read"

[[exporter]]
name = "lines"
about = "Names, one in each line."
function = "fake_swap.lines:write"
"""
LINES = """
from metricdsl.spi.exchange import CannotRead, Declaration, Exported, Imported, Loss

def read(paths):
    made, lost = [], []
    for path in paths:
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if line == "unreadable":
                raise CannotRead(path, "it says so", "say something else")
            place = {"file": str(path), "line": number}
            if line.startswith("?"):
                lost.append(Loss(what=line, why="it is a question", instead="ask", **place))
            else:
                made.append(Declaration(what=line.split("=")[0].strip(), text=line, **place))
    return Imported(declarations=tuple(made), losses=tuple(lost))

def write(given):
    has = [name for name in given.metrics if given.model.metrics[name].label]
    left = [Loss(what=f"metric {n}", why="it has no label", name=n) for n in given.metrics if n not in has and n != "part"]
    return Exported(text="".join(f"{n}\\n" for n in has), metrics=tuple(has), losses=tuple(left))
"""
GOOD = "entity order from orders { key id  fact amount : decimal(2)  dimension paid : boolean }\nmetric total = sum(order.amount)\n"


def swap(install, lines: str = LINES, **more: str):
    return install("fake_swap", "swap", manifest() + ENTRIES, lines=lines, **more)


def test_what_is_taken_over_is_laid_out_and_checks(install, tmp_path):
    swap(install)
    (tmp_path / "a.txt").write_text(GOOD)
    said = metric("import", "swap.lines", "a.txt", cwd=tmp_path)
    assert said.out.startswith("# Taken over by swap.lines from a.txt.\n\nentity order from orders {\n  key")
    assert said.out.endswith("metric total = sum(order.amount)\n")
    assert said.err == "2 declarations taken over, 0 left out.\n"
    metric("import", "swap.lines", "a.txt", "--out", "b.metric", cwd=tmp_path)
    assert (tmp_path / "b.metric").read_text() == said.out
    metric("check", "b.metric", cwd=tmp_path)


def test_p820_what_is_left_out_is_told_with_its_place(install, tmp_path):
    swap(install)
    wrong = "? why\nmetric twice = sum(order.nothing) + total\nmetric thrice = twice * 3\nmetric ) = 1\nuse crm\nmetric a = 1 metric b = 2\n"
    (tmp_path / "a.txt").write_text(GOOD + wrong)
    said = metric("import", "swap.lines", "a.txt", "--report", "r.json", cwd=tmp_path, check=1)
    assert "twice" not in said.out
    assert "total" in said.out
    assert said.err.count("warning[P820]") == 6
    assert "warning[P820] not-taken-over: ? why was left out: it is a question\n  --> a.txt:3:1" in said.err
    assert "= help: ask" in said.err
    report = json.loads((tmp_path / "r.json").read_text())
    assert report["format"] == "swap.lines"
    assert report["taken"] == [
        "entity order from orders { key id  fact amount : decimal(2)  dimension paid : boolean }",
        "metric total",
    ]
    left = {one["line"]: one["why"] for one in report["left_out"]}
    assert sorted(left) == [3, 4, 5, 6, 7, 8]
    assert "N201" in left[4]
    assert report["left_out"][0] == {
        "what": "? why",
        "why": "it is a question",
        "instead": "ask",
        "file": "a.txt",
        "line": 3,
    }


def test_an_import_of_nothing_writes_no_file(install, tmp_path):
    swap(install)
    (tmp_path / "a.txt").write_text("metric x = y\n")
    said = metric("import", "swap.lines", "a.txt", "--out", "b.metric", cwd=tmp_path, check=1)
    assert "0 declarations taken over, 1 left out." in said.err
    assert not (tmp_path / "b.metric").exists()


def test_the_name_of_a_file_is_no_declaration(install, tmp_path):
    swap(install, LINES.replace("    made, lost = [], []", "    print('reading')\n    made, lost = [], []"))
    name = "a\nmetric evil = 1\n.txt"
    (tmp_path / name).write_text(GOOD)
    said = metric("import", "swap.lines", name, cwd=tmp_path)
    assert "\nmetric evil" not in said.out
    assert "reading" in said.err
    assert "reading" not in said.out


def test_no_file_is_written_over(install, tmp_path):
    swap(install)
    (tmp_path / "a.txt").write_text(GOOD)
    (tmp_path / "b.metric").write_text("mine")
    assert (
        "is there already"
        in metric("import", "swap.lines", "a.txt", "--out", "b.metric", cwd=tmp_path, check=2).err
    )
    assert (tmp_path / "b.metric").read_text() == "mine"


def test_p821_a_file_that_cannot_be_read(install, tmp_path):
    swap(install)
    (tmp_path / "a.txt").write_text("unreadable\n")
    said = metric("import", "swap.lines", "a.txt", cwd=tmp_path, check=2)
    assert "P821" in said.err
    assert "`a.txt` cannot be imported: it says so" in said.err
    assert "say something else" in said.err


def test_an_export_tells_what_it_leaves_out(install, shop):
    swap(install)
    folder = shop()
    said = metric("export", "swap.lines", cwd=folder, check=1)
    assert said.out == "revenue\n"
    assert said.err.count("warning[P820]") == 2
    assert "metric orders was left out: it has no label\n  --> definitions/shop.metric:8:" in said.err
    assert "metric part was left out: swap.lines does not say why" in said.err
    assert "1 metric taken over, 2 left out." in said.err
    assert metric("export", "swap.lines", "revenue", cwd=folder).err == "1 metric taken over, 0 left out.\n"
    metric("export", "swap.lines", "revenue", "--out", "x.txt", "--report", "r.json", cwd=folder)
    assert (folder / "x.txt").read_text() == "revenue\n"
    assert json.loads((folder / "r.json").read_text())["left_out"] == []


def test_an_export_of_what_there_is_not_or_is_wrong(install, shop):
    swap(install)
    folder = shop()
    assert "did you mean revenue?" in metric("export", "swap.lines", "revenu", cwd=folder, check=2).err
    (folder / "definitions" / "more.metric").write_text("metric x = y\n")
    assert metric("export", "swap.lines", cwd=folder, check=2).out == ""


@pytest.mark.parametrize("verb", ["import", "export"])
def test_formats_are_listed_without_being_imported(install, tmp_path, verb):
    swap(install, "raise SystemExit('ran')", init="raise SystemExit('ran')")
    assert "swap.lines  " in metric(verb, cwd=tmp_path).out
    none = metric(verb, "--no-plugins", cwd=tmp_path)
    assert none.out == ""
    assert f"No installed plugin brings an {verb}er." in none.err
    assert "fake_swap" not in sys.modules


def test_p818_a_format_that_there_is_not(install, shop):
    swap(install)
    folder = shop()
    (folder / "a.txt").write_text(GOOD)
    assert "P818" in metric("import", "lines", "a.txt", cwd=folder, check=2).err
    assert "did you mean `swap.lines`?" in metric("import", "swap.line", "a.txt", cwd=folder, check=2).err
    assert "P818" in metric("export", "swap.other", cwd=folder, check=2).err


def test_what_is_to_be_imported_is_named(install, tmp_path):
    swap(install)
    assert "Name what is to be imported" in metric("import", "swap.lines", cwd=tmp_path, check=2).err
    assert "does not exist" in metric("import", "swap.lines", "none.txt", cwd=tmp_path, check=2).err


IMPORTERS = [
    ("def read(paths):\n    raise ValueError('broken')", "ValueError: broken"),
    ("def read(paths):\n    return None", "it gave a NoneType where an Imported belongs"),
    ("def read(paths):\n    return Imported(declarations=('metric a = 1',))", "must be Declaration values"),
    ("def read(paths):\n    return Imported(losses=('all',))", "its `losses` must be Loss values"),
    (
        "def read(paths):\n    return Imported(declarations=(Declaration(what='x', text=3),))",
        "must be Declaration values",
    ),
    (
        "def read(paths):\n    return Imported(losses=(Loss(what='x', why='y'),) * 100_001)",
        "more than 100,000",
    ),
    ("def read(paths):\n    raise SystemExit(0)", "SystemExit: 0"),
]


@pytest.mark.parametrize(("read", "why"), IMPORTERS)
def test_p819_an_importer_that_fails(install, tmp_path, read, why):
    swap(install, "from metricdsl.spi.exchange import Declaration, Imported, Loss\n" + read)
    (tmp_path / "a.txt").write_text(GOOD)
    said = metric("import", "swap.lines", "a.txt", "--out", "b.metric", cwd=tmp_path, check=2)
    assert "P819" in said.err
    assert why in " ".join(said.err.split())
    assert said.out == ""
    assert not (tmp_path / "b.metric").exists()


EXPORTERS = [
    ("def write(given):\n    raise KeyError('x')", "KeyError"),
    ("def write(given):\n    return 'text'", "it gave a str where an Exported belongs"),
    ("def write(given):\n    return Exported(text=b'x')", "the fields of its Exported have other types"),
    ("def write(given):\n    return Exported(text='', losses=(1,))", "its `losses` must be Loss values"),
    ("def write(given):\n    return Exported(text='', metrics=('other',))", "it says that it has other"),
]


@pytest.mark.parametrize(("write", "why"), EXPORTERS)
def test_p819_an_exporter_that_fails(install, shop, write, why):
    swap(install, "from metricdsl.spi.exchange import Exported\n" + write)
    said = metric("export", "swap.lines", cwd=shop(), check=2)
    assert "P819" in said.err
    assert why in " ".join(said.err.split())
    assert said.out == ""
