"""Words of the language that are not names of anyone's: functions that change the context, functions that take a grain."""

from collections.abc import Container

from metricdsl.analysis.function_names import callable_by_name
from metricdsl.analysis.other_packages import declared_elsewhere
from metricdsl.analysis.other_spellings import other_spelling
from metricdsl.analysis.world import Place, Work
from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problems.formulas import UnknownFunction
from metricdsl.diagnostics.problems.tops import TopOutsideBy
from metricdsl.syntax import nodes

GRAIN_FUNCTIONS = frozenset({"start_of", "end_of"})
CONTEXT_FUNCTIONS = frozenset(
    {
        "prior",
        "growth",
        "trailing",
        "to_date",
        "at_start",
        "running",
        "opening",
        "total",
        "share",
        "rank",
        "rank_share",
        "at_age",
        "goal",
        "baseline",
        "during",
        "standard_error",
        "interval_low",
        "interval_high",
    }
)
"""Functions that change the context of a formula."""

ROW_FUNCTIONS = frozenset({"age", "convert", "convert_unit", "business_time"})
"""Functions that the language reads by itself, since they name a grain, a currency, a unit, a calendar. The first two look at the own
time of the aggregate around a row; the last is in the registry too, with the calendar's hours as a constant."""


def unknown_function(work: Work, node: nodes.Call, place: Place) -> None:
    """Report a function that there is not, with the near ones."""
    if place.scope.incomplete:
        work.silently(place.scope.missing)
        return
    if node.function == "top" and any(argument.name == "by" for argument in node.arguments):
        work.report(TopOutsideBy(span=node.span))
        return
    world = work.world
    named = [n for n in world.registry.functions if callable_by_name(world.registry, n)]
    entities = frozenset(world.directory.visible(place.scope, "entity"))
    candidates = (
        *named,
        *world.registry.aggregations,
        "rate",
        *world.directory.visible(place.scope, "define"),
    )
    meant = other_spelling(node, entities.__contains__)
    unfit = {"count_rows", "count_distinct"} | (set() if _of_entity(node, entities) else {"rate"})
    close = declared_elsewhere(world.directory, place.scope, node.function, "define") or near(
        node.function, (c for c in candidates if c not in unfit)
    )
    work.report(
        UnknownFunction(
            name=node.function,
            near=close if meant is None else (),
            meant="" if meant is None else meant.text,
            calculation=meant is not None and meant.calculation,
            whole=node.span,
            span=node.function_span,
        )
    )


def _of_entity(node: nodes.Call, entities: Container[str]) -> bool:
    """Whether an entity is the first argument of a call, a `where` behind it or not."""
    first = node.arguments[0].value if node.arguments else None
    inner = first.body if isinstance(first, nodes.InContext) else first
    return isinstance(inner, nodes.Name) and inner.text in entities
