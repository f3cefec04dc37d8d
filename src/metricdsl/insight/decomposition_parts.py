"""The sums that a mean or a rate is made of, and of all others why they are not made of any."""

from attrs import evolve, frozen

from metricdsl.model.formula import (
    Aggregate,
    Call,
    Chosen,
    Constant,
    Detached,
    Expression,
    GoalOf,
    Members,
    Moved,
    Ranked,
)
from metricdsl.model.made_of import aggregates
from metricdsl.model.types import BOOLEAN, INTEGER, ValueType
from metricdsl.registry import Registry

ORDERED = frozenset({"median", "percentile", "min", "max", "first", "last"})
SPREAD = frozenset({"stddev", "variance", "correlation", "slope"})


@frozen(kw_only=True)
class Reason:
    """Why a formula is not made of parts that add up: the part of it that is not, what there is to say of that, and what can be
    asked instead.
    """

    of: Expression
    text: str
    instead: str


def split(mean: Aggregate, registry: Registry) -> tuple[Expression, Expression] | None:
    """What is divided in a mean or a rate, and by what; None for all others.

    avg(deal.amount)             sum(deal.amount)  by  count(deal.amount)
    avg(x, weight: w)            sum(x * w)  by  sum(w where x is not null)
    rate(deal, that: is_won)     count(deal where is_won)  by  count(deal where is_won is not null)
    """
    match mean:
        case Aggregate(function="avg", arguments=(x,)):
            return _sum(mean, x, mean, registry), evolve(mean, function="count", type=INTEGER)
        case Aggregate(function="avg", arguments=(x, weight)):
            known = _where(mean, Call(type=BOOLEAN, function="not", arguments=(_null(x),)))
            product = _call("multiply", (x, weight), registry)
            return _sum(mean, product, mean, registry), _sum(mean, weight, known, registry)
        case Aggregate(function="rate", arguments=(q,)):
            rows = evolve(mean, function="count_rows", arguments=(), type=INTEGER)
            return _where(rows, q), _where(rows, Call(type=BOOLEAN, function="not", arguments=(_null(q),)))
        case _:
            return None


def _null(x: Expression) -> Expression:
    return Call(type=BOOLEAN, function="is_null", arguments=(x,))


def _where(of: Aggregate, condition: Expression) -> Aggregate:
    """The aggregate of those rows alone that meet a condition, too."""
    if of.where is None:
        return evolve(of, where=condition)
    return evolve(of, where=Call(type=BOOLEAN, function="and", arguments=(of.where, condition)))


def _sum(of: Aggregate, x: Expression, rows: Aggregate, registry: Registry) -> Expression:
    found = registry.aggregations["sum"].infer((x.type,))
    # What refuses a sum of shares to an analyst is no matter here: it is divided again.
    type = found if isinstance(found, ValueType) else ValueType(x.type.kind, scale=x.type.scale)
    return evolve(rows, function="sum", arguments=(x,), type=type)


def _call(function: str, arguments: tuple[Expression, ...], registry: Registry) -> Expression:
    bare = [ValueType(one.type.kind, scale=one.type.scale, nullable=one.type.nullable) for one in arguments]
    found = registry.functions[function].infer(bare)
    assert isinstance(found, ValueType), "what can be weighted can be multiplied"
    return Call(type=found, function=function, arguments=arguments)


def same_for_all(formula: Expression) -> bool:
    """Whether a formula has one value for all members: it reads no rows, or those of all of them."""
    match formula:
        case Constant():
            return False  # a number is looked at by itself
        case Detached(body=body):
            return all(key is None for one in aggregates(body) for key in one.keys) and not (
                isinstance(body, Moved) and body.move.kind == "norm"
            )
        case Call(arguments=arguments):
            return all(isinstance(one, Constant) or same_for_all(one) for one in arguments)
        case _:
            return not any(True for _ in aggregates(formula)) and not isinstance(formula, GoalOf)


def apart(of: Expression) -> Reason:
    """Why something is not made of parts that add up."""
    match of:
        case Aggregate(function=function) if function in ORDERED:
            text = f"{function} takes one value out of many, and no member's adds to another's"
            return Reason(of=of, text=text, instead="a mean, whose sum and count add up")
        case Aggregate(function=function) if function in SPREAD:
            text = f"{function} is about how values lie to each other, across members too"
            return Reason(of=of, text=text, instead="a mean, whose sum and count add up")
        case Aggregate(function=function):
            text = f"the values of {function} do not add up over members"
            return Reason(of=of, text=text, instead="a sum, a count, a mean or a rate")
        case Members(function=function):
            text = f"the {function} of a value for each member is not made of parts that add up"
            return Reason(of=of, text=text, instead="the formula behind `per`, or its sum or mean")
        case Chosen():
            return Reason(
                of=of, text="who is counted is chosen by a metric", instead="the metric it is chosen by"
            )
        case Ranked():
            return Reason(of=of, text="a rank is a place among others", instead="the metric that is ranked")
        case Detached():
            text = "a total over some dimensions is another number for each member"
            return Reason(of=of, text=text, instead="the metric without `total` or `share`")
        case Call(function=function):
            text = f"`{function}` is no sum, difference, product or quotient"
            return Reason(of=of, text=text, instead="the metrics that the formula is made of")
        case _:
            return Reason(
                of=of, text="it is not made of sums", instead="the metrics that the formula is made of"
            )
