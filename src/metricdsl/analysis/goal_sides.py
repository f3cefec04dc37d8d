"""What a goal compares: a metric named by its name, and a value or two."""

from metricdsl.analysis.directory import Declared
from metricdsl.analysis.world import Work
from metricdsl.diagnostics.problems.goals import NotAGoal
from metricdsl.model.metric import Metric
from metricdsl.syntax import nodes

VALUES = (nodes.Number, nodes.Percent, nodes.DurationLiteral, nodes.DateLiteral)
TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def sides_of(
    work: Work, declared: Declared, node: nodes.GoalDecl
) -> tuple[nodes.Name, list[tuple[str, nodes.Expr]]] | None:
    """The metric of a goal and what it is compared with, as if the metric stood in front."""
    target = node.target
    if not isinstance(target, nodes.Comparison):
        text = "a goal compares a metric with a value"
        work.report(NotAGoal(text=text, span=target.span))
        return None
    operands = [target.first, *(operand for _, operand in target.rest)]
    signs = [sign for sign, _ in target.rest]
    at = [i for i, operand in enumerate(operands) if not _is_value(work, declared, operand)]
    metric = operands[at[0]] if at else None
    if len(at) != 1 or not isinstance(metric, nodes.Name):
        text = "a goal is set for one metric, named by its name"
        fix = "give the formula a name with `metric`, and set the goal for that"
        work.report(NotAGoal(text=text, fix=fix, span=target.span))
        return None
    for sign in signs:
        if sign not in TURNED:
            text = f"with `{sign}` nothing is ahead of the goal or behind it"
            work.report(NotAGoal(text=text, fix="write `>=` or `<=`", span=target.span))
            return None
    place = at[0]
    before = [(TURNED[signs[i]], operands[i]) for i in range(place)]
    behind = [(signs[i - 1], operands[i]) for i in range(place + 1, len(operands))]
    return metric, [*before, *behind]


def _is_value(work: Work, declared: Declared, node: nodes.Expr) -> bool:
    if isinstance(node, nodes.Negation):
        return _is_value(work, declared, node.operand)
    if isinstance(node, nodes.Name):
        found = work.world.directory.lookup(declared.scope, node.parts)
        return isinstance(found, tuple) and found[0].sort == "param"
    return isinstance(node, VALUES)


def metric_of(work: Work, declared: Declared, name: nodes.Name) -> Metric | None:
    """The metric of a goal; None where it is wrong or not there, which has been reported."""
    found = work.world.directory.lookup(declared.scope, name.parts)
    if not isinstance(found, tuple) or found[0].sort != "metric":
        return None
    metric = work.need(("metric", found[0].name))
    return metric if isinstance(metric, Metric) else None
