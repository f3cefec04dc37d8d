"""Baselines read: their formulas, that they are of a metric, and one of each."""

from metricdsl.analysis.analysis import Analysis
from metricdsl.analysis.baselines import declared_baselines
from metricdsl.analysis.calls import call
from metricdsl.analysis.directory import Declared
from metricdsl.analysis.groups import GroupPlace, group
from metricdsl.analysis.params import WORDS
from metricdsl.analysis.properties import said
from metricdsl.analysis.world import Place, Result, Work
from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.problems.formulas import WrongArguments
from metricdsl.diagnostics.problems.shared_names import DeclaredTwice
from metricdsl.syntax import nodes


def baseline(work: Work, declared: Declared) -> Result:
    """The formula of a baseline; None where it is wrong."""
    node = declared.node
    assert isinstance(node, nodes.BaselineDecl), "sorts follow node classes"
    said(work, node.properties, declared.scope, (*WORDS, "status"))
    place = Place(declared.scope)
    metric = group(work, node.metric, place, GroupPlace())
    formula = group(work, node.formula, place, GroupPlace())
    if metric is None or formula is None:
        return None
    # A change from the baseline must have a meaning: USD from USD, a share from a share.
    if call(work, "subtract", (metric, formula), node.formula.span) is None:
        return None
    return formula


def check_baselines(analysis: Analysis) -> list[Problem]:
    """What can be told of baselines beside their formulas: that they are of a metric, and one of each."""
    work = Work(analysis.world, analysis.need)
    first: dict[str, Declared] = {}
    for declared, name in declared_baselines(analysis.world.directory):
        node = declared.node
        assert isinstance(node, nodes.BaselineDecl), "sorts follow node classes"
        if not name:
            if group(work, node.metric, Place(declared.scope), GroupPlace()) is not None:
                text = "a baseline is that of a metric, named by its name"
                fix = "give the formula a name with `metric`, and say the baseline of that"
                work.report(WrongArguments(text=text, fix=fix, span=node.metric.span))
            continue
        before = first.setdefault(name, declared)
        if before is not declared:
            work.report(
                DeclaredTwice(
                    name=node.metric.text,
                    sort="baseline",
                    first_sort="baseline",
                    first=before.node.name_span,
                    span=node.name_span,
                )
            )
    return work.problems
