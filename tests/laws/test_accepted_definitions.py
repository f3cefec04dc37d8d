"""What the checker accepts never fails in the planner or on an engine: definitions put together without regard to what they mean.

Entities of a generated program are declared again with other words: without a key, with stocks and snapshots, with what is spread
over its days, with dimensions that aggregate children. Metrics and defines over them are any formulas, levels around constants and totals
among them. What is wrong is refused at a place; what is not has rows, the same on each engine.
"""

from collections.abc import Iterator
from copy import copy
from random import Random

import pytest
from attrs import evolve, frozen
from hypothesis import event, given, note, settings
from hypothesis import strategies as st

from metricdsl.syntax import nodes, read
from metricdsl.testing.comparing import differences
from metricdsl.testing.engines import Bench
from metricdsl.testing.generate import Example
from tests.laws.test_accepted_is_answered import (
    DISTANCES,
    OF_DATA,
    PERIODS,
    TRIED,
    Words,
    check,
    errors,
    formula,
    programs,
    question,
    quoted,
)

pytestmark = pytest.mark.timeout(1800)

METRICS, QUESTIONS = 6, 14
RULES = ("last", "last", "first", "avg", "max", "min")
OUTER = ("sum", "avg", "max", "count", "median", "first", "stddev")


@pytest.fixture(scope="module")
def bench():
    with Bench() as made:
        yield made


@frozen
class Written:
    """Definitions as a text."""

    text: str


def varied(example: Example, chance: Random) -> Example:
    """The program with entities declared again in other words, and metrics of them."""
    file = example.files[0]
    entities = [d for d in read(file).value.declarations if isinstance(d, nodes.EntityDecl)]
    again = [
        entity_again(entity, n, file.slice, chance)
        for n, entity in enumerate(chance.sample(entities, min(2, len(entities))))
    ]
    words = Words(evolve(example, model=Written("\n".join([file.text, *again]))))
    parts = [f"define odd_define(m) = {odd('m', words, chance)}"]
    for n in range(METRICS):
        near = narrowed(words, chance)
        inner = odd(formula(near, chance, chance.choice((0, 0, 1))), near, chance)
        written = f"odd_define({inner})" if chance.random() < 0.2 else inner
        ending = chance.choice(("", "", "", " { empty 0 }", " { better lower }", " { minimum 2 }"))
        parts.append(f"metric odd_{n} = {written}{ending}")
    return evolve(example, model=Written("\n".join([file.text, *again, *parts, ""])))


def narrowed(words: Words, chance: Random, said: str = "") -> Words:
    """Most of the time the words of one entity alone, of those that are said: of any two, one seldom reaches the other."""
    if chance.random() < 0.15:
        return words
    again = [word for word in words.entities if "odd_" in word]
    near = copy(words)
    entity = chance.choice([word for word in words.entities if word in said] or again or words.entities)
    own = f"{entity}."
    near.metrics, near.entities = [], [entity]
    near.columns = [column for column in words.columns if column.startswith(own)] or [entity]
    near.facts = [fact for fact in words.facts if fact.startswith(own)] or near.columns
    return near


def entity_again(entity: nodes.EntityDecl, n: int, said, chance: Random) -> str:
    """The entity declared again: members left out, facts that stand or are spread, a snapshot, dimensions of its own."""
    times = [quoted(m.name) for m in entity.members if isinstance(m, nodes.TimeMember) and m.value is None]
    plain = [
        quoted(m.name) for m in entity.members if isinstance(m, nodes.DimensionMember) and m.value is None
    ]
    table = said(entity.source_span) if entity.source_span else quoted(entity.name)
    lines = []
    for member in entity.members:
        if chance.random() < 0.12 and not isinstance(member, nodes.TimeMember):
            continue  # a time that is not declared has the type of the table: in SQLite that of a text
        lines.append(said(member.span) + words_of_fact(member, times, plain, chance))
    if times and chance.random() < 0.25:
        lines.append(f"snapshot by {chance.choice(times)}{per(plain, chance)}")
    if times and chance.random() < 0.3:
        lines.append(f"dimension odd_month = month({chance.choice(times)})")
    if plain and chance.random() < 0.3:
        lines.append(f"where {chance.choice(plain)} is not null")
    if chance.random() < 0.3:
        lines.append(f"dimension odd_children = count({quoted(entity.name)})")
    if chance.random() < 0.3:
        lines.append(f"fact odd_constant = {chance.choice(('1', '0', 'null', '2.5', '7 days'))}")
    body = "\n".join(f"  {line}" for line in lines)
    return f"entity odd_entity_{n} from {table} {{\n{body}\n}}"


