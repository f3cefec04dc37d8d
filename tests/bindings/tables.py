"""Tables as SQL that any engine takes: with their types, and a row for a row."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

TYPES = {
    bool: "BOOLEAN",
    int: "BIGINT",
    Decimal: "DECIMAL(18, 4)",
    datetime: "TIMESTAMP",
    date: "DATE",
    str: "VARCHAR(255)",
}
Columns = Mapping[str, type]
"""The columns of a table, in order, and what they hold."""


def script(schema: str, tables: Mapping[str, tuple[Columns, Iterable[Sequence[Any]]]]) -> str:
    """Statements that make tables in a schema ("" is the default one) and fill them."""
    lines = [f"CREATE SCHEMA {quoted(schema)};"] if schema else []
    for name, (columns, rows) in tables.items():
        table = f"{quoted(schema)}.{quoted(name)}" if schema else quoted(name)
        wanted = ", ".join(f"{quoted(column)} {TYPES[kind]}" for column, kind in columns.items())
        lines.append(f"CREATE TABLE {table} ({wanted});")
        for row in rows:
            assert len(row) == len(columns), (name, row)
            lines.append(f"INSERT INTO {table} VALUES ({', '.join(map(literal, row))});")
    return "\n".join(lines) + "\n"


def quoted(name: str) -> str:
    return f'"{name}"'


def literal(value: Any) -> str:
    """A value as all engines write it."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | Decimal):
        return str(value)
    if isinstance(value, datetime):
        return f"TIMESTAMP '{value:%Y-%m-%d %H:%M:%S}'"
    if isinstance(value, date):
        return f"DATE '{value}'"
    escaped = str(value).replace("'", "''")
    return f"'{escaped}'"
