"""The rules of the language and their cases (`tools/rules.toml`, `docs/reference/rules.md`): each has at least three.

`python -m tools.rule_table --all` prints them.
"""

import re
from collections import Counter

from metricdsl.diagnostics import catalogue
from tools.rule_table import Found, cases, engine_tests, of_rule, rules

ENOUGH = 3
ROWS = {"2": 23, "3": 16, "5": 13}


def test_each_rule_has_its_cases():
    found = {rule: [*(case.title for case in of_rule(rule)), *engine_tests(rule)] for rule in rules()}
    assert [rule.name for rule, own in found.items() if not rule.owed and len(own) < ENOUGH] == []


def test_what_is_owed_says_why_and_nothing_else():
    for rule in rules():
        assert bool(rule.owed) != bool(rule.codes or rule.sign or rule.under), rule.name


def test_the_table_has_every_row():
    """Section 2 of the language has 23 rules, section 3 sixteen lines (kinds, formats, declared types, units, properties), section 5
    thirteen rows."""
    numbers = [rule.number for rule in rules()]
    assert list(dict.fromkeys(numbers)) == [
        f"{s}.{n}" for s, most in ROWS.items() for n in range(1, most + 1)
    ]
    assert len({rule.name for rule in rules()}) == len(numbers)


def test_the_codes_are_there():
    assert {code for rule in rules() for code in rule.codes} <= set(catalogue())


WORD = re.compile(r'"(?:\\.|[^"\\\n])*"|`[^`\n]*`|#[^\n]*|[^\W\d]\w*|\d[\d.]*|[<>!]=|\S')


def canonical(one: Found, kept: frozenset[str]) -> tuple[str, ...]:
    """What is left of a case when its names and values are any: words of the language, names by number, values by kind."""
    numbers: dict[str, int] = {}
    found = [f"codes {' '.join(sorted({code for code, _ in one.problems}))}"]
    for word in WORD.findall(one.text):
        if word[0] == "#":
            continue
        if word in kept or not (word[0].isalnum() or word[0] in '_"`') or word[0] == '"' or word[0].isdigit():
            found.append(word)
        else:
            found.append(f"name {numbers.setdefault(word, len(numbers))}")
    return tuple(found)


def test_no_two_cases_of_problems_have_one_canonical_form():
    """Two programs that differ by their names alone raise a problem once, however they are called."""
    words = Counter(word for one in cases() for word in set(WORD.findall(one.text)))
    declared = {
        name
        for one in cases()
        for name in re.findall(r"\b(?:metric|entity|dimension|fact|time) (\w+)", one.text)
    }
    kept = frozenset(word for word in words if word not in declared)
    forms: dict[tuple[str, ...], list[str]] = {}
    for one in cases():
        if one.problems:
            forms.setdefault(canonical(one, kept), []).append(f"{one.page}:{one.line}")
    assert [places for places in forms.values() if len(places) > 1] == []
