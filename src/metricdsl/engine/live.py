"""`metric check --live`: the definitions compared with the data, everything that does not agree in one run.

Of an entity that a policy restricts only the table, its columns and types are looked at, and its rows by the metrics, as
whoever the project file says asks: nothing is told of rows that the one who checks may not see.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Protocol

from metricdsl.adapters.quoting import identifier, text
from metricdsl.analysis import Analysis
from metricdsl.diagnostics import Problem, Severity
from metricdsl.diagnostics.problems.data import ValuesNotDeclared
from metricdsl.diagnostics.problems.execution import Interrupted
from metricdsl.diagnostics.problems.keys import KeyIsNull, Orphans, RepeatedKey
from metricdsl.diagnostics.problems.stored import TypeDiffers
from metricdsl.diagnostics.problems.tables import MissingColumn, MissingTable
from metricdsl.engine.binding import (
    foreign,
    meet,
    missing,
    not_supplied,
    stored_as,
    tables_of_sources,
    unlike_keys,
)
from metricdsl.engine.bound_query import BoundQuery
from metricdsl.engine.connected import Connected
from metricdsl.engine.errors import QueryError
from metricdsl.engine.invariants import Asked, broken_invariants
from metricdsl.engine.served import by_packs, columns_not_served, not_served
from metricdsl.engine.source_problems import of_sources
from metricdsl.engine.text_formats import text_columns
from metricdsl.model.entity import Entity, Join, Role
from metricdsl.model.made_of import columns
from metricdsl.model.semantic_model import SemanticModel
from metricdsl.model.types import UNKNOWN, Kind, ValueType
from metricdsl.spi.adapter import AdapterError
from metricdsl.spi.values import Catalog, Limits, Row, Statement, TableInfo

DUCKDB = "duckdb"
EXAMPLES = 3
_NUMBERS = {Kind.INTEGER, Kind.DECIMAL, Kind.FLOAT, Kind.DURATION}
_TIMES = {Kind.DATE, Kind.TIMESTAMP}


class Checked(Asked, Protocol):
    """What is needed of a project to check it."""

    @property
    def model(self) -> SemanticModel: ...

    def connected(self, name: str, /) -> Connected: ...

    @property
    def owners(self) -> Mapping[str, str]: ...

    def analysis(self, catalog: Catalog | None = None, /) -> Analysis: ...

    def query(self, text: str, *, connection: str | None) -> BoundQuery: ...


def check_live(project: Checked, connection: str) -> tuple[Problem, ...]:
    """What the data says against the definitions: tables, columns, types, values, keys, foreign keys; then each metric is run,
    and each invariant.
    """
    try:
        connected = project.connected(connection)
        model = project.analysis().model
        read = (*model.entities.values(), *model.settings.values())
        unreadable = _unreadable(connected, [entity.table.name for entity in read if not entity.table.unread])
    except QueryError as error:
        return error.problems
    except AdapterError as error:
        return (error.problem,)
    found = _Live(project, connected, connected.catalog([]), unreadable)
    problems: dict[object, Problem] = {}
    for problem in found.problems():
        if isinstance(problem, Interrupted):
            return (problem,)
        problems.setdefault((problem.code, problem.span, problem.message()), problem)
    return tuple(problems.values())


def _unreadable(connected: Connected, tables: list[str]) -> dict[str, Problem]:
    """The tables that cannot be read, and why: one of them hides no other. Raises AdapterError if none can be reached."""
    try:
        connected.catalog(tables)
    except AdapterError:
        connected.listed()
    else:
        return {}
    found: dict[str, Problem] = {}
    for table in dict.fromkeys(tables):
        try:
            connected.catalog([table])
        except AdapterError as error:
            found[table] = error.problem
    return found


class _Live:
    """One look at the data through one connection."""

    def __init__(
        self, project: Checked, connected: Connected, catalog: Catalog, unreadable: Mapping[str, Problem]
    ) -> None:
        self._project = project
        self._connected = connected
        self._catalog = catalog
        self._unreadable = unreadable
        model = project.analysis(catalog).model
        self._entities = dict(model.entities)
        self._settings = dict(model.settings)

    def problems(self) -> Iterator[Problem]:
        broken: set[str] = set()
        absent: set[str] = set()  # whose tables or columns are not what they are declared
        for name, entity in self._entities.items():
            if entity.table.unread:  # told where its source stands
                broken.add(name)
                absent.add(name)
                continue
            if entity.table.name in self._unreadable:
                broken.add(name)
                absent.add(name)
                yield self._unreadable[entity.table.name]
                continue
            said = [*self._structure(entity)]
            if any(problem.severity is Severity.ERROR for problem in said):
                absent.add(name)
            said += self._values(name)
            if not entity.restricted and not any(problem.severity is Severity.ERROR for problem in said):
                said += self._guarded(partial(self._undeclared, entity))
            if any(problem.severity is Severity.ERROR for problem in said):
                broken.add(name)
            yield from (problem for problem in said if not self._of_a_pack(problem))
        unlike = self._unlike(broken)
        yield from unlike.values()
        for name, entity in self._entities.items():
            if name in absent or entity.restricted:
                continue
            yield from self._guarded(partial(self._repeated, entity))
            if name in broken:
                continue
            for join in entity.joins.values():
                if join.target in self._entities and self._entities[join.target].restricted:
                    continue
                if (name, join.name) in unlike:
                    continue
                if join.neighbour is None and join.target not in broken and join.target in self._entities:
                    yield from self._guarded(partial(self._orphans, entity, join))
        unsound = self._project.analysis().unsound
        for name, rows in self._settings.items():
            if rows.table.name not in self._unreadable and name not in unsound:
                said = [*self._structure(rows), *self._values(name)]
                yield from (problem for problem in said if not self._of_a_pack(problem))
        yield from self._formulas()
        if not self._unreadable:
            yield from self._not_served()
        yield from self._trials(broken)
        yield from broken_invariants(self._project, self._connected.name, broken)

    def _not_served(self) -> Iterator[Problem]:
        """The metrics that the data cannot serve, and the columns that sources leave out which no metric needs."""
        model, name = self._project.model, self._connected.name
        found = [*not_served(model.metrics, {**model.entities, **model.settings}, self._catalog, name)]
        yield from by_packs(found, self._project.owners, model.metrics.values())
        told = {need for problem in found for need in problem.needs}
        declared = {at: _declared(entity) for at, entity in self._entities.items()}
        columns = not_supplied(self._entities, declared, self._catalog)
        yield from (
            one
            for one in columns_not_served(columns, self._entities, name)
            if not told.intersection(one.needs)
            and (one.span is None or one.span.file not in self._project.owners)
        )

    def _of_a_pack(self, problem: Problem) -> bool:
        """Whether it is what a pack speaks of and the connection has not: that is told with the metrics that need it."""
        span = problem.span
        lacking = isinstance(problem, MissingTable | MissingColumn)
        return lacking and span is not None and span.file in self._project.owners

    def _unlike(self, broken: set[str]) -> dict[tuple[str, str], Problem]:
        """The joins whose columns are of another kind than the key that they meet."""
        joins = [
            (name, join.name)
            for name, entity in self._entities.items()
            for join in entity.joins.values()
            if join.target in self._entities and not {name, join.target} & broken
        ]
        found = ((at, next(unlike_keys(self._entities, [at]), None)) for at in joins)
        return {at: problem for at, problem in found if problem is not None}

    def _formulas(self) -> Iterator[Problem]:
        """What is wrong with formulas once the tables' own columns are known, such as a column that no table has."""
        bare, bound = self._project.analysis(), self._project.analysis(self._catalog)
        known = {problem.span for problem in bare.root_causes(bare.failures)}
        # What is wrong at a place without the tables is wrong with them too, perhaps otherwise: it is told once.
        found = [*bound.root_causes(bound.failures), *of_sources(bound)]
        yield from (problem for problem in found if problem.span not in known)

    def _structure(self, entity: Entity) -> Iterator[Problem]:
        """The table, the declared columns, their types."""
        declared = _declared(entity)
        lacking = entity.table.name not in self._catalog.tables
        known = self._connected.table_names() if lacking else ()
        sources = tables_of_sources(self._project.analysis().world.directory) if lacking else {}
        connection = self._connected.name
        yield from missing(
            {entity.name: entity}, {entity.name: declared}, self._catalog, connection, known, sources
        )
        info = self._catalog.tables.get(entity.table.name)
        if info is None:
            return
        yield from foreign({entity.name: entity}, {entity.name: _named(entity)}, self._catalog)
        for name in declared:
            column = entity.columns[name]
            behind = stored_as(entity, name)
            stored = None if behind is None else info.column(behind)
            if stored is not None and not _fits(column.type, stored.type):
                yield TypeDiffers(
                    table=entity.table.name,
                    column=stored.name,
                    declared=column.type.kind.value,
                    found=stored.type.kind.value,
                    span=column.span,
                )

    def _values(self, name: str) -> Iterator[Problem]:
        """The formats and values of text columns."""
        entity = self._entities[name] if name in self._entities else self._settings[name]
        info = self._catalog.tables.get(entity.table.name)
        if info is None:
            return
        if self._connected.adapter.dialect != DUCKDB:
            yield from self._guarded(partial(self._wrong, entity, info))
            return
        stored = dict.fromkeys(n for n, column in entity.columns.items() if column.value is None)
        try:
            stated, problems = self._connected.formats.stated({name: entity}, {name: stored}, self._catalog)
            yield from problems
            refused = {problem.span for problem in problems}
            entity = stated[name]
            if name in self._entities:
                self._entities[name] = entity
            for column, of_table in text_columns(entity, info, stored):
                if column.span in refused or column.or_null or entity.restricted:
                    continue
                problem = self._connected.formats.misfits(info, of_table, column, column.span)
                if problem is not None:
                    yield problem
            yield from self._connected.formats.read_as_null({name: entity}, {name: stored}, self._catalog)
        except AdapterError as error:
            yield error.problem.at(entity.span)

    def _wrong(self, entity: Entity, info: TableInfo) -> Iterator[Problem]:
        """A value of each stored column that is not what is declared, on an engine that keeps any value in any column."""
        for name in _named(entity) if not entity.restricted else ():
            behind = stored_as(entity, name)
            found = None if behind is None else info.column(behind)
            if found is None or found.foreign or not _fits(entity.columns[name].type, found.type):
                continue
            problem = self._connected.wrong_value(entity, name, info)
            if problem is not None:
                yield problem.at(entity.columns[name].span)

    def _undeclared(self, entity: Entity) -> Iterator[Problem]:
        """Texts that are not among the values that their declaration lists."""
        info = self._catalog.tables.get(entity.table.name)
        for name, column in entity.columns.items():
            behind = stored_as(entity, name) if column.value is None and column.type.domain else None
            stored = None if info is None or behind is None else info.column(behind)
            if info is None or stored is None or stored.type.kind is not Kind.TEXT:
                continue
            quoted = identifier(stored.name)
            values = ", ".join(text(value) for value in column.type.domain or ())
            found = self._ask(
                f"SELECT {quoted}, COUNT(*) FROM {_table(info)} WHERE {quoted} NOT IN ({values})"  # noqa: S608 - quoted
                f" GROUP BY {quoted} ORDER BY 2 DESC, 1 LIMIT {EXAMPLES}"
            )
            if found:
                examples = tuple((str(value), int(count)) for value, count in found)
                yield ValuesNotDeclared(
                    table=entity.table.name, column=stored.name, examples=examples, span=column.span
                )

    def _guarded(self, look: Callable[[], Iterator[Problem]]) -> Iterator[Problem]:
        try:
            yield from look()
        except AdapterError as error:
            yield error.problem

    def _repeated(self, entity: Entity) -> Iterator[Problem]:
        """A key that stands on several rows, or is missing."""
        columns = self._plain(entity, entity.key)
        if not entity.key or columns is None:
            return
        info = self._catalog.tables[entity.table.name]
        keys = ", ".join(columns)
        there = " AND ".join(f"{column} IS NOT NULL" for column in columns)
        sql = (
            f"SELECT {keys}, COUNT(*) OVER () FROM {_table(info)}"  # noqa: S608 - names are quoted
            f" WHERE {there} GROUP BY {keys} HAVING COUNT(*) > 1 ORDER BY {keys} LIMIT 1"
        )
        if entity.scope is not None:
            return  # the rows that count are told by a formula: the guard of each query looks at them
        [(without,)] = self._ask(f"SELECT COUNT(*) FROM {_table(info)} WHERE NOT ({there})")  # noqa: S608
        if without:
            name = entity.name.rpartition(".")[2]
            yield KeyIsNull(entity=name, columns=entity.key, rows=int(without), span=entity.span)
        for row in self._ask(sql):
            yield RepeatedKey(
                entity=entity.name.rpartition(".")[2],
                columns=entity.key,
                values=tuple(str(value) for value in row[:-1]),
                count=int(row[-1]),
                span=entity.span,
            )

    def _orphans(self, entity: Entity, join: Join) -> Iterator[Problem]:
        """Rows whose foreign key finds no row."""
        target = self._entities[join.target]
        child, parent = self._plain(entity, join.columns), self._plain(target, target.key)
        if child is None or parent is None:
            return
        one, other = (self._catalog.tables[e.table.name] for e in (entity, target))
        if not self._compared(entity, join.columns, target, target.key):
            return  # a declaration brings them together, the tables do not
        there = " AND ".join(f"c.{column} IS NOT NULL" for column in child)
        match = " AND ".join(f"p.{p} = c.{c}" for p, c in zip(parent, child, strict=True))
        lost = f"FROM {_table(one)} c WHERE {there} AND NOT EXISTS (SELECT 1 FROM {_table(other)} p WHERE {match})"  # noqa: S608
        [(rows, total)] = self._ask(f"SELECT (SELECT COUNT(*) {lost}), (SELECT COUNT(*) FROM {_table(one)})")  # noqa: S608
        if not rows:
            return
        shown = ", ".join(f"c.{column}" for column in child)
        examples = self._ask(f"SELECT DISTINCT {shown} {lost} ORDER BY {shown} LIMIT {EXAMPLES}")
        yield Orphans(
            entity=entity.name.rpartition(".")[2],
            join=join.name,
            target=target.name.rpartition(".")[2],
            rows=int(rows),
            total=int(total),
            examples=tuple("/".join(str(value) for value in row) for row in examples),
            span=join.span,
        )

    def _compared(
        self, entity: Entity, columns: tuple[str, ...], target: Entity, keys: tuple[str, ...]
    ) -> bool:
        """Whether the tables' own columns can be compared as they are stored."""

        def kind(owner: Entity, name: str) -> ValueType:
            behind = stored_as(owner, name)
            found = None if behind is None else self._catalog.tables[owner.table.name].column(behind)
            return UNKNOWN if found is None else found.type

        return all(meet(kind(entity, c), kind(target, k)) for c, k in zip(columns, keys, strict=True))

    def _trials(self, broken: set[str]) -> Iterator[Problem]:
        """Each metric alone, run for no more than a row."""
        for name in self._project.model.metrics:
            query = self._project.query(name, connection=self._connected.name)
            touched = set() if query.request is None else set(query.request.read)
            if query.failed or touched & broken:
                continue
            try:
                query.run(limit_rows=1).close()
            except QueryError as error:
                yield from error.problems

    def _plain(self, entity: Entity, names: tuple[str, ...]) -> tuple[str, ...] | None:
        """The quoted table columns behind stored ones, or None where a source calculates one or leaves it out."""
        info = self._catalog.tables[entity.table.name]
        behind = [stored_as(entity, name) for name in names]
        stored = [info.column(name) for name in behind if name is not None]
        plain = tuple(identifier(column.name) for column in stored if column is not None)
        return plain if len(plain) == len(names) else None

    def _ask(self, sql: str) -> list[Row]:
        return [
            row for batch in self._connected.adapter.execute(Statement(sql=sql), Limits()) for row in batch
        ]


