"""A folder of CSV and Parquet files as a database, each file a table, read where it lies by an engine in child processes.

What serves in the child answers four messages: `open` (settings), `register` (name, path, layout: the columns), `run` (sql), and
`next` (rows as a stream of Arrow, or the end).
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from attrs import asdict

from metricdsl.adapters.child import Child, ChildEnded, ChildError, Children
from metricdsl.adapters.duckdb_errors import stopped
from metricdsl.adapters.folder import TEXT_ENDINGS, Folder
from metricdsl.adapters.native_types import column as described
from metricdsl.adapters.text_files import SPACES, TextLayout
from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.problems.connections import CannotConnect, DriverMissing
from metricdsl.diagnostics.problems.data import UnreadableFile
from metricdsl.diagnostics.problems.execution import EngineRefused
from metricdsl.model.types import FLOAT
from metricdsl.spi.adapter import AdapterError, ConnectionSettings
from metricdsl.spi.cancellation import Cancellation, Running
from metricdsl.spi.values import Batches, Catalog, Limits, Row, Statement, TableColumn, TableInfo
from metricdsl.value import frozen

_SIZE = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([kmgt]?)i?b?\s*", re.IGNORECASE)
_FACTORS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}


@frozen(kw_only=True)
class EngineInChildren:
    """An engine that serves folders: its names, its children, the settings it is handed, what it says in our words."""

    name: str
    dialect: str
    package: str
    children: Children
    settings: tuple[str, ...]
    problem: Callable[[Exception, Limits], Problem]


class FolderInChildren:
    """The files of one folder, listed when it is opened. A statement can read their tables and nothing else: no other file,
    no setting, nothing that writes. Each has a child process for itself, which ends when the statement is stopped."""

    def __init__(self, settings: ConnectionSettings, engine: EngineInChildren) -> None:
        self.dialect = engine.dialect
        self._engine = engine
        self._folder = Folder(settings)
        self._settings = {key: settings.settings[key] for key in engine.settings if key in settings.settings}
        self._lock = Lock()
        self._running = Running()
        self._idle: list[Child] = []  # those that know the tables
        self._known: dict[Path, tuple[dict[str, Any], TableInfo]] = {}

    def introspect(self, tables: Sequence[str] | None) -> Catalog:
        """The named tables, or all that can be read: a table is called like its file, with or without the ending."""
        return self._folder.catalog(tables, self._table)

    def table_names(self) -> Sequence[str]:
        """The name of each file: without its ending, where no other has the same."""
        return self._folder.table_names()

    def line_of(self, path: str, row: int) -> int:
        """The line of a text file in which a row begins."""
        return self._folder.line_of(path, row)

    def execute(self, statement: Statement, limits: Limits) -> Batches:
        """The rows in batches. The statement is started at once, and its first rows are waited for."""
        switch = limits.cancellation
        child = self._take()
        self._running.begin(switch, child, child.end)
        try:
            with self._told(limits):
                if switch.reason is not None:
                    raise ChildEnded
                child.ask({"do": "run", "sql": statement.sql})
                first = _batch(child)
        except BaseException:
            self._finish(child, switch)
            raise
        return self._fetch(child, first, limits)

    def cancel(self) -> None:
        """Stop what is running."""
        self._running.cancel()

    def close(self) -> None:
        """Give the children back that know the tables."""
        with self._lock:
            idle, self._idle = self._idle, []
        for child in idle:
            self._engine.children.give_back(child)

    def _fetch(self, child: Child, first: Sequence[Row] | None, limits: Limits) -> Iterator[Sequence[Row]]:
        batch, left = first, limits.rows
        try:
            while batch is not None:
                yield batch if left is None else batch[:left]
                if left is not None:
                    left -= len(batch)
                    if left <= 0:
                        return
                with self._told(limits):
                    batch = _batch(child)
        finally:
            self._finish(child, limits.cancellation)

    def _finish(self, child: Child, switch: Cancellation) -> None:
        self._running.end(switch, child)
        if switch.reason is None:
            self._give_back(child)
        else:
            child.end()

    def _take(self) -> Child:
        """A child that knows the tables."""
        with self._lock:
            if self._idle:
                return self._idle.pop()
            known = [message for message, _ in self._known.values()]
        child = self._engine.children.take()
        try:
            child.ask({"do": "open", "settings": self._settings})
            for message in known:
                child.ask(message)
        except (ChildError, ChildEnded) as error:
            child.end()
            raise AdapterError(self._opening_problem(error)) from error
        return child

    def _table(self, name: str, path: Path) -> TableInfo:
        with self._lock:
            known = self._known.get(path)
        if known is None:
            layout = self._layout(path)
            table = self._folder.name_of(path)
            said = None if layout is None else asdict(layout)
            message = {"do": "register", "name": table, "path": str(path), "layout": said}
            columns = self._registered(message, path)
            if layout is not None:
                columns = tuple(
                    TableColumn(name=c.name, type=c.type, native=c.native, text_file=True) for c in columns
                )
            known = message, TableInfo(name=table, parts=(table,), columns=columns, path=str(path))
            with self._lock:
                self._known[path] = known
        info = known[1]
        return TableInfo(name=name, parts=info.parts, columns=info.columns, path=info.path)

    def _registered(self, message: dict[str, Any], path: Path) -> tuple[TableColumn, ...]:
        child = self._take()
        try:
            answer, _ = child.ask(message)
        except ChildError as error:
            self._give_back(child)
            why = f"{self._engine.name} cannot read it" if message["layout"] else "it is not a Parquet file"
            raise AdapterError(UnreadableFile(path=path.name, why=why, detail=str(error))) from error
        except ChildEnded as error:
            raise AdapterError(self._opening_problem(error)) from error
        with self._lock:
            others, self._idle = self._idle, [child]
        for other in others:  # which do not know the new table
            self._engine.children.give_back(other)
        return tuple(described(name, native, FLOAT) for name, native in answer["columns"])

    def _give_back(self, child: Child) -> None:
        with self._lock:
            self._idle.append(child)

    @contextmanager
    def _told(self, limits: Limits) -> Iterator[None]:
        """While the body runs, what the child raises becomes a problem."""
        try:
            yield
        except (ChildError, ChildEnded) as error:
            raise AdapterError(self._problem(error, limits)) from error

    def _problem(self, error: Exception, limits: Limits) -> Problem:
        if isinstance(error, ChildError):
            return self._engine.problem(error, limits)
        if limits.cancellation.reason is None:
            return EngineRefused(engine=self._engine.name, why="its process has ended", detail=str(error))
        return stopped(limits, str(error))

    def _opening_problem(self, error: Exception) -> Problem:
        said = str(error)
        if getattr(error, "kind", "") == "ModuleNotFoundError":
            return DriverMissing(engine=self._engine.name, command=f"pip install {self._engine.package}")
        why = f"`memory_limit`: {said}" if "no size" in said else "its process cannot be started"
        return CannotConnect(place=self._engine.name, why=why, detail=said)

    def _layout(self, path: Path) -> TextLayout | None:
        if path.suffix.casefold() not in TEXT_ENDINGS:
            return None
        layout = self._folder.layout(path)
        if layout.delimiter == SPACES:
            why = f"{self._engine.name} reads no files with spaces between the fields"
            fix = "save it with commas, or read the folder with `files:`"
            raise AdapterError(UnreadableFile(path=path.name, why=why, fix=fix))
        return layout


def _batch(child: Child) -> list[Row] | None:
    """The next rows, None behind the last."""
    answer, payload = child.ask({"do": "next"})
    return None if answer.get("end") else _rows(payload)


def _rows(payload: bytes) -> list[Row]:
    """Arrow's rows as Python's values; moments to the microsecond, and as a clock in UTC shows them."""
    import pyarrow as pa

    columns = []
    with pa.ipc.open_stream(payload) as reader:
        for column in reader.read_all().combine_chunks().columns:
            moment = pa.types.is_timestamp(column.type)
            shown = column.cast(pa.timestamp("us"), safe=False) if moment else column
            columns.append(shown.to_pylist())
    return list(zip(*columns, strict=True))


def size_of(said: str) -> int:
    """How many bytes a size is: "2GB", "500 MiB", "1000000"; ValueError where it is none."""
    matched = _SIZE.fullmatch(said)
    if matched is None:
        raise ValueError(f"{said!r} is no size such as 2GB")
    return int(float(matched[1]) * _FACTORS[matched[2].casefold()])
