"""Functions of a customer base: models fitted to its members, and what they expect."""

from collections.abc import Iterable, Sequence
from functools import partial

from metricdsl.spi.defs import ConstantType, Example, Mismatch
from metricdsl.spi.hooks import hookimpl
from metricdsl.spi.meaning import FLOAT, SHARE, Kind, ValueType
from metricdsl.spi.result_functions import (
    Argument,
    ArgumentType,
    Cell,
    NoValue,
    ResultFunctionDef,
    Series,
    SeriesType,
)
from metricdsl_btyd.models import expected_purchases, fitted_bgnbd, fitted_sbg, fitted_spend, sbg_survival

BGNBD = ("r", "alpha", "a", "b", "log_likelihood")
SPEND = ("p", "q", "gamma", "log_likelihood")
SBG = ("alpha", "beta", "log_likelihood")
MOST_CUSTOMERS = 100_000
SURVIVORS = "(1000, 631, 468, 382, 326, 289, 262, 241)"
"""Regular customers of the published example, after 0 to 7 years."""


def _members(name: str, argument: ArgumentType, size: int, example: str) -> Mismatch | None:
    fits = isinstance(argument, SeriesType) and len(argument.values) == size
    if not fits or not all(one.kind.numeric or one.kind is Kind.UNKNOWN for one in argument.values):  # type: ignore[union-attr]
        return Mismatch("arguments", f"{name} takes {size} numbers of each customer", 0, example)
    return None


def _infer_fit(
    name: str, size: int, words: Sequence[str], example: str, arguments: Sequence[ArgumentType]
) -> ValueType | Mismatch:
    wrong = _members(name, arguments[0], size, example)
    if wrong is not None:
        return wrong
    word = arguments[1]
    if not isinstance(word, ConstantType) or word.value not in words:
        said = ", ".join(f'"{one}"' for one in words)
        return Mismatch(
            "arguments", f"{name} says behind the customers which number of the model is asked for: {said}", 1
        )
    return FLOAT


def _infer_sbg(arguments: Sequence[ArgumentType]) -> ValueType | Mismatch:
    first = arguments[0]
    if not isinstance(first, SeriesType) or not first.spaced:
        example = 'btyd.sbg(accounts per age_in_years, "alpha")'
        return Mismatch("arguments", "sbg takes how many are left after each period", 0, example)
    return _infer_fit("sbg", 1, SBG, "", arguments)


def _infer_expected(arguments: Sequence[ArgumentType]) -> ValueType | Mismatch:
    example = "btyd.expected_purchases((frequency, recency, age) per account, 52, r, alpha, a, b)"
    return _members("expected_purchases", arguments[0], 3, example) or _numbers(
        "expected_purchases", arguments, 1, FLOAT
    )


def _numbers(
    name: str, arguments: Sequence[ArgumentType], first: int, gives: ValueType
) -> ValueType | Mismatch:
    for at, argument in enumerate(arguments[first:], first):
        if isinstance(argument, SeriesType) or not (argument.kind.numeric or argument.kind is Kind.UNKNOWN):
            return Mismatch("not-a-number", f"{name} takes a number here", at)
    return gives


def _rows(series: Argument) -> tuple[tuple[float, ...], ...]:
    """The values of the members of which all are known."""
    assert isinstance(series, Series), "the function has said so"
    known = (member.values for member in series.members if None not in member.values)
    return tuple(tuple(float(value) for value in values) for values in known)  # type: ignore[arg-type]


def _customers(series: Argument) -> tuple[tuple[float, float, float], ...]:
    found = []
    for x, last, age in _rows(series):
        if x < 0 or last < 0 or last > age:
            raise NoValue("a customer bought last before the first time, or after the end")
        found.append((x, last, age))
    return tuple(found)


def _bgnbd(given: Sequence[Argument]) -> Cell:
    return fitted_bgnbd(_customers(given[0]))[BGNBD.index(str(given[1]))]


def _spend(given: Sequence[Argument]) -> Cell:
    spenders = tuple((x, mean) for x, mean in _rows(given[0]))
    return fitted_spend(spenders)[SPEND.index(str(given[1]))]


