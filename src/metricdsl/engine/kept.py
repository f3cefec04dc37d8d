"""Answers kept between runs: the compiled form of a query, and what it was compiled for."""

from collections.abc import Mapping
from pathlib import Path

from attrs import field

from metricdsl.adapters.urls import path_of
from metricdsl.diagnostics import Problem
from metricdsl.engine.connected import Connected
from metricdsl.source import SourceFile
from metricdsl.spi.adapter import AdapterError
from metricdsl.spi.values import Catalog, CompiledQuery
from metricdsl.value import frozen

Stamp = tuple[int, int] | None


@frozen(kw_only=True)
class Kept:
    """A compiled query, the tables that it reads as they were, and the state of the files whose texts were looked at."""

    source: SourceFile
    compiled: CompiledQuery
    catalog: Catalog
    tables: tuple[str, ...]
    problems: tuple[Problem, ...] = ()
    stamps: Mapping[str, Stamp] = field(factory=dict)

    def holds(self, connected: Connected) -> bool:
        """Whether the tables and files are still what they were."""
        try:
            there = connected.catalog(self.tables)
        except AdapterError:
            return False
        same = all(there.tables.get(name) == self.catalog.tables.get(name) for name in self.tables)
        return same and all(stamp(path) == then for path, then in self.stamps.items())


def kept(
    source: SourceFile,
    compiled: CompiledQuery,
    catalog: Catalog,
    tables: tuple[str, ...],
    problems: tuple[Problem, ...],
    database: str | None,
) -> Kept:
    """What to keep of an answer; `database` is the file of the connection, if it is one."""
    found = {name: catalog.tables[name] for name in tables if name in catalog.tables}
    paths = [info.path for info in found.values() if info.path is not None] + ([database] if database else [])
    return Kept(
        source=source,
        compiled=compiled,
        catalog=Catalog(found),
        tables=tables,
        problems=problems,
        stamps={path: stamp(path) for path in paths},
    )


def stamp(path: str) -> Stamp:
    """When a file was changed last, and its size."""
    try:
        status = Path(path).stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def database_file(url: str, root: Path) -> str | None:
    """The file of a DuckDB or SQLite URL."""
    return path_of(url, str(root.resolve())) if url.partition(":")[0] in {"duckdb", "sqlite"} else None
