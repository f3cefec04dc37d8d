"""What people write into formulas: an amount with its currency, short words for lengths of time, calls without parentheses, periods."""

import re

from metricdsl.diagnostics import Edit, Fix, Problem
from metricdsl.diagnostics.problems.syntax import UnexpectedText
from metricdsl.source import Span
from metricdsl.syntax.habits_of_branches import branches
from metricdsl.syntax.saying import say
from metricdsl.syntax.stop import Stop

_CURRENCY = re.compile(
    r"(?P<code>[A-Z]{3}|usd|eur|gbp|chf|jpy|cny)(?P<per>\s*/\s*(?:minute|hour|day|week|month|quarter|year))?\b"
)
_UNITS = {
    "second": ("s", "sec", "secs"),
    "minute": ("min", "mins", "mn"),
    "hour": ("h", "hr", "hrs"),
    "day": ("d", "dy", "dys"),
    "week": ("w", "wk", "wks"),
    "month": ("m", "mo", "mos", "mon", "mth", "mths"),
    "quarter": ("q", "qtr", "qtrs"),
    "year": ("y", "yr", "yrs"),
}
_SHORT = {short: unit for unit, shorts in _UNITS.items() for short in shorts}
_DECLARED = re.compile(r"\s*(?:goal|(?P<parameter>param)\s+\w+\s*(?P<typed>:)?)")
_UNTYPED = re.compile(r"\s*param\s+(?P<name>\w+)\s*=")
_AGGREGATES = frozenset({"sum", "avg", "count", "min", "max", "median", "stddev", "variance"})
_COLUMN = re.compile(r"(?:of\s+)?(?P<name>(?:distinct\s+)?[^\W\d][\w.]*)")
_OPERAND = re.compile(r"[\w.]+$")
_DIVISOR = re.compile(r"%\s*(?P<by>[\w.]+)")


def amount(stop: Stop) -> Problem | None:
    """`5 USD`: a number takes its unit by `as`."""
    number = _number_before(stop)
    if number is None:
        return None
    currency = _CURRENCY.match(stop.text, stop.at)
    if currency is not None:
        unit = currency["code"].upper() + re.sub(r"\s*/\s*", " / ", currency["per"] or "")
        text = stop.source.slice(number)
        declared = _DECLARED.match(stop.text, stop.start)
        if declared is not None and (declared["typed"] or not declared["parameter"]):
            sentence = f"The number stands alone: it is in the unit of {'the parameter' if declared['parameter'] else 'the metric'}."
            return say(stop, number.start, currency.end(), sentence, text, safe=False)
        if declared is not None and (found := _UNTYPED.match(stop.text, stop.start)) is not None:
            typed = f": money({unit}) = {text}"
            sentence = f"A parameter says its type before the equals sign: `{typed}`."
            return say(stop, found.end("name"), currency.end(), sentence, f" {typed}", safe=False)
        sentence = f"A number takes its unit by `as`, in parentheses: `({text} as {unit})`. Compared with an amount the number alone will do."
        return say(stop, number.start, currency.end(), sentence, f"({text} as {unit})", safe=False)
    unit = _SHORT.get(stop.word.lower().rstrip("."), "")
    if not unit:
        return None
    said = stop.source.slice(number)
    whole = f"{said} {unit}" + ("" if said == "1" else "s")
    sentence = f"Lengths of time are written out: `{whole}`."
    return say(stop, number.start, stop.at + len(stop.word), sentence, whole, safe=False)


_LENGTH = re.compile(r"(?<![\w.])(?P<n>\d+(?:\.\d+)?)(?P<unit>[a-z]{1,5})\b", re.IGNORECASE)
_OF_A_LENGTH = re.compile(
    r"\b(?:prior|growth|trailing)\s*\((?:[^()]|\([^()]*\))*,\s*$|\bwithin\s*:\s*$|\blast\s+$"
)


