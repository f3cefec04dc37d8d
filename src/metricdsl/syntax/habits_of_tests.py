"""What people write above the rows of a test: formulas, where the columns have names."""

import re

from metricdsl.diagnostics import Edit, Fix, Problem
from metricdsl.diagnostics.problems.syntax import UnexpectedText
from metricdsl.source import Span
from metricdsl.syntax.scan import scan
from metricdsl.syntax.stop import Stop

_CLAUSE = re.compile(r"\b(?P<word>given|expect)\s+(?P<said>[^{}]*)\{$")
_NAME = "x"
_NAMED = "id, …"
_ROW = re.compile(r'(?=[-"\d]|(?:true|false|null)\b)(?:"(?:[^"\\\n]|\\.)*"|[^"|{}#\n])*')
_VALUES = re.compile(r"\s*(?:(?:null|true|false)\s*,\s*)*")
_LIST = r"[^\W\d][\w.]*(?:\s*,\s*[^\W\d][\w.]*)*"
_QUESTION = re.compile(rf"(?P<asked>{_LIST}?)(?:\s+by\s+(?P<by>{_LIST}))?")


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


def no_columns(stop: Stop) -> Problem | None:
    """`given order { 1, "open" | 2, "won" }`: the names of the columns stand in front; and `given order { }` has none."""
    open_ = [place for sign, place in scan(stop.text, stop.start, stop.at).open if sign == "{"]
    if not stop.text.startswith("test", stop.start) or len(open_) != 2 or not stop.word:
        return None
    clause = _CLAUSE.search(stop.text, stop.start, open_[-1] + 1)
    if clause is None or not _VALUES.fullmatch(
        stop.text, open_[-1] + 1, stop.at
    ):  # `null` alone could be a name
        return None
    begin = stop.at - len(stop.text[open_[-1] + 1 : stop.at].lstrip())
    word, of = clause["word"], clause["said"].strip()
    if stop.word == "}" and word == "given" and begin == stop.at:
        return UnexpectedText(
            span=stop.span,
            sentence=f"`given` has columns and rows. An entity that is left out is empty, so `given {of} {{ }}` need not be written.",
            remedies=_without(stop, clause.start(), of),
        )
    first = _row(stop.text, begin)
    if not first:
        return None
    place = Span(stop.file, begin, begin + len(first.split(",")[0].rstrip()))
    if word == "given":
        sentence = f"The names of the columns stand in front of the rows, as in `given {of} {{ {_NAMED} | {first} }}`."
        return UnexpectedText(
            span=place,
            sentence=sentence,
            remedies=(Fix("write the names of the columns that the entity stores, and `|` behind them"),),
        )
    columns = _of_question(of, len(first.split(",")))
    shown = columns or f"{_NAME}, …"
    sentence = (
        f"The names of the columns stand in front of the rows, as in `expect {of} {{ {shown} | {first} }}`."
    )
    edits = (Edit(Span(stop.file, begin, begin), f"{columns} | "),) if columns else ()
    title = (
        f"write `{columns} |` in front" if columns else "write the names of the columns, and `|` behind them"
    )
    return UnexpectedText(span=place, sentence=sentence, remedies=(Fix(title, edits),))


def _without(stop: Stop, begin: int, of: str) -> tuple[Fix, ...]:
    """The fix that takes a clause without rows away."""
    start = len(stop.text[:begin].rstrip())
    return (Fix(f"take `given {of} {{ }}` away", (Edit(Span(stop.file, start, stop.at + 1), ""),)),)


def _row(text: str, begin: int) -> str:
    """The first row as it is written, if the place is in front of one: it begins with a value, and no name."""
    found = _ROW.match(text, begin)
    return "" if found is None else found[0].strip()


def _of_question(said: str, size: int) -> str:
    """The columns of a question of names alone: what it is by, then what is asked. Nothing where the row has others."""
    found = _QUESTION.fullmatch(said)
    if found is None:
        return ""
    names = [name.strip() for part in (found["by"], found["asked"]) if part for name in part.split(",")]
    return ", ".join(names) if len(names) == size else ""


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
