"""A project in an older version of the language, by a second version that says `metric` where the first said `measure`."""

import re

import pytest

import metricdsl
from metricdsl.diagnostics import Edit, Outcome
from metricdsl.diagnostics.problems.project import BadProjectFile
from metricdsl.engine import migrations
from metricdsl.engine.errors import ProjectError
from metricdsl.source import Span
from tests.running import here

OLD = """package shop
entity order from orders {{ key order_id  fact amount : integer }}  # kept
{word} revenue = sum(order.amount)
{word} orders  = count(order)
"""


def renamed(file):
    """Version 1 to 2: another word."""
    found = re.finditer(r"(?m)^measure", file.text)
    return Outcome([Edit(Span(file.path, one.start(), one.end()), "metric") for one in found])


def not_everywhere(file):
    """Version 2 to 3: a word that nothing takes the place of."""
    found = re.search(r"\bseldom\b", file.text)
    lost = (
        BadProjectFile(what="`seldom` has no counterpart in language 3", span=Span(file.path, *found.span()))
        if found
        else None
    )
    return Outcome([], (lost,) if lost else ())


@pytest.fixture
def older(tmp_path, monkeypatch):
    monkeypatch.setattr(migrations, "LANGUAGE", 3)
    monkeypatch.setattr(migrations, "MIGRATIONS", {1: renamed, 2: not_everywhere})
    (tmp_path / "definitions").mkdir()
    (tmp_path / "metricdsl.toml").write_text(
        '[project]\nname = "shop"\nlanguage = 1  # the first\ndefinitions = ["definitions"]\n',
        encoding="utf-8",
    )
    (tmp_path / "definitions" / "a.metric").write_text(OLD.format(word="measure"), encoding="utf-8")
    (tmp_path / "definitions" / "b.metric").write_text("package more\n", encoding="utf-8")
    return tmp_path


def test_it_is_refused_with_one_problem_and_its_edits(older):
    with pytest.raises(ProjectError) as refused:
        metricdsl.open(older)
    (problem,) = refused.value.problems
    assert problem.code == "X712"
    assert problem.message() == "the project is written in language 1, and this metricdsl reads 3"
    (fix,) = problem.fixes()
    assert fix.safe
    assert {edit.span.file for edit in fix.edits} == {"metricdsl.toml", "definitions/a.metric"}


def test_without_fix_nothing_is_written(older):
    before = {path: path.read_bytes() for path in older.rglob("*.*") if path.is_file()}
    ended = here(["check"], folder=older, environment={"METRICDSL_NO_CACHE": "1"})
    assert ended.status == 2
    assert b"X712" in ended.out + ended.err
    assert {path: path.read_bytes() for path in older.rglob("*.*") if path.is_file()} == before


def test_check_fix_brings_all_files_to_it(older):
    ended = here(["check", "--fix"], folder=older, environment={"METRICDSL_NO_CACHE": "1"})
    assert ended.status == 0, ended
    assert (older / "definitions" / "a.metric").read_text(encoding="utf-8") == OLD.format(word="metric")
    assert "language = 3  # the first" in (older / "metricdsl.toml").read_text(encoding="utf-8")
    assert sorted(metricdsl.open(older).model.metrics) == ["shop.orders", "shop.revenue"]


def test_what_no_edit_keeps_is_told_and_nothing_is_written(older):
    (older / "definitions" / "b.metric").write_text("package more\n# seldom\n", encoding="utf-8")
    ended = here(["check", "--fix"], folder=older, environment={"METRICDSL_NO_CACHE": "1"})
    assert ended.status == 2
    assert b"no counterpart in language 3" in ended.out + ended.err
    assert "measure" in (older / "definitions" / "a.metric").read_text(encoding="utf-8")
    assert "language = 1" in (older / "metricdsl.toml").read_text(encoding="utf-8")


def test_a_version_that_nothing_leads_from(older, monkeypatch):
    monkeypatch.setattr(migrations, "MIGRATIONS", {2: not_everywhere})
    with pytest.raises(ProjectError, match="nothing of language 1 any more"):
        metricdsl.open(older)
