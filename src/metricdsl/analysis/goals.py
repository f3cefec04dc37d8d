"""Goals: one metric compared with a value of its unit, for a period that is one, in groups that it reaches."""

from attrs import evolve

from metricdsl.analysis.analysis import Analysis
from metricdsl.analysis.asked import asked_of, column
from metricdsl.analysis.directory import Declared
from metricdsl.analysis.goal_sides import VALUES, metric_of, sides_of
from metricdsl.analysis.literals import signed
from metricdsl.analysis.params import WORDS
from metricdsl.analysis.properties import said
from metricdsl.analysis.world import Work
from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.problem import Edit
from metricdsl.diagnostics.problems.formulas import WrongArguments
from metricdsl.diagnostics.problems.goals import GoalSetTwice, GoalWithoutBetter, NotAGoal
from metricdsl.diagnostics.problems.periods import ImpossiblePeriod
from metricdsl.diagnostics.problems.shares_and_numbers import NumberBesideShare
from metricdsl.diagnostics.problems.types import NeverHolds
from metricdsl.model.metric import Metric
from metricdsl.model.unit import Form
from metricdsl.syntax import nodes
from metricdsl.syntax.format_formula import flat

GOAL_WORDS = (*WORDS, "status", "warn")
UPWARDS = {">", ">="}
SAID = {">": "above", ">=": "at least", "<": "below", "<=": "at most"}


def check_goals(analysis: Analysis) -> list[Problem]:
    """The problems of all goals."""
    found: list[Problem] = []
    set_before: dict[object, nodes.GoalDecl] = {}
    for declared in analysis.world.directory.unnamed:
        node = declared.node
        if isinstance(node, nodes.GoalDecl):
            work = Work(analysis.world, analysis.need)
            said(work, node.properties, declared.scope, GOAL_WORDS)
            _goal(analysis, work, declared, node, set_before)
            found.extend(work.problems)
    return found


def _goal(
    analysis: Analysis,
    work: Work,
    declared: Declared,
    node: nodes.GoalDecl,
    set_before: dict[object, nodes.GoalDecl],
) -> None:
    comparison = sides_of(work, declared, node)
    if comparison is None:
        return
    name, sides = comparison
    values = [value for _, value in sides]
    metric = metric_of(work, declared, name)
    more = [node.start.value] if node.start is not None else []
    warn = _warn(work, node)
    more += [] if warn is None else [warn]
    columns = [column(node.target)]
    if metric is not None:
        columns += [column(_compared(name, value)) for value in more]
    query = nodes.Query(
        columns=tuple(evolve(c, name=f"value {i}") for i, c in enumerate(columns)),
        by=tuple(nodes.Grouping(value=key, text=key.text, span=key.span) for key in node.each),
        where=node.where,
        during=_standing(work, node.during),
        span=node.span,
    )
    asked_of(analysis, work, query, declared.scope)
    if metric is None:
        return
    # A goal that nobody can meet is told as one.
    here = node.target.span
    work.problems[:] = [p for p in work.problems if not (isinstance(p, NeverHolds) and p.span == here)]
    _check_range(work, name, node, sides)
    if _check_better(work, name, metric, [sign for sign, _ in sides]):
        before = [] if node.start is None else [("from", node.start.value)]
        _check_before(work, sides, [*before, *([] if warn is None else [("warn", warn)])])
    for value in [*values, *more]:
        _check_percent(work, name, metric, value)
    key = (metric.name, node.during, node.where, frozenset(key.parts for key in node.each))
    first = set_before.setdefault(key, node)
    if first is not node:
        work.report(GoalSetTwice(metric=name.text, first=first.name_span, span=node.target.span))


def _warn(work: Work, node: nodes.GoalDecl) -> nodes.Expr | None:
    """The value from which a goal is in danger."""
    for one in node.properties:
        if one.word == "warn":
            value = one.values[0]
            if len(one.values) == 1 and isinstance(value, (*VALUES, nodes.Negation, nodes.Name)):
                return value
            text = "`warn` takes one value, as in `warn 27%`"
            work.report(WrongArguments(text=text, span=one.span))
    return None


