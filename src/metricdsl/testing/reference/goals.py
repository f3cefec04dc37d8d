"""goal(m): the goal set for exactly the cell's period and coordinates; null where none is set, and it brings no groups.

A goal of m for P where φ each k is set for the cells ⟨φ, {k = any member}, [(during, P)]⟩, and where k has grains for their cells within
P. A condition `d = v` is a coordinate, in a goal as in a question. Of several goals for a cell that with the fewest k holds, then that
with the shortest P, then the first.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from attrs import fields, has

from metricdsl.syntax import nodes
from metricdsl.testing.reference.context import Aggregate, Context, Coordinate, Part
from metricdsl.testing.reference.meaning import Formulas
from metricdsl.testing.reference.names import Column, Constant, Scope
from metricdsl.testing.reference.periods import ALL, Period, cell_of, during, period_of
from metricdsl.testing.reference.values import Refused, Value, same

LITERALS = (nodes.Number, nodes.Percent, nodes.Text, nodes.Boolean, nodes.DateLiteral, nodes.DurationLiteral)
LONGEST = timedelta.max
Conditions = tuple[tuple[nodes.Expr, Scope], ...]


@dataclass(frozen=True)
class Goal:
    """A goal of a metric with one value."""

    metric: nodes.MetricDecl
    value: nodes.Expr
    scope: Scope
    period: Period
    where: nodes.Expr | None
    each: tuple[nodes.Name, ...]

    @property
    def length(self) -> timedelta:
        """How long its period is."""
        if self.period.start is None or self.period.end is None:
            return LONGEST
        return self.period.end - self.period.start


@dataclass(frozen=True)
class Seen:
    """An aggregate of the metric, and the conditions that it has in the metric by itself: written inside of it, and around it."""

    aggregate: Aggregate
    inside: Conditions
    around: Conditions


@dataclass(frozen=True)
class Place:
    """G and F of a cell: the values of dimensions, and the conditions that fix none."""

    fixed: tuple[tuple[object, Value], ...]
    others: frozenset[object]

    @property
    def dimensions(self) -> frozenset[object]:
        return frozenset(d for d, _ in self.fixed)


def goal(meaning: Formulas, call: nodes.Call, scope: Scope, context: Context) -> Value:
    """⟦goal(m)⟧C."""
    if len(call.arguments) != 1 or call.arguments[0].name is not None:
        raise Refused("goal takes a metric")
    opened = meaning.world.opened(call.arguments[0].value, scope)
    found = None
    if not isinstance(opened, Constant) and isinstance(opened[0], nodes.Name):
        found = meaning.world.find(opened[0].parts, opened[1], nodes.MetricDecl)
    if found is None or found[2] or isinstance(opened, Constant):
        raise Refused("goal takes a metric by its name")
    leaves = list(meaning.leaves(opened[0], opened[1], context))
    there = [
        (aggregate, (*aggregate.where,), below.conditions[len(context.conditions) :])
        for aggregate, below in leaves
        if _reaches(meaning, aggregate, context)
    ]
    for one in _goals_of(meaning, found[0]):
        if there and all(_is_for(meaning, one, Seen(*each), context) for each in there):
            return meaning.fixed(one.value, one.scope)
    return None


def _reaches(meaning: Formulas, aggregate: Aggregate, context: Context) -> bool:
    try:
        meaning.check(aggregate, context)
    except Refused:
        return False
    return True


def _goals_of(meaning: Formulas, metric: nodes.MetricDecl) -> list[Goal]:
    """The goals of a metric, the one that holds before those that do not."""
    found = []
    for node, scope in meaning.world.goals:
        target = node.target
        if not isinstance(target, nodes.Comparison) or len(target.rest) != 1:
            continue  # between two values there is no one goal
        for name, value in ((target.first, target.rest[0][1]), (target.rest[0][1], target.first)):
            if isinstance(name, nodes.Name):
                named = meaning.world.find(name.parts, scope, nodes.MetricDecl)
                if named is not None and named[0] is metric:
                    period = during(node.during, meaning.settings)
                    found.append(Goal(metric, value, scope, period, node.where, node.each))
    return sorted(found, key=lambda g: (len(g.each), g.length))


def _is_for(meaning: Formulas, one: Goal, seen: Seen, context: Context) -> bool:
    """Whether a goal is set for the cell C, as an aggregate of the metric has it."""
    aggregate = seen.aggregate
    cell = meaning.seen(aggregate, context)
    if cell.nothing or cell.per is None:
        return False
    grains, dimensions = [], []
    for name in one.each:
        part = Part(name, one.scope)
        grain = part.grain or meaning.own_grain(aggregate, Coordinate(name, one.scope))
        if grain is not None:
            grains.append(grain)
        else:
            dimensions.append(_said(meaning, aggregate, name, one.scope))
    where = () if one.where is None else ((one.where, one.scope),)
    wanted = _place(meaning, seen, where, ())
    there = _place(meaning, seen, context.conditions, cell.coordinates)
    return (
        _in_time(meaning, one.period, grains, cell.per)
        and there.others == wanted.others
        and there.dimensions == wanted.dimensions | set(dimensions)
        and all(v is not None for d, v in there.fixed if d in dimensions)
        and all(
            same(v, w)
            for d, v in (*there.fixed, *wanted.fixed)
            for e, w in (*there.fixed, *wanted.fixed)
            if d == e
        )
    )


def _in_time(meaning: Formulas, period: Period, grains: Sequence[str], per: Period) -> bool:
    """per(C) = P; with grains, per(C) is a whole cell of them, within P."""
    if not grains:
        return per == period
    if per.null or per == ALL or per.start is None:
        return False
    found = ALL
    for grain in grains:
        found = period_of(cell_of(per.start, grain, meaning.settings)).cut_to(found)
    return found == per and per.cut_to(period) == per


# ---------------------------------------------------------------- G and F, told apart by what they mean


def _place(meaning: Formulas, seen: Seen, conditions: Conditions, coordinates: Sequence[Coordinate]) -> Place:
    """Coordinates and conditions from an aggregate's home; a condition that it has anyway says nothing."""
    aggregate = seen.aggregate
    own = {
        _said(meaning, aggregate, c, s, inside=inside)
        for wheres, inside in ((seen.inside, True), (seen.around, False))
        for where, scope in wheres
        for c, s in _conjuncts(where, scope)
    }
    fixed = [(_said(meaning, aggregate, c.formula, c.scope), c.value) for c in coordinates]
    others = set()
    for condition, scope in (part for c, s in conditions for part in _conjuncts(c, s)):
        said = _said(meaning, aggregate, condition, scope)
        if said in own:
            continue
        equal = _equal(meaning, condition, scope)
        if equal is None:
            others.add(said)
        else:
            fixed.append((_said(meaning, aggregate, equal[0], scope), equal[1]))
    return Place(tuple(fixed), frozenset(others))


