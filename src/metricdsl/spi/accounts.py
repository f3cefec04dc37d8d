"""What is asked of an engine for a result to account for itself."""

from enum import Enum

from metricdsl.source import Span
from metricdsl.spi.values import Statement
from metricdsl.value import frozen


class Part(Enum):
    """What became of a row of an aggregate's home. Each row is one of these; ROWS is how many there are."""

    ROWS = "rows"
    LEFT_OUT = "left_out"  # a condition is false
    UNKNOWN = "unknown"  # no condition is false, and one is null
    WITHOUT_TIME = "without_time"  # it meets the conditions, has no time, and a range asks for one
    OUTSIDE = "outside"  # it meets the conditions, and lies in no period that is looked at
    READ = "read"


@frozen(kw_only=True)
class AccountStatement:
    """The rows of one aggregate, counted: a result row is a part and its number of rows, of those without a value, of those
    without an exchange rate, and for each of `groups` of those without a match and of those that are null besides.
    """

    statement: Statement
    function: str
    home: str
    groups: tuple[str, ...]
    span: Span | None = None
