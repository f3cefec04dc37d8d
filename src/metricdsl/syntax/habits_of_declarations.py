"""What people write into declarations: a type behind a key, a title without its colon, a metric with parameters, other words for a fact."""

import re

from metricdsl.diagnostics import Problem
from metricdsl.syntax.saying import say
from metricdsl.syntax.stop import Stop

_KEY = re.compile(r"\bkey\s+(?P<name>[\w`]+)\s*$")
_TWICE = re.compile(r"\bdefault(?P<second>[ \t]+default)\b")
_A_NAME = re.compile(r"\s*(?:[\w.]+|`[^`\n]*`)?\s*(?:[\w.]+|`[^`\n]*`)?\s*")
_UNIT = re.compile(r'\s*unit\s+(?P<name>[\w.]+|`[^`\n]*`)(?:\s*"[^"\n]*")?\s*')
_TYPE = re.compile(r":[ \t]*(?:[^\W\d][\w.]*)?(?:[ \t]*/[ \t]*[^\W\d][\w.]*)*(?:\([^()\n]*\))?")
_HEAD = re.compile(r"\s*(?P<word>metric|define)\s+[^\W\d]\w*")
_TYPED = re.compile(
    r"\bmetric\s+[\w`]+(?:\s*\"[^\"\n]*\")?\s*:\s*[^=\s][^=\n]*$|\b(?:fact|dimension)\s+[\w`]+(?:\s*\"[^\"\n]*\")?\s*:\s*[\w/ ]+$"
)
_MEMBER = re.compile(
    r"\b(?P<word>measure|metric|column|field|attribute|dim|number|value|date|timestamp|property)\s+[\w`]+\s*$"
)
_WORDS_OF_MEMBERS = {
    **dict.fromkeys(("measure", "metric", "number", "value"), "fact"),
    **dict.fromkeys(("dim", "attribute", "property"), "dimension"),
    **dict.fromkeys(("date", "timestamp"), "time"),
    **dict.fromkeys(("column", "field"), ""),  # as its type says
}
_NUMBERS = frozenset({"integer", "decimal", "float", "money", "share", "duration"})
_ON = re.compile(r"\bon\s+(?P<said>\d{4}(?:-\d\d)?)(?![\w-])")
_FOR = re.compile(r"\bfor\s+(?![Qq][1-4]\b)(?P<said>(?P<calendar>[^\W\d]\w*)[ .]\d{4})\b")
_JOINED = re.compile(
    r"\bjoin\s+(?:[\w`]+\s*:\s*)?(?P<to>[\w.`]+)\s+on\s+(?P<own>[\w.`]+)\s*=+\s*(?P<other>[\w.`]+)"
)
_TITLED = re.compile(r'\s*(?P<word>invariant|goal)\s+"(?:[^"\\\n]|\\.)*"(?P<sign>\s*=)?')


def default_twice(stop: Stop) -> Problem | None:
    """`time closed_on : date default default`: the second is read as a line of its own, which stops behind it."""
    twice = list(_TWICE.finditer(stop.text, stop.start, stop.at))
    if not twice or not _A_NAME.fullmatch(stop.text, twice[-1].end(), stop.at):
        return None
    return say(stop, *twice[-1].span("second"), "`default` stands once.", "")


def typed_unit(stop: Stop) -> Problem | None:
    """`unit seat : integer`: numbers of a unit have a type; `unit box : 12 piece` gives its size."""
    head = _UNIT.match(stop.text, stop.start)
    if stop.word != ":" or head is None or head.end() != stop.at:
        return None
    if re.match(r":\s*\d", stop.text[stop.at :]):
        sentence = (
            "How many of another unit a unit is stands behind an equals sign, as in `unit box = 12 piece`."
        )
        return say(stop, stop.at, stop.at + 1, sentence, "=", safe=False)
    written = _TYPE.match(stop.text, stop.at)
    end = stop.at + 1 if written is None else written.end()
    sentence = f"A unit has no type: a number of it has one, as in `fact pieces : {head['name']}`."
    return say(stop, len(stop.text[: stop.at].rstrip()), end, sentence, "", safe=False)


def typed_key(stop: Stop) -> Problem | None:
    """`key order_id : integer`: the type stands in a line of the column's own."""
    found = _KEY.search(stop.text[stop.start : stop.at])
    if stop.word != ":" or found is None:
        return None
    name = found["name"]
    sentence = "`key` names columns only; the type of one stands in its own line, as a dimension."
    return say(stop, stop.at, stop.at + 1, sentence, f"\n  dimension {name} :", safe=False)


