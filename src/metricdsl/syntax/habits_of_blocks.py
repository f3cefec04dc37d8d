"""What people write into the blocks of entities, sources and other declarations: `primary key`, `left join`, `a -> b`, `for Q1 2026`."""

import re

from metricdsl.diagnostics import Edit, Fix, Problem
from metricdsl.diagnostics.problems.syntax import UnexpectedText
from metricdsl.source import Span
from metricdsl.syntax.saying import say
from metricdsl.syntax.stop import Stop
from metricdsl.value import frozen

_NAME = r"[^\W\d]\w*"
_TYPES = "integer|int|decimal|float|number|text|string|boolean|bool|date|timestamp|duration|money|share"
_FURTHER = 80  # characters that reading may have gone on behind what is wrong


@frozen
class _Habit:
    """Text in a declaration, and what it should be: `instead` takes the place of the group `x`, with the other groups in it."""

    declaration: str
    pattern: re.Pattern[str]
    sentence: str
    instead: str | None = None


def _habit(declaration: str, pattern: str, sentence: str, instead: str | None = None) -> _Habit:
    return _Habit(declaration, re.compile(pattern), sentence, instead)


_HABITS = (
    _habit(
        "entity",
        rf"[{{,]\s*(?P<x>{_NAME})\s+(?:{_TYPES}|varchar|numeric)\b",
        "A line of an entity begins with what it is: `key`, `dimension`, `fact`, `time` or `join`; a type stands behind a colon.",
    ),
    _habit("entity", r"\b(?P<x>primary\s+)key\b", "The key of an entity is said by `key` alone.", ""),
    _habit(
        "entity",
        r"\b(?P<x>foreign\s+key\s+(?P<column>\w+))",
        "What a foreign key leads to is said by `join`: `join customer on customer_id`.",
    ),
    _habit(
        "entity",
        r"\b(?P<x>(?:left|inner|right|outer|full|cross)\s+(?:outer\s+)?)join\b",
        "A join is always from many to one, and loses no row: it is `join` alone.",
        "",
    ),
    _habit("entity", r"\bkey(?P<x>\s*:\s*)\w", "`key` takes no colon.", " "),
    _habit(
        "entity",
        rf"\b(?:dimension|fact|time)\s+{_NAME}(?P<x>\s+)(?:{_TYPES})\b(?!\s*:)",
        "Between a name and its type stands a colon: `dimension status : text`.",
        " : ",
    ),
    _habit(
        "entity",
        rf"\bjoin\s+(?:{_NAME}\s*:\s*)?(?P<to>{_NAME})\s+on\s+(?P<x>(?!(?P=to)\.){_NAME}\.(?P<own>{_NAME})\s*=\s*[\w.]+)",
        "A join names the columns of its own entity alone; the key that they meet is known.",
        "{own}",
    ),
    _habit(
        "entity",
        rf"\bjoin\s+{_NAME}\s+(?P<x>using\s*\(?\s*(?P<own>{_NAME})(?:\s*\))?)",
        "The column of a join stands behind `on`.",
        "on {own}",
    ),
    _habit(
        "entity",
        rf"\b(?P<x>belongs_to|has_one|references|many_to_one)\s+(?={_NAME}\s+on\b)",
        "What rows of another entity these lead to is said by `join`.",
        "join",
    ),
    _habit(
        "entity",
        rf"\bjoin\s+{_NAME}(?P<x>)\s*(?:\}}|\n|$)",
        "A join says by which of its own columns: `join customer on customer_id`.",
    ),
    _habit(
        "entity",
        rf"^\s*entity\s+{_NAME}\s*(?P<x>=)",
        "The table of an entity stands behind `from`.",
        "from",
    ),
    _habit(
        "entity",
        rf"^\s*entity\s+{_NAME}\s+from\s+[\w.]+(?P<x>\s+where\s+(?P<said>[^{{}}\n]+?)\s*\{{)",
        "Which rows count is said in the braces, by `where`.",
        " {{ where {said}",
    ),
    _habit("entity", r":\s*(?P<x>[$€£])", "An amount is of the type `money`, or `money(USD)`.", "money"),
    _habit(
        "source",
        rf"\b{_NAME}(?P<x>\s*(?:->|<-|=>|:|\bas\b)\s*){_NAME}",
        "A column of the entity stands on the left, and behind an equals sign what it is made of in the table.",
        " = ",
    ),
    _habit(
        "source",
        rf"\{{\s*(?P<x>(?P<name>{_NAME}))\s*\}}",
        "A column of the entity stands on the left, and behind an equals sign what it is made of in the table.",
        "{name} = {name}",
    ),
    _habit(
        "goal",
        r"\bfor\s+(?P<x>[Qq](?P<quarter>[1-4])[ -]?(?P<year>\d{4}))\b",
        "Periods are written 2026, 2026-Q1, 2026-03.",
        "{year}-Q{quarter}",
    ),
    _habit("goal", r"\b(?P<x>in|during)\s+\d{4}", "The period of a goal stands behind `for`.", "for"),
    _habit(
        "goal",
        r"^\s*goal\s+[\w.]+(?P<x>\s+)-?\d",
        "A goal says on which side of the value: `>=` or `<=`.",
        " >= ",
    ),
    _habit("goal", r"\b(?P<x>by)\s+[\w.]+", "A goal for each of several is said by `each`.", "each"),
    _habit(
        "goal",
        r"(?P<x>\s+per\s+(?:day|week|month|quarter|year)\b)",
        "A goal is for one period: `for 2026-03`; each month has a goal of its own.",
    ),
    _habit(
        "segment",
        rf"^\s*segment\s+{_NAME}(?:\s*\"[^\"\n]*\")?(?P<x>\s+where\b)",
        "Between the name and the condition stands an equals sign.",
        " =",
    ),
    _habit(
        "param",
        rf"^\s*param\s+{_NAME}\s*:\s*[\w() ]+(?P<x>)$",
        "A parameter has a value, where none is given: `param least : integer = 30`.",
    ),
    _habit(
        "event",
        r'^\s*event\s+(?P<x>(?P<day>\d{4}-\d\d-\d\d)\s+(?P<title>"[^"\n]*"))',
        "An event has its title first, and its day behind `on`.",
        "{title} on {day}",
    ),
    _habit(
        "event", r'^\s*event\s+"[^"\n]*"(?P<x>\s+)\d{4}-', "The day of an event stands behind `on`.", " on "
    ),
    _habit(
        "invariant",
        r'^\s*invariant\s+(?P<x>(?P<said>[^"\n{]+?)\s+(?P<title>"[^"\n]*"))',
        "The title of an invariant stands in front, with a colon.",
        "{title}: {said}",
    ),
    _habit(
        "policy",
        rf"^\s*policy(?P<x>\s+)(?!on\b|open\b){_NAME}\b(?!\s+on\b)",
        "The entity of a policy stands behind `on`.",
        " on ",
    ),
    _habit(
        "scorecard",
        rf"\{{(?P<x>\s*)(?!metrics\b|by\b|where\b|during\b|compare\b){_NAME}\s*[,}}]",
        "The metrics of a scorecard stand behind `metrics`.",
        " metrics ",
    ),
    _habit(
        "scorecard",
        rf"\bmetrics\s+{_NAME}(?P<x>\s+)(?!by\b|where\b|during\b|compare\b|metrics\b){_NAME}",
        "Several metrics have commas between them.",
        ", ",
    ),
    _habit(
        "package",
        r"^\s*package\s+(?P<x>(?P<a>\w+)-(?P<b>\w+))",
        "A name is of letters, digits and `_`.",
        "{a}_{b}",
    ),
    _habit("report", r"\blimit\s+\d+(?P<x>\s+rows?)\b", "`limit` takes a number alone.", ""),
    _habit(
        "report",
        rf"^\s*report\s+{_NAME}\s*=\s*(?P<x>select\s+)",
        "A query begins with what is asked: `revenue by region`.",
        "",
    ),
)


