"""What the tables of a connection hold, from all their rows: counts, kinds, formats, keys, joins."""

import re
from collections.abc import Mapping, Sequence
from itertools import combinations, islice, product

from attrs import evolve

from metricdsl.adapters.native_types import without_scale
from metricdsl.adapters.quoting import identifier
from metricdsl.diagnostics import Outcome, Problem
from metricdsl.diagnostics.problems.execution import EngineRefused, Interrupted
from metricdsl.engine.connected import Connected
from metricdsl.engine.table_facts import ColumnFacts, Reference, TableFacts
from metricdsl.engine.table_names import alike, plain, singular
from metricdsl.model.entity import Column, Entity, Role, Table
from metricdsl.model.types import BOOLEAN, DATE, FLOAT, INTEGER, NULL, TEXT, TIMESTAMP, Kind, ValueType
from metricdsl.model.unit import SHARE
from metricdsl.spi.adapter import AdapterError
from metricdsl.spi.values import Limits, Row, Statement, TableColumn, TableInfo

DUCKDB = "duckdb"
SQLITE = "sqlite"
_OF_KEYS = {Kind.TEXT, Kind.INTEGER}
_PERCENTS = ValueType(Kind.DECIMAL, SHARE, 6)  # as many digits as a share has that is written as `12.3456%`
MOST_DECIMALS = 9
CLOSE_ENOUGH = 0.5  # of the rows find their row, where the names say that they should
SURE = 0.9  # where the names say nothing
MOST_PAIRS = 15
_NAMING = re.compile(r"(id|key|no|nr|num|number|code|line|seq|sequence|pos|position)$")
_CURRENCY = re.compile(r"curr|ccy", re.IGNORECASE)
_FLAG = re.compile(r"(^|_)(is|has|was|can)(_|[A-Z])|flag", re.IGNORECASE)
_WORDS_OF_TRUTH = "'true', 'false', 't', 'f', 'yes', 'no', 'y', 'n'"


def survey(connected: Connected) -> Outcome[dict[str, TableFacts]]:
    """The facts of all tables, by name, and the problems of those that cannot be read."""
    looking = _Survey(connected)
    found: dict[str, TableFacts] = {}
    problems: list[Problem] = []
    for name in connected.listed():
        try:
            found[name] = looking.table(connected.catalog([name]).tables[name])
        except AdapterError as error:
            if isinstance(error.problem, Interrupted):
                raise
            problems.append(_of_table(error.problem, name))
    keyed = {name: facts for name, facts in found.items() if len(facts.key) == 1}
    made = {name: looking.with_references(name, facts, keyed) for name, facts in found.items()}
    return Outcome(made, tuple(problems))


def _of_table(problem: Problem, table: str) -> Problem:
    """What an engine refused, with the table that it was asked of."""
    if isinstance(problem, EngineRefused):
        return EngineRefused(
            engine=problem.engine, why=f"{problem.why} (of the table `{table}`)", detail=problem.detail
        )
    return problem


