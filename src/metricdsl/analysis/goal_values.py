"""The goal of a cell: a choice among the goals set for a metric, by the groupings of the question.

    goal won >= 40 for 2026 each month, owner      by month, owner      if month >= 2026-01-01 and month < 2027-01-01
                                                                        and owner is not null, 40, null

A goal is that of a cell if it is set for exactly its period, its coordinates and its conditions, as each aggregate of the metric
has them; a condition that fixes a dimension to a value (`region = "EU"`) is a coordinate.
"""

from collections.abc import Iterator, Sequence
from datetime import date

from attrs import evolve

from metricdsl.analysis.calls import call, conjunction
from metricdsl.analysis.contexts import Words, conditions
from metricdsl.analysis.directory import Declared
from metricdsl.analysis.goal_periods import Between, Starting, cells_of_goal, finest
from metricdsl.analysis.goal_sides import metric_of, sides_of
from metricdsl.analysis.groupings import Asked
from metricdsl.analysis.periods import Wrong, during
from metricdsl.analysis.world import Place, Result, RowPlace, Work
from metricdsl.diagnostics.problems.formulas import NotInThisVersion
from metricdsl.model.formula import (
    Aggregate,
    Call,
    Constant,
    Expression,
    GoalOf,
    GroupingRef,
    KeyPart,
    PeriodKey,
)
from metricdsl.model.metric import Metric
from metricdsl.model.parts import conjuncts
from metricdsl.model.period import ALL_TIME, Period
from metricdsl.model.period_table import RULE
from metricdsl.model.request import Context
from metricdsl.model.types import DATE, UNKNOWN
from metricdsl.model.unit import Form
from metricdsl.source import Span
from metricdsl.syntax import nodes
from metricdsl.value import frozen

ENDLESS = date.max - date.min


@frozen(kw_only=True)
class Cell:
    """The cells of a question as one aggregate of the metric has them: keys, and all conditions."""

    keys: Sequence[KeyPart]
    where: Expression | None
    alone: Aggregate  # in the metric by itself


@frozen(kw_only=True)
class Cells:
    """The cells of a question: its groupings, its period, and how each aggregate of the metric has them."""

    of: Sequence[Cell]
    refs: Sequence[GroupingRef]
    during: Period
    span: Span


def goal_value(work: Work, goal: GoalOf, metric: Metric, cells: Cells) -> Result:
    """The goal of each cell, null where none is set."""
    otherwise: Expression = Constant(type=evolve(goal.type, nullable=True), value=None, span=cells.span)
    cases: list[Expression] = []
    for declared, node, set_for, value in _goals(work, metric) if cells.of else ():
        held = _held(work, cells, declared, node, set_for)
        if held is None:
            continue
        constant = _with_unit(value, metric, cells.span)
        condition = conjunction(work, held)
        if condition is None:  # it is that of all cells
            otherwise = constant
            break
        cases += [condition, constant]
    return otherwise if not cases else call(work, "case", (*cases, otherwise), cells.span)


def _goals(work: Work, metric: Metric) -> Iterator[tuple[Declared, nodes.GoalDecl, Period, Constant]]:
    """The goals of a metric with their periods and values: those for fewer cells first, then those for a shorter period."""
    from metricdsl.analysis.groups import GroupPlace, group

    found = []
    for declared in work.world.directory.unnamed:
        node = declared.node
        if not isinstance(node, nodes.GoalDecl):
            continue
        trial = Work(work.world, work.need, today=work.today)
        sides = sides_of(trial, declared, node)
        if sides is None or len(sides[1]) != 1:  # between two values there is no one goal
            continue
        named = metric_of(trial, declared, sides[0])
        set_for = period_of_goal(work, node)
        if named is None or named.name != metric.name or set_for is None:
            continue
        value = group(trial, sides[1][0][1], Place(declared.scope), GroupPlace())
        if isinstance(value, Constant):
            found.append((declared, node, set_for, value))
    yield from sorted(found, key=lambda one: (len(one[1].each), length_of(one[2])))


def length_of(period: Period) -> int:
    """How many days a period is long; one without an end is the longest."""
    if period.start is None or period.end is None:
        return ENDLESS.days
    return (period.end - period.start).days


def period_of_goal(work: Work, node: nodes.GoalDecl) -> Period | None:
    """The period that a goal is set for."""
    if node.during is None:
        return ALL_TIME
    setting = Context(today=work.today, week_start=work.world.settings.week_start)
    found = during(node.during, setting)
    return None if isinstance(found, Wrong) else found


def _with_unit(value: Constant, metric: Metric, span: Span) -> Constant:
    unit = metric.type.unit if value.type.unit.form is not Form.SHARE else value.type.unit
    return evolve(value, type=evolve(value.type, unit=unit, nullable=True), span=span)


def _held(
    work: Work, cells: Cells, declared: Declared, node: nodes.GoalDecl, set_for: Period
) -> list[Expression] | None:
    """What must hold in a cell for a goal to be that of the cell; None where it is that of none."""
    held: dict[Expression, None] = {}
    for cell in cells.of:
        each = groups_of_goal(work, cell.alone, declared, node)
        if each is None:
            return None
        in_time = _in_time(work, cells, cell, set_for, each)
        in_place = _in_place(work, cells, cell, declared, node, each)
        if in_time is None or in_place is None:
            return None
        held.update(dict.fromkeys((*in_time, *in_place)))
    return list(held)


