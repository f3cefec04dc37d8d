"""The arithmetic of a change: parts that add up in fractions, by hand and for anything."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metricdsl.insight.decomposition import (
    Counted,
    Standing,
    additive,
    against_total,
    mix_and_rate,
    needed,
    restates,
    shapley,
    together,
    unevenness,
)

F = Fraction
numbers = st.fractions(-100, 100, max_denominator=50)
amounts = st.none() | numbers
below = st.none() | st.fractions(0, 100, max_denominator=50)


def counted(before, now, below_before=None, below_now=None):
    sides = (before, now, below_before, below_now)
    one, two, three, four = (None if side is None else F(side) for side in sides)
    return Counted(before=one, now=two, below_before=three, below_now=four)


CHANNELS = {
    "partner": counted(3, 1, 4, 1),
    "web": counted(1, 3, 2, 5),
    "fair": counted(None, 1, None, 2),
}
"""Deals won of deals closed: 4 of 6, then 5 of 8; the table of docs/reference/why.md."""


def test_what_adds_up_has_its_own_change():
    pieces = additive({"EU": counted(220, 120), "US": counted(60, 60), None: counted(None, 60)})
    assert {piece.member: piece.part for piece in pieces} == {"EU": -100, "US": 0, None: 60}
    assert {piece.member: piece.even for piece in pieces} == {
        "EU": F(-40) * 220 / 280,
        "US": F(-40) * 60 / 280,
        None: 0,
    }
    assert [piece.standing for piece in pieces] == [Standing.BOTH, Standing.BOTH, Standing.NEW]


def test_mix_and_rate_by_hand():
    partner, web, fair = mix_and_rate(CHANNELS)
    middle = (F(4, 6) + F(5, 8)) / 2
    assert (partner.mix, partner.rate) == (
        (F(1, 8) - F(4, 6)) * ((F(3, 4) + 1) / 2 - middle),
        F(1, 4) * (F(1, 8) + F(4, 6)) / 2,
    )
    assert (web.before, web.now, web.weight_before, web.weight_now) == (F(1, 2), F(3, 5), F(2, 6), F(5, 8))
    assert (fair.mix, fair.rate, fair.standing) == (None, None, Standing.NEW)
    assert fair.part == F(2, 8) * (F(1, 2) - middle)
    assert partner.part + web.part + fair.part == F(5, 8) - F(4, 6)


def test_a_pure_mix_shift_is_no_rate_and_a_pure_rate_change_no_mix():
    shifted = mix_and_rate({"a": counted(10, 40, 100, 400), "b": counted(40, 10, 100, 25)})
    assert [piece.rate for piece in shifted] == [0, 0]
    assert sum(piece.mix for piece in shifted) == F(50, 425) - F(50, 200)
    moved = mix_and_rate({"a": counted(10, 20, 100, 100), "b": counted(40, 30, 100, 100)})
    assert [piece.mix for piece in moved] == [0, 0]
    assert [piece.rate for piece in moved] == [F(1, 20), F(-1, 20)]


def test_members_that_vanish_and_those_without_a_rate_at_all():
    gone, never, stays = mix_and_rate(
        {"gone": counted(2, None, 4, None), "never": counted(1, 3, None, 0), "stays": counted(1, 1, 4, 4)}
    )
    middle = (F(1, 2) + 1) / 2
    assert (gone.standing, gone.part) == (Standing.VANISHED, -F(1, 2) * (F(1, 2) - middle))
    assert (never.standing, never.part) == (Standing.NEITHER, F(3, 4) - F(1, 8))
    assert gone.part + never.part + stays.part == 1 - F(1, 2)


@given(st.dictionaries(st.text(max_size=2), st.builds(counted, amounts, amounts), min_size=1))
def test_parts_add_up(members):
    pieces = additive(members)
    change = sum((m.now or 0) - (m.before or 0) for m in members.values())
    assert sum(piece.part for piece in pieces) == change
    assert sum(piece.even for piece in pieces) == change


@given(st.dictionaries(st.text(max_size=2), st.builds(counted, amounts, amounts, below, below), min_size=1))
def test_mix_and_rate_add_up(members):
    before, now = (
        sum(side or 0 for side in sides)
        for sides in zip(*((m.below_before, m.below_now) for m in members.values()), strict=True)
    )
    if not before or not now:
        return
    pieces = mix_and_rate(members)
    change = (
        sum(m.now or 0 for m in members.values()) / now
        - sum(m.before or 0 for m in members.values()) / before
    )
    assert sum(piece.part for piece in pieces) == change
    assert sum(piece.even for piece in pieces) == change
    for piece in pieces:
        assert (piece.mix is None) == (piece.rate is None) == (piece.standing is not Standing.BOTH)
        assert piece.mix is None or piece.mix + piece.rate == piece.part
    doubled = together([pieces, pieces])
    assert sum(piece.part for piece in doubled) == 2 * change
    assert 0 <= needed(pieces) <= len(pieces)


def test_simpsons_paradox_needs_all_members_to_move_the_other_way():
    pieces = mix_and_rate(CHANNELS)
    assert against_total(pieces, F(5, 8) - F(4, 6))
    assert not against_total(pieces, F(1))
    assert not against_total(pieces[:1], F(-1))


def test_how_many_members_make_what_is_uneven():
    pieces = additive({"a": counted(100, 50), "b": counted(100, 150), "c": counted(100, 100)})
    assert unevenness(pieces) == 50
    assert needed(pieces) == 2
    assert needed(additive({"a": counted(100, 50), "b": counted(10, 5)})) == 0


def test_a_dimension_that_says_the_rate_in_other_words():
    pieces = {"won": counted(4, 3, 4, 3), "lost": counted(0, 0, 2, 3), None: counted(1, 1, 3, 3)}
    assert restates(mix_and_rate(pieces))
    assert not restates(mix_and_rate({**pieces, "open": counted(1, 1, 2, 2)}))


def test_factors_by_hand():
    product = lambda f: f[0] * f[1]  # noqa: E731 - a product, and no more
    assert shapley([F(10), F(2)], [F(12), F(3)], product) == (5, 11)
    revenue = lambda f: f[0] * f[1] * f[2]  # noqa: E731 - the table of docs/reference/why.md
    found = shapley([F(3), F(4, 3), F(70)], [F(5), F(1), F(48)], revenue)
    assert [round(float(part), 2) for part in found] == [138.89, -77.44, -101.44]
    assert sum(found) == -40


@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=6))
def test_factors_add_up_and_one_that_stands_still_has_no_part(pairs):
    before, now = zip(*pairs, strict=True)

    def product(given):
        total = F(1)
        for value in given:
            total *= value
        return total

    found = shapley(before, now, product)
    assert sum(found) == product(now) - product(before)
    assert all(part == 0 for part, (one, other) in zip(found, pairs, strict=True) if one == other)
    turned = shapley(before[::-1], now[::-1], product)
    assert found == turned[::-1]


def test_more_factors_than_can_be_looked_at():
    with pytest.raises(AssertionError):
        shapley([F(1)] * 9, [F(2)] * 9, sum)
