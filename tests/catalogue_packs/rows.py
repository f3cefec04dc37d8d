"""Rows for any model: small, seeded, and dirty where real tables are.

The tables follow from the entities: their stored columns and types, the texts that a dimension may have, keys and joins. Values are
missing now and then, some keys lead nowhere, days lie at the ends of months, half of them a year before the others.
"""

import random
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

from metricdsl.model.entity import Entity
from metricdsl.model.types import Kind
from metricdsl.testing.reference import Table

MONTH_ENDS = tuple(
    map(
        date.fromisoformat,
        ("2025-03-31", "2025-04-30", "2025-05-31", "2026-03-31", "2026-04-30", "2026-05-31"),
    )
)
RATES = tuple(date(2024 + m // 12, m % 12 + 1, 1) - timedelta(days=1) for m in range(1, 34))
NUMBER, MOST = 16, 50
COUNTS = {"account": 8, "order_header": 42}  # the reference ranks each account among all
MISSING, NOWHERE = 0.08, 0.06
SELDOM = {"is_test", "is_deleted", "is_internal", "is_spam"}
# What a column may hold where its type does not say it.
VALUES: Mapping[str, Sequence[Any]] = {
    "currency": ("EUR", "EUR", "USD"),
    "merged_into_id": (None,),
    "scenario": ("base", "base", "base", "low"),
    "subscription.status": ("active", "active", "trial", "paused"),
    "subscription.cancel_reason": ("price", None),
    "score_count.band": ("low", "middle", "high"),
    "hcahps_answer.item": ("rating", "nurses"),
    "hcahps_answer.answer": ("always", "usually", "9", "10", "3"),
    "dpd": (-3, 0, 0, 0, 12, 31, 45, 75, 90, 120),
    "stage": (1, 1, 2, 3),
    "months_ahead": (1, 12, 18),
    "expected_part": (0.2, 0.3, 0.5),
    "project_cashflow.cfads": (Decimal("-90.00"), Decimal("30.50"), Decimal("60.00")),
    "cash_flow.amount": (Decimal("-90.00"), Decimal("30.50"), Decimal("60.00")),
    "discount_rate": (0.05, 0.1),
    "debt_rate": (0.04, 0.06),
    "effective_rate": (0.03, 0.05),
    "on_hand": (0, 0, 3, 8),
    "score": (3, 7, 9, 10),
    "weight": (1, 2, 0.5),
    "project_forecast.flow_on": (date(2026, 5, 31), date(2026, 9, 30), date(2027, 3, 31)),
    "lending_project.loan_ends_on": (date(2026, 12, 31), date(2028, 12, 31)),
    "activity.type": ("visit", "follow_up", "call"),
    "order_line.product_id": ("pr1", "pr2", "pr3"),
    "order_line.quantity": (1, 2, 3),
    "patient_id": ("pa", "pb", "pc", "pd", "pe"),
    "user_id": ("ua", "ub", "uc", "ud"),
}
TYPES = {
    Kind.INTEGER: "integer",
    Kind.FLOAT: "float",
    Kind.BOOLEAN: "boolean",
    Kind.DATE: "date",
    Kind.TIMESTAMP: "timestamp",
}


def generated_rows(entities: Mapping[str, Entity], seed: int) -> dict[str, Table]:
    """A table with rows for each table that the entities lie in, and the exchange rates."""
    shapes: dict[str, list[Entity]] = {}
    for entity in entities.values():
        shapes.setdefault(entity.table.name, []).append(entity)
    maker = _Maker(shapes, entities, seed)
    for name in shapes:
        maker.make(name)
    days = [(at, day) for at, day in enumerate(RATES) if at % 7 != 6]
    pairs = [(day, one, other, 0.5 + at / 64) for at, day in days for one, other in ("UE", "EU")]
    named = {"U": "USD", "E": "EUR"}
    rates = [(day, named[one], named[other], rate) for day, one, other, rate in pairs]
    columns = (("rate_date", "date"), ("from_ccy", "text"), ("to_ccy", "text"), ("rate", "float"))
    return {**maker.tables, "fx_rate": Table(columns, tuple(rates))}


class _Maker:
    """Makes tables, those first that others lead to."""

    def __init__(self, shapes: Mapping[str, list[Entity]], entities: Mapping[str, Entity], seed: int) -> None:
        self.shapes = shapes
        self.entities = entities
        self.seed = seed
        self.tables: dict[str, Table] = {}
        self.waiting: set[str] = set()

    def make(self, name: str) -> None:
        """The table of a name, after those that it leads to."""
        if name in self.tables or name in self.waiting:
            return
        self.waiting.add(name)
        leads = self._leads(name)
        for target, _ in leads.values():
            self.make(target)
        draw = random.Random(f"{self.seed} {name}")
        columns = self._columns(name)
        key = self.shapes[name][0].key
        rows = [self._row(name, columns, given, leads, draw) for given in self._keys(name, key, leads, draw)]
        end = self._valid_to(name)
        table = Table(tuple(columns.items()), tuple(tuple(row[column] for column in columns) for row in rows))
        self.tables[name] = _periods(table, key, end) if end else table

    def _columns(self, name: str) -> dict[str, str]:
        """The stored columns and their types; what only a key or a join names is text."""
        found: dict[str, str] = {}
        for entity in self.shapes[name]:
            for column in entity.columns.values():
                if column.value is None:
                    kind = column.type.kind
                    text = (
                        f"decimal({column.type.scale})" if kind is Kind.DECIMAL else TYPES.get(kind, "text")
                    )
                    if found.get(column.name, "text") == "text":
                        found[column.name] = text
        return found

    def _leads(self, name: str) -> dict[tuple[str, ...], tuple[str, tuple[str, ...]]]:
        """Columns that hold the key of another table: columns → table, its columns."""
        return {
            join.columns: (self.entities[join.target].table.name, self.entities[join.target].key)
            for entity in self.shapes[name]
            for join in entity.joins.values()
            if join.neighbour is None
            and (self.entities[join.target].table.name, join.columns) != (name, entity.key)
        }

    def _valid_to(self, name: str) -> str:
        """The column with the end of a row's validity, where some entity looks rows up by it."""
        ends = [
            join.neighbour.end
            for entity in self.entities.values()
            for join in entity.joins.values()
            if join.neighbour is not None and self.entities[join.target].table.name == name
        ]
        return next((end for end in ends if end), "")

    def _keys(
        self,
        name: str,
        key: Sequence[str],
        leads: Mapping[tuple[str, ...], tuple[str, tuple[str, ...]]],
        draw: random.Random,
    ) -> list[dict[str, Any]]:
        """The keys of the rows: 1, 2, … for a key of one column of its own, else what its columns may hold, combined."""
        columns = self._columns(name)
        if len(key) == 1 and key not in leads and columns[key[0]] in {"text", "integer"}:
            return [
                {key[0]: at if columns[key[0]] == "integer" else f"{name[:2]}{at}"}
                for at in range(COUNTS.get(name, NUMBER))
            ]
        if not key:
            return [{} for _ in range(COUNTS.get(name, NUMBER))]
        choices: list[Sequence[Any]] = []
        for column in key:
            target = leads.get((column,))
            if target is not None:
                choices.append(self._values(*target)[:8])
            else:
                choices.append(self._choice(name, column, columns[column]))
        combined = [dict(zip(key, values, strict=True)) for values in product(*choices)]
        kept = [one for one in combined if draw.random() >= MISSING]
        return kept if len(kept) <= MOST else sorted(draw.sample(kept, MOST), key=repr)

    def _values(self, table: str, key: tuple[str, ...]) -> list[Any]:
        """The keys of a table, by its first column; of one that is being made none."""
        if table not in self.tables:
            return []
        at = [column for column, _ in self.tables[table].columns].index(key[0])
        return list(dict.fromkeys(row[at] for row in self.tables[table].rows))

    def _choice(self, name: str, column: str, kind: str) -> Sequence[Any]:
        known = VALUES.get(f"{name}.{column}", VALUES.get(column)) or self._domain(name, column)
        if known:
            return list(dict.fromkeys(known))
        match kind:
            case "date":
                return MONTH_ENDS
            case "timestamp":
                return [datetime.combine(day, time(9)) for day in MONTH_ENDS]
            case "integer":
                return (1, 2, 3)
            case _:
                return ("one", "two")

    def _domain(self, name: str, column: str) -> Sequence[str]:
        found = (entity.columns.get(column) for entity in self.shapes[name])
        return next((one.type.domain for one in found if one is not None and one.type.domain), ())

    def _row(
        self,
        name: str,
        columns: Mapping[str, str],
        given: Mapping[str, Any],
        leads: Mapping[tuple[str, ...], tuple[str, tuple[str, ...]]],
        draw: random.Random,
    ) -> dict[str, Any]:
        row = dict(given)
        for own, (table, key) in leads.items():
            if any(column in row or f"{name}.{column}" in VALUES for column in own):
                continue
            there = self.tables.get(table)
            if draw.random() < MISSING:
                row.update(dict.fromkeys(own))
            elif there is None or not there.rows or (draw.random() < NOWHERE and len(own) == 1):
                row.update(dict.fromkeys(own, "nowhere"))
            else:
                names = [column for column, _ in there.columns]
                parent = draw.choice(there.rows)
                row.update({mine: parent[names.index(theirs)] for mine, theirs in zip(own, key, strict=True)})
        before: date | None = None
        for column, kind in columns.items():
            if column not in row:
                row[column] = self._value(name, column, kind, before, draw)
            if kind in {"date", "timestamp"} and row[column] is not None:
                before = row[column] if kind == "date" else row[column].date()
        return row

    def _value(self, name: str, column: str, kind: str, before: date | None, draw: random.Random) -> Any:
        known = VALUES.get(f"{name}.{column}", VALUES.get(column)) or self._domain(name, column)
        if draw.random() < MISSING:
            return None
        if known:
            value = draw.choice(known)
            return float(value) if kind == "float" and value is not None else value
        match kind:
            case "boolean":
                return draw.random() < (0.05 if column in SELDOM else 0.45)
            case "date":
                return _day(before, draw)
            case "timestamp":
                day = _day(before, draw)
                return datetime.combine(day, draw.choice((time(0), time(1), time(23, 59, 59))))
            case "integer":
                return draw.randint(0, 9)
            case "float":
                return round(draw.uniform(0, 1), 3)
            case "text":
                return draw.choice(("one", "two", "Two"))
            case _:
                scale = int(kind[8:-1])
                return Decimal(draw.choice((0, *range(1, 900, 7)))) + Decimal(draw.randint(0, 99)).scaleb(
                    -min(scale, 2)
                )


def _day(before: date | None, draw: random.Random) -> date:
    """A day near the ends of the months, or some time behind another day of the row."""
    if before is not None and draw.random() < 0.85:
        return before + timedelta(days=draw.choice((0, 1, 4, 20, 31, 60, 400)))
    day = draw.choice(MONTH_ENDS)
    return day - timedelta(days=draw.choice((0, 0, 1, 5, 17, 30)))


def _periods(table: Table, key: Sequence[str], end: str) -> Table:
    """Validity without overlaps: each row holds until the next one of its key, the last one is open."""
    names = [name for name, _ in table.columns]
    start, to, members = names.index(key[-1]), names.index(end), [names.index(column) for column in key[:-1]]
    rows = sorted(
        (list(row) for row in table.rows), key=lambda row: (str([row[m] for m in members]), row[start])
    )
    for row, behind in zip(rows, [*rows[1:], None][: len(rows)], strict=True):
        same = behind is not None and [row[m] for m in members] == [behind[m] for m in members]
        row[to] = behind[start] if same and behind is not None else None
    return Table(table.columns, tuple(map(tuple, rows)))
