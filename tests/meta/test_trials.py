"""What `make mutants` and `make faults` rest on: where a change lies, which lines a test reaches, code exchanged in place."""

import ast
import importlib.util
import json
import sys
from types import SimpleNamespace

import pytest

from tools import trying
from tools.changed_places import Place, column_of, place_of
from tools.mutants import STRATA, mutants_of, sampled, wilson, without_effect
from tools.reaching import Reaching
from tools.swapping import functions_below, swap
from tools.trying import Journal, Trial

TEXT = """
LIMIT = 3

def sign(x, least=0):
    if (
        x > least
        and x < 100
    ):
        return 1
    match x:
        case 0 if least == 0:
            return 0
        case _:
            return -1

def made():
    def inner(x):
        return x + 1
    return inner

ONE = made()
TWICE = [
    lambda x: 2 * x,
    lambda x: 3 * x,
]
"""


@pytest.fixture
def module(tmp_path):
    path = tmp_path / "tried_module.py"
    path.write_text(TEXT)
    spec = importlib.util.spec_from_file_location("tried_module", path)
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("3\n", Place(2, 2, called=False)),
        ("0)", Place(4, 4, called=False)),
        ("x < 100", Place(5, 8, called=True)),
        ("1\n    match", Place(9, 9, called=True)),
        ("x:\n        case", Place(10, 10, called=True)),
        ("least == 0", Place(11, 11, called=True)),
        ("0\n        case _", Place(12, 12, called=True)),
        ("x + 1", Place(18, 18, called=True)),
        ("3 * x", Place(24, 24, called=True)),
    ],
)
def test_the_place_of_a_change_is_the_innermost_statement_without_those_inside_it(written, place):
    at = TEXT.index(written)
    assert place_of(ast.parse(TEXT), TEXT.count("\n", 0, at) + 1, column_of(TEXT, at)) == place


def test_a_column_is_of_bytes():
    assert column_of("x\né = 1", 4) == len("é ".encode())


def test_only_what_runs_is_reached(module):
    places = [Place(2, 2, called=False), Place(9, 9, called=True), Place(12, 12, called=True)]
    reaching = Reaching({module.__file__: list(enumerate([*places, Place(24, 24, called=True)]))})
    found = []
    for work in (lambda: module.sign(5), lambda: module.sign(0), lambda: module.TWICE[1](2)):
        before = sys.gettrace()
        reaching.begin()
        work()
        found.append(reaching.end())
        sys.settrace(before)
    assert found == [{1}, {2}, {3}]


def test_functions_that_are_there_take_the_changed_code(module):
    sign, one, twice = module.sign, module.ONE, module.TWICE
    text = TEXT.replace("return 1", "return 7").replace("x + 1", "x + 2")
    assert swap(module.__file__, TEXT, text, functions_below(module.__file__))
    assert (sign(5), one(1), module.made()(1), twice[0](4)) == (7, 3, 3, 8)
    assert swap(module.__file__, TEXT, TEXT.replace("3 * x", "4 * x"), functions_below(module.__file__))
    assert [f(1) for f in twice] == [2, 4]


def test_what_runs_when_a_module_is_imported_is_not_exchanged(module):
    text = TEXT.replace("LIMIT = 3", "LIMIT = 4")
    assert not swap(module.__file__, TEXT, text, functions_below(module.__file__))


def test_what_is_drawn_stays_drawn_when_another_place_goes(monkeypatch):
    few = [m for m in mutants_of("planner") if m.file == "plan/names.py"]
    assert len(few) > 10
    monkeypatch.setattr("tools.mutants.mutants_of", lambda _: few)
    before = [m.name for m in sampled(15, 1)]
    gone = few.pop(0).name
    monkeypatch.setattr("tools.mutants.STRATA", {"planner": ("plan",)})
    after = [m.name for m in sampled(4, 1)]
    assert after == [name for name in dict.fromkeys(before) if name != gone][: len(after)]


def test_names_tell_changes_apart():
    names = [m.name for m in mutants_of("planner")]
    assert len(names) == len(set(names))


def test_the_last_word_of_a_stage_counts(tmp_path):
    trial = Trial(name="x", kind="k", file="f.py", line=1, was="", now="", place=Place(1, 1, called=True))
    other = Trial(name="y", kind="k", file="f.py", line=1, was="", now="", place=Place(1, 1, called=True))
    journal = Journal(tmp_path / "journal.jsonl")
    journal.add(trial, {"stage": "near", "red": False})
    journal.add(trial, {"stage": "far", "red": False})
    assert journal.read().knows(trial, "far")
    assert not journal.red(trial)
    journal.add(trial, {"stage": "near", "red": True})
    assert journal.read().red(trial)
    assert not journal.knows(other)
    assert [json.loads(line)["name"] for line in journal.path.read_text().splitlines()] == ["x"] * 3


def test_the_quickest_of_each_file_come_first_and_the_steps_of_a_case_stay_together():
    case = SimpleNamespace(path="page", title="case")

    def item(case=None):
        return SimpleNamespace(
            function=test_names_tell_changes_apart,
            callspec=None if case is None else SimpleNamespace(params={"case": case}),
        )

    items = {f"a.py::{n}": item() for n in range(9)} | {"b.py::1": item(case), "b.py::2": item(case)}
    traced = trying.Traced(
        reached={**{f"a.py::{n}": [0] for n in range(8)}, "a.py::8": [1], "b.py::1": [0]},
        seconds={name: float(place) for place, name in enumerate(items)},
    )
    found = trying._near_to(0, traced, SimpleNamespace(items=items), set(items) - {"a.py::0"})
    assert set(found) == set(items) - {"a.py::0", "a.py::8"}  # red without a change; not reached
    assert set(found[: 3 + 2]) == {"a.py::1", "a.py::2", "a.py::3", "b.py::1", "b.py::2"}


def test_the_interval_of_a_share():
    low, high = wilson(9, 10)
    assert (round(low, 4), round(high, 4)) == (0.5958, 0.9821)  # Wilson's, as tables have it


def test_what_is_traced_keeps_its_trials_when_others_come_and_go():
    traced = trying.Traced(trials=["a", "b", "c"], reached={"t": [0, 2], "u": [1]})
    found = traced.numbered(["x", "c", "a"])
    assert (found.trials, found.reached) == (["c", "a"], {"t": [1, 2], "u": []})


def test_what_is_said_to_change_nothing_can_still_be_changed():
    """One that can not says nothing: its place has moved, or is gone."""
    made = {mutant.name for stratum in STRATA for mutant in mutants_of(stratum)}
    assert set(without_effect()) - made == set()
