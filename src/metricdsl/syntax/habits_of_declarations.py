"""What people write into declarations: a type behind a key, a title without its colon."""

import re

from metricdsl.diagnostics import Problem
from metricdsl.syntax.saying import say
from metricdsl.syntax.stop import Stop

_KEY = re.compile(r"\bkey\s+(?P<name>[\w`]+)\s*$")
_TITLED = re.compile(r'\s*(?P<word>invariant|goal)\s+"(?:[^"\\\n]|\\.)*"(?P<sign>\s*=)?')


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


def _article(word: str) -> str:
    return f"an {word}" if word[0] in "aeiou" else f"a {word}"
