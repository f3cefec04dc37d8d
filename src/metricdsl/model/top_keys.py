"""The key of a grouping by the best of a dimension: the dimension where its place is among them, else null for all others."""

from collections.abc import Sequence

from attrs import evolve

from metricdsl.model.formula import Call, Constant, Expression, PeriodKey, Ranked, RowValue
from metricdsl.model.types import BOOLEAN, INTEGER, NULL
from metricdsl.model.unit import LITERAL


def top_keys(parts: Sequence[Expression], ranking: Ranked, most: int) -> tuple[Expression, ...]:
    """The parts of a dimension where these have one of the first places; all others together are null.

    customer.region    →   if(place of customer.region <= 3, customer.region, null)
    """
    place = RowValue(type=ranking.type, span=ranking.span, body=ranking, keys=tuple(parts))
    last = Constant(type=evolve(INTEGER, unit=LITERAL, nullable=False), value=most, span=ranking.span)
    among = Call(type=BOOLEAN, span=ranking.span, function="at_most", arguments=(place, last))
    others = Constant(type=NULL, value=None, span=ranking.span)
    return tuple(
        Call(
            type=evolve(part.type, nullable=True),
            span=part.span,
            function="if",
            arguments=(among, part, others),
        )
        for part in parts
    )


def place_of(key: Expression | PeriodKey) -> RowValue | None:
    """The place that a key of the best is made by; None where it is no such key."""
    match key:
        case Call(
            function="if",
            arguments=(
                Call(function="at_most", arguments=(RowValue(body=Ranked(single=True)) as place, _)),
                *_,
            ),
        ):
            return place
        case _:
            return None


def dimension_of(key: Expression | PeriodKey) -> Expression | PeriodKey:
    """The dimension behind a key of its best; any other key as it is."""
    if place_of(key) is None:
        return key
    assert isinstance(key, Call), "such a key is a choice"
    return key.arguments[1]
