"""Engines' type names, as value types."""

import re

from metricdsl.model.types import (
    BOOLEAN,
    DATE,
    FLOAT,
    INTEGER,
    TEXT,
    TIMESTAMP,
    UNKNOWN,
    Kind,
    ValueType,
)
from metricdsl.spi.values import TableColumn

_OF_NULLS = {"NULL", "UNKNOWN"}
_DECIMALS = {"DECIMAL", "NUMERIC", "DEC", "MONEY", "NUMBER"}
_NAME = re.compile(
    r"\s*([A-Za-z][A-Za-z0-9_ ]*?)\s*(?:\(\s*(\d+)\s*(?:,\s*(-?\d+)\s*)?\))?\s*(with(?:out)? time zone)?\s*",
    re.IGNORECASE,
)

_BY_NAME = {
    **dict.fromkeys(("BOOLEAN", "BOOL"), BOOLEAN),
    **dict.fromkeys(
        (
            *(
                "TINYINT",
                "SMALLINT",
                "INTEGER",
                "INT",
                "BIGINT",
                "HUGEINT",
                "INT2",
                "INT4",
                "INT8",
                "MEDIUMINT",
            ),
            *("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT", "SERIAL", "BIGSERIAL"),
        ),
        INTEGER,
    ),
    **dict.fromkeys(("FLOAT", "DOUBLE", "REAL", "DOUBLE PRECISION", "FLOAT4", "FLOAT8"), FLOAT),
    **dict.fromkeys(
        (
            *(
                "VARCHAR",
                "TEXT",
                "CHAR",
                "CHARACTER",
                "CHARACTER VARYING",
                "BPCHAR",
                "NAME",
                "STRING",
                "UUID",
                "CITEXT",
            ),
            *("NVARCHAR", "NCHAR", "CLOB", "ENUM"),
        ),
        TEXT,
    ),
    "DATE": DATE,
    **dict.fromkeys(
        ("TIMESTAMP", "DATETIME", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "TIMESTAMPTZ"), TIMESTAMP
    ),
}


def value_type(native: str, unscaled: ValueType) -> ValueType:
    """The type of values that a column of an engine's type holds; UNKNOWN for what formulas cannot use.

    `unscaled` is what a decimal type without a written scale holds on the engine.

    >>> value_type("DECIMAL(18,2)", FLOAT).scale
    2
    """
    matched = _NAME.fullmatch(native)
    if matched is None:
        return TEXT if native.upper().startswith("ENUM") and native.endswith(")") else UNKNOWN
    name = matched[1].upper()
    if name in _DECIMALS:
        return unscaled if matched[3] is None else ValueType(Kind.DECIMAL, scale=max(int(matched[3]), 0))
    return _BY_NAME.get(name, UNKNOWN)


def without_scale(native: str) -> bool:
    """Whether the type is a decimal that says nothing of how many digits stand behind the point."""
    matched = _NAME.fullmatch(native)
    return matched is not None and matched[1].upper() in _DECIMALS and matched[3] is None


def zoned(native: str) -> bool:
    """Whether the type is a timestamp with a time zone."""
    upper = native.upper()
    return upper.startswith("TIMESTAMP") and ("WITH TIME ZONE" in upper or upper.startswith("TIMESTAMPTZ"))


def column(name: str, native: str, unscaled: ValueType) -> TableColumn:
    """A column of an engine that holds its columns to their types."""
    # PostgreSQL's `money` is a text with the sign of a currency, as the server is set up.
    found = UNKNOWN if native.upper() == "MONEY" else value_type(native, unscaled)
    return TableColumn(
        name=name,
        type=found,
        native=native,
        zoned=zoned(native),
        foreign=found.kind is Kind.UNKNOWN and native.strip('"').upper() not in _OF_NULLS,
    )
