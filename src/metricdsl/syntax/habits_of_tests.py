"""What people write above the rows of a test: formulas, where the columns have names."""

import re

from metricdsl.diagnostics import Edit, Fix, Problem
from metricdsl.diagnostics.problems.syntax import UnexpectedText
from metricdsl.source import Span
from metricdsl.syntax.scan import scan
from metricdsl.syntax.stop import Stop

_CLAUSE = re.compile(r"\b(?P<word>given|expect)\s+(?P<said>[^{}]*)\{$")
_NAME = "x"


def column_of_a_test(stop: Stop) -> Problem | None:
    """`expect during(revenue, 2025) { during(revenue, 2025) | 5 }`: the formula has a name in `expect`, and that is its column."""
    open_ = [place for sign, place in scan(stop.text, stop.start, stop.at).open if sign == "{"]
    if not stop.text.startswith("test", stop.start) or len(open_) != 2 or not stop.word:
        return None
    clause = _CLAUSE.search(stop.text, stop.start, open_[-1] + 1)
    header = stop.text[open_[-1] + 1 : stop.at]
    if clause is None or "|" in header or not header.strip() or header.rstrip().endswith(","):
        return None
    begin = open_[-1] + 1 + header.rfind(",") + 1
    begin += len(stop.text[begin : stop.at]) - len(stop.text[begin : stop.at].lstrip())
    end = _end(stop)
    if clause["word"] == "given":
        if stop.word not in {"(", "+", "-", "*", "/", "=", ":"}:
            return None
        return UnexpectedText(
            span=Span(stop.file, begin, end),
            sentence="The columns of `given` are those that the entity stores, by their names.",
            remedies=(Fix("give what the formula is made of, each in its own column"),),
        )
    named, _, formula = stop.text[begin:end].rpartition(": ")
    if stop.word == ":" and formula.strip():
        name = named.strip()
    elif stop.word in {"(", "+", "-", "*", "/", "="}:
        name, formula = _NAME, stop.text[begin:end]
    else:
        return None
    formula = formula.strip()
    edits = [Edit(Span(stop.file, begin, end), name)]
    at = clause.start("said") + clause["said"].find(formula)
    if formula in clause["said"]:
        before = re.search(r"([^\W\d]\w*)\s*:\s*$", stop.text[clause.start("said") : at])
        if before is not None:
            name = before[1]
            edits = [Edit(Span(stop.file, begin, end), name)]
        else:
            edits.insert(0, Edit(Span(stop.file, at, at), f"{name}: "))
    return UnexpectedText(
        span=Span(stop.file, begin, end),
        sentence=f"The columns of `expect` are names: a formula has its name before the braces, `expect {name}: {formula}`, and that"
        " is its column.",
        mark="a name belongs here",
        remedies=(Fix(f"name it, and write `{name}` here", tuple(edits)),),
    )


def _end(stop: Stop) -> int:
    """Where the column ends: at the next comma outside parentheses, the rows, the brace or the line's end."""
    deep = 0
    for at in range(stop.at, len(stop.text)):
        sign = stop.text[at]
        deep += {"(": 1, ")": -1}.get(sign, 0)
        if not deep and sign in ",|}#\n":
            return at - (len(stop.text[:at]) - len(stop.text[:at].rstrip()))
    return len(stop.text.rstrip())


def empty_cell(stop: Stop) -> Problem | None:
    """`| 1, , 5`: an empty cell is written `null`."""
    open_ = [place for sign, place in scan(stop.text, stop.start, stop.at).open if sign == "{"]
    if not stop.text.startswith("test", stop.start) or len(open_) != 2:
        return None
    if (
        "|" not in stop.text[open_[-1] : stop.at]
        or stop.word not in {",", "|", "}"}
        or stop.before not in "|,"
    ):
        return None
    at = stop.behind
    return UnexpectedText(
        span=stop.span,
        sentence="An empty cell is written `null`.",
        mark="a value belongs before it",
        remedies=(Fix("write `null`", (Edit(at, " null"),)),),
    )
