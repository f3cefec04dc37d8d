"""What is left to do with the rows of a statement: functions that run on a result, and what comes after them."""

from datetime import date

from metricdsl.model.formula import Expression
from metricdsl.model.types import ValueType
from metricdsl.spi.result_functions import SeriesType
from metricdsl.value import frozen


@frozen(kw_only=True)
class LocalKey:
    """A part of the order: a column of the rows, which the engine has put in order, or a formula that is worked out of them."""

    formula: Expression
    descending: bool = False
    sorted: bool = False  # by the engine


@frozen(kw_only=True)
class Fetched:
    """A column of the rows as the engine gives them."""

    name: str
    type: ValueType
    series: SeriesType | None = None  # what its members are, where it is a series
    approximate: bool = False
    others: bool = False


@frozen(kw_only=True)
class LocalSteps:
    """The steps behind the statement: a formula for each column of the result, a choice among the rows, their order, the first of them.

    In formulas a `GroupingRef` is a column of the fetched rows.
    """

    fetched: tuple[Fetched, ...]
    columns: tuple[Expression, ...]
    functions: tuple[str, ...]
    today: date
    having: Expression | None = None
    sort: tuple[LocalKey, ...] = ()
    limit: int | None = None
