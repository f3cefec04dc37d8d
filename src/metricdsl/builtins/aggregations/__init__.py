"""Aggregations, by theme."""

from metricdsl.builtins.aggregations import chronology, order, spread, totals

AGGREGATIONS = (
    *totals.AGGREGATIONS,
    *order.AGGREGATIONS,
    *spread.AGGREGATIONS,
    *chronology.AGGREGATIONS,
)
"""All of them."""

__all__ = ["AGGREGATIONS"]
