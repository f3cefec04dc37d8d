"""Habits about opening hours: `09:00-17:30`, `mon-fri`, `from 9:00`, `9am`, a range of holidays."""

import re

from metricdsl.diagnostics import Problem
from metricdsl.syntax.saying import say
from metricdsl.syntax.stop import Stop

_TIME = re.compile(r"(\d{1,2})(?:[.h](\d\d))?(?:[ \t]*(am|pm|h))?\b")
_CLOCK = re.compile(r":\d\d[ \t]*\Z")
_NOON = 12
_LATEST = 24


def opening(stop: Stop) -> Problem | None:
    """What stands in a line of `hours` or `holidays` instead of a time of the day, or of `to`."""
    if not stop.text.startswith("calendar", stop.start):
        return None
    if stop.word in {"-", "–", "—"} and "TO" in stop.expected:
        sentence = "From one to another is written `to`: `monday to friday 09:00 to 17:30`."
        behind_a_time = _CLOCK.search(stop.text, stop.start, stop.at) is not None
        return say(stop, stop.at, stop.at + 1, sentence, " to ", safe=behind_a_time)
    if "CLOCK" not in stop.expected:
        return None
    if stop.word == "from":
        return say(stop, stop.at, stop.at + 4, "The times stand behind the days as they are.", "")
    if stop.word == "to" and "HOLIDAYS" in stop.expected:
        sentence = "Holidays are listed one by one, with commas: `holidays 2026-12-24, 2026-12-25`."
        return say(stop, stop.at, stop.at + 2, sentence, None)
    time = _TIME.match(stop.text, stop.at)
    if time is None:
        return None
    hour = int(time[1]) + (_NOON if time[3] == "pm" and int(time[1]) < _NOON else 0)
    written = f"{hour:02}:{time[2] or '00'}" if hour <= _LATEST else None
    sentence = "A time of the day is written hour:minute, as in `09:00` and `17:30`."
    return say(stop, time.start(), time.end(), sentence, written, safe=False)
