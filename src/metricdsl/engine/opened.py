"""The definitions of a project, read and resolved, or taken from the cache."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from attrs import define, evolve, field

from metricdsl.analysis import Analysis, resolve
from metricdsl.analysis.ordered import ordered
from metricdsl.analysis.params import by_full_names, check_given
from metricdsl.analysis.world import Work
from metricdsl.diagnostics import Problem
from metricdsl.engine.cache import Cache, cache_key
from metricdsl.engine.config import ProjectConfig, place_of
from metricdsl.engine.connected import unknown_engines
from metricdsl.engine.contributed_checks import found_by_plugins
from metricdsl.engine.definition_files import DefinitionBytes
from metricdsl.engine.reading import Definitions, read_definitions
from metricdsl.model.settings import Settings
from metricdsl.plugins.manifest import Manifest
from metricdsl.plugins.packs import code_of
from metricdsl.registry import Registry
from metricdsl.spi.values import Catalog

if TYPE_CHECKING:
    from metricdsl.engine.packs import Used

FEW = 0.1
"""The share of the files that may differ from those of the cache before it is written anew: writing takes longer than reading again."""


@define(frozen=True, slots=False)
class Opened:
    """A project's definitions: what was read, what it means, what is wrong."""

    settings: Settings
    registry: Registry
    plugins: tuple[Manifest, ...]
    definitions: Definitions = field(repr=False)
    analysis: Analysis = field(repr=False)
    problems: tuple[Problem, ...] = field(repr=False)
    of_plugins: tuple[Problem, ...] = field(default=(), repr=False)
    meant: tuple[Problem, ...] = field(default=(), repr=False)  # of the definitions alone

    def resolved_with(self, catalog: Catalog | None, parameters: Mapping[str, str]) -> Analysis:
        """The definitions resolved again, with the columns of a catalog's tables and values given for parameters."""
        misread = self.definitions.problems
        directory = self.analysis.world.directory
        of_project = by_full_names(directory, self.settings.parameters)
        given = {**of_project, **by_full_names(directory, parameters)}
        settings = evolve(self.settings, parameters=given)
        return resolve(self.definitions.documents, self.registry, catalog, settings, misread).value


def open_definitions(
    config: ProjectConfig,
    found: DefinitionBytes,
    said: Sequence[Problem],
    cache: Cache,
    used: "Used | None" = None,
    *,
    before: Opened | None = None,
) -> Opened:
    """The definitions of a project file. `said` are the problems met before, `used` its plugins; `before` is what another state
    of the files meant.
    """
    registry, manifests, plugin_problems = (
        _registry(used) if before is None else (before.registry, before.plugins, before.of_plugins)
    )
    kept = None if before is None else (before.definitions, before.analysis, before.meant)
    definitions, analysis, problems = _meaning(config, found, registry, manifests, cache, kept)
    return Opened(
        settings=config.settings,
        registry=registry,
        plugins=manifests,
        definitions=definitions,
        analysis=analysis,
        problems=(
            *said,
            *plugin_problems,
            *_wrong_parameters(config, analysis),
            *unknown_engines(config.connections, manifests, config.source),
            *problems,
        ),
        of_plugins=plugin_problems,
        meant=problems,
    )


def _wrong_parameters(config: ProjectConfig, analysis: Analysis) -> Iterator[Problem]:
    """What the project file gives for no parameter, or is no value of one, at its place there."""
    for name, text in config.settings.parameters.items():
        work = Work(analysis.world, analysis.need)
        check_given(work, {name: text})
        place = place_of(name.rpartition(".")[2], config.source) or place_of(name, config.source)
        yield from (problem if place is None else problem.at(place) for problem in work.problems)


Meaning = tuple[Definitions, Analysis, tuple[Problem, ...]]


def _meaning(
    config: ProjectConfig,
    found: DefinitionBytes,
    registry: Registry,
    manifests: Sequence[Manifest],
    cache: Cache,
    before: Meaning | None,
) -> Meaning:
    """What the files mean: what they meant before, or when the cache was written, but for what was edited since."""
    key = ""
    if cache.on and before is None:
        described = (*code_of(manifests), *registry.absent.items())
        key = cache_key("definitions", str(config.root.absolute()), config.settings, config.limits, described)
        before = _kept(cache, key, registry)
    if before is not None and not found.problems and before[0].holds(found):
        return before
    definitions = read_definitions(found, config.limits.file_size, None if before is None else before[0])
    outcome = resolve(
        definitions.documents,
        registry,
        None,
        config.settings,
        definitions.problems,
        None if before is None else before[1],
    )
    of_checks = found_by_plugins(registry, outcome.value.model, found.owners) if registry.checks else ()
    meaning = definitions, outcome.value, ordered((*definitions.problems, *outcome.problems, *of_checks))
    many = before is None or before[0].unread(found) > FEW * len(found.files)
    if key and many and not found.problems:
        cache.store(key, meaning)
    return meaning


def _kept(cache: Cache, key: str, registry: Registry) -> Meaning | None:
    kept = cache.load(key)
    if not isinstance(kept, tuple) or len(kept) != 3:
        return None
    definitions, analysis, problems = kept
    return definitions, analysis.attached(registry), problems


def _registry(used: "Used | None") -> tuple[Registry, tuple[Manifest, ...], tuple[Problem, ...]]:
    """The built-ins, and what the plugins in use contribute."""
    from metricdsl.plugins import builtin_registry, load_registry

    if used is None:
        return builtin_registry(), (), ()
    if not used.manifests and not used.problems:
        return evolve(builtin_registry(), absent=used.absent), (), ()
    loaded = load_registry(used.manifests, used.absent)
    return loaded.value, used.manifests, (*used.problems, *loaded.problems)
