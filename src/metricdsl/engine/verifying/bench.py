"""Where a law is tried: its questions compiled once, its tables filled anew for each database."""

from collections.abc import Mapping, Sequence

from attrs import evolve

from metricdsl.adapters.duckdb import DuckDBAdapter
from metricdsl.adapters.quoting import identifier
from metricdsl.analysis import Analysis, resolve_request
from metricdsl.diagnostics import Outcome, Problem
from metricdsl.diagnostics.problems.money import TwoRates
from metricdsl.diagnostics.problems.validity import OverlappingValidity
from metricdsl.engine.in_memory import create, over_tables
from metricdsl.engine.verifying.laws import Answer, Law
from metricdsl.engine.verifying.shapes import Database, Row, Shapes, shapes_of
from metricdsl.execution.result_functions import ResultFunctions
from metricdsl.execution.run import guarded, run
from metricdsl.model.request import Context, Request
from metricdsl.registry import Registry
from metricdsl.spi.adapter import AdapterError
from metricdsl.spi.values import CompiledQuery, Limits, Purpose

KEPT_BY_CHANCE = (Purpose.PAIRS, Purpose.OVERLAP, Purpose.PERIODS)
"""What a made-up database may break, and is left out for; its keys are unique in any case."""


class Bench:
    """The tables and compiled questions of one law."""

    def __init__(
        self,
        law: Law,
        shapes: Shapes,
        compiled: Sequence[CompiledQuery],
        adapter: DuckDBAdapter,
        schema: str,
        functions: ResultFunctions,
    ) -> None:
        self.shapes = shapes
        self._law = law
        self._functions = functions
        self._adapter = adapter
        self._schema = schema
        self._questions = [evolve(one, statements=one.statements[-1:]) for one in compiled]
        self._guards = [
            evolve(one, statements=kept)
            for one in compiled
            if (kept := tuple(s for s in one.statements if s.purpose in KEPT_BY_CHANCE))
        ]
        self._there: Mapping[str, tuple[Row, ...]] = dict.fromkeys(shapes.tables, ())
        tables = [create(schema, name, table.types) for name, table in shapes.tables.items()]
        adapter.load([f"CREATE SCHEMA {identifier(schema)}", *tables], [])

    def satisfies_model(self, database: Database) -> bool:
        """Whether a database may be as it is: no two rates of a day, no two rows valid at once. Fills the tables."""
        self._fill(database)
        try:
            for guard in self._guards:
                guarded(guard, self._adapter, Limits(), lambda error: error)
        except AdapterError as error:
            if isinstance(error.problem, TwoRates | OverlappingValidity):
                return False
            raise
        return True

    def broken(self, database: Database) -> Answer | None:
        """What breaks the law in a database; None where it holds."""
        self._fill(database)
        answers = []
        for question in self._questions:
            with run(question, self._adapter, Limits(), functions=self._functions) as result:
                answers.append(Answer(result.columns, result.rows))
        return self._law.judge(answers)

    def breaks(self, database: Database) -> bool:
        """Whether a database satisfies the model and breaks the law."""
        return self.satisfies_model(database) and self.broken(database) is not None

    def _fill(self, database: Database) -> None:
        """Put the rows in place of those that are there; a table that is the same stays."""
        cleared, filled = [], []
        for name, rows in database.items():
            if rows == self._there[name]:
                continue
            table = f"{identifier(self._schema)}.{identifier(name)}"
            cleared.append(f"DELETE FROM {table}")  # noqa: S608 - quoted
            if rows:
                marks = ", ".join([f"({', '.join('?' * len(rows[0]))})"] * len(rows))
                values = [[cell for row in rows for cell in row]]
                filled.append((f"INSERT INTO {table} VALUES {marks}", values))  # noqa: S608 - quoted, values are parameters
        if cleared:
            self._adapter.load(cleared, filled)
        self._there = database


def bench(
    law: Law, analysis: Analysis, registry: Registry, context: Context, adapter: DuckDBAdapter, schema: str
) -> Outcome[Bench | None]:
    """A law's tables and questions; or why it cannot be asked."""
    from metricdsl.sql import compile_request

    requests: list[Request] = []
    problems: list[Problem] = []
    for query in law.queries:
        outcome = resolve_request(analysis, query, "", context, law.scope)
        problems += outcome.problems
        if isinstance(outcome.value, Request):
            requests.append(outcome.value)
    if len(requests) < len(law.queries):
        return Outcome(None, tuple(problems))
    shapes = shapes_of(requests)
    tables = {name: table.types for name, table in shapes.tables.items()}
    compiled: list[CompiledQuery] = []
    for request in requests:
        over, catalog = over_tables(request, tables, schema)
        made = compile_request(over, registry, "duckdb", catalog, guards=True)
        if made.value is None:
            return Outcome(None, made.problems)
        compiled.append(made.value)
    functions = ResultFunctions(registry.result_functions, registry.provenance)
    return Outcome(Bench(law, shapes, compiled, adapter, schema, functions))