def groups_of_goal(
    work: Work, alone: Aggregate, declared: Declared, node: nodes.GoalDecl
) -> list[KeyPart] | None:
    """What a goal is set for each of, as an aggregate has it."""
    found: list[KeyPart] = []
    trial = Work(work.world, work.need)
    for key in node.each:
        grouping = nodes.Grouping(value=key, text=key.text, span=key.span)
        parts = Asked(key.text, grouping, Place(declared.scope)).keys(trial, alone)
        if parts is None:
            return None
        found.extend(parts)
    return found


# ---------------------------------------------------------------- its period


def _in_time(
    work: Work, cells: Cells, cell: Cell, set_for: Period, each: Sequence[KeyPart]
) -> list[Expression] | None:
    """What must hold of the periods of a cell; None where they are never those of the goal."""
    grains = [part.grain for part in each if isinstance(part, PeriodKey)]
    own = {part.grain: i for i, part in enumerate(cell.keys) if isinstance(part, PeriodKey)}
    grain, wanted = finest(tuple(own)), finest(grains)
    if (own and grain is None) or (grains and wanted is None):
        of_calendar = any(RULE in grain for grain in (*own, *grains))
        word = (
            "goal(…) by the periods of a calendar"
            if of_calendar
            else "goal(…) of weeks that are cut by months"
        )
        work.report(NotInThisVersion(word=word, span=cells.span))
        return None
    found = cells_of_goal(cells.during, grain, set_for, wanted, work.world.settings.week_start)
    if grain is None or found is None:
        return None if found is None else []
    ref = _ref(cells, own[grain])
    match found:
        case Between(start=start, end=end):
            held = [_call(work, "not", _call(work, "is_null", ref))]
            held += [] if start is None else [_call(work, "at_least", ref, _day(start, cells.span))]
            held += [] if end is None else [_call(work, "less", ref, _day(end, cells.span))]
            return held
        case Starting(days=(day,)):
            return [_call(work, "equal", ref, _day(day, cells.span))]
        case Starting(days=days):
            return [_call(work, "or", *(_call(work, "equal", ref, _day(day, cells.span)) for day in days))]


# ---------------------------------------------------------------- its coordinates and conditions


def _in_place(
    work: Work,
    cells: Cells,
    cell: Cell,
    declared: Declared,
    node: nodes.GoalDecl,
    each: Sequence[KeyPart],
) -> list[Expression] | None:
    """What must hold of the coordinates of a cell; None where it has others than the goal, or other conditions."""
    found = coordinates(work, cell, declared, node, each)
    if found is None:
        return None
    held: list[Expression] = []
    for index, values in found.items():
        ref = _ref(cells, index)
        held += [_call(work, "equal", ref, value) for value in values]
        held += [] if values else [_call(work, "not", _call(work, "is_null", ref))]
    return held


def coordinates(
    work: Work, cell: Cell, declared: Declared, node: nodes.GoalDecl, each: Sequence[KeyPart]
) -> dict[int, list[Constant]] | None:
    """The values that the groupings of a cell must have for a goal to be its own, by their place: without one any member, but a member.

    None where the cell has other coordinates than the goal, or other conditions.
    """
    own = conjuncts(cell.alone.where)
    there, more = _fixed(c for c in conjuncts(cell.where) if c not in own)
    set_, wanted = _fixed(())
    if node.where is not None:
        rows = RowPlace(cell.alone.home, bare=False, via=cell.alone.via, time=cell.alone.time, around=True)
        trial = Work(work.world, work.need, today=work.today)
        where = conditions(trial, Words(wheres=((node.where, Place(declared.scope)),)), rows)
        if where is None:
            return None
        set_, wanted = _fixed(c for c in conjuncts(where) if c not in own)
    if more != wanted:
        return None
    at = {part: i for i, part in enumerate(cell.keys) if part is not None and not isinstance(part, PeriodKey)}
    each_ = {part for part in each if part is not None and not isinstance(part, PeriodKey)}
    if {*at, *there} != {*set_, *each_}:
        return None
    for dimension, value in there.items():
        if dimension in set_ and set_[dimension].value != value.value:
            return None
    return {
        index: [fixed[dimension] for fixed in (there, set_) if dimension in fixed]
        for dimension, index in at.items()
    }


def _fixed(
    parts: Iterator[Expression] | Sequence[Expression],
) -> tuple[dict[Expression, Constant], set[Expression]]:
    """The dimensions that conditions fix to a value, and all other conditions."""
    fixed: dict[Expression, Constant] = {}
    others: set[Expression] = set()
    for part in parts:
        match part:
            case Call(function="equal", arguments=(Constant() as value, one)) if not isinstance(
                one, Constant
            ):
                pass
            case Call(function="equal", arguments=(one, Constant() as value)):
                pass
            case _:
                others.add(part)
                continue
        if value.value is None or fixed.setdefault(one, value).value != value.value:
            others.add(part)
    return fixed, others


# ---------------------------------------------------------------- parts of conditions


def _ref(cells: Cells, index: int) -> GroupingRef:
    ref = cells.refs[index]
    return evolve(ref, type=evolve(ref.type, grain=None, nullable=True), span=cells.span)


def _day(day: date, span: Span) -> Constant:
    return Constant(type=evolve(DATE, nullable=False), value=day, span=span)


def _call(work: Work, function: str, *operands: Expression) -> Expression:
    found = call(work, function, operands, operands[0].span or _NOWHERE)
    return found if found is not None else Constant(type=UNKNOWN, value=None)


_NOWHERE = Span("", 0, 0)
