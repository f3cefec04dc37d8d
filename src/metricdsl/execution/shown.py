"""Values as people read them: 31.5 %, 1,234.50, 57 d, 2026-01, an em dash for null."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from metricdsl.execution.number_patterns import number_pattern
from metricdsl.model.types import Kind, ValueType
from metricdsl.model.unit import MANY, Form

NULL = "—"
SHARE_DIGITS = 1
FLOAT_DIGITS = 6
DECIMALS = 2
UNITS = {
    "d": 86_400_000_000,
    "h": 3_600_000_000,
    "min": 60_000_000,
    "s": 1_000_000,
    "µs": 1,
}  # in microseconds


def is_number(of: ValueType) -> bool:
    """Whether values of the type stand to the right."""
    return of.kind.numeric or of.kind is Kind.DURATION


def people(value: object, of: ValueType, format: str | None = None) -> str:
    """The value as text for a table; a number in the `format` of its metric, where it has one that says how."""
    match value:
        case None:
            return NULL
        case bool():
            return "true" if value else "false"
        case timedelta():
            return duration(value)
        case datetime():
            return value.isoformat(sep=" ", timespec="auto")
        case date():
            return value.isoformat()
        case int() | float() | Decimal():
            return _in_format(value, of, format) or number(value, of)
        case str():
            return printable(value)
        case _:
            return printable(str(value))


def exactly(value: object, of: ValueType) -> str:
    """The value with all its digits, where two that differ would be shown alike: 33.3333333333333333%, 3 h 1 s."""
    if isinstance(value, timedelta):
        return duration(value, whole=True)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return people(value, of)
    whole = Decimal(repr(value) if isinstance(value, float) else value)
    if of.unit.bare and of.unit.form in {Form.SHARE, Form.CHANGE, Form.POINTS}:
        return f"{(whole * 100).normalize():f}{' pt' if of.unit.form is Form.POINTS else '%'}"
    return f"{whole:f}"


def _in_format(value: float | Decimal, of: ValueType, format: str | None) -> str:
    pattern = None if format is None else number_pattern(format)
    if pattern is None:
        return ""
    exact = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    points = of.unit.bare and of.unit.form is Form.POINTS
    return pattern.shown(exact.scaleb(pattern.places or (2 if points else 0)), plus=points)


def number(value: float | Decimal, of: ValueType) -> str:
    """A number with all its whole digits grouped; a share in percent, money that was calculated to its hundredths."""
    if of.unit.bare and of.unit.form in {Form.SHARE, Form.CHANGE}:
        return f"{float(value) * 100:,.{SHARE_DIGITS}f}%"
    if of.unit.bare and of.unit.form is Form.POINTS:
        return f"{float(value) * 100:+,.{SHARE_DIGITS}f} pt"
    if isinstance(value, float):
        if _money(of) and abs(value) >= 1:
            return f"{value:,.{DECIMALS}f}"
        if value == int(value):
            return f"{value:,.1f}"
        text = f"{value:,.{FLOAT_DIGITS}f}".rstrip("0")
        text += "0" if text.endswith(".") else ""  # nearly whole
        return text if abs(value) >= 1e-4 else f"{value:.6g}"
    text = f"{value:,}"
    whole, point, digits = text.partition(".")
    if len(digits) <= DECIMALS:
        return text
    return (
        f"{whole}{point}{digits.rstrip('0').ljust(DECIMALS, '0')}"  # zeros that say nothing; no digit is cut
    )


def _money(of: ValueType) -> bool:
    """Whether it is an amount of money, or one for each of something."""
    return any(base.kind in {"currency", MANY} and exponent > 0 for base, exponent in of.unit.powers)


def duration(value: timedelta, *, whole: bool = False) -> str:
    """The greatest unit and the next, to which it is rounded (but as it is if `whole`): 57 d, 3 d 4 h, 2 min 5 s."""
    micros = round(value.total_seconds() * 1_000_000)
    sign, micros = ("-", -micros) if micros < 0 else ("", micros)
    finest = next((finer for size, finer in pairwise(UNITS.values()) if micros >= size), 1)
    step = 1 if whole else finest
    rest = (micros + step // 2) // step * step
    shown = []
    for unit, size in UNITS.items():
        number, rest = divmod(rest, size)
        if number:
            shown.append(f"{number:,} {unit}")
    return sign + " ".join(shown) if shown else "0 s"


def printable(text: str) -> str:
    """Text with control characters made visible, so that data cannot steer the terminal."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
