"""What every construct of the language has: a value, rows or none, and the aggregates that it is made of."""

from abc import ABC, abstractmethod
from collections.abc import Iterator

from metricdsl.syntax import nodes
from metricdsl.testing.reference.context import Aggregate, Context
from metricdsl.testing.reference.homes import Homes
from metricdsl.testing.reference.names import Scope
from metricdsl.testing.reference.periods import ALL, Period
from metricdsl.testing.reference.values import Row, Value


class Formulas(Homes, ABC):
    """Formulas over aggregates and metrics; each construct is in a module of its own, and asks this of its parts."""

    @abstractmethod
    def value(self, formula: nodes.Expr, scope: Scope, context: Context) -> Value:
        """⟦f⟧C."""

    @abstractmethod
    def exists(self, formula: nodes.Expr, scope: Scope, context: Context, *, stripped: bool = False) -> bool:
        """E(f, C): whether some aggregate has a row; `stripped`: of f without its time functions and `while` aggregates."""

    @abstractmethod
    def leaves(
        self, formula: nodes.Expr, scope: Scope, context: Context
    ) -> Iterator[tuple[Aggregate, Context]]:
        """The aggregates of a formula, each with the context that it is evaluated in; in `per`, for some member."""

    @abstractmethod
    def rows(self, aggregate: Aggregate, context: Context) -> list[Row]:
        """rows(a, C)."""

    def per(self, formula: nodes.Expr, scope: Scope, context: Context) -> Period | None:
        """per(C) as the aggregates of f see it; where they differ, without the coordinates that are periods of some."""
        found = [self.seen(a, context).per for a, _ in self.leaves(formula, scope, context)]
        if found and all(p == found[0] for p in found):
            return found[0]
        return self.plain_per(context)

    @abstractmethod
    def plain_per(self, context: Context) -> Period | None:
        """per(C) without any aggregate: no coordinate is a period."""

    def live(self, formula: nodes.Expr, scope: Scope, context: Context) -> bool:
        """live(f, C): a period that begins after today lives by what f has a row in there, all time functions aside."""
        per = self.per(formula, scope, context)
        if per is None or per == ALL or per.null or per.start is None:
            return True
        if per.start.date() <= self.settings.today:
            return True
        return self.exists(formula, scope, context, stripped=True)

    def is_there(self, formula: nodes.Expr, scope: Scope, context: Context) -> bool:
        """E(f, C) ∧ live(f, C)."""
        return self.exists(formula, scope, context) and self.live(formula, scope, context)

    def unobserved(self, formula: nodes.Expr, scope: Scope, context: Context) -> bool:
        """Whether the cell of a cohort and an age begins after today, for the aggregates of f."""
        return any(self.not_yet(a, context) for a, _ in self.leaves(formula, scope, context))

    @abstractmethod
    def not_yet(self, aggregate: Aggregate, context: Context) -> bool:
        """Whether the cell of a cohort and an age begins after today."""
