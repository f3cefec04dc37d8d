"""After damage to one word, at least nine tenths of a file's other declarations are still understood as they were.

Measured on the definitions that ship and on the cases. A short file has no tenth to lose: of fewer than ten other
declarations one may be lost, the one that the damaged word ran into.
"""

from functools import lru_cache
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metricdsl.plugins import builtin_registry
from metricdsl.source import SourceFile
from metricdsl.syntax import nodes, read
from metricdsl.testing.cases import case_paths, read_case_file
from metricdsl.testing.fuzz import DAMAGES, Campaign, try_bytes
from metricdsl.testing.fuzz.damage import TOKEN

pytestmark = pytest.mark.timeout(900)

ROOT = Path(__file__).parents[2]
UNDERSTOOD = 0.9
OTHERS = (
    "(",
    "}",
    '"',
    "`",
    ",",
    "=",
    "metric",
    "where",
    "and",
    "'",
    "é",
    "1",
    "|",
    "#",
    "--",
    "entity",
    "{",
)


@lru_cache
def texts() -> tuple[str, ...]:
    """All definitions and all texts of cases that can be read."""
    found = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "definitions").rglob("*.metric"))]
    for path in case_paths(ROOT / "tests" / "cases"):
        found += [file.text for case in read_case_file(path).cases for file in case.files]
    return tuple(text for text in dict.fromkeys(found) if text and not read(SourceFile("f", text)).problems)


def damaged(text: str, chance: Random) -> tuple[str, int]:
    """The text with one word left out, put in, changed or swapped with the next; and where."""
    found = [m for m in TOKEN.finditer(text) if not m[0].startswith("#") and m[0] != "\n"]
    i = chance.randrange(len(found) - 1)
    here, following, other = found[i], found[i + 1], chance.choice(OTHERS)
    start, end = here.span()
    return (
        (text[:start] + text[end:], start),
        (f"{text[:start]}{other} {text[start:]}", start),
        (f"{text[:start]}{other}{text[end:]}", start),
        (
            text[:start] + following[0] + text[end : following.start()] + here[0] + text[following.end() :],
            start,
        ),
    )[chance.randrange(4)]


def survivors(text: str, chance: Random) -> tuple[int, int]:
    """How many of the declarations that were not damaged are still there, in their order, and of how many."""
    changed, place = damaged(text, chance)
    before = [
        d for d in read(SourceFile("f", text)).value.declarations if not d.span.start <= place < d.span.end
    ]
    after = list(read(SourceFile("f", changed)).value.declarations)
    kept = 0
    at = 0
    for declaration in before:
        if declaration in after[at:]:
            at = after.index(declaration, at) + 1
            kept += 1
    return kept, len(before)


@given(chance=st.randoms(use_true_random=False), number=st.integers(0, 10**6))
@settings(max_examples=30, deadline=None)
def test_one_damaged_word_leaves_nine_tenths_of_the_others(chance: Random, number: int):
    text = texts()[number % len(texts())]
    kept, others = survivors(text, chance)
    assert kept >= min(others - 1, UNDERSTOOD * others)


@pytest.mark.slow
def test_on_average_nearly_nothing_else_is_lost():
    """One damage to each third text: all declarations of these files together."""
    chance = Random(1)
    counted = [survivors(text, chance) for text in texts()[::3]]
    kept, others = (sum(column) for column in zip(*counted, strict=True))
    print(f"{len(counted)} files, {others} other declarations, {kept / others:.2%} understood")
    assert kept >= 0.95 * others


@pytest.mark.slow
@pytest.mark.parametrize("kind", DAMAGES)
def test_a_short_campaign_finds_nothing(kind: str):
    campaign = Campaign(texts(), builtin_registry(), seed=7)
    for number in range(5):
        campaign.one(kind, number)
    assert campaign.executions[kind] == 5
    assert campaign.findings == []


def test_a_campaign_keeps_what_it_finds(tmp_path, monkeypatch):
    monkeypatch.setitem(DAMAGES, "words", lambda *_: 1 / 0)
    campaign = Campaign(texts(), builtin_registry())
    campaign.one("words", 1, tmp_path)
    campaign.one("words", 2, tmp_path)
    assert [f.said.splitlines()[-2:] for f in campaign.findings] == [
        ["ZeroDivisionError", "division by zero"]
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["words-1-1.metric", "words-1-1.txt"]
    assert "2 executions" in campaign.summary(1.0)


@pytest.mark.parametrize(
    "text",
    [
        'package board\nuse shop\nmetric odd = count(trip where place.country = "FR")\n',
        "package board\nuse shop\nmetric margin = margins + 1\n",
        "package board\nuse shop\nmetric margin = doubled(1)\n",
        """package board
use shop
entity trip from trips { key id  join place on place_id }
metric odd = count(trip where place.country = "FR")
""",
        """entity order from orders { key id ) }
entity item from items { key id  join order on order_id }
metric items = count(item) at order.ordered_at
""",
    ],
)
def test_what_is_lost_by_another_declaration_is_refused_with_its_reason(text: str):
    assert try_bytes(text.encode(), builtin_registry()) > 0


def test_seeds_hold_every_declaration():
    """What is damaged holds each sort of declaration, or the campaign would never see it."""
    sorts = {type(d) for text in texts() for d in read(SourceFile("f", text)).value.declarations}
    every = {one for one in vars(nodes).values() if isinstance(one, type) and one.__name__.endswith("Decl")}
    assert sorts >= every