def _conjuncts(condition: nodes.Expr, scope: Scope) -> Iterator[tuple[nodes.Expr, Scope]]:
    if isinstance(condition, nodes.Binary) and condition.operator == "and":
        yield from _conjuncts(condition.left, scope)
        yield from _conjuncts(condition.right, scope)
    else:
        yield condition, scope


def _equal(meaning: Formulas, condition: nodes.Expr, scope: Scope) -> tuple[nodes.Expr, Value] | None:
    """The dimension and the value of `d = v`."""
    if not isinstance(condition, nodes.Comparison) or [sign for sign, _ in condition.rest] != ["="]:
        return None
    one, other = condition.first, condition.rest[0][1]
    for dimension, written in ((one, other), (other, one)):
        opened = meaning.world.opened(written, scope)
        if not isinstance(opened, Constant) and isinstance(opened[0], LITERALS):
            return dimension, meaning.fixed(opened[0], opened[1])
    return None


def _said(
    meaning: Formulas, aggregate: Aggregate, formula: object, scope: Scope, *, inside: bool = False
) -> object:
    """What a formula says from an aggregate's home, the same for all ways to name its columns."""
    if isinstance(formula, tuple):
        return tuple(_said(meaning, aggregate, part, scope, inside=inside) for part in formula)
    if not isinstance(formula, nodes.Node):
        return formula
    opened = meaning.world.opened(formula, scope)  # type: ignore[arg-type]
    if isinstance(opened, Constant):
        return opened.value
    formula, scope = opened
    if isinstance(formula, nodes.Name):
        segment = meaning.world.find(formula.parts, scope, nodes.SegmentDecl)
        if segment is not None and not segment[2]:
            return _said(meaning, aggregate, segment[0].condition, segment[1])
        column = meaning.world.locate(
            formula, scope, aggregate.home, aggregate.via, inside=inside, around=not inside
        )
        return _of_column(column)
    assert has(type(formula)), "a node is an attrs class"
    said = (getattr(formula, f.name) for f in fields(type(formula)) if f.name != "span")
    return (type(formula).__name__, *(_said(meaning, aggregate, part, scope, inside=inside) for part in said))


def _of_column(column: Column) -> object:
    """A column by the joins to it; of a key of one column, the entity itself."""
    entity = column.entity
    name = None if (column.name,) == entity.key else column.name
    return ("column", tuple((id(step.start), step.name) for step in column.path), name, column.grain)
