"""Objectives: nodes of a tree of goals, with the metrics they are measured by."""

from collections.abc import Mapping

from metricdsl.analysis.analysis import Analysis
from metricdsl.analysis.directory import OBJECTIVES, Declared
from metricdsl.analysis.naming import named
from metricdsl.analysis.params import WORDS
from metricdsl.analysis.properties import property_text, said
from metricdsl.analysis.world import Work
from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problems.ambiguity import CircularDefinition
from metricdsl.diagnostics.problems.declarations import IncompleteDeclaration
from metricdsl.diagnostics.problems.names import UnknownName
from metricdsl.syntax import nodes

OBJECTIVE_WORDS = (*WORDS, "level", "under", "metrics", "weights", "due", "status")
LEVELS = ("goal", "objective", "strategy", "tactic", "tool")


def check_objectives(analysis: Analysis) -> list[Problem]:
    """The problems of all objectives."""
    found: list[Problem] = []
    above: dict[str, Declared] = {}
    directory = analysis.world.directory
    all_ = [d for d in directory.all("objective") if isinstance(d.node, nodes.ObjectiveDecl)]
    for declared in all_:
        work = Work(analysis.world, analysis.need)
        assert isinstance(declared.node, nodes.ObjectiveDecl), "sorts follow node classes"
        said(work, declared.node.properties, declared.scope, OBJECTIVE_WORDS)
        for one in declared.node.properties:
            _property(work, declared, one, above)
        found.extend(work.problems)
    for declared in all_:
        circle = _circle(declared, above)
        if circle and declared.name == min(circle):
            names = tuple(name.rpartition(".")[2] for name in circle)
            found.append(CircularDefinition(circle=names, span=declared.node.name_span))
    return found


def _property(work: Work, declared: Declared, one: nodes.Property, above: dict[str, Declared]) -> None:
    match one.word:
        case "level":
            for value in one.values:
                text = property_text(value)
                if text not in LEVELS:
                    where = f"among the levels of objectives ({', '.join(LEVELS)})"
                    close = near(text, LEVELS)
                    work.report(UnknownName(name=text, where=where, near=close, span=value.span))
        case "under":
            for value in one.values:
                parent = named(work, declared, value, "objective", OBJECTIVES)
                if parent is not None:
                    above[declared.name] = parent
        case "metrics":
            for value in one.values:
                named(work, declared, value, "metric", "names")
        case "weights":
            _weights(work, declared.node, one)
        case "due":
            if len(one.values) != 1 or not isinstance(one.values[0], nodes.DateLiteral):
                text = "an objective is due on a day"
                fix = "write it year first, as in `due 2026-12-31`"
                work.report(IncompleteDeclaration(text=text, fix=fix, span=one.span))
        case _:
            pass


def _weights(work: Work, node: nodes.Declaration, one: nodes.Property) -> None:
    """Weights are positive numbers, one for each metric."""
    assert isinstance(node, nodes.ObjectiveDecl), "sorts follow node classes"
    metrics = next((len(other.values) for other in node.properties if other.word == "metrics"), 0)
    numbers = [value.value for value in one.values if isinstance(value, nodes.Number) and value.value > 0]
    if len(numbers) != len(one.values) or len(numbers) != metrics:
        text = f"`weights` has a positive number for each of its metrics, which are {metrics}"
        fix = "write as many numbers as metrics, as in `metrics revenue, win_rate  weights 2, 1`"
        work.report(IncompleteDeclaration(text=text, fix=fix, span=one.span))


def _circle(declared: Declared, above: Mapping[str, Declared]) -> tuple[str, ...]:
    """The names from an objective up to itself, or nothing."""
    names: list[str] = []
    here = declared.name
    while here in above and here not in names:
        names.append(here)
        here = above[here].name
    return tuple(names) if names and here == declared.name else ()
