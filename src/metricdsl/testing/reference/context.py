"""The context that a formula is evaluated in: C = ⟨F, G, T⟩, with the words of context met on the way."""

from dataclasses import dataclass, replace

from metricdsl.syntax import nodes
from metricdsl.testing.reference.names import Column, Entity, Scope
from metricdsl.testing.reference.periods import ALL, Period
from metricdsl.testing.reference.values import Refused, Value


@dataclass(frozen=True, eq=False)
class Coordinate:
    """A dimension that is grouped by, as written; each aggregate looks for it from its own home."""

    formula: nodes.Expr
    scope: Scope


@dataclass(frozen=True, eq=False)
class Context:
    """F: conditions; G: values of dimensions; T: a stack of periods, each cut to the one before.

    `at` and `via` are the words of context met so far: those nearer to the aggregate win, or come first.
    """

    conditions: tuple[tuple[nodes.Expr, Scope], ...] = ()
    coordinates: tuple[tuple[Coordinate, Value], ...] = ()
    periods: tuple[tuple[str, Period], ...] = (("during", ALL),)
    at: tuple[nodes.Name, Scope] | None = None
    via: tuple[str, ...] = ()

    @property
    def per(self) -> Period:
        """The last period of the stack."""
        return self.periods[-1][1]

    def in_period(self, grain: str, period: Period) -> "Context":
        return replace(self, periods=(*self.periods, (grain, period.cut_to(self.per))))

    def at_value(self, coordinate: Coordinate, value: Value) -> "Context":
        return replace(self, coordinates=(*self.coordinates, (coordinate, value)))

    def within(self, words: tuple[nodes.ContextWord, ...], scope: Scope) -> "Context":
        """The context under words of context; the last written is the outermost, so that the first wins."""
        context = self
        for word in reversed(words):
            match word:
                case nodes.Where(condition=condition):
                    context = replace(context, conditions=(*context.conditions, (condition, scope)))
                case nodes.At(time=time):
                    context = replace(context, at=(time, scope))
                case nodes.Via(join=join):
                    context = replace(context, via=(*context.via, join.parts[-1]))
                case nodes.As():
                    pass
                case _:
                    raise Refused(f"{type(word).__name__.lower()} is not in this version")
        return context


@dataclass(frozen=True, eq=False)
class Aggregate:
    """An aggregate with its home and its own time; `argument` is None where it counts rows."""

    function: str
    home: Entity
    argument: nodes.Expr | None
    scope: Scope
    where: tuple[tuple[nodes.Expr, Scope], ...]
    via: tuple[str, ...]
    time: Column | None
    distinct: bool = False
    position: Value = None
    that: nodes.Expr | None = None
