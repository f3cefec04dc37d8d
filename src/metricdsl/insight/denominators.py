"""What a rate is a rate of: the denominators that a p or u chart needs, asked for beside it in the same SQL.

win_rate = rate(deal where is_closed, that: is_won)     →  count of is_won (not null) where is_closed      shares: p
tickets_per_order = count(ticket) / count(order)        →  count(order)                                     u
"""

from collections.abc import Callable, Mapping, Sequence

from attrs import evolve

from metricdsl.model.formula import Aggregate, Call, Expression, Named
from metricdsl.model.parts import conjuncts
from metricdsl.model.request import Output, Request
from metricdsl.model.types import INTEGER
from metricdsl.value import frozen

COUNTS = frozenset({"count_rows", "count"})


@frozen(kw_only=True)
class Denominator:
    """How many a metric's value is a share of (`shares`), or is counted for each of."""

    formula: Expression
    shares: bool


def denominator_of(formula: Expression) -> Denominator | None:
    """What a ratio of counts is divided by; None where a formula is no such ratio."""
    match formula:
        case Named(body=body):
            return denominator_of(body)
        case Aggregate(function="rate", arguments=(condition,)) if _plain(formula):
            type_ = evolve(INTEGER, nullable=False)
            counted = evolve(formula, function="count", arguments=(condition,), type=type_)
            return Denominator(formula=counted, shares=True)
        case Call(function="divide", arguments=(above, below)):
            counts = _count(above), _count(below)
            if counts[0] is None or counts[1] is None:
                return None
            return Denominator(formula=below, shares=_among(counts[0], counts[1]))
        case _:
            return None


def counts(formula: Expression) -> bool:
    """Whether a formula counts, so that it is never below zero."""
    match formula:
        case Named(body=body):
            return counts(body)
        case Aggregate(function=function):
            return function in {*COUNTS, "count_distinct", "approx_count_distinct"}
        case _:
            return False


def with_denominators(
    columns: Sequence[str],
) -> tuple[Callable[[Request], Request], Mapping[str, tuple[str, bool]]]:
    """What adds to a question the denominators of its columns, and, once it has, the names they have with whether they are shares."""
    named: dict[str, tuple[str, bool]] = {}

    def beside(request: Request) -> Request:
        outputs = {one.name: one for one in request.outputs}
        more: list[Output] = []
        for name in columns:
            output = outputs.get(name)
            found = None if output is None or output.withholding else denominator_of(output.formula)
            if found is None:
                continue
            own = f"{name} counted"
            while own in outputs:
                own += "_"
            named[name] = own, found.shares
            more.append(Output(name=own, formula=found.formula, type=found.formula.type, brings=False))
        return evolve(request, outputs=(*request.outputs, *more))

    return beside, named


def _count(formula: Expression) -> Aggregate | None:
    while isinstance(formula, Named):
        formula = formula.body
    counted = isinstance(formula, Aggregate) and formula.function in COUNTS and _plain(formula)
    return formula if counted and isinstance(formula, Aggregate) else None


def _plain(aggregate: Aggregate) -> bool:
    """Whether rows are counted once, in the period of their own time."""
    return not aggregate.levels and aggregate.stock is None and aggregate.spread is None


def _among(above: Aggregate, below: Aggregate) -> bool:
    """Whether the rows of the first are among those of the second."""
    same = (above.home, above.time, above.window, above.function) == (
        below.home,
        below.time,
        below.window,
        below.function,
    )
    return same and set(conjuncts(below.where)) <= set(conjuncts(above.where))
