"""The types of columns, as far as a dbt project declares them. Nothing is guessed from a name or from how a column is used."""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from metricdsl.spi.exchange import CannotRead
from metricdsl.spi.writing import written_name

MOST_BYTES = 50_000_000
_TYPE = re.compile(
    r"([a-z][a-z0-9_ ]*?) ?(?:\( ?(\d+) ?(?:, ?(\d+) ?)?\))? ?(?:with(?:out)?(?: local)? time zone)?"
)
LONGEST = 100
_PLAIN = {
    "integer": "int, integer, bigint, smallint, tinyint, mediumint, int2, int4, int8, int16, int32, int64, hugeint, byteint, long",
    "float": "float, float4, float8, float32, float64, double, double precision, real",
    "text": "text, varchar, char, character, character varying, string, nvarchar, nchar, bpchar, uuid",
    "boolean": "bool, boolean",
    "date": "date, date32",
    "timestamp": "timestamp, timestamptz, timestamp_ntz, timestamp_ltz, timestamp_tz, datetime, datetime2",
}
_WORDS = {word: kind for kind, words in _PLAIN.items() for word in words.split(", ")}
_EXACT = {"numeric", "decimal", "number", "bignumeric", "dec"}


def type_of(declared: str) -> str:
    """The type that a declared one is in our language: `decimal(2)`; nothing where it does not say enough.

    >>> type_of("NUMERIC(12, 2)"), type_of("numeric"), type_of("varchar(20)"), type_of("int")
    ('decimal(2)', '', 'text', 'integer')
    """
    written = " ".join(declared.lower().split())
    found = _TYPE.fullmatch(written) if len(written) <= LONGEST else None
    if found is None:
        return ""
    word, precision, scale = found[1], found[2], found[3]
    if word in _EXACT:
        return "" if precision is None else f"decimal({scale})" if int(scale or 0) else "integer"
    return _WORDS.get(word, "")


class ColumnTypes:
    """What is declared of tables: by the name of a dbt model and of a column, whatever their capitals."""

    def __init__(self) -> None:
        self._declared: dict[tuple[str, str], str] = {}
        self._tables: dict[str, tuple[str, ...]] = {}

    def declared(self, model: str, column: str) -> str:
        """The type as it is declared; nothing where it is not."""
        return self._declared.get((model.casefold(), column.casefold()), "")

    def table(self, model: str) -> str:
        """The table of a model as our language writes it: with its schema where a catalog tells that. Raises ValueError."""
        return written_name(*self._tables.get(model.casefold(), (model,)))

    def add_models(self, models: Iterable[Any]) -> None:
        """Take what the YAML of models says: `columns` with a `data_type`."""
        for model in models:
            for column in _listed(model, "columns"):
                said = column.get("data_type")
                if isinstance(said, str) and isinstance(column.get("name"), str):
                    self._declared[str(model.get("name")).casefold(), column["name"].casefold()] = said

    def add_catalog(self, path: Path) -> None:
        """Take what a catalog.json says, which the warehouse itself has told. Raises CannotRead."""
        try:
            if path.stat().st_size > MOST_BYTES:
                raise CannotRead(path, f"it is larger than {MOST_BYTES // 1_000_000} MB")
            catalog = json.loads(path.read_bytes())
        except (ValueError, RecursionError):
            raise CannotRead(path, "it is not JSON") from None
        except OSError as error:
            raise CannotRead(path, f"it cannot be opened ({error.strerror})") from None
        nodes = catalog.get("nodes") if isinstance(catalog, dict) else None
        if not isinstance(nodes, dict):
            raise CannotRead(
                path, "it has no `nodes`", "give the target/catalog.json that `dbt docs generate` writes"
            )
        for unique, node in nodes.items():
            model = unique.rpartition(".")[2].casefold()
            told = node.get("metadata") if isinstance(node, dict) else None
            columns = node.get("columns") if isinstance(node, dict) else None
            if isinstance(told, dict) and isinstance(columns, dict) and unique.startswith("model."):
                named = (told.get("schema"), told.get("name"))
                self._tables[model] = tuple(part for part in named if isinstance(part, str) and part)
                for name, column in columns.items():
                    if isinstance(column, dict) and isinstance(column.get("type"), str):
                        self._declared.setdefault((model, name.casefold()), column["type"])


def _listed(table: Any, key: str) -> list[dict[str, Any]]:
    """The mappings in a list of a mapping."""
    found = table.get(key) if isinstance(table, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
