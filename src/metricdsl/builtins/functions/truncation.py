"""Times cut to a grain: the start and the end of the day, week, month that they lie in."""

from collections.abc import Sequence

from metricdsl.builtins import nodes
from metricdsl.builtins.conversion import counts_time, of_spark, operand
from metricdsl.builtins.functions.elapsed import cut_clock, days_before
from metricdsl.builtins.functions.period_lookups import CELL, ENDS, of_period
from metricdsl.builtins.functions.years import start_by
from metricdsl.builtins.kinds import FREE, nullable, temporal, wrong_kind
from metricdsl.builtins.nodes import Sql
from metricdsl.model.calendar import GRAINS, REACH, grain_name, months_of, nests, of_weeks, plain_grain
from metricdsl.model.period_table import table_of
from metricdsl.model.types import DATE, TEXT, TIMESTAMP, Kind, ValueType
from metricdsl.model.year_rule import rule_of
from metricdsl.spi.defs import ConstantType, Example, FunctionDef, Mismatch
from metricdsl.spi.lowering import Emit, Emulated, Operand

CLOCK_GRAINS = ("minute", "hour")
_LENGTHS = {"minute": 60_000_000, "hour": 3_600_000_000}


def grain_of(type: ValueType) -> str | None:
    """The grain that a constant text argument names."""
    if isinstance(type, ConstantType):
        return type.value if isinstance(type.value, str) and type.value in GRAINS else None
    return type.domain[0] if type.domain and len(type.domain) == 1 and type.domain[0] in GRAINS else None


def _infer_start(types: Sequence[ValueType]) -> ValueType | Mismatch:
    time, named = types
    grain = grain_of(named)
    if grain is None:
        return Mismatch("arguments", f"the grain must be one of {', '.join(GRAINS)}", 1)
    return start_type(time, grain)


def start_type(time: ValueType, grain: str) -> ValueType | Mismatch:
    """The type of the start of a grain."""
    if not temporal(time):
        return wrong_kind("a date or timestamp", time, 0, grain)
    if grain in CLOCK_GRAINS and time.kind is Kind.DATE:
        return Mismatch("grain", f"a date has no {grain}: it is a whole day", 0)
    if time.grain is not None and not nests(time.grain, grain):
        return Mismatch(
            "grain",
            f"this time says only its {grain_name(time.grain)}, which does not tell the {grain_name(grain)}",
            0,
        )
    kind = Kind.TIMESTAMP if grain in CLOCK_GRAINS else Kind.DATE
    of_table = table_of(grain) is not None  # and then a time may lie in no period
    known = None if grain == "day" or rule_of(grain) is not None or of_table else grain
    return ValueType(kind, nullable=time.nullable or time.kind in FREE or of_table, grain=known)


