"""Runs cases on the engines through the façade: tables loaded as people have them, definitions in a project folder."""

import json
import secrets
import sqlite3
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit, urlunsplit

from attrs import define, evolve, field

from metricdsl.diagnostics import Problem
from metricdsl.engine.bound_query import BoundQuery
from metricdsl.engine.errors import QueryError
from metricdsl.engine.project import Project, open_project
from metricdsl.execution.accounting import Accounting
from metricdsl.insight.why import Question, why
from metricdsl.insight.why_answer import Why
from metricdsl.model.request import Request, ValuesRequest
from metricdsl.source import SourceFile
from metricdsl.testing.mariadb_tables import COLUMN_TYPES, MariaDBTables
from metricdsl.testing.parquet_files import PARQUET, load_parquet
from metricdsl.testing.reference import Settings, Table
from metricdsl.value import frozen

ENGINES = ("duckdb", "sqlite", "postgres", "datafusion", "clickhouse", "mariadb", "spark")
OF_PLUGINS = frozenset({"clickhouse", "datafusion", "mariadb", "spark"})
"""Those whose adapter is in a package of its own, which is called as the engine is."""
SERVERS = frozenset({"postgres", "mariadb"})
"""Those that are asked over a URL."""
SLOW = frozenset({"spark"})
"""Those that take long to start, and a tenth of a second for a question: `make engines-test` alone asks them cases."""
TYPES: Mapping[str, Mapping[str, str]] = {
    "duckdb": {
        "integer": "BIGINT",
        "decimal": "DECIMAL(18,{})",
        "float": "DOUBLE",
        "text": "VARCHAR",
        "boolean": "BOOLEAN",
        "date": "DATE",
        "timestamp": "TIMESTAMP",
        "instant": "TIMESTAMPTZ",
    },
    "sqlite": {
        "integer": "INTEGER",
        "decimal": "NUMERIC(18,{})",
        "float": "REAL",
        "text": "TEXT",
        "boolean": "BOOLEAN",
        "date": "TEXT",
        "timestamp": "TEXT",
    },
    "postgres": {
        "integer": "BIGINT",
        "decimal": "NUMERIC(18,{})",
        "float": "DOUBLE PRECISION",
        "text": "TEXT",
        "boolean": "BOOLEAN",
        "date": "DATE",
        "timestamp": "TIMESTAMP",
        "instant": "TIMESTAMPTZ",
    },
    "datafusion": dict.fromkeys(PARQUET, ""),
    "clickhouse": dict.fromkeys(PARQUET, ""),
    "mariadb": COLUMN_TYPES,
    "spark": dict.fromkeys(PARQUET, ""),
}


def at_hand(engine: str) -> bool:
    """Whether the driver of an engine inside this process is installed."""
    if engine == "spark" and which("java") is None:
        return False
    return engine not in OF_PLUGINS or find_spec(f"metricdsl_{engine}") is not None


def holds(engine: str, tables: Mapping[str, Table]) -> bool:
    """Whether an engine has a type for each column: SQLite has none for instants."""
    kinds = {kind.partition("(")[0] for table in tables.values() for _, kind in table.columns}
    return kinds <= set(TYPES[engine])


UNCOMPILED = "options=-c%20jit%3Doff"
"""PostgreSQL compiles what it takes for long: the machine code of a query over five rows would take seconds."""


