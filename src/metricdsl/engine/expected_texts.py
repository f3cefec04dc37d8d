"""What the texts of a column are expected to be, in words: as it is declared, not as other texts of it happen to be."""

from metricdsl.model.formats import number_format
from metricdsl.model.types import Kind, ValueType

_DATE = "YYYY-MM-DD"
_MOMENTS = (f"{_DATE} HH24:MI:SS", f"{_DATE}THH24:MI:SS", f"{_DATE} HH24:MI", f"{_DATE} HH24:MI:SS.FF3")
_NUMBERS = {Kind.INTEGER, Kind.DECIMAL, Kind.FLOAT}


def expected(type: ValueType, written: str | None, *, stated: bool = True) -> str:
    """A type with its format; one that is not `stated` was chosen among those that the type may have."""
    form = number_format(written) if stated and written and type.kind in _NUMBERS else None
    digits = type.scale - (0 if form is None else form.hundredths)
    noun = {
        Kind.DATE: "a date",
        Kind.TIMESTAMP: "a timestamp",
        Kind.INTEGER: "a whole number",
        Kind.DECIMAL: f"a number with at most {digits} decimals",
        Kind.FLOAT: "a number",
        Kind.BOOLEAN: "true or false, yes or no, 1 or 0",
    }.get(type.kind, f"a {type.kind.value}")
    if not stated and type.kind in _NUMBERS:
        return noun
    if not stated and type.kind is Kind.TIMESTAMP and written == _DATE:
        *most, last = (f'"{moment}"' for moment in (*_MOMENTS, _DATE))
        return f"{noun} {', '.join(most)} or {last}"
    return f'{noun} "{written}"' if written else noun


def mostly(type: ValueType, written: str | None) -> str:
    """The format that most numbers of a column have, where it is another than the plain one."""
    return written or "" if type.kind in _NUMBERS else ""
