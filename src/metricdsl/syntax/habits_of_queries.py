"""Habits of other query languages and of plain speech in a query: `sort by`, `top 5`, `during Q2 2026`, `next month`."""

import re
from collections.abc import Callable
from decimal import Decimal

from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problems.written import LeadingZero
from metricdsl.source import Span
from metricdsl.syntax.saying import say
from metricdsl.syntax.stop import Stop

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_FORMS = "Periods are written 2026, 2026-Q1, 2026-03, 2026-W05, 2026-03-31, `2026-01 to 2026-06`, `last 12 months`, `this year`."
_QUARTER = re.compile(r"(?:q(?P<a>[1-4])[ -]?(?P<y>\d{4})|(?P<y2>\d{4})[ -]?q(?P<b>[1-4]))\b", re.IGNORECASE)
_MONTH = re.compile(
    r"(?P<m>[a-z]{3})[a-z]*\.?\s+(?P<y>\d{4})\b|(?P<y2>\d{4})\s+(?P<m2>[a-z]{3})[a-z]*\b", re.IGNORECASE
)
_DAY = re.compile(r"(\d{1,2})([/.])(\d{1,2})\2(\d{4})\b|(\d{4})/(\d{1,2})/(\d{1,2})\b")
_NEXT = re.compile(r"next\s+(?:\d+\s+)?(?:day|week|month|quarter|year)s?\b", re.IGNORECASE)
_LENGTH = re.compile(r"(?:last|this)\s+(?:\d+\s+)?(?P<unit>[a-z]+)", re.IGNORECASE)
_UNITS = ("day", "week", "month", "quarter", "year", "hour", "minute")
_ARTICLE = re.compile(r"the\s+(?=last|this|first)", re.IGNORECASE)
_SINCE = re.compile(r"(since|from|after)\s+(\S+)", re.IGNORECASE)
_UNTIL = re.compile(r"(until|till|to|before|up\s+to)\s+(\S+)", re.IGNORECASE)
_GROUPED_NUMBER = re.compile(
    r"(?P<commas>\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d.]))|(?P<dots>\d{1,3}(?:\.\d{3})+,\d+)"
    r"|(?P<marks>\d{1,3}(?:[ '\u2019_]\d{3})+(?:\.\d+)?(?![\d.]))|(?P<power>\d+(?:\.\d+)?[eE][+-]?\d+)"
    r"|(?P<short>(?P<digits>\d+(?:\.\d+)?)(?P<times>[kKmM])\b)"
)
_CALCULATION = frozenset({"+", "-", "*", "/", "%"})
_CONDITION = frozenset({"=", "!=", "<", "<=", ">", ">=", "is"})
_IN_BY = re.compile(r"\bby\b(?!\s*:)[^()]*[\s:,]$")
_TIMES = {"k": 1000, "m": 1_000_000}


def _begin(stop: Stop) -> int | None:
    """Where what stands behind `during` begins, if the reading stopped within it."""
    found = re.search(r"\bduring\s+", stop.text[max(stop.start, stop.at - 40) : stop.at + 1])
    return None if found is None else max(stop.start, stop.at - 40) + found.end()


def _period(stop: Stop) -> Problem | None:
    begin = _begin(stop)
    if begin is None:
        return None
    text = stop.text
    if (quarter := _QUARTER.match(text, begin)) is not None:
        written = f"{quarter['y'] or quarter['y2']}-Q{quarter['a'] or quarter['b']}"
        if quarter.group() == written:  # what stopped the reading stands behind it
            return None
        return say(stop, *quarter.span(), _FORMS, written, safe=False)
    month = _MONTH.match(text, begin)
    if month is not None and (name := (month["m"] or month["m2"]).lower()) in _MONTHS:
        return say(
            stop,
            *month.span(),
            _FORMS,
            f"{month['y'] or month['y2']}-{_MONTHS.index(name) + 1:02}",
            safe=False,
        )
    if (day := _DAY.match(text, begin)) is not None:
        return say(stop, *day.span(), f"Dates are written year first. {_FORMS}")
    if (ahead := _NEXT.match(text, begin)) is not None:
        return say(stop, *ahead.span(), "No word names a period to come: write it out, as in `2026-12`.")
    if (article := _ARTICLE.match(text, begin)) is not None:
        return say(stop, *article.span(), "`last 3 months` goes without `the`.", "", safe=False)
    if (length := _LENGTH.match(text, begin)) is not None and length["unit"].lower().rstrip(
        "s"
    ) not in _UNITS:
        meant = near(length["unit"].lower(), [f"{unit}s" for unit in _UNITS])
        if meant:
            return say(stop, *length.span("unit"), f"Is `{meant[0]}` meant? {_FORMS}", meant[0], safe=False)
    if (since := _SINCE.match(text, begin)) is not None:
        return say(stop, *since.span(), "A range has two ends.", f"{since[2]} to today", safe=False)
    if (until := _UNTIL.match(text, begin)) is not None:
        return say(stop, *until.span(), "A range has two ends, as in `2026-01 to 2026-06`.")
    return None


