"""The tables of a server and the types of their columns."""

from collections.abc import Sequence
from typing import Any

from metricdsl.adapters.native_types import column as described
from metricdsl.model.types import Kind, ValueType
from metricdsl.spi.values import Catalog, Row, TableColumn, TableInfo

COLUMNS = """
    SELECT table_schema, table_name, column_name, data_type, column_type, numeric_precision, numeric_scale, table_schema = DATABASE()
    FROM information_schema.columns
    WHERE table_schema NOT IN ('information_schema', 'performance_schema', 'mysql', 'sys')
"""
BY_NAME = " AND LOWER(table_name) IN ({marks})"
ORDER = " ORDER BY table_schema, table_name, ordinal_position"
UNSCALED = ValueType(Kind.DECIMAL)
"""A DECIMAL without a scale has none here: whole numbers."""
_OTHERS = {
    **dict.fromkeys(("tinytext", "mediumtext", "longtext", "enum"), "TEXT"),
    "timestamp": "TIMESTAMP WITH TIME ZONE",  # an instant: shown by the clock of the session
    "datetime": "DATETIME",
    "year": "SMALLINT",
}


def catalog(rows: Sequence[Row], wanted: Sequence[str] | None) -> Catalog:
    """The wanted tables, or all: those of the database that is used by their names, others behind that of theirs."""
    tables: dict[tuple[str, str], list[TableColumn]] = {}
    here: dict[str, tuple[str, str]] = {}
    for schema, table, name, type, said, precision, scale, own in rows:
        found = described(name, _native(type, said, precision, scale), UNSCALED)
        tables.setdefault((schema, table), []).append(found)
        if own:
            here[table] = (schema, table)
    by_name = {**{f"{schema}.{table}": (schema, table) for schema, table in tables}, **here}
    if wanted is None:
        shown = [*here, *(name for name, key in by_name.items() if "." in name and key not in here.values())]
        return Catalog({name: _info(name, by_name[name], tables, here) for name in shown})
    folded = {name.casefold(): key for name, key in by_name.items()}
    picked: dict[str, TableInfo] = {}
    for name in wanted:
        key = by_name.get(name) or folded.get(name.casefold())
        if key is not None:
            picked[name] = _info(name, key, tables, here)
    return Catalog(picked)


def _info(
    name: str,
    key: tuple[str, str],
    tables: dict[tuple[str, str], list[TableColumn]],
    here: dict[str, tuple[str, str]],
) -> TableInfo:
    own = key in here.values()
    return TableInfo(name=name, parts=(key[1],) if own else key, columns=tuple(tables[key]))


def _native(type: Any, said: Any, precision: Any, scale: Any) -> str:
    """The name of a type as SQL has it. A BOOLEAN is kept as TINYINT(1), and that stands for nothing else."""
    named = str(type).casefold()
    if str(said).casefold() == "tinyint(1)":
        return "BOOLEAN"
    if named == "decimal":
        return f"DECIMAL({precision},{scale})"
    return _OTHERS.get(named, named.upper())
