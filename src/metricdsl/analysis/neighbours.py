"""Joins by time, settled when all entities are known: what they find on the other side, and whether it can be compared.

On the other side the columns of the join are those of the same names; where it lacks one, they are the columns of its key
without the start of its validity. The time of a neighbour is the same column where an entity joins itself, else the only or
default time of the other; that of `as of` is the start of the validity.
"""

from collections.abc import Mapping

from attrs import evolve

from metricdsl.analysis.world import Header
from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problems.names import UnknownName
from metricdsl.diagnostics.problems.validity import NoMoment, NoValidity
from metricdsl.model.entity import Join, Neighbour
from metricdsl.model.types import DATE, TIMESTAMP, Kind
from metricdsl.syntax import nodes


def with_neighbours(header: Header, headers: Mapping[str, Header]) -> tuple[Header, list[Problem]]:
    """The header, its joins by time settled; one that is wrong is lost."""
    joins, lost = dict(header.joins), dict(header.lost)
    problems: list[Problem] = []
    for name, join in header.joins.items():
        if join.neighbour is None:
            continue
        found = _settled(header, headers[join.target], join, join.neighbour)
        if isinstance(found, Neighbour):
            joins[name] = evolve(join, neighbour=found)
            continue
        del joins[name]
        lost[name] = found
        problems.extend(found)
    return (evolve(header, joins=joins, lost=lost), problems) if joins != header.joins else (header, problems)


def with_days_of_validity(header: Header) -> Header:
    """The header, the columns of `valid from … to …` that it does not declare as times: texts of a file are read as days.

    Beside a declared moment they are moments, as one starts where the other ends.
    """
    valid = _validity(header) or ()
    texts = [
        name
        for name in valid
        if name not in header.declared_types
        and name in header.stored
        and header.stored[name].type.kind is Kind.TEXT
    ]
    if not texts:
        return header
    moment = any(name in header.stored and header.stored[name].type.kind is Kind.TIMESTAMP for name in valid)
    stored = dict(header.stored)
    for name in texts:
        nullable = stored[name].type.nullable
        stored[name] = evolve(stored[name], type=evolve(TIMESTAMP if moment else DATE, nullable=nullable))
    return evolve(header, stored=stored)


def _settled(header: Header, target: Header, join: Join, by: Neighbour) -> Neighbour | tuple[Problem, ...]:
    """How the join finds its row, or what is wrong."""
    node = _written(header, join)
    span = join.span if node is None else node.span
    valid = _validity(target)
    start, end = valid or ("", "")
    if by.relation == "as of":
        if valid is None:
            named = span if node is None else node.name_span if node.target is None else node.target.span
            days = tuple(n for n, c in target.stored.items() if c.type.kind.temporal)
            return (NoValidity(entity=target.short, days=days, span=named),)
        time = start
    else:
        time = by.moment if target.name == header.name else target.time or ""
        end = ""
    for side, column in ((header, by.moment), (target, time), (target, end)):
        if side is target and column == "" == end and time:
            continue
        if column in side.lost:
            return side.lost[column]
        known = side.stored.get(column)
        if known is None or not (known.type.kind.temporal or known.type.kind is Kind.UNKNOWN):
            if side is header and node is not None and node.moment is not None:
                span = node.moment.span
            return (NoMoment(entity=side.short, relation=by.relation, column=column, span=span),)
    columns = _columns(target, join.columns, start if by.relation == "as of" else "")
    if isinstance(columns, str):
        close = near(columns, target.columns())
        place = span if node is None else node.columns[join.columns.index(columns)].span
        return (UnknownName(name=columns, where=f"in {target.short}", near=close, span=place),)
    return evolve(by, columns=columns, time=time, end=end)


def _columns(target: Header, names: tuple[str, ...], start: str) -> tuple[str, ...] | str:
    """The target's columns that the join's are compared with; a name that it lacks."""
    lacking = next((name for name in names if name not in target.stored), None)
    if lacking is None:
        return names
    rest = tuple(name for name in target.key if name != start)
    return rest if start in target.key and len(rest) == len(names) else lacking


def _written(header: Header, join: Join) -> nodes.Join | None:
    node = header.declared.node
    assert isinstance(node, nodes.EntityDecl), "sorts follow node classes"
    return next((m for m in node.members if isinstance(m, nodes.Join) and m.name == join.name), None)


def _validity(target: Header) -> tuple[str, str] | None:
    """The columns of `valid from … to …`."""
    node = target.declared.node
    assert isinstance(node, nodes.EntityDecl), "sorts follow node classes"
    for member in node.members:
        if isinstance(member, nodes.Validity):
            return member.start.text, member.end.text
    return None
