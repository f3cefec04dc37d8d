"""Laws of what is inferred, on generated programs: order, names and the way a metric is written change nothing."""

import re
from random import Random

import pytest
from hypothesis import Phase, given, note, settings
from hypothesis import strategies as st

from metricdsl import analysis
from metricdsl.model.semantic_model import SemanticModel
from metricdsl.model.settings import Settings
from metricdsl.plugins import builtin_registry
from metricdsl.source import SourceFile
from metricdsl.syntax import nodes, read
from metricdsl.testing.generate import Example, examples, nested_examples

pytestmark = pytest.mark.timeout(900)

REGISTRY = builtin_registry()
WORD = re.compile(r'"(?:\\.|[^"\\\n])*"|`[^`\n]*`|#[^\n]*|[^\W\d]\w*')
# A program that breaks a law is told as it is: to make it smaller takes minutes, each try reads it anew.
TRIED = (Phase.explicit, Phase.reuse, Phase.generate)
programs = st.one_of(examples(), nested_examples())


def meaning(*texts: str) -> tuple[SemanticModel, list[str]]:
    """The model of some files, and the codes of what is wrong with them."""
    read_ = [read(SourceFile.of(f"{at}.metric", text)) for at, text in enumerate(texts)]
    assert not [p.message() for one in read_ for p in one.problems]
    outcome = analysis.resolve([one.value for one in read_], REGISTRY, None, Settings())
    return outcome.value.model, sorted(p.code for p in outcome.problems)


def inferred(model: SemanticModel) -> dict[str, tuple]:
    """What is told of each metric, by its name."""
    return {m.name: (m.type, m.additivity, m.fingerprint) for m in model.metrics.values()}


def pieces(example: Example) -> list[tuple[nodes.Declaration, str]]:
    """The declarations of a program, each with its text."""
    source = example.files[0]
    return [(one, source.slice(one.span)) for one in read(source).value.declarations]


def inside(example: Example) -> set[str]:
    """The words inside of entities, and the functions: elsewhere too, such a word may be one of these."""
    entities = [text for one, text in pieces(example) if isinstance(one, nodes.EntityDecl)]
    columns = {word.strip("`") for text in entities for word in WORD.findall(text)}
    return {*columns, *REGISTRY.functions, *REGISTRY.aggregations}


def spelled(example: Example, one: nodes.Declaration) -> str:
    """The name as the program writes it; a word of the language stands in back-quotes, and is no word of the language then."""
    return example.files[0].slice(one.name_span)


def exchanged(text: str, words: dict[str, str]) -> str:
    """The text with some of its words exchanged; texts and comments stay."""
    return WORD.sub(lambda match: words.get(match[0], match[0]), text)


@given(example=programs, chance=st.randoms(use_true_random=False), files=st.integers(1, 4))
@settings(max_examples=8, deadline=None, phases=TRIED)
def test_the_order_of_files_and_declarations_changes_nothing(example: Example, chance: Random, files: int):
    texts = [text for _, text in pieces(example)]
    before, wrong = meaning("\n".join(texts))
    chance.shuffle(texts)
    after, wrong_then = meaning(*("\n".join(texts[at::files]) for at in range(files)))
    assert inferred(after) == inferred(before)
    assert after.entities == before.entities
    assert wrong_then == wrong


@given(example=programs)
@settings(max_examples=8, deadline=None, phases=TRIED)
def test_renaming_everything_renames_nothing_else(example: Example):
    columns = inside(example)
    named = (nodes.MetricDecl, nodes.SegmentDecl, nodes.DefineDecl)
    found = [one for one, _ in pieces(example)]
    parameters = {p.name for d in found if isinstance(d, nodes.DefineDecl) for p in d.parameters}
    renamed = [d for d in found if isinstance(d, named) and d.name not in columns | parameters]
    names = {d.name: f"{d.name} renamed" for d in renamed}
    words = {spelled(example, d): f"`{names[d.name]}`" for d in renamed}
    text = example.files[0].text
    note(text)
    before, wrong = meaning(text)
    after, wrong_then = meaning(exchanged(text, words))
    assert {names.get(n, n): told for n, told in inferred(before).items()} == inferred(after)
    assert before.entities.keys() == after.entities.keys()
    assert wrong_then == wrong


@given(example=programs, number=st.integers(0, 100))
@settings(max_examples=8, deadline=None, phases=TRIED)
def test_a_metric_and_its_definition_are_the_same(example: Example, number: int):
    columns = inside(example)
    metrics = [(d, text) for d, text in pieces(example) if isinstance(d, nodes.MetricDecl)]
    plain = [d for d, _ in metrics if not d.properties and d.name not in columns]
    if not plain:
        return
    chosen = plain[number % len(plain)]
    source = example.files[0]
    words = {spelled(example, chosen): f"({source.slice(chosen.formula.span)})"}
    text = "\n".join(
        f"{part[: d.formula.span.start - d.span.start]}{exchanged(part[d.formula.span.start - d.span.start :], words)}"
        if isinstance(d, nodes.MetricDecl) and d is not chosen
        else part
        for d, part in pieces(example)
    )
    note(text)
    before, after = meaning(source.text)[0], meaning(text)[0]
    assert inferred(after) == inferred(before)
