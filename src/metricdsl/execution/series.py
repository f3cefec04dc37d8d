"""A series as the engine hands it over, `2:2026-01-01;-100.00$|2026-02-01;60.00$`, read back: its members in order."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from math import isfinite

from metricdsl.diagnostics.problems.numbers import NotFinite, NumberTooLarge
from metricdsl.diagnostics.problems.result_functions import ResultFunctionFailed, TooManyMembers
from metricdsl.model.result_functions import BETWEEN_MEMBERS, BETWEEN_VALUES, COUNTED, ENDS, TOO_MANY
from metricdsl.model.types import Kind, ValueType
from metricdsl.spi.adapter import AdapterError
from metricdsl.spi.result_functions import Cell, Member, ResultFunctionDef, Series, SeriesType

MONTHS = {"month": 1, "quarter": 3, "year": 12}
DAYS = {"day": 1, "week": 7}


def series_from(text: str, type: SeriesType, function: ResultFunctionDef) -> Series:
    """The members, in the order of their keys. Raises AdapterError where they are too many."""
    if text.startswith(TOO_MANY):
        raise AdapterError(
            TooManyMembers(
                function=function.name, number=int(text.removeprefix(TOO_MANY)), most=function.most_members
            )
        )
    readers = [_reader(key.type) for key in type.keys] + [_reader(value) for value in type.values]
    size = len(type.keys)
    found: list[tuple[tuple[Cell, ...], tuple[Cell, ...]]] = []
    number, _, joined = text.partition(COUNTED)
    members = joined.split(BETWEEN_MEMBERS)
    if len(members) != int(number) or not members[-1].endswith(ENDS):
        why = f"takes {number} members, and the engine cuts a text of so many"
        raise AdapterError(ResultFunctionFailed(function=function.name, by="", why=why))
    for written in members:
        parts = written.removesuffix(ENDS).split(BETWEEN_VALUES)
        cells = tuple(read(part) if part else None for read, part in zip(readers, parts, strict=True))
        found.append((cells[:size], cells[size:]))
    found.sort(key=lambda member: tuple(map(_in_order, (*member[0], *member[1]))))
    first = found[0][0][0] if type.spaced else None
    return Series(
        tuple(
            Member(key=keys[0], values=values, place=None if first is None else _place(first, keys[0], type))
            for keys, values in found
        )
    )


def _in_order(cell: Cell) -> tuple[bool, object]:
    return (cell is None, 0 if cell is None else cell)


def _place(first: Cell, key: Cell, type: SeriesType) -> int | None:
    """How many steps a key is behind the first."""
    grain = type.keys[0].grain
    if isinstance(first, int) and isinstance(key, int):
        return key - first
    if not isinstance(first, date) or not isinstance(key, date) or grain is None:
        return None
    if grain in MONTHS:
        return ((key.year - first.year) * 12 + key.month - first.month) // MONTHS[grain]
    return (key - first).days // DAYS[grain]


def _reader(type: ValueType) -> Callable[[str], Cell]:
    match type.kind:
        case Kind.INTEGER:
            return _whole
        case Kind.DECIMAL:
            return _decimal(type.scale)
        case Kind.FLOAT:
            return _float
        case Kind.BOOLEAN:
            return lambda text: text in {"true", "1"}
        case Kind.DATE:
            return lambda text: date.fromisoformat(text[:10])
        case Kind.TIMESTAMP:
            return datetime.fromisoformat
        case Kind.DURATION:
            return lambda text: timedelta(microseconds=_whole(text))
        case Kind.TEXT | Kind.UNKNOWN | Kind.NULL:
            return lambda text: text or None


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError as error:  # a float, which has left the range in which the engine is exact
        raise AdapterError(NumberTooLarge()) from error


def _decimal(scale: int) -> Callable[[str], Decimal]:
    def read(text: str) -> Decimal:
        number, _, moved = text.partition("e-")  # SQLite's are whole numbers of a last digit
        try:
            found = Decimal(_whole(number)).scaleb(-int(moved)) if moved else Decimal(number)
        except InvalidOperation as error:
            raise AdapterError(NumberTooLarge()) from error
        if not found.is_finite():
            raise AdapterError(NotFinite(column="a value of a series", value=text))
        return (
            found if -int(found.as_tuple().exponent) >= scale else found.quantize(Decimal(1).scaleb(-scale))
        )

    return read


def _float(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise AdapterError(NotFinite(column="a value of a series", value=text))
    return number
