"""Constants, as written in a formula."""

from datetime import date, timedelta
from decimal import Decimal

from attrs import evolve

from metricdsl.model.formula import Constant
from metricdsl.model.types import BOOLEAN, DATE, NULL, TEXT, Kind, ValueType
from metricdsl.model.unit import LITERAL, SHARE
from metricdsl.syntax import nodes

MICROSECONDS = {
    "second": 1_000_000,
    "minute": 60_000_000,
    "hour": 3_600_000_000,
    "day": 86_400_000_000,
    "week": 604_800_000_000,
}


def constant(node: nodes.Literal) -> Constant:
    """The constant of a literal. A duration of months, quarters or years has no length: its value is their number, its
    type's grain the unit."""
    match node:
        case nodes.Number(value=value):
            return number(value, node)
        case nodes.Percent(value=value):
            scale = max(0, -_exponent(value))
            return Constant(
                type=ValueType(Kind.DECIMAL, SHARE, scale, nullable=False), value=value, span=node.span
            )
        case nodes.Text(value=text):
            return Constant(type=TEXT_CONSTANT, value=text, span=node.span)
        case nodes.DateLiteral(value=day):
            return Constant(type=DATE_CONSTANT, value=day, span=node.span)
        case nodes.PeriodLiteral():
            return Constant(type=DATE_CONSTANT, value=period(node)[0], span=node.span)
        case nodes.DurationLiteral(amount=amount, unit=unit):
            if unit in MICROSECONDS:
                return Constant(
                    type=DURATION_CONSTANT, value=int(amount * MICROSECONDS[unit]), span=node.span
                )
            months = ValueType(Kind.DURATION, nullable=False, grain=unit)
            return Constant(
                type=months, value=int(amount) if amount == int(amount) else amount, span=node.span
            )
        case nodes.Boolean(value=truth):
            return Constant(type=BOOLEAN_CONSTANT, value=truth, span=node.span)
        case nodes.Null(named=named):
            return Constant(type=NULL, value=None, named=named, span=node.span)


TEXT_CONSTANT = ValueType(TEXT.kind, nullable=False)
DATE_CONSTANT = ValueType(DATE.kind, nullable=False)
BOOLEAN_CONSTANT = ValueType(BOOLEAN.kind, nullable=False)
DURATION_CONSTANT = ValueType(Kind.DURATION, LITERAL, nullable=False)


def number(value: Decimal, node: nodes.Node | None = None) -> Constant:
    """A number as a constant: whole ones are integers."""
    span = None if node is None else node.span
    if value == value.to_integral_value():
        return Constant(type=ValueType(Kind.INTEGER, LITERAL, nullable=False), value=int(value), span=span)
    scale = -_exponent(value)
    return Constant(type=ValueType(Kind.DECIMAL, LITERAL, scale, nullable=False), value=value, span=span)


def _exponent(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return exponent if isinstance(exponent, int) else 0


def period(node: nodes.PeriodLiteral, week_start: int = 1) -> tuple[date, date]:
    """The first day of a written quarter, month or week, and the day after its last.

    With weeks that do not start on Monday, a numbered week is the one that has most days of the ISO week.
    """
    match node.grain:
        case "quarter":
            start = date(node.year, 3 * node.ordinal - 2, 1)
            return start, _first_of_month(node.year, 3 * node.ordinal + 1)
        case "month":
            return date(node.year, node.ordinal, 1), _first_of_month(node.year, node.ordinal + 1)
        case _:
            monday = date.fromisocalendar(node.year, node.ordinal, 1)
            shift = week_start - 1 if week_start <= 4 else week_start - 8
            start = monday + timedelta(days=shift)
            return start, start + timedelta(days=7)


def _first_of_month(year: int, month: int) -> date:
    return date(year, month, 1) if month <= 12 else date(year + 1, month - 12, 1)


def signed(node: nodes.Node) -> Constant | None:
    """The constant that a literal writes, perhaps with a sign."""
    match node:
        case nodes.Negation(operand=nodes.Number() | nodes.Percent() | nodes.DurationLiteral() as operand):
            found = constant(operand)
            assert isinstance(found.value, int) or hasattr(found.value, "is_finite"), "numbers have a sign"
            return evolve(found, value=-found.value)  # type: ignore[operator]
        case nodes.Null() | nodes.PeriodLiteral():
            return None
        case (
            nodes.Number()
            | nodes.Percent()
            | nodes.Text()
            | nodes.DateLiteral()
            | nodes.DurationLiteral()
            | nodes.Boolean()
        ):
            return constant(node)
        case _:
            return None
