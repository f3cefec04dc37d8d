"""Periods that move with the day, where a formula has one that stands still, or a value: `during(revenue, last year)`, `d = last month`."""

import re

from metricdsl.diagnostics import Edit, Fix, Problem
from metricdsl.diagnostics.problems.syntax import UnexpectedText
from metricdsl.source import Span
from metricdsl.syntax.saying import say
from metricdsl.syntax.scan import scan
from metricdsl.syntax.stop import Stop

_WORD = re.compile(r"\b(?P<which>last|previous|prior|this|current|next)\s+$", re.IGNORECASE)
_UNIT = re.compile(r"(?:(?P<n>\d+)\s+)?(?P<unit>minute|hour|day|week|month|quarter|year)s?\b", re.IGNORECASE)
_WHOLE_UNIT = re.compile(r"(?:day|week|month|quarter|year)s?\b")
_WRITTEN = re.compile(rf"(?:last|this)\s+{_UNIT.pattern}")
_COUNTED = re.compile(r"last\s+\d+\b")
_OF_A_CALENDAR = re.compile(r"(?:(?:last|this)\s+(?:\d+\s+)?)?(?!\d)\w+\.\w+")
_LAST_OR_THIS = re.compile(r"\b(?P<which>last|this)$")
_TO = frozenset({"until", "till", "through", "thru"})
_RANGE = re.compile(r"\bduring\s+[\w-]+\s*$")
_FISCAL = re.compile(r"\b(?P<which>this|last)\s+(?:fiscal|financial)\s+$", re.IGNORECASE)
_NOW = frozenset({"this", "current"})
_INSTEAD = {"previous": "last", "prior": "last", "current": "this"}


def until(stop: Stop) -> Problem | None:
    """`during 2026-04 until 2026-06`: the last period of a range stands behind `to`."""
    if stop.word.lower() not in _TO or _RANGE.search(stop.text, stop.start, stop.at) is None:
        return None
    sentence = "A range of periods is `2026-04 to 2026-06`, and the last one is part of it."
    return say(stop, stop.at, stop.at + len(stop.word), sentence, "to", safe=False)


def fiscal_year(stop: Stop) -> Problem | None:
    """`during this fiscal year`: a fiscal year is one of a calendar that is declared, and called by it."""
    said = _FISCAL.search(stop.text, stop.start, stop.at)
    unit = re.match(r"(?:year|quarter|month)\b", stop.text[stop.at :])
    if said is None or said.end() != stop.at or unit is None:
        return None
    sentence = (
        "A fiscal year is one of a calendar: declare it, `calendar fiscal { year starts 04-01 }`, and its periods are"
        f" `{said['which'].lower()} fiscal.{unit[0]}`."
    )
    return say(stop, said.start("which"), stop.at + unit.end(), sentence)


def moving_period(stop: Stop) -> Problem | None:
    """`during(revenue, last year)`: what moves with the period asked for is another function."""
    said, unit = _WORD.search(stop.text, stop.start, stop.at), _UNIT.match(stop.text, stop.at)
    if said is None or unit is None:
        return None
    which = said["which"].lower()
    found = _during(stop, said.start())
    if found is None:
        asked = re.search(r"\bduring\s+$", stop.text[stop.start : said.start()])
        if asked is None or which not in _INSTEAD:
            return None
        word = _INSTEAD[which]
        sentence = f"A period that moves with the day is `{word} {unit[0]}`."
        return say(stop, *said.span("which"), sentence, word, safe=False)
    begin, formula = found
    period = f"{which} {unit[0]}".lower()
    remedies = []
    instead = _function(which, formula, unit["n"], unit["unit"].lower())
    closed = re.compile(r"\s*\)").match(stop.text, unit.end())
    if instead:
        edits = (Edit(Span(stop.file, begin, closed.end()), instead),) if closed is not None else ()
        remedies.append(Fix(f"of whatever period is asked for, write `{instead}`", edits))
    if which != "next":
        word = _INSTEAD.get(which, which)
        remedies.append(Fix(f"or leave it to the question: `{formula} during {word} {unit[0]}`"))
    else:
        remedies.append(Fix("no word names a period to come: write it out, as 2027 or 2026-12"))
    return UnexpectedText(
        span=Span(stop.file, said.start("which"), unit.end()),
        sentence=f"The period of `during(…)` stands still, as 2025, 2025-Q1 and 2025-03 do; `{period}` moves with the day.",
        mark="moves with the day",
        remedies=tuple(remedies),
    )