@frozen
class Answer:
    """What an engine answered, or the problems that stood in the way; `sources` are the texts they point into."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Any, ...], ...] = ()
    sql: str = ""
    problems: tuple[Problem, ...] = ()
    sources: Mapping[str, SourceFile] = field(factory=dict)

    def place(self, problem: Problem) -> str:
        """The text that a problem points at."""
        span = problem.span
        return "" if span is None else self.sources[span.file].slice(span)


@define(repr=False)
class Bench:
    """A folder with projects and databases, and a schema on the PostgreSQL and the MariaDB server for each set of tables.

    Tables are loaded once for each engine, and for each engine the project asked last stays open.
    """

    postgres_url: str | None = None
    plugins: tuple[str, ...] = ()  # that the projects use, beside an engine's own
    mariadb_url: str | None = None
    _folder: tempfile.TemporaryDirectory[str] = field(factory=tempfile.TemporaryDirectory)
    _loaded: dict[tuple[str, str], dict[str, str]] = field(factory=dict)
    _named: tuple[Mapping[str, Table], str] | None = None  # the tables last asked of, as a text
    _open: dict[str, tuple[object, Project]] = field(factory=dict)
    _server: Any = None
    _mariadb: MariaDBTables | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for engine in tuple(self._open):
            self._close(engine)
        for (engine, _), settings in self._loaded.items():
            if engine == "postgres":
                self._server.execute(f'DROP SCHEMA "{settings["schema"]}" CASCADE')
        if self._server is not None:
            self._server.close()
        if self._mariadb is not None:
            self._mariadb.close()
        self._folder.cleanup()

    def ask(
        self,
        engine: str,
        files: Sequence[SourceFile],
        tables: Mapping[str, Table],
        query: str,
        settings: Settings,
    ) -> Answer:
        """The answer of an engine to a query over definitions and tables."""
        project = self._project(engine, files, tables, settings)
        bound = _asked(project, engine, query, settings)
        if bound.failed:  # what else is wrong in the project does not matter to a query
            told = dict.fromkeys(
                (*project.problems, *bound.problems)
            )  # a query may meet what the project told
            return Answer(problems=tuple(told), sources=bound.sources)
        try:
            with bound.run() as result:
                rows = tuple(map(tuple, result.rows))
                problems = result.problems
        except QueryError as error:
            return Answer(problems=error.problems, sources=bound.sources)
        return Answer(tuple(result.names), rows, result.sql, problems, bound.sources)

    def request(
        self,
        engine: str,
        files: Sequence[SourceFile],
        tables: Mapping[str, Table],
        query: str,
        settings: Settings,
    ) -> Request | ValuesRequest | None:
        """What a query asks of an engine, every name looked up; None where something is wrong."""
        project = self._project(engine, files, tables, settings)
        return _asked(project, engine, query, settings).request

    def account(
        self,
        engine: str,
        files: Sequence[SourceFile],
        tables: Mapping[str, Table],
        query: str,
        settings: Settings,
    ) -> Accounting:
        """What the answer of an engine accounts for. Raises QueryError."""
        project = self._project(engine, files, tables, settings)
        return _asked(project, engine, query, settings).accounting()

    def why(
        self,
        engine: str,
        files: Sequence[SourceFile],
        tables: Mapping[str, Table],
        question: Question,
        settings: Settings,
    ) -> Why:
        """Why a metric moved, as an engine's rows tell. Raises QueryError."""
        project = self._project(engine, files, tables, settings)
        return why(project, evolve(question, connection=engine, today=settings.today))

    def check(self, files: Sequence[SourceFile], tables: Mapping[str, Table], settings: Settings) -> Answer:
        """The problems of definitions alone."""
        project = self._project("duckdb", files, tables, settings)
        return Answer(problems=project.problems, sources=project.sources)

    def sql(
        self,
        dialect: str,
        files: Sequence[SourceFile],
        tables: Mapping[str, Table],
        query: str,
        settings: Settings,
    ) -> str:
        """The SQL of a query for a dialect."""
        project = self._project("duckdb", files, tables, settings)
        return project.query(query, connection="duckdb").sql(dialect)

    def plans(
        self,
        engine: str,
        files: Sequence[SourceFile],
        tables: Mapping[str, Table],
        query: str,
        settings: Settings,
    ) -> list[tuple[str, str]]:
        """The plan of a query as text, as it is built and after each rewrite that changes it, by the rewrite's name."""
        project = self._project(engine, files, tables, settings)
        return project.query(query, connection=engine).plans(engine)

    def forget(self, engine: str) -> None:
        """Open a project anew at the next question: what was compiled is compiled again."""
        self._close(engine)

    # ------------------------------------------------------------ projects

    def _project(
        self, engine: str, files: Sequence[SourceFile], tables: Mapping[str, Table], settings: Settings
    ) -> Project:
        connection = self._load(engine, tables)
        known = replace(settings, principal=(), parameters=())
        wanted = engine, tuple((f.path, f.text) for f in files), tuple(connection.items()), known
        if engine not in self._open or self._open[engine][0] != wanted:
            self._close(engine)
            self._open[engine] = wanted, self._opened(engine, files, connection, settings)
        return self._open[engine][1]

    def _opened(
        self, engine: str, files: Sequence[SourceFile], connection: Mapping[str, str], settings: Settings
    ) -> Project:
        folder = Path(tempfile.mkdtemp(dir=self._folder.name))
        for file in files:
            (folder / file.path).write_text(file.text, encoding="utf-8")
        used = (*self.plugins, *((engine,) if engine in OF_PLUGINS else ()))
        hidden = {"password": "env:PASSWORD"} if connection.get("password") else {}
        lines = [
            "[project]",
            'name = "case"',
            "language = 1",
            f"definitions = {json.dumps([f.path for f in files])}",
            f"timezone = {json.dumps(settings.timezone)}",
            f"week_start = {json.dumps(settings.week_start)}",
            f"currency = {json.dumps(settings.currency)}",
            *(["[plugins]"] if used else []),
            *(f'{plugin} = ">=0.1"' for plugin in used),
            f"[connections.{engine}]",
            *(f"{key} = {json.dumps(value)}" for key, value in {**connection, **hidden}.items()),
        ]
        (folder / "metricdsl.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")
        environment = {"PASSWORD": connection.get("password", "")}
        return open_project(
            folder, environment=environment, today=settings.today, installed_plugins=bool(used)
        )

    def _close(self, engine: str) -> None:
        if engine in self._open:
            self._open.pop(engine)[1].close()

    # ------------------------------------------------------------ tables

    def _load(self, engine: str, tables: Mapping[str, Table]) -> dict[str, str]:
        """The settings of a connection to a database that has these tables."""
        if self._named is None or self._named[0] is not tables:
            self._named = tables, repr(sorted(tables.items()))
        known = engine, self._named[1]
        if known not in self._loaded:
            path = Path(self._folder.name) / f"{len(self._loaded)}.{engine}"
            match engine:
                case "duckdb":
                    self._loaded[known] = _load_duckdb(path, tables)
                case "sqlite":
                    self._loaded[known] = _load_sqlite(path, tables)
                case "datafusion" | "clickhouse" | "spark":
                    self._loaded[known] = load_parquet(engine, path, tables)
                case "mariadb":
                    self._loaded[known] = self._load_mariadb(tables)
                case _:
                    self._loaded[known] = self._load_postgres(tables)
        return self._loaded[known]

    def _load_mariadb(self, tables: Mapping[str, Table]) -> dict[str, str]:
        assert self.mariadb_url is not None, "ask for the fixture mariadb_url"
        if self._mariadb is None:
            self._mariadb = MariaDBTables(self.mariadb_url)
        return self._mariadb.load(tables)

    def _load_postgres(self, tables: Mapping[str, Table]) -> dict[str, str]:
        import psycopg

        assert self.postgres_url is not None, "ask for the fixture postgres_url"
        if self._server is None:
            self._server = psycopg.connect(self.postgres_url, autocommit=True)
        schema = f"{_scope(self._server)}_{secrets.token_hex(6)}"
        with self._server.transaction(), self._server.cursor() as cursor:
            cursor.execute(f'CREATE SCHEMA "{schema}"')
            for name, table in tables.items():
                cursor.execute(f'CREATE TABLE "{schema}".{_quoted(name)} ({_columns("postgres", table)})')
                if table.rows:
                    marks = ", ".join(["%s"] * len(table.columns))
                    every = ", ".join([f"({marks})"] * len(table.rows))
                    values = f'INSERT INTO "{schema}".{_quoted(name)} VALUES {every}'  # noqa: S608 - names quoted, values bound
                    cursor.execute(values, [cell for row in table.rows for cell in row])
        parts = urlsplit(self.postgres_url)
        host = parts.netloc.rpartition("@")[2]
        user = f"{parts.username}@" if parts.username else ""
        url = urlunsplit((parts.scheme, f"{user}{host}", parts.path, UNCOMPILED, ""))
        found = {"url": url, "schema": schema}
        return {**found, "password": parts.password} if parts.password else found


