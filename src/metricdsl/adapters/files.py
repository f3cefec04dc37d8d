"""A folder of CSV and Parquet files as a database: each file is a table, read by DuckDB where it lies."""

from collections.abc import Mapping, Sequence
from contextlib import nullcontext, suppress
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING

from attrs import evolve

from metricdsl.adapters.duckdb import engine_options, read_catalog
from metricdsl.adapters.duckdb_session import LOCKED_DOWN, DuckDBSession
from metricdsl.adapters.quoting import identifier, text
from metricdsl.adapters.text_files import SPACES, TextLayout, layout_of, line_of
from metricdsl.adapters.urls import path_of
from metricdsl.diagnostics.problems.connections import CannotConnect
from metricdsl.diagnostics.problems.data import UnreadableFile
from metricdsl.diagnostics.problems.execution import EngineRefused
from metricdsl.spi.adapter import AdapterError, ConnectionSettings
from metricdsl.spi.values import Batches, Catalog, Limits, Statement, TableInfo

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

TEXT_ENDINGS = (".csv", ".tsv", ".txt")
ENDINGS = (*TEXT_ENDINGS, ".parquet")
FILES = "files."
BUFFER = 8_000_000  # bytes read at once, for each thread: larger ones are no quicker and fill the memory


class FilesAdapter:
    """The files of one folder. They are listed when the folder is opened; DuckDB may read these and no other file."""

    dialect = "duckdb"

    def __init__(self, settings: ConnectionSettings) -> None:
        self._settings = settings
        self._folder = Path(path_of(settings.url, settings.root) or settings.root)
        self._session = DuckDBSession(self._open, may_spare="memory_limit" not in settings.settings)
        self._lock = RLock()  # opening the session asks for the listing again
        self._names: dict[str, tuple[Path, ...]] | None = None
        self._views: dict[Path, str] = {}

    def introspect(self, tables: Sequence[str] | None) -> Catalog:
        """The named tables, or all that can be read: a table is called like its file, with or without the ending."""
        names = self._listing()
        found: dict[str, TableInfo] = {}
        for name in dict.fromkeys(self.table_names() if tables is None else tables):
            path = self._path(name, names)
            if path is None:
                continue
            # Whoever asks for a table that cannot be read is told; the others are not kept from theirs.
            with suppress(AdapterError) if tables is None else nullcontext():
                found[name] = self._table(name, path)
        return Catalog(found)

    def table_names(self) -> Sequence[str]:
        """The name of each file: without its ending, where no other has the same."""
        names = self._listing()
        every = dict.fromkeys(files[0] for files in names.values())
        return tuple(path.stem if len(names.get(path.stem, ())) == 1 else path.name for path in every)

    def execute(self, statement: Statement, limits: Limits) -> Batches:
        """The rows in batches. The tables it reads have been introspected before."""
        return self._session.execute(statement, limits)

    def cancel(self) -> None:
        """Stop what is running."""
        self._session.cancel()

    def close(self) -> None:
        """Forget the views."""
        self._session.close()

    def layout(self, path: Path) -> TextLayout:
        """How a text file of the folder is read."""
        return layout_of(path, self._options(path))

    def line_of(self, path: str, row: int) -> int:
        """The line of a text file in which a row begins."""
        return line_of(Path(path), self.layout(Path(path)), row)

    def _listing(self) -> Mapping[str, tuple[Path, ...]]:
        """The files by the names they go by: full names, and stems (several files may share one)."""
        with self._lock:
            if self._names is None:
                self._names = self._list()
            return self._names

    def _list(self) -> dict[str, tuple[Path, ...]]:
        place = f"the folder `{self._folder}`"
        try:
            files = sorted(
                p for p in self._folder.iterdir() if p.suffix.casefold() in ENDINGS and p.is_file()
            )
        except FileNotFoundError as error:
            raise AdapterError(
                CannotConnect(place=place, why="there is no such folder", detail=str(error))
            ) from error
        except OSError as error:
            raise AdapterError(
                CannotConnect(place=place, why="it cannot be read", detail=str(error))
            ) from error
        root = self._folder.resolve()
        names: dict[str, tuple[Path, ...]] = {}
        for path in files:
            if not path.resolve().is_relative_to(root):
                continue  # a link out of the folder
            for name in dict.fromkeys((path.name, path.stem)):
                names[name] = (*names.get(name, ()), path)
        return names

    def _path(self, name: str, names: Mapping[str, tuple[Path, ...]]) -> Path | None:
        paths = (
            names.get(name) or names.get(name.removesuffix(".csv")) if "." not in name else names.get(name)
        )
        if not paths:
            folded = {n: p for n, p in names.items() if n.casefold() == name.casefold()}
            paths = next(iter(folded.values())) if len(folded) == 1 else None
        if not paths:
            return None
        exact = [p for p in paths if p.name == name]
        if len(paths) > 1 and not exact:
            both = " and ".join(f"`{p.name}`" for p in paths)
            raise AdapterError(
                UnreadableFile(
                    path=name, why=f"{both} both go by this name", fix="write the file name with its ending"
                )
            )
        return exact[0] if exact else paths[0]

    def _table(self, name: str, path: Path) -> TableInfo:
        with self._lock:
            if path not in self._views:
                self._views[path] = self._make_view(path)
            view = self._views[path]
        info = read_catalog(self._session, [view]).tables[view]
        columns = info.columns
        if path.suffix.casefold() in TEXT_ENDINGS:
            columns = tuple(evolve(column, text_file=True) for column in columns)
        return evolve(info, name=name, columns=columns, path=str(path))

    def _make_view(self, path: Path) -> str:
        assert self._names is not None
        view = path.stem if len(self._names[path.stem]) == 1 else path.name
        if path.suffix.casefold() in TEXT_ENDINGS:
            body = text_relation(path, self.layout(path))
        else:
            body = f"SELECT * FROM read_parquet({text(str(path))})"  # noqa: S608 - the path is quoted
        try:
            self._session.rows(f"CREATE OR REPLACE VIEW {identifier(view)} AS {body}")
        except AdapterError as error:
            if isinstance(error.problem, EngineRefused):
                why = (
                    "it is not a Parquet file"
                    if path.suffix.casefold() == ".parquet"
                    else "DuckDB cannot read it"
                )
                raise AdapterError(
                    UnreadableFile(path=path.name, why=why, detail=error.problem.detail)
                ) from error
            raise
        return view

    def _options(self, path: Path) -> dict[str, str]:
        """What the connection states for all its files, and for this one."""
        one = f"{FILES}{path.name}."
        stated = self._settings.settings
        general = {
            k.removeprefix(FILES): v for k, v in stated.items() if k.startswith(FILES) and k.count(".") == 1
        }
        return {**general, **{k.removeprefix(one): v for k, v in stated.items() if k.startswith(one)}}

    def _open(self) -> "DuckDBPyConnection":
        import duckdb

        paths = sorted({str(p) for files in self._listing().values() for p in files})
        config = {**LOCKED_DOWN, **engine_options(self._settings.settings)}
        connection = duckdb.connect(":memory:", config=config)
        connection.execute("SET GLOBAL TimeZone = 'UTC'")
        connection.execute(f"SET GLOBAL allowed_paths = [{', '.join(map(text, paths))}]")
        connection.execute("SET GLOBAL enable_external_access = false")
        connection.execute("SET GLOBAL lock_configuration = true")
        return connection


