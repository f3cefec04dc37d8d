"""A change taken apart: parts of members, mix and rate, factors. All of it is exact, in fractions, and adds up to the change.

docs/reference/why.md has the same as equations and tables.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from enum import Enum
from fractions import Fraction
from itertools import combinations
from math import factorial, sqrt

from attrs import frozen

MOST_FACTORS = 8
"""Of k factors 2^k products are looked at."""
ENOUGH = Fraction(4, 5)
"""How much of what is uneven the members that are named make."""
ZERO = Fraction(0)


class Standing(Enum):
    """In which of the two periods a member is there: has rows, or of a ratio a rate."""

    BOTH = "both"
    NEW = "new"
    VANISHED = "vanished"
    NEITHER = "neither"


@frozen(kw_only=True)
class Piece:
    """What one member has to do with a change. `even` is the part that it would have if all members had moved alike.

    Of a ratio the part is `mix` and `rate`; of a member without a rate in one of the periods neither can be told.
    """

    member: Hashable
    standing: Standing
    before: Fraction | None
    now: Fraction | None
    part: Fraction
    even: Fraction
    mix: Fraction | None = None
    rate: Fraction | None = None
    weight_before: Fraction | None = None
    weight_now: Fraction | None = None

    @property
    def uneven(self) -> Fraction:
        """By how much it moved otherwise than if all had moved alike: of a ratio, all rates by the same and no weight."""
        if self.mix is None or self.rate is None:
            return abs(self.part - self.even)
        return abs(self.mix) + abs(self.rate - self.even)


@frozen(kw_only=True)
class Counted:
    """A member's numbers before and now: of what adds up its value, of a ratio above and below the line; None where it has no row."""

    before: Fraction | None
    now: Fraction | None
    below_before: Fraction | None = None
    below_now: Fraction | None = None


def additive(members: Mapping[Hashable, Counted]) -> tuple[Piece, ...]:
    """The parts of a change of what adds up: each member's own change.

    >>> [str(p.part) for p in additive({"EU": Counted(before=Fraction(80), now=Fraction(60))})]
    ['-20']
    """
    change = sum(((one.now or ZERO) - (one.before or ZERO) for one in members.values()), ZERO)
    sizes = {member: abs(one.before or ZERO) for member, one in members.items()}
    whole = sum(sizes.values(), ZERO)
    return tuple(
        Piece(
            member=member,
            standing=_standing(one.before or None, one.now or None),  # a count of 0 is no row
            before=one.before,
            now=one.now,
            part=(one.now or ZERO) - (one.before or ZERO),
            even=change * sizes[member] / whole if whole else change / len(members),
        )
        for member, one in members.items()
    )


def mix_and_rate(members: Mapping[Hashable, Counted]) -> tuple[Piece, ...]:
    """The parts of a change of a ratio of what adds up, by the midpoint: of the rates that moved, and of the weights.

    A weight counts by how far its rate lies from the whole's, so that a growing member with a low rate takes away. The
    denominators of both periods must not add up to 0.
    """
    below_before = sum((one.below_before or ZERO for one in members.values()), ZERO)
    below_now = sum((one.below_now or ZERO for one in members.values()), ZERO)
    whole_before = sum((one.before or ZERO for one in members.values()), ZERO) / below_before
    whole_now = sum((one.now or ZERO for one in members.values()), ZERO) / below_now
    middle, change = (whole_before + whole_now) / 2, whole_now - whole_before
    found = []
    for member, one in members.items():
        w0, w1 = (one.below_before or ZERO) / below_before, (one.below_now or ZERO) / below_now
        r0, r1 = _ratio(one.before, one.below_before), _ratio(one.now, one.below_now)
        part = (one.now or ZERO) / below_now - (one.before or ZERO) / below_before - middle * (w1 - w0)
        found.append(
            Piece(
                member=member,
                standing=_standing(r0, r1),
                before=r0,
                now=r1,
                part=part,
                even=change * (w0 + w1) / 2,
                mix=(w1 - w0) * ((r0 + r1) / 2 - middle) if r0 is not None and r1 is not None else None,
                rate=(r1 - r0) * (w0 + w1) / 2 if r0 is not None and r1 is not None else None,
                weight_before=w0,
                weight_now=w1,
            )
        )
    return tuple(found)


