"""SQL that dialects share when they read texts: pieces put together anew, checks, errors."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from metricdsl.model.formats import PIVOT, PLAIN_NUMBER, DateFormat, NumberFormat, date_format, number_format
from metricdsl.model.types import INTEGER, Kind, ValueType
from metricdsl.spi.lowering import Emit, Operand

if TYPE_CHECKING:
    from sqlglot import exp


def literal(value: str) -> "exp.Expression":
    """A text of ours."""
    from sqlglot import exp

    return exp.Literal.string(value)


def field_or_null(sql: "exp.Expression") -> "exp.Expression":
    """The text, null where it is empty: an empty field is null."""
    from sqlglot import exp

    return exp.Nullif(this=sql, expression=exp.Literal.string(""))


def joined(emit: Emit, *parts: "exp.Expression") -> "exp.Expression":
    """Texts one after the other."""
    from sqlglot import exp

    whole = parts[0]
    for part in parts[1:]:
        whole = (
            exp.DPipe(this=whole, expression=part, safe=True)
            if isinstance(whole, exp.DPipe)
            else emit.binary(exp.DPipe, whole, part)
        )
    return whole


def substring(emit: Emit, sql: "exp.Expression", start: int, width: int) -> "exp.Expression":
    """Some characters of a text."""
    return emit.function("SUBSTR", sql, emit.constant(start, INTEGER).sql, emit.constant(width, INTEGER).sql)


def iso(emit: Emit, text: Operand, form: DateFormat, *, clock: bool) -> "exp.Expression":
    """A text of this form as YYYY-MM-DD, with `clock` and HH:MM:SS behind it, and where it says parts of a second that are
    not all zero, a point and six digits."""
    from metricdsl.sql import trees

    def piece(*names: str, absent: str) -> "exp.Expression":
        part = form.field(*names)
        return literal(absent) if part is None else substring(emit, text.again(), part.start, part.width)

    short = form.field("YY")
    if short is None:
        year = [piece("YYYY", absent="0001")]
    else:
        from sqlglot import exp

        digits = substring(emit, text.again(), short.start, 2)
        late = trees.binary(exp.GTE, digits, literal(str(PIVOT)))
        year = [trees.case([(late, literal("19"))], literal("20")), digits.copy()]
    parts = [*year, literal("-"), piece("MM", absent="01"), literal("-"), piece("DD", absent="01")]
    if clock:
        parts += [literal(" "), piece("HH24", "HH", absent="00")]
        parts += [literal(":"), piece("MI", absent="00"), literal(":"), piece("SS", absent="00")]
        fraction = form.field("FF3", "FF6")
        if fraction is not None:
            digits = joined(
                emit,
                substring(emit, text.again(), fraction.start, fraction.width),
                literal("0" * (6 - fraction.width)),
            )
            parts.append(parts_of_second(digits))
    return joined(emit, *parts)


def parts_of_second(digits: "exp.Expression") -> "exp.Expression":
    """What six digits behind a second add to its text: nothing where they are zeros, so that a moment has one text."""
    from sqlglot import exp

    from metricdsl.sql import trees

    none = trees.binary(exp.EQ, digits, literal("000000"))
    return trees.case(
        [(none, literal(""))], exp.DPipe(this=literal("."), expression=digits.copy(), safe=True)
    )


def written_date(operands: tuple[Operand, ...], default: str | None = None) -> DateFormat | None:
    """The date format among the operands of a `scan.` operator."""
    text = operands[1].constant or default
    return None if text is None else date_format(str(text))


def written_number(operands: tuple[Operand, ...]) -> NumberFormat:
    """The number format among the operands of a `scan.` operator."""
    text = operands[1].constant
    return (number_format(str(text)) if text else None) or PLAIN_NUMBER


def or_null(operands: tuple[Operand, ...]) -> bool:
    """Whether a text that does not convert is null."""
    return bool(operands[2].constant)


def bare_number(emit: Emit, sql: "exp.Expression", form: NumberFormat) -> "exp.Expression":
    """A number's text as a cast reads it. `12.5%` is `12.5e-2`: a division would make a double of 0.125."""
    plain = without_marks(emit, sql, form)
    if not form.hundredths:
        return plain
    return joined(emit, emit.function("TRIM", plain), literal(f"e-{form.hundredths}"))


