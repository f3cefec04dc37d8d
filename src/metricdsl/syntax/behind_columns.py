"""Words of a formula behind a column of a question, where the question's own clauses follow: `revenue as total`, `n via boss`."""

import re

from metricdsl.diagnostics import Edit, Fix, Problem
from metricdsl.diagnostics.problems.syntax import UnexpectedText
from metricdsl.source import Span
from metricdsl.syntax.stop import Stop

_OF_CONTEXT = frozenset({"at", "while", "via", "per", "as"})
_KINDS = frozenset(
    {"number", "share", "points", "change", "duration", "integer", "decimal", "float", "money"}
)
_NAMED = re.compile(r"as\s+(?P<quote>[\"`]?)(?P<name>[^\W\d]\w*)(?P=quote)(?!\w)", re.IGNORECASE)
_REPORT = re.compile(r"\s*report\b[^=]*=")


def behind_a_column(stop: Stop) -> Problem | None:
    """What to write in place of a word that goes with a formula; None of other words."""
    if stop.word not in _OF_CONTEXT or "LIMIT" not in stop.expected:
        return None
    if (behind_by := _behind_by(stop)) is not None:
        return behind_by
    before = stop.source.slice(stop.last_word())
    before = "…" if before == ")" else before
    remedy = _in_parentheses(stop, before)
    if stop.word in {"per", "having"}:
        remedy = Fix(f"name the aggregate around it: `avg({before} {stop.word} …)`")
    sentence = f"In a query, a column with `{stop.word}` stands in parentheses."
    why = "The query's own clauses follow its columns, so a column's own words need to be held together."
    if stop.word == "as":
        named = _NAMED.match(stop.text, stop.at)
        if named is None or named["name"] not in _KINDS:
            return _named(stop, named)
        remedy = _converted(stop, named) or remedy
    if stop.word == "per":  # parentheses alone would not do
        sentence = f"`{before} per …` has a value for each member; how these become one is not said."
        why = "Of 3 members with 10, 20 and 90 the mean is 40, the median 20, the greatest 90."
    return UnexpectedText(
        span=stop.span,
        sentence=sentence,
        mark="belongs to the column before it",
        why=why,
        remedies=(remedy,),
    )


def _named(stop: Stop, named: re.Match[str] | None) -> Problem:
    """`sum(order.amount) as total`: a name stands in front. It may be a unit that is meant: then in parentheses."""
    column = _column(stop)
    title = "to name a column, write the name in front: `name: formula`"
    edits: tuple[Edit, ...] = ()
    has_name = column is not None and stop.text[: column.start].rstrip().endswith(":")
    if named is not None and column is not None and not has_name:
        whole = f"{named['name']}: {stop.source.slice(column)}"
        title = f"write `{whole}`"
        edits = (Edit(Span(stop.file, column.start, named.end()), whole),)
    return UnexpectedText(
        span=stop.span,
        sentence="A column's name stands in front of it, with a colon: `total: sum(order.amount)`.",
        mark="belongs to the column before it",
        why="Behind a formula `as` says its unit, as in `(revenue / orders as number)`, in parentheses.",
        remedies=(Fix(title, edits),),
    )


def _converted(stop: Stop, said: re.Match[str]) -> Fix | None:
    """`win_rate * 100 as number` in parentheses."""
    column = _column(stop)
    if column is None:
        return None
    whole = f"({stop.source.slice(column)} as {said['name']})"
    place = Span(stop.file, column.start, said.end())
    return Fix(f"put the column in parentheses: `{whole}`", (Edit(place, whole),))


def _column(stop: Stop) -> Span | None:
    """The column before the word, from the comma or the name in front of it; None behind `by`."""
    head = _REPORT.match(stop.text, stop.start, stop.at)
    start, depth = head.end() if head else stop.start, 0
    for at in range(start, stop.at):
        sign = stop.text[at]
        depth += (sign in "([{") - (sign in ")]}")
        if sign == "," and depth == 0:
            start = at + 1
    said = stop.text[start : stop.behind.start]
    if '"' in said or "#" in said or re.search(r"\bby\b", stop.text[stop.start : stop.at]):
        return None
    front = re.match(r"\s*(?:[^\W\d]\w*\s*:\s*)?", said)
    begin = start + (front.end() if front else 0)
    return Span(stop.file, begin, stop.behind.start) if begin < stop.behind.start else None


def _in_parentheses(stop: Stop, before: str) -> Fix:
    """The column with its words in parentheses."""
    rest = re.compile(rf"{stop.word}\s+(?P<said>[^\W\d][\w.]*)").match(stop.text, stop.at)
    column = re.search(r"(?:^|,)\s*(?P<name>[^\W\d][\w.]*)\s*$", stop.text[stop.start : stop.at])
    if rest is None or column is None or stop.word not in {"via", "at"}:
        return Fix(f"put the column in parentheses: `({before} {stop.word} …)`")
    whole = f"({column['name']} {stop.word} {rest['said']})"
    place = Span(stop.file, stop.start + column.start("name"), rest.end())
    return Fix(f"put the column in parentheses: `{whole}`", (Edit(place, whole),))


_BY_CLAUSE = re.compile(
    r"^\s*(?P<columns>.*?)\s+by\s+(?P<keys>(?:(?!\b(?:where|during|having|sort|compare|limit|fill)\b).)*)$",
    re.DOTALL,
)
_VIA = re.compile(r"via\s+(?P<role>[^\W\d][\w.]*)")


def _behind_by(stop: Stop) -> Problem | None:
    """`revenue by rep.team via creator`, `revenue by month at closed_on`: what is asked by has no words of its own."""
    clause = _BY_CLAUSE.match(stop.text[stop.start : stop.at])
    if clause is None or stop.word not in {"via", "at", "while"}:
        return None
    via = _VIA.match(stop.text, stop.at)
    key = re.search(r"(?P<path>[^\W\d][\w.]*)\s*$", clause["keys"])
    if via is not None and key is not None:
        role = via["role"].rpartition(".")[2]
        name = f"{role}.{key['path'].rpartition('.')[2]}" if "." in key["path"] else role
        start = stop.start + clause.start("keys") + key.start("path")
        span = Span(stop.file, start, via.end())
        return UnexpectedText(
            span=span,
            sentence=f"A path is named by its join: `{name}`.",
            mark="by another path",
            remedies=(Fix(f"write `{name}`", (Edit(span, name),)),),
        )
    column = clause["columns"]
    said = column if re.fullmatch(r"[\w.]+", column) else "…"
    rest = re.compile(rf"{stop.word}\s+[\w.]+(?:\s+to\s+[\w.]+)?").match(stop.text, stop.at)
    words = rest[0] if rest is not None else f"{stop.word} …"
    edits: tuple[Edit, ...] = ()
    if said != "…" and rest is not None:
        first = stop.start + clause.start("columns")
        place = Span(stop.file, first, first + len(column))
        taken = Span(stop.file, stop.behind.start, rest.end())
        edits = (Edit(place, f"({said} {words})"), Edit(taken, ""))
    return UnexpectedText(
        span=stop.span,
        sentence=f"`{stop.word}` belongs to a column, in parentheses, and not to what it is asked by.",
        mark="belongs to the column",
        remedies=(Fix(f"write `({said} {words}) by …`", edits),),
    )
