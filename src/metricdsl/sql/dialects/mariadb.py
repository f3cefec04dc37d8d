"""MariaDB, and MySQL as far as it is alike: dates and decimals of their own; places in an order and moments are emulated.

A conversion never fails there: of a text that does not convert it makes null or 0, and a warning. So a text is looked at first,
and one of another shape is given to a function that takes no such name (`IS_FREE_LOCK`, which only asks): the one error that
a query can raise with a text of ours in it. Texts compare as their collation says, and so every column is read with an exact one.
"""

from functools import partial
from typing import TYPE_CHECKING

from metricdsl.model.types import TEXT, Kind, ValueType
from metricdsl.spi.defs import Capability, DialectDef, Support
from metricdsl.spi.lowering import Emit, Emulated, Lowering, Operand
from metricdsl.sql.dialects import texts
from metricdsl.sql.dialects.mysql_spelling import refused, spelled
from metricdsl.sql.dialects.shaped import Convert, Way, scans

if TYPE_CHECKING:
    from sqlglot import exp


def _cast(emit: Emit, sql: "exp.Expression", result: ValueType) -> "exp.Expression":
    return emit.cast(sql, result)


def _checked(
    emit: Emit,
    text: Operand,
    conditions: "list[exp.Expression]",
    value: "exp.Expression",
    result: ValueType,
    *,
    lenient: bool,
    convert: Convert,
) -> "exp.Expression":
    """The value where the text meets the conditions, one after the other; else an error that names the text."""
    from metricdsl.sql import trees

    wrong = None if lenient else emit.cast(refused("not readable: ", text.again()), result)
    made = convert(emit, value, result)
    for condition in reversed(conditions):
        branches = [(condition, made)]
        if wrong is not None:
            branches.append((trees.negated(trees.is_null(text.again())), wrong.copy()))
        made = trees.case(branches)
    return made


def _boolean(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> "exp.Expression":
    """A yes or no, by the words people write."""
    from metricdsl.sql import trees

    text = Operand(sql=texts.field_or_null(operands[0].sql), type=TEXT)
    if texts.or_null(operands):
        return texts.words(emit, text, None)
    there = trees.negated(trees.is_null(text.again()))
    wrong = emit.cast(refused("not readable: ", text.again()), result)
    return texts.words(emit, text, trees.case([(there, wrong)]))


def _whole(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> "exp.Expression":
    """A number that has to be whole."""
    from sqlglot import exp

    from metricdsl.sql import trees

    number = operands[0]
    whole = trees.binary(exp.EQ, number.sql, emit.function("FLOOR", number.again()))
    there = trees.negated(trees.is_null(number.again()))
    wrong = emit.cast(refused("not readable: ", emit.cast(number.again(), TEXT)), result)
    return trees.case([(whole, emit.cast(number.again(), result)), (there, wrong)])


def _utc(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> "exp.Expression":
    """The instant at which a clock in UTC shows a moment: the session reads instants by that clock."""
    del emit, result
    return operands[0].sql


def _exact(collation: str) -> Lowering:
    def lower(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> "exp.Expression":
        """A text in the one character set, which compares code point by code point, blanks at its end too."""
        from sqlglot import exp

        del result
        sql = operands[0].sql
        if operands[0].type.kind is not Kind.TEXT:
            return emit.cast(sql, TEXT)
        kind = exp.DataType(this=exp.DType.CHARACTER_SET, kind=exp.var("utf8mb4"), nested=False)
        named = exp.to_identifier(collation, quoted=True)
        return exp.Collate(this=exp.Cast(this=sql, to=kind), expression=named)

    return lower


def _dialect(name: str, collation: str, anti_joins: Support) -> DialectDef:
    return DialectDef(
        name=name,
        sqlglot="mysql",
        capabilities={
            Capability.ORDERED_AGGREGATES: Support.EMULATED,
            Capability.MOMENTS: Support.EMULATED,
            Capability.DECIMALS: Support.NATIVE,
            Capability.NULL_SAFE_EQUAL: Support.NATIVE,
            Capability.DATES: Support.NATIVE,
            Capability.BOOLEANS: Support.EMULATED,
            Capability.ANTI_JOINS: anti_joins,
        },
        overrides={
            **scans(Way(_cast, _checked, forgives=True)),
            "scan.boolean": Emulated(_boolean),
            "scan.whole": Emulated(_whole),
            "scan.text": _exact(collation),
            "instant.utc": _utc,
        },
        spelling=partial(spelled, name),
    )


MARIADB = _dialect("mariadb", "utf8mb4_nopad_bin", Support.EMULATED)
MYSQL = _dialect("mysql", "utf8mb4_0900_bin", Support.NATIVE)
