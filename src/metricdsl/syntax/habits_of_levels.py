"""Habits about members, open rows and stocks: `avg(m by k)`, `per each k`, `while t`, a `stock` in a formula."""

import re

from metricdsl.diagnostics import Problem
from metricdsl.syntax.saying import say
from metricdsl.syntax.stop import Stop


def members(stop: Stop) -> Problem | None:
    """`avg(revenue by customer)`, `avg(revenue per each customer)`: what stands behind `per` and its like."""
    if stop.word == "by" and {"PER", "RPAR"} <= stop.expected:
        return say(stop, stop.at, stop.at + 2, "Inside an aggregate the members are named by `per`.", "per")
    span = stop.last_word()
    if stop.source.slice(span) in {"each", "a", "an"} and re.search(
        r"\bper\s+$", stop.text[max(stop.start, span.start - 8) : span.start]
    ):
        return say(stop, span.start, stop.at, "Behind `per` stands the key alone: `per customer`.", "")
    behind = stop.text[max(stop.start, stop.at - 80) : stop.at]
    if (
        stop.source.slice(span) == "every"
        and stop.word[:1].isalpha()
        and re.search(r"\(\s*every\s+$", behind)
    ):
        sentence = "`every` stands behind `per`, as in `avg(orders per every customer)`; a count of an entity is of all its rows."
        return say(stop, span.start, stop.at, sentence, "")
    if (
        re.search(r"\bper\s+(every\s+)?[\w.]+\s+$", behind)
        and stop.word[:1].isalpha()
        and "RPAR" in stop.expected
    ):
        sentence = "Several keys of `per` stand in parentheses: `per (customer, month)`."
        return say(stop, stop.at, stop.at + len(stop.word), sentence, None)
    if re.search(r"\bwhile\s+[\w.]+\s*$", behind) and "TO" in stop.expected:
        sentence = "`while` needs two times, from which on and until when a row is open: `while created_at to closed_at`."
        return say(stop, stop.at, stop.at + len(stop.word), sentence, None)
    if stop.word in {"stock", "spread"} and "AT" in stop.expected:
        shape = (
            "fact balance : money stock last by day"
            if stop.word == "stock"
            else "fact fee : money spread from starts_on to ends_on"
        )
        return say(
            stop,
            stop.at,
            stop.at + len(stop.word),
            f"`{stop.word}` stands behind the fact in its entity: `{shape}`.",
            None,
        )
    return None
