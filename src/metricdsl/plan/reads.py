"""What a step reads of the rows below it."""

from collections.abc import Iterator

from metricdsl.model.formula import Expression, RowValue
from metricdsl.model.made_of import row_values
from metricdsl.plan.context import Key
from metricdsl.plan.nodes import (
    Aggregate,
    Centre,
    Conversion,
    Days,
    Distinct,
    Exchange,
    Filter,
    Latest,
    Lookup,
    Node,
    Rank,
    Seen,
    SemiJoin,
    Windows,
)


def reads(node: Node) -> Iterator[Expression]:
    """The row expressions that a step itself reads."""
    match node:
        case Filter(conditions=conditions, alternatives=alternatives, time=time):
            yield from (*conditions, *alternatives)
            yield from _known(time)
        case Rank(value=value, time=time, ties=ties):
            yield from (value, *_rows(node.keys), *_known(time), *ties)
        case Centre(values=values):
            yield from (*values, *_rows(node.keys))
        case Days(time=time):
            yield time
        case Seen(value=value, time=time):
            yield from (value, time)
        case Windows(time=time, open=looked, spread=spread):
            yield from _known(time)
            for stretch in (looked, spread):
                if stretch is not None:
                    yield from (stretch.start, stretch.end)
        case Latest(stock=stock):
            yield from (stock.by, *stock.per, *_rows(node.keys))
        case Lookup(value=value):
            yield from value.keys
        case Conversion(value=conversion):
            yield from conversion.start.key
        case Exchange(value=rate):
            yield from (rate.currency, rate.at, rate.amount)
        case SemiJoin(keys=keys):
            yield from keys
        case Aggregate(measures=measures, present=present):
            yield from _rows(node.keys)
            for measure in measures:
                yield from () if measure.formula is None else measure.formula.read
                yield from _known(measure.condition)
            yield from present or ()
        case Distinct():
            yield from _rows(node.keys)
        case _:
            pass


def reads_value(node: Node, value: RowValue) -> bool:
    """Whether a step reads a value that its rows look up."""
    return any(found == value for expression in reads(node) for found in row_values(expression))


def _rows(keys: tuple[Key, ...]) -> Iterator[Expression]:
    return (key.expression for key in keys if key.expression is not None)


def _known(expression: Expression | None) -> tuple[Expression, ...]:
    return () if expression is None else (expression,)
