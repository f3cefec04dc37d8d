"""The project file, `metricdsl.toml`: every word of it checked, every path kept inside the project's folder."""

import contextlib
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from attrs import evolve, field

from metricdsl.diagnostics import Outcome, Problem
from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problems.project import BadProjectFile, OutsideProject
from metricdsl.engine import migrations
from metricdsl.engine.connection_settings import CONNECTION_KEYS, ConnectionConfig, read_connection
from metricdsl.model.settings import Settings
from metricdsl.plugins.versions import is_range
from metricdsl.source import SourceFile, Span
from metricdsl.value import frozen

FILE_NAME = "metricdsl.toml"
MOST_BYTES = 1_000_000
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SECTIONS = ("project", "parameters", "plugins", "connections")
_PROJECT = (
    "name",
    "language",
    "definitions",
    "timezone",
    "week_start",
    "today",
    "currency",
    "limits",
    "principal",
)
_LIMITS = ("file_size", "deadline")


@frozen(kw_only=True)
class ProjectLimits:
    """How large a definition file may be (bytes), and how long a query may take (seconds; None: as long as it wants)."""

    file_size: int = MOST_BYTES
    deadline: float | None = None


@frozen(kw_only=True)
class ProjectConfig:
    """What a project file says. `definitions` are folders or files inside `root`, written in a version of the language."""

    root: Path
    source: SourceFile
    name: str = ""
    language: int = migrations.LANGUAGE
    definitions: tuple[Path, ...] = ()
    settings: Settings = field(factory=Settings)
    limits: ProjectLimits = field(factory=ProjectLimits)
    plugins: Mapping[str, str] = field(factory=dict)
    connections: Mapping[str, ConnectionConfig] = field(factory=dict)


def read_config(folder: Path) -> Outcome[ProjectConfig | None]:
    """The project file of a folder; None where it cannot be used at all."""
    path = folder / FILE_NAME
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        what = f"there is no project file {FILE_NAME} in {folder}"
        return Outcome(
            None, (BadProjectFile(what=what if isinstance(error, FileNotFoundError) else f"{what} to read"),)
        )
    except UnicodeDecodeError:
        return Outcome(None, (BadProjectFile(what=f"{FILE_NAME} is not UTF-8 text"),))
    source = SourceFile.of(FILE_NAME, text)
    try:
        data = tomllib.loads(source.text)
    except tomllib.TOMLDecodeError as error:
        return Outcome(
            None, (BadProjectFile(what=f"{FILE_NAME} is not TOML: {error}", span=_fault(source, str(error))),)
        )
    return _Reader(folder, source).config(data)


def _other_language(language: object) -> str:
    """What is wrong with the version of the language that a project file states."""
    read = migrations.LANGUAGE
    if type(language) is not int:
        said = str(language).lower() if isinstance(language, bool) else repr(language)
        return f"`language` is the number of a version, such as {read}, and not {said}"
    if language > read:
        return (
            f"this metricdsl reads language {read}, and the project is written in {language}:"
            " a newer metricdsl reads it"
        )
    if language > 0:
        return f"this metricdsl reads language {read}, and nothing of language {language} any more"
    return f"there is no language {language}: the first is 1, write `language = {read}`"


