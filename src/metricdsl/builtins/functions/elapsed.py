"""Time that passes: differences of times, times moved by a duration."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from metricdsl.builtins import nodes
from metricdsl.builtins.conversion import aligned, by_intervals, counts_time, of_spark
from metricdsl.builtins.kinds import calendar, nullable, temporal, wrong_kind
from metricdsl.builtins.nodes import Sql
from metricdsl.model.types import DATE, INTEGER, TIMESTAMP, Kind, ValueType
from metricdsl.model.year_rule import MONTHS
from metricdsl.spi.defs import Example, FunctionDef, Mismatch
from metricdsl.spi.lowering import Emit, Operand

MICROS_PER_SECOND = 1_000_000
MICROS_PER_DAY = 86_400_000_000


def difference(emit: Emit, left: Operand, right: Operand) -> Sql:
    """left - right in microseconds: whole days between dates, elapsed time otherwise: of instants where both are handed in as such, else by the local clock."""
    if left.type.kind is right.type.kind is Kind.DATE:
        return nodes.op(emit, "*", days(emit, left.sql, right.sql), nodes.whole(emit, MICROS_PER_DAY))
    return nodes.op(emit, "-", micros(emit, left), micros(emit, right))


def days(emit: Emit, left: Sql, right: Sql) -> Sql:
    """The whole days from one date to another."""
    if emit.dialect == "sqlite":
        seconds = nodes.op(emit, "-", _seconds(emit, left), _seconds(emit, right))
        return nodes.op(emit, "/", seconds, nodes.whole(emit, 86_400))
    if emit.dialect == "clickhouse":
        return emit.function("dateDiff", nodes.text("day"), right, left)
    if by_intervals(emit) or of_spark(emit):
        return emit.function("DATEDIFF", left, right)
    if emit.dialect == "datafusion":
        # The difference of dates may become a length of time there, that of their numbers is one of days.
        left, right = (emit.cast(sql, INTEGER) for sql in (left, right))
    return nodes.op(emit, "-", left, right)


def _seconds(emit: Emit, sql: Sql) -> Sql:
    return nodes.exact_integer(emit, emit.function("STRFTIME", nodes.text("%s"), sql))


def micros(emit: Emit, operand: Operand) -> Sql:
    """A time as microseconds since 1970-01-01, on the local clock or, of an instant, in UTC."""
    value = operand.constant
    if operand.is_constant and isinstance(value, date):
        at = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001
        passed = at.replace(tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)
        whole = (passed.days * 86_400 + passed.seconds) * MICROS_PER_SECOND + passed.microseconds
        return nodes.whole(emit, whole)
    if emit.dialect == "sqlite":
        return _text_micros(emit, operand)
    sql = aligned(emit, operand, TIMESTAMP)
    if emit.dialect == "datafusion":
        return emit.cast(emit.cast(sql, TIMESTAMP), INTEGER)
    if emit.dialect == "clickhouse":
        return emit.function("toUnixTimestamp64Micro", sql)
    if emit.dialect == "duckdb":
        return emit.function("EPOCH_US", sql)
    if of_spark(emit):
        return emit.function("UNIX_MICROS", sql)
    if by_intervals(emit):
        return emit.function("TIMESTAMPDIFF", nodes.word("MICROSECOND"), _epoch(emit), sql)
    seconds = nodes.op(emit, "*", nodes.extract("EPOCH", sql), nodes.whole(emit, MICROS_PER_SECOND))
    return nodes.exact_integer(emit, seconds)


def _text_micros(emit: Emit, operand: Operand) -> Sql:
    """SQLite's own date functions stop at milliseconds: the fraction is read from the text."""
    sql = operand.sql
    if operand.type.kind is Kind.DATE:
        return nodes.op(emit, "*", _seconds(emit, sql), nodes.whole(emit, MICROS_PER_SECOND))
    seconds = _seconds(emit, emit.function("SUBSTR", sql, nodes.whole(emit, 1), nodes.whole(emit, 19)))
    return _with_fraction(emit, seconds, operand)


def _with_fraction(emit: Emit, seconds: Sql, operand: Operand) -> Sql:
    """Whole seconds and the fraction of one that a timestamp's text ends in, as microseconds."""
    digits = nodes.op(
        emit, "||", emit.function("SUBSTR", operand.again(), nodes.whole(emit, 21)), nodes.text("000000")
    )
    fraction = nodes.exact_integer(
        emit, emit.function("SUBSTR", digits, nodes.whole(emit, 1), nodes.whole(emit, 6))
    )
    return nodes.op(emit, "+", nodes.op(emit, "*", seconds, nodes.whole(emit, MICROS_PER_SECOND)), fraction)


