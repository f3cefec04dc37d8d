"""A part of a date behind parentheses: `min(order.ordered_at).month`."""

import re

from metricdsl.diagnostics import Problem
from metricdsl.syntax.saying import say
from metricdsl.syntax.stop import Stop

_GRAIN = re.compile(r"\.\s*(year|quarter|month|week|day|hour|minute)\b")


def part_of_a_formula(stop: Stop) -> Problem | None:
    """What `.month` behind a parenthesis is meant to say."""
    grain = _GRAIN.match(stop.text, stop.at)
    if grain is None or stop.before != ")":
        return None
    start = _begin(stop.text[stop.start : stop.behind.end]) + stop.start
    formula = stop.text[start : stop.behind.end]
    sentence = f"Behind a name `.{grain[1]}` is its {grain[1]}; of a formula it is `start_of(…, {grain[1]})`."
    return say(stop, start, grain.end(), sentence, f"start_of({formula}, {grain[1]})")


def _begin(text: str) -> int:
    """Where the call, or the parenthesis, begins that ends the text."""
    open_ones = 0
    for at in range(len(text) - 1, -1, -1):
        open_ones += {")": 1, "(": -1}.get(text[at], 0)
        if not open_ones:
            name = re.search(r"[\w.]+$", text[:at])
            return name.start() if name else at
    return len(text)
