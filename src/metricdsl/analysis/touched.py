"""The entities that a request's formulas read."""

from collections.abc import Iterable, Sequence

from metricdsl.analysis.analysis import Analysis
from metricdsl.model.entity import Entity
from metricdsl.model.formula import (
    Aggregate,
    Call,
    Chosen,
    ColumnRef,
    Converted,
    Expression,
    Members,
    Rate,
    RowValue,
)
from metricdsl.model.parts import every, row_expressions
from metricdsl.model.rows_beside import beside, beside_call


def touched(analysis: Analysis, formulas: Sequence[Expression]) -> dict[str, Entity]:
    """Homes, and what the paths from them go through."""
    names: dict[str, None] = {}
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for formula in formulas:
        of_formula(analysis, formula, names, seen)
        names.update(dict.fromkeys(rows for rows, _ in beside(formula)))
    return entities_of(analysis, names)


def entities_of(analysis: Analysis, names: Iterable[str]) -> dict[str, Entity]:
    """The entities of some names, those of exchange rates among them."""
    entities = {**analysis.model.entities, **analysis.model.settings}
    return {name: entities[name] for name in names}


def of_formula(
    analysis: Analysis, formula: Expression, names: dict[str, None], seen: set[tuple[str, tuple[str, ...]]]
) -> None:
    """Add the entities of a group expression."""
    for part in every(formula):
        match part:
            case Aggregate():
                names[part.home] = None
                time = () if part.time is None else (part.time,)
                for expression in (*row_expressions(part), *time):
                    along(analysis, part.home, expression, names, seen)
            case Members(domains=domains) | Chosen(domains=domains):
                for domain in domains:
                    names[domain.home] = None
                    for one in (*domain.keys, *domain.reached, domain.where):
                        if one is not None:
                            along(analysis, domain.home, one, names, seen)
            case Call():
                names.update(dict.fromkeys(rows for rows, _ in beside_call(part)))
            case _:
                pass


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
            names.update(dict.fromkeys(rows for rows, _ in beside_call(here)))
            waiting.extend(here.arguments)
        elif isinstance(here, RowValue):
            waiting.extend(here.keys)
            of_formula(analysis, here.body, names, seen)
        elif isinstance(here, Rate):
            names[here.table.entity] = None
            waiting.extend((here.currency, here.at, here.amount))
        elif isinstance(here, Converted):
            for event in (here.start, here.end):
                names[event.home] = None
                where = () if event.where is None else (event.where,)
                for part in (event.time, *event.by, *event.key, *where):
                    along(analysis, event.home, part, names, seen)
        elif isinstance(here, ColumnRef) and here.path and (home, here.path) not in seen:
            seen.add((home, here.path))
            at = home
            for join in here.path:
                at = headers[at].joins[join].target
                names[at] = None
