"""Functions and operators applied: types through the registry, misfits as problems."""

from datetime import date
from decimal import Decimal

from attrs import evolve

from metricdsl.analysis.hundredfold import ROUNDING
from metricdsl.analysis.multiples import reduced
from metricdsl.analysis.nulls import ASK_FOR_NULL, NO_CONDITION, is_null, of_nulls
from metricdsl.analysis.percents import BESIDE, digits, in_percent, points_beside
from metricdsl.analysis.shares_times_hundred import rounded_after, without_the_factor
from metricdsl.analysis.text_conditions import instead_of_text
from metricdsl.analysis.world import Result, Work
from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problem import Edit
from metricdsl.diagnostics.problems.declared_types import ValueOutsideDomain
from metricdsl.diagnostics.problems.formulas import WrongArguments
from metricdsl.diagnostics.problems.hooks import ContributionFailed
from metricdsl.diagnostics.problems.lint import NullTakesElse
from metricdsl.diagnostics.problems.sentences import SentenceProblem
from metricdsl.diagnostics.problems.times import GrainTooFine
from metricdsl.diagnostics.problems.types import KindsDoNotFit, NotACondition, NotANumber
from metricdsl.diagnostics.problems.units import MeanOfAShare, MixedCurrencies, UnitsDoNotAdd
from metricdsl.model.formula import Call, ColumnRef, Constant, Expression, Named, WithEmpty
from metricdsl.model.types import Kind, ValueType
from metricdsl.model.unit import CHANGE, LITERAL, NUMBER, POINTS, SHARE
from metricdsl.source import Span
from metricdsl.spi.defs import AggregationDef, FunctionDef, Mismatch, argument_types
from metricdsl.spi.result_functions import ResultFunctionDef

TYPE_PROBLEMS: dict[str, type[SentenceProblem]] = {
    "kinds": KindsDoNotFit,
    "units": UnitsDoNotAdd,
    "currencies": MixedCurrencies,
    "condition": NotACondition,
    "share-mean": MeanOfAShare,
    "not-a-number": NotANumber,
    "plugin": ContributionFailed,
}
COMPARED = {"equal", "not_equal", "in"}
COMPARISONS = COMPARED | {"less", "at_most", "greater", "at_least"}


def call(work: Work, function: str, arguments: tuple[Expression, ...], span: Span) -> Result:
    """A function of the registry applied to arguments."""
    definition = work.world.registry.functions[function]
    wrong = wrong_number(definition, len(arguments), span)
    if wrong is not None:
        work.report(wrong)
        return None
    empty = of_nulls(function, arguments, span)
    if empty is not None:
        work.report(empty)
        return None
    if function in COMPARED and not _within_domains(work, arguments):
        return None
    if function in BESIDE and not in_percent(work, function, arguments):
        return None
    if function in ROUNDING:
        rounded_after(work, span)
    if function in BESIDE:
        points_beside(work, arguments)
    if function in COMPARISONS:
        arguments = _percent_as_number(arguments)
    found = definition.infer(argument_types(arguments))
    if isinstance(found, Mismatch):
        if found.code == "units":
            found = evolve(found, fix=_conversion(work, arguments) or found.fix)
        if found.code == "currencies":
            found = evolve(found, fix=_into_one_currency(work, arguments) or found.fix)
        if found.code == "condition" and found.argument is not None and not found.fix:
            found = evolve(found, fix=instead_of_text(work, arguments[found.argument]))
        edits = _with_its_unit(found, arguments)
        if edits:
            found, edits = _in_percent(work, found, arguments, edits)
        if found.code == "kinds":
            found, edits = _of_a_time(found, function, arguments)
        work.report(mismatch(found, arguments, span, edits))
        return None
    if function in {"if", "case"}:
        _hint_else(work, function, arguments)
    return Call(type=found, span=span, function=function, arguments=arguments)


def _conversion(work: Work, arguments: tuple[Expression, ...]) -> str | None:
    """How things in two units of one measure are brought into one of them."""
    measured = [a.type.unit for a in arguments if not a.type.unit.bare and a.type.kind is not Kind.DURATION]
    first = next(iter(measured), NUMBER)
    one = reduced(work, first)
    for unit in measured:
        other = reduced(work, unit)
        if unit != first and " " not in first.text and one and other and one.like(other):
            return f"convert one of them first: convert_unit(…, {first.text})"
    return None


def _into_one_currency(work: Work, arguments: tuple[Expression, ...]) -> str | None:
    """How the one amount of many currencies, beside plain numbers, is brought into the project's."""
    many = [a for a in arguments if a.type.unit.many and a.type.kind is not Kind.DURATION]
    if len(many) != 1 or not all(a is many[0] or a.type.unit.bare for a in arguments):
        return None
    name = _named(many[0]) if isinstance(many[0], ColumnRef) else "…"
    return f"convert it first: `convert({name}, {work.world.settings.currency})`"


