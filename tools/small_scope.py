"""`make small-scope`: all databases of at most two facts, two dimensions and few rows of null, 0 and 1, each asked many queries.

What goes wrong mostly goes wrong on something small. SQLite answers all, DuckDB one in so many; the reference evaluator says
what must come out. With MINUTES it takes databases in a random order (SEED) until the time is up.
"""

import argparse
import random
import sqlite3
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import combinations_with_replacement, product
from time import monotonic
from typing import Any

import duckdb
from attrs import field, frozen

from metricdsl.engine.compiling import Compiled, compile_text
from metricdsl.execution.decode import decoded, decoders
from metricdsl.source import SourceFile
from metricdsl.syntax import nodes, read, read_query
from metricdsl.testing.comparing import differences
from metricdsl.testing.reference import Settings, Table, evaluate

VALUES = (None, 0, 1)
TODAY = date(2026, 1, 1)
EVERY = 40
"""DuckDB is asked of one database in so many."""

Rows = tuple[tuple[Any, ...], ...]
Database = Mapping[str, Rows]


@frozen(eq=False)
class Scope:
    """A shape of models: facts that each join some of the dimensions, and how many rows there are at most."""

    facts: int
    dimensions: int
    fact_rows: int
    dimension_rows: int
    documents: list[nodes.Document] = field(init=False)

    def __attrs_post_init__(self) -> None:
        outcome = read(SourceFile.of("definitions", self.text))
        assert not outcome.problems, [problem.message() for problem in outcome.problems]
        object.__setattr__(self, "documents", [outcome.value])

    @property
    def name(self) -> str:
        return f"{self.facts} facts of {self.fact_rows} rows, {self.dimensions} dimensions of {self.dimension_rows}"

    @property
    def text(self) -> str:
        """The definitions."""
        lines = [f"entity d{d} from d{d} {{ key k  dimension v : integer }}" for d in self._dimensions]
        for f in self._facts:
            joins = "  ".join(f"join d{d} on d{d}_k" for d in self._dimensions)
            lines += [f"entity f{f} from f{f} {{ key k  {joins}  dimension y = x  fact x : integer }}"]
            lines += [f"metric n{f} = count(f{f})", f"metric s{f} = sum(f{f}.x)"]
            lines += [f"metric m{f} = max(f{f}.x)", f"metric z{f} = sum(f{f}.x) {{ empty 7 }}"]
        return "\n".join(lines) + "\n"

    @property
    def _facts(self) -> range:
        return range(1, self.facts + 1)

    @property
    def _dimensions(self) -> range:
        return range(1, self.dimensions + 1)

    def columns(self, table: str) -> tuple[str, ...]:
        """The columns of a table: all are whole numbers."""
        return ("k", "v") if table[0] == "d" else ("k", *(f"d{d}_k" for d in self._dimensions), "x")

    def databases(self) -> Iterator[Database]:
        """All databases."""
        names = [f"d{d}" for d in self._dimensions] + [f"f{f}" for f in self._facts]
        choices = [list(self._tables(name)) for name in names]
        for chosen in product(*choices):
            yield dict(zip(names, chosen, strict=True))

    def _tables(self, name: str) -> Iterator[Rows]:
        if name[0] == "d":
            for keys in ((), (0,), (1,), (0, 1)):
                if len(keys) <= self.dimension_rows:
                    for values in product(VALUES, repeat=len(keys)):
                        yield tuple(zip(keys, values, strict=True))
            return
        rows = list(product(VALUES, repeat=self.dimensions + 1))
        for size in range(self.fact_rows + 1):
            for chosen in combinations_with_replacement(rows, size):
                yield tuple((number, *row) for number, row in enumerate(chosen))

    def queries(self) -> list[str]:
        """The questions: aggregates, filtered, of members, of totals, by nothing and by each dimension."""
        first = ["n1", "s1", "m1", "z1", "avg(f1.x)", "median(f1.x)", "count(distinct f1.d1_k)", "count(f1 where x = 1)", "sum(f1.x where d1.v = 1)",
                 "rate(f1, that: x = 1)", "n1 where d1.v is null", "s1 where not (d1.v = 0)", "s1 / n1", "total(s1)", "share(s1, of: d1.v)",
                 "avg(s1 per d1)", "sum(z1 per every d1)", "count(d1 having n1 = 0)", "max(n1 per (d1.v, f1.y))", "rank(n1, over: d1.v)", "total(m1, over: d1)",
                 "n1 where (count(f1) per d1) > 1", "coalesce(s1, 0) - m1", "avg(share(n1, of: d1) per d1)", "median(s1 per every d1.v)"]  # fmt: skip
        if self.facts > 1:
            first += ["n1 / n2", "z1 + z2", "s1 - s2", "avg(s1 / n2 per d1)", "count(d1 having n1 > n2)", "total(n2) - n1", "sum(z2 per every d1 having n1 > 0)",
                      "n2 where (sum(f1.x) per d1) = 1"]  # fmt: skip
        groups = ["", "by d1.v", "by d1"]
        groups += ["by d2.v", "by d1.v, d2.v", "by d2, d1.v"] if self.dimensions > 1 else []
        groups += ["by f1.y, d1.v"] if self.facts == 1 else []
        return [f"a: ({column}) {group}".strip() for column in first for group in groups]


