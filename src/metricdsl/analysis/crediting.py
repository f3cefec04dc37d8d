"""The rows that a conversion counts: starts whose window has ended, and among them those that an end is credited to."""

from attrs import evolve

from metricdsl.analysis.calls import call
from metricdsl.analysis.world import Result, Work
from metricdsl.model.formula import Aggregate, Call, Constant, Converted, Expression, Today
from metricdsl.model.types import DATE, INTEGER, NULL
from metricdsl.source import Span


def counted(work: Work, converted: Converted, span: Span, *, credited: bool) -> Result:
    """1 for each start whose window has ended, with `credited` only where it is converted; else null."""
    until = call(work, "add", (converted.start.time, converted.within), span)
    if until is None:
        return None
    condition = call(work, "less", (until, Today(type=evolve(DATE, nullable=False), span=span)), span)
    if condition is None:
        return None
    if credited:
        condition = call(work, "and", (condition, converted), span)
        if condition is None:
            return None
    one = Constant(type=evolve(INTEGER, nullable=False), value=1, span=span)
    nothing = Constant(type=NULL, value=None, span=span)
    return call(work, "if", (condition, one, nothing), span)


def at_time(work: Work, aggregate: Aggregate, time: Expression) -> Aggregate | None:
    """A count of starts with another time of these: ends are credited by it, and windows run from it."""
    converted = aggregate.starts
    if converted is None:
        return aggregate
    assert aggregate.span is not None, "a conversion is written somewhere"
    moved = evolve(converted, start=evolve(converted.start, time=time))
    credited = any(_reads(argument, converted) for argument in aggregate.arguments)
    one = counted(work, moved, aggregate.span, credited=credited)
    return None if one is None else evolve(aggregate, arguments=(one,), starts=moved)


def _reads(expression: Expression, converted: Converted) -> bool:
    """Whether a count asks of each row whether it is converted."""
    if isinstance(expression, Call):
        return any(_reads(argument, converted) for argument in expression.arguments)
    return expression == converted
