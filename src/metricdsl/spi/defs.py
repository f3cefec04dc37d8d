"""Definitions that plugins contribute: functions, aggregations, dialects. All frozen; new fields come with defaults."""

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Literal, TypeAlias

from attrs import field

from metricdsl.model.formula import Constant, Scalar, Typed
from metricdsl.model.metric import Additivity
from metricdsl.model.types import ValueType
from metricdsl.spi.law import Law
from metricdsl.spi.lowering import Emulated, Lowering, Refused
from metricdsl.value import frozen

if TYPE_CHECKING:
    from sqlglot import exp


@frozen
class Mismatch:
    """Why arguments do not fit: `code` one of "kinds" (T301), "units" (T302), "currencies" (T304), "condition" (T305),
    "share-mean" (T307), "not-a-number" (T308), "plugin" (P813), "arguments" (N211); `message` in the analyst's words; `argument` the index to point at.
    """

    code: str
    message: str
    argument: int | None = None
    fix: str | None = None


@frozen
class ConstantType(ValueType):
    """The type of an argument that is a constant, with its value: `infer` may need it (a literal 0, a grain, p, a number of digits)."""

    value: Scalar = None


def argument_types(arguments: Sequence[Typed]) -> tuple[ValueType, ...]:
    """What to hand to `infer` for a call's arguments: their types, with the values of constants.

    The result of an `infer` is a plain ValueType again.
    """
    return tuple(_argument_type(argument) for argument in arguments)


def _argument_type(argument: Typed) -> ValueType:
    t = argument.type
    if not isinstance(argument, Constant):
        return t
    return ConstantType(t.kind, t.unit, t.scale, t.nullable, t.grain, t.domain, argument.value)


Inference: TypeAlias = Callable[[Sequence[ValueType]], ValueType | Mismatch]
"""The type of a call from the types of its arguments (made by `argument_types`)."""


class NullRule(Enum):
    """What null arguments do."""

    PROPAGATE = "null if any argument is null"
    OWN = "see the documentation"


@frozen(kw_only=True)
class Example:
    """`round(2.5)` gives `3`: run by the kit and shown in the reference."""

    formula: str
    gives: str


Table: TypeAlias = Mapping[str, Lowering | Emulated | Refused]
"""Rows of the lowering table for one operator: dialect name → how; "*" for every dialect not named."""


@frozen(kw_only=True)
class FunctionDef:
    """A scalar function of the formula language. `signature` is for people: "(x: number<u>, digits: integer = 0) -> number<u>".

    `laws` are what the kit tries to break, with numbers of the `domain` of each argument (least, most; -1000 to 1000 without).
    """

    name: str
    signature: str
    infer: Inference
    lower: Table
    doc: str
    examples: tuple[Example, ...] = ()
    nulls: NullRule = NullRule.PROPAGATE
    least: int = 1
    most: int | None = None  # None: as least; -1: any number
    operator: bool = (
        False  # written with a sign or word, or made by the compiler: no analyst writes it by name
    )
    since: str = "0.1"
    laws: tuple[Law, ...] = ()
    domain: tuple[tuple[float, float], ...] = ()


@frozen(kw_only=True)
class AggregationDef:
    """An aggregation. `identity` is the value on no rows (0 for counts, None for null). `merge` is the aggregation that combines
    partial results (None: none does). `moments` name what an interval needs (n, sum, sum_of_squares).

    `named` are the arguments that are written by name, behind the others and in this order (`weight: w`): of each the words
    that it may be, none where it is a formula. An argument that is a word reaches `infer` and the lowering as a constant text.

    What an engine may lack, and gets by a step of prepared rows. `ordered` ones need the values in order (median,
    percentile): where ORDERED_AGGREGATES is emulated the operands end with the row's place, from 0, and the number of values.
    `by_time` ones ("first" or "last") need the rows in the order of the aggregate's own time: natively the operands are the
    value, the time, and what tells rows of one time apart; emulated, the value, its place and the number of values.
    `centred` ones need their arguments on rows where all are known, and where MOMENTS is emulated the mean of each in the
    group, behind the arguments. `approximate_on` are the dialects whose value is not exact. An `operator` is made by the
    compiler, and no analyst writes it by name; one `with_keys` is of members, whose keys stand behind their value.
    """

    name: str
    signature: str
    infer: Inference
    lower: Table
    doc: str
    additivity: Additivity
    identity: int | None
    merge: str | None
    moments: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    ordered: bool = False
    least: int = 1
    most: int | None = None
    since: str = "0.1"
    named: Mapping[str, tuple[str, ...]] = field(factory=dict)
    by_time: Literal["", "first", "last"] = ""
    centred: bool = False
    approximate_on: frozenset[str] = frozenset()
    operator: bool = False
    with_keys: bool = False


class Support(Enum):
    """Whether an engine has a capability."""

    NATIVE = "native"
    EMULATED = "emulated"
    REFUSED = "refused"


class Capability(Enum):
    """What the planner and the emitter ask of an engine; no rule asks which dialect it is."""

    ORDERED_AGGREGATES = "aggregates of rows in an order: exact percentiles, first and last"
    MOMENTS = "standard deviations and correlations as aggregates"
    DECIMALS = "exact decimals"
    NULL_SAFE_EQUAL = "null-safe equality"
    DATES = "a date type"
    BOOLEANS = "a boolean type"
    ANTI_JOINS = "a join for NOT EXISTS, not a search for each row"
    FILTERED_TOTALS = "FILTER on an aggregate of all rows, in half the time of CASE"


Spelling: TypeAlias = Callable[["exp.Expression"], "exp.Expression | None"]
"""What stands for a node where a dialect writes it otherwise than sqlglot does; None where it is written as it stands."""


@frozen(kw_only=True)
class DialectDef:
    """An SQL dialect: sqlglot's name for it, what it can do, and lowerings that replace those of the functions.

    `spelling` is for what sqlglot writes otherwise than the engine reads it: a name of a type, the form of an operator. It is
    syntax alone: what an operator means on the engine stands in the lowering table.
    """

    name: str
    sqlglot: str
    capabilities: Mapping[Capability, Support]
    overrides: Mapping[str, Lowering | Emulated | Refused] = field(factory=dict)
    identifier_bytes: int = 63
    spelling: Spelling | None = None