class _Survey:
    """Asks the questions."""

    def __init__(self, connected: Connected) -> None:
        self._connected = connected

    def table(self, info: TableInfo) -> TableFacts:
        """Rows, columns and key of a table."""
        foreign = tuple(column for column in info.columns if column.foreign)
        info = evolve(info, columns=tuple(column for column in info.columns if not column.foreign))
        counts = ["COUNT(*)"]
        for column in info.columns:
            quoted = identifier(column.name)
            counts += [f"COUNT({quoted})", f"COUNT(DISTINCT {quoted})"]
        [row] = self._ask(f"SELECT {', '.join(counts)} FROM {_table(info)}")  # noqa: S608 - names are quoted
        rows = int(row[0])
        columns = {
            column.name: self._column(info, column, int(row[1 + 2 * at]), int(row[2 + 2 * at]))
            for at, column in enumerate(info.columns)
        }
        one = _key(info.name, rows, columns)
        key = (one,) if one is not None else self._pair(info, rows, columns)
        codes = [column.name for column in columns.values() if self._of_currencies(info, column)]
        currency = codes[0] if len(codes) == 1 else None
        return TableFacts(info=info, rows=rows, columns=columns, key=key, foreign=foreign, currency=currency)

    def _of_currencies(self, info: TableInfo, column: ColumnFacts) -> bool:
        """Whether a column is named for currencies and has three capitals in each of its rows."""
        if column.type.kind is not Kind.TEXT or not column.filled or not _CURRENCY.search(column.name):
            return False
        quoted = identifier(column.name)
        code = f"LENGTH({quoted}) = 3 AND UPPER({quoted}) = {quoted} AND LOWER({quoted}) <> {quoted}"
        sql = f"SELECT COUNT(*) FROM {_table(info)} WHERE {quoted} IS NOT NULL AND NOT ({code})"  # noqa: S608 - quoted
        return int(self._ask(sql)[0][0]) == 0

    def _pair(self, info: TableInfo, rows: int, columns: Mapping[str, ColumnFacts]) -> tuple[str, ...]:
        """The first two columns, named like parts of a key, that tell the rows apart together; else such a one and a day."""
        filled = [column for column in columns.values() if column.filled == rows]
        able = [c.name for c in filled if c.type.kind in _OF_KEYS and _NAMING.search(plain(c.name))]
        days = [column.name for column in filled if column.type.kind is Kind.DATE]
        most = MOST_PAIRS if rows > 1 else 0
        for pair in (*islice(combinations(able, 2), most), *islice(product(able, days), most)):
            quoted = ", ".join(map(identifier, pair))
            sql = f"SELECT COUNT(*) FROM (SELECT DISTINCT {quoted} FROM {_table(info)}) AS pairs"  # noqa: S608 - quoted
            if int(self._ask(sql)[0][0]) == rows:
                return pair
        return ()

    def _column(self, info: TableInfo, column: TableColumn, filled: int, distinct: int) -> ColumnFacts:
        made = ColumnFacts(
            name=column.name, type=column.type, filled=filled, distinct=distinct, text_file=column.text_file
        )
        if filled and column.type.kind.numeric and without_scale(column.native):
            made = evolve(made, type=self._with_digits(info, column))
        if filled and self._connected.adapter.dialect == SQLITE:
            return self._kept(info, made)
        if not column.text_file or not filled or self._connected.adapter.dialect != DUCKDB:
            return made
        return self._typed(info, column, made)

    def _kept(self, info: TableInfo, made: ColumnFacts) -> ColumnFacts:
        """What all values of a column are, on an engine that keeps any value in any column; NULL where they differ."""
        stored = info.column(made.name)
        assert stored is not None, "a column of the table"
        for type_ in self._able(info, stored, made.type):
            column = Column(name=made.name, type=type_, role=Role.COLUMN)
            entity = Entity(
                name=info.name,
                label=None,
                table=Table(name=info.name),
                key=(),
                columns={made.name: column},
                joins={},
            )
            if self._connected.wrong_value(entity, made.name, info) is None:
                return evolve(made, type=type_)
        return evolve(made, type=NULL)

    def _able(self, info: TableInfo, stored: TableColumn, found: ValueType) -> tuple[ValueType, ...]:
        """What the values of a column may be, the narrowest first."""
        match found.kind:
            case Kind.UNKNOWN:
                return (INTEGER, DATE, TIMESTAMP, TEXT, FLOAT)
            case Kind.TEXT:
                return (DATE, TIMESTAMP, TEXT)
            case Kind.DECIMAL:
                return (found, self._with_digits(info, stored))
            case _:
                return (found,)

    def _with_digits(self, info: TableInfo, column: TableColumn) -> ValueType:
        """The decimal type with as many decimals as its numbers have, of a column whose type does not say; else a float."""
        quoted = identifier(column.name)
        counts = ", ".join(
            f"SUM(CASE WHEN {quoted} = ROUND({quoted}, {digits}) THEN 0 ELSE 1 END)"
            for digits in range(MOST_DECIMALS + 1)
        )
        there = f"FROM {_table(info)} WHERE {quoted} IS NOT NULL"
        [others] = self._ask(f"SELECT {counts} {there}")
        able = [digits for digits, number in enumerate(others) if not number]
        return ValueType(Kind.DECIMAL, scale=able[0]) if able else FLOAT

    def _typed(self, info: TableInfo, column: TableColumn, made: ColumnFacts) -> ColumnFacts:
        """What the texts of a column can be read as, the narrowest kind first.

        Numbers with zeros in front are names; `100.00` is written with decimals, so it is no whole number.
        """
        quoted = identifier(column.name)
        [(padded, pointed, truths, bits)] = self._ask(
            f"SELECT COUNT(*) FILTER (regexp_matches({quoted}, '^0[0-9]')),"  # noqa: S608 - names are quoted
            f" COUNT(*) FILTER (regexp_matches({quoted}, '[.,]([0-9]{{1,2}}|[0-9]{{4,}})$')),"
            f" COUNT(*) FILTER (lower({quoted}) IN ({_WORDS_OF_TRUTH})),"
            f" COUNT(*) FILTER ({quoted} IN ('0', '1')) FROM {_table(info)}"
        )
        if truths == made.filled or (bits == made.filled and _FLAG.search(column.name)):
            return evolve(made, type=BOOLEAN)
        for kind in (DATE, TIMESTAMP):
            possible = self._connected.formats.possible(info, column, kind)
            if possible:
                return _with_readings(evolve(made, type=kind), possible)
        if padded:
            return made
        decimals = ValueType(Kind.DECIMAL, scale=MOST_DECIMALS)
        for type_ in (decimals, FLOAT, _PERCENTS) if pointed else (INTEGER, decimals, FLOAT, _PERCENTS):
            possible = self._connected.formats.possible(info, column, type_)
            if possible:
                scaled = self._scaled(info, column) if type_ is decimals else type_
                return _with_readings(evolve(made, type=scaled), possible)
        return made

    def _scaled(self, info: TableInfo, column: TableColumn) -> ValueType:
        """The decimal type with as many decimals as the longest value has."""
        quoted = identifier(column.name)
        sql = f"SELECT MAX(length(regexp_extract({quoted}, '[.,]([0-9]*)$', 1))) FROM {_table(info)}"  # noqa: S608
        [(most,)] = self._ask(sql)
        return ValueType(Kind.DECIMAL, scale=min(max(int(most or 0), 0), MOST_DECIMALS))

    def with_references(self, name: str, facts: TableFacts, keyed: Mapping[str, TableFacts]) -> TableFacts:
        """The table with the joins that its values and names speak for, the best for each column."""
        found = []
        for column in facts.columns.values():
            best = None
            for target, other in keyed.items():
                reference = self._reference(name, facts, column, target, other)
                if reference is not None and (best is None or reference[0] > best[0]):
                    best = reference
            if best is not None:
                found.append(best[1])
        joined = {reference.column for reference in found}
        targets = {reference.target for reference in found}
        roles = {}
        for column in facts.columns.values():
            named = _NAMING.search(plain(column.name)) and column.type.kind is Kind.INTEGER
            if named and column.name not in joined and column.name not in facts.key and column.filled:
                # That 1, 2 and 3 are keys of a table says nothing where they are keys of others too.
                able = [t for t, other in keyed.items() if self._holds(facts, column, other)]
                roles.update({column.name: able[0]} if len(able) == 1 and able[0] in targets else {})
        return evolve(facts, references=tuple(found), roles=roles)

    def _reference(
        self, name: str, facts: TableFacts, column: ColumnFacts, target: str, other: TableFacts
    ) -> tuple[tuple[int, float], Reference] | None:
        (key,) = other.key
        of_key = other.columns[key]
        if not column.filled or (name == target and column.name == key) or (column.name,) == facts.key:
            return None
        if column.type.kind is not of_key.type.kind or column.type.kind not in _OF_KEYS:
            return None
        close = alike(column.name, target, key)
        if not close and (column.type.kind is not Kind.TEXT or of_key.distinct < 2):
            return None
        met = self._found(facts, column, other)
        share = met / column.filled
        if share < (CLOSE_ENOUGH if close else SURE):
            return None
        reference = Reference(column=column.name, target=target, share=share, lost=column.filled - met)
        return (close, share), reference

    def _holds(self, facts: TableFacts, column: ColumnFacts, other: TableFacts) -> bool:
        """Whether all values of a column are keys of another table."""
        of_key = other.columns[other.key[0]].type.kind
        return column.type.kind is of_key and self._found(facts, column, other) == column.filled

    def _found(self, facts: TableFacts, column: ColumnFacts, other: TableFacts) -> int:
        """How many values of a column are keys of another table."""
        child, parent = identifier(column.name), identifier(other.key[0])
        sql = (
            f"SELECT COUNT(*) FROM {_table(facts.info)} c WHERE c.{child} IS NOT NULL AND EXISTS"  # noqa: S608 - quoted
            f" (SELECT 1 FROM {_table(other.info)} p WHERE p.{parent} = c.{child})"
        )
        [(met,)] = self._ask(sql)
        return int(met)

    def _ask(self, sql: str) -> Sequence[Row]:
        return [
            row for batch in self._connected.adapter.execute(Statement(sql=sql), Limits()) for row in batch
        ]


