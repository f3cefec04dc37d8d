"""Aggregations, by theme."""

from metricdsl.builtins.aggregations import order, totals

AGGREGATIONS = (*totals.AGGREGATIONS, *order.AGGREGATIONS)
"""All of them."""

__all__ = ["AGGREGATIONS"]
