"""Plain numbers beside shares: `win_rate > 5` is never true, and 5 % was meant, or 0.5 % was."""

from collections.abc import Iterator
from decimal import Decimal

from metricdsl.analysis.choices import CHOICES, choices
from metricdsl.analysis.directory import inside
from metricdsl.analysis.hundredfold import PERCENT, in_percent_as_it_is
from metricdsl.analysis.shares_times_hundred import without_the_factor
from metricdsl.analysis.world import Work
from metricdsl.diagnostics.problems.context_hints import GrowthOfAShare
from metricdsl.diagnostics.problems.shares_and_numbers import NumberBesideShare
from metricdsl.model.formula import Call, ColumnRef, Constant, Expression, Named, WithEmpty
from metricdsl.model.types import Kind
from metricdsl.model.unit import Form

WHOLES = (0, 1, -1)
"""Numbers that are one thing as shares and as plain numbers: nothing, and all."""
BESIDE = frozenset(
    {"equal", "not_equal", "in", "less", "at_most", "greater", "at_least", "clamp", "bucket"} | CHOICES
)
"""Functions of which the values are of one unit, where a written number fits any."""


def in_percent(work: Work, function: str, arguments: tuple[Expression, ...]) -> bool:
    """Whether no value is a plain number beside one that is shown in percent; each that is one is told."""
    beside = choices(function, arguments)
    compared = function not in CHOICES  # there `25%` may be a plain number: `discount >= 25%`
    shown = next(
        (
            a
            for a in beside
            if in_percent_as_it_is(a.type.unit) and not (compared and isinstance(a, Constant))
        ),
        None,
    )
    if shown is None:
        return True
    plain = [one for a in beside for one in _plain(a)]
    factor = without_the_factor(work, tuple(beside)) if plain else ()
    for number in plain:
        work.report(
            NumberBesideShare(
                metric=_called(shown),
                written=_written(number),
                parameter=isinstance(number, Constant) and bool(number.named),
                elsewhere=isinstance(number, Named),
                points=shown.type.unit.form is Form.POINTS,
                times_hundred=factor != (),
                factor=factor or (),
                span=number.span,
            )
        )
    return not plain


def points_beside(work: Work, arguments: tuple[Expression, ...]) -> None:
    """Where the growth of a share is beside others, what is told of it puts these into points too: a percentage as it is
    written; of anything else it writes nothing, since points fit beside points alone.
    """
    for at, problem in enumerate(work.problems):
        if not isinstance(problem, GrowthOfAShare) or problem.span is None:
            continue
        at_growth = problem.span
        grown = next((a for a in arguments if a.span is not None and inside(at_growth, a.span)), None)
        if grown is None or grown.type.unit.form is not Form.CHANGE:
            continue
        others = [a for a in arguments if a is not grown and a.type.kind.numeric]
        percentages = [a for a in others if isinstance(a, Constant) and a.type.unit.form is Form.SHARE]
        plain = [a for a in others if isinstance(a, Constant) and a.value in WHOLES and a not in percentages]
        beside = tuple(a.span for a in percentages if a.span is not None and not a.named)
        alone = len(beside) + len(plain) < len(others) or problem.beside is None
        work.problems[at] = problem.with_beside(None if alone else (*(problem.beside or ()), *beside))


def _plain(value: Expression) -> Iterator[Expression]:
    """The plain numbers that a value is made of, without any unit: written, chosen from, calculated, of a metric that is one."""
    unit = value.type.unit
    if not unit.bare or unit.form is not Form.LITERAL or value.type.kind is Kind.NULL:
        if isinstance(value, Constant) and is_plain(value):
            yield value
        return
    match value:
        case Constant():
            if is_plain(value):
                yield value
        case Named(body=body) | WithEmpty(body=body):
            if any(True for _ in _plain(body)):
                yield value
        case Call(function=function, arguments=arguments) if function in CHOICES | {"clamp"}:
            for one in choices(function, arguments):
                yield from _plain(one)
        case _:
            yield value


def _written(number: Expression) -> str:
    """What the analyst wrote, as far as it is one word."""
    match number:
        case Constant():
            return number.named or digits(number)
        case Named(metric=name) if name:
            return name.rpartition(".")[2]
        case _:
            return ""


def is_plain(number: Constant) -> bool:
    """Whether a constant is a number that may be meant in percent: neither a percentage, nor nothing, nor all."""
    unit, value = number.type.unit, number.value
    return (
        isinstance(value, int | Decimal)
        and not isinstance(value, bool)
        and number.type.kind.numeric
        and unit.bare
        and unit.form in {Form.LITERAL, Form.PLAIN}
        and value not in WHOLES
    )


def digits(number: Constant) -> str:
    """A number as it is written."""
    assert isinstance(number.value, int | Decimal), "it is a number"
    return f"{Decimal(number.value):f}"


def _called(shown: Expression) -> str:
    match shown:
        case Named(metric=name) if name:
            return name.rpartition(".")[2]
        case ColumnRef(column=name):
            return name
        case _:
            return f"this {PERCENT[shown.type.unit.form]}"
