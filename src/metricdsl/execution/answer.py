"""What exports need of a result, so that they do not need the class itself."""

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from metricdsl.diagnostics import Problem
from metricdsl.spi.values import ResultColumn


class Answer(Protocol):
    """Typed columns and their rows, with the SQL and the problems of the query."""

    columns: tuple[ResultColumn, ...]
    sql: str
    problems: tuple[Problem, ...]

    @property
    def rows(self) -> list[tuple[Any, ...]]: ...

    def batches(self) -> Iterator[Sequence[tuple[Any, ...]]]: ...