def _lower_start(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    del result
    time, named = operands
    grain = str(named.constant)
    rule = rule_of(grain)
    if rule is not None:
        return start_by(emit, rule, time, plain_grain(grain)).sql
    if table_of(grain) is not None:
        return of_period(emit, grain, time, CELL)
    if emit.dialect == "sqlite":
        return _text_start(emit, time, grain)
    if grain == "day":
        return emit.call("date", time).sql
    if of_spark(emit) and grain not in CLOCK_GRAINS:
        return _native_start(emit, time, grain)
    if counts_time(emit):
        return _counted_start(emit, time, grain)
    if grain in CLOCK_GRAINS:
        return _trunc(emit, grain, time.sql)
    sql = time.sql
    ahead = _days_ahead(emit, grain)
    if emit.dialect == "postgres" or ahead:
        # DATE_TRUNC makes a timestamp with time zone of a date there; and days are added to dates only.
        sql = emit.call("date", time).sql
    if ahead:
        sql = nodes.op(emit, "+", sql, nodes.whole(emit, ahead))
    if emit.dialect == "postgres":
        sql = emit.cast(sql, TIMESTAMP)
    cut = emit.cast(_trunc(emit, grain, sql), DATE)
    return nodes.op(emit, "-", cut, nodes.whole(emit, ahead)) if ahead else cut


def _days_ahead(emit: Emit, grain: str) -> int:
    """How many days ahead a day is cut, where an engine's weeks begin on Monday and ours do not."""
    return (8 - emit.week_start) % 7 if grain == "week" else 0


def _trunc(emit: Emit, grain: str, sql: Sql) -> Sql:
    return emit.function("DATE_TRUNC", nodes.text(grain), sql)


def _native_start(emit: Emit, time: Operand, grain: str) -> Sql:
    """TRUNC(day, 'MONTH'), which gives a date; a week that does not begin on Monday is cut some days ahead."""
    day = emit.call("date", time).sql
    ahead = _days_ahead(emit, grain)
    if ahead:
        day = nodes.op(emit, "+", day, nodes.whole(emit, ahead))
    cut = emit.function("TRUNC", day, nodes.text(grain.upper()))
    return nodes.op(emit, "-", cut, nodes.whole(emit, ahead)) if ahead else cut


def _counted_start(emit: Emit, time: Operand, grain: str) -> Sql:
    """The start of a grain, counted back from the day: for engines whose DATE_TRUNC does not reach all days there are."""
    if grain in CLOCK_GRAINS:
        return cut_clock(emit, time, _LENGTHS[grain])
    day = emit.call("date", time)
    if grain == "week":
        weekday = nodes.extract("ISODOW", day.again())
        passed = nodes.op(emit, "+", weekday, nodes.whole(emit, 7 - emit.week_start))
        return days_before(emit, day.sql, nodes.op(emit, "%", passed, nodes.whole(emit, 7)))
    part: nodes.Part = "DOY" if grain == "year" else "DAY"
    before = nodes.op(emit, "-", nodes.extract(part, day.again()), nodes.whole(emit, 1))
    first = days_before(emit, day.sql, before)
    if grain != "quarter":
        return first
    month = nodes.op(emit, "-", nodes.extract("MONTH", day.again()), nodes.whole(emit, 1))
    place = nodes.op(emit, "%", month, nodes.whole(emit, 3))
    earlier = [
        (nodes.whole(emit, n), nodes.op(emit, "-", first.copy(), nodes.interval(str(n), "MONTH")))
        for n in (1, 2)
    ]
    return nodes.matched(place, earlier, first)


def _text_start(emit: Emit, time: Operand, grain: str) -> Sql:
    if grain in CLOCK_GRAINS:
        form = "%Y-%m-%d %H:00:00" if grain == "hour" else "%Y-%m-%d %H:%M:00"
        whole = emit.function("SUBSTR", time.sql, nodes.whole(emit, 1), nodes.whole(emit, 19))
        return emit.function("STRFTIME", nodes.text(form), whole)
    day = emit.call("date", time)
    match grain:
        case "day":
            return day.sql
        case "week":
            first = nodes.text(f"weekday {emit.week_start % 7}")
            return emit.function("DATE", day.sql, nodes.text("-6 days"), first)
        case "quarter":
            month = nodes.op(
                emit, "-", emit.function("STRFTIME", nodes.text("%m"), day.sql), nodes.whole(emit, 1)
            )
            back = nodes.op(emit, "%", month, nodes.whole(emit, 3))
            shift = emit.function("PRINTF", nodes.text("-%d months"), back)
            return emit.function("DATE", day.again(), nodes.text("start of month"), shift)
        case _:
            return emit.function("DATE", day.sql, nodes.text(f"start of {grain}"))


def _infer_end(types: Sequence[ValueType]) -> ValueType | Mismatch:
    grain = grain_of(types[1])
    if grain in CLOCK_GRAINS:
        return Mismatch("grain", f"the end of a grain is its last day, and one of {grain} has none", 1)
    start = _infer_start(types)
    if not isinstance(start, ValueType):
        return start
    return ValueType(Kind.DATE, nullable=nullable(types[:1]) or start.nullable)


def _lower_end(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    grain = str(operands[1].constant)
    if table_of(grain) is not None:
        return _later_day(emit, operand(of_period(emit, grain, operands[0], ENDS), DATE), -1)
    start = operand(emit.call("start_of", *operands).sql, DATE)
    if grain == "day":
        return start.sql
    if grain == "week":
        return _later_day(emit, start, 6)
    if of_weeks(grain):
        beyond = operand(_later_day(emit, start, REACH[plain_grain(grain)]), DATE)
        return _later_day(emit, emit.call("start_of", beyond, operands[1], result=DATE), -1)
    if emit.dialect == "sqlite":
        after = nodes.text(f"+{months_of(grain)} months")
        return emit.function("DATE", start.sql, after, nodes.text("-1 day"))
    months = emit.constant(months_of(grain), ValueType(Kind.DURATION, grain="month"))
    return _later_day(emit, emit.call("add", start, months, result=result), -1)


def _later_day(emit: Emit, day: Operand, days: int) -> Sql:
    shift = emit.constant(days * 86_400_000_000, ValueType(Kind.DURATION))
    return emit.call("add", day, shift, result=DATE).sql


def _infer_date(types: Sequence[ValueType]) -> ValueType | Mismatch:
    (time,) = types
    if not temporal(time):
        return wrong_kind("a date or timestamp", time, 0, "date")
    return ValueType(Kind.DATE, nullable=time.nullable, grain=time.grain if time.kind is Kind.DATE else None)


def _lower_date(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    del result
    (time,) = operands
    if time.type.kind is Kind.DATE:
        return time.sql
    if emit.dialect == "sqlite":
        # The day is read off the text: SQLite's DATE rounds a fraction of a second up into the next day.
        return emit.function(
            "DATE", emit.function("SUBSTR", time.sql, nodes.whole(emit, 1), nodes.whole(emit, 10))
        )
    return emit.cast(time.sql, DATE)


def _infer_as_timestamp(types: Sequence[ValueType]) -> ValueType | Mismatch:
    (time,) = types
    if not temporal(time):
        return wrong_kind("a date or timestamp", time, 0, "as_timestamp")
    return ValueType(Kind.TIMESTAMP, nullable=time.nullable)


def _lower_as_timestamp(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    (time,) = operands
    if emit.dialect != "sqlite":
        return emit.cast(time.sql, result) if time.type.kind is not Kind.TIMESTAMP else time.sql
    if time.type.kind is Kind.DATE:
        return nodes.op(emit, "||", time.sql, nodes.text(" 00:00:00"))
    whole = emit.function("SUBSTR", time.sql, nodes.whole(emit, 1), nodes.whole(emit, 19))
    clock = emit.function("STRFTIME", nodes.text("%Y-%m-%d %H:%M:%S"), whole)
    digits = nodes.op(
        emit, "||", emit.function("SUBSTR", time.again(), nodes.whole(emit, 21)), nodes.text("000000")
    )
    six = emit.function("SUBSTR", digits, nodes.whole(emit, 1), nodes.whole(emit, 6))
    some = emit.function("NULLIF", nodes.op(emit, "||", nodes.text("."), six), nodes.text(".000000"))
    return nodes.op(emit, "||", clock, emit.function("COALESCE", some, nodes.text("")))


def _truncation(grain: str, gives: str) -> FunctionDef:
    def infer(types: Sequence[ValueType]) -> ValueType | Mismatch:
        return start_type(types[0], grain)

    def lower(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
        return emit.call("start_of", operands[0], emit.constant(grain, TEXT), result=result).sql

    kind = "timestamp" if grain in CLOCK_GRAINS else "date"
    return FunctionDef(
        name=grain,
        signature=f"(t: {'timestamp' if grain in CLOCK_GRAINS else 'date | timestamp'}) -> {kind}",
        infer=infer,
        lower={"*": lower},
        doc=f"The start of the {grain} that t lies in, also written `t.{grain}`.",
        examples=(Example(formula=f"{grain}(2026-08-13T14:35:20)", gives=gives),),
    )


FUNCTIONS = (
    FunctionDef(
        name="start_of",
        signature="(t: date | timestamp, grain) -> date | timestamp",
        infer=_infer_start,
        lower={
            "duckdb": _lower_start,
            "postgres": _lower_start,
            "sqlite": _lower_start,
            "datafusion": Emulated(_lower_start),
            "clickhouse": Emulated(_lower_start),
            "mariadb": Emulated(_lower_start),
            "mysql": Emulated(_lower_start),
            "spark": _lower_start,
            "databricks": _lower_start,
        },
        doc="The first day of the grain that t lies in; for `hour` and `minute` a timestamp. Weeks start on the day the "
        "project says (Monday).",
        examples=(
            Example(formula="start_of(2026-08-13, month)", gives="2026-08-01"),
            Example(formula="start_of(2026-08-13T14:35:20, quarter)", gives="2026-07-01"),
            Example(formula="start_of(2026-03-01, week)", gives="2026-02-23"),
            Example(formula="start_of(2026-08-13T14:35:20, hour)", gives="2026-08-13T14:00:00"),
        ),
        least=2,
    ),
    FunctionDef(
        name="end_of",
        signature="(t: date | timestamp, grain) -> date",
        infer=_infer_end,
        lower={
            "duckdb": _lower_end,
            "postgres": _lower_end,
            "sqlite": _lower_end,
            "datafusion": _lower_end,
            "clickhouse": _lower_end,
            "mariadb": _lower_end,
            "mysql": _lower_end,
            "spark": _lower_end,
            "databricks": _lower_end,
        },
        doc="The last day of the grain that t lies in.",
        examples=(
            Example(formula="end_of(2024-02-13, month)", gives="2024-02-29"),
            Example(formula="end_of(2026-08-13T14:35:20, week)", gives="2026-08-16"),
            Example(formula="end_of(2026-08-13, quarter)", gives="2026-09-30"),
        ),
        least=2,
    ),
    FunctionDef(
        name="date",
        signature="(t: date | timestamp) -> date",
        infer=_infer_date,
        lower={
            "duckdb": _lower_date,
            "postgres": _lower_date,
            "sqlite": _lower_date,
            "datafusion": _lower_date,
            "clickhouse": _lower_date,
            "mariadb": _lower_date,
            "mysql": _lower_date,
            "spark": _lower_date,
            "databricks": _lower_date,
        },
        doc="The day of a timestamp on the project's local clock.",
        examples=(Example(formula="date(2026-08-13T23:59:59)", gives="2026-08-13"),),
    ),
    FunctionDef(
        name="as_timestamp",
        signature="(t: date | timestamp) -> timestamp",
        infer=_infer_as_timestamp,
        lower={
            "duckdb": _lower_as_timestamp,
            "postgres": _lower_as_timestamp,
            "sqlite": _lower_as_timestamp,
            "datafusion": _lower_as_timestamp,
            "clickhouse": _lower_as_timestamp,
            "mariadb": _lower_as_timestamp,
            "mysql": _lower_as_timestamp,
            "spark": _lower_as_timestamp,
            "databricks": _lower_as_timestamp,
        },
        doc="A date as its local midnight; a timestamp's text in its one form. Made by the compiler.",
        operator=True,
    ),
    _truncation("minute", "2026-08-13T14:35:00"),
    _truncation("hour", "2026-08-13T14:00:00"),
    _truncation("day", "2026-08-13"),
    _truncation("week", "2026-08-10"),
    _truncation("month", "2026-08-01"),
    _truncation("quarter", "2026-07-01"),
    _truncation("year", "2026-01-01"),
)