def _with_readings(made: ColumnFacts, possible: Sequence[tuple[str | None, str, str]]) -> ColumnFacts:

    first, *others = possible
    if not others:
        return evolve(made, format=first[0])
    readings = tuple((written or "1234.56", value) for written, value, _ in possible)
    return evolve(made, readings=readings, example=first[2])


def _key(table: str, rows: int, columns: Mapping[str, ColumnFacts]) -> str | None:
    """The column that tells the rows apart: filled and different in each; the best named, then the first of the table.

    Of numbers that are named like no key, and stand behind the first column, it is chance that they differ.
    """
    first = next(iter(columns), "")
    one = plain(singular(table))
    able = [
        c
        for c in columns.values()
        if rows and c.filled == c.distinct == rows and c.type.kind in _OF_KEYS
        if c.type.kind is Kind.TEXT
        or c.name == first
        or _NAMING.search(plain(c.name))
        or plain(c.name) == one
    ]

    def rank(column: ColumnFacts) -> int:
        name = plain(column.name)
        if name in {one, f"{one}id", "id", f"{one}key", f"{one}no"}:
            return 0
        return 1 if name.endswith(("id", "key", "no", "code")) else 2

    return min(able, key=rank).name if able else None


def _table(info: TableInfo) -> str:
    return ".".join(identifier(part) for part in info.parts)
