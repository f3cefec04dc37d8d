"""`amount between 5 and 10`: a range is written as on paper."""

import re

from metricdsl.diagnostics import Problem
from metricdsl.syntax.saying import say
from metricdsl.syntax.stop import Stop

_VALUE = r"(?:\d{4}(?:-[\dQW]+)*|-?\d+(?:\.\d+)?%?(?:\s+(?:day|week|month|quarter|year|hour|minute)s?\b)?|[^\W\d][\w.]*)"
_BETWEEN = re.compile(rf"between\s+(?P<low>{_VALUE})\s+(?:and|AND)\s+(?P<high>{_VALUE})", re.IGNORECASE)
_ASKED = re.compile(r"(?P<asked>[^\W\d][\w.]*(?:\([^()]*\))?)\s+(?P<negated>not\s+)?$", re.IGNORECASE)


def ranges(stop: Stop) -> Problem | None:
    """`amount between 5 and 10` is `5 <= amount <= 10`, with both ends, and `not between` is not so."""
    word = re.compile(r"(?P<negated>not\s+)?between\b", re.IGNORECASE).match(stop.text, stop.at)
    if word is None:
        return None
    sentence = "A range is written as on paper: `low <= x <= high`."
    between = _BETWEEN.match(stop.text, word.end() - len("between"))
    asked = _ASKED.search(stop.text, stop.start, stop.at)
    if between is None or asked is None:
        return say(stop, *word.span(), sentence)
    whole = f"{between['low']} <= {asked['asked']} <= {between['high']}"
    if word["negated"] or asked["negated"]:
        whole = f"not ({whole})"
    return say(stop, asked.start(), between.end(), sentence, whole, safe=False)
