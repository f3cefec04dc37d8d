"""Operators and scalar functions, by theme."""

from metricdsl.builtins.functions import (
    arithmetic,
    business,
    calendar_parts,
    choice,
    comparison,
    elapsed,
    logic,
    numeric,
    ordinals,
    packed,
    pattern,
    text,
    truncation,
)

FUNCTIONS = (
    *arithmetic.FUNCTIONS,
    *comparison.FUNCTIONS,
    *logic.FUNCTIONS,
    *choice.FUNCTIONS,
    *numeric.FUNCTIONS,
    *text.FUNCTIONS,
    *pattern.FUNCTIONS,
    *truncation.FUNCTIONS,
    *calendar_parts.FUNCTIONS,
    *elapsed.FUNCTIONS,
    *business.FUNCTIONS,
    *ordinals.FUNCTIONS,
    *packed.FUNCTIONS,
)
"""All of them."""

__all__ = ["FUNCTIONS"]
