"""Starts the database servers that the tests use: PostgreSQL and MariaDB, on loopback only, with their data under `build/engines`.

    python -m tools.engines start     installs the servers if there are none (Debian, as root), starts them, writes their URLs
    python -m tools.engines status    says whether they run
    python -m tools.engines stop      stops them

The URLs go to `build/engines/postgres.json` and `mariadb.json`. A second start finds the running servers. Where a server can
neither be found nor installed, this says so and ends well, since the tests run without one; with CI=true in the environment it
fails instead. Only the standard library is used.
"""

import os
import sys
from collections.abc import Sequence

from tools import mariadb_server, postgres_server
from tools.servers import Unavailable, alone

SERVERS = (postgres_server, mariadb_server)


def main(arguments: Sequence[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in {"start", "stop", "status"}:
        print("usage: engines.py start|stop|status", file=sys.stderr)
        return 2
    if os.name == "nt":
        print(
            "engines: starting a server from here is not written for Windows; set METRICDSL_POSTGRES_URL "
            "and METRICDSL_MARIADB_URL",
            file=sys.stderr,
        )
        return 0
    missing = False
    with alone():
        for server in SERVERS:
            actions = {"start": server.start, "stop": server.stop, "status": server.status}
            try:
                print(f"engines: {server.NAME} {actions[arguments[0]]()}", flush=True)
            except Unavailable as reason:
                missing = True
                print(f"engines: {server.NAME} is not available: {reason}", file=sys.stderr)
    if missing and os.environ.get("CI") == "true":
        return 1
    if missing:
        print("engines: the tests that need it will be skipped", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
