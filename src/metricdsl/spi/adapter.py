"""What an engine's adapter must do."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, runtime_checkable

from metricdsl.diagnostics import Problem
from metricdsl.spi.values import Batches, Catalog, Limits, Statement


class AdapterError(Exception):
    """The one exception an adapter lets out: what went wrong, as a problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message())
        self.problem = problem


class Adapter(Protocol):
    """A connection to an engine. Made by the factory named in a manifest: `factory(settings) -> Adapter`; opening is lazy.

    Every driver's exception is turned into an AdapterError with a problem in the analyst's words.
    """

    dialect: str

    def introspect(self, tables: Sequence[str] | None) -> Catalog:
        """The named tables (as definitions write them), or all when None."""
        ...

    def execute(self, statement: Statement, limits: Limits) -> Batches:
        """The rows in batches; each call has its own cursor, closed when the iterator is exhausted or closed."""
        ...

    def cancel(self) -> None:
        """Stop what is running, from another thread."""
        ...

    def close(self) -> None:
        """Give the connection back."""
        ...


@runtime_checkable
class TellsLines(Protocol):
    """An adapter over text files: it can say in which line of a file a row stands."""

    def line_of(self, path: str, row: int) -> int:
        """The line, counted from 1, in which the row (counted from 1) begins."""
        ...


@runtime_checkable
class ListsTables(Protocol):
    """An adapter that knows the names of its tables without reading them, some of which may turn out not to be readable."""

    def table_names(self) -> Sequence[str]:
        """The names of all tables there are."""
        ...


AdapterFactory = Callable[["ConnectionSettings"], Adapter]


class ConnectionSettings(Protocol):
    """A connection as configured, its secrets resolved, its paths made absolute."""

    @property
    def url(self) -> str:
        """Where the data is."""
        ...

    @property
    def root(self) -> str:
        """The project's folder, which paths are relative to."""
        ...

    @property
    def timezone(self) -> str:
        """The project's time zone."""
        ...

    @property
    def settings(self) -> Mapping[str, str]:
        """Everything else that the connection states."""
        ...
