"""Declared text formats ("DD-MM-YY", "1.234,56"): what they say, and the same for engines and readers."""

import re
from functools import cache

from metricdsl.value import frozen

_FIELD = re.compile(r"YYYY|YY|MM|DD|HH24|HH|MI|SS|FF3|FF6")
_WORD = re.compile(r"[^\W\d_]+")
_WIDTH = {"YYYY": 4, "YY": 2, "MM": 2, "DD": 2, "HH24": 2, "HH": 2, "MI": 2, "SS": 2, "FF3": 3, "FF6": 6}
_HOUR = "([01][0-9]|2[0-3])"
_SHAPE = {
    "YYYY": "[0-9]{4}",
    "YY": "[0-9]{2}",
    "MM": "(0[1-9]|1[0-2])",
    "DD": "(0[1-9]|[12][0-9]|3[01])",
    "HH24": _HOUR,
    "HH": _HOUR,
    "MI": "[0-5][0-9]",
    "SS": "[0-5][0-9]",
    "FF3": "[0-9]{3}",
    "FF6": "[0-9]{6}",
}
_STRPTIME = {
    "YYYY": "%Y",
    "YY": "%y",
    "MM": "%m",
    "DD": "%d",
    "HH24": "%H",
    "HH": "%H",
    "MI": "%M",
    "SS": "%S",
    "FF3": "%g",
    "FF6": "%f",
}
_NUMBER = re.compile(r"(?P<before>[^\d]*?)1(?P<group>[^\d]?)234(?:(?P<point>[^\d])\d+)?(?P<after>[^\d]*)")

OF_SHARES = (("%％٪", 2), ("‰؉", 3))
"""The signs of shares, and how many places each moves the point."""
OF_NEGATIVES = "-−–－()（）"
"""Signs of a number below zero: no format holds them, since each number has its own."""

PIVOT = 69
"""Two-digit years from this one on are of the last century, as everywhere else."""


@frozen
class Part:
    """A piece of a format: a field ("YYYY", "MM", …) or a text that stands between fields. `start` counts from 1."""

    text: str
    field: bool
    start: int
    width: int


@frozen
class DateFormat:
    """How a date or timestamp is written, field by field; each has its full width (`05`, not `5`)."""

    text: str
    parts: tuple[Part, ...]

    @property
    def width(self) -> int:
        """How many characters a value has."""
        return sum(part.width for part in self.parts)

    @property
    def strptime(self) -> str:
        """The same for `strptime` of DuckDB."""
        return "".join(_STRPTIME[p.text] if p.field else p.text.replace("%", "%%") for p in self.parts)

    @property
    def glob(self) -> str:
        """A pattern of SQLite's GLOB for the shape."""
        return "".join(
            "[0-9]" * p.width if p.field else re.sub(r"([*?\[])", r"[\1]", p.text) for p in self.parts
        )

    @property
    def regex(self) -> str:
        """A regular expression for the shape."""
        return f"^{''.join(_SHAPE[p.text] if p.field else re.escape(p.text) for p in self.parts)}$"

    def field(self, *names: str) -> Part | None:
        """The first field of one of these names."""
        return next((part for part in self.parts if part.field and part.text in names), None)


def no_fields(text: str) -> tuple[str, ...]:
    """The words of a date format that are no fields: `FF`, say. `T` before the clock and `Z` at the end stand for themselves."""
    rest = _FIELD.sub(lambda found: " " * len(found.group()), text)
    words = (found.group() for found in _WORD.finditer(rest) if found.group() not in {"T", "Z"})
    return tuple(dict.fromkeys(words))


@cache
def in_utc(text: str) -> bool:
    """Whether a format says by its last letter that times are of UTC, as ISO 8601 does: `YYYY-MM-DDTHH24:MI:SSZ`."""
    return text.endswith("Z") and any(field in text for field in ("HH", "HH24"))


def date_format(text: str) -> DateFormat | None:
    """A date format by its text; None if it does not name a year, a month and a day once each at most, or something else."""
    if no_fields(text):
        return None
    parts: list[Part] = []
    at, column = 0, 1
    for found in _FIELD.finditer(text):
        if found.start() > at:
            between = text[at : found.start()]
            parts.append(Part(between, field=False, start=column, width=len(between)))
            column += len(between)
        name = found.group()
        parts.append(Part(name, field=True, start=column, width=_WIDTH[name]))
        column += _WIDTH[name]
        at = found.end()
    if at < len(text):
        parts.append(Part(text[at:], field=False, start=column, width=len(text) - at))
    names = [part.text[:2] for part in parts if part.field]
    if "YY" not in names or "MM" not in names or len(names) != len(set(names)):
        return None
    return DateFormat(text, tuple(parts))


def places_moved(around: str) -> int:
    """How many places the point is moved by the sign of a share around a number: 2 by a percent sign, 3 by a per mille sign."""
    return next((places for signs, places in OF_SHARES if set(signs) & set(around)), 0)


@frozen
class NumberFormat:
    """How a number is written: its decimal mark, the mark between thousands ("" for none), what stands around it."""

    text: str
    point: str
    group: str
    before: str = ""
    after: str = ""

    @property
    def hundredths(self) -> int:
        """How many places the sign of a share moves the point."""
        return places_moved(self.before + self.after)


PLAIN_NUMBER = NumberFormat("1234.56", ".", "")


@cache
def number_format(text: str) -> NumberFormat | None:
    """A number format by its sample, which is the number 1234 or 1234.56 as it would be written; None if it is not."""
    found = _NUMBER.fullmatch(text)
    if found is None or set(found["before"] + found["after"]) & set(OF_NEGATIVES):
        return None
    group, point = found["group"], found["point"] or ""
    if not point:
        point = "," if group == "." else "."
    around = found["before"] + found["after"]
    if point == group or sum(around.count(sign) for signs, _ in OF_SHARES for sign in signs) > 1:
        return None
    return NumberFormat(text, point, group, found["before"], found["after"])
