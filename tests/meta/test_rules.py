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
from tests.meta.test_every_code import in_tests

CASES = Path(__file__).resolve().parent.parent / "cases"

REFUSED = {
    "5.1 fan-out": ("G401",),
    "5.1 a parent's facts summed from the child": ("G405",),
    "5.2 unreachable dimension or filter": ("G403",),
    "5.2 dimensions that end at different entities": ("G412",),
    "5.3 tied paths": ("G404",),
    "5.4 summing a ratio, an average, a percentile, a growth": ("G414",),
    "5.5 summing a stock over time, or distinct counts": ("G417",),
    "5.5 the opening of a flow": ("G416",),
    "5.6 a grain that does not nest with the cell; week shifted by a year": ("G415",),
    "5.6 a grain finer than the time": ("G409",),
    "5.6 a period without a time": ("G406",),
    "5.7 units that do not add": ("T302",),
    "5.7 mixed currencies": ("T304",),
    "5.7 kinds that do not fit": ("T301",),
    "5.8 a top-level per": ("G413",),
    "5.8 a column outside of an aggregate": ("G407",),
    "5.8 an aggregate of no single home": ("G408",),
    "5.8 an aggregate of a metric": ("G410",),
    "5.9 a goal without better": ("N233",),
    "5.9 a goal in another unit": ("T331",),
    "5.10 average of a percentage fact": ("T307",),
    "5.11 null turned into a value": ("L902",),
    "5.11 a side that may be empty": ("L901",),
    "5.11 a time that moves nothing": ("L905",),
    "5.12 circular metrics": ("N204",),
    "5.12 unknown names": ("N201",),
    "5.12 duplicates by name": ("N202",),
    "5.12 duplicates by canonical form": ("L904",),
    "5.12 names that look alike": ("N206",),
    "5.12 a clash of packages": ("N203",),
    "5.12 a word that is no property": ("N208",),
    "5.12 deprecated": ("N214",),
    "5.13 a column, or a table, that is not there": ("X701", "X702", "X731"),
    "5.13 a type that differs from the table's": ("X717",),
    "3.2 an ambiguous date column": ("X707",),
    "3.2 a value that does not convert": ("X706",),
    "3.2 a counted null": ("X721",),
    "3.3 a type that is unknown": ("T306",),
    "3.3 a value outside of its domain": ("T309",),
    "3.14 declared and inferred differ": ("T303",),
}
"""What is refused or hinted at, by the codes that say so: rows of section 5 of the language (what is refused), lines of section 3
(kinds and units)."""

SAID = {
    "3.1 integer": r"fact\s+\w+\s*:\s*integer",
    "3.1 decimal": r":\s*decimal",
    "3.1 float": r":\s*float",
    "3.1 text": r":\s*text",
    "3.1 boolean": r":\s*boolean",
    "3.1 date": r"time\s+\w+\s*:\s*date",
    "3.1 timestamp": r"time\s+\w+\s*:\s*timestamp",
    "3.1 duration": r"_at - \w",
    "3.2 a date with its format": r':\s*date\s+"',
    "3.2 a value that may not convert: or null": r"\bor null\b",
    "3.3 domain of a text": r":\s*text in \(",
    "3.4 sum of money: its currency": r"sum\(\w+\.(?:amount|net|revenue)",
    "3.5 a ratio: one unit per another": r"metric \w+[^=\n]*=\s*\w+ / \w+",
    "3.6 a share of counts": r"\brate\(",
    "3.6 as share": r"\bas share\b",
    "3.7 points: a difference of shares": r"\bpoints\b",
    "3.8 growth": r"\bgrowth\(",
    "3.9 avg over members": r"\bavg\(\w+ per ",
    "3.9 count over members": r"\bcount\([^)\n]* per ",
    "3.10 a number beside a unit, stated": r"\bas number\) [+-] \d|\d as (?:USD|EUR)\b",
    "3.11 a currency for each row": r"money\((?:order\.|\w+\.)?(?:currency|paid_in)\)",
    "3.12 a duration by its unit": r"/ 1 (?:day|hour|minute)\b",
    "3.13 a declared unit of a metric": r"metric \w+ *(?:\"[^\"]*\")? *: *\w+",
    "3.14 a declared unit": r"^unit ",
    "3.15 as number": r"\bas number\b",
    "3.15 as a currency": r"\bas (?:USD|EUR)\b",
    "3.16 empty": r"\bempty 0\b",
    "3.16 better": r"\bbetter (?:higher|lower)",
    "3.16 status": r"\bstatus (?:draft|proposed|certified|deprecated)",
    "3.16 replaced by": r"\breplaced by\b",
    "3.16 minimum": r"\bminimum \d",
    "3.16 labels in other languages": r"\blabel [a-z]{2}\b",
    "3.16 facets": r"^facet ",
}
"""What is said of kinds, units and properties, by what it looks like in a definition or a query: lines of section 3."""


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


def refused() -> dict[str, list[str]]:
    """The places of the cases of each rule that refuses or hints: of what needs files and connections, the tests."""
    tests = tuple(in_tests())
    return {
        rule: [case.place for case in ALL if case.codes.intersection(codes)]
        + [test for code, test in tests if code[0] == "X" and code in codes]
        for rule, codes in REFUSED.items()
    }


def said() -> dict[str, list[str]]:
    """The case files of what is said."""
    files = {p.relative_to(CASES).as_posix(): p.read_text(encoding="utf-8") for p in case_paths(CASES)}
    return {
        rule: [name for name, text in files.items() if re.search(sign, text, re.MULTILINE)]
        for rule, sign in SAID.items()
    }


@pytest.mark.parametrize(("found", "enough"), [(refused(), 3), (said(), 1)], ids=["refused", "said"])
def test_each_rule_has_its_cases(found: dict[str, list[str]], enough: int):
    width = max(map(len, found))
    print()
    for rule, places in found.items():
        print(f"{rule:{width}} {len(places):5}  {', '.join(places[:2])}")
    assert [rule for rule, places in found.items() if len(places) < enough] == []


def test_the_table_has_every_row():
    """Section 5 of the language has thirteen rows, section 3 sixteen lines: kinds, formats, declared types, units, properties."""
    rows = {rule.split(" ")[0] for rule in (*REFUSED, *SAID)}
    assert rows >= {f"5.{row}" for row in range(1, 14)}
    assert rows >= {f"3.{line}" for line in range(1, 17)}


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
