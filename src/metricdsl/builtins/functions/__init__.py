"""Operators and scalar functions, by theme."""

from metricdsl.builtins.functions import arithmetic, comparison, elapsed, logic, truncation

FUNCTIONS = (
    *arithmetic.FUNCTIONS,
    *comparison.FUNCTIONS,
    *logic.FUNCTIONS,
    *truncation.FUNCTIONS,
    *elapsed.FUNCTIONS,
)
"""All of them."""

__all__ = ["FUNCTIONS"]