def _compared(name: nodes.Name, value: nodes.Expr) -> nodes.Comparison:
    return nodes.Comparison(first=evolve(name, span=value.span), rest=((">=", value),), span=value.span)


def _standing(work: Work, during: nodes.During | None) -> nodes.During | None:
    """The period of a goal, if it is one that does not move."""
    for end in (during.start, during.end) if during is not None else ():
        if isinstance(end, nodes.Name):
            text = f"{end.text} is no period that a goal can be set for"
            fix = "write it out: 2026, 2026-Q4, 2026-03, 2026-01 to 2026-06"
            work.report(ImpossiblePeriod(text=text, fix=fix, span=end.span))
            return None
    return during


def _check_better(work: Work, name: nodes.Name, metric: Metric, signs: list[str]) -> bool:
    """Whether a goal goes the way that is better for its metric."""
    better = metric.properties.get("better")
    if better is None:
        work.report(GoalWithoutBetter(metric=name.text, span=name.span))
        return False
    if len({sign in UPWARDS for sign in signs}) == 1:
        upwards = signs[0] in UPWARDS
        if better == ("lower" if upwards else "higher",):
            work.report(GoalWithoutBetter(metric=name.text, better=better[0], span=name.span))
            return False
    return True


def _check_range(
    work: Work, name: nodes.Name, node: nodes.GoalDecl, sides: list[tuple[str, nodes.Expr]]
) -> None:
    """A goal between two values leaves some value between them: `10 <= revenue <= 5` is met by none."""
    ends = [(sign, value, found) for sign, value in sides if (found := signed(value)) is not None]
    for sign, value, low in ends:
        for other, limit, high in ends:
            if sign not in UPWARDS or other in UPWARDS or low.type.kind.numeric != high.type.kind.numeric:
                continue
            strict = ">" in {sign, other} or "<" in {sign, other}
            if low.value > high.value or (strict and low.value == high.value):  # type: ignore[operator]
                text = f"no value is {SAID[sign]} {flat(value)} and {SAID[other]} {flat(limit)}: nobody can meet this goal"
                turned = f"{flat(limit)} <= {name.text} <= {flat(value)}"
                edits = (Edit(node.target.span, turned),)
                work.report(NotAGoal(text=text, fix=f"write `{turned}`", edits=edits, span=node.target.span))


def _check_before(
    work: Work, sides: list[tuple[str, nodes.Expr]], before: list[tuple[str, nodes.Expr]]
) -> None:
    """What a goal starts from, and where it is in danger, lies before it: `revenue >= 100` from 120 is met at the start."""
    if len(sides) != 1:
        return
    [(sign, target)] = sides
    goal = signed(target)
    for word, value in before:
        found = signed(value)
        if goal is None or found is None or goal.type.unit != found.type.unit:
            continue
        upwards = sign in UPWARDS
        if found.value > goal.value if upwards else found.value < goal.value:  # type: ignore[operator]
            met = "it was met when it was set" if word == "from" else "it is never in danger"
            text = f"`{word} {flat(value)}` lies beyond the goal of {SAID[sign]} {flat(target)}: {met}"
            fix = f"write a value {'below' if upwards else 'above'} {flat(target)} behind `{word}`"
            work.report(NotAGoal(text=text, fix=fix, span=value.span))


def _check_percent(work: Work, name: nodes.Name, metric: Metric, value: nodes.Expr) -> None:
    """A goal of 1 may be one of 1 %. Any other plain number is told where the two are compared."""
    unit = metric.type.unit
    found = signed(value)
    if found is None or not unit.bare or unit.form not in {Form.SHARE, Form.CHANGE}:
        return
    if found.type.unit.form is Form.LITERAL and found.value in (1, -1):
        work.report(NumberBesideShare(metric=name.text, written=f"{found.value}", span=value.span))
