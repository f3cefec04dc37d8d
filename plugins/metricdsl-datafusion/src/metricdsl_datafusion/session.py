"""The child process that DataFusion runs in: a session, the tables that it was told of, and one statement at a time."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from metricdsl.adapters.child import Answer, serve
from metricdsl.adapters.folder_in_children import size_of
from metricdsl.adapters.text_files import TextLayout
from metricdsl_datafusion.tables import register

if TYPE_CHECKING:
    from datafusion import RecordBatchStream, SessionContext

_SETTINGS = {
    "datafusion.execution.time_zone": "UTC",
    "datafusion.sql_parser.dialect": "duckdb",  # the one that reads functions of the items of a list
    "datafusion.sql_parser.parse_float_as_decimal": "true",  # 0.1 is 0.1
    "datafusion.sql_parser.recursion_limit": "2000",
    "datafusion.catalog.information_schema": "false",
    "datafusion.execution.collect_statistics": "false",  # with them some filters end in a selectivity beyond 1, an error
}


class Session:
    """What answers the parent's messages."""

    def __init__(self) -> None:
        self._context: SessionContext | None = None
        self._stream: RecordBatchStream | None = None

    def open(self, message: Mapping[str, Any]) -> Answer:
        """Begin anew: settings, and no tables."""
        self._stream, self._context = None, opened(message["settings"])
        return {}, b""

    def register(self, message: Mapping[str, Any]) -> Answer:
        """Make a file a table; the answer has its columns: name, type, and whether the file is a text."""
        assert self._context is not None
        said = message["layout"]
        layout = None if said is None else TextLayout(**{**said, "columns": tuple(said["columns"])})
        columns = register(self._context, message["name"], Path(message["path"]), layout)
        return {"columns": columns}, b""

    def run(self, message: Mapping[str, Any]) -> Answer:
        """Begin a statement, which may read and do nothing else."""
        from datafusion import SQLOptions

        assert self._context is not None
        reads = SQLOptions().with_allow_ddl(allow=False).with_allow_dml(allow=False)
        options = reads.with_allow_statements(allow=False)
        self._stream = self._context.sql_with_options(message["sql"], options).execute_stream()
        return {}, b""

    def next(self, message: Mapping[str, Any]) -> Answer:
        """The next rows, as Arrow writes them; behind the last none."""
        import pyarrow as pa

        del message
        assert self._stream is not None
        for found in self._stream:
            batch = found.to_pyarrow()
            if batch.num_rows:
                sink = pa.BufferOutputStream()
                with pa.ipc.new_stream(sink, batch.schema) as writer:
                    writer.write_batch(batch)
                return {}, sink.getvalue().to_pybytes()
        self._stream = None
        return {"end": True}, b""


def opened(settings: Mapping[str, str]) -> "SessionContext":
    """A session with everything set that a number could depend on."""
    from datafusion import RuntimeEnvBuilder, SessionConfig, SessionContext

    threads = settings.get("threads") or str(os.cpu_count() or 1)
    config = SessionConfig({**_SETTINGS, "datafusion.execution.target_partitions": threads})
    runtime = RuntimeEnvBuilder().with_disk_manager_os()
    if "memory_limit" in settings:
        runtime = runtime.with_fair_spill_pool(size_of(settings["memory_limit"]))
    context = SessionContext(config, runtime)
    # This rule makes a plain `=` of IS NOT DISTINCT FROM where an inner join stands beside another: null keys are lost.
    context.remove_optimizer_rule("eliminate_cross_join")
    return context


def main() -> None:
    """Serve the parent."""
    session = Session()
    serve({"open": session.open, "register": session.register, "run": session.run, "next": session.next})