def without_marks(emit: Emit, sql: "exp.Expression", form: NumberFormat) -> "exp.Expression":
    """A number's text without what stands around it, with a point before its decimals and no marks between thousands."""
    from sqlglot import exp

    for mark in (form.before, form.after, form.group):
        if mark:
            sql = emit.function("REPLACE", sql, literal(mark), literal(""))
    if form.point != ".":
        sql = emit.function("REPLACE", sql, literal(form.point), literal("."))
    assert isinstance(sql, exp.Expression)
    return sql


def number_shape(form: NumberFormat, result: ValueType) -> str:
    """A regular expression for a number written so; a decimal has no more digits behind its point than declared, but zeros."""
    import re

    point, group = re.escape(form.point), re.escape(form.group)
    whole = f"([0-9]{{1,3}}({group}[0-9]{{3}})+|[0-9]+)" if form.group else "[0-9]+"
    if result.kind is Kind.DECIMAL:
        scale = max(result.scale - form.hundredths, 0)
        digits = f"[0-9]{{0,{scale}}}0*"
        number = f"{whole}({point}{digits})?|{point}{digits}" if scale else f"{whole}({point}0*)?"
    elif form.hundredths:
        number = f"{whole}({point}[0-9]*)?|{point}[0-9]+"
    else:
        number = f"({whole}({point}[0-9]*)?|{point}[0-9]+)([eE][-+]?[0-9]+)?"
    return f"^ *[-+]?{re.escape(form.before)}[-+]?({number}){re.escape(form.after)} *$"


def whole_shape(form: NumberFormat) -> str:
    """A regular expression for a whole number written so; decimals that are all 0 count as none."""
    import re

    point, group = re.escape(form.point), re.escape(form.group)
    whole = f"([0-9]{{1,3}}({group}[0-9]{{3}})+|[0-9]+)" if form.group else "[0-9]+"
    return f"^ *-?{re.escape(form.before)}-?{whole}({point}0*)?{re.escape(form.after)} *$"


TRUE_WORDS = ("true", "t", "yes", "y", "1")
FALSE_WORDS = ("false", "f", "no", "n", "0")


def words(emit: Emit, text: Operand, wrong: "exp.Expression | None") -> "exp.Expression":
    """A yes or no, by the words people write."""
    from sqlglot import exp

    from metricdsl.sql import trees

    lowered = emit.function("LOWER", emit.function("TRIM", text.again()))
    yes = exp.In(this=lowered, expressions=[literal(word) for word in TRUE_WORDS])
    no = exp.In(this=lowered.copy(), expressions=[literal(word) for word in FALSE_WORDS])
    return trees.case([(yes, exp.Boolean(this=True)), (no, exp.Boolean(this=False))], wrong)


def checked(
    emit: Emit,
    text: Operand,
    conditions: "list[exp.Expression]",
    value: "exp.Expression",
    result: ValueType,
    *,
    lenient: bool,
    convert: "Callable[[Emit, exp.Expression, ValueType], exp.Expression] | None" = None,
) -> "exp.Expression":
    """The value where the text meets the conditions, one after the other; else a text that does not convert: by a cast, or
    by `convert`."""
    from sqlglot import exp

    from metricdsl.sql import trees

    wrong = None if lenient else joined(emit, literal("not readable: "), text.again())
    for condition in reversed(conditions):
        value = trees.case([(condition, value)], None if wrong is None else wrong.copy())
    if convert is not None:
        return convert(emit, value, result)
    cast = emit.cast(value, result)
    assert isinstance(cast, exp.Expression)
    return cast


def matches(emit: Emit, text: Operand, shape: str) -> "exp.Expression":
    """text ~ shape"""
    from sqlglot import exp

    return emit.binary(exp.RegexpLike, text.again(), literal(shape))
