"""Reading again after an edit gives what reading everything gives: the same problems, in the same words, the same model."""

from functools import lru_cache
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metricdsl.analysis import resolve
from metricdsl.analysis.analysis import Analysis
from metricdsl.analysis.edited import edited
from metricdsl.diagnostics import Outcome
from metricdsl.model.settings import Settings
from metricdsl.plugins import builtin_registry
from metricdsl.source import SourceFile
from metricdsl.syntax import read
from metricdsl.testing.cases import case_paths, read_case_file
from metricdsl.testing.fuzz import DAMAGES

pytestmark = pytest.mark.timeout(900)

ROOT = Path(__file__).parents[2]
REGISTRY = builtin_registry()
EDITS = 3
Files = dict[str, str]


@lru_cache
def projects() -> tuple[Files, ...]:
    """The files of each case; a case of one file is cut in two, so that an edit of one half leaves the other as it is."""
    found: list[Files] = []
    for path in case_paths(ROOT / "tests" / "cases"):
        for case in read_case_file(path).cases:
            files = {file.path: file.text for file in case.files if file.text.strip()}
            if len(files) == 1:
                files = halves(*files.values())
            if files and files not in found:
                found.append(files)
    return tuple(found)


def halves(text: str) -> Files:
    """A text cut before one of its declarations."""
    declarations = read(SourceFile("f", text)).value.declarations
    if len(declarations) < 2 or "package" in text:
        return {"one.metric": text}
    at = declarations[len(declarations) // 2].span.start
    return {"one.metric": text[:at], "two.metric": text[at:]}


def meaning(
    files: Files, before: Analysis | None, read_before: dict[tuple[str, str], Outcome]
) -> Outcome[Analysis]:
    for name, text in files.items():
        if (name, text) not in read_before:
            states = [outcome for (other, _), outcome in read_before.items() if other == name]
            read_before[name, text] = read(SourceFile.of(name, text), before=states[-1] if states else None)
            check_read(read_before[name, text])
    outcomes = [read_before[name, text] for name, text in files.items()]
    misread = [problem for outcome in outcomes for problem in outcome.problems]
    return resolve([o.value for o in outcomes], REGISTRY, None, Settings(), misread, before)


def check_read(outcome: Outcome) -> None:
    """What was read with the help of an earlier state is what is read without."""
    whole = read(outcome.value.source)
    assert outcome.value == whole.value
    assert [d.span for d in outcome.value.declarations] == [d.span for d in whole.value.declarations]
    assert [(p.span, p.message()) for p in outcome.problems] == [
        (p.span, p.message()) for p in whole.problems
    ]


def told(outcome: Outcome[Analysis]) -> list[tuple]:
    return [(p.span, p.code, p.message(), p.label(), p.reason(), p.fixes()) for p in outcome.problems]


def check_same(after: Outcome[Analysis], whole: Outcome[Analysis]) -> None:
    assert told(after) == told(whole)
    one, other = after.value, whole.value
    assert one.model == other.model
    assert list(one.model.metrics) == list(other.model.metrics)
    assert list(one.model.entities) == list(other.model.entities)
    spans = [{name: metric.span for name, metric in a.model.metrics.items()} for a in (one, other)]
    assert spans[0] == spans[1]
    assert one.resolved == other.resolved
    assert one.failures.keys() == other.failures.keys()
    assert one.unsound == other.unsound
    for key in one.failures:
        assert sorted(map(repr, one.root_causes([key]))) == sorted(map(repr, other.root_causes([key])))


@given(number=st.integers(0, 10**6), chance=st.randoms(use_true_random=False))
@settings(max_examples=10, deadline=None)
def test_an_edit_is_read_as_the_whole_is(number: int, chance: Random):
    files = dict(projects()[number % len(projects())])
    cache: dict[tuple[str, str], Outcome] = {}
    before = meaning(files, None, cache).value
    for _ in range(EDITS):
        name = chance.choice(sorted(files))
        kind = chance.choice(sorted(DAMAGES))
        text = DAMAGES[kind](chance, [files[name]]).decode("utf-8", "replace")
        files = (
            {**files, name: text} if chance.random() < 0.9 else {n: t for n, t in files.items() if n != name}
        )
        if not files:
            return
        after = meaning(files, before, cache)
        check_same(after, meaning(files, None, {}))
        before = after.value


SHOP = """entity customer from customers { key customer_id  dimension region : text }
entity order from orders {
  key id  join customer on customer_id  time day : date  fact amount : money(USD, 2)
  dimension is_large = amount > floor_of_large
}
param floor_of_large = 100 as USD
"""
PLAIN = """entity customer from customers { key customer_id  dimension region : text }
entity order from orders { key id  join customer on customer_id  time day : date  fact amount : money(USD, 2) }
"""
METRICS = """metric orders  = count(order)
metric revenue = sum(order.amount)
metric size    = revenue / orders
define half(x) = x / 2
segment large = order.amount > 10
"""
MORE = "metric half_size = half(size)\nmetric large_orders = count(order where large)\nmetric regions = count(customer)\n"


def first(*texts: str) -> tuple[Files, Outcome[Analysis], dict]:
    files = {f"{at}.metric": text for at, text in enumerate(texts)}
    cache: dict = {}
    return files, meaning(files, None, cache), cache


@pytest.mark.parametrize(
    ("file", "old", "new", "touched"),
    [
        (1, "count(order)", "count(order where amount > 1)", {"orders", "revenue", "size", "half", "large", "half_size", "large_orders"}),
        (1, "order.amount > 10", "order.amount > 9", {"large", "large_orders"}),
        (2, "count(customer)", "count(order)", {"regions"}),
        (2, "half(size)", "half(size) + 1", {"half_size", "large_orders", "regions"}),
        (2, "metric regions", "\n\nmetric regions", {"regions"}),
        (2, "metric regions", "# a comment\nmetric regions", {"regions"}),
    ],
)  # fmt: skip
def test_what_an_edit_touches(file: int, old: str, new: str, touched: set[str]):
    files, before, cache = first(PLAIN, METRICS, MORE)
    name = f"{file}.metric"
    files = {**files, name: files[name].replace(old, new)}
    assert files[name] != MORE
    after = meaning(files, before.value, cache)
    found = edited(before.value, after.value.world.directory)
    assert found is not None
    assert {key[1] for key in found.touched} == touched
    kept = [m for m in before.value.model.metrics if m not in touched]
    assert all(after.value.model.metrics[m] is before.value.model.metrics[m] for m in kept)
    check_same(after, meaning(files, None, {}))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("fact amount : money(USD, 2)", "fact amount : money(EUR, 2)"),
        ("dimension region", "dimension area"),
        ("floor_of_large = 100", "floor_of_large = 200"),
        ("param floor_of_large", "param floor"),
    ],
)
def test_what_entities_say_touches_everything(old: str, new: str):
    files, before, cache = first(SHOP, METRICS, MORE)
    files["0.metric"] = files["0.metric"].replace(old, new)
    after = meaning(files, before.value, cache)
    assert edited(before.value, after.value.world.directory) is None
    check_same(after, meaning(files, None, {}))


def test_a_name_that_comes_or_goes_is_seen_by_all_that_lacked_it():
    files, before, cache = first(PLAIN, METRICS, MORE + "metric margin = profit / revenue\n")
    assert before.failed
    files["3.metric"] = "metric profit = revenue * 0.2\n"
    after = meaning(files, before.value, cache)
    assert not after.failed
    check_same(after, meaning(files, None, {}))
    del files["3.metric"]
    again = meaning(files, after.value, cache)
    assert told(again) == told(before)
    check_same(again, meaning(files, None, {}))


def test_a_use_that_goes_from_the_same_file_is_seen_to_be_gone():
    text = f"define half(x) = x / 2\n{PLAIN}metric orders = count(order)\nmetric few = half(orders)\n"
    files, before, cache = first(text)
    files = {name: text.replace("half(orders)", "orders / 2") for name, text in files.items()}
    after = meaning(files, before.value, cache)
    check_same(after, meaning(files, None, {}))
    assert "L932" in {problem.code for problem in after.problems}
