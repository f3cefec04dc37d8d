"""Columns and names of a query where none can stand: `revenue during 2026, orders`, `by owner.team: top(…)`."""

import re

from metricdsl.diagnostics import Edit, Fix, Problem
from metricdsl.diagnostics.problems.syntax import UnexpectedText
from metricdsl.source import Span
from metricdsl.syntax.saying import say
from metricdsl.syntax.stop import Stop

_CLAUSE = re.compile(r"\b(?:by|where|during|having|sort|limit|fill|compare)\b")
_LISTS = frozenset({"by", "sort", "compare"})  # behind them a comma goes on
_PATH = re.compile(r"(?P<path>(?:[\w`]+\.)+(?P<last>[^\W\d]\w*))\s*$")


def column_behind(stop: Stop) -> Problem | None:
    """`revenue during 2026, orders`: all columns of a question stand in front."""
    if stop.word != "," or "LIMIT" not in stop.expected:
        return None
    text, end = stop.text, _end(stop)
    clauses = [
        found for found in _CLAUSE.finditer(text, stop.start, stop.at) if _outside(stop, found.start())
    ]
    following = next((f for f in _CLAUSE.finditer(text, stop.at, end) if _outside(stop, f.start())), None)
    if not clauses or clauses[-1][0] in _LISTS:
        return None
    stops = following.start() if following is not None else end
    said = text[stop.at : stops].rstrip()
    first = clauses[0].start()
    columns = len(text[stop.start : first].rstrip()) + stop.start
    edits = (
        Edit(Span(stop.file, columns, columns), said),
        Edit(Span(stop.file, stop.at, stop.at + len(said)), ""),
    )
    return UnexpectedText(
        span=Span(stop.file, stop.at, stop.at + len(said)),
        sentence=f"The columns of a question stand together, before `{clauses[0][0]}`.",
        mark="a column behind",
        remedies=(Fix(f"write `{said.lstrip(', ')}` there", edits if said.strip(", ") else ()),),
    )


def named_by_a_path(stop: Stop) -> Problem | None:
    """`by owner.team: top(owner.team, 5, …)`: a column is named by one word."""
    if stop.word != ":" or "COMMA" not in stop.expected:
        return None
    found = _PATH.search(stop.text, max(stop.start, stop.at - 200), stop.at)
    if found is None:
        return None
    sentence = "The name of a column is one word."
    return say(stop, *found.span("path"), sentence, found["last"], safe=False)


def _end(stop: Stop) -> int:
    """Where the question ends: at the bracket that closes what it stands in, or with the line."""
    depth = 0
    for at in range(stop.at, len(stop.text)):
        sign = stop.text[at]
        depth += (sign == "(") - (sign == ")")
        if sign in "\n#{}" or depth < 0:
            return at
    return len(stop.text)


def _outside(stop: Stop, at: int) -> bool:
    """Whether a place lies in no parentheses and no text of the question."""
    before = re.sub(r'"[^"\n]*"', "", stop.text[stop.start : at])
    return before.count("(") == before.count(")") and '"' not in before
