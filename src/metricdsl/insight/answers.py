"""The questions of a scorecard: its series, the periods it is compared with, how fresh its rows are."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, Protocol

from attrs import define, evolve, field

from metricdsl.analysis.directory import Scope
from metricdsl.diagnostics import Problem, Severity
from metricdsl.engine.bound_query import BoundQuery
from metricdsl.engine.errors import QueryError
from metricdsl.model.formula import Aggregate
from metricdsl.model.parts import every
from metricdsl.model.period import day_of
from metricdsl.model.request import Context, Output, Request
from metricdsl.spi.values import ResultColumn
from metricdsl.syntax import nodes
from metricdsl.value import frozen

Members = tuple[tuple[str, object], ...]
Beside = Callable[[Request], Request]


class Asking(Protocol):
    """What is needed of a project to ask a declaration's questions."""

    def asked(
        self,
        query: nodes.Query,
        scope: Scope,
        text: str,
        *,
        connection: str | None,
        context: Context | None,
        beside: Beside | None,
    ) -> BoundQuery: ...


@define
class Answered:
    """Values by column, members and the first day of the period (None where a question has no periods)."""

    values: dict[str, dict[Members, dict[date | None, object]]] = field(factory=dict)
    columns: dict[str, ResultColumn] = field(factory=dict)
    refused: dict[str, tuple[Problem, ...]] = field(factory=dict)

    def at(self, column: str, members: Members, starts: date | None = None) -> object:
        """A value; None where there is none."""
        return self.values.get(column, {}).get(members, {}).get(starts)

    def members(self) -> list[Members]:
        """All members found, in the order of the answers."""
        return list(dict.fromkeys(one for by_member in self.values.values() for one in by_member))


@frozen(kw_only=True)
class Questions:
    """Asks questions of one declaration: with all columns at once, and where that is refused column by column."""

    project: Asking
    scope: Scope
    text: str
    connection: str
    context: Context

    def bound(self, query: nodes.Query, beside: Beside | None = None) -> BoundQuery:
        """A question, resolved."""
        return self.project.asked(
            query, self.scope, self.text, connection=self.connection, context=self.context, beside=beside
        )

    def answer(self, query: nodes.Query, grain: str | None = None, beside: Beside | None = None) -> Answered:
        """The values of a question; `grain` is the name of the column that is its period. Raises QueryError where no column is answered."""
        found = Answered()
        try:
            self._into(found, query, grain, beside)
        except QueryError as error:
            if len(query.columns) == 1:
                raise
            first = error
        else:
            return found
        for column in query.columns:
            try:
                self._into(found, evolve(query, columns=(column,)), grain, beside)
            except QueryError as error:
                found.refused[column.name or column.text] = errors(error.problems)
        if len(found.refused) == len(query.columns):
            raise first
        return found

    def _into(self, found: Answered, query: nodes.Query, grain: str | None, beside: Beside | None) -> None:
        bound = self.bound(query, beside)
        if bound.failed:
            raise QueryError(bound.problems)
        with bound.run() as result:
            rows, columns = result.rows, result.columns
        keys = len(query.by)
        for row in rows:
            starts: date | None = None
            members: list[tuple[str, object]] = []
            for value, column in zip(row[:keys], columns, strict=False):
                if column.name == grain:
                    starts = None if value is None else day_of(value)
                else:
                    members.append((column.name, value))
            if grain is not None and starts is None:
                continue  # rows without a time are in no period
            for value, column in zip(row[keys:], columns[keys:], strict=True):
                found.values.setdefault(column.name, {}).setdefault(tuple(members), {})[starts] = value
        found.columns.update((column.name, column) for column in columns[keys:])


def errors(problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """Those that refuse."""
    return tuple(problem for problem in problems if problem.severity is Severity.ERROR)


def freshness(questions: Questions, query: nodes.Query) -> dict[str, date]:
    """The last day up to today of which each column's rows tell, by its own times: of several the one that is furthest back."""
    plain = evolve(query, by=(), during=None, compare=(), fill=False)
    found: dict[str, date] = {}
    for column in plain.columns:
        name = column.name or column.text
        try:
            bound = questions.bound(evolve(plain, columns=(column,)), last_times)
            if bound.failed or not isinstance(bound.request, Request) or not _timed(bound.request):
                continue
            with bound.run() as result:
                row: tuple[Any, ...] = result.rows[0] if result.rows else ()
        except QueryError:
            continue  # a column that cannot be asked has been told where its value is
        days = [day_of(value) for value in row if isinstance(value, date | datetime)]
        if days and len(days) == len(row):
            found[name] = min(*days, questions.context.today)
    return found


def last_times(request: Request) -> Request:
    """The last time of the rows of each aggregate of a question, in place of its columns: of all its rows, whichever it picks."""
    times: dict[object, Output] = {}
    for output in (one for one in request.outputs if one.withholding is None):
        for part in every(output.formula):
            if isinstance(part, Aggregate) and part.time is not None and not part.levels:
                type_ = evolve(part.time.type, nullable=True)
                last = evolve(part, function="max", arguments=(part.time,), type=type_, where=None)
                last = evolve(last, order=(), stock=None, spread=None, open=None)
                times.setdefault(
                    (part.home, part.time), Output(name=f"last {len(times)}", formula=last, type=type_)
                )
    return evolve(request, outputs=tuple(times.values())) if times else request


def _timed(request: Request) -> bool:
    return all(output.name.startswith("last ") for output in request.outputs)
