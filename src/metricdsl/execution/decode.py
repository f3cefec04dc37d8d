"""From what a driver hands over to the value that the result's type says."""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from math import isfinite
from typing import Any

from metricdsl.diagnostics.problems.numbers import NotFinite, NumberTooLarge
from metricdsl.model.types import Kind
from metricdsl.spi.adapter import AdapterError
from metricdsl.spi.values import OTHERS, WITHHELD, Encoding, ResultColumn
from metricdsl.value import frozen

LARGEST = 2**63 - 1
WIDE = Context(prec=200_000, rounding=ROUND_HALF_UP)  # more digits than any engine has
ENDS = {datetime.max, datetime.min}  # noqa: DTZ901 - drivers hand over a time without end

Decoder = Callable[[Any], Any]


def decoders(columns: Sequence[ResultColumn]) -> tuple[Decoder, ...]:
    """A function for each column; none of them is called with null, but for those in which null stands for all others."""
    return tuple(_WithOthers(_decoder(column)) if column.others else _decoder(column) for column in columns)


@frozen
class _WithOthers:
    """Decodes a column in which null stands for all others."""

    known: Decoder

    def __call__(self, value: Any) -> Any:
        return OTHERS if value is None else self.known(value)


def decoded(
    rows: Sequence[Sequence[Any]], by: Sequence[Decoder], withheld: Sequence[int] = ()
) -> list[tuple[Any, ...]]:
    """The rows with each value decoded, nulls as they are. Raises AdapterError for a value that no result can show.

    Behind its values a row says for each column of `withheld` whether its value is.
    """
    if withheld:
        number = len(by)
        shown = decoded([row[:number] for row in rows], by)
        return [
            _marked(values, [place for place, mark in zip(withheld, row[number:], strict=True) if mark])
            for values, row in zip(shown, rows, strict=True)
        ]
    if not rows:
        return []
    columns = zip(*rows, strict=True)
    return list(
        zip(*(_column(values, decode) for values, decode in zip(columns, by, strict=True)), strict=True)
    )


def _column(values: Sequence[Any], decode: Decoder) -> list[Any]:
    if isinstance(decode, _WithOthers):
        return [decode(value) for value in values]
    return [None if value is None else decode(value) for value in values]


def _marked(values: tuple[Any, ...], places: Sequence[int]) -> tuple[Any, ...]:
    return tuple(WITHHELD if place in places else value for place, value in enumerate(values))


def _finite(name: str) -> Decoder:
    def decode(value: Any) -> float:
        number = float(value)
        if not isfinite(number):
            raise AdapterError(NotFinite(column=name, value=str(number)))
        return number

    return decode


def _whole(value: Any) -> int:
    """A whole number. One that comes as a float has left the range in which the engine is exact."""
    if isinstance(value, float):
        raise AdapterError(NumberTooLarge())
    return int(value)


def _decoder(column: ResultColumn) -> Decoder:
    match column.encoding:
        case Encoding.SCALED:
            return _scaled(column.type.scale)
        case Encoding.WHOLE:
            return _whole
        case Encoding.ZERO_ONE:
            return bool
        case Encoding.ISO_DATE:
            return _iso_date
        case Encoding.ISO_TIMESTAMP:
            return _iso_timestamp
        case Encoding.PLAIN:
            return _plain(column)


def _plain(column: ResultColumn) -> Decoder:
    match column.type.kind:
        case Kind.INTEGER:
            return int
        case Kind.DECIMAL:
            return _decimal(column.name, column.type.scale)
        case Kind.FLOAT:
            return _finite(column.name)
        case Kind.TEXT:
            return str
        case Kind.BOOLEAN:
            return bool
        case Kind.DATE:
            return _date
        case Kind.TIMESTAMP:
            return _ending(column.name)
        case Kind.DURATION:
            return _duration
        case Kind.UNKNOWN | Kind.NULL:
            return _as_it_is


def _as_it_is(value: Any) -> Any:
    return value


def _scaled(scale: int) -> Decoder:
    def decode(value: Any) -> Decimal:
        number = _whole(value)
        if not -LARGEST < number < LARGEST:  # the engine has cut it down
            raise AdapterError(NumberTooLarge())
        return Decimal(number).scaleb(-scale)

    return decode


def _decimal(name: str, scale: int) -> Decoder:
    """Numbers with at least so many decimals. A float is rounded to them; of an exact number no digit is cut."""
    least = Decimal(1).scaleb(-scale)

    def decode(value: Any) -> Decimal:
        number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
        if not number.is_finite():
            raise AdapterError(NotFinite(column=name, value=str(number)))
        written = -int(number.as_tuple().exponent)
        if written == scale:
            return number
        if written > scale and not isinstance(value, float):
            number = number.normalize(WIDE)  # zeros at the end say nothing
            if -int(number.as_tuple().exponent) >= scale:
                return number
        return number.quantize(least, context=WIDE)

    return decode


def _date(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.date()
    return _iso_date(value) if isinstance(value, str) else value


def _timestamp(value: Any) -> Any:
    if isinstance(value, str):
        return _iso_timestamp(value)
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    return datetime.combine(value, time()) if isinstance(value, date) else value


def _ending(name: str) -> Decoder:
    def decode(value: Any) -> Any:
        time = _timestamp(value)
        if time in ENDS:
            raise AdapterError(NotFinite(column=name, value="infinity"))
        return time

    return decode


def _duration(value: Any) -> timedelta:
    return value if isinstance(value, timedelta) else timedelta(microseconds=round(value))


def _iso_date(value: str) -> date:
    return date.fromisoformat(value[:10])


def _iso_timestamp(value: str) -> datetime:
    return datetime.fromisoformat(value).replace(tzinfo=None)
