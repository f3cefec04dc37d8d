"""`convert_unit(order.weight, kilogram)`: a number in another unit of the same measure, of a row as of a metric.

    convert_unit(x, u) = x × (one of the unit of x, in u)

It is rewritten to a multiplication or a division by a constant, and so is as additive as x.
"""

from collections.abc import Callable
from fractions import Fraction

from attrs import evolve

from metricdsl.analysis.calls import call
from metricdsl.analysis.directory import TIME_WORDS
from metricdsl.analysis.factors import times
from metricdsl.analysis.literals import DURATION_CONSTANT
from metricdsl.analysis.multiples import Reduced, reduced
from metricdsl.analysis.named_units import unit_of
from metricdsl.analysis.world import Place, Result, Work
from metricdsl.diagnostics.problems.conversions import UnitsDoNotConvert
from metricdsl.diagnostics.problems.formulas import WrongArguments
from metricdsl.diagnostics.problems.types import KindsDoNotFit
from metricdsl.model.formula import Constant, Expression
from metricdsl.model.types import Kind, ValueType
from metricdsl.model.unit import MANY, Base, Unit
from metricdsl.source import Span
from metricdsl.syntax import nodes

SHAPE = "convert_unit(order.weight, kilogram)"
SECONDS = Unit.of(Base("time", "second"))
MICROSECOND = Fraction(1, 1_000_000)


def convert_unit(
    work: Work, node: nodes.Call, place: Place, read: Callable[[nodes.Expr, Place], Result]
) -> Result:
    """The number in the unit that is named; `read` reads formulas, of rows or of groups."""
    arguments = node.arguments
    if len(arguments) != 2 or any(a.name is not None or a.distinct for a in arguments):
        work.report(
            WrongArguments(
                text="convert_unit takes a number and a unit", fix=f"write {SHAPE}", span=node.span
            )
        )
        return None
    amount = read(arguments[0].value, place)
    before = len(work.problems)
    into = unit_of(work, arguments[1].value, place)
    if into is None and len(work.problems) == before:
        text = "behind the number stands a unit, or several with `*` and `/`"
        work.report(WrongArguments(text=text, fix=f"write {SHAPE}", span=arguments[1].span))
    if amount is None or into is None or not _is_number(work, amount, arguments[0].span):
        return None
    if amount.type.kind is Kind.NULL:
        return amount
    lasting = amount.type.kind is Kind.DURATION
    of = reduced(work, amount.type.unit)
    if lasting and of is not None:
        of = Reduced(of.factor * MICROSECOND, of.unit.times(SECONDS))
    wanted = reduced(work, into)
    if of is None or wanted is None:
        return None
    if not of.like(wanted):
        _refuse(work, amount, of, into, arguments[1], place)
        return None
    factor = of.factor / wanted.factor
    if lasting:
        return _of_duration(work, amount, factor, into, node)
    found = times(work, amount, factor, node)
    return None if found is None else evolve(found, type=evolve(found.type, unit=into))


def _is_number(work: Work, amount: Expression, span: Span) -> bool:
    kind = amount.type.kind
    if kind.numeric or kind in {Kind.NULL, Kind.DURATION}:
        return True
    fix = ""
    text = f"convert_unit takes a number or a duration, and this is a {kind.value}"
    if kind is Kind.UNKNOWN:
        text = "nothing says which unit this column is in"
        fix = "declare it with its unit, as in `fact weight : gram`"
    work.report(KindsDoNotFit(text=text, fix=fix, span=span))
    return False


def _of_duration(work: Work, amount: Expression, factor: Fraction, into: Unit, node: nodes.Call) -> Result:
    """A duration by the duration that one of the unit lasts, whole microseconds as all durations are."""
    lasts = 1 / factor
    one = Constant(type=DURATION_CONSTANT, value=lasts.numerator, span=node.span)
    divided = call(work, "divide", (amount, one), node.span)
    found = None if divided is None else times(work, divided, Fraction(lasts.denominator), node)
    return None if found is None else evolve(found, type=evolve(found.type, unit=into))


def _refuse(
    work: Work, amount: Expression, of: Reduced, into: Unit, written: nodes.Argument, place: Place
) -> None:
    """Report units of which none is a multiple of the other, with those that are."""
    directory = work.world.directory
    names = [*directory.visible(place.scope, "unit"), *TIME_WORDS]
    quiet = Work(work.world, work.need)
    others: list[str] = []
    for name in names:
        unit = unit_of(quiet, nodes.Name(parts=tuple(name.split(".")), span=written.span), place)
        found = None if unit is None or unit == amount.type.unit else reduced(quiet, unit)
        if found is not None and of.like(found):
            others.append(name)
    inside = _inside(quiet, amount.type, into)
    work.report(
        UnitsDoNotConvert(
            of=_said(amount.type),
            into=into.text,
            others=(inside,) if inside else tuple(dict.fromkeys(others)),
            money=_is_money(amount.type.unit) and _is_money(into),
            span=written.span,
        )
    )


def _said(type: ValueType) -> str:
    """A unit as the analyst says it; nothing for a bare number."""
    if type.kind is Kind.DURATION:
        return "a duration" if type.unit.bare else type.measured
    return "" if type.unit.bare and type.unit.text == "number" else type.unit.text


def _is_money(unit: Unit) -> bool:
    return [(base.kind in {"currency", MANY}, power) for base, power in unit.powers] == [(True, 1)]


def _inside(work: Work, type: ValueType, into: Unit) -> str:
    """Where one factor of the unit is like the one that is wanted: the unit with that one put in, as it is written."""
    wanted = reduced(work, into)
    if type.kind is Kind.DURATION and wanted is not None and wanted.like(Reduced(MICROSECOND, SECONDS)):
        return _as_written(into.times(type.unit))
    for base, exponent in type.unit.powers:
        one = reduced(work, Unit.of(base))
        if len(type.unit.powers) > 1 and one is not None and wanted is not None and one.like(wanted):
            rest = Unit.product((b, e) for b, e in type.unit.powers if b != base)
            powers = [(b, e * exponent) for b, e in into.powers]
            return _as_written(Unit.product((*powers, *rest.powers)))
    return ""


def _as_written(unit: Unit) -> str:
    """`byte / seat`; nothing for a unit that has nothing above the line."""
    over = [base.text for base, e in unit.powers for _ in range(e)]
    under = [base.text for base, e in unit.powers for _ in range(-e)]
    return " / ".join((" * ".join(over), *under)) if over else ""
