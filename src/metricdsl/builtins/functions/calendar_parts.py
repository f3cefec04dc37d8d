"""Numbers of the calendar: the day of the week, the ISO week, the hour of the day."""

from collections.abc import Sequence

from metricdsl.builtins import nodes
from metricdsl.builtins.functions.truncation import start_type
from metricdsl.builtins.nodes import Sql
from metricdsl.model.types import Kind, ValueType
from metricdsl.spi.defs import Example, FunctionDef, Mismatch
from metricdsl.spi.lowering import Emit, Emulated, Lowering, Operand


def _native(part: nodes.Part) -> Lowering:
    def lower(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
        del result
        return nodes.exact_integer(emit, nodes.extract(part, operands[0].sql))

    return lower


def _format(emit: Emit, form: str, day: Sql) -> Sql:
    return nodes.exact_integer(emit, emit.function("STRFTIME", nodes.text(form), day))


def _of_date(form: str) -> Lowering:
    def lower(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
        del result
        return _format(emit, form, emit.call("date", operands[0]).sql)

    return lower


def _text_hour(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    del result
    return _format(
        emit, "%H", emit.function("SUBSTR", operands[0].sql, nodes.whole(emit, 1), nodes.whole(emit, 19))
    )


def _text_weekday(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    """Its %w counts from Sunday 0."""
    sunday_first = _of_date("%w")(emit, operands, result)
    shifted = nodes.op(
        emit, "%", nodes.op(emit, "+", sunday_first, nodes.whole(emit, 6)), nodes.whole(emit, 7)
    )
    return nodes.op(emit, "+", shifted, nodes.whole(emit, 1))


def _text_week(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    """The ISO week is the week of its Thursday."""
    del result
    day = emit.call("date", operands[0]).sql
    thursday = emit.function("DATE", day, nodes.text("-3 days"), nodes.text("weekday 4"))
    before = nodes.op(emit, "-", _format(emit, "%j", thursday), nodes.whole(emit, 1))
    return nodes.op(emit, "+", nodes.op(emit, "/", before, nodes.whole(emit, 7)), nodes.whole(emit, 1))


def _text_quarter(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    month = _of_date("%m")(emit, operands, result)
    return nodes.op(emit, "/", nodes.op(emit, "+", month, nodes.whole(emit, 2)), nodes.whole(emit, 3))


WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _infer_weekday(types: Sequence[ValueType]) -> ValueType | Mismatch:
    start = start_type(types[0], "day")
    if isinstance(start, Mismatch):
        return start
    return ValueType(Kind.TEXT, nullable=types[0].nullable, domain=WEEKDAYS, ordered=True)


def _lower_weekday(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    del result
    return nodes.choice(emit.call("day_of_week", operands[0]).sql, WEEKDAYS)


def _part(
    name: str, grain: str, part: nodes.Part, sqlite: Lowering, doc: str, examples: tuple[Example, ...]
) -> FunctionDef:
    def infer(types: Sequence[ValueType]) -> ValueType | Mismatch:
        start = start_type(types[0], grain)
        return ValueType(Kind.INTEGER, nullable=types[0].nullable) if isinstance(start, ValueType) else start

    return FunctionDef(
        name=name,
        signature=f"(t: {'timestamp' if grain == 'hour' else 'date | timestamp'}) -> integer",
        infer=infer,
        lower={
            "duckdb": _native(part),
            "postgres": _native(part),
            "datafusion": _native(part),
            "clickhouse": _native(part),
            "mariadb": _native(part),
            "mysql": _native(part),
            "spark": _native(part),
            "databricks": _native(part),
            "sqlite": sqlite,
        },
        doc=doc,
        examples=examples,
    )


FUNCTIONS = (
    FunctionDef(
        name="weekday",
        signature="(t: date | timestamp) -> text",
        infer=_infer_weekday,
        lower={"*": Emulated(_lower_weekday)},
        doc="The name of the day of the week, Monday to Sunday; results are sorted in this order.",
        examples=(
            Example(formula="weekday(2026-03-01)", gives='"Sunday"'),
            Example(formula="weekday(2026-03-02T23:59:59)", gives='"Monday"'),
        ),
    ),
    _part(
        "day_of_week",
        "day",
        "ISODOW",
        _text_weekday,
        "The day of the week, Monday 1 to Sunday 7.",
        (
            Example(formula="day_of_week(2026-03-01)", gives="7"),
            Example(formula="day_of_week(2026-03-02T10:00:00)", gives="1"),
        ),
    ),
    _part(
        "day_of_month",
        "day",
        "DAY",
        _of_date("%d"),
        "The day of the month, from 1.",
        (Example(formula="day_of_month(2026-03-31)", gives="31"),),
    ),
    _part(
        "day_of_year",
        "day",
        "DOY",
        _of_date("%j"),
        "The day of the year, from 1.",
        (
            Example(formula="day_of_year(2024-12-31)", gives="366"),
            Example(formula="day_of_year(2026-03-01)", gives="60"),
        ),
    ),
    _part(
        "week_of_year",
        "week",
        "WEEK",
        _text_week,
        "The ISO week, from 1 to 53: the first one is the one with the year's first Thursday.",
        (
            Example(formula="week_of_year(2026-01-01)", gives="1"),
            Example(formula="week_of_year(2027-01-03)", gives="53"),
            Example(formula="week_of_year(2024-12-30)", gives="1"),
        ),
    ),
    _part(
        "month_of_year",
        "month",
        "MONTH",
        _of_date("%m"),
        "The month of the year, from 1.",
        (Example(formula="month_of_year(2026-11-30)", gives="11"),),
    ),
    _part(
        "quarter_of_year",
        "quarter",
        "QUARTER",
        _text_quarter,
        "The quarter of the year, from 1.",
        (
            Example(formula="quarter_of_year(2026-10-01)", gives="4"),
            Example(formula="quarter_of_year(2026-09-30)", gives="3"),
        ),
    ),
    _part(
        "hour_of_day",
        "hour",
        "HOUR",
        _text_hour,
        "The hour of the day on the local clock, from 0 to 23.",
        (
            Example(formula="hour_of_day(2026-10-01T00:59:59)", gives="0"),
            Example(formula="hour_of_day(2026-10-01T23:00:00)", gives="23"),
        ),
    ),
)
