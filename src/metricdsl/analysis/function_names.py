"""By which names formulas call the functions of a registry."""

from metricdsl.registry import Registry

NAMED_OPERATORS = frozenset({"add", "if", "case", "coalesce"})
"""Operators of the registry that are also written by name."""


def callable_by_name(registry: Registry, name: str) -> bool:
    """Whether a scalar function can be written by this name."""
    definition = registry.functions.get(name)
    return definition is not None and (not definition.operator or name in NAMED_OPERATORS)


def written_aggregations(registry: Registry) -> frozenset[str]:
    """The aggregations by the names that formulas use: counts of all three sorts are written `count`."""
    return frozenset(registry.aggregations) - {"count_rows", "count_distinct"}
