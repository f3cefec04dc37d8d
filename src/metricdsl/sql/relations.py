"""Scans as relations: a table under an alias, or a step of its own where rows must be prepared first.

A step of its own (a CTE) is made where a text is parsed (once, not at each mention), where a joined entity calculates
columns (past a missing parent they must be null, not calculated), and where a row scope or a policy looks at a parent.
"""

from attrs import define, field
from sqlglot import exp

from metricdsl.diagnostics.problems.names import a
from metricdsl.model.entity import Entity
from metricdsl.model.formula import ColumnRef, Expression
from metricdsl.model.made_of import columns, row_values
from metricdsl.model.types import UNKNOWN, Kind
from metricdsl.spi.lowering import Operand
from metricdsl.spi.values import TableColumn, TableInfo
from metricdsl.sql import trees
from metricdsl.sql.conversion import Declared, convert, converted, parses, unread
from metricdsl.sql.emitter import Doubt, Emitter
from metricdsl.sql.formula import Leaf, lower
from metricdsl.value import frozen

_FILES = (".csv", ".tsv", ".txt", ".parquet", ".json", ".jsonl", ".gz")

DECLARED = frozenset(Kind) - {Kind.UNKNOWN, Kind.NULL}
_WORDS = {Kind.DECIMAL: "number"}


@frozen
class Stored:
    """An entity's table as the catalog has it."""

    entity: Entity
    info: TableInfo | None

    @property
    def parts(self) -> tuple[str, ...]:
        """Its identifiers on the engine, outermost first."""
        name = self.entity.table.name
        if self.info is not None:
            return self.info.parts
        return (name,) if name.casefold().endswith(_FILES) else tuple(name.split("."))

    def column(self, name: str) -> TableColumn | None:
        """A column of the table, where the catalog has it."""
        return None if self.info is None else self.info.column(name)

    def spelt(self, name: str) -> str:
        """A column's name as the table spells it, capitals and all."""
        found = self.column(name)
        return name if found is None else found.name

    def declared(self, name: str) -> Declared:
        """What the entity says of one of its stored columns."""
        column = self.entity.columns.get(name)
        if column is None:
            return Declared(table=self.entity.table.name, name=name, type=UNKNOWN)
        return Declared(
            table=self.entity.table.name,
            name=name,
            type=column.type,
            format=column.format,
            or_null=column.or_null,
            span=column.span,
        )


def behind(entity: Entity, name: str) -> str:
    """The table's column behind a stored one, where it is one."""
    value = entity.supplies.get(name)
    return value.column if isinstance(value, ColumnRef) else name


def own_only(expression: Expression) -> bool:
    """Whether a row expression looks at nothing but columns of the row itself."""
    return not any(column.path for column in columns(expression)) and not any(
        True for _ in row_values(expression)
    )


