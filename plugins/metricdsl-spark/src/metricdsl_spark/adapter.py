"""Spark as a connection: folders through a Spark that is started for them, catalogues through one that listens."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from metricdsl.adapters.folder import TEXT_ENDINGS, Folder
from metricdsl.adapters.native_types import column as described
from metricdsl.adapters.text_files import SPACES, TextLayout
from metricdsl.diagnostics.problems.connections import CannotConnect, DriverMissing
from metricdsl.diagnostics.problems.data import UnreadableFile
from metricdsl.diagnostics.problems.project import BadProjectFile
from metricdsl.model.types import FLOAT
from metricdsl.spi.adapter import AdapterError, ConnectionSettings
from metricdsl.spi.values import Catalog, Limits, TableColumn, TableInfo
from metricdsl_spark.catalogue import catalogue
from metricdsl_spark.drivers import SETTINGS, Driver, Drivers
from metricdsl_spark.errors import running_problem
from metricdsl_spark.running import InASession
from metricdsl_spark.session import opened
from metricdsl_spark.tables import FileTable, file_table

if TYPE_CHECKING:
    from pyspark.sql.connect.session import SparkSession

_DRIVERS = Drivers()
_INSTALL = "pip install metricdsl-spark"


class FolderOnSpark(InASession):
    """The files of one folder, listed when it is opened. Spark is started when the first statement needs it."""

    def __init__(self, settings: ConnectionSettings) -> None:
        super().__init__()
        self._folder = Folder(settings)
        self._stated = {key: settings.settings[key] for key in SETTINGS if key in settings.settings}
        self._driver: Driver | None = None
        self._known: dict[Path, FileTable] = {}

    def introspect(self, tables: Sequence[str] | None) -> Catalog:
        """The named tables, or all that can be read: a table is called like its file, with or without the ending."""
        return self._folder.catalog(tables, self._table)

    def table_names(self) -> Sequence[str]:
        """The name of each file: without its ending, where no other has the same."""
        return self._folder.table_names()

    def line_of(self, path: str, row: int) -> int:
        """The line of a text file in which a row begins."""
        return self._folder.line_of(path, row)

    def _open(self) -> "SparkSession":
        self._driver = _DRIVERS.take(self._stated)
        session = _at(self._driver.url, pin=False)
        for table in self._known.values():
            table.register(session)
        return session

    def _forget(self) -> None:
        super()._forget()
        if self._driver is not None:
            _DRIVERS.give_up(self._driver)

    def _looked_again(self) -> bool:
        """A statement may name a file that nobody has looked at."""
        before = len(self._known)
        self.introspect(None)
        return len(self._known) > before

    def _table(self, name: str, path: Path) -> TableInfo:
        with self._lock:
            known = self._known.get(path)
            if known is None:
                known = self._read(path)
                if self._session is not None:
                    known.register(self._session)
                self._known[path] = known
        columns = tuple(self._column(known, column, native) for column, native in known.natives)
        return TableInfo(name=name, parts=(known.name,), columns=columns, path=str(path))

    def _column(self, table: FileTable, column: str, native: str) -> TableColumn:
        if table.layout is None:
            return described(column, native, FLOAT)
        made = described(column, native, FLOAT)
        return TableColumn(name=made.name, type=made.type, native=made.native, text_file=True)

    def _read(self, path: Path) -> FileTable:
        try:
            return file_table(self._folder.name_of(path), path, self._layout(path))
        except AdapterError:
            raise
        except ModuleNotFoundError as error:
            raise AdapterError(DriverMissing(engine="Spark", command=_INSTALL)) from error
        except Exception as error:
            why = "it is not a Parquet file"
            raise AdapterError(UnreadableFile(path=path.name, why=why, detail=str(error))) from error

    def _layout(self, path: Path) -> TextLayout | None:
        if path.suffix.casefold() not in TEXT_ENDINGS:
            return None
        layout = self._folder.layout(path)
        if layout.delimiter == SPACES:
            why = "Spark reads no files with spaces between the fields"
            fix = "save it with commas, or read the folder with `files:`"
            raise AdapterError(UnreadableFile(path=path.name, why=why, fix=fix))
        return layout


class CatalogueOnSpark(InASession):
    """The tables of a server that listens for Spark Connect."""

    def __init__(self, settings: ConnectionSettings) -> None:
        super().__init__()
        self._settings = settings

    def introspect(self, tables: Sequence[str] | None) -> Catalog:
        """The named tables, or all of the schema."""
        session = self._opened()
        try:
            return catalogue(session, tables)
        except Exception as error:
            raise AdapterError(running_problem(error, Limits())) from error

    def _open(self) -> "SparkSession":
        stated = self._settings.settings
        token = stated.get("token")
        url = self._settings.url.partition(";")[0].rstrip("/")
        session = _at(f"{url}/;token={token}" if token else url, pin=True)
        if stated.get("schema"):
            session.catalog.setCurrentDatabase(stated["schema"])
        return session


def _at(url: str, *, pin: bool) -> "SparkSession":
    try:
        return opened(url, pin=pin)
    except ImportError as error:
        raise AdapterError(DriverMissing(engine="Spark", command=_INSTALL)) from error
    except Exception as error:
        place = f"Spark at {urlsplit(url).netloc}"
        why = "it does not answer, or refuses the connection"
        raise AdapterError(CannotConnect(place=place, why=why, detail=type(error).__name__)) from error


def connect(settings: ConnectionSettings) -> InASession:
    """Opens a connection: the factory that the manifest names."""
    scheme, _, rest = settings.url.partition(":")
    if scheme == "sc":
        return CatalogueOnSpark(settings)
    if rest.startswith("//"):
        what = (
            f'`{settings.url}` names a cluster, and not where the data is: write url = "spark:FOLDER" '
            f'and master = "{settings.url}", or the `sc://` URL of its Spark Connect server'
        )
        raise AdapterError(BadProjectFile(what=what))
    return FolderOnSpark(settings)
