"""The stored columns that a request, or a formula, reads."""

from collections.abc import Iterator, Mapping

from metricdsl.model.entity import Entity
from metricdsl.model.formula import (
    Aggregate,
    Call,
    Chosen,
    ColumnRef,
    Converted,
    Expression,
    Members,
    OwnTime,
    PeriodKey,
    Rate,
    RowValue,
)
from metricdsl.model.parts import every, row_expressions
from metricdsl.model.period import ALL_TIME
from metricdsl.model.request import Request, ValuesRequest
from metricdsl.model.rows_beside import beside, beside_call
from metricdsl.model.types import UNKNOWN

Used = dict[str, dict[str, None]]
"""Qualified entity → its stored columns, in the order they were met."""
Read = Iterator[tuple[str, Expression]]
"""Row expressions, each with the home that its paths start from."""


def used_columns(request: Request | ValuesRequest) -> Used:
    """The stored columns behind all formulas of a request: keys and foreign keys of the joins, row scopes and policies, too."""
    found: Used = {name: {} for name in request.read}
    for home, expression in read_expressions(request):
        _note(request.read, home, expression, found)
    for name, entity in (*request.entities.items(), *request.whole.items()):
        for condition in entity.conditions:
            _note(request.read, name, condition, found)
    for formula in request.formulas if isinstance(request, Request) else ():
        _note_beside(request.read, formula, found)
    return found


def used_by(formula: Expression, entities: Mapping[str, Entity]) -> Used:
    """The stored columns behind a formula, its aggregates' times left out: it may be asked without a period."""
    found: Used = {part.home: {} for part in every(formula) if isinstance(part, Aggregate)}
    for home, expression in of_formula(formula, timed=False):
        _note(entities, home, expression, found)
    for name in tuple(found):
        scope = entities[name].scope
        if scope is not None:
            _note(entities, name, scope, found)
    _note_beside(entities, formula, found)
    return found


def used_by_column(entity: Entity, name: str, entities: Mapping[str, Entity]) -> Used:
    """The stored columns behind a column of an entity: itself, or what its formula is made of."""
    value = entity.columns[name].value
    found: Used = {}
    own = ColumnRef(type=UNKNOWN, path=(), entity=entity.name, column=name)
    _note(entities, entity.name, own if value is None else value, found)
    return found


def said_times(formula: Expression, entities: Mapping[str, Entity]) -> Used:
    """The stored columns behind the times that a formula says itself, `at closed_at`: without them it has no period."""
    found: Used = {}
    for part in every(formula):
        if isinstance(part, Aggregate) and part.time is not None:
            own = ColumnRef(
                type=part.time.type, path=(), entity=part.home, column=entities[part.home].time or ""
            )
            if part.time != own:
                _note(entities, part.home, part.time, found)
    return found


def read_expressions(request: Request | ValuesRequest) -> Read:
    """Each row expression of a request."""
    if isinstance(request, ValuesRequest):
        read = [*request.expressions, *([] if request.where is None else [request.where])]
        yield from ((request.home, expression) for expression in read)
        return
    formulas = (*request.formulas, *(one.reads for one in request.withholdings))
    for formula in formulas:
        yield from of_formula(formula, timed=request.during != ALL_TIME)


def of_formula(formula: Expression, *, timed: bool) -> Read:
    for part in every(formula):
        match part:
            case Aggregate():
                for expression in _of_aggregate(part, timed=timed):
                    yield part.home, expression
            case Members(domains=domains) | Chosen(domains=domains):
                read = [(d, one) for d in domains for one in (*d.keys, *d.reached, d.where)]
                for domain, one in read:
                    if one is not None:
                        yield domain.home, one
            case _:
                pass


def _of_aggregate(aggregate: Aggregate, *, timed: bool) -> Iterator[Expression]:
    read = list(row_expressions(aggregate))
    yield from read
    keys = (*aggregate.keys, *(key for level in aggregate.levels for key in level))
    by_time = timed or aggregate.window is not None or any(isinstance(key, PeriodKey) for key in keys)
    if aggregate.time is not None and (by_time or any(map(_asks_own_time, read))):
        yield aggregate.time


def _asks_own_time(expression: Expression) -> bool:
    """Whether a row expression reads the own time of its aggregate, as a rate of exchange does."""
    match expression:
        case OwnTime():
            return True
        case Call(arguments=arguments):
            return any(map(_asks_own_time, arguments))
        case Rate(currency=currency, at=at, amount=amount):
            return any(map(_asks_own_time, (currency, at, amount)))
        case _:
            return False


def used_joins(request: Request | ValuesRequest) -> dict[tuple[str, str], None]:
    """The joins that a request follows: the entity that each begins at, and its name."""
    found: dict[tuple[str, str], None] = {}
    conditions = [
        (name, condition)
        for name, entity in (*request.entities.items(), *request.whole.items())
        for condition in entity.conditions
    ]
    for home, expression in (*read_expressions(request), *conditions):
        for start, reference in _met(home, expression):
            at = start
            for step in reference.path:
                found[at, step] = None
                at = request.read[at].joins[step].target
    return found


def _note(entities: Mapping[str, Entity], home: str, expression: Expression, found: Used) -> None:
    """Put down the columns of a row expression, and those of the rows that it looks up."""
    found.setdefault(home, {})
    for at, reference in _met(home, expression):
        _reach(entities, at, reference, found)


def _note_beside(entities: Mapping[str, Entity], formula: Expression, found: Used) -> None:
    """Put down the columns that tell the periods of a formula."""
    for rows, column in beside(formula):
        _reach(entities, rows, ColumnRef(type=UNKNOWN, path=(), entity=rows, column=column), found)


def _met(home: str, expression: Expression) -> Iterator[tuple[str, ColumnRef]]:
    """The columns of a row expression and of the rows that it looks up, each with the entity that its path starts from."""
    waiting = [expression]
    while waiting:
        here = waiting.pop()
        match here:
            case ColumnRef():
                yield home, here
            case Call(arguments=arguments):
                waiting.extend(reversed(arguments))
                for rows, column in beside_call(here):
                    yield rows, ColumnRef(type=UNKNOWN, path=(), entity=rows, column=column)
            case RowValue(keys=keys, body=body):
                waiting.extend(reversed(keys))
                for start, one in of_formula(body, timed=False):
                    yield from _met(start, one)
            case Rate(table=table, currency=currency, at=at, amount=amount):
                waiting.extend((amount, at, currency))
                for name in (table.day, table.currency, table.rate, table.into):
                    if name is not None:
                        yield table.entity, ColumnRef(type=UNKNOWN, path=(), entity=table.entity, column=name)
            case Converted(start=start_event, end=end_event):
                for event in (start_event, end_event):
                    where = () if event.where is None else (event.where,)
                    for one in (event.time, *event.by, *event.key, *where):
                        yield from _met(event.home, one)
            case _:
                pass


def _reach(entities: Mapping[str, Entity], home: str, reference: ColumnRef, found: Used) -> None:
    at = home
    for step in reference.path:
        join = entities[at].joins[step]
        found.setdefault(at, {}).update(dict.fromkeys(join.read))
        at = join.target
        beyond = found.setdefault(at, {})
        if join.neighbour is not None:
            by = join.neighbour
            beyond.update(dict.fromkeys((*by.columns, by.time, *((by.end,) if by.end else ()))))
        beyond.update(dict.fromkeys(entities[at].key))
    # Rows of holidays have the one column.
    found.setdefault(at, {})[reference.column or entities[at].time or ""] = None
