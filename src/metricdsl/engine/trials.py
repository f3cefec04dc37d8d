"""`test` blocks, run in a DuckDB in memory that holds the rows given in the text."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from metricdsl.adapters.duckdb import DuckDBAdapter
from metricdsl.adapters.quoting import identifier
from metricdsl.analysis import Expectation, ResolvedTest, resolve_test
from metricdsl.analysis.given import GivenTable
from metricdsl.diagnostics import Problem
from metricdsl.engine.in_memory import create, memory, over_tables, without_scopes
from metricdsl.engine.used import used_columns
from metricdsl.execution.result_functions import ResultFunctions
from metricdsl.execution.run import run
from metricdsl.model.entity import Entity, Role
from metricdsl.model.formula import Constant
from metricdsl.model.request import Request, ValuesRequest
from metricdsl.model.types import FLOAT, Kind, ValueType
from metricdsl.spi.adapter import AdapterError
from metricdsl.spi.values import Catalog, Limits, ResultColumn
from metricdsl.syntax import nodes
from metricdsl.value import frozen

if TYPE_CHECKING:
    from metricdsl.engine.opened import Opened

Row = tuple[Any, ...]
Difference = tuple[str, tuple[ResultColumn, ...], Sequence[Row], Sequence[Row]]
"""The query, the columns, the rows expected, the rows that came."""

Shown = tuple[str, tuple[ResultColumn, ...], Sequence[Row]]
"""A table that was given: the entity's name, its columns, its rows."""

_NEAR = Decimal("1e-9")


@frozen(kw_only=True)
class TestOutcome:
    """What came of a test: passed, or what is wrong with it, or where the rows differ."""

    __test__ = False  # for pytest: not a test class

    title: str
    problems: tuple[Problem, ...] = ()
    differences: tuple[Difference, ...] = ()
    today: date = date.min
    given: tuple[Shown, ...] = ()  # the tables, where the rows differ

    @property
    def passed(self) -> bool:
        """Whether all came out as expected."""
        return not self.problems and not self.differences


def run_tests(opened: "Opened", names: Sequence[str] = ()) -> tuple[TestOutcome, ...]:
    """The outcomes of a project's tests, in the order of the files.

    The rows of a test stand for an entity's own columns, so what a source supplies, and its row scope, are left out.
    """
    analysis = without_scopes(opened)
    outcomes = []
    for declared in analysis.world.directory.tests:
        node = declared.node
        if not isinstance(node, nodes.TestDecl) or (names and not any(name in node.name for name in names)):
            continue
        resolved = resolve_test(analysis, node, declared.scope)
        if resolved.failed:
            outcomes.append(TestOutcome(title=node.name, problems=resolved.problems))
            continue
        assert len(resolved.value.expectations) == len(node.expects), "what is not asked is told why"
        texts = [declared.text(expect.node.query.span) for expect in resolved.value.expectations]
        outcomes.append(_outcome(opened, resolved.value, texts))
    return tuple(outcomes)


def _outcome(opened: "Opened", test: ResolvedTest, texts: Sequence[str]) -> TestOutcome:
    adapter = memory(opened.settings.timezone)
    problems: list[Problem] = []
    differences: list[Difference] = []
    try:
        for at, (expectation, text) in enumerate(zip(test.expectations, texts, strict=True)):
            try:
                found = _difference(opened, test, expectation, text, adapter, f"e{at}")
            except AdapterError as error:
                problems.append(error.problem)
                continue
            problems += found[0]
            differences += found[1]
    finally:
        adapter.close()
    return TestOutcome(
        title=test.title,
        problems=tuple(problems),
        differences=tuple(differences),
        today=test.today,
        given=tuple(map(_shown, test.given.values())) if differences else (),
    )


def _shown(table: GivenTable) -> Shown:
    """A given table as its rows are shown; a column that nobody has declared is of the type of its cells."""
    columns = []
    for at, (name, type_) in enumerate(zip(table.columns, table.types, strict=True)):
        cells = [row[at].type for row in table.rows if row[at].value is not None]
        known = type_.kind is not Kind.UNKNOWN or not cells
        columns.append(ResultColumn(name=name, type=type_ if known else cells[0]))
    rows = [tuple(_wanted(cell, c.type) for cell, c in zip(row, columns, strict=True)) for row in table.rows]
    return table.entity.rpartition(".")[2], tuple(columns), rows