def text_relation(path: Path, layout: TextLayout) -> str:
    """A query that gives the rows of a text file, every column a text; an empty field is null.

    A file whose fields are separated by spaces is read line by line, and a line with another number of fields is an error.
    """
    spaces = layout.delimiter == SPACES
    columns = {"line": "VARCHAR"} if spaces else dict.fromkeys(layout.columns, "VARCHAR")
    struct = ", ".join(f"{text(name)}: {text(native)}" for name, native in columns.items())
    options = {
        "columns": f"{{{struct}}}",
        "delim": "chr(1)" if spaces else text(layout.delimiter),
        "quote": text("" if spaces else layout.quote),
        "escape": text("" if spaces else layout.quote),
        "header": str(layout.header).lower(),
        "encoding": text(layout.encoding),
        "nullstr": text(""),
        "auto_detect": "false",
        "strict_mode": "true",
        "buffer_size": str(BUFFER),
    }
    said = ", ".join(f"{name} = {value}" for name, value in options.items())
    read = f"SELECT * FROM read_csv({text(str(path))}, {said})"  # noqa: S608 - every part is quoted above
    if not spaces:
        return read
    width = len(layout.columns)
    picked = ", ".join(f"fields[{i}] AS {identifier(name)}" for i, name in enumerate(layout.columns, 1))
    wrong = text(f"CSV Error: a line of {path.name} does not have {width} fields")
    split = f"SELECT regexp_split_to_array(trim(line), ' +') AS fields FROM ({read})"  # noqa: S608 - as above
    checked = (
        f"SELECT CASE WHEN len(fields) = {width} THEN fields ELSE error({wrong}) END AS fields FROM ({split})"  # noqa: S608
    )
    return f"SELECT {picked} FROM ({checked})"  # noqa: S608 - as above


connect = FilesAdapter
"""Opens a connection: the factory that the manifest names."""
