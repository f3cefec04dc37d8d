"""Aggregations, by theme."""

from metricdsl.builtins.aggregations import chronology, order, series, spread, totals

AGGREGATIONS = (
    *totals.AGGREGATIONS,
    *order.AGGREGATIONS,
    *spread.AGGREGATIONS,
    *chronology.AGGREGATIONS,
    *series.AGGREGATIONS,
)
"""All of them."""

__all__ = ["AGGREGATIONS"]
