"""`as UNIT`: the unit of a number, stated or dropped on purpose, of a metric or in the calculation of a row."""

from attrs import evolve

from metricdsl.analysis.defines import opened_argument
from metricdsl.analysis.named_units import unit_of
from metricdsl.analysis.percents import number_on_purpose
from metricdsl.analysis.world import Place, Result, Work
from metricdsl.analysis.written_types import read_unit
from metricdsl.diagnostics.problems.types import KindsDoNotFit
from metricdsl.model.formula import Expression
from metricdsl.model.types import Kind
from metricdsl.model.unit import Unit
from metricdsl.syntax import nodes


def in_unit(work: Work, expression: Expression, node: nodes.As, place: Place) -> Result:
    """The expression with the unit that `as` states."""
    world = work.world
    if any(name.split(".")[0] in place.arguments for name, _ in node.factors):
        unit = _by_arguments(work, node, place)
    else:
        currency = world.settings.currency
        unit = read_unit(node.factors, node, place.scope, world.directory, currency, work.problems)
    if unit is None:
        return None
    if not expression.type.kind.numeric and expression.type.kind not in {Kind.UNKNOWN, Kind.NULL}:
        work.report(KindsDoNotFit(text="`as` states the unit of a number, and this is none", span=node.span))
        return None
    number_on_purpose(work, expression, unit)
    return evolve(expression, type=evolve(expression.type, unit=unit))


def _by_arguments(work: Work, node: nodes.As, place: Place) -> Unit | None:
    """The unit where a parameter of a define stands for a part of it."""
    found: Unit | None = None
    for name, exponent in node.factors:
        written = nodes.Name(parts=tuple(name.split(".")), span=node.span)
        before = len(work.problems)
        unit = unit_of(work, written, place)
        if unit is None and len(work.problems) == before:
            argument, _ = opened_argument(written, place)
            work.report(KindsDoNotFit(text="`as` needs the name of a unit", span=argument.span))
        if unit is None:
            return None
        found = unit if found is None else found.times(unit, exponent)
    return found
