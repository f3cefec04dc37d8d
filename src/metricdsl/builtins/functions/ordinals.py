"""The number of the cell that a time lies in, counted from some fixed one: ages are differences of these."""

from collections.abc import Sequence
from datetime import date, timedelta

from metricdsl.builtins import nodes
from metricdsl.builtins.functions.elapsed import MICROS_PER_SECOND, days, micros
from metricdsl.builtins.functions.period_lookups import NUMBER, begun_until, first_period_from, of_period
from metricdsl.builtins.functions.truncation import start_type
from metricdsl.builtins.functions.years import by_days, over, start_by, weeks_of, year_of
from metricdsl.builtins.nodes import Sql
from metricdsl.model.calendar import CLOCK, SECONDS, plain_grain
from metricdsl.model.period_table import table_of
from metricdsl.model.types import DATE, TEXT, TIMESTAMP, Kind, ValueType
from metricdsl.model.year_rule import MONTHS, YearRule, rule_of
from metricdsl.spi.defs import ConstantType, FunctionDef, Mismatch
from metricdsl.spi.lowering import Emit, Operand

MONDAY = date(1970, 1, 5)


def _infer(types: Sequence[ValueType]) -> ValueType | Mismatch:
    time, grain = types
    assert isinstance(grain, ConstantType), "the grain is a constant"
    start = start_type(time, str(grain.value))
    return start if isinstance(start, Mismatch) else ValueType(Kind.INTEGER, nullable=start.nullable)


def _lower(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    del result
    time, grain = operands[0], str(operands[1].constant)
    rule = rule_of(grain)
    if rule is not None:
        return _by(emit, rule, time, plain_grain(grain))
    if table_of(grain) is not None:
        return nodes.exact_integer(emit, of_period(emit, grain, time, NUMBER))
    if grain in CLOCK:
        start = emit.call("start_of", time, operands[1], result=TIMESTAMP)
        length = nodes.whole(emit, SECONDS[grain] * MICROS_PER_SECOND)
        return nodes.exact_integer(emit, nodes.op(emit, "/", micros(emit, start), length))
    if grain in {"day", "week"}:
        first = MONDAY + timedelta(days=emit.week_start - 1)
        start = emit.call("start_of", time, operands[1], result=DATE)
        passed = days(emit, start.sql, emit.constant(first, DATE).sql)
        if grain == "day":
            return nodes.exact_integer(emit, passed)
        return nodes.exact_integer(emit, nodes.op(emit, "/", passed, nodes.whole(emit, 7)))
    year = _year(emit, time)
    if grain == "year":
        return year
    per_year, part = (4, "quarter_of_year") if grain == "quarter" else (12, "month_of_year")
    within = emit.call(part, Operand(sql=time.again(), type=time.type)).sql
    return nodes.op(emit, "+", nodes.op(emit, "*", year, nodes.whole(emit, per_year)), within)


def _by(emit: Emit, rule: YearRule, time: Operand, part: str) -> Sql:
    """The number of a cell of a calendar."""
    plain = emit.constant(part, TEXT)
    if not rule.weekday:
        return emit.call("ordinal", year_of(emit, rule, time), plain).sql
    if part == "week":
        week = start_by(emit, rule, time, "week")
        return nodes.exact_integer(emit, over(emit, days(emit, week.sql, emit.constant(MONDAY, DATE).sql), 7))
    year = emit.call("ordinal", year_of(emit, rule, time), emit.constant("year", TEXT)).sql
    if part == "year":
        return year
    per_year = 12 // MONTHS[part]
    return nodes.op(
        emit, "+", nodes.op(emit, "*", year, nodes.whole(emit, per_year)), weeks_of(emit, rule, time, part)
    )


def _lower_begun(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    """Of a table the last period that has begun: between two there is none that the day lies in."""
    day, grain = operands[0], str(operands[1].constant)
    if table_of(grain) is None:
        return _lower(emit, operands, result)
    return nodes.exact_integer(emit, begun_until(emit, grain, day))


def _lower_first(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    del result
    return first_period_from(emit, str(operands[1].constant), operands[0].sql)


def _year(emit: Emit, time: Operand) -> Sql:
    if emit.dialect == "sqlite":
        day = emit.call("date", Operand(sql=time.again(), type=time.type)).sql
        return nodes.exact_integer(emit, emit.function("STRFTIME", nodes.text("%Y"), day))
    return nodes.exact_integer(emit, nodes.extract("YEAR", time.again()))


def _infer_later(types: Sequence[ValueType]) -> ValueType | Mismatch:
    return ValueType(Kind.DATE, nullable=any(one.nullable for one in types))


def _lower_later(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    del result
    day, count = operands
    return by_days(emit, day.sql, count.sql)


FUNCTIONS = (
    FunctionDef(
        name="days_later",
        signature="(d: date, n: integer) -> date",
        infer=_infer_later,
        lower={"*": _lower_later},
        doc="The date n days after d.",
        least=2,
        operator=True,
    ),
    FunctionDef(
        name="first_from",
        signature="(d: date, grain) -> date",
        infer=_infer_later,
        lower={"*": _lower_first},
        doc="The first day of the first period of a table that begins on a day or later.",
        least=2,
        operator=True,
    ),
    FunctionDef(
        name="last_begun",
        signature="(d: date, grain) -> integer",
        infer=lambda types: ValueType(Kind.INTEGER, nullable=types[0].nullable),
        lower={"*": _lower_begun},
        doc="The number of the last cell of a grain that has begun on a day.",
        least=2,
        operator=True,
    ),
    FunctionDef(
        name="ordinal",
        signature="(t: date | timestamp, grain) -> integer",
        infer=_infer,
        lower={"*": _lower},
        doc="The number of the cell of a grain that a time lies in.",
        least=2,
        operator=True,
    ),
)
