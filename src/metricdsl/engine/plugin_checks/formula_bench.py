"""Formulas of a plugin over rows that are made up: compiled once, asked of DuckDB any number of times."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from metricdsl.diagnostics import Severity
from metricdsl.engine.plugin_alone import plugin_alone

COLUMNS = 8
Cell = float | None


class FormulaBench:
    """The values of one formula over rows of numbers `sample.x0`, `sample.x1`, …, in whole or for each `sample.part`."""

    def __init__(self, whole: str, parts: str) -> None:
        import duckdb

        self._sql = {"whole": whole, "parts": parts}
        self._connection = duckdb.connect(":memory:", config={"threads": 1})
        columns = ", ".join(f"x{at} DOUBLE" for at in range(COLUMNS))
        self._connection.execute(f"CREATE TABLE sample (id BIGINT, part BIGINT, {columns})")

    def close(self) -> None:
        """Give the memory back."""
        self._connection.close()

    def whole(self, rows: Sequence[tuple[int, tuple[Cell, ...]]]) -> Any:
        """The value over all rows; a row is its part, and its numbers."""
        ((value,),) = self._asked("whole", rows)
        return value

    def parts(self, rows: Sequence[tuple[int, tuple[Cell, ...]]]) -> dict[int, Any]:
        """The value over the rows of each part."""
        return dict(self._asked("parts", rows))

    def _asked(self, sql: str, rows: Sequence[tuple[int, tuple[Cell, ...]]]) -> list[tuple[Any, ...]]:
        self._connection.execute("DELETE FROM sample")
        if rows:
            marks = f"({', '.join('?' * (COLUMNS + 2))})"
            values = [
                cell
                for at, (part, cells) in enumerate(rows)
                for cell in (at, part, *cells, *(None,) * (COLUMNS - len(cells)))
            ]
            self._connection.execute(f"INSERT INTO sample VALUES {', '.join([marks] * len(rows))}", values)  # noqa: S608 - only marks
        return self._connection.execute(self._sql[sql]).fetchall()


def sample_entity() -> str:
    """The entity that the formulas of a bench are about."""
    facts = "\n".join(f"  fact x{at} : float" for at in range(COLUMNS))
    return f"entity sample from sample {{\n  key id\n  dimension part : integer\n{facts}\n}}\n"


@contextmanager
def formula_bench(plugin: str, formula: str) -> Iterator[FormulaBench]:
    """A bench for an aggregate of `sample`. Raises ValueError where the formula is refused."""
    definitions = {"sample.metric": f"{sample_entity()}metric asked = {formula}\n"}
    with plugin_alone(plugin, definitions) as opened:
        texts = []
        for query in ("asked", "asked by sample.part"):
            compiled = opened.query(query, connection=None).compile("duckdb")
            errors = [p for p in (*opened.problems, *compiled.problems) if p.severity is Severity.ERROR]
            if compiled.value is None or errors:
                raise ValueError(f"`{formula}` is refused: " + "; ".join(p.message() for p in errors))
            texts.append(compiled.value.sql)
    bench = FormulaBench(*texts)
    try:
        yield bench
    finally:
        bench.close()
