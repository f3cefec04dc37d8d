"""Asks the reference evaluator in one line: definitions, a query, tables as lists of rows."""

from datetime import date
from fractions import Fraction

from metricdsl.source import SourceFile
from metricdsl.syntax import read, read_query
from metricdsl.testing.reference import Settings, Table, evaluate

TODAY = date(2026, 6, 30)


def table(header: str, *rows: tuple) -> Table:
    """`table("id amount", (1, 5))`: the types do not matter to the evaluator."""
    return Table(tuple((name, "") for name in header.split()), rows)


def ask(definitions: str | list[str], query: str, tables: dict[str, Table], **settings) -> list[tuple]:
    """The rows of the answer, whole numbers as ints."""
    texts = [definitions] if isinstance(definitions, str) else definitions
    documents = [read(SourceFile.of(f"{n}.metric", text)) for n, text in enumerate(texts)]
    asked = read_query(SourceFile.of("query", query))
    problems = [p for outcome in (*documents, asked) for p in outcome.problems]
    assert not problems, [p.message() for p in problems]
    result = evaluate(
        [d.value for d in documents], asked.value, tables, Settings(**{"today": TODAY, **settings})
    )
    return [tuple(map(_shown, row)) for row in result.rows]


def _shown(cell):
    return int(cell) if isinstance(cell, Fraction) and cell.denominator == 1 else cell
