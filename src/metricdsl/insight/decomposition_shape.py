"""What a formula is made of that adds up over members: a sum of such parts, or one sum by another; or why it is neither.

won_revenue                           sum(deal.amount)                            adds up
win_rate                              rows with q  /  rows where q is known       a ratio
customers × orders per customer       orders: what is divided by cancels          adds up
1 - churn                             (customers - lost) / customers              a ratio
median(deal.amount)                   neither, and the reason
"""

from collections.abc import Callable, Iterable
from decimal import Decimal
from fractions import Fraction

from attrs import evolve, frozen

from metricdsl.analysis.additivity import additivity
from metricdsl.insight.decomposition_parts import Reason, apart, same_for_all, split
from metricdsl.model.formula import (
    Aggregate,
    Call,
    Chosen,
    Constant,
    Detached,
    Expression,
    Members,
    Moved,
    Named,
    WithEmpty,
)
from metricdsl.model.metric import Additivity
from metricdsl.model.types import FLOAT, INTEGER, ValueType
from metricdsl.model.unit import NUMBER
from metricdsl.registry import Registry

ONE = Fraction(1)


@frozen
class Leaf:
    """A formula whose values add up over members; where `apart` only if no two members have something in common, which is
    to be looked at: a distinct count, a count of members.
    """

    formula: Expression
    apart: bool = False


@frozen
class Linear:
    """A sum of leaves, each times a number."""

    terms: tuple[tuple[Leaf, Fraction], ...]

    def times(self, factor: Fraction) -> "Linear":
        """The same, so many times."""
        return Linear(tuple((leaf, number * factor) for leaf, number in self.terms))

    def plus(self, other: "Linear") -> "Linear":
        """The sum, like leaves taken together."""
        total: dict[Leaf, Fraction] = {}
        for leaf, number in (*self.terms, *other.terms):
            total[leaf] = total.get(leaf, Fraction(0)) + number
        return Linear(tuple((leaf, number) for leaf, number in total.items() if number))


@frozen
class Term:
    """`above`, by `below` where it is a ratio."""

    above: Linear
    below: Linear | None = None


@frozen
class Shape:
    """What a formula is: a sum that adds up over members, or the sum of ratios."""

    terms: tuple[Term, ...]

    @property
    def is_ratio(self) -> bool:
        """Whether it has weights; else it adds up."""
        return self.terms[0].below is not None

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """All that it is made of, each once."""
        sums = [one for term in self.terms for one in (term.above, term.below) if one is not None]
        return tuple(dict.fromkeys(leaf for one in sums for leaf, _ in one.terms))


@frozen
class _Product:
    """A number times a product of sums, over another product."""

    number: Fraction = ONE
    above: tuple[Linear, ...] = ()
    below: tuple[Linear, ...] = ()


Found = tuple[_Product, ...] | Reason
"""A sum of products."""


def shape(formula: Expression, registry: Registry) -> Shape | Reason:
    """What a formula of a request is made of."""
    found = _sums(formula, registry)
    if isinstance(found, Reason):
        return found
    terms = []
    for one in found:
        if not one.above:
            text = "a fixed number is no part of any member"
            return Reason(of=formula, text=text, instead="what is beside it")
        if len(one.above) > 1 or len(one.below) > 1:
            text = "a product of several things that each add up does not add up itself"
            return Reason(of=formula, text=text, instead="its factors, each by itself")
        terms.append(Term(one.above[0].times(one.number), one.below[0] if one.below else None))
    if len({term.below is None for term in terms}) != 1:
        text = "a ratio beside what adds up has no common weights"
        return Reason(of=formula, text=text, instead="its terms, each by itself")
    return Shape(tuple(terms))


def _sums(here: Expression, registry: Registry) -> Found:
    match here:
        case Constant(value=int() | Decimal() | float() as value) if not isinstance(value, bool):
            return (_Product(Fraction(value)),)
        case Named(body=body) | WithEmpty(body=body, value=Constant(value=0)):
            return _sums(body, registry)
        case Call(function="coalesce", arguments=(body, Constant(value=0))):
            return _sums(body, registry)
        case Call(function="if", arguments=(_, body, Constant(value=None))):
            return _sums(body, registry)  # where the whole has a value, it is this
        case Aggregate():
            return _aggregate(here, registry)
        case Members():
            return _members(here, registry)
        case Chosen():
            return _one(here, apart=True)
        case Moved(body=body):
            return _each(_sums(body, registry), lambda leaf: evolve(here, body=leaf, type=leaf.type))
        case Detached(body=Moved(move=move) as body, over=None) if move.kind == "norm":
            return _sums(body, registry)
        case Detached(body=body, over=over) if over is not None and over.during is not None:
            return _each(
                _sums(body, registry), lambda leaf: evolve(here, body=leaf, type=leaf.type, whole=None)
            )
        case Call(function="negate", arguments=(operand,)):
            found = _sums(operand, registry)
            return found if isinstance(found, Reason) else _times_number(found, Fraction(-1))
        case Call(function="add" | "subtract", arguments=(left, right)):
            one, other = _sums(left, registry), _sums(right, registry)
            if isinstance(one, Reason) or isinstance(other, Reason):
                return one if isinstance(one, Reason) else other
            return _added(one, other if here.function == "add" else _times_number(other, Fraction(-1)))
        case Call(function="multiply" | "divide", arguments=(left, right)):
            return _times(here, left, right, registry)
        case _:
            return apart(here)


