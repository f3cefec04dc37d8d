"""What must hold for an adapter, over a database with tables that the checks made."""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from metricdsl.engine.connection_settings import ConnectionConfig, resolved
from metricdsl.engine.plugin_checks.check import Check
from metricdsl.plugins import builtin_registry
from metricdsl.plugins.adapters import find_adapter, load_factory, opened
from metricdsl.plugins.discover import installed_plugins
from metricdsl.spi.adapter import Adapter, AdapterError
from metricdsl.spi.cancellation import Cancellation
from metricdsl.spi.values import Limits, Statement
from metricdsl.sql.names import quotes_of
from metricdsl.value import frozen

ROWS: tuple[tuple[Any, ...], ...] = (
    (1, "plain", 2.5, date(2026, 1, 31)),
    (2, 'it\'s "quoted"; --', None, None),
    (3, "Ærø 東京 🦆", -0.125, date(1999, 12, 31)),
)
COLUMNS = ("id", "name", "amount", "day")
KINDS = {
    "id": ("INTEGER",),
    "name": ("TEXT",),
    "amount": ("FLOAT", "DECIMAL"),
    "day": ("DATE", "TEXT", "TIMESTAMP"),
}
"""The kinds that an engine may tell of these columns: one without dates keeps them as texts."""


def adapter_names(plugin: str) -> tuple[str, ...]:
    """The adapters that a plugin declares."""
    return tuple(
        entry.name for one in installed_plugins().value if one.plugin == plugin for entry in one.adapters
    )


def declared_checks(plugin: str) -> tuple[Check, ...]:
    """What can be seen of a plugin's adapters without a database."""
    return (Check("every adapter can be imported", lambda: _imported(plugin)),)


def _imported(plugin: str) -> list[str]:
    entries = [entry for one in installed_plugins().value if one.plugin == plugin for entry in one.adapters]
    return [problem.message() for entry in entries for problem in load_factory(entry).problems]


@frozen
class Filled:
    """A connection to a database that has the tables `sample` (the rows of ROWS) and `nothing` (the same columns, no rows)."""

    config: ConnectionConfig
    root: Any

    def adapter(self) -> Adapter:
        """A new adapter on it. Raises ValueError."""
        manifests = installed_plugins().value
        entry = find_adapter(self.config.scheme, manifests)
        if entry is None:
            raise ValueError(f"no adapter is for {self.config.scheme}:")
        factory = load_factory(entry)
        values = resolved(self.config, self.root, "UTC", {})
        if factory.value is None or values.value is None:
            raise ValueError(
                "; ".join(problem.message() for problem in (*factory.problems, *values.problems))
            )
        made = opened(entry, factory.value, values.value)
        if made.value is None:
            raise ValueError("; ".join(problem.message() for problem in made.problems))
        return made.value


def tables_are_known(filled: Filled) -> list[str]:
    """Whether the tables and columns are told, by their names and kinds."""
    adapter = filled.adapter()
    try:
        named = adapter.introspect(["sample", "nothing", "no_such_table"]).tables
        every = adapter.introspect(None).tables
        found = [f"`introspect` does not know the table {n}" for n in ("sample", "nothing") if n not in named]
        found += [f"`introspect(None)` does not list {n}" for n in ("sample", "nothing") if n not in every]
        if "no_such_table" in named:
            found.append("`introspect` tells of a table that there is not")
        for name in COLUMNS if "sample" in named else ():
            column = named["sample"].column(name)
            kind = "nothing" if column is None else column.type.kind.name
            if kind not in KINDS[name]:
                found.append(f"sample.{name} is {kind}, and not {' or '.join(KINDS[name])}")
        return found
    finally:
        adapter.close()


def rows_come_as_they_are(filled: Filled) -> list[str]:
    """Whether numbers, nulls and texts in any script come out as they went in, and none of a table without rows."""
    rows = _rows(filled, 'SELECT "id", "name", "amount", "day" FROM "sample" ORDER BY "id"')
    found = [
        f"the row {wanted} comes out as {row}"
        for row, wanted in zip(rows, ROWS, strict=False)
        if tuple(map(_plain, row)) != tuple(map(_plain, wanted))
    ]
    if len(rows) != len(ROWS):
        found.append(f"there are {len(rows)} rows, and not {len(ROWS)}")
    if _rows(filled, 'SELECT "id" FROM "nothing"'):
        found.append("a table without rows gives some")
    return found


