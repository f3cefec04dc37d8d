"""Row steps as SQL: what is read of tables, joined and filtered."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from attrs import field
from sqlglot import exp

from metricdsl.model.entity import Entity
from metricdsl.model.formula import ColumnRef, Expression
from metricdsl.model.made_of import columns, short
from metricdsl.model.period import Period
from metricdsl.model.request import Context as Setting
from metricdsl.model.types import BOOLEAN, DATE, TIMESTAMP, Kind
from metricdsl.plan.frames import tables_of
from metricdsl.plan.nodes import (
    Conversion,
    Exchange,
    Filter,
    Join,
    Latest,
    Lookup,
    Node,
    Scan,
    SemiJoin,
    Windows,
)
from metricdsl.plan.rows import rows
from metricdsl.spi.defs import Capability
from metricdsl.spi.lowering import Operand
from metricdsl.spi.values import Catalog
from metricdsl.sql import trees
from metricdsl.sql.conversion import parses
from metricdsl.sql.converted import join_converted
from metricdsl.sql.emitter import Emitter
from metricdsl.sql.exchanged import join_rate
from metricdsl.sql.groups import Groups
from metricdsl.sql.lookups import join_table
from metricdsl.sql.neighbours import Found, join_neighbour
from metricdsl.sql.reading import Reading
from metricdsl.sql.relations import Inline, Reference, Staged, Stored, behind, own_only
from metricdsl.sql.row_joins import join_latest, join_windows
from metricdsl.sql.rows import Rows
from metricdsl.sql.semi_joins import looked_for
from metricdsl.sql.steps import Steps
from metricdsl.value import frozen

NUMBERS = {Kind.INTEGER, Kind.DECIMAL, Kind.FLOAT}


def _no_groups(node: Node, reader: Reading) -> Groups:
    raise AssertionError(f"a check of keys looks up no groups: {node}")


@frozen
class Reader:
    """What reads tables: the catalog, the entities of the request, the steps made so far."""

    catalog: Catalog
    entities: Mapping[str, Entity]
    emit: Emitter
    steps: Steps
    setting: Setting
    staged: dict[str, Staged] = field(factory=dict)
    joined: dict[str, None] = field(factory=dict)
    extents: tuple[tuple[Node, Expression], ...] = ()
    windows: dict[Any, Any] = field(factory=dict)
    series: dict[Any, str] = field(factory=dict)
    extent: list[str] = field(factory=list)
    branches: list[tuple[Any, Any]] = field(factory=list)
    tables: list[Any] = field(factory=list)
    rates: dict[str, None] = field(factory=dict)  # entities of exchange rates
    neighbours: dict[tuple[str, str], Found] = field(factory=dict)  # by entity and join
    groups: Callable[[Node, Reading], Groups] = (
        _no_groups  # handed in: groups are made of rows, and rows look up groups
    )
    whole: Mapping[str, Entity] | None = None  # what policies look at; None for who reads just that
    uncut: list["Reader"] = field(factory=list)

    @property
    def today(self) -> date:
        """The day that is taken for today."""
        return self.setting.today

    def grouped(self, node: Node) -> Groups:
        """The groups of a step."""
        return self.groups(node, self)

    def of_policies(self) -> "Reader":
        """What reads the rows that policies look at: all that count, whoever asks."""
        assert self.whole is not None, "what policies look at has no policies"
        if not self.uncut:
            self.uncut.append(
                Reader(self.catalog, self.whole, self.emit, self.steps, self.setting, groups=self.groups)
            )
        return self.uncut[0]

    def rows(self, node: Node, used: Iterable[Expression]) -> Rows:
        """Scan, joins and filter as clauses; `used` are the expressions that are wanted of the rows."""
        wanted: dict[tuple[str, ...], set[str]] = {}
        _want(wanted, used)
        return self._rows(node, wanted)

    def _rows(self, node: Node, wanted: dict[tuple[str, ...], set[str]]) -> Rows:
        match node:
            case Scan():
                relation = self.relation(node, wanted.get((), set()), joined=False)
                made = Rows(self.emit, relation.source())
                made.relations[()] = relation
                if (scope := relation.scope()) is not None:
                    made.where.append(scope)
                return made
            case Join(source=source, path=path, join=join, scan=scan):
                wanted.setdefault(path[:-1], set()).update(join.read)
                wanted.setdefault(path, set()).update(scan.entity.key)
                made = self._rows(source, wanted)
                self._join(made, node, wanted[path])
                return made
            case Filter():
                parts = [*node.conditions, *node.alternatives, *([node.time] if node.time else [])]
                _want(wanted, parts)
                made = self._rows(node.source, wanted)
                made.where += [made.sql(condition) for condition in node.conditions]
                choice = trees.any_of([made.sql(condition) for condition in node.alternatives])
                if choice is not None:
                    made.where.append(choice)
                if node.time is not None and node.period is not None:
                    made.where += self.within(made, node.time, node.period)
                return made
            case Windows():
                _want(wanted, [e for e in (node.time, *_ends(node)) if e is not None])
                made = self._rows(node.source, wanted)
                join_windows(made, node, self)
                return made
            case Latest(stock=stock):
                _want(wanted, [stock.by, *stock.per])
                made = self._rows(node.source, wanted)
                join_latest(made, node, self)
                return made
            case Conversion(value=conversion):
                _want(wanted, conversion.start.key)
                made = self._rows(node.source, wanted)
                join_converted(made, node, self)
                return made
            case Exchange(value=rate):
                _want(wanted, [rate.currency, rate.at])
                made = self._rows(node.source, wanted)
                join_rate(made, node, self)
                return made
            case Lookup(value=value):
                _want(wanted, value.keys)
                made = self._rows(node.source, wanted)
                join_table(made, node, self)
                return made
            case SemiJoin(keys=keys):
                _want(wanted, keys)
                made = self._rows(node.source, wanted)
                made.where += looked_for(made, node, self)
                return made
            case _:
                raise AssertionError(f"not a step of rows: {type(node).__name__}")

    def _join(self, made: Rows, node: Join, used: set[str]) -> None:
        """One more relation, joined to the one that its foreign key is in."""
        if node.join.neighbour is not None:
            join_neighbour(self, made, node, node.join.neighbour)
            self.joined[node.scan.entity.name] = None
            return
        relation = self.relation(node.scan, used, joined=True)
        made.relations[node.path] = relation
        child = made.relations[node.path[:-1]]
        pairs = zip(node.scan.entity.key, node.join.columns, strict=True)
        on = [
            self._same(node, relation.column(key), key, child.column(foreign), foreign)
            for key, foreign in pairs
        ]
        if (scope := relation.scope()) is not None:
            on.append(scope)
        made.joins.append(exp.Join(this=relation.source(), side="LEFT", on=trees.all_of(on)))
        self.joined[node.scan.entity.name] = None

    def _same(
        self, node: Join, found: exp.Expression, key: str, wanted: exp.Expression, foreign: str
    ) -> exp.Expression:
        """The key is the one that is looked for: brought to one scale where decimals are whole numbers of their last digit."""
        sides = [
            Operand(sql=sql, type=entity.columns[name].type)
            for sql, entity, name in ((found, node.scan.entity, key), (wanted, node.child, foreign))
        ]
        kinds = {side.type.kind for side in sides}
        scaled = Kind.DECIMAL in kinds and not self.emit.native(Capability.DECIMALS)
        if scaled and kinds <= NUMBERS and len({(side.type.kind, side.type.scale) for side in sides}) > 1:
            return self.emit.call("equal", *sides, result=BOOLEAN).sql
        return trees.binary(exp.EQ, found, wanted)

    def within(self, made: Rows, time: Expression, period: Period) -> list[exp.Expression]:
        """The time lies in the half-open period: on the column itself, so that an index on it serves."""
        type_ = time.type if time.type.kind.temporal else TIMESTAMP
        bounds = [bound for bound in (period.start, period.end) if bound is not None]
        whole_days = not any(isinstance(bound, datetime) for bound in bounds)
        raw = made.raw(time) if whole_days and not self.emit.native(Capability.DATES) else None
        if raw is not None:
            type_ = DATE  # a day's text stands before all timestamps of the day, whatever form they have

        def compared(node: type[exp.Binary], bound: date) -> exp.Expression:
            sql = raw.copy() if raw is not None else made.sql(time)
            return trees.binary(node, sql, self.emit.constant(bound, type_).sql)

        parts = [] if period.start is None else [compared(exp.GTE, period.start)]
        return parts if period.end is None else [*parts, compared(exp.LT, period.end)]

    def relation(self, scan: Scan, used: set[str], *, joined: bool) -> Inline | Reference:
        """The scan as a relation from which the `used` columns are read."""
        entity = scan.entity
        known = entity.policies or not entity.restricted or self.whole is None
        assert known, f"it is not known who may see {entity.name}"
        if entity.name not in self.staged:
            for part in entity.conditions:
                used |= {column.column for column in columns(part) if not column.path}
            inline = Inline(Stored(entity, self.catalog.tables.get(entity.table.name)), scan.alias, self.emit)
            if not _prepared(inline.stored, used, joined=joined):
                return inline
            self.staged[entity.name] = self._stage(inline.stored)
        return Reference(self.staged[entity.name], scan.alias)

    def finished(self, query: exp.Query) -> exp.Query:
        """The query with the steps in front; a step that is only counted has a column too."""
        for staged in [
            *self.staged.values(),
            *(one for reader in self.uncut for one in reader.staged.values()),
        ]:
            if not staged.columns:
                staged.select.append("expressions", trees.named(trees.number(1), "one"))
        return self.steps.before(query)

    def _stage(self, stored: Stored) -> Staged:
        """The entity's rows as a step of their own."""
        entity = stored.entity
        wanted = short(entity.name)
        name = self.steps.name(wanted, f"{wanted}_rows")
        inner = Inline(stored, wanted, self.emit)
        made = Rows(self.emit, inner.source(), relations={(): inner})
        taken: set[str] = set()
        if entity.scope is not None:
            node = rows(entity.name, [entity.scope], self.entities, taken=taken)
            made = self.joined_to(node, made)
            made.where.append(made.sql(entity.scope))
        if entity.policies:
            reader = self.of_policies()
            tables = tables_of(reader.entities, self.setting)
            node = rows(entity.name, entity.policies, reader.entities, tables, taken)
            whole = Rows(self.emit, made.source, joins=made.joins, where=made.where, relations={(): inner})
            whole = reader.joined_to(node, whole)
            made.where += [whole.sql(policy) for policy in entity.policies]
        select = made.select()
        self.steps.add(name, select)
        return Staged(name, inner, select)

    def joined_to(self, node: Node, made: Rows) -> Rows:
        """The joins of a plan on top of rows whose home is there already."""
        match node:
            case Join(source=source, scan=scan):
                made = self.joined_to(source, made)
                self._join(made, node, set(scan.entity.key))
                return made
            case Lookup(source=source):
                made = self.joined_to(source, made)
                join_table(made, node, self)
                return made
            case Conversion(source=source):
                made = self.joined_to(source, made)
                join_converted(made, node, self)
                return made
            case _:
                return made


def _want(wanted: dict[tuple[str, ...], set[str]], expressions: Iterable[Expression]) -> None:
    """Put down the columns that expressions read."""
    for expression in expressions:
        for column in columns(expression):
            wanted.setdefault(column.path, set()).add(column.column)


def _ends(node: Windows) -> tuple[Expression, ...]:
    return tuple(e for s in (node.open, node.spread) if s is not None for e in (s.start, s.end))


def _prepared(stored: Stored, used: set[str], *, joined: bool) -> bool:
    """Whether the scan is better a step of its own."""
    entity = stored.entity
    if not all(own_only(part) for part in entity.conditions):
        return True
    supplied = [entity.supplies[name] for name in used if name in entity.supplies]
    if joined and any(not isinstance(value, ColumnRef) for value in supplied):
        return True
    if stored.info is None:
        return False
    return any(parses(stored.declared(name), stored.column(behind(entity, name))) for name in used)
