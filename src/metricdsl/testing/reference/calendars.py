"""Fiscal calendars: a year that starts with another month, its quarters counted from there."""

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from metricdsl.syntax import nodes
from metricdsl.testing.reference.periods import FROM, LENGTHS


def years(documents: Sequence[nodes.Document]) -> dict[str, int]:
    """The month that the years of each calendar start with."""
    return {
        d.name: d.year.month
        for document in documents
        for d in document.declarations
        if isinstance(d, nodes.CalendarDecl)
        and d.year is not None
        and d.year.day == 1
        and d.year.weekday is None
    }


def with_periods(node: Any, calendars: Mapping[str, int]) -> Any:
    """What is written, with `fiscal.year` as the grain `year from 04`."""
    match node:
        case nodes.Name(parts=(*before, calendar, grain)) if calendar in calendars and grain in LENGTHS:
            first = (calendars[calendar] - 1) % LENGTHS[grain] + 1
            return attrs.evolve(node, parts=(*before, f"{grain}{FROM}{first:02}" if first > 1 else grain))
        case tuple():
            return tuple(with_periods(one, calendars) for one in node)
        case nodes.Node() | nodes.Document() if calendars and not isinstance(node, nodes.SortKey):
            parts = {f.name: getattr(node, f.name) for f in attrs.fields(type(node))}
            parts = {
                n: with_periods(v, calendars) for n, v in parts.items() if isinstance(v, tuple | nodes.Node)
            }
            return attrs.evolve(node, **parts)
        case _:
            return node
