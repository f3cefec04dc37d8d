"""Capitals and small letters, each letter for itself: every letter of the first plane, on every engine and in the reference.

Which letters have another case is told by the Unicode of each engine; those that only its younger versions give one, or that
SQLite refuses, are left out there.
"""

import unicodedata

import pytest

from metricdsl.builtins.functions.text import capital, small
from metricdsl.model.types import TEXT
from metricdsl.registry import Registry
from metricdsl.testing.reference.functions import STRICT
from tests.builtins.engines import Engine
from tests.builtins.formulas import Applied, Literal

EACH = {"lower": small, "upper": capital}
LETTERS = [chr(code) for code in range(1, 0x10000) if unicodedata.category(chr(code)) not in {"Cs", "Cn"}]
YOUNGER = set("\u0264\u019b\ua7cb\ua7cc\ua7cd\ua7da\ua7db\ua7dc\u1c89\u1c8a\ua7d3\ua7d5")
OF_SQLITE = [c for c in LETTERS if ord(c) < 0x180 or 0x250 <= ord(c) < 0x3CF or 0x400 <= ord(c) < 0x530]
ROWS = 1000


@pytest.mark.parametrize("function", ["lower", "upper"])
def test_each_letter_has_one_other_case(registry: Registry, engine: Engine, function: str):
    known = [c for c in (OF_SQLITE if engine.name == "sqlite" else LETTERS) if c not in YOUNGER]
    for start in range(0, len(known), ROWS):
        letters = "".join(known[start : start + ROWS])
        formula = Applied(function, (Literal(letters, TEXT, lifted=True),), TEXT)
        found = engine.values(registry, formula)
        wanted = "".join(map(EACH[function], letters))
        assert len(found) == len(wanted)
        different = [(a, b, c) for a, b, c in zip(letters, found, wanted, strict=True) if b != c]
        assert different == []


@pytest.mark.parametrize("function", ["lower", "upper"])
def test_the_reference_has_the_same(function: str):
    assert STRICT[function]("".join(LETTERS)) == "".join(map(EACH[function], LETTERS))


def test_words():
    assert "".join(map(small, "İZMİR ΟΔΟΣ")) == "izmir οδοσ"
    assert "".join(map(capital, "straße ŉ ΐ ﬁ ᾳ")) == "STRAẞE ŉ ΐ ﬁ ᾼ"
