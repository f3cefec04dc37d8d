"""Values that are kept and made again: equal, frozen, of the same class; anything else as pickle does it."""

import pickle
from decimal import Decimal

import pytest
from attrs import define, field, frozen
from attrs.exceptions import FrozenInstanceError

from metricdsl.engine.kept_values import read, written
from metricdsl.model.types import Kind, ValueType
from metricdsl.source import Span


@frozen(kw_only=True)
class Inner:
    """Attributes by name alone, one of which does not count."""

    amount: Decimal
    at: Span | None = field(default=None, eq=False)


@frozen(kw_only=True)
class Outer(Inner):
    """Attributes of a class and of the one it comes from."""

    parts: tuple[Inner, ...] = ()


@define(slots=False)
class Loose:
    """Attributes in a dictionary, more of which may be set."""

    name: str


def again(value):
    return read(written(value), pickle.Unpickler)


@pytest.mark.parametrize(
    "value",
    [
        Span("a.metric", 1, 2),
        ValueType(Kind.DECIMAL),
        Outer(amount=Decimal("1.50"), parts=(Inner(amount=Decimal(2), at=Span("a", 0, 1)),)),
        [Loose("a"), {"b": Inner(amount=Decimal(3))}],
    ],
)
def test_a_value_is_made_again(value):
    found = again(value)
    assert found == value
    assert type(found) is type(value)
    assert repr(found) == repr(value)


def test_what_does_not_count_in_comparing_is_kept_too():
    assert again(Inner(amount=Decimal(1), at=Span("a", 3, 4))).at == Span("a", 3, 4)


def test_one_value_stays_one():
    one = Span("a", 0, 1)
    first, second = again((one, one))
    assert first is second


def test_what_is_made_again_is_frozen():
    with pytest.raises(FrozenInstanceError):
        again(Span("a", 0, 1)).start = 5


def test_what_was_set_besides_is_kept():
    loose = Loose("a")
    loose.more = 1
    assert again(loose).more == 1
