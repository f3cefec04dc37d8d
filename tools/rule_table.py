"""Write docs/reference/rules.md, the rules of the language with cases of each; `--check` tells whether it is up to date.

`python -m tools.rule_table --all` prints how many cases each rule has, and where.
"""

import re
import sys
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

from attrs import frozen

from metricdsl.testing.cases import case_paths, read_case_file
from tests.meta.test_every_code import in_tests

ROOT = Path(__file__).resolve().parents[1]
CASES = ROOT / "tests" / "cases"
PAGE = ROOT / "docs" / "reference" / "rules.md"
SHOWN = 3
SECTIONS = {
    "2": ("What a metric means", "the number of the rule"),
    "3": ("Types and units", "the number of the line"),
    "5": ("What is refused, or hinted at", "the number of the row"),
}
HEAD = """# Rules and their cases

Made from `tools/rules.toml` by `python -m tools.rule_table`, which with `--all` prints every case of every rule.

Each rule that is checked, by its number, with the problems that tell of it and three of its cases: definitions, rows and what
comes of them. A rule has at least three programs that differ.
"""


@frozen(kw_only=True)
class Rule:
    """A rule by its number (`5.7`) and what it says, and how its cases are found."""

    number: str
    says: str
    codes: tuple[str, ...] = ()
    place: str = ""
    sign: str = ""
    under: str = ""
    data: bool = False
    owed: str = ""

    @property
    def name(self) -> str:
        """The number and what it says."""
        return f"{self.number} {self.says}"


@frozen(kw_only=True)
class Found:
    """A case: its page, its title and line there, the problems it expects with their places, and all that it says.

    `own` is its part of the page; before the first case stands what all of them share.
    """

    page: str
    title: str
    line: int
    problems: tuple[tuple[str, str], ...]
    text: str
    own: str

    def raises(self, codes: Iterable[str], place: str = "") -> bool:
        """Whether it expects one of these problems, at a text that has the pattern."""
        return any(code in codes and re.search(place, at) for code, at in self.problems)


@cache
def rules() -> tuple[Rule, ...]:
    """The rules, in their order."""
    read = tomllib.loads((ROOT / "tools" / "rules.toml").read_text(encoding="utf-8"))["rules"]
    return tuple(
        Rule(number=one.pop("rule"), codes=tuple(one.pop("codes", ())), **one) for one in map(dict, read)
    )


@cache
def cases() -> tuple[Found, ...]:
    """All cases, one for each `## ` heading."""
    return tuple(_cases())


def _cases() -> Iterator[Found]:
    for path in case_paths(CASES):
        page = path.relative_to(CASES).as_posix()
        parts = iter(path.read_text(encoding="utf-8").split("\n## ")[1:])
        for case in read_case_file(path).cases:
            told = tuple((p.code, p.text) for step in case.steps for p in step.problems or ())
            options = [f"{name} = {value}" for step in case.steps for name, value in step.options]
            asked = [step.query or "" for step in case.steps]
            text = "\n".join([*(file.text for file in case.files), *asked, *options])
            yield Found(
                page=page, title=case.title, line=case.line, problems=told, text=text, own=next(parts)
            )


def of_rule(rule: Rule) -> list[Found]:
    """The cases of a rule. What is only said on top of a page, before its cases, is one program for all of them."""
    found, told = [], set()
    for case in cases():
        if not case.page.startswith(rule.under) or (rule.codes and not case.raises(rule.codes, rule.place)):
            continue
        if rule.sign:
            sign = re.compile(rule.sign, re.MULTILINE)
            if not sign.search(case.text):
                continue
            if not rule.codes and not sign.search(case.own):
                if case.page in told:
                    continue
                told.add(case.page)
        found.append(case)
    return found


def engine_tests(rule: Rule) -> list[str]:
    """The tests of what needs files and connections, by their file: one for each program."""
    return [test for code, test in _tests() if code in rule.codes] if rule.data else []


@cache
def _tests() -> tuple[tuple[str, str], ...]:
    return tuple(in_tests())


def page() -> str:
    """The page, as Markdown."""
    parts = [HEAD]
    for section, (title, number) in SECTIONS.items():
        parts.append(f"\n## {title}\n\n| {number} | | told by | cases |\n|---|---|---|---|\n")
        parts += [_row(rule) for rule in rules() if rule.number.partition(".")[0] == section]
    return "".join(parts)


def _row(rule: Rule) -> str:
    told = " ".join(f"[{code}](problems.md#{anchors()[code]})" for code in rule.codes)
    says = rule.says.replace("|", "\\|")
    return f"| {rule.number} | {says} | {told} | {_links(rule)} |\n"


def _links(rule: Rule) -> str:
    if rule.owed:
        return f"none yet: {rule.owed}"
    own = [f"[{_cell(case.title)}](../../tests/cases/{case.page})" for case in _chosen(of_rule(rule))]
    files = dict.fromkeys(engine_tests(rule))
    return ", ".join([*own, *(f"[{Path(test).stem}](../../tests/{test})" for test in files)][:SHOWN])


def _chosen(found: list[Found]) -> list[Found]:
    """Three of them, of different pages while there are such."""
    by_page: Mapping[str, list[Found]] = defaultdict(list)
    for case in found:
        by_page[case.page].append(case)
    layers = zip(
        *[[*of_page, *[None] * len(found)][: len(found)] for of_page in by_page.values()], strict=True
    )
    return [case for layer in layers for case in layer if case is not None][:SHOWN]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("[", "\\[").replace("]", "\\]")


@cache
def anchors() -> Mapping[str, str]:
    """Where each problem stands on its page."""
    from metricdsl.diagnostics import catalogue

    return {code: f"{code.lower()}-{cls.slug}" for code, cls in catalogue().items()}


def table() -> str:
    """Every rule with the number of its cases, and where they stand."""
    lines = []
    for rule in rules():
        own, other = of_rule(rule), engine_tests(rule)
        lines.append(f"{rule.name}: {len(own) + len(other) if not rule.owed else rule.owed}")
        lines += [f"    {case.page}:{case.line} {case.title}" for case in own if not rule.owed]
        lines += [f"    {test}" for test in dict.fromkeys(other)]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Write the page; with `--check` compare it, with `--all` print every case."""
    if "--all" in sys.argv[1:]:
        sys.stdout.write(table())
        return 0
    made = page()
    if "--check" in sys.argv[1:]:
        return 0 if PAGE.exists() and PAGE.read_text(encoding="utf-8") == made else 1
    PAGE.write_text(made, encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