class _Reader:
    """Reads the tables of one file and collects what is wrong with them."""

    def __init__(self, root: Path, source: SourceFile) -> None:
        self.root = root
        self.source = source
        self.problems: list[Problem] = []

    def config(self, data: Mapping[str, Any]) -> Outcome[ProjectConfig | None]:
        self._known(data, _SECTIONS, "the project file has no part")
        project = self._table(data, "project")
        self._known(project, _PROJECT, "[project] has no setting")
        if "project" not in data:
            self._wrong(f"{FILE_NAME} has no part [project]", None)
        language = project.get("language", migrations.LANGUAGE)
        fits = type(language) is int and 0 < language <= migrations.LANGUAGE
        if not fits or not migrations.can_migrate(language):
            self._wrong(_other_language(language), "language")
            return Outcome(None, tuple(self.problems))
        config = ProjectConfig(
            root=self.root,
            source=self.source,
            name=self._text(project, "name", ""),
            language=language,
            definitions=self._definitions(project),
            settings=evolve(self._settings(project), parameters=self._parameters(data)),
            limits=self._limits(project),
            plugins=self._plugins(data),
            connections=self._connections(data),
        )
        return Outcome(config, tuple(self.problems))

    def _settings(self, project: Mapping[str, Any]) -> Settings:
        settings = Settings()
        timezone = self._text(project, "timezone", settings.timezone)
        if not _is_timezone(timezone):
            self._wrong(
                f"there is no time zone `{timezone}`; they are written like Europe/Berlin", "timezone"
            )
            timezone = settings.timezone
        currency = self._text(project, "currency", settings.currency)
        if not re.fullmatch(r"[A-Z]{3}", currency):
            self._wrong(f"`{currency}` is not a currency; they are written like EUR", "currency")
            currency = settings.currency
        week = self._text(project, "week_start", "monday").casefold()
        if week not in _WEEKDAYS:
            self._wrong(f"a week cannot start on `{week}`", "week_start", near(week, _WEEKDAYS))
            week = "monday"
        today = project.get("today")
        if isinstance(today, str):
            with contextlib.suppress(ValueError):
                today = date.fromisoformat(today)
        if today is not None and type(today) is not date:
            self._wrong("`today` must be a date, as in 2026-06-30", "today")
            today = None
        return evolve(
            settings,
            timezone=timezone,
            currency=currency,
            week_start=_WEEKDAYS.index(week) + 1,
            today=today,
            principal=self._principal(project),
        )

    def _principal(self, project: Mapping[str, Any]) -> dict[str, str]:
        """What is known of whoever uses the project file, each value as it is written on the command line."""
        said = self._table(project, "principal")
        for name, value in said.items():
            if not isinstance(value, str | int | date):
                self._wrong(f"`{name}` of the principal must be a text, a number, a date or a truth", name)
        known = {name: value for name, value in said.items() if isinstance(value, str | int | date)}
        return {
            name: str(value).lower() if isinstance(value, bool) else str(value)
            for name, value in known.items()
        }

    def _parameters(self, data: Mapping[str, Any]) -> dict[str, str]:
        """Values for parameters in place of their defaults, by their names, as they are written on the command line."""
        found = {}
        for name, value in _flat(self._table(data, "parameters")):
            if isinstance(value, str | int | float | date):
                found[name] = str(value).lower() if isinstance(value, bool) else str(value)
            else:
                self._wrong(f"`{name}` must be given a text, a number, a date or a truth", name)
        return found

    def _limits(self, project: Mapping[str, Any]) -> ProjectLimits:
        said = self._table(project, "limits")
        self._known(said, _LIMITS, "`limits` has no setting")
        limits = ProjectLimits()
        if "file_size" in said:
            size = _size(said["file_size"])
            if size is None:
                self._wrong('`file_size` must be a number of bytes, or written like "2MB"', "file_size")
            else:
                limits = evolve(limits, file_size=size)
        if "deadline" in said:
            deadline = said["deadline"]
            if isinstance(deadline, bool) or not isinstance(deadline, (int, float)) or deadline <= 0:
                self._wrong("`deadline` must be a number of seconds", "deadline")
            else:
                limits = evolve(limits, deadline=float(deadline))
        return limits

    def _definitions(self, project: Mapping[str, Any]) -> tuple[Path, ...]:
        said = project.get("definitions", ["definitions"])
        said = [said] if isinstance(said, str) else said
        if not isinstance(said, list) or not all(isinstance(entry, str) for entry in said):
            self._wrong("`definitions` must be a list of folders", "definitions")
            return ()
        found = []
        for entry in said:
            path = self.root / entry
            if not inside(path, self.root):
                self.problems.append(OutsideProject(path=entry, span=self._place("definitions")))
            elif not path.exists() and "definitions" in project:
                self._wrong(f"there is no folder `{entry}`", "definitions")
            else:
                found.append(path)
        return tuple(found)

    def _plugins(self, data: Mapping[str, Any]) -> dict[str, str]:
        plugins = self._table(data, "plugins")
        for name, version in plugins.items():
            if not isinstance(version, str) or not is_range(version):
                self._wrong(f'the plugin `{name}` must be given versions, as in ">=1,<2"', name)
        return {name: said for name, said in plugins.items() if isinstance(said, str) and is_range(said)}

    def _connections(self, data: Mapping[str, Any]) -> dict[str, ConnectionConfig]:
        found = {}
        for name, said in self._table(data, "connections").items():
            if not isinstance(said, dict):
                self._wrong(f"the connection `{name}` must be written as [connections.{name}]", name)
                continue
            read = read_connection(name, said)
            for key, what in read.problems:
                self._wrong(what, key, near(key, CONNECTION_KEYS) if key not in CONNECTION_KEYS else ())
            if read.config is not None:
                found[name] = read.config
        return found

    def _table(self, data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        found = data.get(key, {})
        if isinstance(found, dict):
            return found
        self._wrong(f"`{key}` must be a part of its own, written [{key}]", key)
        return {}

    def _text(self, data: Mapping[str, Any], key: str, default: str) -> str:
        found = data.get(key, default)
        if isinstance(found, str):
            return found
        self._wrong(f"`{key}` must be a text in quotes", key)
        return default

    def _known(self, data: Mapping[str, Any], keys: Sequence[str], what: str) -> None:
        for key in data:
            if key not in keys:
                self._wrong(f"{what} `{key}`", key, near(key, keys))

    def _wrong(self, what: str, key: str | None, names: tuple[str, ...] = ()) -> None:
        self.problems.append(
            BadProjectFile(what=what, near=names, span=None if key is None else self._place(key))
        )

    def _place(self, key: str) -> Span | None:
        return place_of(key, self.source)


def _flat(table: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """The values of a table by their dotted names: `a.b = 1` is a table in a table."""
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def place_of(key: str, file: SourceFile) -> Span | None:
    """Where a key stands in a project file: at the start of a line, in an inline table, or in the head of a part."""
    found = re.search(rf'(?m)(?:^|[\[{{.,"\s])({re.escape(key)})(?=["\s]*[=\].])', file.text)
    return Span(FILE_NAME, found.start(1), found.end(1)) if found else None


def inside(path: Path, root: Path) -> bool:
    """Whether a path, links followed, lies in a folder."""
    if "\0" in str(path):
        return False
    return path.resolve().is_relative_to(root.resolve())


def _is_timezone(name: str) -> bool:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _size(said: object) -> int | None:
    if isinstance(said, int) and not isinstance(said, bool) and said > 0:
        return said
    found = re.fullmatch(r"(\d+)\s*([kM]?)B", said) if isinstance(said, str) else None
    return int(found[1]) * {"": 1, "k": 1_000, "M": 1_000_000}[found[2]] if found else None


def _fault(source: SourceFile, said: str) -> Span | None:
    """The place that a message of the TOML reader names."""
    found = re.search(r"at line (\d+), column (\d+)", said)
    if found is None:
        return None
    line = min(int(found[1]), len(source.line_starts))
    at = min(source.line_starts[line - 1] + int(found[2]) - 1, max(len(source.text) - 1, 0))
    return Span(source.path, at, at + 1)
