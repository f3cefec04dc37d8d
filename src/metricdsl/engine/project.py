"""A project: definitions read once, queries asked any number of times, from any thread."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property, partial
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Self

from attrs import evolve

from metricdsl.diagnostics import Outcome, Problem, Severity
from metricdsl.engine import migrations
from metricdsl.engine.bound_query import BoundQuery
from metricdsl.engine.cache import Cache, cache_key
from metricdsl.engine.config import FILE_NAME, ProjectConfig, read_config
from metricdsl.engine.connected import Connected, Surroundings, connect
from metricdsl.engine.definition_files import DefinitionBytes, definition_bytes
from metricdsl.engine.errors import ProjectError, QueryError
from metricdsl.engine.given_values import written_values
from metricdsl.engine.managing import DEFAULT, Managing
from metricdsl.engine.setting_of import setting_of
from metricdsl.model.request import Context
from metricdsl.source import SourceFile
from metricdsl.spi.values import Catalog, CompiledQuery

if TYPE_CHECKING:
    from metricdsl.analysis import Analysis
    from metricdsl.analysis.directory import Scope
    from metricdsl.engine.answering import Answering, Bound
    from metricdsl.engine.at_hand import AtHand
    from metricdsl.engine.kept import Kept
    from metricdsl.engine.opened import Opened
    from metricdsl.engine.trials import TestOutcome
    from metricdsl.engine.verifying.verify import Effort, Verified
    from metricdsl.execution.result import Result
    from metricdsl.model.request import Request
    from metricdsl.model.semantic_model import SemanticModel
    from metricdsl.plugins.manifest import Manifest
    from metricdsl.registry import Registry
    from metricdsl.syntax import nodes

UNKNOWN_PACKAGE = "N205"
KEPT_IN_MEMORY = 256


class Project(Managing):
    """The definitions of a folder and the connections they can be asked of. It never changes; open it again after an edit."""

    def __init__(
        self,
        config: ProjectConfig,
        found: DefinitionBytes,
        read: "Callable[[], Opened]",
        *,
        plugins: "Sequence[Manifest]",
        again: "Callable[[Opened, ProjectConfig], Project]",
        environment: Mapping[str, str],
        today: date | None,
        cache: Cache,
        installed_plugins: bool = False,
    ) -> None:
        self._config = config
        self._found = found
        self._read = read
        self._plugins = plugins
        self._again = again
        self._today = today
        self._cache = cache
        self._installed_plugins = installed_plugins
        self._lock = RLock()
        self._connected: dict[str, Connected] = {}
        self._analyses: dict[object, tuple[Catalog, Analysis]] = {}
        self._asked: dict[tuple[object, ...], BoundQuery] = {}
        self._surroundings = Surroundings(
            root=config.root,
            timezone=config.settings.timezone,
            environment=environment,
            plugins=lambda: self._opened.plugins,
            connections=config.connections,
        )

    def __setattr__(self, name: str, value: object) -> None:
        if not name.startswith("_"):
            raise AttributeError(f"a project never changes: open it again after an edit (`{name}` was set)")
        super().__setattr__(name, value)

    @property
    def name(self) -> str:
        """The project's name."""
        return self._config.name

    @property
    def root(self) -> Path:
        """The project's folder."""
        return self._config.root

    @property
    def files(self) -> tuple[Path, ...]:
        """The definition files of the project itself; those of its plugins' packs are not among them."""
        return self._found.own

    @property
    def sources(self) -> Mapping[str, SourceFile]:
        """The texts that problems point into, by name (relative to the folder)."""
        return {self._config.source.path: self._config.source, **self._found.sources()}

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that is wrong with the project file and the definitions, in the order of the text."""
        return self._opened.problems

    @property
    def failed(self) -> bool:
        """Whether any of the problems is an error."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)

    @property
    def model(self) -> "SemanticModel":
        """What the definitions mean, as far as they are right."""
        return self._opened.analysis.model

    @property
    def registry(self) -> "Registry":
        """The functions, aggregates and dialects there are."""
        return self._opened.registry

    @property
    def connections(self) -> tuple[str, ...]:
        """The names of the connections."""
        return tuple(self._config.connections)

    def check(self, *, live: bool = False, connection: str = DEFAULT) -> tuple[Problem, ...]:
        """The problems of the definitions; with `live`, those of the data too."""
        return self.check_live(connection) if live else self.problems

    def check_live(self, connection: str = DEFAULT) -> tuple[Problem, ...]:
        """The problems of the definitions and, after a look at the data, everything that does not agree with them."""
        from metricdsl.analysis.ordered import ordered
        from metricdsl.engine.live import check_live

        return ordered((*self.problems, *check_live(self, connection)))

    @property
    def owners(self) -> Mapping[str, str]:
        """The files that plugins ship, each with its plugin."""
        return self._found.owners

    @property
    def own_metrics(self) -> tuple[str, ...]:
        """The full names of the metrics that the project declares itself, without those of packs."""
        found = self.model.metrics.items()
        return tuple(name for name, one in found if one.span is None or one.span.file not in self.owners)

    def at_hand(self, connection: str | None = None) -> "tuple[AtHand, ...]":
        """Which metrics each connection that is a file or a folder cannot serve, and for want of what; or one connection.

        Raises QueryError where there is none of the name.
        """
        from metricdsl.engine.at_hand import at_hand

        named = self._config.connections
        if connection is not None and connection not in named:
            raise QueryError(self._connect(connection).problems)
        configs = [named[name] for name in named if connection in {None, name}]
        return tuple(
            at_hand(self.analysis, config, self.root, self._cache, partial(self._connect, config.name))
            for config in configs
        )

    def query(
        self,
        text: str,
        *,
        connection: str | None = DEFAULT,
        today: date | None = None,
        principal: Mapping[str, object] | None = None,
        parameters: Mapping[str, object] | None = None,
    ) -> BoundQuery:
        """A query, or a report by its name. With `connection=None`, or where the project has none, only SQL is to be had.

        `principal` is what is known of the one who asks; given, it takes the place of all that the project file says of it;
        `parameters` are values for parameters, in place of their defaults.
        """
        context = self.context(today, principal, parameters)
        given = tuple(context.principal.items()), tuple(context.parameters.items())
        key = (text, connection, context.today, given)
        with self._lock:
            found = self._asked.get(key)
            if found is None:
                if len(self._asked) >= KEPT_IN_MEMORY:
                    self._asked.pop(next(iter(self._asked)))
                self._asked[key] = found = self._query(text, connection, context)
        return found.again()

    def _query(self, text: str, connection: str | None, context: Context) -> BoundQuery:
        connected, refused = self._reach(connection)
        name = self._key(text, connection, context) if self._cache.on and connected is not None else ""

        def bind() -> "tuple[Answering, Bound]":
            from metricdsl.engine.answering import meant_report, report_named, written_query

            answering, reports = self._answering(), self.model.reports
            asked = answering.spelled_out(text, reports)
            report = report_named(asked, reports)
            bound = answering.bind(written_query(asked, reports), context, connected, report)
            bound = evolve(bound, problems=meant_report(text, reports, bound.problems, lambda: self.problems))
            return answering, bound if connected is not None else evolve(bound, refused=refused)

        def keep(bound: "Bound", compiled: CompiledQuery) -> None:
            from metricdsl.engine.kept import database_file, kept

            assert bound.catalog is not None, "what was compiled for a connection has its tables"
            database = database_file(self._config.connections[str(connection)].url, self.root)
            parts = (bound.source, compiled, bound.catalog, bound.tables, bound.problems)
            self._cache.store(name, kept(*parts, database))

        return BoundQuery(
            bind,
            connected,
            lambda: self.sources,
            self._config.limits.deadline,
            self._kept(name, connected),
            keep if name else None,
            lambda other: self._query(text, other, context),
            self._rendered,
        )

    def asked(
        self,
        query: "nodes.Query",
        scope: "Scope",
        text: str,
        *,
        connection: str | None = DEFAULT,
        context: Context | None = None,
        beside: "Callable[[Request], Request] | None" = None,
    ) -> BoundQuery:
        """A question of a declaration, `text` as it is written there; its names are those of the declaration's file.

        `beside` adds to what is asked, once it is resolved: what no words of the language say, such as a rate's denominators.
        """
        from metricdsl.engine.answering import QUERY, with_more

        connected, refused = self._reach(connection)
        context = context or self.context()

        def bind() -> "tuple[Answering, Bound]":
            answering = self._answering()
            bound = answering.resolved(query, scope, SourceFile.of(QUERY, text), context, connected)
            bound = bound if beside is None else with_more(bound, beside)
            return answering, bound if connected is not None else evolve(bound, refused=refused)

        deadline = self._config.limits.deadline
        return BoundQuery(bind, connected, lambda: self.sources, deadline, rendered=self._rendered)

    @property
    def plugin_versions(self) -> Mapping[str, str]:
        """The plugins that the project file lists, with the versions that fit."""
        return self._config.plugins

    def _rendered(self, name: str, result: "Result", question: str) -> bytes:
        from metricdsl.engine.rendering import rendered

        return rendered(name, result, question, self.plugin_versions, installed=self._installed_plugins)

    def _answering(self) -> "Answering":
        from metricdsl.engine.answering import Answering

        return Answering(self._analyse, self._opened.registry)

    def _kept(self, name: str, connected: Connected | None) -> "Kept | None":
        """The compiled form of a query from an earlier run, if the tables are what they were."""
        if not name or connected is None:
            return None
        from metricdsl.engine.kept import Kept

        found = self._cache.load(name)
        return found if isinstance(found, Kept) and found.holds(connected) else None

    def _key(self, text: str, connection: str | None, context: Context) -> str:
        """A name for all that a compiled query depends on, but for the tables."""
        from metricdsl.plugins.packs import code_of

        definitions = [part for _, file, data in self._found.files for part in (file, data)]
        said = (
            self._config.settings,
            self._config.limits,
            dict(self._config.plugins),
            code_of(self._plugins),
        )
        return cache_key(
            "answer",
            text,
            connection,
            self._config.connections.get(str(connection)),
            context,
            said,
            *definitions,
        )

    def run_tests(self, names: Sequence[str] = ()) -> tuple["TestOutcome", ...]:
        """The outcomes of the `test` blocks, of those whose title contains one of the names where any are given."""
        from metricdsl.engine.trials import run_tests

        return run_tests(self._opened, names)

    test = run_tests

    def verify(self, names: Sequence[str] = (), effort: "Effort | None" = None) -> "Iterator[Verified]":
        """What comes of the invariants, and of the laws that types imply, in databases that are made up; no connection is needed."""
        from metricdsl.engine.verifying.verify import verify

        return verify(self._opened, self.context(), names, effort)

    def dimensions_text(self, name: str) -> str:
        """What a metric or entity can be sliced by, one in a line, with the joins on the way, and what files of data lack of it."""
        from metricdsl.engine.dimensions_text import dimensions_text

        return dimensions_text(self._opened.analysis, name, self.at_hand())

    def context(
        self,
        today: date | None = None,
        principal: Mapping[str, object] | None = None,
        parameters: Mapping[str, object] | None = None,
    ) -> Context:
        """The setting that queries are asked in."""
        return setting_of(self._config.settings, today or self._today, principal, parameters)

    def connected(self, name: str = DEFAULT) -> Connected:
        """A connection in use. Raises QueryError."""
        found, problems = self._reach(name)
        if found is None:
            raise QueryError(problems)
        return found

    def analysis(self, catalog: Catalog | None = None) -> "Analysis":
        """The definitions resolved, with the columns of a catalog's tables."""
        return self._analyse(catalog)

    def reopened(self) -> "Project":
        """The project as its files are now: only what was edited, and what depends on it, is read again. Raises ProjectError.

        It has connections of its own; this one stays as it is.
        """
        return self._again(self._opened, self._config)

    def close(self) -> None:
        """Close the connections."""
        with self._lock:
            connected, self._connected = self._connected, {}
        for one in connected.values():
            one.adapter.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @cached_property
    def _opened(self) -> "Opened":
        with self._lock:
            return self._read()

    def _reach(self, name: str | None) -> tuple[Connected | None, tuple[Problem, ...]]:
        if name is None:
            return None, (_no_connection(),)
        with self._lock:
            if name not in self._connected:
                outcome = self._connect(name)
                if outcome.value is None:
                    return None, outcome.problems
                self._connected[name] = outcome.value
            return self._connected[name], ()

    def _connect(self, name: str) -> Outcome[Connected | None]:
        return connect(name, self._surroundings, lambda: self._opened.registry)

    def _analyse(self, catalog: Catalog | None, parameters: Mapping[str, str] | None = None) -> "Analysis":
        known = catalog or Catalog()
        if not known.tables and not parameters:
            return self._opened.analysis
        given = tuple((parameters or {}).items())
        names = tuple(sorted(known.tables)), given
        with self._lock:
            kept = self._analyses.get(names)
            if kept is None or kept[0] != known:
                if given and len(self._analyses) >= KEPT_IN_MEMORY:
                    self._analyses.pop(next(iter(self._analyses)))
                found = self._opened.resolved_with(known if known.tables else None, parameters or {})
                self._analyses[names] = kept = (known, found)
            return kept[1]


