"""`as UNIT`: the unit of a number, or what a duration has beside time, stated or dropped on purpose, of a metric or in the
calculation of a row."""

from attrs import evolve

from metricdsl.analysis.defines import opened_argument
from metricdsl.analysis.named_units import unit_of
from metricdsl.analysis.shares_times_hundred import number_on_purpose
from metricdsl.analysis.world import Place, Result, Work
from metricdsl.analysis.written_types import beside_time, read_unit
from metricdsl.diagnostics.problems.types import KindsDoNotFit
from metricdsl.model.formula import Expression
from metricdsl.model.types import Kind
from metricdsl.model.unit import Unit
from metricdsl.syntax import nodes


def in_unit(work: Work, expression: Expression, node: nodes.As, place: Place) -> Result:
    """The expression with the unit that `as` states."""
    world, factors = work.world, node.factors
    rest = beside_time(factors, place.scope, world.directory)
    factors = factors if rest is None else rest
    if any(name.split(".")[0] in place.arguments for name, _ in factors):
        unit = _by_arguments(work, node, factors, place)
    else:
        currency = world.settings.currency
        unit = read_unit(factors, node, place.scope, world.directory, currency, work.problems)
    if unit is None:
        return None
    kind = expression.type.kind
    if kind not in {Kind.UNKNOWN, Kind.NULL} and not _fits(work, kind, node, lasts=rest is not None):
        return None
    number_on_purpose(work, expression, unit)
    return evolve(expression, type=evolve(expression.type, unit=unit))


def _fits(work: Work, kind: Kind, node: nodes.As, *, lasts: bool) -> bool:
    """Whether the unit is that of a number for a number, of a duration for a duration; else that is reported."""
    if (kind.numeric and not lasts) or (kind is Kind.DURATION and lasts):
        return True
    text, fix = "`as` states the unit of a number, and this is none", ""
    if kind is Kind.DURATION:
        text = "`as` states what a duration has beside time, as in `as duration / order`, and this is the unit of a number"
        fix = "divide the duration by one: `x / (1 day)` is a number of days"
    elif kind.numeric:
        text, fix = "a number is no duration", "multiply it by one: `x * 1 day`"
    work.report(KindsDoNotFit(text=text, fix=fix, span=node.span))
    return False


def _by_arguments(
    work: Work, node: nodes.As, factors: tuple[tuple[str, int], ...], place: Place
) -> Unit | None:
    """The unit where a parameter of a define stands for a part of it."""
    found: Unit | None = None
    for name, exponent in factors:
        written = nodes.Name(parts=tuple(name.split(".")), span=node.span)
        before = len(work.problems)
        unit = unit_of(work, written, place)
        if unit is None and len(work.problems) == before:
            argument, _ = opened_argument(written, place)
            work.report(KindsDoNotFit(text="`as` needs the name of a unit", span=argument.span))
        if unit is None:
            return None
        first = found is None and exponent == 1
        found = unit if first else (found or Unit()).times(unit, exponent)
    return found
