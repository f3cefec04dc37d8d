"""The own time of aggregates put into the formulas of their rows: what a rate of exchange is looked up at."""

from datetime import timedelta

from attrs import evolve

from metricdsl.model.formula import (
    Aggregate,
    Call,
    Constant,
    Expression,
    KeyPart,
    LookedAt,
    OwnTime,
    PeriodKey,
    Rate,
    RowValue,
)
from metricdsl.model.parts import rebuilt
from metricdsl.model.period import Period
from metricdsl.model.request import Context as Setting
from metricdsl.model.request import Request
from metricdsl.model.types import DATE
from metricdsl.model.window import FixedWindow
from metricdsl.plan.context import plain_window
from metricdsl.plan.windows import bounds, looked_back_from, moved_part, never, resolved


def timed(request: Request) -> Request:
    """The request with the own time of each aggregate put into its row formulas."""

    def inside(formula: Expression) -> Expression:
        return with_own_times(formula, request.during, request.context)

    outputs = tuple([evolve(output, formula=inside(output.formula)) for output in request.outputs])
    ordering = tuple([evolve(output, formula=inside(output.formula)) for output in request.ordering])
    having = None if request.having is None else inside(request.having)
    return evolve(request, outputs=outputs, ordering=ordering, having=having)


def with_own_times(formula: Expression, during: Period, setting: Setting) -> Expression:
    """A group formula, each aggregate's own time put into its row formulas."""

    def change(part: Expression) -> Expression:
        return _timed(part, during, setting) if isinstance(part, Aggregate) else part

    changed = rebuilt(formula, change)
    assert changed is not None, "every aggregate gives one back"
    return changed


def at_time(expression: Expression, time: Expression) -> Expression:
    """A row formula of an aggregate with this time."""
    match expression:
        case OwnTime():
            return time
        case Call(arguments=arguments):
            parts = tuple([at_time(argument, time) for argument in arguments])
            same = all(new is old for new, old in zip(parts, arguments, strict=True))
            return expression if same else evolve(expression, arguments=parts)
        case Rate(currency=currency, at=at, amount=amount):
            return evolve(
                expression,
                currency=at_time(currency, time),
                at=at_time(at, time),
                amount=at_time(amount, time),
            )
        case RowValue(keys=keys):
            return evolve(expression, keys=tuple([at_time(key, time) for key in keys]))
        case _:
            return expression


def _timed(aggregate: Aggregate, during: Period, setting: Setting) -> Aggregate:
    time = _day_looked_at(aggregate, during, setting) if aggregate.open is not None else aggregate.time
    if time is None:
        return aggregate
    own = time

    def key(part: KeyPart) -> KeyPart:
        return part if part is None or isinstance(part, PeriodKey) else at_time(part, own)

    return evolve(
        aggregate,
        arguments=tuple([at_time(argument, own) for argument in aggregate.arguments]),
        where=None if aggregate.where is None else at_time(aggregate.where, own),
        keys=tuple(map(key, aggregate.keys)),
        order=tuple([at_time(one, own) for one in aggregate.order]),
    )


def _day_looked_at(aggregate: Aggregate, during: Period, setting: Setting) -> Expression:
    """The last day of the period, or today if the period contains it: a fixed one, or that of each cell."""
    window = plain_window(aggregate, during) if aggregate.window is None else aggregate.window
    part = moved_part(resolved(window, setting))
    if isinstance(part, FixedWindow):
        if never(part.period):
            return Constant(type=DATE, value=None)
        day = looked_back_from(*bounds(part.period, setting), setting) - timedelta(days=1)
        return Constant(type=evolve(DATE, nullable=False), value=day)
    return LookedAt(type=evolve(DATE, nullable=False))
