"""What people write into conditions: `x between a and b`, `name like "A%"`."""

import re
from datetime import date, timedelta

from metricdsl.diagnostics import Problem
from metricdsl.syntax.saying import say
from metricdsl.syntax.stop import Stop

_VALUE = r'(?:\d{4}-\d\d-[\w:]+|-?[\w.]+%?|"[^"\n]*")'
_RANGE = re.compile(
    rf"between\s+(?P<low>{_VALUE})\s+and\s+(?P<high>{_VALUE})(?=\s*(?:[),{{}}#]|$|\w))", re.IGNORECASE
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_PATTERN = re.compile(r'i?like\s*["\'](?P<pattern>[^"\'\n]*)["\']', re.IGNORECASE)
_OPERAND = re.compile(r"(?P<name>[^\W\d][\w.]*)(?P<negated>\s+not)?$", re.IGNORECASE)


def between(stop: Stop) -> Problem | None:
    """`x between 1 and 5`: both ends are in it, as in the language's own way to write a range."""
    if stop.word.lower() != "between":
        return None
    sentence = "A range is written as on paper: `low <= x <= high`."
    operand, found = _operand(stop), _RANGE.match(stop.text, stop.at)
    if operand is None or found is None or ("LIMIT" in stop.expected and "COMPARE" not in stop.expected):
        return say(stop, stop.at, stop.at + len(stop.word), sentence)
    name, begin, negated = operand
    behind = _day_behind(found["high"])
    if (
        behind is not None
    ):  # a day beside a clock time is its midnight, and the rest of the last day is meant too
        sentence = f"A range is written as on paper, a whole last day up to the one behind it: `{found['low']} <= x < {behind}`."
    range_ = f"{found['low']} <= {name} " + (f"<= {found['high']}" if behind is None else f"< {behind}")
    return say(stop, begin, found.end(), sentence, f"not ({range_})" if negated else range_, safe=False)


def _day_behind(written: str) -> str | None:
    """The day after one that is written; None where it is none, or the last one that there is."""
    try:
        return str(date.fromisoformat(written) + timedelta(days=1)) if _DAY.fullmatch(written) else None
    except (ValueError, OverflowError):
        return None


def like(stop: Stop) -> Problem | None:
    """`name like "A%"`: functions look for a part of a text."""
    if stop.word.lower() not in {"like", "ilike"}:
        return None
    sentence = 'Texts are compared by `contains(x, "…")`, `starts_with(x, "…")` or `ends_with(x, "…")`.'
    operand, found = _operand(stop), _PATTERN.match(stop.text, stop.at)
    whole = None
    if operand is not None and found is not None:
        name, pattern = operand[0], found["pattern"]
        if stop.word.lower() == "ilike":
            name, pattern = f"lower({name})", pattern.lower()
        whole = _looked_for(name, pattern)
    if operand is None or found is None or whole is None:
        return say(stop, stop.at, stop.at + len(stop.word), sentence)
    _, begin, negated = operand
    return say(stop, begin, found.end(), sentence, f"not {whole}" if negated else whole, safe=False)


def _looked_for(name: str, pattern: str) -> str | None:
    """The function for a pattern of which only the ends are open."""
    part = pattern.strip("%")
    if not part or "%" in part or "_" in part or "\\" in part:
        return None
    match pattern.startswith("%"), pattern.endswith("%"):
        case True, True:
            return f'contains({name}, "{part}")'
        case False, True:
            return f'starts_with({name}, "{part}")'
        case True, False:
            return f'ends_with({name}, "{part}")'
        case _:
            return f'{name} = "{part}"'


def _operand(stop: Stop) -> tuple[str, int, bool] | None:
    """The name before the place, where it begins, and whether `not` stands between."""
    said = stop.text[stop.start : stop.behind.start]
    found = _OPERAND.search(said)
    if found is None:
        return None
    return found["name"], stop.start + found.start(), found["negated"] is not None


LOOKS = (between, like)
