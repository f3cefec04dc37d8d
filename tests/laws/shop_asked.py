"""A generated shop and its answers on engines: what the relations between answers (M1 to M21) are asked of.

The suite asks DuckDB; METRICDSL_EXAMPLES=nightly asks SQLite too, and PostgreSQL where there is one.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from attrs import evolve, frozen
from hypothesis import note, reject, settings
from hypothesis import strategies as st

from metricdsl.diagnostics import Severity
from metricdsl.source import SourceFile
from metricdsl.testing.comparing import alike
from metricdsl.testing.engines import Answer, Bench
from metricdsl.testing.generate.contexts import row_conditions
from metricdsl.testing.generate.shops import LEAP, NEW_YEAR, YEARS, Season, Shop, rows_of, shops
from metricdsl.testing.reference import Settings, Table
from tests.laws.answers import BY_ITS_TEXT

ENGINES = ("duckdb", "sqlite") if os.environ.get("METRICDSL_EXAMPLES") == "nightly" else ("duckdb",)
FEW = settings(max_examples=max(10, settings().max_examples // 5))
"""Each example loads tables and asks several questions."""

LATER = "2030-06-15"
"""A today after all rows."""

ADDED = (
    "count(order)", "sum(order.amount)", "sum(order.qty)", 'sum(order.qty where status = "x")', "count(order where qty > 1)",
    "(count(order) at shipped_at)", '(sum(order.amount) where customer.segment != "a")',
)  # fmt: skip
"""Formulas whose parts add up to the whole, over time too."""

OTHERS = (
    "max(order.qty)",
    "min(order.amount)",
    "median(order.qty)",
    "avg(order.amount)",
    "count(distinct order.customer)",
)
DIMENSIONS = (
    "customer.segment",
    "customer",
    "order.status",
    "order.qty",
    "customer.signed_on.month",
    "order.shipped_at.year",
)
Group = tuple[Any, ...]


@frozen(eq=False, repr=False)
class Shopping:
    """Definitions and rows of a shop, and the day that is today."""

    shop: Shop
    tables: Mapping[str, Table]
    today: str = LATER
    more: str = ""

    @property
    def text(self) -> str:
        """The definitions."""
        return self.shop.text + self.more

    def answer(self, bench: Bench, engine: str, query: str) -> Answer:
        """What an engine answers, refusals too."""
        files = (SourceFile.of("case.metric", self.text),)
        today = Settings(today=date.fromisoformat(self.today))
        return bench.ask(engine, files, self.tables, query, today)

    def groups(
        self, bench: Bench, engine: str, columns: str, by: Sequence[str] = (), rest: str = ""
    ) -> dict[Group, Group]:
        """The values of each group. Durations and moments are as the engine gives them, numbers exact."""
        query = " ".join((columns, f"by {', '.join(by)}" if by else "", rest)).strip()
        answer = self.answer(bench, engine, query)
        errors = [f"{p.code} {p.message()}" for p in answer.problems if p.severity is Severity.ERROR]
        note(f"{engine}: {query}, today {self.today}\n{answer.rows}")
        if errors and all(error.startswith(BY_ITS_TEXT) for error in errors):
            reject()
        assert not errors, (query, errors)
        size = len(by)
        found = {tuple(row[:size]): tuple(map(exact, row[size:])) for row in answer.rows}
        assert len(found) == len(answer.rows), "a group is there twice"
        return found

    def value(self, bench: Bench, engine: str, column: str, rest: str = "") -> Any:
        """The value of a formula without groups."""
        ((row,),) = self.groups(bench, engine, f"x: {column}", (), rest).values()
        return row

    def with_rows(self, name: str, rows: Sequence[Sequence[Any]]) -> "Shopping":
        """The same with other rows in a table."""
        table = Table(self.tables[name].columns, tuple(map(tuple, rows)))
        return evolve(self, tables={**self.tables, name: table})

    def rows(self, name: str) -> list[tuple[Any, ...]]:
        """The rows of a table."""
        return [tuple(row) for row in self.tables[name].rows]

    def place(self, table: str, column: str) -> int:
        """Where a column stands in the rows of a table."""
        return [name for name, _ in self.tables[table].columns].index(column)


@st.composite
def shoppings(draw: st.DrawFn, *seasons: Season) -> Shopping:
    """A shop and its rows."""
    shop = draw(shops())
    tables = draw(rows_of(shop, draw(st.sampled_from(seasons or (LEAP, NEW_YEAR, YEARS)))))
    shown = "\n".join(f"{name}: {table.rows}" for name, table in tables.items())
    note(f"{shop.text}\n{shown}")
    return Shopping(shop, tables)


def conditions(shop: Shop) -> st.SearchStrategy[str]:
    """Conditions that orders reach."""
    return row_conditions(frozenset({"order"}), shop)


def stocks(shop: Shop) -> list[str]:
    """Stocks of the shop whose parts add up over all but time, and what is shared out over days."""
    found = (
        [f"sum(balance.{rule}_held)" for rule in ("last", "first", "avg")] if "balance" in shop.others else []
    )
    found += ["count(level)", "sum(level.held)"] if "level" in shop.others else []
    return [*found, "sum(plan.target)"] if "plan" in shop.others else found


def dimensions(column: str) -> tuple[str, ...]:
    """Those that a formula reaches."""
    of_order = "order" in column
    return DIMENSIONS if of_order else tuple(d for d in DIMENSIONS if d.startswith("customer"))


def exact(value: Any) -> Any:
    """A number as a fraction, all else as it is."""
    if isinstance(value, bool) or not hasattr(value, "as_integer_ratio"):
        return value
    return Fraction(value)


def added(values: Sequence[Any]) -> Any:
    """The sum of those that are known; null if none is."""
    known = [value for value in values if value is not None]
    return sum(known, Fraction(0)) if known else None


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same, but for the rounding of doubles."""
    if isinstance(one, Fraction) and isinstance(other, Fraction):
        return alike(float(one), float(other)) or one == other
    return alike(one, other)


def none_is_0(value: Any) -> Any:
    """The value, 0 where there is none."""
    return Fraction(0) if value is None else value


def each(groups: Mapping[Group, Group], place: int) -> Iterator[tuple[Any, list[Any]]]:
    """The first values of groups that have the same at a place of their keys."""
    found: dict[Any, list[Any]] = {}
    for key, values in groups.items():
        found.setdefault(key[place], []).append(values[0])
    yield from found.items()