def _scope(server: Any) -> str:
    """The schema that the session's own URL names."""
    return str(server.execute("SELECT current_schema()").fetchone()[0])


def _asked(project: Project, engine: str, query: str, settings: Settings) -> BoundQuery:
    """A query as it is asked by who the settings say, with their values for parameters."""
    return project.query(
        query,
        connection=engine,
        principal=dict(settings.principal),
        parameters=dict(settings.parameters),
    )


def _load_duckdb(path: Path, tables: Mapping[str, Table]) -> dict[str, str]:
    import duckdb

    with duckdb.connect(str(path), config={"threads": 1}) as connection:
        connection.begin()  # one for all: each would be written to the disk by itself
        for name, table in tables.items():
            connection.execute(f"CREATE TABLE {_quoted(name)} ({_columns('duckdb', table)})")
            if table.rows:
                marks = ", ".join(["?"] * len(table.columns))
                every = ", ".join([f"({marks})"] * len(table.rows))
                cells = [cell for row in table.rows for cell in row]
                connection.execute(f"INSERT INTO {_quoted(name)} VALUES {every}", cells)  # noqa: S608 - as above
        connection.commit()
    return {"url": f"duckdb:///{path}", "threads": "1"}  # a few rows: opening is half as long with one


def _load_sqlite(path: Path, tables: Mapping[str, Table]) -> dict[str, str]:
    connection = sqlite3.connect(path)
    with connection:
        for name, table in tables.items():
            connection.execute(f"CREATE TABLE {_quoted(name)} ({_columns('sqlite', table)})")
            marks = ", ".join(["?"] * len(table.columns))
            connection.executemany(f"INSERT INTO {_quoted(name)} VALUES ({marks})", _as_sqlite(table.rows))  # noqa: S608
    connection.close()
    return {"url": f"sqlite:///{path}"}


def _as_sqlite(rows: Iterable[Sequence[Any]]) -> list[tuple[Any, ...]]:
    """Decimals as numbers of SQLite, dates and moments as ISO texts, booleans as 0 and 1."""
    return [tuple(map(_sqlite_cell, row)) for row in rows]


def _sqlite_cell(value: Any) -> Any:
    match value:
        case bool():
            return int(value)
        case Decimal():
            return str(value)  # the column's affinity makes a number of it
        case datetime():
            return value.isoformat(" ")
        case date():
            return value.isoformat()
        case _:
            return value


def _columns(engine: str, table: Table) -> str:
    return ", ".join(f"{_quoted(name)} {_type(engine, kind)}" for name, kind in table.columns)


def _type(engine: str, kind: str) -> str:
    name, _, scale = kind.partition("(")
    return TYPES[engine][name].format(scale.rstrip(")"))


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'
