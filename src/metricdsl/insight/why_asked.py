"""The questions behind why a number moved: the change with its parts, whole and by one dimension at a time. One scan each."""

from collections.abc import Callable, Hashable, Sequence
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from attrs import evolve, frozen

from metricdsl.engine.errors import QueryError
from metricdsl.model.formula import Expression
from metricdsl.model.request import Output, Request
from metricdsl.spi.values import WITHHELD

if TYPE_CHECKING:
    from metricdsl.engine.bound_query import BoundQuery
    from metricdsl.model.types import ValueType

MICROSECOND = timedelta(microseconds=1)


class WithheldError(Exception):
    """A value that is needed is withheld."""


def exact(value: object) -> Fraction | None:
    """A value of a result as a fraction, a duration in microseconds; null as none. Raises WithheldError."""
    match value:
        case None:
            return None
        case timedelta():
            return Fraction(value // MICROSECOND)
        case int() | Decimal() | float():
            return Fraction(value)
        case _:
            assert value is WITHHELD, f"a metric that has parts is a number, not {value!r}"
            raise WithheldError


@frozen
class Row:
    """A group: its member (None without a dimension), the metric now and before, and the parts in the order they were asked."""

    member: Hashable
    now: Fraction | None
    before: Fraction | None
    parts: tuple[Fraction | None, ...]


@frozen
class Rows:
    """The groups of a question, and whether there are more than were read."""

    rows: tuple[Row, ...]
    type: "ValueType | None"
    cut: bool = False


def resolved(bound: "BoundQuery") -> Request:
    """The request of a question. Raises QueryError with the texts that its problems point into."""
    if bound.failed:
        raise QueryError(bound.problems, bound.sources)
    request = bound.request
    assert isinstance(request, Request), "a question about a metric"
    return request


def ask(
    bound: "BoundQuery",
    parts: Sequence[Expression],
    most: int | None,
    running: "Callable[[BoundQuery], None] | None" = None,
) -> Rows:
    """The rows of a question with these parts behind the metric and what it is compared with. Raises QueryError, WithheldError."""

    def change(request: Request) -> Request:
        now, before = request.outputs[:2]
        more = [
            Output(
                name=f"part {number}",
                formula=formula,
                type=formula.type,
                withholding=now.withholding,
                brings=False,
            )
            for number, formula in enumerate(parts, start=1)
        ]
        return evolve(request, outputs=(now, before, *more))

    keys = len(resolved(bound).groupings)
    limit = None if most is None else most + 1
    try:
        asked = bound.reformed(change)
        if running is not None:
            running(asked)
        with asked.run(limit_rows=limit) as result:
            found, columns = result.rows, result.columns
    except QueryError as error:
        raise QueryError(error.problems, bound.sources) from error
    rows = tuple(_row(row, keys) for row in found[:most])
    return Rows(rows, columns[0].type if keys else None, cut=most is not None and len(found) > most)


def _row(row: Sequence[object], keys: int) -> Row:
    member = row[0] if keys == 1 else tuple(row[:keys])
    now, before, *parts = map(exact, row[keys:])
    return Row(member if keys else None, now, before, tuple(parts))