def of_day(emit: Emit, time: Operand) -> Sql:
    """The microseconds since the midnight before a timestamp."""
    if emit.dialect == "sqlite":
        clock = emit.function("SUBSTR", time.sql, nodes.whole(emit, 11), nodes.whole(emit, 9))
        return _with_fraction(
            emit, _seconds(emit, nodes.op(emit, "||", nodes.text("1970-01-01"), clock)), time
        )
    if counts_time(emit):
        return _rest(emit, micros(emit, time), MICROS_PER_DAY)
    known = time.type.kind is Kind.TIMESTAMP
    clock = nodes.time_of_day(time.sql if known else emit.cast(time.sql, TIMESTAMP))
    if emit.dialect == "duckdb":
        return emit.function("EPOCH_US", clock)
    seconds = nodes.op(emit, "*", nodes.extract("EPOCH", clock), nodes.whole(emit, MICROS_PER_SECOND))
    return nodes.exact_integer(emit, seconds)


def _rest(emit: Emit, sql: Sql, length: int) -> Sql:
    """What is left of a whole number over the multiples of a length, never below zero."""
    below = nodes.op(emit, "%", sql, nodes.whole(emit, length))
    return nodes.op(
        emit, "%", nodes.op(emit, "+", below, nodes.whole(emit, length)), nodes.whole(emit, length)
    )


def cut_clock(emit: Emit, time: Operand, length: int) -> Sql:
    """A timestamp cut to a multiple of so many microseconds, by its number of them."""
    passed = micros(emit, time)
    return _of_micros(emit, nodes.op(emit, "-", passed, _rest(emit, passed.copy(), length)))


def _of_micros(emit: Emit, sql: Sql) -> Sql:
    """The timestamp of a number of microseconds."""
    if emit.dialect == "clickhouse":
        return emit.function("fromUnixTimestamp64Micro", emit.cast(sql, INTEGER), nodes.text("UTC"))
    if by_intervals(emit):
        return nodes.op(emit, "+", _epoch(emit), nodes.interval_of(sql, "MICROSECOND"))
    if of_spark(emit):
        sql = emit.function(
            "TIMESTAMP_MICROS", emit.cast(sql, INTEGER)
        )  # an instant, which UTC's clock shows
    return emit.cast(sql, TIMESTAMP)


def _epoch(emit: Emit) -> Sql:
    return emit.constant(datetime(1970, 1, 1), TIMESTAMP).sql  # noqa: DTZ001 - on the local clock