def nulls_and_nothing_are_added_up(filled: Filled) -> list[str]:
    """Whether aggregates leave nulls out, and are null of no rows."""
    totals = 'SELECT COUNT(*), COUNT("amount"), SUM("amount") FROM '
    found = []
    for table, wanted in (("sample", (3, 2, 2.375)), ("nothing", (0, 0, None))):
        ((*values,),) = _rows(filled, f'{totals}"{table}"')
        if tuple(map(_plain, values)) != tuple(map(_plain, wanted)):
            found.append(f"count, count of values and sum of {table} are {values}, and not {list(wanted)}")
    return found


def a_limit_of_rows_is_kept(filled: Filled) -> list[str]:
    """Whether no more rows come than are asked for."""
    rows = _rows(filled, 'SELECT "id" FROM "sample" ORDER BY "id"', Limits(rows=2))
    return [] if len(rows) <= 2 else [f"of two rows asked for {len(rows)} come"]


def what_is_wrong_is_a_problem(filled: Filled) -> list[str]:
    """Whether a statement that cannot be run is told as a problem, and the next one runs."""
    adapter = filled.adapter()
    try:
        try:
            asked = _statement(adapter, 'SELECT "no_such_column" FROM "no_such_table"')
            list(adapter.execute(asked, Limits()))
        except AdapterError as error:
            if error.problem.code == "P814":
                return [f"the exception of a driver comes out: {error.problem.message()}"]
        else:
            return ["a statement over a table that there is not gives no error"]
        rows = [
            row
            for batch in adapter.execute(_statement(adapter, 'SELECT "id" FROM "sample"'), Limits())
            for row in batch
        ]
        return [] if len(rows) == len(ROWS) else ["after an error nothing can be asked any more"]
    finally:
        adapter.close()


def nothing_can_be_written(filled: Filled) -> list[str]:
    """Whether the connection is for reading alone."""
    adapter = filled.adapter()
    try:
        for sql in ('DELETE FROM "sample"', 'DROP TABLE "nothing"', 'CREATE TABLE "made" ("id" INTEGER)'):
            try:
                list(adapter.execute(_statement(adapter, sql), Limits()))
            except AdapterError:
                continue
            return [f"`{sql}` is carried out"]
    finally:
        adapter.close()
    return rows_come_as_they_are(filled)


def what_was_stopped_does_not_run(filled: Filled) -> list[str]:
    """Whether a statement whose switch is off gives a problem or nothing, and closing twice is no error."""
    adapter = filled.adapter()
    stopped = Cancellation()
    stopped.cancel()
    try:
        rows = [
            row
            for batch in adapter.execute(
                _statement(adapter, 'SELECT "id" FROM "sample"'), Limits(cancellation=stopped)
            )
            for row in batch
        ]
    except AdapterError as error:
        rows = []
        if error.problem.code == "P814":
            return [f"the exception of a driver comes out: {error.problem.message()}"]
    adapter.cancel()
    adapter.close()
    adapter.close()
    return ["a statement that was stopped before it began runs"] if rows else []


EACH: dict[str, Callable[[Filled], list[str]]] = {
    "tables and columns are known": tables_are_known,
    "rows come out as they went in": rows_come_as_they_are,
    "nulls are left out, nothing is null": nulls_and_nothing_are_added_up,
    "a limit of rows is kept": a_limit_of_rows_is_kept,
    "what is wrong is a problem": what_is_wrong_is_a_problem,
    "nothing can be written": nothing_can_be_written,
    "what was stopped does not run": what_was_stopped_does_not_run,
}


def _rows(filled: Filled, sql: str, limits: Limits | None = None) -> list[tuple[Any, ...]]:
    adapter = filled.adapter()
    try:
        batches = adapter.execute(_statement(adapter, sql), limits or Limits())
        return [tuple(row) for batch in batches for row in batch]
    finally:
        adapter.close()


def _statement(adapter: Adapter, sql: str) -> Statement:
    """A statement with its names in the quotes that the engine reads."""
    known = builtin_registry().dialects.get(adapter.dialect)
    start, end = ('"', '"') if known is None else quotes_of(known.sqlglot)
    return Statement(sql=re.sub(r'"(\w+)"', lambda name: f"{start}{name[1]}{end}", sql))


def _plain(value: Any) -> Any:
    """A value as every engine can have it: numbers as floats, days as texts."""
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        return float(value)
    if isinstance(value, datetime):
        value = value.date()
    return value.isoformat() if isinstance(value, date) else value