def _named(column: ColumnRef) -> str:
    """A column as a formula names it."""
    return ".".join((*(column.path or (column.entity.rpartition(".")[2],)), column.column))


def wrong_number(
    definition: FunctionDef | AggregationDef | ResultFunctionDef, number: int, span: Span
) -> Problem | None:
    """What is wrong with a number of arguments, if anything."""
    least = definition.least
    most = least if definition.most is None else definition.most
    if number >= least and (most < 0 or number <= most):
        return None
    wanted = str(least) if least == most else f"{least} or more" if most < 0 else f"{least} to {most}"
    noun = "argument" if wanted == "1" else "arguments"
    text = f"{definition.name} takes {wanted} {noun}, not {number}"
    return WrongArguments(text=text, fix=f"{definition.name}{definition.signature}", span=span)


def _with_its_unit(found: Mismatch, arguments: tuple[Expression, ...]) -> tuple[Edit, ...]:
    """What writes a number beside something with a unit in that unit: `5 USD` is `(5 as USD)`, `5` beside a share `5%`."""
    numbers = [a for a in arguments if isinstance(a, Constant) and a.type.kind.numeric and not a.named]
    others = [a.type.unit for a in arguments if not isinstance(a, Constant)]
    if found.code != "units" or len(numbers) != 1 or len(others) != 1:
        return ()
    number, other, span = numbers[0], others[0], numbers[0].span
    if span is None:
        return ()
    if number.type.unit == SHARE:
        percent = Decimal(str(number.value)) * 100
        return (Edit(span, f"({percent.normalize():f}% as points)"),) if other == POINTS else ()
    if other in {
        SHARE,
        POINTS,
        CHANGE,
    }:  # beside a share 5 is likely to be 5%, and so are 0.05 and 1 for 100%
        part = abs(Decimal(str(number.value))) <= 1
        percent = (Decimal(str(number.value)) * 100).normalize()
        said = f"{percent:f}%" if part else f"{digits(number)}%"
        return (Edit(span, said if other == SHARE else f"({said} as points)"),)
    money = any(base.kind == "currency" and exponent == 1 for base, exponent in other.powers)
    thing = [exponent for _, exponent in other.powers] == [1] and "." not in other.powers[0][0].name
    written = other.written if money or thing else ""
    return (Edit(span, f"({digits(number)} as {written})"),) if written else ()


def _in_percent(
    work: Work, found: Mismatch, arguments: tuple[Expression, ...], edits: tuple[Edit, ...]
) -> tuple[Mismatch, tuple[Edit, ...]]:
    """Beside a share times 100 a number is in percent already: `win_rate * 100 - 50` is `win_rate - 50%`."""
    factor = without_the_factor(work, arguments)
    if factor == ():
        return found, edits
    number = next(a for a in arguments if isinstance(a, Constant))
    fix = f"take the factor 100 away, and write the number in percent, as in {digits(number)}%"
    if factor is None or number.span is None:
        return evolve(found, fix=fix), ()
    points = found.fix is not None and "points" in found.fix
    written = f"({digits(number)}% as points)" if points else f"{digits(number)}%"
    return evolve(found, fix=fix), (*factor, Edit(number.span, written))


def _writes_a_day(value: object) -> bool:
    """Whether a text is a date, put in quotes."""
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _of_a_time(
    found: Mismatch, function: str, arguments: tuple[Expression, ...]
) -> tuple[Mismatch, tuple[Edit, ...]]:
    """What a plain number beside a time is likely to be: so many days, `today + 5`; the number of a month, `ordered_on.month = 1`."""
    number = next((a for a in arguments if isinstance(a, Constant) and a.type.kind is Kind.INTEGER), None)
    time = next((a for a in arguments if a.type.kind.temporal), None)
    quoted = [a for a in arguments if isinstance(a, Constant) and _writes_a_day(a.value)]
    if time is not None and quoted and not number:
        return found, tuple(Edit(one.span, str(one.value)) for one in quoted if one.span and not one.named)
    if number is None or time is None or number.span is None or not isinstance(number.value, int):
        return found, ()
    if function in {"add", "subtract"} and number.value > 0:
        days = f"{number.value} day{'' if number.value == 1 else 's'}"
        return evolve(found, fix=f"say the number with its unit of time: `{days}`"), (
            Edit(number.span, days),
        )
    if function in COMPARISONS and isinstance(time, Call) and time.function == "start_of":
        of, grain = time.arguments
        said = str(grain.value) if isinstance(grain, Constant) else ""
        part = _NUMBERED.get(said)
        if part is not None and isinstance(of, ColumnRef) and time.span is not None:
            return evolve(found, fix=f"the number of a {said} is a function: `{part}({_named(of)})`"), ()
    return found, ()


_NUMBERED = {
    "day": "day_of_month",
    "week": "week_of_year",
    "month": "month_of_year",
    "quarter": "quarter_of_year",
    "hour": "hour_of_day",
}
"""Which function gives the number of a period, where `.month` gives its first day."""


