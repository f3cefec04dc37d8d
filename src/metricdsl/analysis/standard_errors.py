"""`standard_error(f per u)`: how far a formula of sums and counts may be off by chance, where the members u are a sample.

A formula f of sums A, B, … changes, to the first order, by its linear part: what each member adds to A, B, … times how f changes with them.
For a ratio y / x that is (y_u - r x_u) / X. The square root of the sum of its squares over the members is the standard error: the delta method with
members as clusters (Taylor linearisation; see docs/reference/uncertainty.md).
"""

from collections.abc import Callable
from decimal import Decimal

from attrs import evolve, field

from metricdsl.analysis.calls import call, conjunction
from metricdsl.analysis.contexts import aggregates
from metricdsl.analysis.defines import opened_keys
from metricdsl.analysis.groupings import Asked
from metricdsl.analysis.interval_ends import Ends
from metricdsl.analysis.levels import Level, all_reached, grouping_of, level_of, with_level
from metricdsl.analysis.plain_numbers import PlainNumbers
from metricdsl.analysis.world import Place, Result, Work
from metricdsl.diagnostics.problems.chance import NoStandardError
from metricdsl.diagnostics.problems.formulas import WrongArguments
from metricdsl.model.formula import (
    Aggregate,
    Call,
    Constant,
    Detached,
    Expression,
    MemberKey,
    Members,
    Moved,
    Named,
    Over,
    WithEmpty,
)
from metricdsl.model.types import DURATION, FLOAT, INTEGER, NULL, Kind
from metricdsl.model.unit import CHANGE, NUMBER, POINTS, SHARE
from metricdsl.source import Span
from metricdsl.syntax import nodes
from metricdsl.syntax.format_formula import flat
from metricdsl.value import frozen

SECOND = 1_000_000
LEAST_SURE, MOST_SURE = Decimal("0.5"), Decimal("0.999")
Read = Callable[[nodes.Expr, Place], Result]


@frozen(eq=False)
class Linear:
    """A formula as a plain number, what a member adds to it (None for a constant), how it grows where all members come twice
    (None where that is no power), whether nothing but rows are counted, and the sums and counts that it is made of.
    """

    value: Expression
    part: Expression | None = None
    degree: int | None = 0
    rows: bool = True
    leaves: tuple[Expression, ...] = ()


class NotLinear(Exception):  # noqa: N818 - says what was found
    """A part of a formula that is not made of sums and counts: its name for people."""


FUNCTIONS = frozenset({"standard_error", "interval_low", "interval_high"})
USUAL = 0.95


def of_chance(work: Work, node: nodes.Call, place: Place, read: Read) -> Result:
    """The formula of a standard error, or of an end of an interval."""
    sure = _sure(node)
    level = None if sure is None else level_of(work, node.arguments[0].value, place)
    if (
        level is None
        or level.per is None
        or level.having is not None
        or level.rest
        or level.per.every
        or len(level.per.keys) != 1
    ):
        _shape(work, node, level)
        return None
    body = read(level.body, level.place)
    if body is None:
        return None
    if not body.type.kind.numeric and body.type.kind is not Kind.DURATION:
        text = f"{node.function} needs a number, and this is a {body.type.kind.value}"
        work.report(WrongArguments(text=text, fix="take a formula of sums and counts", span=level.body.span))
        return None
    ((key, where),) = opened_keys(level.per.keys, level.place)
    try:
        linear = Linearising(work, node.span).of(body)
    except NotLinear as part:
        work.report(NoStandardError(function=node.function, part=str(part), span=level.body.span))
        return None
    if linear is None:
        return None
    if linear.part is None:
        work.report(NoStandardError(function=node.function, part="a constant", span=level.body.span))
        return None
    found = Erring(work, node.span, key, where).of(linear, body)
    if found is None or node.function == "standard_error":
        return None if found is None else _in_its_unit(work, found.error, body, node.span, error=True)
    assert sure is not None, "seen above"
    ends = Ends(
        work, node.span, found.value, found.variance, found.members, found.exact, _is_rate(body), sure
    )
    end = ends.of(high=node.function == "interval_high")
    return None if end is None else _in_its_unit(work, end, body, node.span, error=False)


def _sure(node: nodes.Call) -> float | None:
    """How sure an interval is to be; None where the arguments are wrong."""
    if (
        not node.arguments
        or node.arguments[0].name is not None
        or any(one.distinct for one in node.arguments)
    ):
        return None
    if len(node.arguments) == 1:
        return USUAL
    (_, second, *rest) = node.arguments
    if (
        rest
        or second.name != "level"
        or node.function == "standard_error"
        or not isinstance(second.value, nodes.Percent)
    ):
        return None
    return float(second.value.value) if LEAST_SURE <= second.value.value <= MOST_SURE else None


def _is_rate(body: Expression) -> bool:
    """Whether a formula is the share of rows where a condition holds, and lies between 0 and 1."""
    while isinstance(body, Named | WithEmpty):
        body = body.body
    return isinstance(body, Aggregate) and body.function == "rate"


