"""The answer to a query: typed columns, and rows that stream until somebody keeps them."""

from collections.abc import Callable, Iterator, Sequence
from html import escape
from threading import Lock
from typing import TYPE_CHECKING, Any, Self

from metricdsl.diagnostics import Problem
from metricdsl.spi.values import ResultColumn

if TYPE_CHECKING:
    from pathlib import Path

    from metricdsl.execution.arrow_export import TakenIn

ROWS_OF_HTML = 100
BATCH = 4096
ALREADY = "the rows have been streamed already: run the query again, or take `.rows` first"


class ConsumedError(RuntimeError):
    """The rows have been streamed already and were not kept; run the query again."""


class Result:
    """A result. Iterating, `batches()` and the Arrow export stream the rows once; `rows` keeps them for good.

    Values are int, Decimal, float, str, bool, date, datetime, timedelta (durations) and None. Use it in a `with` block,
    or call `close()`, to give the engine's cursor back before all rows are read.
    """

    def __init__(
        self,
        columns: Sequence[ResultColumn],
        batches: Iterator[Sequence[tuple[Any, ...]]],
        *,
        sql: str = "",
        problems: Sequence[Problem] = (),
    ) -> None:
        self.columns: tuple[ResultColumn, ...] = tuple(columns)
        self.sql = sql
        self.problems: tuple[Problem, ...] = tuple(problems)
        self._batches = batches
        self._kept: list[tuple[Any, ...]] | None = None
        self._streamed = False
        self._taken_in: TakenIn | None = None
        self._rendered: Callable[[Result, str], bytes] | None = None
        self._lock = Lock()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns."""
        return tuple(column.name for column in self.columns)

    @property
    def rows(self) -> list[tuple[Any, ...]]:
        """All rows; they are kept, so it may be asked again."""
        with self._lock:
            if self._kept is None:
                if self._streamed:
                    raise ConsumedError(ALREADY)
                self._streamed = True
                self._kept = [row for batch in self._batches for row in batch]
            return self._kept

    def batches(self) -> Iterator[Sequence[tuple[Any, ...]]]:
        """The rows in batches, streamed where nobody has asked for `rows`. Whoever takes the first batch has them all."""
        with self._lock:
            kept = self._kept
        if kept is not None:
            yield from (kept[at : at + BATCH] for at in range(0, len(kept), BATCH))
            return
        with self._lock:
            if self._streamed:
                raise ConsumedError(ALREADY)
            self._streamed = True
        yield from self._batches

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        """The rows one by one."""
        return (row for batch in self.batches() for row in batch)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the engine's cursor back; rows that were not read are lost."""
        close = getattr(self._batches, "close", None)
        if close is not None:
            close()

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The rows as an Arrow C stream: what pandas, polars, DuckDB and pyarrow read, with no package of theirs needed here."""
        if self._taken_in is None:
            from metricdsl.execution.arrow_export import TakenIn

            self._taken_in = TakenIn(self)
        return self._taken_in.stream()

    def write_parquet(self, path: "Path") -> None:
        """Write the rows to a Parquet file."""
        from metricdsl.execution.arrow_export import write_parquet

        write_parquet(self, path)

    def render(self, format: str) -> bytes:
        """The rows in a format that a plugin brings, by its name: `sheets.xlsx`. Raises QueryError.

        The project must have been opened with `installed_plugins=True`.
        """
        if self._rendered is None:
            raise ValueError(
                "this result belongs to no project, and formats of plugins are looked for by one"
            )
        return self._rendered(self, format)

    def rendered_by(self, rendered: "Callable[[Result, str], bytes]") -> None:
        """Have `render` give what this function gives."""
        self._rendered = rendered

    def to_json_object(self, *, exact: bool = False) -> dict[str, Any]:
        """The result as docs/reference/result.schema.json describes it; `exact` gives numbers as texts.

        Without `exact` decimals stay `Decimal`, so that whoever writes them can keep all their digits.
        """
        from metricdsl.execution.json_object import json_object

        return json_object(self, exact=exact)

    def _repr_html_(self) -> str:
        """A table for notebooks, texts escaped."""
        head = "".join(f"<th>{escape(column.label or column.name)}</th>" for column in self.columns)
        rows = self.rows
        body = "".join(f"<tr>{''.join(map(_cell, row, self.columns))}</tr>" for row in rows[:ROWS_OF_HTML])
        more = f"<p>… and {len(rows) - ROWS_OF_HTML:,} more rows</p>" if len(rows) > ROWS_OF_HTML else ""
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"

    def __repr__(self) -> str:
        return f"<Result: {', '.join(self.names)}>"


def _cell(value: object, column: ResultColumn) -> str:
    from metricdsl.execution.shown import is_number, people

    if value is None:
        return '<td style="opacity:.5">null</td>'
    align = ' style="text-align:right"' if is_number(column.type) else ""
    return f"<td{align}>{escape(people(value, column.type, column.format))}</td>"
