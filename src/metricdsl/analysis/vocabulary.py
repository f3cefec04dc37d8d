"""Words of the language that are not names of anyone's: functions to come, functions that take a grain."""

from metricdsl.analysis.world import Place, Work
from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problems.names import UnknownFunction
from metricdsl.registry import Registry
from metricdsl.syntax import nodes

GRAIN_FUNCTIONS = frozenset({"start_of", "end_of"})
LATER_FUNCTIONS = frozenset(
    {
        "total",
        "share",
        "rank",
        "rank_share",
        "prior",
        "growth",
        "trailing",
        "running",
        "to_date",
        "at_start",
        "opening",
        "at_age",
        "conversion",
        "conversions",
        "goal",
        "baseline",
        "age",
        "convert",
        "convert_unit",
        "business_time",
        "bucket",
        "stddev",
        "variance",
        "correlation",
        "slope",
        "first",
        "last",
        "approx_count_distinct",
        "today",
    }
)
NAMED_OPERATORS = frozenset({"add", "if", "case", "coalesce"})
"""Operators of the registry that are also written by name."""


def callable_by_name(registry: Registry, name: str) -> bool:
    """Whether a scalar function can be written by this name."""
    definition = registry.functions.get(name)
    return definition is not None and (not definition.operator or name in NAMED_OPERATORS)


def unknown_function(work: Work, node: nodes.Call, place: Place) -> None:
    """Report a function that there is not, with the near ones."""
    world = work.world
    named = [n for n in world.registry.functions if callable_by_name(world.registry, n)]
    candidates = (
        *named,
        *world.registry.aggregations,
        "rate",
        *world.directory.visible(place.scope, "define"),
    )
    close = near(node.function, (c for c in candidates if c not in {"count_rows", "count_distinct"}))
    work.report(UnknownFunction(name=node.function, near=close, span=node.function_span))
