"""Formulas that are worked out of a row of a result: as SQL works them out, for the functions that there are behind it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import partial
from typing import Any, TypeAlias

from metricdsl.execution.local_functions import FUNCTIONS, LAZY
from metricdsl.execution.series import series_from
from metricdsl.model.formula import Call, Constant, Expression, GroupingRef, Moved, Today
from metricdsl.model.types import Kind, ValueType
from metricdsl.spi.local_steps import LocalSteps
from metricdsl.spi.result_functions import Cell, NoValue, ResultFunctionDef
from metricdsl.spi.values import WITHHELD

Row: TypeAlias = Sequence[Any]
Calling: TypeAlias = Callable[[str, ValueType, Sequence[Any]], Cell]
Noting: TypeAlias = Callable[[str, str, int], None]
WIDE = Context(prec=200, rounding=ROUND_HALF_UP)
MICROSECOND = timedelta(microseconds=1)


class _WithheldError(Exception):
    """A part of the formula is withheld, and so is its value."""


class Working:
    """Works formulas out of the rows of one result; the value of a formula in a row is worked out once."""

    def __init__(
        self,
        steps: LocalSteps,
        functions: Mapping[str, ResultFunctionDef],
        call: Calling,
        note: Noting,
    ) -> None:
        self._steps = steps
        self._functions = functions
        self._call = call
        self._note = note
        self._known: dict[tuple[Expression, int], Any] = {}

    def value(self, formula: Expression, row: Row, at: int) -> Any:
        """The value of a formula in a row, durations as microseconds; WITHHELD where a part of it is."""
        try:
            return self._value(formula, row, at)
        except _WithheldError:
            return WITHHELD

    def cell(self, formula: Expression, row: Row, at: int) -> Any:
        """The value of a formula as the result shows it."""
        if isinstance(formula, GroupingRef):
            return row[formula.index]
        return _shown(self.value(formula, row, at), formula.type)

    def _value(self, formula: Expression, row: Row, at: int) -> Any:
        match formula:
            case Constant(value=value):
                return value
            case Today():
                return self._steps.today
            case GroupingRef(index=index):
                if row[index] is WITHHELD:
                    raise _WithheldError
                return _plain(row[index])
            case Moved(body=body, periods=periods):
                # In a period that is not known nothing is moved: null, whatever the formula makes of nulls.
                unknown = any(self._value(period, row, at) is None for period in periods)
                return None if unknown else self._value(body, row, at)
            case Call(function=function, arguments=arguments, type=type):
                if function in self._functions:
                    return self._made(formula, row, at)
                if function in LAZY:
                    return LAZY[function]([partial(self._value, one, row, at) for one in arguments], type)
                values = [self._value(argument, row, at) for argument in arguments]
                return None if any(value is None for value in values) else FUNCTIONS[function](values, type)
            case _:
                raise AssertionError(f"no step behind a statement: {formula.__class__.__name__}")

    def _made(self, formula: Call, row: Row, at: int) -> Any:
        """The value of a function that runs on the result."""
        key = formula, at
        if key not in self._known:
            definition = self._functions[formula.function]
            arguments: list[Any] = []
            for argument in formula.arguments:
                value = self._value(argument, row, at)
                series = (
                    self._steps.fetched[argument.index].series if isinstance(argument, GroupingRef) else None
                )
                if value is not None and series is not None:
                    value = series_from(value, series, definition)
                arguments.append(_shown(value, argument.type) if series is None else value)
            self._known[key] = self._answer(formula, arguments, at)
        return self._known[key]

    def _answer(self, formula: Call, arguments: Sequence[Any], at: int) -> Any:
        if any(argument is None for argument in arguments):
            return None
        try:
            return _plain(self._call(formula.function, formula.type, arguments))
        except NoValue as none:
            self._note(formula.function, " ".join(str(none).split())[:300] or "it has none there", at)
            return None


def _plain(value: Any) -> Any:
    """A value as formulas calculate with it: durations are whole microseconds."""
    return value // MICROSECOND if isinstance(value, timedelta) else value


def _shown(value: Any, type: ValueType) -> Any:
    """A value as the result shows it, of the kind that is said."""
    if value is None or value is WITHHELD or isinstance(value, timedelta):
        return value
    match type.kind:
        case Kind.DURATION:
            return timedelta(microseconds=round(value))
        case Kind.FLOAT:
            return float(value)
        case Kind.DECIMAL:
            return _scaled(value, type.scale)
        case _:
            return value


def _scaled(value: Any, scale: int) -> Decimal:
    number = Decimal(repr(value)) if isinstance(value, float) else Decimal(value)
    exact = -int(number.as_tuple().exponent) >= scale and not isinstance(value, float)
    return number if exact else number.quantize(Decimal(1).scaleb(-scale), context=WIDE)
