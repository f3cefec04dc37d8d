"""Calls of functions that run on a result: `finance.irr(sum(flow.amount) per month)`. What they need of SQL, and where they cannot stand."""

from collections.abc import Callable, Collection, Iterator
from decimal import Decimal
from typing import assert_never

from metricdsl.analysis.calls import mismatch, wrong_number
from metricdsl.analysis.levels import Level, level_of, members
from metricdsl.analysis.world import Place, Result, Work
from metricdsl.diagnostics.problems.formulas import WrongArguments
from metricdsl.diagnostics.problems.result_functions import ResultFunctionInside
from metricdsl.model.formula import (
    Aggregate,
    Call,
    Chosen,
    ColumnRef,
    Constant,
    Converted,
    Detached,
    Expression,
    GoalOf,
    GroupingRef,
    LookedAt,
    Members,
    Moved,
    Named,
    OwnTime,
    PeriodBound,
    Ranked,
    Rate,
    RowValue,
    Today,
    WithEmpty,
)
from metricdsl.model.parts import below, every
from metricdsl.model.result_functions import PACKED, SERIES, WORKED_OUT, is_made_by
from metricdsl.model.types import TEXT, Kind
from metricdsl.spi.defs import Mismatch, argument_types
from metricdsl.spi.result_functions import ArgumentType, KeyType, ResultFunctionDef, SeriesType
from metricdsl.syntax import nodes

MOVING = frozenset({"add", "subtract", "multiply", "divide"})
"""Functions that calculate with times and lengths of time."""

Read = Callable[[nodes.Expr, Place], Result]
"""Reads a formula of groups."""


def result_call(work: Work, node: nodes.Call, place: Place, read: Read, choose: Read) -> Result:
    """A call of a function that runs on a result; `choose` reads the condition behind a `having` of members."""
    definition = work.world.registry.result_functions[node.function]
    wrong = wrong_number(definition, len(node.arguments), node.span)
    if wrong is not None:
        work.report(wrong)
        return None
    found: list[Expression] = []
    for argument in node.arguments:
        if argument.name is not None or argument.distinct:
            word = f"{argument.name}:" if argument.name else "distinct"
            work.report(WrongArguments(text=f"{node.function} does not take `{word}`", span=argument.span))
            return None
        level = level_of(work, argument.value, place)
        one = read(argument.value, place) if level is None else _series(work, node, level, read, choose)
        if one is not None:
            found.append(one)
    if len(found) < len(node.arguments):
        return None
    return typed(work, definition, tuple(found), node)


def typed(
    work: Work, definition: ResultFunctionDef, arguments: tuple[Expression, ...], node: nodes.Node
) -> Result:
    """The call, its type told by the function."""
    told = definition.infer([argument_type(argument) for argument in arguments])
    if isinstance(told, Mismatch):
        work.report(mismatch(told, arguments, node.span))
        return None
    return Call(type=told, span=node.span, function=definition.name, arguments=arguments)


def argument_type(argument: Expression) -> ArgumentType:
    """What a function is told of an argument: the type of a value, or what the members of a series are."""
    made = series_of(argument)
    if made is None:
        return argument_types((argument,))[0]
    packed = made.body
    assert isinstance(packed, Call), "the values of members are packed"
    keys = tuple(KeyType(name=key.name, type=key.type, grain=key.grain) for key in made.keys)
    return SeriesType(keys=keys, values=tuple(value.type for value in packed.arguments))


def series_of(argument: Expression) -> Members | None:
    """The series that an argument is, in whatever context; None where it is a value."""
    return next((p for p in _in_context(argument) if isinstance(p, Members) and p.function == SERIES), None)


def _in_context(argument: Expression) -> Iterator[Expression]:
    yield argument
    match argument:
        case Moved(body=body) | Detached(body=body) | Named(body=body):
            yield from _in_context(body)
        case _:
            return


def _series(work: Work, node: nodes.Call, level: Level, read: Read, choose: Read) -> Result:
    """The members that an argument with `per` speaks of, as SQL hands them over."""
    if level.per is None:
        work.report(
            WrongArguments(
                text=f"{node.function} takes members, and `having` alone makes none",
                fix=f"say of what: {node.function}(… per month)",
                span=node.span,
            )
        )
        return None
    most = work.world.registry.result_functions[node.function].most_members
    argument = nodes.Argument(value=level.body, span=level.body.span)
    bound = nodes.Argument(value=nodes.Number(value=Decimal(most), span=node.span), span=node.span)
    handed = nodes.Call(
        function=SERIES, function_span=node.function_span, arguments=(argument, bound), span=node.span
    )

    def packed(inner: nodes.Expr, where: Place) -> Result:
        if isinstance(inner, nodes.Number) and inner is bound.value:
            return read(inner, where)
        written = inner.items if isinstance(inner, nodes.Group) else (inner,)
        values = [read(one, where) for one in written]
        known = tuple(value for value in values if value is not None)
        if len(known) < len(values):
            return None
        for value in known:
            if value.type.kind is Kind.TEXT:
                text = f"{node.function} is given numbers, times and conditions of each member, and this is a text"
                work.report(WrongArguments(text=text, span=value.span or node.span))
                return None
        return Call(type=TEXT, span=level.body.span, function=PACKED, arguments=known)

    return members(work, handed, level, packed, choose)


# ---------------------------------------------------------------- where they cannot stand


def refused_inside(work: Work, formula: Expression) -> bool:
    """Whether a value that is made on the result stands where SQL would need it; then that is reported."""
    functions = work.world.registry.result_functions
    if not functions or not is_made_by(formula, functions):
        return False
    fault = _fault(formula, functions)
    if fault is None:
        return False
    work.report(fault)
    return True


def _fault(formula: Expression, functions: Collection[str]) -> ResultFunctionInside | None:
    made = tuple(part for part in below(formula) if is_made_by(part, functions))
    inside = ""
    match formula:
        case Call(function=function, arguments=arguments):
            called = function in functions
            if made and not called and function not in WORKED_OUT:
                inside = f"{function}(…)"
            elif made and function in MOVING and any(map(_of_the_calendar, arguments)):
                inside = "what is calculated with dates and months"
        case Members(function=function):
            inside = "the formula of members" if function == SERIES else f"{function}(… per …)"
        case Chosen():
            inside = "count(… having …)"
        case Ranked(share=share):
            inside = "rank_share(…)" if share else "rank(…)"
        case RowValue():
            inside = "a value of rows"
        case Named() | Moved() | Detached() | WithEmpty() | GoalOf():
            pass
        case (
            Aggregate()
            | Constant()
            | ColumnRef()
            | Converted()
            | GroupingRef()
            | LookedAt()
            | OwnTime()
            | PeriodBound()
            | Rate()
            | Today()
        ):
            return None
        case _:
            assert_never(formula)
    if inside and made:
        return told(made[0], inside, functions)
    return next((fault for part in made if (fault := _fault(part, functions)) is not None), None)


def _of_the_calendar(argument: Expression) -> bool:
    """Whether it takes a calendar to calculate with a value: a time that is moved, a number of months."""
    type_ = argument.type
    return type_.kind.temporal or (type_.kind is Kind.DURATION and type_.grain is not None)


def told(formula: Expression, inside: str, functions: Collection[str]) -> ResultFunctionInside:
    """That a function which runs on the result stands inside of something that SQL works out."""
    called = next(part for part in every(formula) if isinstance(part, Call) and part.function in functions)
    return ResultFunctionInside(function=called.function, inside=inside, span=formula.span or called.span)