def _in_its_unit(work: Work, found: Expression, body: Expression, span: Span, *, error: bool) -> Result:
    """A plain number as one of the formula's unit: the error of a share is in points."""
    if body.type.kind is Kind.DURATION:
        return call(work, "multiply", (found, Constant(type=DURATION, span=span, value=SECOND)), span)
    unit = POINTS if error and body.type.unit in {SHARE, CHANGE} else body.type.unit
    return evolve(found, type=evolve(FLOAT, unit=unit, nullable=True))


def _shape(work: Work, node: nodes.Call, level: Level | None) -> None:
    first = (
        flat(level.body)
        if level is not None
        else flat(node.arguments[0].value)
        if node.arguments
        else "win_rate"
    )
    text = f"{node.function} takes a formula, and behind `per` what was sampled"
    if node.function != "standard_error":
        text += "; then how sure it is to be, from 50% to 99.9%"
    fix = f"name the members that came by chance, one key: {node.function}({first} per customer)"
    if level is not None and (level.rest or level.having is not None):
        fix = f"put the other words into parentheses: {node.function}((… where …) per customer)"
    work.report(WrongArguments(text=text, fix=fix, span=node.span))


@frozen(eq=False)
class Linearising(PlainNumbers):
    """Takes a formula apart."""

    def of(self, formula: Expression) -> Linear | None:
        """The linear part of a formula. Raises NotLinear."""
        match formula:
            case Constant():
                return Linear(self.plain(formula))
            case Named(body=body) | WithEmpty(body=body):
                return self.of(body)
            case Aggregate(function="avg", arguments=(_,)):
                return self.divided(
                    self.leaf(self.counting(formula, "sum")), self.leaf(self.counting(formula, "count"))
                )
            case Aggregate(function="rate"):
                return self.rate(formula)
            case Aggregate(function="sum" | "count" | "count_rows", stock=None, spread=None, starts=None):
                return self.leaf(formula)
            case Call(function="negate", arguments=(of,)):
                return self.sum("subtract", Linear(self.number(0)), self.of(of))
            case Call(function="add" | "subtract" as sign, arguments=(left, right)):
                return self.sum(sign, self.of(left), self.of(right))
            case Call(function="multiply", arguments=(left, right)):
                return self.product(self.of(left), self.of(right))
            case Call(function="divide", arguments=(left, right)):
                return self.divided(self.of(left), self.of(right))
            case Call(function="coalesce", arguments=(of, Constant())):
                return self.of(of)
            case Moved(body=body):
                return self.moved(formula, self.of(body))
            case _:
                raise NotLinear(_said(formula))

    def moved(self, move: Moved, inner: Linear | None) -> Linear | None:
        """The formula in another period: so is what a member adds to it."""
        if inner is None or inner.part is None:
            return inner
        value, part = (
            evolve(move, type=evolve(one.type, nullable=True), body=one) for one in (inner.value, inner.part)
        )
        own = self.made("coalesce", part, self.number(0))
        return None if own is None else evolve(inner, value=value, part=own, leaves=(own,))

    def rate(self, rate: Aggregate) -> Linear | None:
        """The rows where the condition is true, of those where it is known."""
        (condition,) = rate.arguments
        true = conjunction(self.work, [*([] if rate.where is None else [rate.where]), condition])
        counted = evolve(rate, function="count_rows", arguments=(), where=true, type=INTEGER)
        made = self.divided(self.leaf(counted), self.leaf(self.counting(rate, "count")))
        return None if made is None else evolve(made, rows=True)

    def counting(self, of: Aggregate, function: str) -> Aggregate:
        """The same rows and values, aggregated otherwise."""
        return evolve(of, function=function, type=of.type if function == "sum" else INTEGER)

    def leaf(self, aggregate: Aggregate) -> Linear | None:
        """A sum or a count: each member adds its own."""
        value = self.plain(aggregate)
        own = self.made("coalesce", value, self.number(0))
        return (
            None
            if own is None
            else Linear(value, own, 1, aggregate.function in {"count", "count_rows"}, (own,))
        )

    def sum(self, sign: str, left: Linear | None, right: Linear | None) -> Linear | None:
        """`a + b`, `a - b`."""
        if left is None or right is None:
            return None
        value = self.made(sign, left.value, right.value)
        part = right.part if left.part is None else left.part
        if left.part is not None and right.part is not None:
            part = self.made(sign, left.part, right.part)
        elif right.part is not None and sign == "subtract":
            part = self.made(sign, self.number(0), right.part)
        degree = left.degree if left.degree == right.degree else None
        return _of_both(value, part, degree, left, right)

    def product(self, left: Linear | None, right: Linear | None) -> Linear | None:
        """`a * b`: a_u B + A b_u."""
        if left is None or right is None:
            return None
        value = self.made("multiply", left.value, right.value)
        parts = [
            self.made("multiply", part, self.whole(other))
            for part, other in ((left.part, right.value), (right.part, left.value))
            if part is not None
        ]
        part = parts[0] if len(parts) == 1 else self.made("add", *parts) if parts else None
        degree = None if left.degree is None or right.degree is None else left.degree + right.degree
        return _of_both(value, part, degree, left, right)

    def divided(self, left: Linear | None, right: Linear | None) -> Linear | None:
        """`a / b`: (a_u - A / B b_u) / B."""
        if left is None or right is None:
            return None
        value = self.made("divide", left.value, right.value)
        if value is None:
            return None
        part = left.part
        if right.part is not None:
            moved = self.made("multiply", self.whole(value), right.part)
            part = self.made("subtract", self.number(0) if part is None else part, moved)
        if part is not None:
            part = self.made("divide", part, self.whole(right.value))
        degree = None if left.degree is None or right.degree is None else left.degree - right.degree
        return _of_both(value, part, degree, left, right)

    def whole(self, value: Expression) -> Expression:
        """A value of the group, as its members see it."""
        if isinstance(value, Constant):
            return value
        return Detached(
            type=evolve(value.type, nullable=True), span=self.span, body=value, over=Over(member=True)
        )

    def plain(self, value: Expression) -> Expression:
        """A value as a plain number; a length of time in seconds."""
        if value.type.kind is Kind.DURATION:
            made = self.made("divide", value, Constant(type=DURATION, span=self.span, value=SECOND))
            assert made is not None, "a length of time is divided by one"
            return made
        return evolve(value, type=evolve(value.type, unit=NUMBER))


