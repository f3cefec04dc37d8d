"""A name in a condition leads to the same entity from each metric that the condition is of: deals of an owner who is a rep, and
tickets of an owner who is an agent, are not those of one person.
"""

from collections.abc import Iterator, Mapping, Sequence

import attrs

from metricdsl.analysis.world import Place, Result, Work
from metricdsl.diagnostics.problems.paths import DifferentEnds
from metricdsl.model.formula import ColumnRef, Expression
from metricdsl.model.parts import every
from metricdsl.source import Span
from metricdsl.syntax import nodes

Read = tuple[str, tuple[str, ...], Expression | None]
"""What a condition was read for: the home, the ways and the own time of an aggregate."""


def same_ends(
    work: Work, wheres: Sequence[tuple[nodes.Expr, Place]], known: Mapping[Read, Result], new: Read
) -> bool:
    """Whether the names of conditions lead from one more home where they lead from those before; else that is reported."""
    here = known[new]
    others = [(home, one) for (home, *_), one in known.items() if home != new[0] and one is not None]
    if here is None or not others:
        return True
    home, other = others[0]
    before = dict(_ends(other))
    for span, ref in _ends(here):
        first = before.get(span)
        if first is None or first.entity == ref.entity:
            continue
        headers = work.world.headers
        ends = (
            (headers[home].short, headers[first.entity].short),
            (headers[new[0]].short, headers[ref.entity].short),
        )
        written = next((n.text for node, _ in wheres for n in names_in(node) if n.span == span), "")
        name = written or ".".join((*ref.path, ref.column))
        work.report(DifferentEnds(name=name, ends=ends, span=span))
        return False
    return True


def _ends(condition: Expression) -> Iterator[tuple[Span, ColumnRef]]:
    for part in every(condition):
        if isinstance(part, ColumnRef) and part.span is not None and part.path:
            yield part.span, part


def names_in(here: object) -> Iterator[nodes.Name]:
    """All names in something written."""
    if isinstance(here, nodes.Name):
        yield here
    elif isinstance(here, tuple):
        for part in here:
            yield from names_in(part)
    elif isinstance(here, nodes.Node):
        for field in attrs.fields(type(here)):
            yield from names_in(getattr(here, field.name))
