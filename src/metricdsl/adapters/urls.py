"""Where the `url` of a connection points."""

import posixpath
from pathlib import Path
from urllib.parse import unquote, urlsplit

MEMORY = ":memory:"


def path_of(url: str, root: str) -> str | None:
    """The file or folder of a URL, absolute; None for a database in memory.

    `duckdb:///crm.duckdb`, `files:data` and `crm.duckdb` are relative to `root`; `duckdb:////srv/crm.duckdb` is absolute.

    >>> path_of("duckdb:///crm.duckdb", "/project")
    '/project/crm.duckdb'
    >>> path_of("duckdb:///:memory:", "/project")
    """
    scheme, colon, rest = url.partition(":")
    if not colon or len(scheme) == 1:  # a bare path; on Windows it may begin with the letter of a drive
        path = url
    elif rest.startswith("//"):
        path = unquote(urlsplit(url).path.removeprefix("/"))
    else:
        path = unquote(rest)
    if path in {MEMORY, ""}:
        return None
    joined = Path(root) / path
    return (
        posixpath.normpath(joined.as_posix())
        if joined.is_absolute() and "\\" not in str(joined)
        else str(joined)
    )
