"""`mrr * 12 months`, `job.price * (job.ended_at - job.began_at)`: so much for each of a unit of time, times a length of time.

    rate × d = rate × (d in the unit of time that the rate is by), in what is left of the unit

USD per month times months is USD. Months, quarters and years are multiples of one another, and so are seconds to weeks; a month
is no number of days. A length that is written becomes a constant factor, so that the product is as additive as the rate.

    amount / d = amount / (d in hours), for each hour

What a number is divided by a length of the clock becomes, is one of them turned round: USD by a duration are USD per hour.
What the length has beside time stays: USD by so long for each job are USD × job per hour.
"""

from decimal import Decimal
from fractions import Fraction

from attrs import evolve

from metricdsl.analysis.calls import call
from metricdsl.analysis.factors import times
from metricdsl.analysis.literals import DURATION_CONSTANT, number
from metricdsl.analysis.multiples import reduced
from metricdsl.analysis.world import Result, Work
from metricdsl.diagnostics.problems.types import KindsDoNotFit
from metricdsl.model.formula import Constant, Expression
from metricdsl.model.types import Kind
from metricdsl.model.unit import Base, Unit
from metricdsl.model.year_rule import MONTHS
from metricdsl.syntax import nodes
from metricdsl.value import frozen

MONTH = Unit.of(Base("time", "month"))
SECOND = Unit.of(Base("time", "second"))
MICROSECONDS = 1_000_000
HOUR = 3600  # seconds


@frozen
class RateOverTime:
    """A number by a unit of time and the length of time that it is multiplied with."""

    rate: Expression
    length: Expression
    base: Base
    """The unit of time that the number is by."""

    factor: Fraction
    """How many months or seconds one of it is."""

    of_months: bool


def over_time(work: Work, left: Expression, right: Expression) -> RateOverTime | None:
    """What two factors are if one is a length of time, and the other by exactly one unit of time."""
    rate, length = (right, left) if left.type.kind is Kind.DURATION else (left, right)
    if length.type.kind is not Kind.DURATION or not rate.type.kind.numeric:
        return None
    found: list[RateOverTime] = []
    for base, exponent in rate.type.unit.powers:
        one = reduced(work, Unit.of(base)) if base.kind in {"time", "declared"} else None
        if one is not None and one.unit in {MONTH, SECOND}:
            if exponent != -1:
                return None
            found.append(RateOverTime(rate, length, base, one.factor, one.unit == MONTH))
    return found[0] if len(found) == 1 else None


def amount(work: Work, over: RateOverTime, node: nodes.Binary) -> Result:
    """The product; refused where one is by the calendar and the other by the clock."""
    length, by_calendar = over.length, over.length.type.grain is not None
    if by_calendar is not over.of_months:
        _refuse(work, over, node)
        return None
    unit = over.rate.type.unit.of_product(Unit.of(over.base)).of_product(length.type.unit)
    if isinstance(length, Constant) and isinstance(length.value, int | Decimal):
        grain = length.type.grain
        micros = Fraction(length.value) / MICROSECONDS
        written = micros if grain is None else Fraction(length.value) * MONTHS[grain]
        found = _exactly(work, over.rate, written / over.factor, node)
    else:
        lasts = over.factor * MICROSECONDS
        one = Constant(type=DURATION_CONSTANT, value=lasts.numerator, span=node.span)
        lengths = call(work, "divide", (length, one), node.span)
        lengths = None if lengths is None else times(work, lengths, Fraction(lasts.denominator), node)
        found = None if lengths is None else call(work, "multiply", (over.rate, lengths), node.span)
    return None if found is None else evolve(found, type=evolve(found.type, unit=unit), span=node.span)


def by_duration(number_: Expression, length: Expression) -> bool:
    """Whether a number is divided by a length of time of the clock."""
    return number_.type.kind.numeric and length.type.kind is Kind.DURATION and length.type.grain is None


def for_each_hour(work: Work, number_: Expression, length: Expression, node: nodes.Binary) -> Result:
    """How much of a number there is for each hour of a duration."""
    hour = Constant(type=DURATION_CONSTANT, value=HOUR * MICROSECONDS, span=node.span)
    hours = call(work, "divide", (length, hour), node.span)
    found = None if hours is None else call(work, "divide", (number_, hours), node.span)
    if found is None:
        return None
    by = Unit.of(Base("time", "hour"))
    unit = number_.type.unit.of_product(by, -1).of_product(length.type.unit, -1)
    return evolve(found, type=evolve(found.type, unit=unit), span=node.span)


def _exactly(work: Work, rate: Expression, factor: Fraction, node: nodes.Binary) -> Result:
    """The rate times a factor; times 1 too it is another value than the rate, as it has another unit."""
    if factor == 1:
        return call(work, "multiply", (rate, number(Decimal(1), node)), node.span)
    return times(work, rate, factor, node)


def _refuse(work: Work, over: RateOverTime, node: nodes.Binary) -> None:
    """Report a number by month times days, or by hour times months: months differ in length."""
    of = over.rate.type.unit.text
    if over.of_months:
        text = f"{of} and a duration do not multiply: months differ in length, and none is a number of days"
        fix = "multiply by a length that is written in months, quarters or years, as in `1 month`"
    else:
        text = f"{of} and months, quarters or years do not multiply: these differ in length"
        fix = "multiply by a length that is written in weeks, days or hours, as in `30 days`"
    work.report(KindsDoNotFit(text=text, fix=fix, span=node.span))
