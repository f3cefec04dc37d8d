"""The stored columns that a request reads."""

from collections.abc import Iterable, Iterator

from metricdsl.model.formula import Aggregate, ColumnRef, Expression, PeriodKey
from metricdsl.model.period import ALL_TIME
from metricdsl.model.request import Request, ValuesRequest
from metricdsl.plan.expressions import aggregates, columns

Used = dict[str, dict[str, None]]
"""Qualified entity → its stored columns, in the order they were met."""


def used_columns(request: Request | ValuesRequest) -> Used:
    """The stored columns behind all formulas of a request: keys and foreign keys of the joins, and row scopes, too."""
    found: Used = {name: {} for name in request.entities}
    for home, expression in _expressions(request):
        _note(request, home, columns(expression), found)
    for name, entity in request.entities.items():
        if entity.scope is not None:
            _note(request, name, columns(entity.scope), found)
    return found


def _expressions(request: Request | ValuesRequest) -> Iterator[tuple[str, Expression]]:
    """Each row expression with the home that its paths start from."""
    if isinstance(request, ValuesRequest):
        read = [*request.expressions, *([] if request.where is None else [request.where])]
        yield from ((request.home, expression) for expression in read)
        return
    formulas = [output.formula for output in request.outputs]
    formulas += [] if request.having is None else [request.having]
    for formula in formulas:
        for aggregate in aggregates(formula):
            yield from ((aggregate.home, expression) for expression in _of_aggregate(aggregate, request))


def _of_aggregate(aggregate: Aggregate, request: Request) -> Iterator[Expression]:
    yield from aggregate.read
    if aggregate.where is not None:
        yield aggregate.where
    yield from (k for k in aggregate.keys if k is not None and not isinstance(k, PeriodKey))
    for stretch in (aggregate.open, aggregate.spread):
        if stretch is not None:
            yield stretch.start
            yield stretch.end
    if aggregate.stock is not None:
        yield aggregate.stock.by
        yield from aggregate.stock.per
    by_time = request.during != ALL_TIME or any(isinstance(key, PeriodKey) for key in aggregate.keys)
    if by_time and aggregate.time is not None:
        yield aggregate.time


def _note(request: Request | ValuesRequest, home: str, references: Iterable[ColumnRef], found: Used) -> None:
    for reference in references:
        at = home
        for step in reference.path:
            join = request.entities[at].joins[step]
            found[at].update(dict.fromkeys(join.read))
            at = join.target
            if join.neighbour is not None:
                by = join.neighbour
                found[at].update(dict.fromkeys((*by.columns, by.time, *((by.end,) if by.end else ()))))
            found[at].update(dict.fromkeys(request.entities[at].key))
        found[at][reference.column] = None
