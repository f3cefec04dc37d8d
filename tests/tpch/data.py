"""The data of TPC-H, made by the package `tpchgen-cli`, and the ways it gets into an engine."""

import shutil
import sqlite3
import subprocess
import sysconfig
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import duckdb

from metricdsl.testing.engines import TYPES, UNCOMPILED

TABLES = ("region", "nation", "supplier", "customer", "part", "partsupp", "orders", "lineitem")


def generator() -> str | None:
    """The path of the generator: beside this Python, else wherever the system finds it."""
    return shutil.which("tpchgen-cli", path=sysconfig.get_path("scripts")) or shutil.which("tpchgen-cli")


def generate(folder: Path, scale: float) -> Path:
    """The folder with a Parquet file for each table at this scale; made once."""
    if not (folder / f"{TABLES[-1]}.parquet").exists():
        program = generator()
        if program is None:
            raise FileNotFoundError("tpchgen-cli is not installed")
        unfinished = folder.with_name(f"{folder.name}-unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        command = [
            program,
            "parquet",
            "--scale-factor",
            str(scale),
            "--output-dir",
            str(unfinished),
            "--quiet",
        ]
        subprocess.run(command, check=True)
        shutil.rmtree(folder, ignore_errors=True)
        unfinished.rename(folder)
    return folder


def to_duckdb(parquet: Path, path: Path) -> Path:
    """The path of a DuckDB file with these tables; made once."""
    if not path.exists():
        unfinished = path.with_suffix(".part")
        unfinished.unlink(missing_ok=True)
        with duckdb.connect(str(unfinished)) as connection:
            for name in TABLES:
                file = (parquet / f"{name}.parquet").as_posix()
                connection.execute(f"CREATE TABLE {name} AS SELECT * FROM read_parquet('{file}')")
        unfinished.rename(path)
    return path


def to_sqlite(source: duckdb.DuckDBPyConnection, path: Path) -> dict[str, str]:
    """The settings of a connection to an SQLite file with the tables of an open DuckDB file."""
    connection = sqlite3.connect(path)
    with connection:
        for name in TABLES:
            columns = kinds(source, name)
            connection.execute(f"CREATE TABLE {name} ({declared('sqlite', columns)})")
            marks = ", ".join(["?"] * len(columns))
            rows = source.execute(f"SELECT {', '.join(map(as_text, columns.items()))} FROM {name}").fetchall()
            connection.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)
    connection.close()
    return {"url": f"sqlite:///{path.as_posix()}"}


def to_postgres(source: duckdb.DuckDBPyConnection, url: str) -> dict[str, str]:
    """The settings of a connection to the schema that the URL names, with the tables of an open DuckDB file.

    The password is that of the environment variable PASSWORD, since no project file has one.
    """
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
        for name in TABLES:
            cursor.execute(f"CREATE TABLE {name} ({declared('postgres', kinds(source, name))})")
            with cursor.copy(f"COPY {name} FROM STDIN") as copy:
                for row in source.execute(f"SELECT * FROM {name}").fetchall():
                    copy.write_row(row)
            cursor.execute(f"ANALYZE {name}")
        schema = str(connection.execute("SELECT current_schema()").fetchone()[0])
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    without = urlunsplit(
        (parts.scheme, f"{parts.username}@{host}" if parts.username else host, parts.path, UNCOMPILED, "")
    )
    return {"url": without, "schema": schema, **({"password": "env:PASSWORD"} if parts.password else {})}


def kinds(source: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    """The kind of each column: `integer`, `decimal(2)`, `text` or `date`."""
    found = {"BIGINT": "integer", "INTEGER": "integer", "VARCHAR": "text", "DATE": "date"}
    rows = source.execute(f"DESCRIBE {table}").fetchall()
    return {name: found.get(type, "decimal(2)") for name, type, *_ in rows}


def declared(engine: str, columns: dict[str, str]) -> str:
    """The columns of a table as an engine declares them."""
    return ", ".join(
        f"{name} {TYPES[engine][kind.partition('(')[0]].format(2)}" for name, kind in columns.items()
    )


def as_text(column: tuple[str, str]) -> str:
    """A column as SQLite gets it: dates and decimals as texts, of which its types make numbers where they are."""
    name, kind = column
    return f"CAST({name} AS VARCHAR)" if kind in ("date", "decimal(2)") else name
