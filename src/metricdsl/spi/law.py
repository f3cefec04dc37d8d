"""Laws that a function declares of itself: the kit tries to break them with made-up arguments."""

from collections.abc import Sequence
from typing import Protocol

from metricdsl.value import frozen

NEAR = 1e-9
Arguments = tuple[float, ...]


class Law(Protocol):
    """Two calls that are made of one set of arguments, and what must hold between their values."""

    @property
    def says(self) -> str:
        """The law in words."""
        ...

    def calls(self, arguments: Sequence[float], other: float) -> tuple[Arguments, Arguments]:
        """The arguments of both calls; `other` is one more number from the domain of the first argument that the law is about."""
        ...

    def holds(self, first: float, second: float) -> bool:
        """Whether the values of the calls are as the law says."""
        ...


@frozen
class Symmetric:
    """Two arguments may change places: `distance(a, b) = distance(b, a)`. Groups of arguments are named by their first and size."""

    one: int = 0
    other: int = 1
    size: int = 1

    @property
    def says(self) -> str:
        """The law in words."""
        return f"arguments {self.one + 1} and {self.other + 1} may change places"

    def calls(self, arguments: Sequence[float], other: float) -> tuple[Arguments, Arguments]:
        """The arguments, and the same with both changed."""
        changed = list(arguments)
        for at in range(self.size):
            a, b = self.one + at, self.other + at
            changed[a], changed[b] = changed[b], changed[a]
        return tuple(arguments), tuple(changed)

    def holds(self, first: float, second: float) -> bool:
        """Equal."""
        return same(first, second)


@frozen
class Even:
    """The sign of an argument does not matter: `f(-x) = f(x)`."""

    argument: int = 0

    @property
    def says(self) -> str:
        """The law in words."""
        return f"the sign of argument {self.argument + 1} does not matter"

    def calls(self, arguments: Sequence[float], other: float) -> tuple[Arguments, Arguments]:
        """The arguments, and the same with the sign turned."""
        return tuple(arguments), _with(arguments, self.argument, -arguments[self.argument])

    def holds(self, first: float, second: float) -> bool:
        """Equal."""
        return same(first, second)


@frozen
class Monotone:
    """More of an argument never makes less: `a <= b` gives `f(a) <= f(b)`; the other way round where it is `falling`."""

    argument: int = 0
    falling: bool = False

    @property
    def says(self) -> str:
        """The law in words."""
        return f"more of argument {self.argument + 1} never makes {'more' if self.falling else 'less'}"

    def calls(self, arguments: Sequence[float], other: float) -> tuple[Arguments, Arguments]:
        """The arguments with the lesser and with the greater number."""
        low, high = sorted((arguments[self.argument], other))
        return _with(arguments, self.argument, low), _with(arguments, self.argument, high)

    def holds(self, first: float, second: float) -> bool:
        """In order."""
        return same(first, second) or (first > second if self.falling else first < second)


@frozen
class Within:
    """The value is never less than one number nor more than another."""

    least: float
    most: float

    @property
    def says(self) -> str:
        """The law in words."""
        return f"the value lies between {self.least:g} and {self.most:g}"

    def calls(self, arguments: Sequence[float], other: float) -> tuple[Arguments, Arguments]:
        """The arguments twice."""
        return tuple(arguments), tuple(arguments)

    def holds(self, first: float, second: float) -> bool:
        """Between them, but for what doubles are off by."""
        off = NEAR * max(1.0, abs(self.least), abs(self.most))
        return self.least - off <= first <= self.most + off


def same(one: float, other: float) -> bool:
    """Whether two numbers are equal, but for what doubles are off by."""
    return abs(one - other) <= NEAR * max(1.0, abs(one), abs(other))


def _with(arguments: Sequence[float], at: int, value: float) -> Arguments:
    return (*arguments[:at], value, *arguments[at + 1 :])