def length(stop: Stop) -> Problem | None:
    """`trailing(m, 28d)`: a length of time is written out. `3m` is one where a length stands, and else three million."""
    found = _LENGTH.match(stop.text, stop.at)
    unit = "" if found is None else _SHORT.get(found["unit"].lower(), "")
    if found is None or not unit:
        return None
    begin = max(stop.start, stop.at - 200)
    if found["unit"].lower() == "m" and not _OF_A_LENGTH.search(stop.text[begin : stop.at]):
        return None
    whole = f"{found['n']} {unit}" + ("" if found["n"] == "1" else "s")
    return say(stop, *found.span(), f"Lengths of time are written out: `{whole}`.", whole, safe=False)


def _number_before(stop: Stop) -> Span | None:
    """The place of the number that reading stopped behind."""
    span = stop.last_word()
    return span if re.fullmatch(r"\d+(\.\d+)?", stop.source.slice(span)) and stop.word[:1].isalpha() else None


def bare_call(stop: Stop) -> Problem | None:
    """`sum order.amount`: what is aggregated stands in parentheses."""
    span = stop.last_word()
    function = stop.source.slice(span)
    column = _COLUMN.match(stop.text, stop.at)
    if function not in _AGGREGATES or column is None or stop.word in {"where", "at", "by", "per", "during"}:
        return None
    name = " ".join(column["name"].split())
    sentence = f"What is aggregated stands in parentheses: `{function}({name})`."
    return say(stop, span.start, column.end(), sentence, f"{function}({name})", safe=False)


def percent_sign(stop: Stop) -> Problem | None:
    """`x % 2`, `won / closed %`: the sign stands behind a number alone."""
    said = stop.text[stop.start : stop.at].rstrip()
    if stop.word != "%" or re.search(r"(?<![\w.])[\d.]+$", said):
        return None
    operand, divisor = _OPERAND.search(said), _DIVISOR.match(stop.text, stop.at)
    if divisor is not None and divisor["by"] not in {"where", "at", "by", "during", "per", "and", "or"}:
        sentence = "`%` is no operator; what is left of a division is `a - b * floor(a / b)`."
        if operand is None:
            return say(stop, stop.at, divisor.end(), sentence)
        a, b = operand[0], divisor["by"]
        start = stop.start + operand.start()
        return say(stop, start, divisor.end(), sentence, f"({a} - {b} * floor({a} / {b}))", safe=False)
    sentence = "The percent sign stands behind a number: `30%`. A share is shown in percent as it is; what is one is said by `as share`."
    ratio = re.search(r"/\s*[\w.]+$", said)
    return say(stop, stop.at, stop.at + 1, sentence, "as share" if ratio else None, safe=False)


_PERIOD = re.compile(
    r"(?:(?P<lead>during|for|in|over)\s+)?(?P<said>(?P<which>last|this)\s+(?:(?P<n>\d+)\s+)?(?P<unit>day|week|month|quarter|year)s?\b"
    r"|\d{4}(?:-[QW]?\d+)*\b(?:\s+to\s+\d{4}(?:-[QW]?\d+)*\b)?)|(?P<short>YTD|MTD|QTD|ytd|mtd|qtd)\b"
)
_TO_DATE = {"y": "year", "m": "month", "q": "quarter"}
_HEAD = re.compile(r"\s*metric\s+(?P<name>[^\W\d]\w*)[^=]*=\s*(?P<formula>.*?)\s*$", re.DOTALL)


