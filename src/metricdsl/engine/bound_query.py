"""A query of a project: its problems, its columns, its SQL, its answer."""

from collections.abc import Callable, Mapping
from copy import copy
from threading import RLock
from typing import TYPE_CHECKING

from attrs import evolve

from metricdsl.diagnostics import Outcome, Problem, Severity
from metricdsl.engine.connected import Connected
from metricdsl.engine.errors import QueryError
from metricdsl.source import SourceFile
from metricdsl.spi.adapter import AdapterError
from metricdsl.spi.cancellation import Cancellation
from metricdsl.spi.values import CompiledQuery, Limits, ResultColumn, Statement

if TYPE_CHECKING:
    from metricdsl.diagnostics.problems.numbers import NotFinite
    from metricdsl.engine.answering import Answering, Bound
    from metricdsl.engine.kept import Kept
    from metricdsl.execution.accounting import Accounting
    from metricdsl.execution.result import Result
    from metricdsl.model.request import Request, ValuesRequest

DUCKDB = "duckdb"


class BoundQuery:
    """A query, read and resolved. It may be compiled and run any number of times, from any thread.

    Where its compiled form was kept from an earlier run, the query is read again only if more than that is asked for.
    """

    def __init__(
        self,
        bind: "Callable[[], tuple[Answering, Bound]]",
        connected: Connected | None,
        sources: Callable[[], Mapping[str, SourceFile]],
        deadline: float | None,
        kept: "Kept | None" = None,
        keep: "Callable[[Bound, CompiledQuery], None] | None" = None,
        elsewhere: "Callable[[str], BoundQuery] | None" = None,
        rendered: "Callable[[str, Result, str], bytes] | None" = None,
    ) -> None:
        self._bind = bind
        self._connected = connected
        self._sources = sources
        self._deadline = deadline
        self._kept = kept
        self._keep = keep
        self._elsewhere = elsewhere
        self._rendered = rendered
        self._lock = RLock()
        self._compiled: dict[tuple[str, bool], Outcome[CompiledQuery | None]] = {}
        self._read: list[tuple[Answering, Bound]] = []
        self._running: set[Cancellation] = set()
        self._others: dict[str, BoundQuery] = {}

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with the query, and what there is to say of it."""
        return self._bound.problems if self._kept is None else self._kept.problems

    @property
    def sources(self) -> Mapping[str, SourceFile]:
        """The texts that its problems point into, by name."""
        source = self._bound.source if self._kept is None else self._kept.source
        return {**self._sources(), source.path: source}

    @property
    def failed(self) -> bool:
        """Whether it cannot be answered as it is written."""
        return any(problem.severity is Severity.ERROR for problem in self.problems)

    @property
    def text(self) -> str:
        """The query as written."""
        return self._bound.source.text if self._kept is None else self._kept.source.text

    @property
    def request(self) -> "Request | ValuesRequest | None":
        """What is asked, every name looked up; None where something is wrong."""
        return self._bound.request

    @property
    def columns(self) -> tuple[ResultColumn, ...]:
        """The columns of the result."""
        return self._must_compile(self.dialect, with_catalog=self._connected is not None).columns

    def sql(self, dialect: str | None = None) -> str:
        """The SQL of a dialect; without one, of the connection's engine (DuckDB where there is none)."""
        chosen = dialect or self.dialect
        return self._must_compile(chosen, with_catalog=chosen == self.dialect).sql

    def compile(self, dialect: str) -> Outcome[CompiledQuery | None]:
        """The query for a dialect, or why that dialect cannot."""
        return self._compile(dialect, with_catalog=dialect == self.dialect)

    def run(
        self,
        connection: str | None = None,
        *,
        deadline: float | None = None,
        limit_rows: int | None = None,
        lean: bool = False,
    ) -> "Result":
        """The result, its rows still to be read. Raises QueryError.

        `connection` is where to ask if not where the query was made for; `deadline` is in seconds and covers the reading of
        the rows; `limit_rows` is how many are read at most; `lean` has an engine inside this process take little memory.
        """
        from metricdsl.execution.run import run

        if connection is not None and (self._connected is None or connection != self._connected.name):
            return self._on(connection).run(deadline=deadline, limit_rows=limit_rows, lean=lean)
        connected = self._ready()
        compiled = self._must_compile(self.dialect, with_catalog=True)
        limits = self._started(deadline, limit_rows, lean=lean)
        switch = limits.cancellation
        try:
            result = run(
                compiled,
                connected.adapter,
                limits,
                ended=lambda: self._ended(switch),
                explain=self._explained,
                functions=None if compiled.steps is None else self._answered[0].result_functions,
            )
        except BaseException:
            self._ended(switch)
            raise
        result.problems = (*self.problems, *result.problems)
        if self._rendered is not None:
            rendered, question = self._rendered, self.text
            result.rendered_by(lambda given, name: rendered(name, given, question))
        return result

    def accounting(self, *, deadline: float | None = None) -> "Accounting":
        """What the result accounts for: what became of all rows of its aggregates. Raises QueryError."""
        from metricdsl.engine.accounting import account

        connected = self._ready()
        compiled = self._must_compile(self.dialect, with_catalog=True)
        limits = self._started(deadline)
        try:
            return account(self._answered, compiled, connected, limits, self.sources, self._explained)
        finally:
            self._ended(limits.cancellation)

    def cancel(self) -> None:
        """Stop this query wherever it runs, from any thread."""
        with self._lock:
            running, others = tuple(self._running), tuple(self._others.values())
        for switch in running:
            switch.cancel()
        for other in others:
            other.cancel()

    def _on(self, connection: str) -> "BoundQuery":
        """The same query for another connection of its project."""
        if self._elsewhere is None:
            raise ValueError("this query belongs to no project: it has one connection, or none")
        with self._lock:
            if connection not in self._others:
                self._others[connection] = self._elsewhere(connection)
            return self._others[connection]

    def count_rows(self) -> int:
        """How many rows the result has, counted on the engine."""
        connected = self._ready()
        compiled = self._must_compile(self.dialect, with_catalog=True)
        if compiled.steps is not None:  # what is chosen of the engine's rows is known behind it
            with self.run() as result:
                return len(result.rows)
        counted = f"SELECT COUNT(*) FROM (\n{compiled.sql}\n) AS counted"  # noqa: S608 - our own SQL, whole
        try:
            batches = connected.adapter.execute(Statement(sql=counted), Limits(deadline=self._deadline))
            return int(next(row[0] for batch in batches for row in batch))
        except AdapterError as error:
            raise self._explained(error) from error

    def plan_text(self) -> str:
        """The steps of the query as text."""
        from metricdsl.plan import build, text
        from metricdsl.plan.local_text import local_text

        parted = self._answered[0].parted(self._must_resolve())
        told = text(build(parted.request))
        return told if parted.steps is None else f"{told}\n\n{local_text(parted.steps)}"

    def plans(self, dialect: str | None = None) -> list[tuple[str, str]]:
        """The steps of the query as text: as they are built, and after each rewrite that changes them, with its name."""
        self._must_resolve()
        answering, bound = self._answered
        return answering.plans(bound, dialect or self.dialect)

    def resolved_text(self) -> str:
        """The request as text: what was looked up."""
        from metricdsl.engine.request_text import request_text

        return request_text(self._must_resolve())

    def reformed(self, change: "Callable[[Request], Request]") -> "BoundQuery":
        """The same question with another request in place of its own, which asks for other columns of the same groups."""
        from metricdsl.model.request import Request

        def bind() -> "tuple[Answering, Bound]":
            answering, bound = self._answered
            request = bound.request
            assert isinstance(request, Request), "a question about metrics that has been read"
            return answering, evolve(bound, request=change(request))

        return BoundQuery(bind, self._connected, self._sources, self._deadline)

    def again(self) -> "BoundQuery":
        """The same query for another asker: what was read and compiled is shared, what runs is not."""
        other = copy(self)
        vars(other)["_running"], vars(other)["_others"] = set(), {}
        return other

    @property
    def _answered(self) -> "tuple[Answering, Bound]":
        with self._lock:
            if not self._read:
                self._read.append(self._bind())
            return self._read[0]

    @property
    def _bound(self) -> "Bound":
        return self._answered[1]

    def _must_resolve(self) -> "Request | ValuesRequest":
        if self._bound.request is None:
            raise QueryError(self._bound.problems)
        return self._bound.request

    def _ready(self) -> Connected:
        """The connection; a query that is wrong or cannot be run says so here."""
        if self.failed:
            raise QueryError(self.problems)
        if self._kept is None and self._bound.refused:
            raise QueryError(self._bound.refused)
        assert self._connected is not None, "without a connection the query says why it cannot be run"
        return self._connected

    @property
    def dialect(self) -> str:
        """The dialect of the connection's engine; DuckDB's where there is no connection."""
        return DUCKDB if self._connected is None else self._connected.adapter.dialect

    def _must_compile(self, dialect: str, *, with_catalog: bool) -> CompiledQuery:
        outcome = self._compile(dialect, with_catalog=with_catalog)
        if outcome.value is None:
            raise QueryError(outcome.problems or self.problems)
        return outcome.value

    def _compile(self, dialect: str, *, with_catalog: bool) -> Outcome[CompiledQuery | None]:
        if self._kept is not None and with_catalog:
            return Outcome(self._kept.compiled)
        with self._lock:
            found = self._compiled.get((dialect, with_catalog))
            if found is None:
                answering, bound = self._answered
                catalog = bound.catalog if with_catalog else None
                found = answering.compile(bound, dialect, guards=with_catalog, catalog=catalog)
                self._compiled[dialect, with_catalog] = found
                if with_catalog and found.value is not None and self._keep is not None and not bound.refused:
                    self._keep(bound, found.value)
            return found

    def _started(self, deadline: float | None, rows: int | None = None, *, lean: bool = False) -> Limits:
        """The limits of a run that begins, and that can be cancelled from now on."""
        limits = Limits(deadline=deadline or self._deadline, rows=rows, lean=lean)
        with self._lock:
            self._running.add(limits.cancellation)
        return limits

    def _ended(self, switch: Cancellation) -> None:
        with self._lock:
            self._running.discard(switch)

    def _explained(self, error: AdapterError) -> QueryError:
        """The problem of an engine with what is known of the project added: a file and line, the columns of a key."""
        from metricdsl.diagnostics.problems.conversion import ValueDoesNotConvert
        from metricdsl.diagnostics.problems.keys import RepeatedKey
        from metricdsl.diagnostics.problems.money import TwoRates
        from metricdsl.diagnostics.problems.numbers import NotFinite
        from metricdsl.engine.discreet import discreet

        problem = error.problem
        entities = self._bound.request.read if self._bound.request is not None else {}
        restricted = any(entity.restricted for entity in entities.values())
        if isinstance(problem, ValueDoesNotConvert):
            said = self._misfits() or (problem,)
            return QueryError(tuple(map(discreet, said)) if restricted else said)
        if restricted:
            problem = discreet(problem)
        if isinstance(problem, NotFinite) and problem.stored:
            problem = self._in_column(problem)
        if isinstance(problem, TwoRates) and problem.rates in entities:
            return QueryError((problem.at(entities[problem.rates].span),))
        if isinstance(problem, RepeatedKey) and problem.entity in entities:
            entity = entities[problem.entity]
            short = entity.name.rpartition(".")[2]
            problem = RepeatedKey(
                entity=short, columns=entity.key, values=problem.values, count=problem.count, span=entity.span
            )
        return QueryError((problem,))

    def _in_column(self, problem: "NotFinite") -> "NotFinite":
        """What is no number, with the entity's column that has it, where one alone of those that are read is called so."""
        from metricdsl.diagnostics.problems.numbers import NotFinite
        from metricdsl.engine.binding import stored_as
        from metricdsl.engine.used import used_columns

        request = self._bound.request
        used = {} if request is None else used_columns(request)
        entities = {} if request is None else request.read
        found = [
            (entity.name.rpartition(".")[2], entity.columns[name])
            for at, entity in entities.items()
            for name in used.get(at, {})
            if name in entity.columns and stored_as(entity, name) == problem.column
        ]
        if len(found) != 1:
            return problem
        ((entity_, column),) = found
        return NotFinite(
            column=f"{entity_}.{column.name}", value=problem.value, detail=problem.detail, span=column.span
        )

    def _misfits(self) -> tuple[Problem, ...]:
        """The values that do not convert, with their places."""
        from metricdsl.engine.text_formats import text_columns
        from metricdsl.engine.used import used_columns

        request, connected, catalog = self._bound.request, self._connected, self._bound.catalog
        if request is None or connected is None or catalog is None or connected.adapter.dialect != DUCKDB:
            return ()
        used = used_columns(request)
        found = []
        for name, entity in request.read.items():
            info = catalog.tables.get(entity.table.name)
            if info is None:
                continue
            for column, stored in text_columns(entity, info, used.get(name, {})):
                problem = (
                    None if column.or_null else connected.formats.misfits(info, stored, column, column.span)
                )
                if problem is not None:
                    found.append(problem)
        return tuple(found)
