"""`as UNIT`: the unit of a number, stated or dropped on purpose, of a metric or in the calculation of a row."""

from attrs import evolve

from metricdsl.analysis.percents import number_on_purpose
from metricdsl.analysis.world import Place, Result, Work
from metricdsl.analysis.written_types import read_unit
from metricdsl.diagnostics.problems.types import KindsDoNotFit
from metricdsl.model.formula import Expression
from metricdsl.model.types import Kind
from metricdsl.syntax import nodes


def in_unit(work: Work, expression: Expression, node: nodes.As, place: Place) -> Result:
    """The expression with the unit that `as` states."""
    world = work.world
    unit = read_unit(node.factors, node, place.scope, world.directory, world.settings.currency, work.problems)
    if unit is None:
        return None
    if not expression.type.kind.numeric and expression.type.kind not in {Kind.UNKNOWN, Kind.NULL}:
        work.report(KindsDoNotFit(text="`as` states the unit of a number, and this is none", span=node.span))
        return None
    number_on_purpose(work, expression, unit)
    return evolve(expression, type=evolve(expression.type, unit=unit))
