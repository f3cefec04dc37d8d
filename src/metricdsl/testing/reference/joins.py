"""Joins: the one row that a row is joined to, by key, as of a time, or as its neighbour."""

from collections.abc import Callable
from functools import cmp_to_key
from typing import Protocol

from metricdsl.syntax import nodes
from metricdsl.testing.reference.names import Entity, Step
from metricdsl.testing.reference.values import Refused, Row, Value, compare, order, ordered, same


class Rows(Protocol):
    """What a join needs to know of rows."""

    def rows(self, entity: Entity) -> list[Row]:
        """R(x)."""

    def member(self, entity: Entity, name: str, row: Row) -> Value:
        """A column of a row."""

    def key(self, entity: Entity, row: Row) -> tuple[Value, ...]:
        """The key of a row."""


def found_row(data: Rows, step: Step, row: Row) -> Row | None:
    """The row of the target, or none: for an unknown or null key, a gap, a first or last row."""
    wanted = [data.member(step.start, c.text, row) for c in step.join.columns]
    if any(w is None for w in wanted):
        return None
    columns = _columns(step)
    matches = [
        q
        for q in data.rows(step.target)
        if None not in data.key(step.target, q)
        and all(
            (value := data.member(step.target, c, q)) is not None and same(value, w)
            for c, w in zip(columns, wanted, strict=True)
        )
    ]
    if step.join.relation in {"before", "after"}:
        return _neighbour(data, step, row, matches)
    if step.join.relation is not None:
        matches = _valid(data, step, row, matches)
    if len(matches) > 1:
        raise Refused(f"the key {wanted} of {step.target.name} is there more than once")
    return matches[0] if matches else None


def _columns(step: Step) -> tuple[str, ...]:
    """The columns of the target that the join's are compared with: its key, but without the start of its validity as of
    a time; those of the same names for a neighbour, and where the key has another length."""
    names = tuple(c.text for c in step.join.columns)
    if step.join.relation is None:
        return step.target.key
    if step.target.valid is not None and step.join.relation == "as of":
        key = tuple(k for k in step.target.key if k != step.target.valid.start.text)
        if len(key) == len(names):
            return key
    return names


def _valid(data: Rows, step: Step, row: Row, matches: list[Row]) -> list[Row]:
    """Those with start ≤ t < end; a null end is still valid, a null start never was."""
    valid = step.target.valid
    if valid is None or step.join.moment is None:
        raise Refused(f"{step.target.name} does not say from when to when its rows are valid")
    at = data.member(step.start, step.join.moment.text, row)

    def holds(q: Row) -> bool:
        end = data.member(step.target, valid.end.text, q)
        begun = compare(data.member(step.target, valid.start.text, q), "<=", at) is True
        return begun and at is not None and (end is None or compare(at, "<", end) is True)

    return [q for q in matches if holds(q)]


def _neighbour(data: Rows, step: Step, row: Row, matches: list[Row]) -> Row | None:
    """The latest row strictly before, among equal times that with the greatest key; `after` mirrors it."""
    assert step.join.moment is not None
    moment, before = step.join.moment.text, step.join.relation == "before"
    time = moment if step.target is step.start else _time_of(step)
    own = data.member(step.start, moment, row)
    on_that_side = [
        q for q in matches if compare(data.member(step.target, time, q), "<" if before else ">", own) is True
    ]

    def compared(a: Row, b: Row) -> int:
        times = order(data.member(step.target, time, a), data.member(step.target, time, b))
        return times or ordered(data.key(step.target, a), data.key(step.target, b))

    choose: Callable[..., Row] = max if before else min
    return choose(on_that_side, key=cmp_to_key(compared)) if on_that_side else None


def _time_of(step: Step) -> str:
    """The only or default time of the entity that a neighbour is of."""
    times = [m for m in step.target.members.values() if isinstance(m, nodes.TimeMember)]
    named = [m for m in times if m.default] or times
    if len(named) != 1:
        raise Refused(f"{step.target.name} has no one time")
    return named[0].name