def title(stop: Stop) -> Problem | None:
    """`invariant "never negative" revenue >= 0`: a colon stands between the title and the formula."""
    found = _TITLED.match(stop.text, stop.start)
    if found is None or not (found["sign"] or not stop.text[found.end() : stop.at].strip()):
        return None
    start, end = found.span("sign") if found["sign"] else (found.end(), found.end())
    return say(stop, start, end, f"Behind the title of {_article(found['word'])} stands a colon.", ":")


def parameters(stop: Stop) -> Problem | None:
    """`metric x(m) = m` has parameters, as a `define` has; `define x = revenue` has none, as a `metric` has."""
    found = _HEAD.match(stop.text, stop.start)
    if found is None or stop.text[found.end() : stop.at].strip():
        return None
    if found["word"] == "metric" and stop.word == "(":
        sentence = "A metric has no parameters: what has some is a `define`."
        return say(stop, *found.span("word"), sentence, "define", safe=False)
    if found["word"] == "define" and stop.word == "=":
        sentence = (
            "A `define` has parameters, as in `define yoy(m) = growth(m, 1 year)`; what has none is a metric."
        )
        return say(stop, *found.span("word"), sentence, "metric", safe=False)
    return None


def unit_in_words(stop: Stop) -> Problem | None:
    """`: USD per month`: a unit is divided by `/`."""
    if stop.word != "per" or not _TYPED.search(stop.text[stop.start : stop.at]):
        return None
    return say(stop, stop.at, stop.at + 3, "Units are divided by `/`: `USD / month`.", "/", safe=False)


def member(stop: Stop) -> Problem | None:
    """`measure amount : integer` in an entity: its lines begin with `dimension`, `fact` or `time`."""
    found = _MEMBER.search(stop.text[stop.start : stop.at])
    in_entity = stop.text.startswith("entity", stop.start)
    if not in_entity or found is None or stop.word not in {":", "="}:
        return None
    said = found["word"]
    said_type = re.match(r"[:=]\s*(?P<kind>[a-z]*)", stop.text[stop.at :])
    kind = said_type["kind"] if said_type else ""
    word = _WORDS_OF_MEMBERS[said] or (
        "time" if kind in {"date", "timestamp"} else "fact" if kind in _NUMBERS else "dimension"
    )
    start = stop.start + found.start("word")
    sentence = f"`{said}` begins no line of an entity: what is grouped and chosen by is a `dimension`, what is added up a `fact`, a date a `time`."
    return say(stop, start, start + len(said), sentence, word, safe=False)


def day_of_an_event(stop: Stop) -> Problem | None:
    """`event "…" on 2026-03`: an event is on a day."""
    found = _ON.search(stop.text[stop.start : stop.at + 12])
    if (
        found is None
        or not stop.text.startswith("event", stop.start)
        or stop.start + found.start("said") > stop.at
    ):
        return None
    said = found["said"]
    first = f"{said}-01" if "-" in said else f"{said}-01-01"
    start = stop.start + found.start("said")
    sentence = f"An event is on a day, and {said} is a {'month' if '-' in said else 'year'}."
    return say(stop, start, start + len(said), sentence, first, safe=False)


def period_of_a_calendar(stop: Stop) -> Problem | None:
    """`goal … for fiscal.2026`: the periods of calendars are written by their ends."""
    found = _FOR.search(stop.text[stop.start : stop.at + 6])
    if found is None or not stop.text.startswith("goal", stop.start):
        return None
    sentence = f"Behind `for` stands a period in dates; a year of the calendar {found['calendar']} is written by its ends: `for 2026-04 to 2027-03`."
    start = stop.start + found.start("said")
    return say(stop, start, stop.start + found.end("said"), sentence)


def _article(word: str) -> str:
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"


def columns_of_both_sides(stop: Stop) -> Problem | None:
    """`join rep on owner_id = rep_id`: a join names the columns of its own entity, which find the key of the other."""
    joins = _JOINED.finditer(stop.text, stop.start)
    said = next((one for one in joins if one.start("own") <= stop.at <= one.start("other")), None)
    if said is None:
        return None
    sides = (said["own"], said["other"])
    own = next((side for side in sides if not side.startswith(f"{said['to']}.")), sides[0]).rpartition(".")[2]
    sentence = "A join names the columns of its own entity alone; the key that they meet is known."
    return say(stop, said.start("own"), said.end(), sentence, own, safe=False)


LOOKS = (
    columns_of_both_sides,
    title,
    default_twice,
    typed_key,
    typed_unit,
    parameters,
    unit_in_words,
    member,
    day_of_an_event,
    period_of_a_calendar,
)
