"""Columns of values as Arrow lays them out in memory: https://arrow.apache.org/docs/format/Columnar.html."""

from array import array
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any

from metricdsl.model.types import Kind, ValueType
from metricdsl.spi.values import OTHERS, WITHHELD
from metricdsl.value import frozen

EPOCH_DAY = date(1970, 1, 1).toordinal()
EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - readings of the local clock have no zone
MICROSECOND = timedelta(microseconds=1)
DIGITS = 38
WIDE = Context(prec=60)


@frozen
class Buffers:
    """The buffers of one column: which values are there (None: all), then the values (and for text, offsets before)."""

    nulls: int
    parts: tuple[bytes | None, ...]


def format_of(type: ValueType) -> str:
    """The Arrow format of a column."""
    match type.kind:
        case Kind.INTEGER:
            return "l"
        case Kind.DECIMAL:
            return f"d:{DIGITS},{type.scale}"
        case Kind.FLOAT:
            return "g"
        case Kind.BOOLEAN:
            return "b"
        case Kind.DATE:
            return "tdD"
        case Kind.TIMESTAMP:
            return "tsu:"
        case Kind.DURATION:
            return "tDu"
        case Kind.TEXT | Kind.UNKNOWN | Kind.NULL:
            return "u"


def buffers(type: ValueType, values: Sequence[Any]) -> Buffers:
    """The buffers of a column. An integer beyond 64 bits is an OverflowError."""
    values = [None if value is WITHHELD or value is OTHERS else value for value in values]
    nulls = sum(value is None for value in values)
    valid = _bits([value is not None for value in values]) if nulls else None
    match type.kind:
        case Kind.INTEGER:
            parts: tuple[bytes, ...] = (_numbers("q", values, int),)
        case Kind.DECIMAL:
            parts = (b"".join(_decimal(value, type.scale) for value in values),)
        case Kind.FLOAT:
            parts = (_numbers("d", values, float),)
        case Kind.BOOLEAN:
            parts = (_bits([bool(value) for value in values]),)
        case Kind.DATE:
            parts = (_numbers("i", values, lambda day: day.toordinal() - EPOCH_DAY),)
        case Kind.TIMESTAMP:
            parts = (_numbers("q", values, lambda moment: (moment - EPOCH) // MICROSECOND),)
        case Kind.DURATION:
            parts = (_numbers("q", values, lambda length: length // MICROSECOND),)
        case Kind.TEXT | Kind.UNKNOWN | Kind.NULL:
            parts = _texts(values)
    return Buffers(nulls, (valid, *parts))


def _numbers(code: str, values: Sequence[Any], convert: Callable[[Any], Any]) -> bytes:
    return array(code, [0 if value is None else convert(value) for value in values]).tobytes()


def _decimal(value: Decimal | None, scale: int) -> bytes:
    if value is None:
        return bytes(16)
    whole = int(value.scaleb(scale, WIDE).to_integral_value(ROUND_HALF_UP, WIDE))
    return whole.to_bytes(16, "little", signed=True)


def _bits(flags: Sequence[bool]) -> bytes:
    packed = bytearray((len(flags) + 7) // 8)
    for at, flag in enumerate(flags):
        if flag:
            packed[at >> 3] |= 1 << (at & 7)
    return bytes(packed)


def _texts(values: Sequence[Any]) -> tuple[bytes, bytes]:
    encoded = [b"" if value is None else str(value).encode() for value in values]
    offsets = array("i", [0])
    at = 0
    for text in encoded:
        at += len(text)
        offsets.append(at)
    return offsets.tobytes(), b"".join(encoded)