def _difference(
    opened: "Opened",
    test: ResolvedTest,
    expectation: Expectation,
    text: str,
    adapter: DuckDBAdapter,
    schema: str,
) -> tuple[Sequence[Problem], Sequence[Difference]]:
    """Problems and differences of one `expect`."""
    from metricdsl.sql import compile_request

    request, catalog = _filled(expectation.request, test, adapter, schema)
    compiled = compile_request(request, opened.registry, "duckdb", catalog, guards=True)
    if compiled.value is None:
        return compiled.problems, ()
    functions = ResultFunctions(opened.registry.result_functions, opened.registry.provenance)
    result = run(compiled.value, adapter, Limits(), functions=functions)
    chosen = [result.names.index(name) for name in expectation.columns]
    columns = tuple(result.columns[at] for at in chosen)
    got = [tuple(row[at] for at in chosen) for row in result.rows]
    wanted = [
        tuple(_wanted(cell, c.type) for cell, c in zip(row, columns, strict=True)) for row in expectation.rows
    ]
    if len(got) == len(wanted) and all(_alike(g, w) for g, w in zip(got, wanted, strict=True)):
        return (), ()
    return (), ((text, columns, wanted, got),)


def _filled(
    request: Request | ValuesRequest, test: ResolvedTest, adapter: DuckDBAdapter, schema: str
) -> tuple[Request | ValuesRequest, Catalog]:
    """The request over tables of the test, which are made and filled: one for each entity it touches."""
    tables: dict[str, Mapping[str, ValueType]] = {}
    adapter.load([f"CREATE SCHEMA {identifier(schema)}"], [])
    for name, used in used_columns(request).items():
        tables[name] = columns = _columns(request.read[name], test, used)
        _load(adapter, (schema, name), columns, test, name)
    return over_tables(request, tables, schema)


def _columns(entity: Entity, test: ResolvedTest, used: Mapping[str, None]) -> dict[str, ValueType]:
    """The columns of an entity's table: those given, those read, the key."""
    columns = {}
    given = test.given.get(entity.name)
    for name in dict.fromkeys((*(given.columns if given else ()), *used, *entity.key)):
        column = entity.columns.get(name)
        columns[name] = ValueType(Kind.UNKNOWN) if column is None else column.type
        if columns[name].kind is Kind.UNKNOWN and given is not None and name in given.columns:
            at = given.columns.index(name)
            kinds = [row[at].type for row in given.rows if row[at].value is not None]
            columns[name] = kinds[0] if kinds else columns[name]
        if columns[name].kind is Kind.UNKNOWN and column is not None and column.role is Role.FACT:
            columns[name] = FLOAT  # what is calculated with is a number, whether any is given or not
    return columns


def _load(
    adapter: DuckDBAdapter,
    parts: tuple[str, str],
    columns: Mapping[str, ValueType],
    test: ResolvedTest,
    name: str,
) -> None:
    table = ".".join(map(identifier, parts))
    given = test.given.get(name)
    rows = []
    for row in given.rows if given is not None else ():
        cells = dict(zip(given.columns if given is not None else (), row, strict=True))
        rows.append([cells[c].value if c in cells else None for c in columns])
    marks = ", ".join("?" for _ in columns)
    inserts = [(f"INSERT INTO {table} VALUES ({marks})", rows)]  # noqa: S608 - names are quoted, values are parameters
    adapter.load([create(*parts, columns)], inserts)


def _wanted(cell: Constant, type: ValueType) -> Any:
    """An expected cell as a result would have it."""
    from datetime import timedelta

    if cell.value is None:
        return None
    if type.kind is Kind.DURATION:
        return timedelta(microseconds=int(str(cell.value)))
    return cell.value


def _alike(got: Row, wanted: Row) -> bool:
    return all(_same(one, other) for one, other in zip(got, wanted, strict=True))


def _same(got: Any, wanted: Any) -> bool:
    if got is None or wanted is None:
        return got is wanted
    if isinstance(got, float) and isinstance(wanted, int | Decimal | float) and not isinstance(wanted, bool):
        return abs(Decimal(got) - Decimal(wanted)) <= _NEAR * max(abs(Decimal(wanted)), Decimal(1))
    return bool(got == wanted)