def _no_connection() -> Problem:
    from metricdsl.diagnostics.problems.project import UnknownConnection

    return UnknownConnection(what="the query was made without a connection")


def open_project(
    folder: Path | str,
    *,
    plugins: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
    today: date | None = None,
    clock: date | None = None,
    principal: Mapping[str, object] | None = None,
    cache: Path | None = None,
    installed_plugins: bool = False,
) -> Project:
    """The project of a folder. Raises ProjectError where its project file cannot be used; all else is in `problems`.

    `environment` is where `env:NAME` references are looked up, the process's own if none is given; `cache` a folder of the user's own, for a quicker start;
    `plugins` the names of those to use, beside the ones the project file lists, among what is installed; `principal` takes the
    place of what the project file says of the one who asks.
    """
    root = Path(folder)
    kept = Cache(cache)

    def opened(before: "tuple[Opened, ProjectConfig] | None") -> Project:
        read = read_config(root)
        config = read.value
        if config is None or any(problem.severity is Severity.ERROR for problem in read.problems):
            raise ProjectError(read.problems, _file_of(root))
        if principal is not None:
            config = evolve(config, settings=evolve(config.settings, principal=written_values(principal)))
        found = definition_bytes(config)
        used = None
        wanted = {**config.plugins, **{name: "*" for name in plugins if name not in config.plugins}}
        if wanted:
            from metricdsl.engine.packs import switched_off, used_plugins, with_packs

            used = used_plugins(wanted) if installed_plugins else switched_off(wanted)
            found = with_packs(found, used.manifests)
        if config.language != migrations.LANGUAGE:
            from metricdsl.engine.older_language import older_language

            raise ProjectError(older_language(config, found), {**found.sources(), **_file_of(root)})
        known = before[0] if before is not None and before[1] == config else None

        def definitions() -> "Opened":
            from metricdsl.engine.opened import open_definitions

            now = open_definitions(config, found, read.problems, kept, used, before=known)
            if not any(problem.code == UNKNOWN_PACKAGE for problem in now.problems):
                return now
            from metricdsl.engine.packs import offered

            return evolve(now, problems=offered(now.problems, wanted, installed=installed_plugins))

        return Project(
            config,
            found,
            definitions,
            plugins=() if used is None else used.manifests,
            again=lambda opened_before, config_before: opened((opened_before, config_before)),
            environment=os.environ if environment is None else environment,
            today=today or config.settings.today or clock,
            cache=kept,
            installed_plugins=installed_plugins,
        )

    return opened(None)


def _file_of(root: Path) -> dict[str, SourceFile]:
    """The text of the project file, for showing places in it."""
    try:
        text = (root / FILE_NAME).read_bytes().decode("utf-8", "replace")
    except OSError:
        return {}
    return {FILE_NAME: SourceFile.of(FILE_NAME, text)}


__all__ = ["BoundQuery", "Project", "open_project"]
