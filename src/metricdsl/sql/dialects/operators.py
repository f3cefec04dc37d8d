"""The operators that the compiler has besides functions and aggregations: what each is given, what it makes, and who needs a row.

A dialect's `overrides` say how it writes them. Where one is not needed and absent, what is written is plain SQL.
"""

from enum import Enum

from metricdsl.spi.defs import Capability, DialectDef, Support
from metricdsl.value import frozen


class Needed(Enum):
    """Which dialects must say how they write an operator."""

    ALWAYS = "each dialect"
    WITHOUT_DATES = "those without a date type"
    WITHOUT_DECIMALS = "those without exact decimals"
    NEVER = "those for which plain SQL would not do, or is slow"


@frozen
class Operator:
    """An operator by its name; `cut` stands for one of each grain."""

    name: str
    operands: str
    gives: str
    needed: Needed = Needed.NEVER


OPERATORS = (
    *(
        Operator(
            f"scan.{kind}",
            "text, format or null, whether a bad value is null",
            f"a {kind}; of a bad text an error",
            Needed.ALWAYS,
        )
        for kind in ("date", "timestamp", "number", "boolean")
    ),
    Operator("scan.whole", "number", "a whole number; of another an error", Needed.ALWAYS),
    Operator(
        "scan.time",
        "date or timestamp as stored",
        "a date or timestamp in its one form",
        Needed.WITHOUT_DATES,
    ),
    Operator(
        "scan.scaled",
        "number",
        "a decimal, where decimals are whole numbers of their last digit",
        Needed.WITHOUT_DECIMALS,
    ),
    Operator("scan.text", "a value as stored", "a text that is compared exactly, whatever its column says"),
    Operator(
        "guard.stored",
        "a value as stored",
        "whether it is not what is declared, where a column takes any value",
    ),
    Operator(
        "cut", "date or timestamp", "the start of a grain, where there is a cheaper way than `start_of`"
    ),
    Operator(
        "fill.next",
        "start of a cell, how far (months, or microseconds)",
        "the start of the next one, where `add` says it at length",
    ),
    Operator(
        "cells.between",
        "first cell, end, how far (months, or microseconds)",
        "the cells from the first to before the end, where rows can be made of it; else a recursion makes them",
    ),
    Operator(
        "cells.at_once",
        "first cell, end, how far (months, or microseconds)",
        "the same, also of the cells that a result is filled with and of whole weeks, where a recursion is slow",
    ),
    Operator("sort.text", "text", "what orders it by code point"),
    Operator("rank.text", "text", "what ranks it by code point"),
    Operator("any.truth", "truths of a group", "whether one of them is true, where the greatest is not"),
    Operator(
        "instant.utc",
        "timestamp",
        "the instant at which a clock in UTC shows it, where `AT TIME ZONE` would not be it",
    ),
)


def must_have(operator: Operator, dialect: DialectDef) -> bool:
    """Whether a dialect that says nothing of an operator has a gap."""
    match operator.needed:
        case Needed.ALWAYS:
            return True
        case Needed.WITHOUT_DATES:
            return dialect.capabilities.get(Capability.DATES) is not Support.NATIVE
        case Needed.WITHOUT_DECIMALS:
            return dialect.capabilities.get(Capability.DECIMALS) is not Support.NATIVE
        case Needed.NEVER:
            return False