def moved(emit: Emit, time: Operand, duration: Operand, result: ValueType, sign: int) -> Sql:
    """time + sign × duration."""
    if calendar(duration.type):
        months = int(duration.constant) * MONTHS.get(str(duration.type.grain), 1)
        return _by_months(emit, time, sign * months)
    if result.kind is Kind.DATE:
        return by_days(emit, time.sql, sign * int(duration.constant) // MICROS_PER_DAY)
    amount = nodes.whole(emit, sign * int(duration.constant)) if duration.is_constant else duration.sql
    away: nodes.Sign = "-" if sign < 0 and not duration.is_constant else "+"
    if emit.dialect == "sqlite":
        return timestamp_of_micros(emit, nodes.op(emit, away, micros(emit, time), amount))
    if counts_time(emit):
        return _of_micros(emit, nodes.op(emit, away, micros(emit, time), emit.cast(amount, INTEGER)))
    if emit.dialect == "duckdb" and not duration.is_constant:
        amount = emit.cast(amount, INTEGER)  # TO_MICROSECONDS takes no HUGEINT, as sums are
    return nodes.op(emit, away, aligned(emit, time, TIMESTAMP), _span_of_micros(emit, amount))


def _span_of_micros(emit: Emit, amount: Sql) -> Sql:
    if emit.dialect == "duckdb":
        return emit.function("TO_MICROSECONDS", amount)
    return nodes.op(emit, "*", amount, nodes.interval("1", "MICROSECOND"))


def by_days(emit: Emit, sql: Sql, count: int) -> Sql:
    """A date some days later."""
    if emit.dialect == "sqlite":
        return emit.function("DATE", sql, nodes.text(f"{count:+d} days"))
    if by_intervals(emit):
        return nodes.op(emit, "+", sql, nodes.interval(str(count), "DAY"))
    if count < 0:
        return nodes.op(emit, "-", sql, nodes.whole(emit, -count))
    return nodes.op(emit, "+", sql, nodes.whole(emit, count))


def days_before(emit: Emit, sql: Sql, count: Sql) -> Sql:
    """A date some days earlier, of which the number is calculated."""
    if by_intervals(emit):
        return nodes.op(emit, "-", sql, nodes.interval_of(count, "DAY"))
    return nodes.op(emit, "-", sql, nodes.small_integer(count))


def _by_months(emit: Emit, time: Operand, months: int) -> Sql:
    """Some months later: the same day of the month, or its last where there is no such day."""
    if emit.dialect == "sqlite":
        return _text_by_months(emit, time, months)
    if emit.dialect == "duckdb":
        later = nodes.op(emit, "+", time.sql, emit.function("TO_MONTHS", nodes.whole(emit, months)))
    else:
        later = nodes.op(emit, "+", time.sql, nodes.interval(str(months), "MONTH"))
    return emit.cast(later, DATE) if time.type.kind is Kind.DATE else later


def _text_by_months(emit: Emit, time: Operand, months: int) -> Sql:
    """SQLite lets 2024-01-31 + 1 month run over to 2024-03-02: the last day of the month is the least of the two."""
    start, shift = nodes.text("start of month"), nodes.text(f"{months:+d} months")
    dated = time.type.kind is Kind.DATE

    def day() -> Sql:
        return (
            time.again()
            if dated
            else emit.function("SUBSTR", time.again(), nodes.whole(emit, 1), nodes.whole(emit, 10))
        )

    number = nodes.op(emit, "-", emit.function("STRFTIME", nodes.text("%d"), day()), nodes.whole(emit, 1))
    same = emit.function("DATE", day(), start, shift, nodes.op(emit, "||", number, nodes.text(" days")))
    last = emit.function("DATE", day(), start, nodes.text(f"{months + 1:+d} months"), nodes.text("-1 day"))
    later = emit.function("MIN", same, last)
    return (
        later
        if dated
        else nodes.op(emit, "||", later, emit.function("SUBSTR", time.again(), nodes.whole(emit, 11)))
    )


def timestamp_of_micros(emit: Emit, total: Sql) -> Sql:
    """SQLite: microseconds since 1970 as a timestamp's text. A small select, so that the total is calculated once; of an aggregate, which a
    select of its own would not find, it is written out.
    """
    from sqlglot import exp

    million = nodes.whole(emit, MICROS_PER_SECOND)

    def positive(micro: Sql) -> Sql:
        remainder = nodes.op(emit, "%", micro, million.copy())
        return nodes.op(emit, "%", nodes.op(emit, "+", remainder, million.copy()), million.copy())

    if any(_aggregates(part) for part in total.walk()):
        return _clock_text(emit, total, positive(total.copy()))
    micro, fraction = exp.column("micro"), exp.column("fraction")
    inner = exp.select(exp.alias_(total, "micro")).subquery()
    split = exp.select(micro.copy(), exp.alias_(positive(micro.copy()), "fraction")).from_(inner).subquery()
    return exp.select(_clock_text(emit, micro, fraction)).from_(split).subquery()


def _aggregates(function: object) -> bool:
    """Whether a function folds rows; MIN and MAX of several values choose among these."""
    from sqlglot import exp

    if not isinstance(function, exp.Anonymous):
        return isinstance(function, exp.AggFunc)
    return function.name.upper() in {"SUM", "TOTAL", "AVG", "COUNT"} or (
        function.name.upper() in {"MIN", "MAX"} and len(function.expressions) == 1
    )


def _clock_text(emit: Emit, micro: Sql, fraction: Sql) -> Sql:
    million = nodes.whole(emit, MICROS_PER_SECOND)
    whole = nodes.op(emit, "/", nodes.op(emit, "-", micro, fraction), million)
    clock = emit.function("STRFTIME", nodes.text("%Y-%m-%d %H:%M:%S"), whole, nodes.text("unixepoch"))
    digits = emit.function("PRINTF", nodes.text(".%06d"), fraction.copy())
    end = nodes.case(
        (nodes.op(emit, "=", fraction.copy(), nodes.whole(emit, 0)), nodes.text("")), otherwise=digits
    )
    return nodes.op(emit, "||", clock, end)


def _infer_days_between(types: Sequence[ValueType]) -> ValueType | Mismatch:
    for index, t in enumerate(types):
        if not temporal(t):
            return wrong_kind("a date or timestamp", t, index, "days_between")
    return ValueType(Kind.INTEGER, nullable=nullable(types))


def _lower_days_between(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    del result
    start, end = (emit.call("date", operand) for operand in operands)
    return nodes.exact_integer(emit, days(emit, end.sql, start.sql))


FUNCTIONS = (
    FunctionDef(
        name="days_between",
        signature="(start: date | timestamp, end: date | timestamp) -> integer",
        infer=_infer_days_between,
        lower={"*": _lower_days_between},
        doc="The whole days from the date of `start` to the date of `end`; negative where `end` is earlier.",
        examples=(
            Example(formula="days_between(2026-01-31, 2026-03-01)", gives="29"),
            Example(formula="days_between(2026-01-02T00:10:00, 2026-01-01T23:50:00)", gives="-1"),
        ),
        least=2,
    ),
)
