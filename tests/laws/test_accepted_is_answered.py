"""What the checker accepts never fails in the planner or on an engine.

Questions are put together from the words of a generated program without regard to what they mean: many are refused, each at a
place. What is not refused has rows, and on each engine the same ones.
"""

from random import Random

import pytest
from attrs import evolve
from hypothesis import Phase, event, given, note, settings
from hypothesis import strategies as st

from metricdsl.diagnostics import Severity
from metricdsl.syntax import nodes, read
from metricdsl.testing.comparing import differences
from metricdsl.testing.engines import Answer, Bench
from metricdsl.testing.generate import Asked, Example, examples, nested_examples

pytestmark = pytest.mark.timeout(1800)

# A question that breaks the law is told as it is: to make it smaller takes minutes.
QUESTIONS = 25
TRIED = (Phase.explicit, Phase.reuse, Phase.generate)
PERIODS = ("day", "week", "month", "quarter", "year")
DISTANCES = ("1 day", "28 days", "52 weeks", "1 month", "1 year")
RANGES = ("", "", "2024", "2024-Q1", "2024-12 to 2025-01", "last 12 months")
# Of data, not of the question: a key that is there twice, a stored value that is not of its type, a number out of range.
OF_DATA = {"X708", "X716", "X722", "X730"}
OF_THE_ENGINE = "X720"
programs = st.one_of(examples(), nested_examples())


@pytest.fixture(scope="module")
def bench():
    with Bench() as made:
        yield made


def quoted(name: str) -> str:
    return f"`{name}`"


class Words:
    """The words of a program, as they can be written in a question."""

    def __init__(self, example: Example) -> None:
        found = read(example.files[0]).value.declarations
        self.metrics = [quoted(d.name) for d in found if isinstance(d, nodes.MetricDecl)]
        self.entities = [quoted(d.name) for d in found if isinstance(d, nodes.EntityDecl)]
        self.columns, self.facts = [], []
        for one in found:
            for member in one.members if isinstance(one, nodes.EntityDecl) else ():
                name = getattr(member, "name", None)
                if name is not None:
                    word = f"{quoted(one.name)}.{quoted(name)}"
                    (self.facts if isinstance(member, nodes.FactMember) else self.columns).append(word)
        self.columns += self.entities
        self.facts = self.facts or self.columns


def formula(words: Words, chance: Random, depth: int) -> str:
    """Any formula of these words, right or wrong; units are dropped most of the time, or hardly any two would add."""
    if depth == 0:
        entity = chance.choice(words.entities)
        column, until, fact = (
            chance.choice(words.columns),
            chance.choice(words.columns),
            chance.choice(words.facts),
        )
        simple = (
            *words.metrics,
            f"count({entity})",
            f"{chance.choice(('sum', 'avg', 'min', 'max', 'median'))}({fact})",
            f"count(distinct {column})",
            f"count({entity}) while {column} to {until}",
        )
        return f"({chance.choice(simple)}{chance.choice(('', ' as number', ' as number'))})"
    inner, other = formula(words, chance, depth - 1), formula(words, chance, 0)
    column = chance.choice(words.columns)
    place, period, distance = (
        chance.choice((column, *PERIODS)),
        chance.choice(PERIODS),
        chance.choice(DISTANCES),
    )
    return chance.choice(
        (
            f"({inner} {chance.choice('+-*/')} {other})",
            f"{chance.choice(('prior', 'growth', 'trailing'))}({inner}, {distance})",
            f"{chance.choice(('to_date', 'at_start'))}({inner}, {period})",
            f"{chance.choice(('running', 'opening', 'total', 'abs'))}({inner})",
            f"total({inner}, over: {place})",
            f"share({inner}, of: {place})",
            f"{chance.choice(('rank', 'rank_share'))}({inner}, over: {place})",
            f"{chance.choice(('avg', 'sum', 'max', 'count', 'median'))}({inner} per {place})",
            f"{chance.choice(('avg', 'first'))}({inner} per every {place})",
            f"({inner} where {column} is {chance.choice(('', 'not '))}null)",
            f"({inner} at {column})",
            f"if({inner} > 1, {inner}, {other})",
            f"coalesce({inner}, 0)",
            f"count({chance.choice(words.entities)} having {inner} >= 1)",
        )
    )


def question(words: Words, chance: Random, today: str) -> Asked:
    """A question of these words."""
    columns = [
        f"c{n}: {formula(words, chance, chance.choice((0, 1, 1, 2, 3)))}"
        for n in range(chance.choice((1, 1, 2)))
    ]
    places = [chance.choice((chance.choice(PERIODS), chance.choice(words.columns))) for _ in columns]
    asked = Asked(tuple(columns), tuple(dict.fromkeys(places[: chance.randrange(3)])), today=today)
    asked = evolve(asked, during=chance.choice(RANGES), fill=chance.random() < 0.3)
    if chance.random() < 0.2:
        asked = evolve(asked, having=f"({formula(words, chance, 1)}) > 1")
    return asked


def errors(answer: Answer) -> list[str]:
    return [p.code for p in answer.problems if p.severity is Severity.ERROR]


@given(example=programs, seed=st.integers(0, 10**9))
@settings(max_examples=8, deadline=None, phases=TRIED)
def test_what_is_accepted_has_rows(bench: Bench, example: Example, seed: int):
    chance, words = Random(seed), Words(example)
    asked = [example.asking(question(words, chance, example.asked.today)) for _ in range(QUESTIONS)]
    answered = [(one, check(bench, "duckdb", one)) for one in asked]
    for one, answer in answered:
        event("refused" if errors(answer) else "answered")
        if errors(answer):
            continue
        same = check(bench, "sqlite", one)
        if not OF_DATA & {*errors(same)} and "D" not in {code[0] for code in errors(same)}:
            note(one.case)
            assert errors(same) == []
            assert differences(same.columns, same.rows, answer.columns, answer.rows) == []


def check(bench: Bench, engine: str, example: Example) -> Answer:
    """The answer of an engine: rows, or problems each at its place, and never one of the engine."""
    note(f"{engine}: {example.asked.text}")
    answer = bench.ask(engine, example.files, example.tables, example.asked.text, example.settings)
    for problem in answer.problems:
        assert problem.code != OF_THE_ENGINE, (problem.message(), example.case)
        assert problem.span is not None or problem.code[0] == "X", problem.message()
    return answer
