"""A plugin's adapter, whose every failure comes out as a problem that names the plugin."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from metricdsl.diagnostics.problems.hooks import AdapterFailed
from metricdsl.plugins.faults import said
from metricdsl.plugins.manifest import AdapterEntry
from metricdsl.spi.adapter import Adapter, AdapterError
from metricdsl.spi.values import Batches, Catalog, Limits, Statement

METHODS = ("introspect", "execute", "cancel", "close")
_OPTIONAL = ("line_of", "table_names")


class GuardedAdapter:
    """An adapter around a plugin's. What that raises is an AdapterError; what it lacks is not there either."""

    def __init__(self, entry: AdapterEntry, adapter: Adapter) -> None:
        self._entry = entry
        self._adapter = adapter
        self.dialect = entry.dialect
        for name in _OPTIONAL:  # asked for by their being there
            if callable(getattr(adapter, name, None)):
                setattr(self, name, self._guarded(getattr(adapter, name)))

    def introspect(self, tables: Sequence[str] | None) -> Catalog:
        """The named tables, or all when None."""
        found = self._guarded(self._adapter.introspect)(tables)
        if not isinstance(found, Catalog):
            raise self._failed(f"`introspect` gave a {type(found).__name__}, and no Catalog")
        return found

    def execute(self, statement: Statement, limits: Limits) -> Batches:
        """The rows in batches."""
        return self._batches(self._guarded(self._adapter.execute)(statement, limits))

    def cancel(self) -> None:
        """Stop what is running, from another thread."""
        self._guarded(self._adapter.cancel)()

    def close(self) -> None:
        """Give the connection back."""
        self._guarded(self._adapter.close)()

    def _batches(self, given: Any) -> Iterator[Any]:
        rows = self._guarded(iter)(given)
        following = self._guarded(lambda: next(rows, None))
        try:
            while (batch := following()) is not None:
                yield batch
        finally:
            close = getattr(rows, "close", None)
            if close is not None:
                self._guarded(close)()

    def _guarded(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def called(*arguments: Any) -> Any:
            try:
                return function(*arguments)
            except AdapterError:
                raise
            except (Exception, SystemExit) as error:
                raise self._failed(said(error)) from error

        return called

    def _failed(self, why: str) -> AdapterError:
        return AdapterError(AdapterFailed(plugin=self._entry.plugin, adapter=self._entry.name, why=why))
