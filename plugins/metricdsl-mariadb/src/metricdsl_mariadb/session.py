"""A connection that reads only, with everything set that a number could depend on."""

import re
import socket
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlsplit

from metricdsl.diagnostics.problems.connections import CannotConnect, DriverMissing
from metricdsl.spi.adapter import AdapterError, ConnectionSettings
from metricdsl.value import frozen
from metricdsl_mariadb.errors import opening_problem

if TYPE_CHECKING:
    import pymysql

TIMEOUT = "5"
PORT = 3306
_MODE = "STRICT_ALL_TABLES,NO_UNSIGNED_SUBTRACTION,NO_ENGINE_SUBSTITUTION"
_SHARED = {
    "sql_mode": f"'{_MODE}'",  # no ANSI_QUOTES, PIPES_AS_CONCAT or NO_BACKSLASH_ESCAPES: SQL is written for none of them
    "time_zone": "'+00:00'",
    "div_precision_increment": "30",
    "group_concat_max_len": "4294967295",
    "max_error_count": "65535",  # warnings are read: a value that was cut short is an error
    "sql_notes": "1",
}


@frozen(kw_only=True)
class Server:
    """What tells the two servers apart: the name, the oldest version that serves, the exact collation, settings of their own."""

    name: str
    dialect: str
    oldest: tuple[int, int, int]
    collation: str
    settings: Mapping[str, str]
    deadline: str
    """The setting by which the server itself ends a statement, and what a second is in it."""
    second: float


MARIADB = Server(
    name="MariaDB",
    dialect="mariadb",
    oldest=(10, 10, 0),
    collation="utf8mb4_nopad_bin",
    settings={
        "max_recursive_iterations": "4294967295",  # beyond them the rest is left out without an error
        "join_cache_level": "4",  # joins by hashing, which are off
    },
    deadline="max_statement_time",
    second=1.0,
)
MYSQL = Server(
    name="MySQL",
    dialect="mysql",
    oldest=(8, 0, 17),
    collation="utf8mb4_0900_bin",
    settings={"cte_max_recursion_depth": "4294967295"},
    deadline="max_execution_time",
    second=1000.0,
)


def opened(settings: ConnectionSettings, server: Server) -> "pymysql.Connection[Any]":
    """A new connection. Raises AdapterError."""
    try:
        import pymysql
    except ImportError as error:
        command = "pip install metricdsl-mariadb"
        raise AdapterError(DriverMissing(engine=server.name, command=command)) from error
    url = urlsplit(settings.url)
    place = f"{server.name} at {url.hostname or 'localhost'}:{url.port or PORT}"
    stated = {**dict(parse_qsl(url.query)), **settings.settings}
    user = unquote(url.username or "") or stated.get("user", "")
    try:
        if url.hostname:
            socket.getaddrinfo(url.hostname, url.port or PORT)
        connection = pymysql.connect(
            host=url.hostname or "localhost",
            port=url.port or PORT,
            user=user or None,
            password=stated.get("password") or unquote(url.password or ""),
            database=stated.get("schema") or unquote(url.path.lstrip("/")) or None,
            charset="utf8mb4",
            connect_timeout=int(stated.get("timeout", TIMEOUT)),
            local_infile=False,
            autocommit=True,
            **_encryption(stated),
        )
    except socket.gaierror as error:
        raise AdapterError(
            CannotConnect(place=place, why="no such host is known", detail=str(error))
        ) from error
    except Exception as error:
        raise AdapterError(opening_problem(error, place, user)) from error
    try:
        _serves(connection.get_server_info(), server, place)
        with connection.cursor() as cursor:
            cursor.execute(f"SET NAMES utf8mb4 COLLATE {server.collation}")
            pinned = ", ".join(f"SESSION {name} = {value}" for name, value in _pinned(server).items())
            cursor.execute(f"SET {pinned}")
            cursor.execute("SET SESSION TRANSACTION READ ONLY")
    except AdapterError:
        connection.close()
        raise
    except Exception as error:
        connection.close()
        raise AdapterError(opening_problem(error, place, user)) from error
    return connection


def _pinned(server: Server) -> dict[str, str]:
    return {**_SHARED, **server.settings}


def _serves(version: str, server: Server, place: str) -> None:
    """The server is the one that the URL says, and new enough."""
    maria = "mariadb" in version.casefold()
    if maria != (server is MARIADB):
        other = "it is a MariaDB server: write `mariadb:` for `mysql:`"
        why = other if maria else "it is a MySQL server: write `mysql:` for `mariadb:`"
        raise AdapterError(CannotConnect(place=place, why=why, detail=version))
    numbers = re.search(r"(\d+)\.(\d+)\.(\d+)", version.removeprefix("5.5.5-"))
    found = tuple(int(part) for part in numbers.groups()) if numbers else (0, 0, 0)
    if found < server.oldest:
        least = ".".join(map(str, server.oldest))
        why = f"it is {server.name} {version}, and {least} is the oldest that serves"
        raise AdapterError(CannotConnect(place=place, why=why, detail=version))


def _encryption(stated: Mapping[str, str]) -> dict[str, Any]:
    """What the driver is told of TLS: as it finds it, unless `sslmode` or a certificate says more."""
    mode = stated.get("sslmode", "")
    files = {"ssl_ca": "sslrootcert", "ssl_cert": "sslcert", "ssl_key": "sslkey"}
    made: dict[str, Any] = {ours: stated[said] for ours, said in files.items() if said in stated}
    if mode == "disable":
        return {"ssl_disabled": True}
    if mode in {"verify-ca", "verify-full"}:
        made["ssl_verify_cert"] = True
        made["ssl_verify_identity"] = mode == "verify-full"
    elif mode == "require" and not made:
        made["ssl"] = {"check_hostname": False}
    return made
