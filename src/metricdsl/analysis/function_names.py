"""By which names formulas call the functions of a registry."""

from metricdsl.registry import Registry

NAMED_OPERATORS = frozenset({"add", "if", "case", "coalesce"})
"""Operators of the registry that are also written by name."""


OF_COUNT = frozenset({"count_rows", "count_distinct"})
"""Aggregations that are written `count`."""


def callable_by_name(registry: Registry, name: str) -> bool:
    """Whether a function of single values can be written by this name: one in SQL, or one that runs on a result."""
    if name in registry.result_functions:
        return True
    definition = registry.functions.get(name)
    return definition is not None and (not definition.operator or name in NAMED_OPERATORS)


def aggregation_by_name(registry: Registry, name: str) -> bool:
    """Whether an aggregation is written by this name, as `sum` is."""
    definition = registry.aggregations.get(name)
    return definition is not None and not definition.operator and name not in OF_COUNT


def written_aggregations(registry: Registry) -> frozenset[str]:
    """The aggregations by the names that formulas use: counts of all three sorts are written `count`."""
    named = {name for name, definition in registry.aggregations.items() if not definition.operator}
    return frozenset(named) - OF_COUNT