def _of_both(
    value: Expression | None, part: Expression | None, degree: int | None, left: Linear, right: Linear
) -> Linear | None:
    """What two formulas make together."""
    leaves = left.leaves + right.leaves
    return None if value is None else Linear(value, part, degree, left.rows and right.rows, leaves)


def _said(formula: Expression) -> str:
    match formula:
        case Aggregate(function="count_distinct"):
            return "count(distinct …)"
        case Aggregate(stock=stock) if stock is not None:
            return "a stock"
        case Aggregate(function=function) | Call(function=function) | Members(function=function):
            return f"{function}(…)"
        case _:
            return "a change of the groups or periods"


@frozen(eq=False)
class Error:
    """A formula, its standard error and the square of that, as plain numbers; how many members there are; whether these are the
    rows that are counted.
    """

    value: Expression
    error: Expression
    variance: Expression
    members: Expression
    exact: bool


@frozen(eq=False)
class Erring(PlainNumbers):
    """Puts the linear parts of the members together."""

    key: nodes.Expr
    place: Place
    counted: set[str] = field(factory=set)  # the entity whose rows the members are, once that is known

    def of(self, linear: Linear, body: Expression) -> "Error | None":
        """The square root of the sum of the squares, and what an interval needs beside it.

        Of what does not grow with the members, a ratio or a mean, times n / (n - 1), as with any variance around a mean of the sample; not where the
        members are rows that are counted and no more, as in a share p with the variance p (1 - p) / n.
        """
        assert linear.part is not None, "a constant has no error"
        squares = self.members("sum", self.made("power", linear.part, self.number(2)))
        members = self.members("count", self.adding(linear))
        if squares is None or members is None:
            return None
        exact = linear.rows and self.counted == {one.home for one in aggregates(body)}
        variance: Expression | None = squares
        if linear.degree == 0 and not exact:
            less = self.made("subtract", members, self.number(1))
            variance = self.made("divide", self.made("multiply", squares, members), less)
        error = self.made("sqrt", variance)
        if error is None or variance is None:
            return None
        return Error(linear.value, error, variance, members, exact=exact)

    def adding(self, linear: Linear) -> Expression | None:
        """1 for a member that adds something to a sum or count, else null."""
        found = self.made("not_equal", linear.leaves[0], self.number(0))
        for leaf in linear.leaves[1:]:
            found = self.made("or", found, self.made("not_equal", leaf, self.number(0)))
        nothing = Constant(type=NULL, span=self.span, value=None)
        return self.made("if", found, self.number(1), nothing)

    def members(self, function: str, value: Expression | None) -> Expression | None:
        """An aggregation of the members' values, as a plain number."""
        asked = [
            Asked(
                self.key.text if isinstance(self.key, nodes.Name) else "key",
                grouping_of(self.key),
                self.place,
            )
        ]
        body = None if value is None else with_level(self.work, value, asked)
        if body is None or not all_reached(self.work, asked, "formula", "standard_error(win_rate per …)"):
            return None
        if asked[0].end is not None and asked[0].entity:
            self.counted.add(asked[0].end[1])
        keys = tuple(MemberKey(name=g.name, type=g.type, grain=g.grain) for g in asked[0].groupings())
        kind = evolve(INTEGER if function == "count" else FLOAT, nullable=True)
        return Members(type=kind, span=self.span, function=function, body=body, keys=keys)
