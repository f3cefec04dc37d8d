"""A folder of CSV and Parquet files as a database: each file is a table, read by DuckDB where it lies."""

from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from attrs import evolve

from metricdsl.adapters.duckdb import engine_options, read_catalog
from metricdsl.adapters.duckdb_session import LOCKED_DOWN, DuckDBSession
from metricdsl.adapters.folder import TEXT_ENDINGS, Folder
from metricdsl.adapters.quoting import identifier, text
from metricdsl.adapters.text_files import SPACES, TextLayout
from metricdsl.diagnostics.problems.data import UnreadableFile
from metricdsl.diagnostics.problems.execution import EngineRefused
from metricdsl.spi.adapter import AdapterError, ConnectionSettings
from metricdsl.spi.values import Batches, Catalog, Limits, Statement, TableInfo

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

BUFFER = 8_000_000  # bytes read at once, for each thread: larger ones are no quicker and fill the memory


class FilesAdapter:
    """The files of one folder. They are listed when the folder is opened; DuckDB may read these and no other file."""

    dialect = "duckdb"

    def __init__(self, settings: ConnectionSettings) -> None:
        self._settings = settings
        self._folder = Folder(settings)
        self._session = DuckDBSession(self._open, may_spare="memory_limit" not in settings.settings)
        self._lock = Lock()
        self._views: dict[Path, str] = {}

    def introspect(self, tables: Sequence[str] | None) -> Catalog:
        """The named tables, or all that can be read: a table is called like its file, with or without the ending."""
        return self._folder.catalog(tables, self._table)

    def table_names(self) -> Sequence[str]:
        """The name of each file: without its ending, where no other has the same."""
        return self._folder.table_names()

    def execute(self, statement: Statement, limits: Limits) -> Batches:
        """The rows in batches. The tables it reads have been introspected before."""
        return self._session.execute(statement, limits)

    def cancel(self) -> None:
        """Stop what is running."""
        self._session.cancel()

    def close(self) -> None:
        """Forget the views."""
        self._session.close()

    def line_of(self, path: str, row: int) -> int:
        """The line of a text file in which a row begins."""
        return self._folder.line_of(path, row)

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
        view = self._folder.name_of(path)
        if path.suffix.casefold() in TEXT_ENDINGS:
            body = text_relation(path, self._folder.layout(path))
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

    def _open(self) -> "DuckDBPyConnection":
        import duckdb

        paths = sorted({str(p) for files in self._folder.names.values() for p in files})
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
