"""A folder of text and Parquet files: what its tables are called, and how each text file of it is laid out."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext, suppress
from pathlib import Path
from threading import Lock

from metricdsl.adapters.text_files import TextLayout, layout_of, line_of
from metricdsl.adapters.urls import path_of
from metricdsl.diagnostics.problems.connections import CannotConnect
from metricdsl.diagnostics.problems.data import UnreadableFile
from metricdsl.spi.adapter import AdapterError, ConnectionSettings
from metricdsl.spi.values import Catalog, TableInfo

TEXT_ENDINGS = (".csv", ".tsv", ".txt")
ENDINGS = (*TEXT_ENDINGS, ".parquet")
FILES = "files."


class Folder:
    """The files of one folder, listed when they are first asked for. A link out of the folder is none of them."""

    def __init__(self, settings: ConnectionSettings) -> None:
        self._stated = settings.settings
        self.path = Path(path_of(settings.url, settings.root) or settings.root)
        self._lock = Lock()
        self._names: dict[str, tuple[Path, ...]] | None = None

    @property
    def names(self) -> Mapping[str, tuple[Path, ...]]:
        """The files by the names they go by: full names, and stems (several files may share one)."""
        with self._lock:
            if self._names is None:
                self._names = self._list()
            return self._names

    def table_names(self) -> Sequence[str]:
        """The name of each file: without its ending, where no other has the same."""
        every = dict.fromkeys(files[0] for files in self.names.values())
        return tuple(map(self.name_of, every))

    def catalog(self, tables: Sequence[str] | None, read: Callable[[str, Path], TableInfo]) -> Catalog:
        """The named tables, or all that can be read, each as `read` finds it in its file."""
        found: dict[str, TableInfo] = {}
        for name in dict.fromkeys(self.table_names() if tables is None else tables):
            path = self.find(name)
            if path is None:
                continue
            # Whoever asks for a table that cannot be read is told; the others are not kept from theirs.
            with suppress(AdapterError) if tables is None else nullcontext():
                found[name] = read(name, path)
        return Catalog(found)

    def name_of(self, path: Path) -> str:
        """What the table of a file is called."""
        return path.stem if len(self.names.get(path.stem, ())) == 1 else path.name

    def find(self, name: str) -> Path | None:
        """The file of a table: by its name with or without the ending, in its own capitals or, where it is the only one, in any."""
        names = self.names
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

    def layout(self, path: Path) -> TextLayout:
        """How a text file of the folder is read."""
        return layout_of(path, self._options(path))

    def line_of(self, path: str, row: int) -> int:
        """The line of a text file in which a row begins."""
        return line_of(Path(path), self.layout(Path(path)), row)

    def _list(self) -> dict[str, tuple[Path, ...]]:
        place = f"the folder `{self.path}`"
        try:
            files = sorted(p for p in self.path.iterdir() if p.suffix.casefold() in ENDINGS and p.is_file())
        except FileNotFoundError as error:
            raise AdapterError(
                CannotConnect(place=place, why="there is no such folder", detail=str(error))
            ) from error
        except OSError as error:
            raise AdapterError(
                CannotConnect(place=place, why="it cannot be read", detail=str(error))
            ) from error
        root = self.path.resolve()
        names: dict[str, tuple[Path, ...]] = {}
        for path in files:
            if not path.resolve().is_relative_to(root):
                continue  # a link out of the folder
            for name in dict.fromkeys((path.name, path.stem)):
                names[name] = (*names.get(name, ()), path)
        return names

    def _options(self, path: Path) -> dict[str, str]:
        """What the connection states for all its files, and for this one."""
        one = f"{FILES}{path.name}."
        stated = self._stated
        general = {
            k.removeprefix(FILES): v for k, v in stated.items() if k.startswith(FILES) and k.count(".") == 1
        }
        return {**general, **{k.removeprefix(one): v for k, v in stated.items() if k.startswith(one)}}
