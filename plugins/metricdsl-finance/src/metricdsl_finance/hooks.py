"""Functions of payments: of each period (`irr`, `npv`, `payback`), or of each date (`xirr`, `xnpv`)."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from functools import partial

from metricdsl.spi.defs import Example, Mismatch
from metricdsl.spi.hooks import hookimpl
from metricdsl.spi.meaning import NUMBER, SHARE, Kind, ValueType
from metricdsl.spi.result_functions import (
    Argument,
    ArgumentType,
    Cell,
    NoValue,
    ResultFunctionDef,
    Series,
    SeriesType,
)
from metricdsl_finance.rates import Flow, present_value, rate_of_return

DAYS_OF_A_YEAR = 365
_OF_DATES = (
    "((2008-01-01, -10000), (2008-03-01, 2750), (2008-10-30, 4250), (2009-02-15, 3250), (2009-04-01, 2750))"
)
"""The amounts of the published examples."""


def _payments(name: str, argument: ArgumentType, *, dated: bool, at: int) -> SeriesType | Mismatch:
    """A series of one number for each period or date; else what does not fit."""
    example = f"{name}(… sum(flow.amount) per {'day' if dated else 'year'})"
    if not isinstance(argument, SeriesType):
        return Mismatch(
            "arguments", f"{name} takes what is paid in each period", at, f"say of which: {example}"
        )
    if len(argument.values) != 1 or not (
        argument.values[0].kind.numeric or argument.values[0].kind is Kind.UNKNOWN
    ):
        return Mismatch("not-a-number", f"{name} takes one amount of each member", at)
    if dated and not argument.in_time:
        return Mismatch("arguments", f"{name} takes the amounts of dates", at, f"say of which: {example}")
    if not dated and not argument.spaced:
        text = f"{name} takes the amounts of days, weeks, months, quarters or years, or of numbered periods"
        return Mismatch("arguments", text, at, f"say of which: {example}")
    return argument


def _rate(name: str, argument: ArgumentType, at: int) -> Mismatch | None:
    if isinstance(argument, SeriesType) or not (argument.kind.numeric or argument.kind is Kind.UNKNOWN):
        return Mismatch("not-a-number", f"{name} takes a rate, as in 10%", at)
    if not (argument.unit.bare or argument.unit == SHARE):
        return Mismatch(
            "units", f"{name} takes a rate without a unit, and this is in {argument.unit.text}", at
        )
    return None


def _infer(
    name: str, arguments: Sequence[ArgumentType], *, dated: bool, rate: int | None, of: str
) -> ValueType | Mismatch:
    """The type of a function of payments; `rate` is which argument is one, `of` what it gives."""
    at = 1 if rate == 0 else 0
    payments = _payments(name, arguments[at], dated=dated, at=at)
    if isinstance(payments, Mismatch):
        return payments
    if rate is not None and rate < len(arguments):
        wrong = _rate(name, arguments[rate], rate)
        if wrong is not None:
            return wrong
    if of == "rate":
        return ValueType(Kind.FLOAT, SHARE)
    return ValueType(Kind.FLOAT, payments.values[0].unit if of == "amount" else NUMBER)


def _steps(series: Argument) -> list[Flow]:
    """The payments with the number of their period, from 0; a period without a member has none."""
    assert isinstance(series, Series), "the function has said so"
    found = []
    for member in series.members:
        (amount,) = member.values
        if amount is None or member.place is None:
            raise NoValue("an amount is not known")
        found.append((float(member.place), float(amount)))  # type: ignore[arg-type]
    return found


def _years(series: Argument) -> list[Flow]:
    """The payments with the years from the first, of 365 days."""
    assert isinstance(series, Series), "the function has said so"
    days = [member.key for member in series.members]
    found = []
    for member in series.members:
        (amount,) = member.values
        if amount is None:
            raise NoValue("an amount is not known")
        passed = (_day(member.key) - _day(days[0])).days / DAYS_OF_A_YEAR
        found.append((passed, float(amount)))  # type: ignore[arg-type]
    return found


def _day(key: Cell) -> date:
    assert isinstance(key, date), "the function has said so"
    return key.date() if isinstance(key, datetime) else key


def _discount(rate: Argument) -> float:
    value = float(rate)  # type: ignore[arg-type]
    if value <= -1:
        raise NoValue("a rate of -100 % or less discounts nothing")
    return value


def _irr(arguments: Sequence[Argument]) -> Cell:
    return rate_of_return(_steps(arguments[0]))


def _xirr(arguments: Sequence[Argument]) -> Cell:
    return rate_of_return(_years(arguments[0]))


def _npv(arguments: Sequence[Argument]) -> Cell:
    rate = _discount(arguments[0])
    return present_value(_steps(arguments[1]), rate) / (1 + rate)


def _xnpv(arguments: Sequence[Argument]) -> Cell:
    return present_value(_years(arguments[1]), _discount(arguments[0]))


def _payback(arguments: Sequence[Argument]) -> Cell:
    """How many periods pass until what has come back is what was paid; within a period as if it came evenly."""
    rate = _discount(arguments[1]) if len(arguments) > 1 else 0.0
    total, last, back = 0.0, 0.0, None
    for when, amount in _steps(arguments[0]):
        before = total
        total += amount * (1 + rate) ** -when
        if total < 0:
            back = None
        elif before < 0:
            begins = max(last, when - 1)
            back = begins + (when - begins) * -before / (total - before)
        elif back is None:
            back = when
        last = when
    if back is None:
        raise NoValue("what was paid has not come back")
    return back


def _function(
    name: str,
    signature: str,
    evaluate: Callable[[Sequence[Argument]], Cell],
    doc: str,
    examples: tuple[Example, ...],
    infer: Callable[[Sequence[ArgumentType]], ValueType | Mismatch],
    least: int = 1,
    most: int | None = None,
) -> ResultFunctionDef:
    return ResultFunctionDef(
        name=name,
        signature=signature,
        infer=infer,
        evaluate=evaluate,
        doc=doc,
        examples=examples,
        least=least,
        most=most,
    )


@hookimpl
def metricdsl_result_functions() -> Iterable[ResultFunctionDef]:
    """Rates of return, present values, payback."""
    return [
        _function(
            "irr",
            "(amount: number<u> per period) -> share",
            _irr,
            "The rate per period at which the amounts are worth nothing together, the first period counting in full; a period without rows "
            "has none. Null where no rate fits, or several do.",
            (
                Example(formula="finance.irr((-100, 60, 60))", gives="0.1306623862918075"),
                Example(formula="finance.irr((100, 60))", gives="null"),
            ),
            partial(_infer, "irr", dated=False, rate=None, of="rate"),
        ),
        _function(
            "xirr",
            "(amount: number<u> per day) -> share",
            _xirr,
            "The rate per year of 365 days at which amounts of dates are worth nothing together. Null where no rate fits, or several do.",
            (Example(formula=f"finance.xirr({_OF_DATES})", gives="0.3733625335"),),
            partial(_infer, "xirr", dated=True, rate=None, of="rate"),
        ),
        _function(
            "npv",
            "(rate: share, amount: number<u> per period) -> float<u>",
            _npv,
            "What the amounts are worth one period before the first of them, which is discounted too (as spreadsheets do).",
            (Example(formula="finance.npv(10%, (-10000, 3000, 4200, 6800))", gives="1188.4434123352207"),),
            partial(_infer, "npv", dated=False, rate=0, of="amount"),
            2,
        ),
        _function(
            "xnpv",
            "(rate: share, amount: number<u> per day) -> float<u>",
            _xnpv,
            "What amounts of dates are worth on the first of these, at a rate per year of 365 days.",
            (Example(formula=f"finance.xnpv(9%, {_OF_DATES})", gives="2086.6476"),),
            partial(_infer, "xnpv", dated=True, rate=0, of="amount"),
            2,
        ),
        _function(
            "payback",
            "(amount: number<u> per period, rate: share = 0%) -> float",
            _payback,
            "How many periods pass, from the first, until what was paid has come back for good, discounted at the rate if one is given; a "
            "part of a period as if its amount came evenly. Null where it has not.",
            (
                Example(formula="finance.payback((-100, 60, 60))", gives="1.6666666666666667"),
                Example(formula="finance.payback((-100, 60))", gives="null"),
            ),
            partial(_infer, "payback", dated=False, rate=1, of="number"),
            1,
            2,
        ),
    ]
