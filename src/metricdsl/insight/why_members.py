"""A change by the members of one dimension, from the rows of its question."""

from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction

from metricdsl.insight.decomposition import (
    Counted,
    Piece,
    Standing,
    additive,
    against_total,
    explains,
    mix_and_rate,
    needed,
    restates,
    together,
)
from metricdsl.insight.decomposition_shape import Linear, Shape, Term
from metricdsl.insight.why_answer import ByDimension
from metricdsl.insight.why_asked import Row
from metricdsl.model.formula import Expression
from metricdsl.model.types import ValueType
from metricdsl.model.unit import SHARE

ZERO = Fraction(0)
ROUNDED = Fraction(1, 10**9)
"""How much of its size a sum of floats may miss by."""


class NotDividedError(Exception):
    """The members of a dimension do not make the whole, and why."""


Values = Mapping[Expression, Fraction | None]


def by_members(
    name: str,
    type: ValueType,
    shapes: tuple[Shape, Shape],
    parts: Sequence[Expression],
    rows: Sequence[Row],
    whole: Row,
    *,
    of: ValueType,
    unnamed: bool,
) -> ByDimension:
    """The change from one formula to another, each made of sums, by members; `of` is the metric's type. Raises NotDividedError.

    `parts` are the sums of the rows, by the keys of their question; the whole's begin with the same, in the same order.
    """
    now, before = shapes
    if now.is_ratio != before.is_ratio or len(now.terms) != len(before.terms):
        raise NotDividedError("what it is compared with is made of other sums")
    members = {row.member: dict(zip(parts, row.parts, strict=True)) for row in rows}
    _adds_up(shapes, members, dict(zip(parts, whole.parts, strict=False)))
    pieces: list[tuple[Piece, ...]] = []
    for one, other in zip(now.terms, before.terms, strict=True):
        counted = {member: _counted(one, other, values) for member, values in members.items()}
        if one.below is None:
            pieces.append(additive(counted))
            continue
        if not sum(c.below_now or ZERO for c in counted.values()) or not sum(
            c.below_before or ZERO for c in counted.values()
        ):
            raise NotDividedError("what it is divided by adds up to nothing")
        pieces.append(mix_and_rate(counted))
    found = together(pieces) if now.is_ratio else pieces[0]
    if unnamed and of.unit == SHARE and now.is_ratio and restates(found):
        raise NotDividedError("each of its members has all or none: it says the rate in other words")
    assert whole.now is not None, "a whole without a value is refused"
    assert whole.before is not None, "a whole without a value is refused"
    change = whole.now - whole.before
    return ByDimension(
        name=name,
        kind="mix and rate" if now.is_ratio else "parts",
        type=type,
        pieces=_ordered(found),
        rest=change - sum((piece.part for piece in found), ZERO),
        score=explains(found),
        needed=needed(found),
        against_total=now.is_ratio and against_total(found, change),
    )


def by_goals(
    name: str, type: ValueType, now: Shape, parts: Sequence[Expression], rows: Sequence[Row], whole: Row
) -> ByDimension:
    """The difference to the goal by members, where each has one; a ratio's by its weights now. Raises NotDividedError."""
    if any(row.before is None and row.now is not None for row in rows) or not rows:
        raise NotDividedError("no goal is set for each of its members")
    members = {row.member: dict(zip(parts, row.parts, strict=True)) for row in rows}
    _adds_up((now,), members, dict(zip(parts, whole.parts, strict=False)))
    if len(now.terms) > 1:
        raise NotDividedError("a sum of ratios has no weights that its goals could have")
    (term,) = now.terms
    below = ZERO
    if term.below is not None:
        below = sum((_value(term.below, values) or ZERO for values in members.values()), ZERO)
        if not below:
            raise NotDividedError("what it is divided by adds up to nothing")
    found = []
    assert whole.now is not None, "a whole without a value is refused"
    assert whole.before is not None, "a whole without a value is refused"
    difference = whole.now - whole.before
    for row in rows:
        values = members[row.member]
        weight = Fraction(1) if term.below is None else (_value(term.below, values) or ZERO) / below
        value = _value(term.above, values) or ZERO
        reached = value if term.below is None else value / below
        goal = (row.before or ZERO) * weight
        found.append(
            Piece(
                member=row.member,
                standing=Standing.BOTH if row.now is not None else Standing.VANISHED,
                before=row.before,
                now=row.now,
                part=reached - goal,
                even=difference / len(rows),
                weight_now=None if term.below is None else weight,
            )
        )
    return ByDimension(
        name=name,
        kind="goals",
        type=type,
        pieces=_ordered(tuple(found)),
        rest=difference - sum((piece.part for piece in found), ZERO),
        score=explains(found),
        needed=needed(found),
    )


def _adds_up(shapes: Sequence[Shape], members: Mapping[Hashable, Values], whole: Values) -> None:
    """See that what is counted once in the whole is counted once among the members."""
    for leaf in dict.fromkeys(leaf for one in shapes for leaf in one.leaves):
        if leaf.apart:
            parts = [values[leaf.formula] or ZERO for values in members.values()]
            if abs(sum(parts, ZERO) - (whole[leaf.formula] or ZERO)) > ROUNDED * sum(map(abs, parts), ZERO):
                raise NotDividedError("the same thing is counted in several of its members")


def _counted(now: Term, before: Term, values: Values) -> Counted:
    return Counted(
        before=_value(before.above, values),
        now=_value(now.above, values),
        below_before=None if before.below is None else _value(before.below, values),
        below_now=None if now.below is None else _value(now.below, values),
    )


def _value(sum_: Linear, values: Values) -> Fraction | None:
    """A sum of a member: what is null is nothing, and null where all is."""
    known = [(values[leaf.formula], number) for leaf, number in sum_.terms]
    found = [value * number for value, number in known if value is not None]
    return sum(found, ZERO) if found else None


def _ordered(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """What has the greatest part first; of equal ones that with the first name."""
    return tuple(sorted(pieces, key=lambda one: (-abs(one.part), one.member is None, str(one.member))))
