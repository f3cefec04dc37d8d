"""A part of the matrix; `make matrix` asks all of it."""

import random

import pytest

from metricdsl.testing.engines import Bench
from tests.matrix.grid import CONSTRUCTS, LEAVES, SHAPES, TODAYS, cells
from tests.matrix.judging import AGREES, REFUSED, explained, judged

SAMPLE = random.Random(20).sample([cell for cell in cells() if cell.today == TODAYS[0]], 24)


@pytest.fixture(scope="module")
def bench():
    with Bench() as made:
        yield made


def test_the_grid_has_every_construct_in_every_other():
    there = {(cell.outer, cell.inner, cell.shape) for cell in cells()}
    assert there == {
        (outer, inner, shape) for outer in CONSTRUCTS for inner in CONSTRUCTS for shape in SHAPES
    }
    assert {cell.leaf for cell in cells()} == set(LEAVES)


@pytest.mark.slow
@pytest.mark.parametrize("cell", SAMPLE, ids=lambda cell: cell.query)
def test_it_agrees_or_is_refused(cell, bench):
    found = judged(cell, bench, ("duckdb", "sqlite"))
    assert found.outcome in {AGREES, REFUSED}, found.said
    assert found.outcome == AGREES or explained(found.said), f"{found.said} has no numbers under Why"
