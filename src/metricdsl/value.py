"""Frozen classes, as those of attrs, that start faster.

A command imports some three hundred frozen classes and makes values of a few dozen. attrs writes the methods of each class
as Python text and compiles it, which was a fifth of the time of a check that finds everything else at hand. Here attrs
makes the classes and their `__init__`; equality, hash and text, two thirds of what it would compile, need no text of their
own.
"""

from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import attrs

Class = Any
"""A class that is being made: its methods are set."""


class HashedOnce:
    """A value of many parts that is looked up often: its hash is told once, and is not kept where the value is kept."""

    __slots__ = ("_told",)


def _frozen(
    cls: Class = None, *, eq: bool = True, kw_only: bool = False
) -> "Class | Callable[[Class], Class]":
    """As `attrs.frozen`, for classes whose attributes are compared as they are."""
    if cls is None:
        return lambda later: _frozen(later, eq=eq, kw_only=kw_only)
    made: Class = attrs.frozen(cls, eq=False, repr=False, kw_only=kw_only)
    own = vars(cls)
    if eq and "__eq__" not in own:
        _compared(made, own.get("__hash__"))
    if "__repr__" not in own:
        made.__repr__ = _text
    return made


def _compared(made: Class, own_hash: Callable[[Any], int] | None) -> None:
    """Gives a class its equality, and the hash that goes with it."""
    compared = [one for one in attrs.fields(made) if one.eq]
    if any(one.eq_key for one in compared):
        raise TypeError(f"{made.__qualname__} compares by other values: `attrs.frozen` makes such classes")
    parts: Callable[[Any], Any] = attrgetter(*[one.name for one in compared]) if compared else lambda _: ()

    def __eq__(self: Any, other: object) -> bool:  # noqa: N807 - it is the method
        if other.__class__ is not self.__class__:
            return NotImplemented
        return bool(self is other or parts(self) == parts(other))

    def __hash__(self: Any) -> int:  # noqa: N807 - it is the method
        return hash((made, parts(self)))

    def told_once(self: Any) -> int:
        try:
            told: int = self._told
        except AttributeError:
            told = hash((made, parts(self)))
            object.__setattr__(self, "_told", told)
        return told

    made.__eq__ = __eq__
    made.__hash__ = own_hash or (told_once if issubclass(made, HashedOnce) else __hash__)


def _text(self: Any) -> str:
    shown = (f"{one.name}={getattr(self, one.name)!r}" for one in attrs.fields(type(self)) if one.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


if TYPE_CHECKING:
    from attrs import frozen as frozen  # noqa: PLC0414 - said to be exported
else:
    frozen = _frozen
