"""A connection in use: its adapter, the tables that were looked at, the definitions resolved with them."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING

from metricdsl.diagnostics import Outcome, Problem
from metricdsl.diagnostics.problems.stored import StoredValueDiffers
from metricdsl.engine.connection_settings import ConnectionConfig, resolved
from metricdsl.model.entity import Entity
from metricdsl.plugins.adapters import adapter_entries, claimed_twice, find_adapter, load_factory, opened
from metricdsl.plugins.manifest import Manifest
from metricdsl.source import SourceFile, Span
from metricdsl.spi.adapter import Adapter, ListsTables
from metricdsl.spi.values import Catalog, Limits, TableInfo
from metricdsl.value import frozen

if TYPE_CHECKING:
    from metricdsl.engine.text_formats import TextFormats
    from metricdsl.registry import Registry


@frozen(kw_only=True)
class Surroundings:
    """What opening a connection needs to know."""

    root: Path
    timezone: str
    environment: Mapping[str, str]
    plugins: Callable[[], tuple[Manifest, ...]]
    connections: Mapping[str, ConnectionConfig]


class Connected:
    """A connection that opens when first used. Its catalog grows by the tables that are asked for."""

    def __init__(
        self, name: str, adapter: Adapter, registry: "Callable[[], Registry]", timezone: str
    ) -> None:
        self.name = name
        self.adapter = adapter
        self._registry = registry
        self._timezone = timezone
        self._lock = RLock()
        self._tables: dict[str, TableInfo] = {}
        self._looked: set[str] = set()
        self._all: tuple[str, ...] | None = None

    @cached_property
    def formats(self) -> "TextFormats":
        """What is known of the formats of text columns."""
        from metricdsl.engine.text_formats import TextFormats

        return TextFormats(self.adapter, self._registry(), self._timezone)

    def wrong_value(self, entity: Entity, column: str, info: TableInfo) -> StoredValueDiffers | None:
        """The first value of a stored column that is not what is declared, where the engine keeps any value. Raises AdapterError."""
        from metricdsl.sql.guards import wrong_value

        dialect = self.adapter.dialect
        statement = wrong_value(entity, column, info, self._registry(), dialect, self._timezone)
        rows = () if statement is None else next(self.adapter.execute(statement, Limits(rows=1)), ())
        for of_table, expected, value in rows:
            return StoredValueDiffers(table=info.name, column=of_table, expected=expected, value=repr(value))
        return None

    def catalog(self, names: Sequence[str]) -> Catalog:
        """The tables looked at so far, those named among them. Raises AdapterError."""
        with self._lock:
            new = [name for name in dict.fromkeys(names) if name not in self._looked]
            if new:
                self._tables.update(self.adapter.introspect(new).tables)
                self._looked.update(new)
            return Catalog(dict(self._tables))

    def listed(self) -> tuple[str, ...]:
        """The names of all tables, those that cannot be read among them, where the adapter can tell these without a look."""
        adapter = self.adapter
        return tuple(adapter.table_names()) if isinstance(adapter, ListsTables) else self.table_names()

    def table_names(self) -> tuple[str, ...]:
        """The names of all tables there are."""
        with self._lock:
            if self._all is None:
                self._all = tuple(self.adapter.introspect(None).tables)
            return self._all


def unknown_engine(config: ConnectionConfig, plugins: Sequence[Manifest]) -> Problem:
    """That no adapter is for the scheme of a connection's URL, with the near ones."""
    from metricdsl.diagnostics.near import near
    from metricdsl.diagnostics.problems.project import UnknownConnection

    schemes = [scheme for entry in adapter_entries(plugins) for scheme in entry.schemes]
    what = f"`{config.scheme}` is no engine that is known here (connection `{config.name}`)"
    return UnknownConnection(what=what, near=near(config.scheme, schemes))


def unknown_engines(
    connections: Mapping[str, ConnectionConfig], plugins: Sequence[Manifest], source: SourceFile
) -> tuple[Problem, ...]:
    """The connections of a project file that no adapter is for, at their URLs."""
    found = []
    for config in connections.values():
        if find_adapter(config.scheme, plugins) is None:
            at = source.text.find(f"{config.scheme}:")
            span = Span(source.path, at, at + len(config.scheme)) if at >= 0 else None
            found.append(unknown_engine(config, plugins).at(span))
    return tuple(found)


def connect(
    name: str, surroundings: Surroundings, registry: "Callable[[], Registry]"
) -> Outcome[Connected | None]:
    """A connection of the project file, ready to be opened by its first use."""
    config = surroundings.connections.get(name)
    if config is None:
        from metricdsl.diagnostics.near import near
        from metricdsl.diagnostics.problems.names import listed
        from metricdsl.diagnostics.problems.project import UnknownConnection

        known = surroundings.connections
        others = listed(tuple(f"`{one}`" for one in known), "and")
        what = (
            f"the project has no connection `{name}`, only {others}"
            if known
            else "the project has no connection"
        )
        return Outcome(None, (UnknownConnection(what=what, near=near(name, known)),))
    entry = find_adapter(config.scheme) or find_adapter(config.scheme, surroundings.plugins())
    if entry is None:
        return Outcome(None, (unknown_engine(config, surroundings.plugins()),))
    twice = claimed_twice(config.scheme, surroundings.plugins()) if entry.plugin != "metricdsl" else None
    if twice is not None:
        return Outcome(None, (twice,))
    factory = load_factory(entry)
    values = resolved(config, surroundings.root, surroundings.timezone, surroundings.environment)
    problems: tuple[Problem, ...] = (*factory.problems, *values.problems)
    if factory.value is None or values.value is None:
        return Outcome(None, problems)
    adapter = opened(entry, factory.value, values.value)
    if adapter.value is None:
        return Outcome(None, (*problems, *adapter.problems))
    return Outcome(Connected(name, adapter.value, registry, surroundings.timezone), problems)
