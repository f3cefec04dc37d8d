"""What kinds of values go together, and what comes of it."""

from collections.abc import Sequence

from metricdsl.builtins.durations import common_unit
from metricdsl.builtins.units import alike
from metricdsl.model.types import Kind, ValueType
from metricdsl.model.unit import NUMBER
from metricdsl.spi.defs import ConstantType, Mismatch

MOST_DECIMALS = 12
"""Products with more decimals than this become floats."""

FREE = {Kind.UNKNOWN, Kind.NULL}
"""Kinds that fit anything."""

TEXT_COLUMN = (
    "declare the column with its type in the entity, as in `time sent_on : date`, and calculate there "
    "(in a `source` the columns of text files are text)"
)
"""What to do with a column of text where a date or a number is needed."""
TEXT_AS_NUMBER = (
    "declare the column as a number in the entity, as in `dimension size : integer`, and calculate there "
    "(in a `source` the columns of text files are text)"
)

_NOUNS = {
    Kind.INTEGER: "a number",
    Kind.DECIMAL: "a number",
    Kind.FLOAT: "a number",
    Kind.TEXT: "text",
    Kind.BOOLEAN: "a condition",
    Kind.DATE: "a date",
    Kind.TIMESTAMP: "a timestamp",
    Kind.DURATION: "a duration",
    Kind.UNKNOWN: "a column of unknown type",
    Kind.NULL: "null",
}


def noun(type: ValueType) -> str:
    """A value of this kind, as said to the analyst."""
    return _NOUNS[type.kind]


def numeric(type: ValueType) -> bool:
    """Whether it can be calculated with as a number (null and unknown columns can)."""
    return type.kind.numeric or type.kind in FREE


def temporal(type: ValueType) -> bool:
    """Whether it is a date or timestamp (null and unknown columns may be)."""
    return type.kind.temporal or type.kind in FREE


def texts(type: ValueType) -> bool:
    """Whether it is a text (null and unknown columns may be)."""
    return type.kind is Kind.TEXT or type.kind in FREE


def text_column(type: ValueType) -> bool:
    """Whether it is a text that does not stand in the formula."""
    return type.kind is Kind.TEXT and not constant(type)


def condition(type: ValueType) -> bool:
    """Whether it holds or does not (null and unknown columns may)."""
    return type.kind is Kind.BOOLEAN or type.kind in FREE


def calendar(type: ValueType) -> bool:
    """Whether it is a duration of months, which is no fixed time."""
    return type.kind is Kind.DURATION and type.grain is not None


def constant(type: ValueType) -> bool:
    """Whether its value stands in the formula."""
    return isinstance(type, ConstantType)


def value(type: ValueType) -> object:
    """The value of a constant argument, or None."""
    return type.value if isinstance(type, ConstantType) else None


def nullable(types: Sequence[ValueType]) -> bool:
    """Whether a null-strict function of these can be null."""
    return any(t.nullable or t.kind is Kind.NULL for t in types)


def wider(kinds: set[Kind]) -> Kind:
    """The numeric kind that holds all of these."""
    for kind in (Kind.UNKNOWN, Kind.FLOAT, Kind.DECIMAL, Kind.INTEGER):
        if kind in kinds:
            return kind
    return Kind.NULL


def unified(types: Sequence[ValueType], verb: str = "fit together") -> ValueType | Mismatch:
    """The type of a choice between values of these types: `if`, `coalesce`, `least`, comparisons."""
    known = [t for t in types if t.kind not in FREE]
    unknown = any(t.kind is Kind.UNKNOWN for t in types)
    can_be_null = nullable(types)
    if not known:
        return ValueType(Kind.UNKNOWN if unknown else Kind.NULL, nullable=can_be_null)
    if all(t.kind.numeric for t in known):
        unit = alike(known, verb)
        if isinstance(unit, Mismatch):
            return unit
        kind = Kind.UNKNOWN if unknown else wider({t.kind for t in known})
        scale = max(t.scale for t in known) if kind is Kind.DECIMAL else 0
        return ValueType(kind, unit, scale, can_be_null)
    if all(t.kind.temporal for t in known):
        kind = Kind.DATE if all(t.kind is Kind.DATE for t in known) else Kind.TIMESTAMP
        grains = {t.grain for t in known}
        grain = grains.pop() if len(grains) == 1 and len({t.kind for t in known}) == 1 else None
        return ValueType(kind, NUMBER, 0, can_be_null, grain)
    first = known[0]
    for other in known[1:]:
        if other.kind is not first.kind:
            return Mismatch("kinds", f"{noun(first)} and {noun(other)} do not {verb}", fix=_fix(first, other))
    if first.kind is Kind.DURATION and any(calendar(t) for t in known):
        return Mismatch(
            "kinds",
            f"months, quarters and years have no fixed length and do not {verb} with a duration",
            fix="say it in days, or add them to a date",
        )
    if first.kind is Kind.DURATION:
        beside = common_unit(known, verb)
        return beside if isinstance(beside, Mismatch) else ValueType(first.kind, beside, 0, can_be_null)
    return ValueType(first.kind, NUMBER, 0, can_be_null)


def _fix(a: ValueType, b: ValueType) -> str | None:
    kinds = {a.kind, b.kind}
    if any(map(text_column, (a, b))) and any(t.kind.temporal or t.kind is Kind.DURATION for t in (a, b)):
        return TEXT_COLUMN
    if Kind.TEXT in kinds and (Kind.DATE in kinds or Kind.TIMESTAMP in kinds):
        return "write a date without quotes, as in 2026-01-31"
    if Kind.DURATION in kinds and any(k.numeric for k in kinds):
        return "say the number with its unit of time, as in `30 days`, or divide the duration by one: `x / (1 day)`"
    if Kind.TEXT in kinds and any(k.numeric for k in kinds):
        return "write a number without quotes, a text with them"
    return None


def wrong_kind(wanted: str, type: ValueType, index: int, function: str) -> Mismatch:
    """An argument of the wrong kind: `lower needs text, not a number`."""
    fix = _as_text(type) if wanted == "text" else None
    return Mismatch("kinds", f"{function} needs {wanted}, not {noun(type)}", index, fix)


def _as_text(type: ValueType) -> str:
    """What to do where a text is needed: no function makes one of a value, since each engine would write it in its own way."""
    if type.kind is Kind.BOOLEAN:
        return 'choose the texts: `if(…, "yes", "no")`'
    if constant(type) and type.kind.numeric:
        return 'a text stands in quotes: `"1"`'
    beside = "let it stand beside the text as one of its own (`key system, id`, `by system, month`), or let the table have it as a text"
    return f"nothing makes {noun(type)} a text: {beside}"
