"""Checks, units and calendars of plugins: the rules of a house are told as its own, and never stop anything."""

from pathlib import Path

import pytest

from metricdsl.engine.plugin_alone import as_installed, plugin_alone
from metricdsl.plugins.in_place import written_plugin
from tests.cli.running import metric
from tests.plugins.test_host import install, manifest
from tests.plugins.test_packs import RENTAL, codes, project, ship

__all__ = ["install", "project", "ship"]  # fixtures

PLUGINS = Path(__file__).resolve().parents[2] / "plugins"
ORDERS = "entity order from orders { key id  dimension paid : boolean  fact amount : number }\n"
KEPT = '{ about "All of it."  owner "finance" }\n'
HOOKS = """
from metricdsl.spi.checks import CheckDef, Finding
from metricdsl.spi.hooks import hookimpl

def look(model):
    LOOK

@hookimpl
def metricdsl_checks():
    return [CheckDef(number=NUMBER, doc="DOC", look=look)]
"""


@pytest.fixture
def plugin():
    """A plugin of this repository, as if it were installed."""

    def plugin(name: str, text: str):
        written = written_plugin(PLUGINS / f"metricdsl-{name}").value
        assert written is not None
        with as_installed(written), plugin_alone(name, {"own.metric": text}) as opened:
            _ = opened.problems
            return opened

    return plugin


@pytest.mark.parametrize(
    ("metrics", "told"),
    [
        (f"metric total = sum(order.amount) {KEPT}", []),
        ("metric total = sum(order.amount)\n", ["has no owner", "does not say what it is"]),
        ('metric total = sum(order.amount) { owner "me" }\n', ["does not say what it is"]),
        (f"metric paid_share = count(order where paid) {KEPT}", ["is called a share, and is order"]),
        (f"metric paid_rate = rate(order, that: paid) {KEPT}", []),
    ],
)
def test_p816_housekeeping(plugin, metrics, told):
    opened = plugin("housekeeping", ORDERS + metrics)
    found = [problem for problem in opened.problems if problem.severity.name != "HINT"]
    assert [problem.code for problem in found] == ["P816"] * len(told)
    assert all(part in problem.message() for part, problem in zip(told, found, strict=True))
    assert all("(housekeeping-10" in problem.message() and problem.span is not None for problem in found)
    assert not opened.failed


def test_p816_is_of_the_projects_own_metrics(install, ship, project):
    ship("rental", {"definitions/bookings.metric": RENTAL})
    look = "return [Finding(name=name, message=f'{name} is there') for name in model.metrics]"
    hooks = HOOKS.replace("LOOK", look).replace("NUMBER", "7").replace("DOC", "There it is.")
    install("fake_house", "house", manifest(hooks="fake_house.hooks"), hooks=hooks)
    opened = project("house", "rental", text="metric mine = 1\n")
    assert codes(opened) == ["P816"]
    assert opened.problems[0].message() == "mine is there (house-7)"


@pytest.mark.parametrize(
    ("look", "number", "doc", "why"),
    [
        ("raise ZeroDivisionError", "7", "x", "ZeroDivisionError"),
        ("return [3]", "7", "x", "it gave a int where a Finding belongs"),
        ("return None", "7", "x", "TypeError"),
        ("model.metrics.clear(); model.metrics = {}", "7", "x", "FrozenInstanceError"),
        ("return []", "0", "x", "0 is no number of a check"),
        ("return []", "'7'", "x", "is no number of a check"),
        ("return []", "7", " ", "has no `doc`"),
    ],
)
def test_p805_a_check_that_fails_is_the_plugins_fault(install, project, look, number, doc, why):
    hooks = HOOKS.replace("LOOK", look).replace("NUMBER", number).replace("DOC", doc)
    install("fake_house", "house", manifest(hooks="fake_house.hooks"), hooks=hooks)
    opened = project("house", text="metric mine = 1\n")
    assert codes(opened) == ["P805"]
    assert why in opened.problems[0].message()
    assert "house 1.0" in opened.problems[0].message()


def test_findings_without_end_are_cut(install, project):
    look = "\n    from itertools import count\n    many = count()\n    while True:\n        yield Finding(name='nowhere', message=str(id(object())) + str(next(many)))"
    hooks = HOOKS.replace("LOOK", look).replace("NUMBER", "7").replace("DOC", "x")
    install("fake_house", "house", manifest(hooks="fake_house.hooks"), hooks=hooks)
    assert len(project("house", text="metric mine = 1\n").problems) == 1000


def test_show_tells_the_checks(tmp_path):
    written = written_plugin(PLUGINS / "metricdsl-housekeeping").value
    with as_installed(written):
        said = metric("plugins", "show", "housekeeping", cwd=tmp_path).out
    assert "check housekeeping-101" in said
    assert "somebody who answers" in said


MEASURED = """use measures
entity parcel from parcels {
  key id
  time sent_on : date default
  fact weight : pound
}
metric load = sum(parcel.weight)
metric load_in_kilograms = convert_unit(load, kilogram)
test "two pounds are less than one kilogram" {
  given parcel {
    id, sent_on, weight
    | 1, 2026-02-01, 2
    | 2, 2026-03-01, 1
  }
  expect load, load_in_kilograms {
    load, load_in_kilograms
    | 3, 1.36077711
  }
  expect load by retail_454.month during 2026 {
    retail_454.month, load
    | 2026-02-01, 2
    | 2026-03-01, 1
  }
}
"""


def test_units_and_calendars_come_in_a_pack(plugin):
    opened = plugin("measures", MEASURED)
    assert codes(opened) == []
    for dialect in ("duckdb", "sqlite", "postgres"):
        assert opened.query("load_in_kilograms", connection=None).sql(dialect)
    (outcome,) = opened.run_tests()
    assert outcome.problems == ()
    assert outcome.passed, outcome.differences
