"""What must hold for the functions of a plugin that run on a result: each example gives what it says.

In an example a series is written in parentheses, `irr((-100, 60, 60))`: its members are those of the periods 0, 1, 2. A member that is
itself in parentheses says when it is, `xirr(((2008-01-01, -100), (2009-01-01, 110)))`, or has several values.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from metricdsl.analysis.literals import constant
from metricdsl.execution.result_functions import Calls, ResultFunctions
from metricdsl.model.formula import Constant
from metricdsl.model.types import DATE, INTEGER, Kind, ValueType
from metricdsl.source import SourceFile
from metricdsl.spi.adapter import AdapterError
from metricdsl.spi.defs import Example, Mismatch, argument_types
from metricdsl.spi.law import same
from metricdsl.spi.result_functions import (
    Argument,
    ArgumentType,
    KeyType,
    Member,
    NoValue,
    ResultFunctionDef,
    Series,
    SeriesType,
)
from metricdsl.spi.values import Limits
from metricdsl.syntax import nodes, read_query

NO_CALL = "write it as a call with constants, a series in parentheses"


def wrong_result_example(definition: ResultFunctionDef, example: Example) -> str:
    """How an example does not give what it says; nothing where it does."""
    call, wanted = _parsed(example.formula), _parsed(example.gives)
    expected = None if wanted is None else _literal(wanted)
    if not isinstance(call, nodes.Call) or expected is None or call.function != definition.name:
        return f"{NO_CALL}: {definition.name}(…)"
    given = [_argument(argument.value) for argument in call.arguments]
    known = [one for one in given if one is not None]
    if len(known) < len(given):
        return NO_CALL
    type_ = definition.infer([told for told, _ in known])
    if isinstance(type_, Mismatch):
        return type_.message
    try:
        with Calls(ResultFunctions({definition.name: definition}, {}), Limits()) as calls:
            found: Any = calls.call(definition.name, type_, [value for _, value in known])
    except NoValue:
        found = None
    except AdapterError as error:
        return error.problem.message()
    wished = _cell(expected)
    numbers = all(isinstance(one, int | float | Decimal) for one in (found, wished))
    fine = same(float(found), float(wished)) if numbers else found == wished
    return "" if fine else f"it gives {found}, and not {example.gives}"


def _parsed(text: str) -> nodes.Expr | None:
    read = read_query(SourceFile.of("example", text))
    return (
        read.value.columns[0].value
        if read.value is not None and read.value.columns and not read.problems
        else None
    )


def _argument(node: nodes.Expr) -> tuple[ArgumentType, Argument] | None:
    """The type of an argument, and its value."""
    if isinstance(node, nodes.Group):
        return _series(node)
    one = _literal(node)
    return None if one is None else (argument_types((one,))[0], _cell(one))


def _series(group: nodes.Group) -> tuple[SeriesType, Series] | None:
    members: list[Member] = []
    types: tuple[ValueType, ...] = ()
    key = KeyType(name="period", type=INTEGER)
    for at, item in enumerate(group.items):
        parts = [_literal(part) for part in (item.items if isinstance(item, nodes.Group) else (item,))]
        known = [part for part in parts if part is not None]
        if len(known) < len(parts):
            return None
        dated = len(known) > 1 and known[0].type.kind is Kind.DATE
        key = KeyType(name="day", type=DATE, grain="day") if dated else key
        values = known[1:] if dated else known
        types = types or tuple(value.type for value in values)
        cells = tuple(map(_cell, values))
        day = known[0].value if dated and isinstance(known[0].value, date) else None
        members.append(Member(key=day if dated else at, values=cells, place=at if not dated else None))
    return SeriesType(keys=(key,), values=types), Series(tuple(members))


def _literal(node: nodes.Expr) -> Constant | None:
    if isinstance(node, nodes.Negation):
        inner = _literal(node.operand)
        if inner is None or not isinstance(inner.value, int | Decimal):
            return None
        return Constant(type=inner.type, value=-inner.value)
    return constant(node) if isinstance(node, nodes.Literal) else None


def _cell(one: Constant) -> Any:
    """A constant as a result has it."""
    if one.type.kind is Kind.DURATION and isinstance(one.value, int):
        return timedelta(microseconds=one.value)
    return one.value
