"""The definitions of a project, read and resolved, or taken from the cache."""

from collections.abc import Mapping, Sequence

from attrs import define, evolve, field

from metricdsl.analysis import Analysis, resolve
from metricdsl.analysis.ordered import ordered
from metricdsl.diagnostics import Problem
from metricdsl.engine.cache import Cache, cache_key
from metricdsl.engine.config import ProjectConfig
from metricdsl.engine.definition_files import DefinitionBytes
from metricdsl.engine.reading import Definitions, read_definitions
from metricdsl.model.settings import Settings
from metricdsl.plugins.manifest import Manifest
from metricdsl.registry import Registry
from metricdsl.spi.values import Catalog


@define(frozen=True, slots=False)
class Opened:
    """A project's definitions: what was read, what it means, what is wrong."""

    settings: Settings
    registry: Registry
    plugins: tuple[Manifest, ...]
    definitions: Definitions = field(repr=False)
    analysis: Analysis = field(repr=False)
    problems: tuple[Problem, ...] = field(repr=False)

    def resolved_with(self, catalog: Catalog | None, parameters: Mapping[str, str]) -> Analysis:
        """The definitions resolved again, with the columns of a catalog's tables and values given for parameters."""
        misread = self.definitions.problems
        settings = evolve(self.settings, parameters=parameters)
        return resolve(self.definitions.documents, self.registry, catalog, settings, misread).value


def open_definitions(
    config: ProjectConfig,
    found: DefinitionBytes,
    said: Sequence[Problem],
    cache: Cache,
    *,
    plugins: Sequence[str],
    installed: bool,
) -> Opened:
    """The definitions of a project file. `said` are the problems met before."""
    registry, manifests, plugin_problems = _registry([*config.plugins, *plugins], installed=installed)
    definitions, analysis, problems = _meaning(config, found, registry, manifests, cache)
    return Opened(
        settings=config.settings,
        registry=registry,
        plugins=manifests,
        definitions=definitions,
        analysis=analysis,
        problems=(*said, *plugin_problems, *problems),
    )


def _meaning(
    config: ProjectConfig,
    found: DefinitionBytes,
    registry: Registry,
    manifests: Sequence[Manifest],
    cache: Cache,
) -> tuple[Definitions, Analysis, tuple[Problem, ...]]:
    described = [manifest.described for manifest in manifests]
    parts = [part for _, name, data in found.files for part in (name, data)]
    key = cache_key("definitions", config.settings, config.limits, described, *parts) if cache.on else ""
    kept = cache.load(key) if cache.on and not found.problems else None
    if isinstance(kept, tuple) and len(kept) == 3:
        definitions, analysis, problems = kept
        return definitions, analysis.attached(registry), problems
    definitions = read_definitions(found, config.limits.file_size)
    outcome = resolve(definitions.documents, registry, None, config.settings, definitions.problems)
    problems = ordered((*definitions.problems, *outcome.problems))
    if cache.on and not found.problems:
        cache.store(key, (definitions, outcome.value, problems))
    return definitions, outcome.value, problems


def _registry(
    wanted: Sequence[str], *, installed: bool
) -> tuple[Registry, tuple[Manifest, ...], tuple[Problem, ...]]:
    """The built-ins, and what the wanted plugins contribute (of those installed)."""
    from metricdsl.plugins import builtin_registry, load_registry

    if not installed or not wanted:
        return builtin_registry(), (), ()
    from metricdsl.plugins.discover import installed_plugins

    found = installed_plugins()
    used = tuple(manifest for manifest in found.value if manifest.plugin in wanted)
    loaded = load_registry(used)
    return loaded.value, used, (*found.problems, *loaded.problems)
