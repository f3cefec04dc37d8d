"""The child process that ClickHouse runs in: a session, the tables that it was told of, and one statement at a time.

Tables are made while the session may still write. Then its settings are locked: it reads these tables and nothing else.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from metricdsl.adapters.child import Answer, serve
from metricdsl.adapters.folder_in_children import size_of
from metricdsl.adapters.text_files import TextLayout
from metricdsl_clickhouse.tables import DATABASE, quoted, table_of

if TYPE_CHECKING:
    from chdb.session import Session as Engine

_SETTINGS = {
    "session_timezone": "'UTC'",
    "join_use_nulls": "1",  # what an outer join does not find is null, not 0
    "aggregate_functions_null_for_empty": "1",  # the sum of nothing is null, not 0
    "group_by_use_nulls": "1",
    "prefer_column_name_to_alias": "1",
    "transform_null_in": "0",
    "use_variant_as_common_type": "0",
    "cast_keep_nullable": "1",
    "decimal_check_overflow": "1",
    "short_circuit_function_evaluation": "'force_enable'",
    "least_greatest_legacy_null_behavior": "0",
    "allow_experimental_correlated_subqueries": "1",
    "max_query_size": "100000000",
    "max_parser_depth": "100000",
    "max_ast_depth": "100000",
    "max_ast_elements": "10000000",
    "max_expanded_ast_elements": "10000000",
    "max_recursive_cte_evaluation_depth": "10000000",
    "output_format_arrow_string_as_string": "1",
    "format_csv_null_representation": "''",
}
_LOCKED = "SET readonly = 1"


class Session:
    """What answers the parent's messages."""

    def __init__(self) -> None:
        self._engine: Engine | None = None
        self._stream: Any = None
        self._locked = False
        self._given: Mapping[str, str] = {}
        self._tables: dict[str, str] = {}  # name → the statement that makes it

    def open(self, message: Mapping[str, Any]) -> Answer:
        """Begin anew: settings, and no tables."""
        from chdb.session import Session as Engine

        if self._engine is not None:
            self._stream = None
            self._engine.close()
        self._engine, self._locked, self._tables = Engine(), False, {}
        given = self._given = message["settings"]
        settings = dict(_SETTINGS)
        if "threads" in given:
            settings["max_threads"] = str(int(given["threads"]))
        if "memory_limit" in given:
            settings["max_memory_usage"] = str(size_of(given["memory_limit"]))
        for name, value in settings.items():
            self._engine.query(f"SET {name} = {value}")
        self._engine.query(f"CREATE DATABASE {DATABASE} ENGINE = Memory")
        self._engine.query(f"USE {DATABASE}")
        return {}, b""

    def register(self, message: Mapping[str, Any]) -> Answer:
        """Make a file a table; the answer has its columns: name and type."""
        said = message["layout"]
        layout = None if said is None else TextLayout(**{**said, "columns": tuple(said["columns"])})
        made, columns = table_of(message["name"], Path(message["path"]), layout)
        if self._locked:  # the lock cannot be opened
            self._begin_anew()
        self._make(message["name"], made)
        return {"columns": columns}, b""

    def _begin_anew(self) -> None:
        known = self._tables
        self.open({"settings": self._given})
        for name, statement in known.items():
            self._make(name, statement)

    def _make(self, name: str, statement: str) -> None:
        assert self._engine is not None
        self._engine.query(f"DROP TABLE IF EXISTS {quoted(name)}")
        self._engine.query(statement)
        self._tables[name] = statement

    def run(self, message: Mapping[str, Any]) -> Answer:
        """Begin a statement, which may read and do nothing else."""
        if self._stream is not None:
            # The statement before failed or was given up: what is asked next in its session is answered with nothing.
            self._begin_anew()
        assert self._engine is not None
        if not self._locked:
            self._engine.query(_LOCKED)
            self._locked = True
        # What is a query of a subselect writes no file, states no setting and is one alone; it is looked at and not run.
        self._engine.query(f"DESCRIBE TABLE ({message['sql']}\n)")
        self._stream = self._engine.send_query(message["sql"], "ArrowStream")
        return {}, b""

    def next(self, message: Mapping[str, Any]) -> Answer:
        """The next rows, as Arrow writes them; behind the last none."""
        del message
        assert self._stream is not None
        found = self._stream.fetch()
        while found is not None:
            if found.rows_read() or found.bytes():
                return {}, bytes(found.bytes())
            found = self._stream.fetch()
        self._stream = None
        return {"end": True}, b""


def main() -> None:
    """Serve the parent."""
    session = Session()
    serve({"open": session.open, "register": session.register, "run": session.run, "next": session.next})