def _leaf(formula: Expression, *, apart: bool = False) -> Linear:
    return Linear(((Leaf(formula, apart), ONE),))


def _one(formula: Expression, *, apart: bool = False) -> Found:
    return (_Product(ONE, (_leaf(formula, apart=apart),)),)


def _aggregate(here: Aggregate, registry: Registry) -> Found:
    parts = split(here, registry)
    if parts is not None:
        return (_Product(ONE, (_leaf(parts[0]),), (_leaf(parts[1]),)),)
    if here.function == "count_distinct":
        return _one(here, apart=True)
    if registry.aggregations[here.function].additivity is Additivity.ADDITIVE:
        return _one(here)
    return apart(here)


def _members(here: Members, registry: Registry) -> Found:
    """A sum, count or mean of a value for each member."""
    plain = here.having is None and not here.every
    adds = plain and additivity(here.body, registry) is not Additivity.NON_ADDITIVE
    if here.function == "sum":
        return _one(here, apart=not adds)
    number = evolve(here, function="count", type=INTEGER)
    if here.function == "count":
        return _one(number, apart=True)
    if here.function == "avg" and not here.arguments:
        found = registry.aggregations["sum"].infer((here.body.type,))
        type = found if isinstance(found, ValueType) else evolve(here.body.type, unit=NUMBER)
        whole = evolve(here, function="sum", type=type)
        return (_Product(ONE, (_leaf(whole, apart=not adds),), (_leaf(number, apart=True),)),)
    return apart(here)


def _each(found: Found, change: Callable[[Expression], Expression]) -> Found:
    """The same with another formula in place of each leaf."""
    if isinstance(found, Reason):
        return found

    def changed(sums: Iterable[Linear]) -> tuple[Linear, ...]:
        return tuple(
            Linear(tuple((evolve(leaf, formula=change(leaf.formula)), n) for leaf, n in one.terms))
            for one in sums
        )

    return tuple(evolve(one, above=changed(one.above), below=changed(one.below)) for one in found)


def _times_number(found: tuple[_Product, ...], number: Fraction) -> tuple[_Product, ...]:
    return tuple(evolve(one, number=one.number * number) for one in found)


def _times(here: Call, left: Expression, right: Expression, registry: Registry) -> Found:
    """A product or quotient; a number that is the same for all members goes to each leaf of the other side."""
    if same_for_all(right):
        return _scaled(here, left, lambda leaf: (leaf, right), registry)
    if here.function == "multiply" and same_for_all(left):
        return _scaled(here, right, lambda leaf: (left, leaf), registry)
    one, other = _sums(left, registry), _sums(right, registry)
    if isinstance(one, Reason) or isinstance(other, Reason):
        return one if isinstance(one, Reason) else other
    if here.function == "divide":
        if len(other) > 1:
            return Reason(of=here, text="it is divided by a sum of ratios", instead="what is divided")
        if not other[0].number:
            return Reason(of=here, text="it is divided by 0", instead="what is divided")
        other = (_Product(1 / other[0].number, other[0].below, other[0].above),)
    return tuple(_product(first, second) for first in one for second in other)


def _product(one: _Product, other: _Product) -> _Product:
    """Two products as one; what stands above and below the line cancels."""
    above, below = [*one.above, *other.above], [*one.below, *other.below]
    for sum_ in tuple(above):
        if sum_ in below:
            above.remove(sum_)
            below.remove(sum_)
    return _Product(one.number * other.number, tuple(above), tuple(below))


def _scaled(
    here: Call,
    body: Expression,
    arguments: Callable[[Expression], tuple[Expression, ...]],
    registry: Registry,
) -> Found:
    found = _sums(body, registry)
    if isinstance(found, Reason):
        return found
    if any(len(one.above) != 1 for one in found):
        return apart(here)
    type = FLOAT if here.function == "divide" else here.type

    def scaled(leaf: Expression) -> Expression:
        return Call(type=type, span=here.span, function=here.function, arguments=arguments(leaf))

    tops = _each(tuple(evolve(one, below=()) for one in found), scaled)
    assert not isinstance(tops, Reason), "what was made of sums is"
    return tuple(evolve(top, below=one.below) for top, one in zip(tops, found, strict=True))


def _added(one: tuple[_Product, ...], other: tuple[_Product, ...]) -> tuple[_Product, ...]:
    """A sum: what has the same below the line is taken together, and a number beside a ratio is a ratio by the same."""
    found = list(one)
    for product in other:
        for at, beside in enumerate(found):
            first, second = _over(beside, product), _over(product, beside)
            if first.below == second.below and len(first.above) == len(second.above) <= 1:
                found[at] = _together(first, second)
                break
        else:
            found.append(product)
    return tuple(found)


def _together(one: _Product, other: _Product) -> _Product:
    if not one.above:
        return evolve(one, number=one.number + other.number)
    left, right = one.above[0].times(one.number), other.above[0].times(other.number)
    return _Product(ONE, (left.plus(right),), one.below)


def _over(this: _Product, beside: _Product) -> _Product:
    """A number beside a ratio as a ratio by the same: 1 is customers by customers."""
    if not this.above and not this.below and len(beside.below) == 1:
        return _Product(this.number, beside.below, beside.below)
    return this