def _sbg(given: Sequence[Argument]) -> Cell:
    return fitted_sbg(tuple(values[0] for values in _rows(given[0])))[SBG.index(str(given[1]))]


def _expected(given: Sequence[Argument]) -> Cell:
    horizon, r, alpha, a, b = (float(one) for one in given[1:])  # type: ignore[arg-type]
    if horizon < 0 or min(r, alpha, a, b) <= 0:
        raise NoValue("a parameter of the model is not positive, or the horizon lies behind")
    return sum(expected_purchases(one, horizon, r, alpha, a, b) for one in _customers(given[0]))


def _survival(given: Sequence[Argument]) -> Cell:
    alpha, beta, periods = (float(one) for one in given)  # type: ignore[arg-type]
    if min(alpha, beta) <= 0 or periods < 0:
        raise NoValue("a parameter of the model is not positive, or the periods lie behind")
    return sbg_survival(alpha, beta, periods)


@hookimpl
def metricdsl_result_functions() -> Iterable[ResultFunctionDef]:
    """BG/NBD, gamma-gamma, sBG."""
    return [
        ResultFunctionDef(
            name="bgnbd",
            signature='((frequency, recency, age) per customer, "r" | "alpha" | "a" | "b" | "log_likelihood") -> float',
            infer=partial(
                _infer_fit, "bgnbd", 3, BGNBD, 'btyd.bgnbd((frequency, recency, age) per account, "alpha")'
            ),
            evaluate=_bgnbd,
            doc="A parameter of the model BG/NBD, by maximum likelihood: of each customer how often he bought again, when last, counted from "
            "the first purchase, and how long ago that was.",
            examples=(Example(formula='btyd.bgnbd(((1, 2, 3), (0, 0, 3)), "r")', gives="null"),),
            least=2,
            most_members=MOST_CUSTOMERS,
        ),
        ResultFunctionDef(
            name="expected_purchases",
            signature="((frequency, recency, age) per customer, horizon, r, alpha, a, b) -> float",
            infer=_infer_expected,
            evaluate=_expected,
            doc="How many purchases customers are expected to make within a time from now, by BG/NBD with these parameters; of several customers all of them.",
            examples=(
                Example(
                    formula="btyd.expected_purchases(((2, 30.43, 38.86), (2, 30.43, 38.86)), 39, 0.243, 4.414, 0.793, 2.426)",
                    gives="2.4520563495342502",
                ),
            ),
            least=6,
            most_members=MOST_CUSTOMERS,
        ),
        ResultFunctionDef(
            name="gamma_gamma",
            signature='((frequency, mean_amount) per customer, "p" | "q" | "gamma" | "log_likelihood") -> float',
            infer=partial(
                _infer_fit,
                "gamma_gamma",
                2,
                SPEND,
                'btyd.gamma_gamma((frequency, mean_amount) per account, "p")',
            ),
            evaluate=_spend,
            doc="A parameter of the model gamma-gamma, by maximum likelihood: of each customer who bought again how often, and the mean amount of these purchases.",
            examples=(Example(formula='btyd.gamma_gamma(((1, 20), (2, 30)), "p")', gives="null"),),
            least=2,
            most_members=MOST_CUSTOMERS,
        ),
        ResultFunctionDef(
            name="sbg",
            signature='(survivors per period, "alpha" | "beta" | "log_likelihood") -> float',
            infer=_infer_sbg,
            evaluate=_sbg,
            doc="A parameter of the model sBG, by maximum likelihood: how many of a cohort are left after each period, beginning with all.",
            examples=(
                Example(formula=f'btyd.sbg({SURVIVORS}, "log_likelihood")', gives="-1680.2651884632867"),
            ),
            least=2,
        ),
        ResultFunctionDef(
            name="sbg_survival",
            signature="(alpha, beta, periods) -> share",
            infer=lambda given: _numbers("sbg_survival", given, 0, ValueType(Kind.FLOAT, SHARE)),
            evaluate=_survival,
            doc="The share of a cohort that is left after so many periods, by sBG with these parameters.",
            examples=(Example(formula="btyd.sbg_survival(0.704, 1.182, 1)", gives="0.6267232237539767"),),
            least=3,
        ),
    ]
