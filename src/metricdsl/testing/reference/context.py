"""The context that a formula is evaluated in: C = ⟨F, G, T⟩, as the steps that made it.

What is a coordinate of one aggregate is a period of another, `order.ordered_at.month`; so G and T are kept as the
steps taken, in order, and `stacks.py` takes them for each aggregate anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from metricdsl.syntax import nodes
from metricdsl.testing.reference.names import Column, Entity, Scope
from metricdsl.testing.reference.period_tables import Cells
from metricdsl.testing.reference.periods import ALL, GRAINS, Period, period_in
from metricdsl.testing.reference.values import Duration, Months, Refused, Value, same


@dataclass(frozen=True, eq=False)
class InPeriod:
    """T·(g, P): a period more on the stack, to be cut to the last one."""

    grain: str  # of the cell, or "during"
    period: Period


@dataclass(frozen=True, eq=False)
class Coordinate:
    """G ∪ {d = v}: a dimension as written, which each aggregate looks for from its own home.

    With `best` no value means all others: d is null, or not one of the best.
    """

    formula: nodes.Expr
    scope: Scope
    value: Value = None
    best: tuple[Value, ...] | None = None

    def holds(self, own: Value) -> bool:
        """Whether a row with this value of the dimension is meant."""
        return same(among(self.best, own), self.value)


def among(best: tuple[Value, ...] | None, value: Value) -> Value:
    """A value that is one of the best, where only these are told apart."""
    return value if best is None or any(same(value, one) for one in best) else None


@dataclass(frozen=True, eq=False)
class Moved:
    """τ*: a time function on every period of the stack."""

    function: str
    by: Duration | Months | Cells | str | None = None


@dataclass(frozen=True, eq=False)
class Fixed:
    """`during(f, P)`: T = [(during, P)], whatever it was."""

    period: Period


@dataclass(frozen=True, eq=False)
class Dropped:
    """What `total` leaves out: all coordinates, or those of `over`; `quiet` where a cell not yet observed has a value."""

    over: nodes.Expr | None
    scope: Scope
    grain: str | None = None  # where `over` is the bare name of one
    quiet: bool = True


@dataclass(frozen=True, eq=False)
class Aged:
    """`at_age`: the coordinate age(…) set to a value."""

    age: Value


@dataclass(frozen=True, eq=False)
class Inner:
    """Here a `per` begins: its grains nest with the cells before, unless these are looked at without the time functions that
    made ranges of them.
    """

    nests: bool = True


Step = InPeriod | Coordinate | Moved | Fixed | Dropped | Aged | Inner


@dataclass(frozen=True, eq=False)
class Part:
    """One of the things that are grouped by, in `by` or behind `per`; with `best` these values alone, and all others as none."""

    formula: nodes.Expr
    scope: Scope
    best: tuple[Value, ...] | None = None

    @property
    def grain(self) -> str | None:
        """The grain if it is the bare name of one: the period."""
        bare = isinstance(self.formula, nodes.Name) and self.formula.text in GRAINS
        return self.formula.text if bare and isinstance(self.formula, nodes.Name) else None

    def step(self, value: Value) -> Step:
        """The group or member `value` as a step into it."""
        if self.grain is not None:
            return InPeriod(self.grain, period_in(value, self.grain))
        return Coordinate(self.formula, self.scope, value, self.best)


@dataclass(frozen=True, eq=False)
class Context:
    """F: conditions; G and T: the steps that made them.

    `at` (or `while`) and `via` are the words of context met so far: those nearer to the aggregate win, or come first.
    `timeless` is set where time functions have no place: in dimensions made of children.
    """

    conditions: tuple[tuple[nodes.Expr, Scope], ...] = ()
    steps: tuple[Step, ...] = (InPeriod("during", ALL),)
    at: tuple[nodes.At | nodes.While, Scope] | None = None
    via: tuple[str, ...] = ()
    timeless: bool = False

    def then(self, *steps: Step) -> "Context":
        return replace(self, steps=(*self.steps, *steps))

    def into(self, parts: Sequence[Part], values: Sequence[Value]) -> "Context":
        """C + k."""
        return self.then(*(p.step(v) for p, v in zip(parts, values, strict=True)))

    def within(self, words: Sequence[nodes.ContextWord], scope: Scope) -> "Context":
        """The context under words of context; the last written is the outermost, so that the first wins."""
        context = self
        for word in reversed(words):
            match word:
                case nodes.Where(condition=condition):
                    context = replace(context, conditions=(*context.conditions, (condition, scope)))
                case nodes.At() | nodes.While():
                    context = replace(context, at=(word, scope))
                case nodes.Via(join=join):
                    context = replace(context, via=(*context.via, _join(join, scope)))
                case nodes.As():
                    pass
                case nodes.Per():
                    raise Refused("`per` needs an aggregate around it, or a place in a condition")
                case nodes.Having():
                    raise Refused("`having` selects the members of `per`, or what count(…) counts")
        return context


def _join(name: nodes.Name, scope: Scope) -> str:
    """The join behind `via`, or the one that a parameter there stands for."""
    while (bound := scope.bindings.get(name.text)) is not None:
        named = bound[0] if isinstance(bound, tuple) else None
        if not isinstance(bound, tuple) or not isinstance(named, nodes.Name):
            raise Refused("`via` names a join")
        name, scope = named, bound[1]
    return name.parts[-1]


@dataclass(frozen=True, eq=False)
class Stock:
    """`stock last by t per k`: the columns of the date and of the series."""

    rule: str
    by: Column
    series: tuple[Column, ...]


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
    others: tuple[nodes.Expr, ...] = ()  # of count(distinct x, y): what is told apart together with the first
    second: nodes.Expr | None = None  # of correlation and slope; the weight of a weighted average
    open: tuple[Column, Column] | None = None  # while x to y
    stock: Stock | None = None
    spread: tuple[Column, Column] | None = None  # spread from x to y

    @property
    def looks_back(self) -> bool:
        """Whether rows of earlier periods count: what is open, and what is shared out."""
        return self.open is not None or self.spread is not None