def mismatch(
    found: Mismatch, arguments: tuple[Expression, ...], span: Span, edits: tuple[Edit, ...] = ()
) -> Problem:
    """The problem of a misfit, at the argument that it is about."""
    at = found.argument
    place = arguments[at].span if at is not None and at < len(arguments) else None
    if found.code == "grain":
        return GrainTooFine(text=found.message, span=place or span)
    kind = TYPE_PROBLEMS.get(found.code)
    if kind is None:
        return WrongArguments(text=found.message, fix=found.fix or "", span=place or span)
    return kind(text=found.message, fix=found.fix or "", edits=edits, span=place or span)


def condition(work: Work, expression: Expression) -> Result:
    """The expression, if it holds or does not; else a problem."""
    if is_null(expression):
        work.report(NotACondition(text=NO_CONDITION, fix=ASK_FOR_NULL, span=expression.span))
        return None
    if expression.type.kind in {Kind.BOOLEAN, Kind.UNKNOWN, Kind.NULL}:
        return expression
    fix = instead_of_text(work, expression)
    work.report(NotACondition(text=f"{_said(expression)} is no condition", fix=fix, span=expression.span))
    return None


def _said(expression: Expression) -> str:
    match expression.type.kind:
        case Kind.TEXT:
            return "a text"
        case Kind.DATE | Kind.TIMESTAMP:
            return "a date"
        case Kind.DURATION:
            return "a duration"
        case _:
            return "a number"


def conjunction(work: Work, conditions: list[Expression]) -> Result:
    """All conditions at once; None if there are none."""
    if not conditions:
        return None
    found = conditions[0]
    for other in conditions[1:]:
        found = Call(
            type=_and_type(work, found, other), span=found.span, function="and", arguments=(found, other)
        )
    return found


def _and_type(work: Work, left: Expression, right: Expression) -> ValueType:
    found = work.world.registry.functions["and"].infer((left.type, right.type))
    assert not isinstance(found, Mismatch), "two conditions always make one"
    return found


def _within_domains(work: Work, arguments: tuple[Expression, ...]) -> bool:
    """Whether texts compared with a dimension are among its declared values."""
    domain = next((a.type.domain for a in arguments if a.type.domain is not None), None)
    if domain is None:
        return True
    fine = True
    for argument in arguments:
        if (
            isinstance(argument, Constant)
            and isinstance(argument.value, str)
            and argument.value not in domain
        ):
            close = near(argument.value, domain)
            work.report(
                ValueOutsideDomain(value=argument.value, domain=domain, near=close, span=argument.span)
            )
            fine = False
    return fine


def _percent_as_number(arguments: tuple[Expression, ...]) -> tuple[Expression, ...]:
    """The arguments, a written percentage beside plain numbers as the number that it is: `discount >= 25%`."""
    written = [a for a in arguments if isinstance(a, Constant) and a.type.unit == SHARE]
    if not written or any(a.type.unit not in {NUMBER, SHARE, LITERAL} for a in arguments):
        return arguments
    if any(a.type.unit == SHARE and not isinstance(a, Constant) for a in arguments):
        return arguments
    return tuple(evolve(a, type=evolve(a.type, unit=LITERAL)) if a in written else a for a in arguments)


def _hint_else(work: Work, function: str, arguments: tuple[Expression, ...]) -> None:
    """The hint that a null condition takes the last branch, where that gives a value and nothing before asks for null."""
    if len(arguments) % 2 == 0 or (isinstance(arguments[-1], Constant) and arguments[-1].value is None):
        return
    asked: set[Expression] = set()
    for condition_ in arguments[:-1:2]:
        if isinstance(condition_, Call) and condition_.function == "is_null":
            asked.add(_itself(condition_.arguments[0]))
    for condition_ in arguments[:-1:2]:
        for one in _compared(condition_):
            if one.type.nullable and _itself(one) not in asked and one.type.kind is not Kind.UNKNOWN:
                name = one.column if isinstance(one, ColumnRef) else one.metric.rpartition(".")[2]
                work.report(NullTakesElse(name=name, span=condition_.span))
                return


def _compared(expression: Expression) -> list[ColumnRef | Named]:
    """Columns and metrics whose null makes an order comparison null; an equality that fails on null is usually meant to.

    A metric that says what it is where it is `empty` has been thought about.
    """
    match expression:
        case Call(function="less" | "at_most" | "greater" | "at_least", arguments=arguments):
            return [
                a
                for a in arguments
                if isinstance(a, ColumnRef) or (isinstance(a, Named) and not isinstance(a.body, WithEmpty))
            ]
        case Call(function="and" | "or" | "not", arguments=arguments):
            return [one for a in arguments for one in _compared(a)]
        case _:
            return []


def _itself(expression: Expression) -> Expression:
    """What a name stands for."""
    return expression.body if isinstance(expression, Named) else expression
