"""Metrics read: formula, type, additivity, and what is said about them."""

from attrs import evolve

from metricdsl.analysis.additivity import additivity
from metricdsl.analysis.agreement import agreed
from metricdsl.analysis.bands import check_band
from metricdsl.analysis.calls import mismatch
from metricdsl.analysis.contexts import map_aggregates
from metricdsl.analysis.directory import Declared
from metricdsl.analysis.empties import hint_differences
from metricdsl.analysis.fingerprint import fingerprint
from metricdsl.analysis.groups import GroupPlace, group
from metricdsl.analysis.measure import too_large
from metricdsl.analysis.overrides import WORD
from metricdsl.analysis.percents import in_percent
from metricdsl.analysis.properties import NAMED_WORDS, Said, said
from metricdsl.analysis.result_functions import refused_inside
from metricdsl.analysis.world import MOST_LEVELS, Place, Result, Work
from metricdsl.analysis.written_types import read_type
from metricdsl.diagnostics.problems.formulas import TooManyLevels
from metricdsl.model.formula import Aggregate, Expression, Named, WithEmpty
from metricdsl.model.metric import Metric
from metricdsl.spi.defs import Mismatch, argument_types
from metricdsl.syntax import nodes


def metric(work: Work, declared: Declared) -> Metric | None:
    """A metric, resolved; None where its formula is wrong."""
    node = declared.node
    assert isinstance(node, nodes.MetricDecl), "sorts follow node classes"
    block = said(work, node.properties, declared.scope, NAMED_WORDS, label=node.label)
    formula = group(work, node.formula, Place(declared.scope), GroupPlace())
    if formula is None:
        _too_many_levels(work, node)
        return None
    if refused_inside(work, formula):
        return None
    if too_large(formula):
        work.report(TooManyLevels(name=node.name, limit=MOST_LEVELS, span=node.name_span))
        return None
    formula = _typed(work, node, declared, formula)
    if formula is None:
        return None
    itself = Named(type=formula.type, span=node.name_span, metric=declared.name, body=formula)
    check_band(work, node.properties, itself)
    hint_differences(work, formula)
    formula = _with_empty(work, formula, block, itself)
    if formula is None:
        return None
    formula = map_aggregates(formula, lambda a: _in_metric(a, declared.name))
    assert formula is not None, "naming fails for no aggregate"
    overridden = work.world.directory.overridden.items()
    instead_of = next((name for name, one in overridden if one.by is declared), "")
    return Metric(
        name=declared.name,
        label=node.label or block.labels.get(""),
        formula=formula,
        type=formula.type,
        additivity=additivity(formula, work.world.registry),
        labels={language: text for language, text in block.labels.items() if language},
        about=block.abouts.get("", next(iter(block.abouts.values()), None)),
        abouts={language: text for language, text in block.abouts.items() if language},
        properties={**block.values, WORD: (instead_of,)} if instead_of else block.values,
        text=declared.text(node.formula.span),
        fingerprint=fingerprint(formula),
        overrides=instead_of,
        span=node.name_span,
    )


def _too_many_levels(work: Work, node: nodes.MetricDecl) -> None:
    """Problems of too many levels, at the name of the metric: the levels are those of all it is made of."""
    deep = [p for p in work.problems if isinstance(p, TooManyLevels)]
    if deep:
        work.problems[:] = [p for p in work.problems if not isinstance(p, TooManyLevels)]
        first = deep[0]
        work.report(
            TooManyLevels(name=node.name, limit=first.limit, defines=first.defines, span=node.name_span)
        )


def _typed(work: Work, node: nodes.MetricDecl, declared: Declared, formula: Expression) -> Result:
    """The formula, its type agreed with the declared one."""
    if node.type is None:
        return formula
    world = work.world
    written = read_type(node.type, declared.scope, world.directory, world.settings.currency, work.problems)
    if written is None:
        return None
    merged = agreed(work, node.name, written, formula.type, node.type.span, states=False)
    if merged is None:
        return None
    return formula if merged == formula.type else evolve(formula, type=merged)


def _with_empty(work: Work, formula: Expression, block: Said, itself: Named) -> Result:
    """The formula with the value that it has where there is no row."""
    if block.empty is None:
        return formula
    if not in_percent(work, "coalesce", (itself, block.empty)):
        return None
    arguments = (formula, block.empty)
    found = work.world.registry.functions["coalesce"].infer(argument_types(arguments))
    if isinstance(found, Mismatch):
        work.report(mismatch(found, arguments, block.empty.span or formula.span))  # type: ignore[arg-type]
        return None
    return WithEmpty(type=formula.type, span=formula.span, body=formula, value=block.empty)


def _in_metric(aggregate: Aggregate, name: str) -> Aggregate:
    return evolve(aggregate, metrics=(*aggregate.metrics, name))
