"""The values written in the formulas of a request: databases are made of them, so that conditions are met and just missed."""

from collections.abc import Iterable, Iterator

from attrs import field

from metricdsl.engine.used import of_formula, read_expressions
from metricdsl.model.formula import Call, ColumnRef, Constant, Converted, Expression, Rate, RowValue, Scalar
from metricdsl.model.parts import every
from metricdsl.model.request import Request
from metricdsl.value import frozen

Place = tuple[str, str]
"""An entity and a column of it."""


@frozen
class Written:
    """The constants that stand beside a column in a call, and all the numbers; `rates` are columns of exchange rates."""

    beside: dict[Place, dict[Scalar, None]] = field(factory=dict)
    numbers: dict[Scalar, None] = field(factory=dict)
    currencies: dict[Place, None] = field(factory=dict)
    rates: dict[Place, None] = field(factory=dict)


def written(requests: Iterable[Request]) -> Written:
    """What is written in the formulas of some requests, and in the conditions of the rows that they read."""
    found = Written()
    for request in requests:
        conditions = [c for entity in request.read.values() for c in entity.conditions]
        for whole in (*(expression for _, expression in read_expressions(request)), *conditions):
            for part in _parts(whole):
                _note(part, found)
        for formula in request.formulas:
            found.numbers.update(
                {part.value: None for part in every(formula) if isinstance(part, Constant) and _plain(part)}
            )
    return found


def _note(part: Expression, found: Written) -> None:
    match part:
        case Call(arguments=arguments):
            values = {one.value: None for one in arguments if isinstance(one, Constant)}
            columns = [
                one for argument in arguments for one in _parts(argument) if isinstance(one, ColumnRef)
            ]
            for column in columns if values else ():
                found.beside.setdefault((column.entity, column.column), {}).update(values)
        case Rate(table=table, currency=currency, into=into):
            places = [(table.entity, table.currency), *([(table.entity, table.into)] if table.into else [])]
            places += [(one.entity, one.column) for one in _parts(currency) if isinstance(one, ColumnRef)]
            found.currencies.update(dict.fromkeys(places))
            found.rates[table.entity, table.rate] = None
            for place in places:
                found.beside.setdefault(place, {})[into] = None
        case _:
            pass


def _plain(constant: Constant) -> bool:
    return constant.type.kind.numeric and not isinstance(constant.value, bool)


def _parts(expression: Expression) -> Iterator[Expression]:
    """A row expression and all that it is made of, what is worked out for a row from others included."""
    waiting = [expression]
    while waiting:
        here = waiting.pop()
        yield here
        match here:
            case Call(arguments=arguments):
                waiting.extend(reversed(arguments))
            case RowValue(keys=keys, body=body):
                waiting.extend(keys)
                waiting.extend(one for _, one in of_formula(body, timed=True))
            case Rate(currency=currency, at=at, amount=amount):
                waiting.extend((currency, at, amount))
            case Converted(start=start, end=end):
                for event in (start, end):
                    where = () if event.where is None else (event.where,)
                    waiting.extend((event.time, *event.by, *event.key, *where))
            case _:
                pass
