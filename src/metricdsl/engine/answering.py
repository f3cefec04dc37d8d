"""From the text of a query to something that can be run: read, resolved, bound to a connection, compiled."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from attrs import evolve, field

from metricdsl.analysis import Analysis, resolve_request
from metricdsl.analysis.directory import REPORTS, Scope
from metricdsl.diagnostics import Outcome, Problem, Severity
from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problems.ambiguity import AmbiguousName
from metricdsl.diagnostics.problems.names import UnknownName
from metricdsl.diagnostics.problems.reports import UnknownReport
from metricdsl.diagnostics.problems.shared_names import DeclaredTwice
from metricdsl.engine.binding import foreign, missing, not_supplied, tables_of_sources, unlike_keys
from metricdsl.engine.connected import Connected
from metricdsl.engine.served import not_answered
from metricdsl.engine.source_problems import with_their_like
from metricdsl.engine.used import used_columns, used_joins
from metricdsl.model.entity import Entity
from metricdsl.model.request import Context, Request, ValuesRequest
from metricdsl.registry import Registry
from metricdsl.source import SourceFile
from metricdsl.spi.accounts import AccountStatement
from metricdsl.spi.adapter import AdapterError
from metricdsl.spi.values import Catalog, CompiledQuery
from metricdsl.syntax import read_query
from metricdsl.syntax.nodes import Query
from metricdsl.value import frozen

if TYPE_CHECKING:
    from metricdsl.execution.result_functions import ResultFunctions
    from metricdsl.plan.local_steps import Cut

QUERY = "query"


@frozen(kw_only=True)
class Bound:
    """A query as far as it could be taken. `request` is None where it is wrong; `refused` is why it cannot be run."""

    source: SourceFile
    request: Request | ValuesRequest | None = None
    catalog: Catalog | None = None
    problems: tuple[Problem, ...] = ()
    refused: tuple[Problem, ...] = ()
    tables: tuple[str, ...] = field(default=())

    @property
    def failed(self) -> bool:
        """Whether something is wrong with the query."""
        return is_wrong(self.problems)


def with_columns(request: Request | ValuesRequest, stated: Mapping[str, Entity]) -> Request | ValuesRequest:
    """The request with the columns of these entities, whose formats have been found."""
    entities = {name: stated[name] for name in request.entities}
    whole = {name: evolve(one, columns=stated[name].columns) for name, one in request.whole.items()}
    return evolve(request, entities=entities, whole=whole)


def with_more(bound: Bound, beside: Callable[[Request], Request]) -> Bound:
    """The query with what is asked beside its columns."""
    request = bound.request
    return evolve(bound, request=beside(request)) if isinstance(request, Request) else bound


def is_wrong(problems: Sequence[Problem]) -> bool:
    """Whether any of the problems is an error."""
    return any(problem.severity is Severity.ERROR for problem in problems)


def report_named(text: str, reports: Mapping[str, str]) -> str:
    """The qualified name of the report that a query names, "" where it names none."""
    name = text.strip()
    same = (name,) if name in reports else _called(name, reports)
    return same[0] if len(same) == 1 else ""


def written_query(text: str, reports: Mapping[str, str]) -> SourceFile:
    """The text of a query, or of the report that it names."""
    report = report_named(text, reports)
    return SourceFile.of(QUERY, reports[report] if report else text)


def _called(name: str, reports: Mapping[str, str]) -> tuple[str, ...]:
    """The reports of all packages whose own name this is."""
    return tuple(full for full in reports if full.rpartition(".")[2] == name)


def meant_report(
    text: str,
    reports: Mapping[str, str],
    problems: tuple[Problem, ...],
    definitions: Callable[[], Sequence[Problem]],
) -> tuple[Problem, ...]:
    """The problems of a query; of one that is a single unknown name, that several reports are called so, or that none is
    which is called nearly so. `definitions` gives the problems of these.
    """
    name = text.strip()
    match problems:
        case (UnknownName(name=unknown, near=(), span=span),) if unknown == name:
            if same := _called(name, reports):
                return (AmbiguousName(name=name, candidates=same, span=span),)
            twice = [
                p for p in definitions() if isinstance(p, DeclaredTwice) and p.sort in {"report", "scorecard"}
            ]
            if told := tuple(p for p in twice if p.name == name.rpartition(".")[2]):
                return told
            close = near(name, dict.fromkeys(full.rpartition(".")[2] for full in reports))
            return (UnknownReport(name=name, near=close, span=span),) if close else problems
        case _:
            return problems


class Answering:
    """Takes queries of one project to requests. `analyse` resolves the definitions with a catalog, or without, and with the
    values that are given for parameters.
    """

    def __init__(
        self, analyse: Callable[[Catalog | None, Mapping[str, str]], Analysis], registry: Registry
    ) -> None:
        self._analyse = analyse
        self._registry = registry

    def spelled_out(self, text: str, reports: Mapping[str, str]) -> str:
        """A query; of a report of a package under another name (`use b as bb`), its qualified name."""
        called, _, rest = text.strip().partition(".")
        if not rest or not rest.replace(".", "").isidentifier():
            return text
        directory = self._analyse(None, {}).world.directory
        package = directory.scope_of_query("").aliases.get(called)
        return name if package is not None and (name := f"{package}.{rest}") in reports else text

    def bind(
        self, source: SourceFile, context: Context, connected: Connected | None, report: str = ""
    ) -> Bound:
        """A query, read and resolved, with a connection's tables where one is given. That of a `report` means the names of its
        own file.
        """
        read = read_query(source)
        if read.value is None or read.failed:
            return Bound(source=source, problems=read.problems)
        declared = self._analyse(None, {}).world.directory.named(report, REPORTS) if report else None
        scope = None if declared is None else declared.scope
        bound = self.resolved(read.value, scope, source, context, connected)
        answered = bound.request is not None or bound.refused or is_wrong(bound.problems)
        assert answered, "what is not answered is told why"
        return evolve(bound, problems=(*read.problems, *bound.problems))

    def resolved(
        self,
        query: Query,
        scope: Scope | None,
        source: SourceFile,
        context: Context,
        connected: Connected | None,
    ) -> Bound:
        """A query that has been read, resolved; its names are those of a file's scope, or of the project's root."""
        first = self._request(query, scope, context, None)
        if connected is None:
            return Bound(source=source, request=first.value, problems=first.problems)
        try:
            return self._with_tables(query, scope, first, context, connected, source)
        except AdapterError as error:
            return Bound(
                source=source, request=first.value, problems=first.problems, refused=(error.problem,)
            )

    def _request(
        self, query: Query, scope: Scope | None, context: Context, catalog: Catalog | None
    ) -> Outcome[Request | ValuesRequest | None]:
        analysis = self._analyse(catalog, context.parameters)
        return resolve_request(analysis, query, "", context, scope, whole=self._analyse(catalog, {}))

    def _with_tables(
        self,
        query: Query,
        scope: Scope | None,
        first: Outcome[Request | ValuesRequest | None],
        context: Context,
        connected: Connected,
        source: SourceFile,
    ) -> Bound:
        """Resolved again, now that the columns of the tables are known: of those that are read, or of all if need be."""
        entities = first.value.read if first.value is not None else self._analyse(None, {}).model.entities
        catalog = connected.catalog([entity.table.name for entity in entities.values()])
        outcome = self._request(query, scope, context, catalog)
        request = outcome.value
        if request is None:
            analysis = self._analyse(catalog, context.parameters)
            return Bound(source=source, problems=with_their_like(analysis, outcome.problems))
        catalog = connected.catalog([entity.table.name for entity in request.read.values()])
        used = used_columns(request)
        tables = tuple(dict.fromkeys(entity.table.name for entity in request.read.values()))
        lacking = not all(name in catalog.tables for name in tables)
        known = connected.table_names() if lacking else ()
        sources = tables_of_sources(self._analyse(None, {}).world.directory) if lacking else {}
        problems = list(missing(request.read, used, catalog, connected.name, known, sources))
        if left_out := tuple(not_supplied(request.read, used, catalog)):
            model = self._analyse(None, context.parameters).model
            problems += not_answered(request, left_out, model, catalog, connected.name)
        problems += [] if problems else foreign(request.read, used, catalog)
        problems += [] if problems else unlike_keys(request.read, used_joins(request))
        hints: list[Problem] = []
        if not problems and connected.adapter.dialect == "duckdb":
            stated, problems = connected.formats.stated(request.read, used, catalog)
            request = with_columns(request, stated)
            hints += [] if problems else connected.formats.read_as_null(stated, used, catalog)
        return Bound(
            source=source,
            request=None if problems else request,
            catalog=catalog,
            problems=(*outcome.problems, *problems, *hints),
            tables=tables,
        )

    def compile(
        self, bound: Bound, dialect: str, *, guards: bool, catalog: Catalog | None
    ) -> Outcome[CompiledQuery | None]:
        """The SQL of a bound query."""
        from metricdsl.sql import compile_request

        if bound.request is None:
            return Outcome(None, bound.problems)
        return compile_request(bound.request, self._registry, dialect, catalog, guards=guards)

    def plans(self, bound: Bound, dialect: str) -> list[tuple[str, str]]:
        """The plan of a bound query as text, as it is built and after each rewrite that changes it."""
        from metricdsl.plan import build, stages, text
        from metricdsl.plan.local_text import local_text

        definition = self._registry.dialects.get(dialect)
        if bound.request is None or definition is None:
            return []
        parted = self.parted(bound.request)
        built = build(parted.request)
        told = [("built", text(built))] + [
            (name, text(plan)) for name, plan in stages(built, self._registry, definition)
        ]
        return told if parted.steps is None else [*told, ("on the result", local_text(parted.steps))]

    def parted(self, request: Request | ValuesRequest) -> "Cut":
        """A request as it is asked of the engine, and what is worked out of the answer."""
        from metricdsl.plan.local_steps import cut

        return cut(request, self._registry.result_functions)

    @property
    def result_functions(self) -> "ResultFunctions":
        """The functions that run on results."""
        from metricdsl.execution.result_functions import ResultFunctions

        return ResultFunctions(self._registry.result_functions, self._registry.provenance)

    def accounts(self, bound: Bound, dialect: str) -> Outcome[tuple[AccountStatement, ...] | None]:
        """The statements by which the result of a bound query accounts for itself."""
        from metricdsl.sql import compile_accounts

        if bound.request is None:
            return Outcome(None, bound.problems)
        return compile_accounts(bound.request, self._registry, dialect, bound.catalog)
