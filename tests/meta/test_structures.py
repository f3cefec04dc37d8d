"""Each problem of definitions is raised in four ways: plainly, through a `define`, across packages, deep in a formula.

`pytest tests/meta/test_structures.py -s` prints the table: how many cases each code has of each structure.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from typing import get_args

import attrs

from metricdsl.diagnostics import Problem, catalogue
from metricdsl.source import SourceFile, Span
from metricdsl.syntax import nodes, read, read_query
from tests.problem_steps import QUERY, ProblemStep, problem_steps, problems_of

STRUCTURES = ("plain", "define", "packages", "deep")
DEEP = 3  # formulas around the place: `count(x where y)` has two around y
HIGH = 5  # formulas within one another in what the place names, where it is in none: `sum(x where y > 2)` has four
EXCEPTIONS: Mapping[str, Mapping[str, str]] = {
    "plain": {
        "N203": "two packages have the name, and a third uses both",
        "N205": "a package is named in another one",
        "N242": "what is overridden is another package's",
        "N213": "a formula as deep as that, written at once, is S107",
    },
    "define": {
        "G430": "a join stands in an entity, in no formula",
        "L931": "told where the parameter is declared",
        "L932": "told where a name is declared",
        "N205": "a package is named in `use` and before names, not by a formula",
        "N233": "a goal names a metric; what the metric is made of stands elsewhere",
        "N234": "as N233",
        "N235": "words of a block, not formulas",
        "N236": "a calendar has no formula",
        "N237": "as N236",
        "N238": "as N236",
        "N244": "as N236",
        "N240": "told of an entity",
        "T330": "a unit is declared by a name and a number",
    },
    "packages": {},
    "deep": {
        "G430": "a join stands in an entity, in no formula",
        "G431": "as G430",
        "L931": "told where the parameter is declared",
        "L932": "told where a name is declared",
        "N202": "told where a name is declared",
        "N205": "a package is named in `use` and before names, not by a formula",
        "N206": "as N202",
        "N207": "as N202",
        "N233": "a goal names a metric; what the metric is made of stands elsewhere",
        "N234": "as N233",
        "N235": "words of a block, not formulas",
        "N236": "a calendar has no formula",
        "N237": "as N236",
        "N238": "as N236",
        "N244": "as N236",
        "N240": "told of an entity",
        "T306": "a type is declared, in no formula",
        "T330": "a unit is declared by a name and a number",
    },
}
"""The codes for which a structure makes no sense, and why."""
FORMULAS = get_args(nodes.Expr)


@cache
def parsed(name: str, text: str) -> object:
    file = SourceFile.of(name, text)
    return (read_query(file) if name == QUERY else read(file)).value


def depth(here: object, span: Span) -> int:
    """How many formulas there are around a place."""
    if isinstance(here, tuple):
        return max((depth(part, span) for part in here), default=0)
    if not attrs.has(type(here)):
        return 0
    own = getattr(here, "span", None)
    if isinstance(own, Span) and not (own.start <= span.start and span.end <= own.end):
        return 0
    around = isinstance(here, FORMULAS) and own != span
    values = (getattr(here, field.name) for field in attrs.fields(type(here)) if field.name != "span")
    return around + max((depth(value, span) for value in values), default=0)


def calls(here: object) -> Iterator[str]:
    """The names of the functions that are called in something written."""
    if isinstance(here, tuple):
        for part in here:
            yield from calls(part)
    elif attrs.has(type(here)):
        if isinstance(here, nodes.Call):
            yield here.function
        for field in attrs.fields(type(here)):
            yield from calls(getattr(here, field.name))


def height(here: object) -> int:
    """How many formulas there are within one another."""
    if isinstance(here, tuple):
        return max(map(height, here), default=0)
    if not attrs.has(type(here)):
        return 0
    return isinstance(here, FORMULAS) + max(
        (height(getattr(here, field.name)) for field in attrs.fields(type(here))), default=0
    )


def around(one: ProblemStep, place: Span) -> object:
    """The declaration, or the question, that a place is in."""
    if place.file == QUERY:
        return parsed(QUERY, one.texts[QUERY])
    own = (d for d in written(one.texts) if d.span.file == place.file)
    return next((d for d in own if d.span.start <= place.start < d.span.end), None)


def is_deep(one: ProblemStep, place: Span) -> bool:
    """Whether the place is deep in a formula; of a name, a type, a clause: whether the formula is deep."""
    here = around(one, place)
    within = depth(here, place)
    return within >= DEEP or (within == 0 and height(here) >= HIGH)


def written(texts: Mapping[str, str]) -> list[nodes.Declaration]:
    return [d for name, text in texts.items() if name != QUERY for d in parsed(name, text).declarations]


def by_a_define(one: ProblemStep, place: Span) -> bool:
    """Whether the place is in what calls a `define`, or in a `define` that is called."""
    everything = written(one.texts)
    known = {d.name for d in everything if isinstance(d, nodes.DefineDecl)}
    here = around(one, place)
    if isinstance(here, nodes.DefineDecl):
        rest = [d for d in everything if d is not here]
        query = parsed(QUERY, one.texts[QUERY]) if QUERY in one.texts else None
        return here.name in {called.rpartition(".")[2] for called in calls((*rest, query))}
    return bool(known & {called.rpartition(".")[2] for called in calls(here)})


def structures(one: ProblemStep, problem: Problem) -> set[str]:
    """What a problem of a case is raised through."""
    place = problem.span
    packages = {parsed(n, t).package for n, t in one.texts.items() if n != QUERY}
    found = set()
    if by_a_define(one, place):
        found.add("define")
    if len(packages) > 1:
        found.add("packages")
    if is_deep(one, place):
        found.add("deep")
    return found or {"plain"}


@cache
def table() -> Mapping[str, Counter[str]]:
    # Tests of the catalogue itself declare problems of their own in the same process: those are not the product's.
    ours = (code for code, cls in catalogue().items() if cls.__module__.startswith("metricdsl."))
    found: dict[str, Counter[str]] = {code: Counter() for code in ours if code[0] in "NTGL"}
    for one in problem_steps():
        told = {(p.code, p.text) for p in one.step.problems or ()}
        for problem in problems_of(one.texts, one.step):
            if problem.code in found and problem.span and (problem.code, place_of(one, problem)) in told:
                found[problem.code].update(structures(one, problem))
    return found


def place_of(one: ProblemStep, problem: Problem) -> str:
    return one.texts[problem.span.file][problem.span.start : problem.span.end]


def test_each_code_in_each_structure():
    lacking = set()
    for code, counts in table().items():
        print(code, *(f"{s} {counts[s]:3}" if counts[s] else f"{s}  --" for s in STRUCTURES))
        lacking |= {(code, one) for one in STRUCTURES if not counts[one]}
    assert lacking == {(code, one) for one, codes in EXCEPTIONS.items() for code in codes}
