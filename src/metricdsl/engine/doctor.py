"""What may be wrong around a project: the installation, the plugins, the cache, the connections."""

import platform
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import metricdsl
from metricdsl.diagnostics import Problem, Severity
from metricdsl.engine.cache import Cache
from metricdsl.engine.errors import ProjectError
from metricdsl.engine.plugin_listing import plugin_listing
from metricdsl.engine.project import Project, open_project
from metricdsl.plugins.adapters import adapter_entries, load_factory
from metricdsl.plugins.discover import installed_plugins
from metricdsl.spi.adapter import AdapterError
from metricdsl.value import frozen

PACKAGES = ("attrs", "click", "duckdb", "lark", "pluggy", "rich", "sqlglot")


@frozen
class Finding:
    """Something that was looked at: what, how it is, and what is wrong with it, if anything."""

    what: str
    how: str = ""
    problems: tuple[Problem, ...] = ()

    @property
    def wrong(self) -> bool:
        """Whether something has to be done."""
        return any(problem.severity is not Severity.HINT for problem in self.problems)


def examine(
    folder: Path | None, environment: Mapping[str, str], cache: Path | None, *, plugins: bool
) -> Iterator[Finding]:
    """What is found, one after another: each connection is opened. `folder` is the project's, where there is one."""
    yield Finding(
        "metricdsl", f"{metricdsl.__version__}, Python {platform.python_version()}, {platform.system()}"
    )
    yield Finding("packages", ", ".join(f"{name} {_version(name)}" for name in PACKAGES))
    yield _cache(cache)
    if plugins:
        yield from _plugins()
        yield from _drivers()
    else:
        yield Finding("plugins", "switched off")
    if folder is None:
        yield Finding("project", "there is none here or above")
        return
    try:
        project = open_project(folder, environment=environment, cache=cache, installed_plugins=plugins)
    except ProjectError as error:
        yield Finding("project", str(folder), error.problems)
        return
    with project:
        yield _project(project)
        for name in project.connections:
            yield _connection(project, name)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "(not installed)"


def _cache(folder: Path | None) -> Finding:
    if folder is None:
        return Finding("cache", "switched off")
    cache = Cache(folder)
    cache.store("doctor", "kept")
    kept = cache.load("doctor") == "kept"
    return Finding(
        "cache", f"{folder}{'' if kept else ' cannot be used: it is not your own, or the disk is full'}"
    )


def _plugins() -> Iterator[Finding]:
    from metricdsl.plugins import load_registry

    listing = plugin_listing()
    for one in listing.plugins:
        problems = list(one.problems)
        if one.manifest.hooks:
            problems += load_registry([one.manifest]).problems
        yield Finding(f"plugin {one.manifest.described}", one.brings, tuple(problems))
    for problem in listing.problems:
        yield Finding(f"plugin {getattr(problem, 'plugin', '')}", "left out", (problem,))


def _drivers() -> Iterator[Finding]:
    for entry in adapter_entries(installed_plugins().value):
        found = load_factory(entry)
        missing = "; ".join(fix.title for problem in found.problems for fix in problem.fixes())
        # A driver that nobody needs is no fault: a connection that needs it is told below.
        kept = tuple(problem for problem in found.problems if problem.code != "P808")
        yield Finding(
            f"adapter {entry.name}", f"no driver: {missing}" if missing and not kept else "there", kept
        )


def _project(project: Project) -> Finding:
    errors = [problem for problem in project.problems if problem.severity is Severity.ERROR]
    about = f"{project.root}: {len(project.files)} files, {len(project.model.metrics)} metrics"
    told = f"; {len(errors)} errors, which `metric check` tells" if errors else ""
    plugins = tuple(p for p in project.problems if p.code.startswith("P") and p.severity is not Severity.HINT)
    return Finding("project", about + told, plugins)


def _connection(project: Project, name: str) -> Finding:
    from metricdsl.engine.errors import QueryError

    try:
        tables = project.connected(name).table_names()
    except QueryError as error:
        return Finding(f"connection {name}", "cannot be opened", error.problems)
    except AdapterError as error:
        return Finding(f"connection {name}", "cannot be opened", (error.problem,))
    return Finding(f"connection {name}", f"{len(tables)} tables")
