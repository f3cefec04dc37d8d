"""Baselines: what a metric is compared with, as a formula of its own; and a formula looked at in a period that stands still.

baseline revenue = prior(revenue, 1 year)          baseline(revenue)  →  prior(revenue, 1 year)
"""

from collections.abc import Callable, Iterator

from attrs import evolve

from metricdsl.analysis.defines import opened_argument
from metricdsl.analysis.directory import Declared, Directory
from metricdsl.analysis.periods import Wrong, during
from metricdsl.analysis.world import Place, Result, Work
from metricdsl.diagnostics.problems.baselines import NoBaseline
from metricdsl.diagnostics.problems.formulas import WrongArguments
from metricdsl.diagnostics.problems.periods import ImpossiblePeriod
from metricdsl.model.formula import Constant, Detached, Expression, Named, Over
from metricdsl.model.period import Period
from metricdsl.model.request import Context
from metricdsl.syntax import nodes

Read = Callable[[nodes.Expr, Place], Result]
"""Reads a formula of groups."""


def baseline_of(directory: Directory, metric: str) -> Declared | None:
    """The baseline that is declared for a metric, the first of them."""
    return next((declared for declared, name in declared_baselines(directory) if name == metric), None)


def baselines(directory: Directory) -> tuple[str, ...]:
    """The metrics that have a baseline."""
    return tuple(dict.fromkeys(name for _, name in declared_baselines(directory) if name))


def declared_baselines(directory: Directory) -> Iterator[tuple[Declared, str]]:
    """All baselines, each with the full name of its metric; "" where there is none."""
    for declared in directory.unnamed:
        if isinstance(declared.node, nodes.BaselineDecl):
            parts = declared.node.metric.parts
            found = directory.lookup(declared.scope, parts)
            is_metric = isinstance(found, tuple) and found[0].sort == "metric" and found[1] == len(parts)
            yield declared, found[0].name if is_metric and isinstance(found, tuple) else ""


def baseline_function(work: Work, node: nodes.Call, place: Place, read: Read) -> Result:
    """`baseline(m)`: of a metric by its name."""
    given = node.arguments
    body = read(given[0].value, place) if given else None
    if len(given) != 1 or given[0].name is not None or given[0].distinct or not isinstance(body, Named):
        if body is not None or not given:
            text = "baseline takes a metric by its name: a baseline is declared for that"
            work.report(WrongArguments(text=text, fix="write baseline(revenue)", span=node.span))
        return None
    directory = work.world.directory
    if baseline_of(directory, body.metric) is None:
        short = body.metric.rpartition(".")[2]
        others = tuple(name.rpartition(".")[2] for name in baselines(directory))
        work.report(NoBaseline(metric=short, others=others, span=node.span))
        return None
    found: Result = work.ask(("baseline", body.metric))
    return None if found is None else _nullable(found)


def baseline_of_column(work: Work, node: nodes.Expr, place: Place, read: Read) -> Expression | None:
    """The baseline of a column that is a metric by its name, its words of context around it; None of all others."""
    written = _baseline_written(work, node, place)
    return None if written is None else read(written, place)


def has_baseline(work: Work, node: nodes.Expr, place: Place) -> bool:
    """Whether a column is a metric by its name that has a baseline."""
    return _baseline_written(work, node, place) is not None


def _baseline_written(work: Work, node: nodes.Expr, place: Place) -> nodes.Expr | None:
    match node:
        case nodes.InContext(body=body):
            inner = _baseline_written(work, body, place)
            return None if inner is None else evolve(node, body=inner)
        case nodes.Name():
            found = work.world.directory.lookup(place.scope, node.parts)
            known = isinstance(found, tuple) and found[0].sort == "metric"
            if not known or baseline_of(work.world.directory, found[0].name) is None:  # type: ignore[index]
                return None
            argument = nodes.Argument(value=node, span=node.span)
            return nodes.Call(
                function="baseline", function_span=node.span, arguments=(argument,), span=node.span
            )
        case _:
            return None


def during_function(work: Work, node: nodes.Call, place: Place, read: Read) -> Result:
    """`during(m, 2025)`, `during(m, 2025-01, 2025-06)`: a formula in a period of its own."""
    given = node.arguments
    if not 2 <= len(given) <= 3 or any(a.name is not None or a.distinct for a in given):
        text = "during takes a formula, and a period behind it or the first and the last of several"
        fix = "write during(revenue, 2025), or during(revenue, 2025-01, 2025-06)"
        work.report(WrongArguments(text=text, fix=fix, span=node.span))
        return None
    body = read(given[0].value, place)
    period = _period(work, [opened_argument(a.value, place)[0] for a in given[1:]], node)
    if body is None or period is None:
        return None
    return Detached(type=body.type, span=node.span, body=body, over=Over(during=period))


def _period(work: Work, ends: list[nodes.Expr], node: nodes.Call) -> Period | None:
    moving = next((end for end in ends if isinstance(end, nodes.Name)), None)
    if moving is not None:
        text = f"{moving.text} is no period that stands still"
        fix = (
            "write it out: 2025, 2025-Q4, 2025-03, 2025-03-31; what moves with the period asked for is `to_date(m, year)`,"
            " `prior(m, 1 year)`, `trailing(m, 28 days)`"
        )
        work.report(ImpossiblePeriod(text=text, fix=fix, span=moving.span))
        return None
    written = nodes.During(start=ends[0], end=ends[1] if ends[1:] else None, span=node.span)
    setting = Context(today=work.today, week_start=work.world.settings.week_start)
    found = during(written, setting)
    if isinstance(found, Wrong):
        work.report(found.problem)
        return None
    return found


def _nullable(found: Expression) -> Expression:
    if isinstance(found, Constant):
        return found
    return evolve(found, type=evolve(found.type, nullable=True))
