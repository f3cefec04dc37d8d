"""Sums over members that add up what does not add: ratios, levels over time, numbers of different things."""

from collections.abc import Iterator, Sequence

from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.problems.levels import AddedAgain, RatiosDoNotAdd
from metricdsl.model.formula import (
    Aggregate,
    Call,
    ColumnRef,
    Constant,
    Detached,
    Expression,
    MemberKey,
    Moved,
    Named,
    Over,
    WithEmpty,
)
from metricdsl.model.period import Period
from metricdsl.model.unit import Form
from metricdsl.syntax import nodes
from metricdsl.syntax.format_formula import flat

LINEAR = frozenset({"add", "subtract", "negate"})
OVERLAPPING = frozenset({"running", "opening", "trailing", "to_date", "at_start"})
"""Moves after which the periods of two members share days: what lies in both is added twice. `prior` keeps them apart."""
WINDOWS = OVERLAPPING - {"running", "opening"}
DISTINCT = frozenset({"count_distinct", "approx_count_distinct"})


def not_added(
    node: nodes.Call, written: nodes.Expr, body: Expression, keys: Sequence[MemberKey]
) -> Problem | None:
    """Why a sum of members makes no sense, if it does not.

    sum(win_rate per rep)                         ratios do not add
    sum(balance per month)                        the same balance in each month
    sum(trailing(revenue, 3 months) per month)    a sale of March is in March, April and May
    sum(count(distinct order.customer) per rep)   a customer of two reps is two
    """
    text = flat(written)
    names = ", ".join(key.name for key in keys)
    by = names if len(keys) == 1 else f"({names})"
    if _ratio(body):
        return RatiosDoNotAdd(body=text, by=by, function=node.function_span, span=node.span)
    over_time = any(key.grain is not None for key in keys)
    for part in _added(body):
        distinct = ""
        match part:
            case Aggregate(function=function, arguments=(counted, *_)) if function in DISTINCT:
                distinct = _counted(counted)
            case Aggregate(stock=stock, open=stretch) if over_time and (stock or stretch):
                pass
            case Moved(move=move) if over_time and move.kind in OVERLAPPING:
                pass
            case Detached(over=Over(during=Period())) if over_time:
                pass
            case _:
                continue
        window = isinstance(part, Moved) and part.move.kind in WINDOWS
        return AddedAgain(
            body=text,
            by=by,
            distinct=distinct,
            window=window,
            function=node.function_span,
            span=node.span,
        )
    return None


def _ratio(body: Expression) -> bool:
    """Whether a formula is a ratio, an average, a percentile or a change: what does not add."""
    while isinstance(body, Named | WithEmpty):
        body = body.body
    if body.type.unit.bare and body.type.unit.form in {Form.SHARE, Form.CHANGE}:
        return True
    match body:
        case Aggregate(function="avg" | "median" | "percentile" | "rate"):
            return True
        case Call(function="divide", arguments=(_, denominator)) if not isinstance(denominator, Constant):
            return True
        case Call(arguments=arguments):  # doubled, rounded, filled up, a ratio is one
            varying = [one for one in arguments if not isinstance(one, Constant)]
            return len(varying) == 1 and _ratio(varying[0])
        case _:
            return False


def _added(body: Expression) -> Iterator[Expression]:
    """What a sum of the formula adds up: the sides of sums and differences, whatever they are multiplied by."""
    match body:
        case Named(body=inside) | WithEmpty(body=inside):
            yield from _added(inside)
        case Call(function=function, arguments=arguments) if function in LINEAR:
            for one in arguments:
                yield from _added(one)
        case Call(function="multiply" | "divide", arguments=(one, Constant())):
            yield from _added(one)
        case Call(function="multiply", arguments=(Constant(), one)):
            yield from _added(one)
        case _:
            yield body


def _counted(column: Expression) -> str:
    """What is counted, in a word."""
    if not isinstance(column, ColumnRef):
        return "one"
    return column.path[-1] if column.path else column.column
