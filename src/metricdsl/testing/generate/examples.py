"""A whole example: definitions, tables, a query."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Protocol

import attrs
from attrs import evolve
from hypothesis import strategies as st

from metricdsl.source import SourceFile
from metricdsl.testing.generate.conditions import quoted
from metricdsl.testing.generate.data import tables
from metricdsl.testing.generate.models import models
from metricdsl.testing.generate.queries import Asked, queries
from metricdsl.testing.generate.schemas import schemas
from metricdsl.testing.reference import Settings, Table


class Definitions(Protocol):
    """What is defined, as one file."""

    @property
    def text(self) -> str: ...


@attrs.frozen(eq=False, repr=False)
class Example:
    """Definitions, the tables as they lie in a database, and a query."""

    model: Definitions
    tables: Mapping[str, Table]
    asked: Asked

    def __repr__(self) -> str:
        """Short: what is in it is told by `case`."""
        return f"Example({self.asked.text!r})"

    @property
    def files(self) -> tuple[SourceFile, ...]:
        return (SourceFile.of("case.metric", self.model.text),)

    @property
    def settings(self) -> Settings:
        return Settings(today=date.fromisoformat(self.asked.today))

    def asking(self, asked: Asked) -> "Example":
        """The same definitions and rows with another query."""
        return evolve(self, asked=asked)

    @property
    def case(self) -> str:
        """A case file to be copied into tests/cases/regress, but for what must come out."""
        rows = [
            "\n".join([f"```rows {name}", " | ".join(map(" ".join, t.columns)), *map(_line, t.rows), "```"])
            for name, t in self.tables.items()
        ]
        query = f"```query today={self.asked.today}\n{self.asked.text}\n```"
        return "\n\n".join([f"# Found\n\n```metric\n{self.model.text}```", *rows, "## Here", query, ""])


def _line(row: Any) -> str:
    return " | ".join(map(cell, row))


def cell(value: Any) -> str:
    """A value as the tables of case files write it."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case str():
            return quoted(value)
        case date() | datetime():
            return value.isoformat()
        case _:
            return str(value)


@st.composite
def examples(draw: st.DrawFn) -> Example:
    """Schemas, definitions, data and a query that fit each other."""
    schema = draw(schemas())
    model = draw(models(schema))
    return Example(model, draw(tables(schema)), draw(queries(model)))
