"""Texts of files as values of the declared type: written forms of dates, moments and numbers."""

import re
from datetime import datetime
from fractions import Fraction

from metricdsl.syntax.nodes import TypeWritten
from metricdsl.testing.reference.values import Duration, Refused, Value

NUMBERS = ("integer", "decimal", "float", "money", "share", "points", "change")
FIELDS = {"YYYY": "%Y", "YY": "%y", "MM": "%m", "DD": "%d", "HH24": "%H", "HH": "%H", "MI": "%M", "SS": "%S"}


def converted(value: Value, written: TypeWritten | None) -> Value:
    """A text as the declared type, the empty text as null; every other value as it is."""
    if written is not None and written.atoms[0].name == "duration" and isinstance(value, int | Fraction):
        return Duration(Fraction(value))  # whole microseconds
    if written is None or not isinstance(value, str) or written.atoms[0].name == "text":
        return value
    try:
        return None if not value else _read(value, written.atoms[0].name, written.format)
    except ValueError as wrong:
        if written.or_null:
            return None
        raise Refused(f"{value!r} is no {written.atoms[0].name}") from wrong


def _read(text: str, kind: str, form: str | None) -> Value:
    if kind in NUMBERS:
        of = {"%": 100, "‰": 1000}.get((form or " ")[-1], 1)
        if of > 1 and (not text.rstrip().endswith(form[-1:] if form else "")):
            raise ValueError(text)
        if of > 1:
            return _read(text.rstrip()[:-1].rstrip(), kind, form[:-1].rstrip() if form else None) / of
        thousands, point = (".", ",") if form and form.rfind(",") > form.rfind(".") else (",", ".")
        return Fraction(text.replace(thousands, "").replace(point, "."))
    if kind == "boolean":
        return {"true": True, "false": False}[text]
    if kind in {"date", "timestamp"}:
        moment = datetime.fromisoformat(text) if form is None else _by_format(text, form)
        return moment.date() if kind == "date" else moment
    return text


def _by_format(text: str, form: str) -> datetime:
    pattern = re.sub("FF3|FF6", "%f", re.sub("|".join(FIELDS), lambda found: FIELDS[found[0]], form))
    return datetime.strptime(text, pattern)  # noqa: DTZ007 - a reading of the local clock