def period(stop: Stop) -> Problem | None:
    """`revenue last month`, `revenue for 2026`, `revenue YTD`: a question names its period by `during`, a metric has none."""
    last = stop.last_word()
    begin = last.start if stop.source.slice(last) == "in" and stop.word[:1].isdigit() else stop.at
    found = _PERIOD.match(stop.text, begin)
    if found is None or (stop.before in "(,=" or (found["lead"] == "during" and "DURING" in stop.expected)):
        return None
    if found["lead"] == "in" and not re.match(r"last|this|\d{4}", found["said"]):
        return None
    if "DURING" in stop.expected or "LIMIT" in stop.expected:
        if found["said"] is None:
            return None
        sentence = f"The period of a question stands behind `during`: `during {found['said']}`."
        return say(stop, *found.span(), sentence, f"during {found['said']}", safe=False)
    head = _HEAD.match(stop.text[stop.start : begin])
    if head is None:
        return None
    if found["said"] is not None and not found["which"] and not found["lead"]:
        return None
    asked = f"{head['name']} during {found['said']}" if found["said"] else f"{head['name']} during this year"
    remedies = [Fix(f"leave the period out, and ask: `{asked}`", (_taken(stop, found.start(), found.end()),))]
    instead = _moved(found, head["formula"])
    if instead:
        whole = Span(stop.file, stop.start + head.start("formula"), found.end())
        title = f"or, of whatever period is asked for, write `{instead}`"
        remedies.append(Fix(title, (Edit(whole, instead),)))
    return UnexpectedText(
        span=Span(stop.file, *found.span()),
        sentence="A metric has no period of its own: the question names it, and the metric is one for all of them.",
        mark="belongs to the question",
        remedies=tuple(remedies),
    )


def _taken(stop: Stop, begin: int, end: int) -> Edit:
    """What takes a clause away, with the blanks before it."""
    before = stop.text[stop.start : begin]
    return Edit(Span(stop.file, stop.start + len(before.rstrip()), end), "")


def _moved(found: re.Match[str], formula: str) -> str:
    """The time function that a period is likely to mean behind a formula."""
    if found["short"]:
        return f"to_date({formula}, {_TO_DATE[found['short'][0].lower()]})"
    if found["which"] == "this":
        return f"to_date({formula}, {found['unit']})" if not found["n"] and found["unit"] != "day" else ""
    if found["which"] != "last":
        return ""
    if found["n"]:
        return f"trailing({formula}, {found['n']} {found['unit']}{'' if found['n'] == '1' else 's'})"
    return f"prior({formula}, 1 {found['unit']})"


def groups(stop: Stop) -> Problem | None:
    """`metric m = revenue by month`: groups are named by the question."""
    head = _HEAD.match(stop.text[stop.start : stop.at])
    listed = re.compile(r"by\s+(?P<keys>[\w.]+(?:\s*,\s*[\w.]+)*)").match(stop.text, stop.at)
    if (
        stop.word != "by"
        or "BY" in stop.expected
        or "RPAR" in stop.expected
        or head is None
        or listed is None
    ):
        return None
    formula, keys = head["formula"], " ".join(listed["keys"].split())
    key = f"({keys})" if "," in keys else keys
    inner = formula if re.fullmatch(r"[\w.]+", formula) else "…"
    return UnexpectedText(
        span=stop.span,
        sentence="A metric has no groups of its own: the question names them, and the metric is one for all of them.",
        mark="belongs to the question",
        remedies=(
            Fix(
                f"leave them out, and ask: `{head['name']} by {keys}`", (_taken(stop, stop.at, listed.end()),)
            ),
            Fix(f"for a level inside the formula there is `per`: `avg({inner} per {key})`"),
        ),
    )


def asked_report(stop: Stop) -> Problem | None:
    """`report r1` as a question: a report is asked for by its name."""
    said = re.fullmatch(r"\s*report\s+", stop.text[stop.start : stop.at])
    if said is None or "LIMIT" not in stop.expected or not stop.word[:1].isalpha():
        return None
    start = stop.start + len(said[0]) - len(said[0].lstrip())
    return UnexpectedText(
        span=Span(stop.file, start, stop.at + len(stop.word)),
        sentence="A report is asked for by its name alone; `report` begins its declaration.",
        remedies=(Fix(f"ask for `{stop.word}`"),),
    )


LOOKS = (asked_report, amount, bare_call, branches, percent_sign, period, groups)