SCOPES = (Scope(1, 1, 2, 2), Scope(1, 1, 3, 2), Scope(2, 1, 2, 1), Scope(1, 2, 2, 1), Scope(2, 1, 2, 2), Scope(2, 2, 1, 1), Scope(1, 2, 2, 2))  # fmt: skip


class Asking:
    """The queries of a scope, compiled once, and two databases in memory."""

    def __init__(self, scope: Scope, queries: Sequence[str] | None = None) -> None:
        self.scope = scope
        self.queries: list[tuple[str, nodes.Query, Mapping[str, Compiled]]] = []
        self.refused = 0
        for text in scope.queries() if queries is None else queries:
            query = read_query(SourceFile.of("query", text)).value
            assert query is not None, text
            compiled = {d: compile_text(scope.text, text, d, today=TODAY) for d in ("sqlite", "duckdb")}
            if compiled["sqlite"].sql is None or compiled["duckdb"].sql is None:
                self.refused += 1
            else:
                self.queries.append((text, query, compiled))
        self.sqlite = sqlite3.connect(":memory:")
        self.duckdb = duckdb.connect(":memory:", config={"threads": "1"})
        for name in next(scope.databases()):
            columns = ", ".join(f"{column} BIGINT" for column in scope.columns(name))
            self.sqlite.execute(f"CREATE TABLE {name} ({columns})")
            self.duckdb.execute(f"CREATE TABLE {name} ({columns})")

    def differences(self, database: Database, *, both: bool) -> Iterator[str]:
        """What the engines answer otherwise than the reference evaluator."""
        tables = {
            name: Table(tuple((column, "integer") for column in self.scope.columns(name)), rows)
            for name, rows in database.items()
        }
        self._load(self.sqlite, database)
        if both:
            self._load(self.duckdb, database)
        for text, query, compiled in self.queries:
            wanted = evaluate(self.scope.documents, query, tables, Settings(today=TODAY))
            for engine, connection in (("sqlite", self.sqlite), ("duckdb", self.duckdb)):
                if engine == "sqlite" or both:
                    columns = compiled[engine].columns
                    raw = connection.execute(compiled[engine].sql).fetchall()  # type: ignore[arg-type]
                    rows = list(decoded(raw, decoders(columns)))
                    found = differences([c.name for c in columns], rows, wanted.columns, wanted.rows)
                    if found:
                        yield f"{engine}: {text}: {found[0]} in {database}"

    def _load(self, connection: Any, database: Database) -> None:
        for name, rows in database.items():
            connection.execute(f"DELETE FROM {name}")  # noqa: S608 - names of our own
            if rows:
                marks = ", ".join("?" for _ in rows[0])
                connection.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)  # noqa: S608 - as above


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--minutes", type=float, default=0.0, help="stop after so long; 0: ask of every database"
    )
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    until = monotonic() + given.minutes * 60 if given.minutes else None
    wrong = 0
    for place, scope in enumerate(SCOPES):
        begun = monotonic()
        asking = Asking(scope)
        databases = list(scope.databases())
        random.Random(given.seed).shuffle(databases)  # noqa: S311 - nothing is secret here
        end = None if until is None else begun + (until - begun) / (len(SCOPES) - place)
        done = 0
        for database in databases:
            if end is not None and monotonic() > end:
                break
            done += 1
            for found in asking.differences(database, both=done % EVERY == 0):
                wrong += 1
                print(f"differs  {found}", flush=True)
        asked = done * len(asking.queries)
        print(f"{scope.name}: {done} of {len(databases)} databases, {len(asking.queries)} queries each ({asking.refused} refused): {asked} answers", flush=True)  # fmt: skip
    print(f"differences: {wrong}")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
