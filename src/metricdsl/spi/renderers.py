"""Formats of results that plugins contribute: a function that a manifest names under `[[renderer]]` writes the answer to a question."""

from collections.abc import Callable, Iterable
from typing import BinaryIO, TypeAlias

from metricdsl.spi.values import ResultColumn, Row
from metricdsl.value import frozen


@frozen(kw_only=True)
class Rendering:
    """What is written. `rows` come as the engine gives them, and can be gone through once; a cell is an int, Decimal, float, str, bool,
    date, datetime, timedelta (a duration), None, `OTHERS` or `WITHHELD`.

    `shown` gives a cell as tables show it to people, in the format of its metric: `shown(cell, column)`. `notes` are what is
    said along with the result.
    """

    question: str
    columns: tuple[ResultColumn, ...]
    rows: Iterable[Row]
    shown: Callable[[object, ResultColumn], str]
    sql: str = ""
    notes: tuple[str, ...] = ()


Renderer: TypeAlias = Callable[[Rendering, BinaryIO], None]
"""Writes all that there is to an open binary file, and leaves it open. It may go back in the file; nobody sees it before it is whole."""
