"""Entities that declarations of rates and of calendars stand for, as they would be written."""

from collections.abc import Iterable

from metricdsl.source import Span
from metricdsl.syntax import nodes


def entity_of(
    node: nodes.RatesDecl | nodes.CalendarDecl,
    members: Iterable[nodes.Member],
    place: nodes.Name | None = None,
) -> nodes.EntityDecl:
    """The entity whose rows lie where the declaration says, or in the table of a `place`: a column, behind its table."""
    return nodes.EntityDecl(
        name=node.name,
        name_span=node.name_span,
        label=node.label if place is None else None,
        source=node.origin if place is None else ".".join(place.parts[:-1]),
        source_span=node.origin_span if place is None else place.span,
        members=tuple(members),
        span=node.span,
    )


def day_of_entity(name: str, span: Span) -> nodes.TimeMember:
    """The column that is the time of all its rows, a date."""
    return nodes.TimeMember(
        name=name, name_span=span, type=type_of("date", span), value=None, default=True, span=span
    )


def type_of(name: str, span: Span) -> nodes.TypeWritten:
    """A type without arguments."""
    return nodes.TypeWritten(atoms=(nodes.TypeAtom(name=name, span=span),), span=span)
