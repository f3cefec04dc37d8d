"""Selecting more never changes what was already selected; the groups of two columns are the union of each one's."""

import pytest
from attrs import evolve
from hypothesis import given, note
from hypothesis import strategies as st

from metricdsl.testing.generate import Asked, Example, examples
from tests.laws.answers import answer

pytestmark = pytest.mark.timeout(900)


@given(example=examples(), place=st.integers(0, 3))
def test_a_column_more_changes_no_value_and_brings_its_own_groups(example: Example, place: int):
    check_selecting_more(example, place)


def check_selecting_more(example: Example, place: int):
    """Each column alone has the values and groups that it has beside the others, in any order."""
    asked = evolve(example.asked, fill=example.asked.fill and bool(example.asked.during))
    asked = evolve(asked, having="", sort=(), limit=None)
    whole = _groups(example, asked)
    note(example.asking(asked).case)
    union: set = set()
    for index, column in enumerate(asked.columns):
        alone = _groups(example, evolve(asked, columns=(column,)))
        union |= set(alone)
        for group, cells in alone.items():
            assert whole[group][index] == cells[0], (column, group)
        moved = _groups(example, evolve(asked, columns=_moved(asked.columns, index, place)))
        assert {g: sorted(map(repr, c)) for g, c in moved.items()} == {
            g: sorted(map(repr, c)) for g, c in whole.items()
        }
    if not asked.fill:
        assert set(whole) == union


def _moved(columns: tuple[str, ...], index: int, place: int) -> tuple[str, ...]:
    """The columns in another order."""
    rest = [*columns[:index], *columns[index + 1 :]]
    rest.insert(place, columns[index])
    return tuple(rest)


def _groups(example: Example, asked: Asked) -> dict[tuple, tuple]:
    """The cells of each group."""
    rows = answer(example.asking(asked)).rows
    found = {row[: len(asked.by)]: row[len(asked.by) :] for row in rows}
    assert len(found) == len(rows), "a group is there twice"
    return found
