"""Declared calendars: every period of one, listed from 1900 to 2200; a grain of a calendar says by its name which list is meant."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from typing import Any

import attrs

from metricdsl.syntax import nodes
from metricdsl.testing.reference.period_tables import TABLE
from metricdsl.testing.reference.values import Refused, add_months

SAYS = "`"  # "retail.month`02-01 sunday nearest 4-5-4": a name, and what the declaration says
YEARS = range(1900, 2201)
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEK = timedelta(days=7)


@dataclass(frozen=True, eq=False)
class Listed:
    """The first days of the periods of a grain, one after the other; each ends where the next begins."""

    starts: tuple[date, ...]

    def place(self, day: date) -> int:
        """The ordinal of the period that a day is in."""
        place = bisect_right(self.starts, day) - 1
        if not 0 <= place < len(self.starts) - 1:
            raise Refused(f"{day} is outside of the calendar")
        return place

    def length(self, place: int) -> int:
        return (self.starts[place + 1] - self.starts[place]).days


@cache
def listed(grain: str) -> Listed | None:
    """The periods of a calendar's grain; None of a plain one."""
    name, _, said = grain.partition(SAYS)
    if not said or said.startswith(TABLE):
        return None
    day, weekday, rule, weeks = said.split(" ")
    month, day_of_month = map(int, day.split("-"))
    years = [_year_start(date(year, month, day_of_month), weekday, rule) for year in YEARS]
    part = name.rpartition(".")[2]
    if part == "year":
        return Listed(tuple(years))
    starts: list[date] = []
    for start, following in pairwise(years):
        starts += _within(start, following, part, weekday, [int(w) for w in weeks.split("-") if w != "none"])
    return Listed(tuple(starts))


def _year_start(named: date, weekday: str, rule: str) -> date:
    if weekday == "none":
        return named
    away = range(-3, 4) if rule == "nearest" else range(7)
    return next(d for d in (named + timedelta(n) for n in away) if WEEKDAYS[d.weekday()] == weekday)


def _within(start: date, following: date, part: str, weekday: str, weeks: list[int]) -> list[date]:
    """The first days of the parts of one year."""
    if weekday == "none":
        return [add_months(start, n) for n in range(0, 12, {"month": 1, "quarter": 3}[part])]
    if part == "week":
        return [start + n * WEEK for n in range((following - start) // WEEK)]
    months = [start]
    for length in (weeks * 4)[:-1]:
        months.append(months[-1] + length * WEEK)
    return months if part == "month" else months[::3]


def parts(declared: nodes.CalendarDecl) -> tuple[str, ...]:
    """The grains that a calendar has."""
    if declared.origin is not None or declared.year is None:
        return ()
    if declared.year.weekday is not None:
        return ("week", "month", "quarter", "year") if declared.quarter is not None else ("week", "year")
    return ("month", "quarter", "year") if declared.year.day <= 28 else ("year",)


def said_by(declared: nodes.CalendarDecl) -> str:
    year = declared.year
    assert year is not None
    weeks = "none" if declared.quarter is None else "-".join(map(str, declared.quarter.weeks))
    rule = "none" if year.rule is None else year.rule.replace(" ", "-")
    return f"{year.month}-{year.day} {year.weekday or 'none'} {rule} {weeks}"


def calendars(documents: Sequence[nodes.Document]) -> dict[str, nodes.CalendarDecl]:
    """The calendars that have periods, by name."""
    found = [d for document in documents for d in document.declarations if isinstance(d, nodes.CalendarDecl)]
    return {d.name: d for d in found if parts(d) or d.origin is not None}


def grains_of(declared: nodes.CalendarDecl) -> dict[str, str]:
    """The grains of a calendar with a rule, by their names, `fiscal.year`."""
    names = (f"{declared.name}.{part}" for part in parts(declared))
    return {name: f"{name}{SAYS}{said_by(declared)}" for name in names}


def with_periods(node: Any, known: Mapping[str, str]) -> Any:
    """What is written, with `fiscal.year` as one name of a grain."""
    match node:
        case nodes.Name(parts=(*before, calendar, grain)) if f"{calendar}.{grain}" in known:
            return attrs.evolve(node, parts=(*before, known[f"{calendar}.{grain}"]))
        case tuple():
            return tuple(with_periods(one, known) for one in node)
        case nodes.Node() | nodes.Document() if known and not isinstance(node, nodes.SortKey):
            inside = {f.alias: getattr(node, f.name) for f in attrs.fields(type(node))}
            changed = {
                n: with_periods(v, known) for n, v in inside.items() if isinstance(v, tuple | nodes.Node)
            }
            return attrs.evolve(node, **changed)
        case _:
            return node


def month_places(grain: str) -> tuple[Listed, int] | None:
    """For a grain of whole weeks: what its calendar moves by for months, and how many plain months one of it is."""
    name, _, said = grain.partition(SAYS)
    if not said or said.startswith(TABLE) or said.split(" ")[1] == "none":
        return None
    calendar, _, part = name.rpartition(".")
    base = "year" if said.endswith("none") or part == "week" else "month"
    found = listed(f"{calendar}.{base}{SAYS}{said}")
    assert found is not None
    return found, 12 if base == "year" else 1


def moved_back(period: tuple[date | None, date], grain: str, months: int) -> tuple[date | None, date] | None:
    """A period of a calendar of whole weeks, some of its months before: whole cells become cells, else the first and the last day
    keep their place in theirs, clamped. None where a week has no counterpart."""
    found = month_places(grain)
    assert found is not None
    cells, size = found
    if months % size:
        raise Refused(f"{grain} is not moved by {months} months")
    back, (start, end) = months // size, period
    last = cells.place(end - timedelta(1))
    whole = end == cells.starts[last + 1] and (start is None or start == cells.starts[cells.place(start)])
    if whole:
        until = cells.starts[last + 1 - back]
    else:
        until = cells.starts[last - back] + timedelta(
            min((end - cells.starts[last]).days, cells.length(last - back))
        )
    if start is None:
        return None, until
    first = cells.place(start)
    passed = (start - cells.starts[first]).days
    if grain.partition(SAYS)[0].endswith(".week") and passed >= cells.length(first - back):
        return None
    return cells.starts[first - back] + timedelta(min(passed, cells.length(first - back) - 1)), until


def before_end(end: date, grain: str, months: int) -> date:
    """The day some months of a calendar before an end."""
    cells, size = month_places(grain) or (None, 1)
    assert cells is not None
    if months % size:
        raise Refused(f"{grain} is not moved by {months} months")
    last = cells.place(end - timedelta(1))
    if end == cells.starts[last + 1]:
        return cells.starts[last + 1 - months // size]
    passed = (end - cells.starts[last]).days
    last -= months // size
    return cells.starts[last] + timedelta(min(passed, cells.length(last)))
