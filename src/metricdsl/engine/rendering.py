"""Results in the formats that plugins contribute."""

import io
from collections.abc import Mapping
from typing import BinaryIO

from metricdsl.diagnostics import Problem, Severity
from metricdsl.engine.errors import QueryError
from metricdsl.execution.result import ConsumedError, Result
from metricdsl.execution.shown import people
from metricdsl.plugins.named_functions import Entry, call_function, find_entry
from metricdsl.spi.adapter import AdapterError
from metricdsl.spi.renderers import Rendering
from metricdsl.spi.values import ResultColumn

NOT_ITS_FAULT = (QueryError, AdapterError, ConsumedError)
"""What reading the rows may raise while a renderer runs."""


def find_renderer(name: str, versions: Mapping[str, str], *, installed: bool) -> Entry:
    """The renderer of a name, `sheets.xlsx`. Raises QueryError."""
    found = find_entry("renderer", name, versions, installed=installed)
    if found.value is None:
        raise QueryError(found.problems)
    return found.value


def render(entry: Entry, result: Result, question: str, out: BinaryIO) -> None:
    """Write a result. Raises QueryError, and what was written until then is no whole file."""
    called = call_function(entry, rendering(result, question), out, through=NOT_ITS_FAULT)
    if called.problems:
        raise QueryError(called.problems)


def rendering(result: Result, question: str) -> Rendering:
    """A result as plugins see it."""
    return Rendering(
        question=question,
        columns=result.columns,
        rows=result,
        shown=_shown,
        sql=result.sql,
        notes=tuple(map(_note, result.problems)),
    )


def rendered(
    name: str, result: Result, question: str, versions: Mapping[str, str], *, installed: bool
) -> bytes:
    """A result in the format of a name. Raises QueryError."""
    out = io.BytesIO()
    render(find_renderer(name, versions, installed=installed), result, question, out)
    return out.getvalue()


def _shown(value: object, column: ResultColumn) -> str:
    return people(value, column.type, column.format)


def _note(problem: Problem) -> str:
    word = "" if problem.severity is Severity.HINT else f"{problem.severity.value}: "
    return f"{word}{problem.message()} ({problem.code})"