def _declared(entity: Entity) -> dict[str, None]:
    """The stored columns of an entity."""
    return dict.fromkeys(name for name, column in entity.columns.items() if column.value is None)


def _named(entity: Entity) -> dict[str, None]:
    """The stored columns that an entity's declaration names: as members, in a key or a join, in what is calculated."""
    named = {name: None for name, column in entity.columns.items() if column.role is not Role.COLUMN}
    named.update(
        dict.fromkeys([*entity.key, *(name for join in entity.joins.values() for name in join.read)])
    )
    for calculated in (*(column.value for column in entity.columns.values()), *entity.conditions):
        if calculated is not None:
            named.update({column.column: None for column in columns(calculated) if not column.path})
    return {name: None for name in named if name in entity.columns and entity.columns[name].value is None}


def _table(info: TableInfo) -> str:
    return ".".join(identifier(part) for part in info.parts)


def _fits(declared: ValueType, stored: ValueType) -> bool:
    """Whether a stored value can be read as what is declared."""
    one, other = declared.kind, stored.kind
    if Kind.UNKNOWN in {one, other} or one is other or other is Kind.TEXT or one is Kind.TEXT:
        return True
    if {one, other} <= _NUMBERS or {one, other} <= _TIMES:
        return True
    return one is Kind.BOOLEAN and other is Kind.INTEGER