def together(terms: Sequence[Sequence[Piece]]) -> tuple[Piece, ...]:
    """The pieces of a sum of ratios: of each member those of all terms, taken together."""
    if len(terms) == 1:
        return tuple(terms[0])
    found = []
    for pieces in zip(*terms, strict=True):
        before, now = (_all(one.before for one in pieces), _all(one.now for one in pieces))
        found.append(
            Piece(
                member=pieces[0].member,
                standing=_standing(before, now),
                before=before,
                now=now,
                part=sum((one.part for one in pieces), ZERO),
                even=sum((one.even for one in pieces), ZERO),
                mix=_all(one.mix for one in pieces),
                rate=_all(one.rate for one in pieces),
            )
        )
    return tuple(found)


def _all(values: Iterable[Fraction | None]) -> Fraction | None:
    """The sum, if all are known."""
    total = ZERO
    for value in values:
        if value is None:
            return None
        total += value
    return total


def _ratio(above: Fraction | None, below: Fraction | None) -> Fraction | None:
    """A member's rate; where there is something to divide by and nothing to divide, the nothing counts as 0, as in the whole."""
    return (above or ZERO) / below if below else None


def _standing(before: Fraction | None, now: Fraction | None) -> Standing:
    if before is None:
        return Standing.NEITHER if now is None else Standing.NEW
    return Standing.VANISHED if now is None else Standing.BOTH


def against_total(pieces: Sequence[Piece], change: Fraction) -> bool:
    """Whether each member with a rate in both periods, and there are several, moved the other way than the whole: Simpson's paradox."""
    moves = [
        piece.now - piece.before for piece in pieces if piece.now is not None and piece.before is not None
    ]
    return len(moves) > 1 and all(move * change < 0 for move in moves)


def needed(pieces: Sequence[Piece]) -> int:
    """How many members, those first that moved least like the others, make four fifths of what is uneven."""
    sizes = sorted((piece.uneven for piece in pieces), reverse=True)
    enough, so_far = ENOUGH * sum(sizes, ZERO), ZERO
    for count, size in enumerate(sizes):
        if so_far >= enough:
            return count
        so_far += size
    return len(sizes)


def unevenness(pieces: Sequence[Piece]) -> Fraction:
    """How much of the change lies otherwise among the members than if all had moved alike: half the sum of the differences."""
    return sum((piece.uneven for piece in pieces), ZERO) / 2


def restates(pieces: Sequence[Piece]) -> bool:
    """Whether each member whose name is known has all or none of a rate: then the dimension says the rate in other words."""
    rates = [
        rate
        for piece in pieces
        if piece.member is not None
        for rate in (piece.before, piece.now)
        if rate is not None
    ]
    return bool(rates) and all(rate in {0, 1} for rate in rates)


def explains(pieces: Sequence[Piece]) -> float:
    """By what dimensions are ranked: unevenness over the root of the members that it takes.

    The root, because differences that are chance alone grow with it.
    """
    count = needed(pieces)
    return float(unevenness(pieces)) / sqrt(count) if count else 0.0


def shapley(
    before: Sequence[Fraction], now: Sequence[Fraction], of: Callable[[Sequence[Fraction]], Fraction]
) -> tuple[Fraction, ...]:
    """What each factor has to do with a change: the mean of its effects over all orders in which the factors could have moved.

    >>> shapley([Fraction(10), Fraction(2)], [Fraction(12), Fraction(3)], lambda f: f[0] * f[1])
    (Fraction(5, 1), Fraction(11, 1))
    """
    count = len(before)
    assert count <= MOST_FACTORS, "2^k values are looked at"
    everyone = range(count)
    value = {
        moved: of([now[i] if i in moved else before[i] for i in everyone])
        for size in range(count + 1)
        for moved in map(frozenset, combinations(everyone, size))
    }
    found = []
    for factor in everyone:
        part = ZERO
        for moved, worth in value.items():
            if factor not in moved:
                share = Fraction(factorial(len(moved)) * factorial(count - len(moved) - 1), factorial(count))
                part += share * (value[moved | {factor}] - worth)
        found.append(part)
    return tuple(found)
