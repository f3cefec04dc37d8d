"""A slice of all small databases; `make small-scope` takes all of them."""

import random

import pytest

from tools.small_scope import SCOPES, Asking, Scope

NEIGHBOURS = (SCOPES[0], SCOPES[2], SCOPES[3])


@pytest.mark.slow
@pytest.mark.parametrize("scope", NEIGHBOURS, ids=lambda scope: scope.name)
def test_small_databases(scope: Scope):
    chance = random.Random(20)
    asking = Asking(scope, chance.sample(scope.queries(), 30))
    assert len(asking.queries) > 20
    for number, database in enumerate(chance.sample(list(scope.databases()), 10)):
        assert not list(asking.differences(database, both=number % 3 == 0))


def test_all_databases_are_there():
    """Two keys of a dimension, each there or not, with one of three values; up to two rows of a fact, in no order."""
    one = list(SCOPES[0].databases())
    dimensions, rows = 1 + 3 + 3 + 9, 3 * 3
    assert len(one) == dimensions * (1 + rows + rows * (rows + 1) // 2)
    assert len({repr(database) for database in one}) == len(one)
