"""SQLite's days and moments: texts, and which of them there are, in the one form in which they can be compared."""

from typing import TYPE_CHECKING

from metricdsl.model.types import INTEGER
from metricdsl.spi.lowering import Emit, Operand
from metricdsl.sql.dialects import texts

if TYPE_CHECKING:
    from sqlglot import exp

_DAY = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]"
_CLOCK = "[ T][0-9][0-9]:[0-9][0-9]:[0-9][0-9]"
_SECONDS = len("2026-01-31 10:00:00")
_NO_PARTS = ".000000"


def is_day(emit: Emit, text: Operand) -> "exp.Expression":
    """Whether a text is a day that there is."""
    from sqlglot import exp

    from metricdsl.sql import trees

    return trees.binary(exp.And, _like(text, _DAY), exists(emit, text.again()))


def is_moment(emit: Emit, text: Operand, *, parts_alone: bool = False) -> "exp.Expression":
    """Whether a text is a moment that there is, to the second or with up to six digits behind it (`parts_alone`: with some)."""
    from sqlglot import exp

    from metricdsl.sql import trees

    short = trees.binary(exp.LTE, emit.function("LENGTH", text.again()), emit.constant(26, INTEGER).sql)
    form = trees.all_of(
        [_like(text, _DAY + _CLOCK + ".[0-9]*"), trees.negated(_like(text, "*.*[^0-9]*")), short]
    )
    if not parts_alone:
        form = trees.any_of([_like(text, _DAY + _CLOCK), *([] if form is None else [form])])
    assert form is not None
    second = texts.substring(emit, text.again(), 1, _SECONDS)
    plain = emit.function("REPLACE", second, texts.literal("T"), texts.literal(" "))
    return trees.binary(exp.And, form, exists(emit, plain, clock=True))


def _like(text: Operand, pattern: str) -> "exp.Expression":
    from sqlglot import exp

    return exp.Glob(this=text.again(), expression=texts.literal(pattern))


def one_form(emit: Emit, time: Operand) -> "exp.Expression":
    """A moment with a blank between day and clock, and behind its second six digits or none.

    '2026-01-31T10:00:00.25'   →   '2026-01-31 10:00:00.250000'
    """
    from sqlglot import exp

    behind = emit.binary(
        exp.Sub, emit.function("LENGTH", time.again()), emit.constant(_SECONDS - 1, INTEGER).sql
    )
    digits = emit.function("SUBSTR", texts.literal(_NO_PARTS), behind)  # those that are missing
    whole = emit.function(
        "REPLACE", texts.joined(emit, time.sql, digits), texts.literal("T"), texts.literal(" ")
    )
    return emit.function("REPLACE", whole, texts.literal(_NO_PARTS), texts.literal(""))


def exists(emit: Emit, sql: "exp.Expression", *, clock: bool = False) -> "exp.Expression":
    """Whether an ISO text is a moment that there is: SQLite counts on from 31 February, so the text changes; of month 13 or
    hour 25 it makes null, which IS no text."""
    from sqlglot import exp

    from metricdsl.sql import trees

    if clock:
        return exp.NullSafeEQ(
            this=emit.function("DATETIME", sql, texts.literal("+0 seconds")),
            expression=trees.operand(sql.copy()),
        )
    day = texts.substring(emit, sql, 1, 10)
    return exp.NullSafeEQ(this=emit.function("DATE", day, texts.literal("+0 days")), expression=day.copy())
