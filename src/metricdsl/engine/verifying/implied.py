"""The laws that the types imply: a count is never negative, a rate lies between 0 and 1, what is additive adds up."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from functools import reduce
from math import isclose
from operator import add
from typing import Any

from attrs import evolve

from metricdsl.analysis import Analysis
from metricdsl.engine.verifying.laws import Answer, Law, holding
from metricdsl.model.entity import Role
from metricdsl.model.formula import Aggregate
from metricdsl.model.metric import Additivity, Metric
from metricdsl.model.parts import every, without_names
from metricdsl.model.types import Kind
from metricdsl.source import Span
from metricdsl.syntax import nodes

COUNTS = ("count", "count_rows", "count_distinct")
NEAR = 1e-9


def implied_laws(analysis: Analysis) -> Iterator[Law]:
    """The laws of all metrics."""
    for metric in analysis.model.metrics.values():
        if metric.span is not None:
            for rule in RULES:
                yield from rule(metric, metric.span, analysis)


def never_negative(metric: Metric, span: Span, analysis: Analysis) -> Iterator[Law]:
    """A count is never negative."""
    body = without_names(metric.formula)
    if isinstance(body, Aggregate) and body.function in COUNTS:
        yield _bounded(metric, span, analysis, "is never negative", None)


def share_of_rows(metric: Metric, span: Span, analysis: Analysis) -> Iterator[Law]:
    """A rate is a share of rows."""
    body = without_names(metric.formula)
    if isinstance(body, Aggregate) and body.function == "rate":
        yield _bounded(metric, span, analysis, "lies between 0% and 100%", Decimal(1))


def adds_up(metric: Metric, span: Span, analysis: Analysis) -> Iterator[Law]:
    """The groups of an additive metric add up to its total: by a dimension of its rows, and by month."""
    aggregates = [part for part in every(metric.formula) if isinstance(part, Aggregate)]
    homes = {aggregate.home for aggregate in aggregates}
    calculable = metric.type.kind.numeric or metric.type.kind is Kind.DURATION
    if metric.additivity is not Additivity.ADDITIVE or len(homes) != 1 or not calculable:
        return
    (home,) = homes
    columns = analysis.model.entities[home].columns.values()
    dimension = next((c.name for c in columns if c.role is Role.DIMENSION and c.value is None), None)
    names = [] if dimension is None else [(*home.split("."), dimension)]
    if all(aggregate.time is not None for aggregate in aggregates):
        names.append(("month",))
    value = _name(metric.name, span)
    total = nodes.QueryColumn(value=value, text=metric.name, span=span)
    for name in names:
        by = nodes.Grouping(value=nodes.Name(parts=name, span=span), text=".".join(name), span=span)
        yield Law(
            title=f"{metric.name} adds up by {by.text}",
            asked=f"{metric.name} by {by.text}",
            scope=analysis.world.directory.scope_of_query(""),
            queries=(
                nodes.Query(columns=(total,), span=span),
                nodes.Query(columns=(total,), by=(by,), span=span),
            ),
            judge=_adding,
            about=(metric.name, metric.name.rpartition(".")[2]),
            declared=False,
        )


RULES: tuple[Callable[[Metric, Span, Analysis], Iterator[Law]], ...] = (
    never_negative,
    share_of_rows,
    adds_up,
)


def _bounded(metric: Metric, span: Span, analysis: Analysis, said: str, most: Decimal | None) -> Law:
    value = _name(metric.name, span)
    least = nodes.Number(value=Decimal(0), span=span)
    rest: list[tuple[str, nodes.Expr]] = [("<=", value)]
    if most is not None:
        rest.append(("<=", nodes.Number(value=most, span=span)))
    condition = nodes.Comparison(first=least, rest=tuple(rest), span=span)
    scope = analysis.world.directory.scope_of_query("")
    law = holding(f"{metric.name} {said}", metric.name, scope, condition, (), {metric.name: value})
    return evolve(law, about=(metric.name, metric.name.rpartition(".")[2]), declared=False)


def _adding(answers: Sequence[Answer]) -> Answer | None:
    """The groups and the total, where they do not add up; null is nothing."""
    whole, parts = answers
    total = whole.rows[0][-1]
    values = [row[-1] for row in parts.rows if row[-1] is not None]
    added = reduce(add, values) if values else None
    if not total if added is None else total is not None and _alike(total, added):
        return None  # the total of no groups is null, or a count of 0
    column = whole.columns[-1]
    return Answer((column, evolve(column, name="added up")), [(total, added)])


def _alike(one: Any, other: Any) -> bool:
    if isinstance(one, float):
        return isclose(one, float(other), rel_tol=NEAR, abs_tol=NEAR)
    return bool(one == other)


def _name(qualified: str, span: Span) -> nodes.Name:
    return nodes.Name(parts=tuple(qualified.split(".")), span=span)