def block(stop: Stop) -> Problem | None:
    """What is written into a declaration from the habit of another language."""
    line = stop.text.find("\n", stop.at)
    end = len(stop.text) if line < 0 else line
    for one in _HABITS:
        if not stop.text.startswith(one.declaration, stop.start):
            continue
        for found in one.pattern.finditer(stop.text[stop.start : end]):
            begin, behind = stop.start + found.start(), stop.start + found.end()
            if not begin <= stop.at <= behind + _FURTHER:
                continue
            start, stops = (stop.start + at for at in found.span("x"))
            said = {name: text or "" for name, text in found.groupdict().items()}
            instead = None if one.instead is None else one.instead.format(**said)
            if found["x"].strip() or instead is None:
                return say(stop, start, stops, one.sentence, instead, safe=False)
            return _between(stop, Span(stop.file, start, stops), one.sentence, instead)
    return None


def _between(stop: Stop, gap: Span, sentence: str, instead: str) -> Problem:
    """What is lacking between two words, told at the second."""
    word = re.compile(r'[\w.-]+|"[^"\n]*"|\S').match(stop.text, gap.end)
    place = gap if word is None else Span(stop.file, *word.span())
    fix = Fix(f"write `{instead.strip()}` before it", (Edit(gap, instead),))
    return UnexpectedText(span=place, sentence=sentence, remedies=(fix,))
