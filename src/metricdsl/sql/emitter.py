"""What lowerings make SQL with: constructors that parenthesise, literals, casts, other functions."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from attrs import evolve
from sqlglot import exp

from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.problems.dialects import NotOnThisEngine
from metricdsl.diagnostics.problems.hooks import ContributionFailed
from metricdsl.model.types import FLOAT, INTEGER, Kind, ValueType
from metricdsl.registry import Registry
from metricdsl.source import Span
from metricdsl.spi.defs import (
    AggregationDef,
    Capability,
    ConstantType,
    DialectDef,
    FunctionDef,
    Mismatch,
    Support,
)
from metricdsl.spi.lowering import Emulated, Lowering, Operand, Refused
from metricdsl.sql import instants, trees
from metricdsl.value import frozen


@frozen
class Doubt:
    """A stored column that an engine does not hold to its type: what a value must be, in words, and the condition of a wrong one."""

    expected: str
    wrong: exp.Expression


class Emitter:
    """The `Emit` of one compilation. What an engine lacks is put down in `problems`, and NULL in its place."""

    def __init__(
        self,
        registry: Registry,
        dialect: DialectDef,
        timezone: str,
        week_start: int,
        today: date = date.min,
    ) -> None:
        self.registry = registry
        self.definition = dialect
        self.dialect = dialect.name
        self.timezone = timezone
        self.week_start = week_start
        self.today = today
        self.problems: list[Problem] = []
        self.doubts: dict[tuple[str, ...], dict[str, Doubt]] = {}  # table → column
        self.span: Span | None = None
        self.holidays: Callable[[str], str] | None = None  # handed in by who reads tables, as is what follows
        self.periods: Callable[[str], str] | None = None

    def native(self, capability: Capability) -> bool:
        """Whether the engine has it itself."""
        return self.definition.capabilities.get(capability) is Support.NATIVE

    def call(self, function: str, *operands: Operand, result: ValueType | None = None) -> Operand:
        """A registered function of operands."""
        definition = self.registry.functions.get(function)
        if definition is None:
            return self._lacking(function, "it is not a function that is installed", result)
        if result is None:
            inferred = definition.infer([_type(operand) for operand in operands])
            assert not isinstance(inferred, Mismatch), f"{function}: {inferred}"
            result = inferred
        if function in instants.COMPARED | instants.CHOSEN:
            known = instants.instants(operands, self.timezone)
            if known is not None:
                made = self._lower(definition, tuple(known), result)
                return made if function in instants.COMPARED else evolve(made, sql=self.clock(made.sql))
        return self._lower(definition, operands, result)

    def aggregate(self, function: str, operands: Sequence[Operand], result: ValueType) -> exp.Expression:
        """A registered aggregation of operands that are null on the rows left out."""
        definition = self.registry.aggregations.get(function)
        if definition is None:
            return self._lacking(function, "it is not an aggregate that is installed", result).sql
        if definition.by_time or function in instants.TAKEN:
            first, *others = operands
            behind = self.instant(first.sql) if first.type.kind is Kind.TIMESTAMP else None
            # An order needs no reading: it is that of the instants.
            others = [evolve(o, sql=self.instant(o.sql) or o.sql) for o in others]
            if behind is not None:
                return self.clock(self._lower(definition, (evolve(first, sql=behind), *others), result).sql)
            return self._lower(definition, (first, *others), result).sql
        return self._lower(definition, tuple(operands), result).sql

    def operator(self, name: str, *operands: Operand, result: ValueType) -> exp.Expression | None:
        """One of the compiler's own operators (`scan.…`, `fill.…`), None where the dialect needs none."""
        row = self.definition.overrides.get(name)
        match row:
            case None:
                return None
            case Refused(why):
                return self._lacking(name, why, result).sql
            case Emulated(lowering):
                return lowering(self, operands, result)
            case _:
                return row(self, operands, result)

    def constant(self, value: Any, type: ValueType) -> Operand:
        """A literal."""
        return Operand(sql=self._literal(value, type), type=type, constant=value, is_constant=True)

    def function(self, name: str, *arguments: exp.Expression) -> exp.Expression:
        """A native function, written as it is named."""
        return exp.Anonymous(this=name, expressions=list(arguments))

    def cast(self, sql: exp.Expression, type: ValueType) -> exp.Expression:
        """CAST(x AS the dialect's type)."""
        return exp.Cast(this=sql, to=self.data_type(type))

    def double(self, operand: Operand) -> exp.Expression:
        """A number as a double: of whole numbers of a last digit, so many of them."""
        type = operand.type
        if operand.is_constant and isinstance(operand.constant, int | Decimal):
            return self.constant(float(operand.constant), FLOAT).sql
        real = operand.sql if type.kind is Kind.FLOAT else self.cast(operand.sql, FLOAT)
        if type.kind is Kind.DECIMAL and type.scale and not self.native(Capability.DECIMALS):
            return self.binary(exp.Div, real, self.constant(10**type.scale, INTEGER).sql)
        return real

    def binary(self, node: type[exp.Binary], left: exp.Expression, right: exp.Expression) -> exp.Expression:
        """left OP right."""
        return trees.binary(node, left, right)

    def days_of(self, rows: str) -> str:
        """The name of a step with the days of some rows, each once, in its column `day`."""
        assert self.holidays is not None, "days of a table are asked for where tables are read"
        return self.holidays(rows)

    def periods_of(self, grain: str) -> str:
        """The name of a step with the periods of a grain from a table: their `cell`, `ends` and `number`."""
        assert self.periods is not None, "periods of a table are asked for where tables are read"
        return self.periods(grain)

    def instant(self, sql: exp.Expression) -> exp.Expression | None:
        """The instant that a moment is the reading of; None where it is none."""
        return instants.instant(sql, self.timezone)

    def clock(self, instant: exp.Expression) -> exp.Expression:
        """What the project's clock shows at an instant."""
        return instants.reading(instant, self.timezone)

    def beside(self, time: Operand, kind: ValueType) -> Operand:
        """A time that is compared with times of a kind: a date beside timestamps is its midnight."""
        if time.type.kind is not Kind.DATE or kind.kind is not Kind.TIMESTAMP:
            return time
        return self.call("as_timestamp", time, result=kind)

    def data_type(self, type: ValueType) -> exp.DataType:
        """The dialect's type for a value type."""
        match type.kind:
            case Kind.DECIMAL if self.native(Capability.DECIMALS):
                sizes = [exp.DataTypeParam(this=exp.Literal.number(str(n))) for n in (38, type.scale)]
                return exp.DataType(this=exp.DType.DECIMAL, expressions=sizes, nested=False)
            case Kind.DATE if self.native(Capability.DATES):
                name = exp.DType.DATE
            case Kind.TIMESTAMP if self.native(Capability.DATES):
                name = exp.DType.TIMESTAMP
            case Kind.FLOAT:
                name = exp.DType.DOUBLE
            case Kind.INTEGER | Kind.DURATION | Kind.DECIMAL:
                name = exp.DType.BIGINT
            case Kind.BOOLEAN:
                name = exp.DType.BOOLEAN
            case Kind.TEXT | Kind.DATE | Kind.TIMESTAMP | Kind.UNKNOWN | Kind.NULL:
                name = exp.DType.TEXT
        return exp.DataType(this=name, nested=False)

    def null(self, type: ValueType) -> exp.Expression:
        """NULL of a type, for places where the engine would else guess one."""
        if type.kind in {Kind.UNKNOWN, Kind.NULL} or not self.native(Capability.DATES):
            return exp.Null()
        return self.cast(exp.Null(), type)

    def _literal(self, value: Any, type: ValueType) -> exp.Expression:
        match value:
            case None:
                return self.null(type)
            case bool():
                return exp.Boolean(this=value)
            case str():
                return exp.Literal.string(value)
            case datetime():
                text = value.isoformat(sep=" ")
                return self._moment(text, type)
            case date():
                text = value.isoformat()
                at_midnight = type.kind is Kind.TIMESTAMP
                return self._moment(f"{text} 00:00:00" if at_midnight else text, type)
            case int() | Decimal() | float():
                return self._number(value, type)
            case _:
                raise TypeError(f"not a constant of the language: {value!r}")

    def _moment(self, text: str, type: ValueType) -> exp.Expression:
        literal = exp.Literal.string(text)
        return self.cast(literal, type) if self.native(Capability.DATES) else literal

    def _number(self, value: Decimal | float, type: ValueType) -> exp.Expression:
        if type.kind is Kind.DECIMAL and not self.native(Capability.DECIMALS):
            return trees.number(int(Decimal(value).scaleb(type.scale).to_integral_value("ROUND_HALF_UP")))
        if isinstance(value, int) and type.kind is not Kind.FLOAT:
            return trees.number(value)
        text = f"{Decimal(repr(value)) if isinstance(value, float) else Decimal(value):f}"
        if type.kind is Kind.FLOAT and "." not in text:
            text += ".0"
        literal: exp.Expression = exp.Literal.number(text.removeprefix("-"))
        if text.startswith("-"):
            literal = exp.Paren(this=exp.Neg(this=literal))
        if type.kind is Kind.FLOAT and self.native(Capability.DECIMALS):
            return self.cast(literal, type)  # 0.1 alone would be a decimal
        return literal

    def _lower(
        self, definition: FunctionDef | AggregationDef, operands: tuple[Operand, ...], result: ValueType
    ) -> Operand:
        row: Lowering | Emulated | Refused | None = self.definition.overrides.get(definition.name)
        if row is None:
            row = definition.lower.get(self.dialect) or definition.lower.get("*")
        match row:
            case None:
                return self._lacking(definition.name, "", result)
            case Refused(why):
                return self._lacking(definition.name, why, result)
            case Emulated(lowering):
                pass
            case _:
                lowering = row
        if "." in definition.name:
            return self._contributed(definition.name, lowering, operands, result)
        return Operand(sql=lowering(self, operands, result), type=result)

    def _contributed(
        self, function: str, lowering: Lowering, operands: tuple[Operand, ...], result: ValueType
    ) -> Operand:
        """What a plugin's lowering makes; what it raises, or makes of another sort, is the plugin's problem."""
        by = self.registry.provenance.get(f"function {function}") or self.registry.provenance.get(
            f"aggregation {function}"
        )
        try:
            sql: Any = lowering(self, operands, result)
            why = "" if isinstance(sql, exp.Expression) else f"it gave a {type(sql).__name__}, and no SQL"
        except Exception as error:  # noqa: BLE001 - whatever a plugin raises is the plugin's fault, and said so
            why = f"{type(error).__name__}: {error}"
        if not why:
            return Operand(sql=sql, type=result)
        text = f"{function} of the plugin {by} cannot be written in SQL for {self.dialect} ({why})"
        self.problems.append(ContributionFailed(text=text, span=self.span))
        return Operand(sql=exp.Null(), type=result)

    def _lacking(self, function: str, why: str, result: ValueType | None) -> Operand:
        problem = NotOnThisEngine(span=self.span, function=function, engine=self.dialect, why=why)
        if problem not in self.problems:
            self.problems.append(problem)
        return Operand(sql=exp.Null(), type=result or ValueType(Kind.NULL))


def _type(operand: Operand) -> ValueType:
    t = operand.type
    if not operand.is_constant:
        return t
    return ConstantType(t.kind, t.unit, t.scale, t.nullable, t.grain, t.domain, operand.constant)
