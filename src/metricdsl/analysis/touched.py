"""The entities that a request's formulas read."""

from collections.abc import Sequence

from metricdsl.analysis.analysis import Analysis
from metricdsl.analysis.contexts import aggregates
from metricdsl.model.entity import Entity
from metricdsl.model.formula import Call, ColumnRef, Expression, PeriodKey


def touched(analysis: Analysis, formulas: Sequence[Expression]) -> dict[str, Entity]:
    """Homes, and what the paths from them go through."""
    names: dict[str, None] = {}
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for formula in formulas:
        for aggregate in aggregates(formula):
            names[aggregate.home] = None
            read = [*aggregate.arguments, *(k for k in aggregate.keys if not isinstance(k, PeriodKey))]
            read += [part for part in (aggregate.where, aggregate.time) if part is not None]
            for expression in read:
                along(analysis, aggregate.home, expression, names, seen)
    entities = analysis.model.entities
    return {name: entities[name] for name in names}


def along(
    analysis: Analysis,
    home: str,
    expression: Expression,
    names: dict[str, None],
    seen: set[tuple[str, tuple[str, ...]]],
) -> None:
    """Add the entities on the paths of a row expression."""
    headers = analysis.world.headers
    waiting = [expression]
    while waiting:
        here = waiting.pop()
        if isinstance(here, Call):
            waiting.extend(here.arguments)
        elif isinstance(here, ColumnRef) and here.path and (home, here.path) not in seen:
            seen.add((home, here.path))
            at = home
            for join in here.path:
                at = headers[at].joins[join].target
                names[at] = None
