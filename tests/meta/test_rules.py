"""A table of the language's rules and the cases of each: what is refused, and what kinds and units there are.

`pytest tests/meta/test_rules.py -s` prints it. A rule without a case fails.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import frozen

from metricdsl.testing.cases import case_paths, read_case_file

CASES = Path(__file__).resolve().parent.parent / "cases"

REFUSED = {
    "fan-out": "G401",
    "unreachable dimension or filter": "G403",
    "tied paths": "G404",
    "a parent's facts summed from the child": "G405",
    "a period without a time": "G406",
    "a column outside of an aggregate": "G407",
    "an aggregate of no single home": "G408",
    "a grain finer than the time": "G409",
    "an aggregate of a metric": "G410",
    "dimensions that end at different entities": "G412",
    "a top-level per": "G413",
    "summing a ratio, an average, a percentile, a growth": "G414",
    "a grain that does not nest with the cell; week shifted by a year": "G415",
    "the opening of a flow": "G416",
    "units that do not add": "T302",
    "mixed currencies": "T304",
    "declared and inferred differ": "T303",
    "kinds that do not fit": "T301",
    "a value outside of its domain": "T309",
    "average of a percentage fact": "T307",
    "a goal without better": "N233",
    "a goal in another unit": "T331",
    "null turned into a value": "L902",
    "a side that may be empty": "L901",
    "circular metrics": "N204",
    "unknown names": "N201",
    "duplicates by name": "N202",
    "duplicates by canonical form": "L904",
    "names that look alike": "N206",
    "a clash of packages": "N203",
    "a word that is no property": "N208",
    "deprecated": "N214",
    "a column that is not there": "N201",
}
"""What is refused or hinted at, by the code that says so."""

SAID = {
    "integer": r"fact\s+\w+\s*:\s*integer",
    "decimal": r":\s*decimal",
    "float": r":\s*float",
    "text": r":\s*text",
    "boolean": r":\s*boolean",
    "date": r"time\s+\w+\s*:\s*date",
    "timestamp": r"time\s+\w+\s*:\s*timestamp",
    "duration": r"_at - \w",
    "a date with its format": r':\s*date\s+"',
    "a value that may not convert: or null": r"\bor null\b",
    "sum of money: its currency": r"sum\(\w+\.(?:amount|net|revenue)",
    "a ratio: one unit per another": r"metric \w+[^=\n]*=\s*\w+ / \w+",
    "a share of counts": r"\brate\(",
    "as share": r"\bas share\b",
    "as number": r"\bas number\b",
    "as a currency": r"\bas (?:USD|EUR)\b",
    "points: a difference of shares": r"\bpoints\b",
    "growth": r"\bgrowth\(",
    "avg over members": r"\bavg\(\w+ per ",
    "count over members": r"\bcount\([^)\n]* per ",
    "a currency for each row": r"money\((?:order\.)?currency\)",
    "a declared unit": r"^unit ",
    "a declared unit of a metric": r"metric \w+ *(?:\"[^\"]*\")? *: *\w+",
    "domain of a text": r":\s*text in \(",
    "empty": r"\bempty 0\b",
    "better": r"\bbetter (?:higher|lower)",
    "status": r"\bstatus (?:draft|proposed|certified|deprecated)",
    "replaced by": r"\breplaced by\b",
    "labels in other languages": r"\blabel [a-z]{2}\b",
    "facets": r"^facet ",
}
"""What is said of kinds, units and properties, by what it looks like in a definition or a query."""

WITHOUT_A_CASE = {
    "null turned into a value",  # in tests/analysis/test_hints.py alone
    "duplicates by canonical form",  # in tests/analysis/test_hints.py alone
    "a value that may not convert: or null",  # in tests/engine alone: it needs text files
    "as a currency",
    "a currency for each row",
}
"""In the open: rules that no page of cases shows yet. The list shrinks."""


@frozen
class Said:
    """A case: its place, the codes that it expects, and all that it says."""

    place: str
    codes: frozenset[str]
    text: str


def cases() -> Iterator[Said]:
    for path in case_paths(CASES):
        for case in read_case_file(path).cases:
            for step in case.steps:
                codes = frozenset(problem.code for problem in step.problems or ())
                options = [f"{name} = {value}" for name, value in step.options]
                text = "\n".join([*(file.text for file in case.files), step.query or "", *options])
                yield Said(f"{path.relative_to(CASES).with_suffix('').as_posix()}:{step.line}", codes, text)


ALL = tuple(cases())


def table(rules: dict[str, str], *, codes: bool) -> dict[str, list[str]]:
    """The places of the cases of each rule; of what is said, the files."""
    if codes:
        return {rule: [c.place for c in ALL if code in c.codes] for rule, code in rules.items()}
    files = {p.relative_to(CASES).as_posix(): p.read_text(encoding="utf-8") for p in case_paths(CASES)}
    return {
        rule: [name for name, text in files.items() if re.search(sign, text, re.MULTILINE)]
        for rule, sign in rules.items()
    }


def show(found: dict[str, list[str]]) -> None:
    width = max(map(len, found))
    for number, (rule, places) in enumerate(found.items(), 1):
        print(f"{number:3} {rule:{width}} {len(places):5}  {', '.join(places[:2])}")


@pytest.mark.parametrize(("rules", "codes", "enough"), [(REFUSED, True, 3), (SAID, False, 1)])
def test_each_rule_has_its_cases(rules: dict[str, str], *, codes: bool, enough: int):
    found = table(rules, codes=codes)
    print()
    show(found)
    lacking = {rule for rule, places in found.items() if len(places) < enough}
    assert lacking <= WITHOUT_A_CASE


WORD = re.compile(r'"(?:\\.|[^"\\\n])*"|`[^`\n]*`|#[^\n]*|[^\W\d]\w*|\d[\d.]*|[<>!]=|\S')


def canonical(one: Said, kept: frozenset[str]) -> tuple[str, ...]:
    """What is left of a case when its names and values are any: words of the language, names by number, values by kind."""
    numbers: dict[str, int] = {}
    found = [f"codes {' '.join(sorted(one.codes))}"]
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
    words = Counter(word for one in ALL for word in set(WORD.findall(one.text)))
    declared = {
        name for one in ALL for name in re.findall(r"\b(?:metric|entity|dimension|fact|time) (\w+)", one.text)
    }
    kept = frozenset(word for word in words if word not in declared)
    forms: dict[tuple[str, ...], list[str]] = {}
    for one in ALL:
        if one.codes:
            forms.setdefault(canonical(one, kept), []).append(one.place)
    assert [places for places in forms.values() if len(places) > 1] == []