def moving_value(stop: Stop) -> Problem | None:
    """`prior(m, last year)`, `ordered = last month`: periods that move with today belong to questions."""
    said = stop.text[stop.start : stop.behind.start]
    unit, which = _WHOLE_UNIT.match(stop.text, stop.at), _LAST_OR_THIS.search(said)
    if unit is None or which is None:
        return None
    begin = stop.start + which.start()
    period = f"{which['which']} {unit[0]}"
    function = re.search(
        r"\b(?P<name>prior|growth)\s*\([^(),]*(?:\([^()]*\))?[^(),]*,\s*$",
        said[: which.start()],
    )
    whole = Span(stop.file, begin, unit.end())
    remedies: tuple[Fix, ...]
    one = unit[0].removesuffix("s")
    if function is None:
        sentence = f"`{period}` moves with today: only a question takes such a period, behind `during`."
        remedies = (Fix(f"ask with `during {period}`, or compare with dates that are written out"),)
    else:
        sentence = f"`{function['name']}(…)` takes the length of time to go back: `1 {one}`."
        remedies = (Fix(f"write `1 {one}`", (Edit(whole, f"1 {one}"),)),)
    return UnexpectedText(span=whole, sentence=sentence, mark="moves with today", remedies=remedies)


def range_of_periods(stop: Stop) -> Problem | None:
    """`during(revenue, 2025-01 to 2025-03)`: the first and the last stand with a comma."""
    if stop.word != "to" or _during(stop, stop.at) is None:
        return None
    start = stop.behind.start
    return say(
        stop,
        start,
        stop.at + 2,
        "The first and the last period of several stand with a comma: `during(revenue, 2025-01, 2025-03)`.",
        ",",
        safe=False,
    )


def in_a_period(stop: Stop) -> Problem | None:
    """`ordered_at in last 30 days`, `waited in hours`: neither is a list."""
    if stop.expected != {"LPAR"} or stop.source.slice(stop.last_word()) != "in":
        return None
    begin = stop.last_word().start
    if (period := _WRITTEN.match(stop.text, stop.at)) is not None:
        return UnexpectedText(
            span=Span(stop.file, begin, period.end()),
            sentence="`in` takes a list in parentheses. A period that moves with today is asked for by `during`.",
            mark="a period",
            remedies=(Fix(f"ask with `during {period[0]}`, or compare with dates that are written out"),),
        )
    unit = _UNIT.match(stop.text, stop.at)
    if unit is None or unit["n"]:
        return None
    one = f"/ 1 {unit['unit'].lower()}"
    return say(
        stop,
        begin,
        unit.end(),
        f"A length of time in {unit[0]} is a number: divided by one of them, `… {one}`.",
        one,
        safe=False,
    )


def period_alone(stop: Stop) -> Problem | None:
    """`revenue by month last 3`: of what, and behind `during`."""
    counted = _COUNTED.match(stop.text, stop.at)
    if "DURING" not in stop.expected or counted is None or _WRITTEN.match(stop.text, stop.at):
        return None
    return say(
        stop, *counted.span(), "A period is asked for by `during`, and has a unit: `during last 3 months`."
    )


def period_of_a_calendar(stop: Stop) -> Problem | None:
    """`during fiscal.2025`, `during this fiscal.year`: ranges are of the plain calendar."""
    asked = re.compile(r"\bduring\s+").search(stop.text, max(stop.start, stop.at - 60), stop.at + 1)
    named = None if asked is None else _OF_A_CALENDAR.match(stop.text, asked.end())
    if named is None or not named.start() <= stop.at <= named.end():
        return None
    sentence = "A range is written in periods of the plain calendar, also where a question is grouped by another: `during 2025-04 to 2026-03`."
    return say(stop, *named.span(), sentence)


def _during(stop: Stop, before: int) -> tuple[int, str] | None:
    """Where the `during(…)` begins that a place is the period of, and its formula."""
    around = [place for sign, place in scan(stop.text, stop.start, before).open if sign == "("]
    called = re.search(r"\bduring\s*$", stop.text[stop.start : around[-1]]) if around else None
    if called is None:
        return None
    formula = stop.text[around[-1] + 1 : before].rstrip()
    deep, end = 0, len(formula)
    for at, sign in enumerate(formula):
        deep += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "," and not deep:
            end = at
            break
    return (stop.start + called.start(), formula[:end].strip()) if end < len(formula) else None


def _function(which: str, formula: str, number: str | None, unit: str) -> str:
    """The time function that a moving period is likely to mean."""
    if which == "next" or unit in {"minute", "hour"}:
        return ""
    if which in _NOW:
        return "" if number or unit == "day" else f"to_date({formula}, {unit})"
    if number and number != "1":
        return f"trailing({formula}, {number} {unit}s)"
    return f"prior({formula}, 1 {unit})"