def _last(stop: Stop) -> str:
    return stop.source.slice(stop.last_word())


def _clauses(stop: Stop) -> Problem | None:
    word = stop.word.lower()
    if "LIMIT" in stop.expected and word in {"top", "first"}:
        sentence = "The first rows are asked for by `sort` and `limit`: `sort revenue desc limit 5`."
        return say(stop, stop.at, stop.at + len(stop.word), sentence)
    if "LIMIT" in stop.expected and word in {"offset", "skip"}:
        return say(
            stop, stop.at, stop.at + len(stop.word), "A query gives its first rows; there is no `offset`."
        )
    sort_by = re.search(
        r"\bsort\s+(by)\s*$", stop.text[max(stop.start, stop.at - 20) : stop.at], re.IGNORECASE
    )
    if sort_by is not None:
        at = max(stop.start, stop.at - 20) + sort_by.start(1)
        return say(stop, at, at + 2, "`sort` goes without `by`.", "", safe=False)
    if word[:1].isdigit() and _last(stop) == "fill":
        sentence = (
            "`fill` takes nothing behind it: for 0 where a metric has no row, give the metric `empty 0`."
        )
        return say(stop, stop.at, stop.at + len(stop.word), sentence)
    clause = re.search(
        r"\b(by|where|during|having|sort|limit)\b(?!.*\b(?:by|where|during|having|sort|limit)\b)",
        stop.text[stop.start : stop.at],
        re.DOTALL,
    )
    signs = _CONDITION if word in _CONDITION else _CALCULATION
    grouping = clause is not None and clause[1] == "by"
    if grouping and word in signs and "LIMIT" in stop.expected:
        return _calculated_group(stop, condition=signs is _CONDITION)
    if (
        grouping
        and word in {"(", "-"}
        and "NAME" in stop.expected
        and _IN_BY.search(stop.text, stop.start, stop.at)
    ):
        return _calculated_group(stop, condition=False)
    if word == "and" and clause is not None and clause[1] in {"by", "sort"}:
        return say(stop, stop.at, stop.at + 3, "Several are separated by commas.", ",", safe=False)
    return None


def _calculated_group(stop: Stop, *, condition: bool) -> Problem:
    """`by size: amount + 1`, `by large: amount > 100`: what groups are made of has a name, or is a call."""
    sentence = "`by` takes a name or a call, and a calculation is neither: declare it in the entity, `dimension … = …`, and ask by that."
    if condition:
        sentence += ' A condition may be told in words, as in `large: if(order.amount > 100, "yes", "no")`.'
    return say(stop, stop.at, stop.at + len(stop.word), sentence)


def _number(stop: Stop) -> Problem | None:
    for start in range(max(stop.start, stop.at - 12), stop.at + 1):
        number = _GROUPED_NUMBER.match(stop.text, start)
        alone = start == 0 or not re.match(r"[\w.]", stop.text[start - 1])
        if number is None or not alone or not number.start() <= stop.at <= number.end():
            continue
        plain = _plain(number)
        if number["power"] or number["short"]:
            sentence = "A number is written in plain digits, as in 1000 or 12.5."
            return say(stop, *number.span(), sentence, plain, safe=False)
        span = Span(stop.file, *number.span())
        return LeadingZero(span=span, written=number[0], instead=plain)
    return None


def _plain(number: re.Match[str]) -> str:
    """A number in plain digits."""
    if number["dots"]:
        return number[0].replace(".", "").replace(",", ".")
    if number["power"]:
        return f"{Decimal(number[0]):f}"
    if number["short"]:
        return f"{(Decimal(number['digits']) * _TIMES[number['times'].lower()]).normalize():f}"
    return re.sub(r"[^\d.]", "", number[0])


LOOKS: tuple[Callable[[Stop], Problem | None], ...] = (_period, _clauses, _number)
