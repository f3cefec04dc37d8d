"""A connection as the project file states it, and as an adapter is handed it, its secrets resolved."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from attrs import field

from metricdsl.diagnostics import Outcome
from metricdsl.diagnostics.problems.project import BadProjectFile
from metricdsl.value import frozen

SECRETS = ("password", "token", "secret")
CONNECTION_KEYS = (
    *("url", "user", "password", "schema", "timeout", "sslmode", "sslrootcert", "sslcert", "sslkey"),
    *("memory_limit", "threads", "temp_directory", "files"),
)
FILE_KEYS = ("delimiter", "quote", "header", "encoding")
FILE_SCHEMES = ("duckdb", "sqlite", "files")
OUR_SCHEMES = (*FILE_SCHEMES, "postgresql", "postgres")
REFERENCE = "env:"
_ENDINGS = {".duckdb": "duckdb", ".ddb": "duckdb", ".db": "sqlite", ".sqlite": "sqlite", ".sqlite3": "sqlite"}


@frozen(kw_only=True)
class ConnectionConfig:
    """A connection: its URL and the settings as written (secrets as references: `env:NAME`)."""

    name: str
    url: str
    stated: Mapping[str, str] = field(factory=dict)

    @property
    def scheme(self) -> str:
        """What tells the engine."""
        return self.url.partition(":")[0]


@frozen(kw_only=True)
class ReadConnection:
    """A connection that was read, and what is wrong with it: pairs of key and sentence."""

    config: ConnectionConfig | None
    problems: tuple[tuple[str, str], ...] = ()


@frozen(kw_only=True)
class ConnectionValues:
    """What an adapter is handed. Its text never shows the settings, since secrets are among them."""

    url: str
    root: str
    timezone: str
    settings: Mapping[str, str] = field(factory=dict, repr=False)


def read_connection(name: str, said: Mapping[str, Any]) -> ReadConnection:
    """A connection from its table of the project file."""
    url = said.get("url")
    problems: list[tuple[str, str]] = []
    if not isinstance(url, str) or not url:
        other = [(key, f"a connection has no setting `{key}`") for key in said if key not in CONNECTION_KEYS]
        missing = (name, f"the connection `{name}` does not say its `url`")
        return ReadConnection(config=None, problems=(missing, *other))
    url = with_scheme(url)
    if urlsplit(url).password if "://" in url else None:
        problems.append(
            ("url", 'no password in a `url`: write password = "env:NAME" and set that environment variable')
        )
    scheme, _, rest = url.partition("://")
    if scheme in FILE_SCHEMES and rest and not rest.startswith("/"):
        problems.append(
            (
                "url",
                f"the `url` names a server, `{rest.partition('/')[0]}`: for a path write {scheme}:///{rest}",
            )
        )
    stated: dict[str, str] = {}
    for key, value in said.items():
        if key == "url":
            continue
        if key not in CONNECTION_KEYS and url.partition(":")[0] in OUR_SCHEMES:
            problems.append((key, f"a connection has no setting `{key}`"))
        elif key == "files":
            problems.extend(_files(value, stated))
        elif isinstance(value, (dict, list)):
            problems.append((key, f"`{key}` must be a single value"))
        elif _is_secret(key) and not str(value).startswith(REFERENCE):
            problems.append(
                (key, f'no secrets in this file: write {key} = "env:NAME" and set that environment variable')
            )
        else:
            stated[key] = _plain(value)
    return ReadConnection(
        config=ConnectionConfig(name=name, url=url, stated=stated), problems=tuple(problems)
    )


def with_scheme(url: str) -> str:
    """A URL; a bare path gets the scheme that its ending tells: a folder (no ending), a DuckDB file, a SQLite file.

    >>> with_scheme("crm.duckdb")
    'duckdb:///crm.duckdb'
    >>> with_scheme("data")
    'files:data'
    """
    if re.match(r"[a-z][a-z0-9+-]+:", url):
        return url
    scheme = _ENDINGS.get(Path(url).suffix.casefold())
    return f"{scheme}:///{url}" if scheme else f"files:{url}"


def resolved(
    config: ConnectionConfig, root: Path, timezone: str, environment: Mapping[str, str]
) -> Outcome[ConnectionValues | None]:
    """The values that an adapter is handed; a secret that the environment does not have is a problem."""
    settings = {}
    for key, value in config.stated.items():
        if not value.startswith(REFERENCE):
            settings[key] = value
            continue
        name = value.removeprefix(REFERENCE)
        if name not in environment:
            what = f"the environment variable `{name}` is not set, which `{key}` of the connection `{config.name}` names"
            return Outcome(None, (BadProjectFile(what=what),))
        settings[key] = environment[name]
    values = ConnectionValues(url=config.url, root=str(root.resolve()), timezone=timezone, settings=settings)
    return Outcome(values)


def _files(said: object, stated: dict[str, str]) -> list[tuple[str, str]]:
    """`[connections.x.files]` holds for all text files, `[connections.x.files."orders.csv"]` for one."""
    if not isinstance(said, dict):
        return [("files", "`files` must be a part of its own")]
    problems = []
    for key, value in said.items():
        if isinstance(value, dict):
            for inner, one in value.items():
                if inner in FILE_KEYS:
                    stated[f"files.{key}.{inner}"] = _plain(one)
                else:
                    problems.append(
                        (
                            inner,
                            f"the file `{key}` has no setting `{inner}`; there are {', '.join(FILE_KEYS)}",
                        )
                    )
        elif key in FILE_KEYS:
            stated[f"files.{key}"] = _plain(value)
        else:
            problems.append((key, f"`files` has no setting `{key}`; there are {', '.join(FILE_KEYS)}"))
    return problems


def _is_secret(key: str) -> bool:
    return any(word in key for word in SECRETS)


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
