"""Installed plugins: found by their entry points, described by their manifests; no code of theirs runs."""

from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import Distribution, EntryPoint, distributions
from pathlib import Path

from metricdsl.diagnostics import Outcome, Problem
from metricdsl.diagnostics.problems.plugins import NameClaimedTwice, NoManifest
from metricdsl.plugins.manifest import FILE_NAME, Manifest, read_manifest

GROUP = "metricdsl.plugins"


def installed_plugins(
    found: Callable[[], Iterable[Distribution]] = distributions,
) -> Outcome[tuple[Manifest, ...]]:
    """The manifests of all installed plugins, in the order of their names. Two that claim one name: neither."""
    claims: dict[str, list[tuple[Distribution, EntryPoint]]] = {}
    for distribution in found():
        for entry in distribution.entry_points:
            if entry.group == GROUP:
                claims.setdefault(entry.name, []).append((distribution, entry))
    manifests: list[Manifest] = []
    problems: list[Problem] = []
    for name, claimed in sorted(claims.items()):
        if len(claimed) > 1:
            owners = tuple(sorted(_described(distribution) for distribution, _ in claimed))
            problems.append(NameClaimedTwice(plugin=name, packages=owners))
            continue
        read = _read(*claimed[0])
        problems.extend(read.problems)
        if read.value is not None:
            manifests.append(read.value)
    return Outcome(tuple(manifests), tuple(problems))


def _read(distribution: Distribution, entry: EntryPoint) -> Outcome[Manifest | None]:
    """The manifest beside the package that the entry point names."""
    file = _file(distribution, [*entry.module.split("."), FILE_NAME])
    if file is None:
        problem = NoManifest(
            plugin=entry.name, package=_described(distribution), file=f"{entry.module}/{FILE_NAME}"
        )
        return Outcome(None, (problem,))
    return read_manifest(file.read_text(encoding="utf-8"), entry.name, distribution.version, str(file.parent))


def _file(distribution: Distribution, parts: Sequence[str]) -> Path | None:
    """A file of an installed package; also of one installed in place, whose files are listed nowhere."""
    from importlib.machinery import PathFinder

    located = Path(str(distribution.locate_file("/".join(parts))))
    if located.is_file():
        return located
    # The finder looks for the first package without running it.
    spec = PathFinder.find_spec(parts[0])
    for folder in spec.submodule_search_locations or () if spec else ():
        file = Path(folder, *parts[1:])
        if file.is_file():
            return file
    return None


def _described(distribution: Distribution) -> str:
    return f"{distribution.name} {distribution.version}"