def words_of_fact(member: nodes.Member, times: list[str], plain: list[str], chance: Random) -> str:
    """What stands behind a stored fact: nothing, a stock, a spread."""
    if not isinstance(member, nodes.FactMember) or not times:
        return ""
    if member.value is not None or member.stock or member.spread:
        return ""
    kind = chance.random()
    if kind < 0.4:
        return f" stock {chance.choice(RULES)} by {chance.choice(times)}{per(plain, chance)}"
    return f" spread from {chance.choice(times)} to {chance.choice(times)}" if kind < 0.55 else ""


def per(plain: list[str], chance: Random) -> str:
    return f" per {chance.choice(plain)}" if plain and chance.random() < 0.4 else ""


def odd(inner: str, words: Words, chance: Random) -> str:
    """Something around a formula: levels around constants and totals, functions of constants."""
    place = chance.choice((chance.choice(words.columns), *PERIODS))
    constant = chance.choice(("1", "0", "2.5", "30%", "null", "3 days", "today"))
    outer, entity = chance.choice(OUTER), chance.choice(words.entities)
    return chance.choice(
        (
            inner,
            f"({inner} * {constant})",
            f"{outer}({constant} per {place})",
            f"{outer}(total({inner}) per {place})",
            f"{outer}(({inner} - total({inner}, over: {place})) per {place})",
            f"{outer}({inner} per every {place})",
            f"total({constant}, over: {place}) * {inner}",
            f"prior({constant}, {chance.choice(DISTANCES)}) + {constant}",
            f"{outer}(rank({inner}, over: {entity}) per {entity})",
            f"count({entity} having {constant} = {constant})",
            f"count({entity} having total({inner}) >= {inner})",
            f"opening({inner}) / total({inner})",
            f"{outer}(opening({inner}) per ({place}, {chance.choice(PERIODS)}))",
            f"if({inner} = {constant}, {constant}, {inner})",
            f"running({outer}({inner} per {chance.choice(PERIODS)}))",
            f"(({inner}) while {chance.choice(words.columns)} to {chance.choice(words.columns)})",
        )
    )


def asked_of(example: Example, chance: Random) -> Iterator[Example]:
    """Questions of the metrics, each alone and by something, and any questions."""
    words, file = Words(example), example.files[0]
    metrics = [d for d in read(file).value.declarations if isinstance(d, nodes.MetricDecl)][-METRICS:]
    for _ in range(QUESTIONS):
        metric = chance.choice(metrics)
        asked = question(narrowed(words, chance, file.slice(metric.span)), chance, example.asked.today)
        if chance.random() < 0.7:
            asked = evolve(asked, columns=(f"c0: {quoted(metric.name)}",))
        yield example.asking(asked)


@given(example=programs, seed=st.integers(0, 10**9))
@settings(max_examples=16, deadline=None, phases=TRIED)
def test_definitions_that_are_accepted_have_rows(bench: Bench, example: Example, seed: int):
    chance = Random(seed)
    program = varied(example, chance)
    note(program.files[0].text)
    told = bench.check(program.files, program.tables, program.settings)
    for problem in told.problems:
        assert problem.span is not None, problem.message()
    for one in asked_of(program, chance):
        answer = check(bench, "duckdb", one)
        event("refused" if errors(answer) else "answered")
        if errors(answer):
            continue
        same = check(bench, "sqlite", one)
        if not OF_DATA & {*errors(same)} and "D" not in {code[0] for code in errors(same)}:
            assert errors(same) == []
            assert differences(same.columns, same.rows, answer.columns, answer.rows) == []
