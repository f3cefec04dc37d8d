"""Functions of numbers."""

from collections.abc import Sequence

from attrs import evolve

from metricdsl.builtins import nodes
from metricdsl.builtins.conversion import as_double, half_away, of_spark, operand, scaled
from metricdsl.builtins.kinds import calendar, numeric, value, wrong_kind
from metricdsl.builtins.nodes import Sql
from metricdsl.builtins.products import OF_THE_WHOLE
from metricdsl.model.types import FLOAT, INTEGER, Kind, ValueType
from metricdsl.model.unit import NONE, Unit
from metricdsl.spi.defs import Example, FunctionDef, Inference, Mismatch
from metricdsl.spi.lowering import Emit, Emulated, Operand

MOST_DIGITS = 12


def _infer_abs(types: Sequence[ValueType]) -> ValueType | Mismatch:
    (x,) = types
    if not numeric(x) and (x.kind is not Kind.DURATION or calendar(x)):
        return wrong_kind("a number or a duration", x, 0, "abs")
    return ValueType(x.kind, x.unit, x.scale, x.nullable)


def _lower_abs(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    del result
    return emit.function("ABS", operands[0].sql)


def _infer_round(types: Sequence[ValueType]) -> ValueType | Mismatch:
    x = types[0]
    if not numeric(x):
        return wrong_kind("a number", x, 0, "round")
    digits = value(types[1]) if len(types) > 1 else 0
    if not isinstance(digits, int) or isinstance(digits, bool) or abs(digits) > MOST_DIGITS:
        text = f"the number of decimals must be a written whole number from -{MOST_DIGITS} to {MOST_DIGITS}"
        return Mismatch("arguments", text, 1)
    return ValueType(x.kind, x.unit, max(0, min(x.scale, digits)), x.nullable)


def _lower_round(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    x = operands[0]
    digits = int(operands[1].constant) if len(operands) > 1 else 0
    if digits < 0:
        return _to_tens(emit, x, -digits)
    match x.type.kind:
        case Kind.INTEGER:
            return x.sql
        case Kind.DECIMAL if scaled(emit):
            return _cut(emit, x, x.type.scale - result.scale)
        case Kind.DECIMAL:
            return emit.function("ROUND", x.sql, nodes.whole(emit, result.scale))
        case _ if digits == 0:
            return half_away(emit, as_double(emit, x))
        case _:
            power = nodes.whole(emit, 10**digits)
            moved = half_away(emit, nodes.op(emit, "*", as_double(emit, x), power))
            return nodes.op(emit, "/", moved, power.copy())


def _to_tens(emit: Emit, x: Operand, zeros: int) -> Sql:
    """The nearest of the tens, hundreds, …: numbers that end in so many zeros."""
    power = nodes.whole(emit, 10**zeros)
    if x.type.kind is Kind.FLOAT or x.type.kind is Kind.UNKNOWN:
        moved = half_away(emit, nodes.op(emit, "/", as_double(emit, x), nodes.double(emit, power)))
        return nodes.op(emit, "*", moved, nodes.double(emit, power.copy()))
    if scaled(emit):
        return nodes.op(emit, "*", _cut(emit, x, x.type.scale + zeros), power)
    exact = x.sql
    if x.type.kind is Kind.INTEGER:
        exact = emit.cast(exact, ValueType(Kind.DECIMAL))
    found = emit.function("ROUND", exact, nodes.whole(emit, -zeros))
    return emit.cast(found, INTEGER) if x.type.kind is Kind.INTEGER else found


def _cut(emit: Emit, x: Operand, digits: int) -> Sql:
    """A scaled decimal without its last digits, halves away from zero: whole-number division cuts towards zero."""
    if digits <= 0:
        return x.sql
    half = nodes.op(emit, "*", emit.function("SIGN", x.sql), nodes.whole(emit, 10**digits // 2))
    return nodes.op(emit, "/", nodes.op(emit, "+", x.again(), half), nodes.whole(emit, 10**digits))


def _infer_whole(types: Sequence[ValueType]) -> ValueType | Mismatch:
    (x,) = types
    return (
        ValueType(x.kind, x.unit, 0, x.nullable)
        if numeric(x)
        else wrong_kind("a number", x, 0, "floor and ceil")
    )


def _lower_floor(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    del result
    (x,) = operands
    if x.type.kind is Kind.INTEGER:
        return x.sql
    if x.type.kind is Kind.DECIMAL and scaled(emit):
        return _floored(emit, x, x.type.scale)
    if x.type.kind is not Kind.DECIMAL and of_spark(emit):
        return _beside(emit, x, ">", "-")
    return emit.function("FLOOR", x.sql)


def _floored(emit: Emit, x: Operand, digits: int) -> Sql:
    """A scaled decimal without its last digits, downwards."""
    if digits == 0:
        return x.sql
    power = nodes.whole(emit, 10**digits)
    rest = nodes.op(
        emit, "%", nodes.op(emit, "+", nodes.op(emit, "%", x.again(), power), power.copy()), power.copy()
    )
    return nodes.op(emit, "/", nodes.op(emit, "-", x.sql, rest), power.copy())


def _lower_ceil(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    del result
    (x,) = operands
    if x.type.kind is Kind.INTEGER:
        return x.sql
    if x.type.kind is Kind.DECIMAL and scaled(emit):
        return nodes.negated(
            _floored(emit, operand(nodes.wrapped(nodes.negated(x.sql)), x.type), x.type.scale)
        )
    if x.type.kind is not Kind.DECIMAL and of_spark(emit):
        return _beside(emit, x, "<", "+")
    return emit.function("CEIL", x.sql)


def _beside(emit: Emit, x: Operand, sign: nodes.Sign, away: nodes.Sign) -> Sql:
    """The nearest whole double, or the one beside it: FLOOR and CEIL make 64 bits of a double."""
    nearest = emit.function("RINT", as_double(emit, x))
    beyond = nodes.op(emit, sign, nearest, as_double(emit, operand(x.again(), x.type)))
    next_ = nodes.op(emit, away, nearest.copy(), nodes.real(emit, 1.0))
    return nodes.case((beyond, next_), otherwise=nearest.copy())


def _infer_power(types: Sequence[ValueType]) -> ValueType | Mismatch:
    x, n = types
    for index, t in enumerate(types):
        if not numeric(t):
            return wrong_kind("numbers", t, index, "power")
    if not n.unit.bare:
        return Mismatch("units", f"an exponent is a bare number, not {n.unit.text}", 1)
    written = value(n)
    exponent = written if isinstance(written, int) and not isinstance(written, bool) else None
    if x.unit.bare:
        of_the_whole = x.unit.form in OF_THE_WHOLE and exponent is not None and exponent >= 1
        return ValueType(Kind.FLOAT, x.unit) if of_the_whole else ValueType(Kind.FLOAT)
    if exponent is None:
        return Mismatch("units", f"{x.unit.text} can be raised to a written whole number only", 1)
    powers = tuple((base, e * exponent) for base, e in x.unit.powers if exponent)
    made_of = NONE.beside(x.unit.factors, 1 if exponent > 0 else -1) if exponent else None
    return ValueType(Kind.FLOAT, Unit(powers, made_of=made_of))


def _lower_power(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    """Null where there is no such number, or none that a double can hold (one engine would fail, another say infinity)."""
    del result
    x, n = (operand(as_double(emit, o), FLOAT) for o in operands)
    zero = nodes.real(emit, 0.0)
    size = nodes.op(emit, "*", n.again(), emit.function("LN", emit.function("ABS", x.again())))
    fits = nodes.op(emit, "<=", emit.function("ABS", size), nodes.whole(emit, 700))
    at_zero = nodes.case(
        (nodes.op(emit, ">", n.again(), zero.copy()), zero.copy()),
        (nodes.op(emit, "=", n.again(), zero.copy()), nodes.real(emit, 1.0)),
    )
    no_root = nodes.op(
        emit,
        "and",
        nodes.op(emit, "<", x.again(), zero.copy()),
        nodes.op(emit, "<>", n.again(), emit.function("FLOOR", n.again())),
    )
    return nodes.case(
        (nodes.op(emit, "=", x.again(), zero), at_zero),
        (no_root, nodes.null()),
        (fits, emit.function("POWER", x.sql, n.sql)),
    )


def _bare(function: str) -> Inference:
    def infer(types: Sequence[ValueType]) -> ValueType | Mismatch:
        (x,) = types
        if not numeric(x):
            return wrong_kind("a number", x, 0, function)
        if not x.unit.bare:
            return Mismatch(
                "units",
                f"{function} needs a bare number, not {x.unit.text}",
                0,
                fix="divide by one of them first",
            )
        return ValueType(Kind.FLOAT)

    return infer


def _infer_sqrt(types: Sequence[ValueType]) -> ValueType | Mismatch:
    (x,) = types
    if not numeric(x):
        return wrong_kind("a number", x, 0, "sqrt")
    # A root of so many orders is of a number of them: the error of a mean is sqrt(variance / orders).
    kept = [
        (base, exponent) for base, exponent in x.unit.powers if base.kind != "entity" or exponent % 2 == 0
    ]
    if any(exponent % 2 for _, exponent in kept):
        return Mismatch("units", f"{x.unit.text} has no square root", 0)
    powers = tuple((base, exponent // 2) for base, exponent in kept)
    return ValueType(Kind.FLOAT, evolve(x.unit, powers=powers) if powers else ValueType(Kind.FLOAT).unit)


def _lower_sqrt(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    del result
    x = operand(as_double(emit, operands[0]), FLOAT)
    return nodes.case((nodes.op(emit, ">=", x.again(), nodes.whole(emit, 0)), emit.function("SQRT", x.sql)))


def _lower_ln(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    del result
    x = operand(as_double(emit, operands[0]), FLOAT)
    return nodes.case((nodes.op(emit, ">", x.again(), nodes.whole(emit, 0)), emit.function("LN", x.sql)))


def _lower_exp(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    """0 and null beyond what a double can hold (one engine would fail, another say infinity)."""
    del result
    x = operand(as_double(emit, operands[0]), FLOAT)
    return nodes.case(
        (nodes.op(emit, "<", x.again(), nodes.whole(emit, -700)), nodes.real(emit, 0.0)),
        (nodes.op(emit, "<=", x.again(), nodes.whole(emit, 709)), emit.function("EXP", x.sql)),
    )


FUNCTIONS = (
    FunctionDef(
        name="abs",
        signature="(x: number<u> | duration) -> number<u> | duration",
        infer=_infer_abs,
        lower={"*": _lower_abs},
        doc="The number without its sign.",
        examples=(
            Example(formula="abs(-2.5)", gives="2.5"),
            Example(formula="abs(3)", gives="3"),
            Example(formula="abs(-(2 hours))", gives="2 hours"),
        ),
    ),
    FunctionDef(
        name="round",
        signature="(x: number<u>, digits: integer = 0) -> number<u>",
        infer=_infer_round,
        lower={
            "*": _lower_round,
            **dict.fromkeys(
                ("sqlite", "postgres", "clickhouse", "mariadb", "mysql"), Emulated(_lower_round)
            ),  # decimals or floats by FLOOR or whole numbers
        },
        doc="The nearest number with so many decimals, halves away from zero; with -2 the nearest that ends in two zeros.",
        examples=(
            Example(formula="round(2.5)", gives="3"),
            Example(formula="round(-2.5)", gives="-3"),
            Example(formula="round(2.345, 2)", gives="2.35"),
            Example(formula="round(5 / 2)", gives="3"),
            Example(formula="round(-5 / 2)", gives="-3"),
            Example(formula="round(1 / 3, 2)", gives="0.33"),
            Example(formula="round(1250, -2)", gives="1300"),
        ),
        most=2,
    ),
    FunctionDef(
        name="floor",
        signature="(x: number<u>) -> number<u>",
        infer=_infer_whole,
        lower={"*": _lower_floor},
        doc="The greatest whole number that is not above x.",
        examples=(
            Example(formula="floor(2.7)", gives="2"),
            Example(formula="floor(-2.1)", gives="-3"),
            Example(formula="floor(-1 / 2)", gives="-1"),
        ),
    ),
    FunctionDef(
        name="ceil",
        signature="(x: number<u>) -> number<u>",
        infer=_infer_whole,
        lower={"*": _lower_ceil},
        doc="The least whole number that is not below x.",
        examples=(
            Example(formula="ceil(2.1)", gives="3"),
            Example(formula="ceil(-2.7)", gives="-2"),
            Example(formula="ceil(1 / 2)", gives="1"),
        ),
    ),
    FunctionDef(
        name="power",
        signature="(x: number<u>, n: number) -> float<u^n>",
        infer=_infer_power,
        lower={"*": _lower_power},
        doc="x raised to n. Null where there is no such number (a root of a negative number, 0 to a negative power) or it is too "
        "large or too small for a float. With a written whole number from 1 on it is the product that it stands for: `power(win_rate, 2)` is a share.",
        examples=(
            Example(formula="power(2, 10)", gives="1024.0"),
            Example(formula="power(-2, 3)", gives="-8.0"),
            Example(formula="power(4, 0.5)", gives="2.0"),
            Example(formula="power(-8, 0.5)", gives="null"),
            Example(formula="power(0, -1)", gives="null"),
            Example(formula="power(0, 0)", gives="1.0"),
            Example(formula="power(10, 400)", gives="null"),
        ),
        least=2,
    ),
    FunctionDef(
        name="sqrt",
        signature="(x: number<u^2>) -> float<u>",
        infer=_infer_sqrt,
        lower={"*": _lower_sqrt},
        doc="The square root; null of a negative number. Entities that are counted are a number below it: of USD² per order it is USD.",
        examples=(Example(formula="sqrt(6.25)", gives="2.5"), Example(formula="sqrt(-1)", gives="null")),
    ),
    FunctionDef(
        name="ln",
        signature="(x: number) -> float",
        infer=_bare("ln"),
        lower={"*": _lower_ln},
        doc="The natural logarithm; null of 0 and of a negative number.",
        examples=(
            Example(formula="ln(1)", gives="0.0"),
            Example(formula="ln(0)", gives="null"),
            Example(formula="ln(-1)", gives="null"),
        ),
    ),
    FunctionDef(
        name="exp",
        signature="(x: number) -> float",
        infer=_bare("exp"),
        lower={"*": _lower_exp},
        doc="e raised to x; null above 709, where a float ends, and 0 below -700.",
        examples=(
            Example(formula="exp(0)", gives="1.0"),
            Example(formula="exp(1000)", gives="null"),
            Example(formula="exp(-1000)", gives="0.0"),
        ),
    ),
)
