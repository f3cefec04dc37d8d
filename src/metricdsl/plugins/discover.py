"""Installed plugins: found by their entry points, described by their manifests; no code of theirs runs."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib.metadata import Distribution, EntryPoint, distributions
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from metricdsl.diagnostics import Outcome, Problem
from metricdsl.diagnostics.problems.plugins import InvalidManifest, NameClaimedTwice, NoManifest
from metricdsl.plugins.manifest import FILE_NAME, Manifest, read_manifest
from metricdsl.value import frozen

GROUP = "metricdsl.plugins"
OURS = ("metricdsl", "crm")
"""The names of what ships with metricdsl: the built-ins, and the canonical model."""
MOST_BYTES = 100_000
_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")


@frozen
class Claims:
    """Which packages claim which names of plugins, told by their entry points; a manifest is read when it is asked for."""

    _of: Mapping[str, tuple[tuple[Distribution, EntryPoint], ...]]
    problems: tuple[Problem, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The names, in their order."""
        return tuple(sorted(self._of))

    def manifest(self, name: str) -> Outcome[Manifest | None]:
        """The manifest of the plugin of a name, or why there is none. Two that claim one name: neither."""
        claimed = self._of.get(name, ())
        if len(claimed) > 1:
            owners = tuple(sorted(_described(distribution) for distribution, _ in claimed))
            return Outcome(None, (NameClaimedTwice(plugin=name, packages=owners),))
        return _read(*claimed[0]) if claimed else Outcome(None)


def claims(found: Callable[[], Iterable[Distribution]] = distributions) -> Claims:
    """The names of the plugins that are installed."""
    of: dict[str, list[tuple[Distribution, EntryPoint]]] = {}
    problems: list[Problem] = []
    for distribution, entry in _claims(found(), problems):
        of.setdefault(entry.name, []).append((distribution, entry))
    return Claims({name: tuple(claimed) for name, claimed in of.items()}, tuple(problems))


def installed_plugins(
    found: Callable[[], Iterable[Distribution]] = distributions,
) -> Outcome[tuple[Manifest, ...]]:
    """The manifests of all installed plugins, in the order of their names."""
    claimed = claims(found)
    read = [claimed.manifest(name) for name in claimed.names]
    problems = (*claimed.problems, *(problem for one in read for problem in one.problems))
    return Outcome(tuple(one.value for one in read if one.value is not None), problems)


def _claims(
    found: Iterable[Distribution], problems: list[Problem]
) -> Iterator[tuple[Distribution, EntryPoint]]:
    """The entry points of plugins. Of a package that is met twice on the path, the first is what an import would find."""
    seen: set[str] = set()
    for distribution in found:
        # The text first: to read the names of hundreds of packages that are no plugins would take longer than all the rest.
        if GROUP not in (_text(distribution) or ""):
            continue
        folder = _folder(distribution).partition("-")[0] or _name(distribution)
        name = re.sub(r"[-_.]+", "-", folder).lower()
        if name in seen:
            continue
        seen.add(name)
        try:
            entries = [entry for entry in distribution.entry_points if entry.group == GROUP]
        except Exception as error:  # noqa: BLE001 - the reader of the standard library raises what comes
            why = f"its list of entry points cannot be read ({type(error).__name__})"
            problems.append(
                InvalidManifest(plugin=_name(distribution), version=_version(distribution), why=why)
            )
            continue
        yield from ((distribution, entry) for entry in entries)


def _read(distribution: Distribution, entry: EntryPoint) -> Outcome[Manifest | None]:
    """The manifest beside the package that the entry point names."""
    version = _version(distribution)
    try:
        parts = entry.module.split(".")
    except AttributeError:  # what a text is that names no module
        parts = []

    def left_out(why: str) -> Outcome[Manifest | None]:
        return Outcome(None, (InvalidManifest(plugin=entry.name, version=version, why=why),))

    if entry.name in OURS:
        return left_out(f"it calls itself `{entry.name}`, the name of a part of metricdsl")
    if not _NAME.fullmatch(entry.name):
        return left_out(
            "its name must be a word in small letters, digits and `_`, since a package is called so"
        )
    if not parts or not all(parts):
        return left_out(f"its entry points name no package (`{entry.value}`)")
    file = _file(distribution, [*parts, FILE_NAME])
    if file is None:
        problem = NoManifest(
            plugin=entry.name, package=_described(distribution), file=f"{entry.module}/{FILE_NAME}"
        )
        return Outcome(None, (problem,))
    try:
        if not file.resolve().is_relative_to(file.parent.resolve()):
            return left_out("it is a link that leads out of the plugin")
        if file.stat().st_size > MOST_BYTES:
            return left_out(f"it is larger than {MOST_BYTES // 1000} kB")
        text = file.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return left_out("it is not UTF-8 text")
    except OSError as error:
        return left_out(f"it cannot be opened ({error.strerror})")
    return read_manifest(text, entry.name, version, str(file.parent), _name(distribution))


def _file(distribution: Distribution, parts: Sequence[str]) -> Path | None:
    """A file of an installed package; also of one installed in place, whose files are listed nowhere."""
    located = Path(str(distribution.locate_file("/".join(parts))))
    if located.is_file():
        return located
    try:
        # The first package alone is looked for: that runs nothing of it.
        spec = find_spec(parts[0])
    except (ImportError, ValueError):
        return None
    for folder in spec.submodule_search_locations or () if spec else ():
        file = Path(folder, *parts[1:])
        if file.is_file():
            return file
    return None


def _text(distribution: Distribution) -> str | None:
    try:
        return distribution.read_text("entry_points.txt")
    except (OSError, UnicodeDecodeError):
        return None


def _name(distribution: Distribution) -> str:
    """The name of a package; of one whose description is damaged, the folder that has it."""
    return _said(distribution, "Name") or _folder(distribution) or "a package"


def _folder(distribution: Distribution) -> str:
    """The folder with a package's description, `NAME-VERSION.dist-info`: read in a tenth of the time that the description takes."""
    return Path(str(getattr(distribution, "_path", ""))).name.removesuffix(".egg-info")


def _version(distribution: Distribution) -> str:
    return _said(distribution, "Version")


def _said(distribution: Distribution, key: str) -> str:
    """What a package's description says; nothing where it has none, which the readers of Python versions tell differently."""
    try:
        metadata: Any = distribution.metadata
        return str(metadata.get(key) or "") if metadata is not None else ""
    except (TypeError, UnicodeDecodeError, OSError):
        return ""


def _described(distribution: Distribution) -> str:
    return f"{_name(distribution)} {_version(distribution)}".strip()