@frozen
class Inline:
    """A table under an alias; its columns converted where they are mentioned."""

    stored: Stored
    alias: str
    emit: Emitter
    untouched: dict[str, str] = field(factory=dict)  # columns that are the table's as they are, by its names

    def source(self) -> exp.Expression:
        """What stands in FROM or JOIN."""
        return trees.table(self.stored.parts, self.alias)

    def scope(self) -> exp.Expression | None:
        """The condition for a row to count."""
        return trees.all_of([lower(part, self.emit, self._own).sql for part in self.stored.entity.conditions])

    def column(self, name: str) -> exp.Expression:
        """A stored column of the entity, as declared."""
        if (own := self.untouched.get(name)) is not None:
            return trees.column(own, self.alias)
        emit, stored = self.emit, self.stored
        declared = stored.declared(name)
        supplied = stored.entity.supplies.get(name)
        if supplied is None or isinstance(supplied, ColumnRef):
            of_table = stored.spelt(behind(stored.entity, name))
            sql = trees.column(of_table, self.alias)
            made = convert(sql, declared, stored.column(of_table), emit)
            self._doubt(of_table, declared)
            if made is sql:
                self.untouched[name] = of_table
            return made
        return converted(lower(supplied, emit, self._of_table), declared, emit)

    def _doubt(self, of_table: str, declared: Declared) -> None:
        """Put down that the column's values are to be looked at, where the engine takes any value for any type."""
        found = self.stored.column(of_table)
        known = self.emit.doubts.get(self.stored.parts, {})
        if found is None or of_table in known or declared.type.kind not in DECLARED:
            return
        column = Operand(sql=trees.column(of_table), type=found.type)
        wrong = self.emit.operator("guard.stored", column, result=declared.type)
        if wrong is not None and parses(declared, found):
            wrong = None if declared.or_null else unread(column.sql, declared, found, self.emit)
        if wrong is not None:
            doubt = Doubt(_expected(declared, found), wrong)
            self.emit.doubts.setdefault(self.stored.parts, {})[of_table] = doubt

    def raw(self, name: str) -> exp.Expression | None:
        """The table's own column where it holds what is declared, in whatever form."""
        stored = self.stored
        supplied = stored.entity.supplies.get(name)
        if supplied is not None and not isinstance(supplied, ColumnRef):
            return None
        of_table = stored.spelt(behind(stored.entity, name))
        found = stored.column(of_table)
        if found is not None and (found.zoned or not found.type.kind.temporal):
            return None
        self._doubt(of_table, stored.declared(name))
        return trees.column(of_table, self.alias)

    def _own(self, leaf: Leaf) -> exp.Expression:
        assert isinstance(leaf, ColumnRef), leaf
        assert not leaf.path, "a condition that looks at a parent is of a step of its own"
        return self.column(leaf.column)

    def _of_table(self, leaf: Leaf) -> exp.Expression:
        """A column of the table itself, in an expression that supplies one of the entity's."""
        assert isinstance(leaf, ColumnRef), leaf
        stored = self.stored
        declared = Declared(table=stored.entity.table.name, name=leaf.column, type=leaf.type, span=leaf.span)
        self._doubt(stored.spelt(leaf.column), declared)
        return convert(
            trees.column(stored.spelt(leaf.column), self.alias),
            declared,
            stored.column(leaf.column),
            self.emit,
        )


def _expected(declared: Declared, found: TableColumn) -> str:
    """What a value of a column has to be, and who says so: the table where it says another thing than the declaration."""
    kind, stored = declared.type.kind, found.type.kind
    digits = kind is Kind.DECIMAL and stored is Kind.DECIMAL
    same = kind in {stored, Kind.BOOLEAN} and not (digits and found.type.scale == declared.type.scale)
    if not same and stored in DECLARED - {Kind.TEXT}:
        return f"{a(found.native.lower())} as the table says"
    said = f"number with at most {declared.type.scale} decimals" if digits else _WORDS.get(kind, kind.value)
    written = "" if declared.format is None else f' "{declared.format}"'
    return f"{a(said)}{written} as it is declared"


@define
class Staged:
    """An entity's rows prepared in a step; the step has the columns that were asked for in the end."""

    name: str
    inner: "Inline | Reference"
    select: exp.Select
    columns: dict[str, bool] = field(factory=dict)  # whether they hold instants

    def take(self, name: str) -> bool:
        """Have a column in the step: whether it holds the instants, not what the clock shows."""
        if name not in self.columns:
            sql = self.inner.column(name)
            instant = self.emit.instant(sql)
            self.columns[name] = instant is not None
            self.select.append("expressions", trees.named(sql if instant is None else instant, name))
        return self.columns[name]

    @property
    def emit(self) -> Emitter:
        """What makes SQL."""
        return self.inner.emit


@frozen
class Reference:
    """A step of prepared rows under an alias."""

    staged: Staged
    alias: str

    def source(self) -> exp.Expression:
        """What stands in FROM or JOIN."""
        return trees.table((self.staged.name,), self.alias)

    def scope(self) -> exp.Expression | None:
        """Nothing: the step has seen to it."""
        return None

    def column(self, name: str) -> exp.Expression:
        """A column of the step."""
        column = trees.column(name, self.alias)
        return self.emit.clock(column) if self.staged.take(name) else column

    @property
    def emit(self) -> Emitter:
        """What makes SQL."""
        return self.staged.emit

    def raw(self, name: str) -> exp.Expression | None:
        """Nothing: the step has prepared it."""
        del name
        return None
