"""MariaDB for the tests: on loopback only, with its data under `build/engines`. Its URL goes to `mariadb.json` there.

The tests' user may make databases whose names begin with `metricdsl_`, one for each set of tables. The clocks of the zones are
loaded, which a new server knows none of.
"""

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import time
from pathlib import Path

from tools.servers import (
    HOME,
    LOOPBACK,
    ROLE,
    Unavailable,
    account,
    checked,
    data_folder,
    free_port,
    install,
    run_as,
    state,
    write_state,
)

NAME = "MariaDB"
STATE = HOME / "mariadb.json"
PORT = 33069
OWNER = "owner"
ZONES = "/usr/share/zoneinfo"
SERVER, CLIENT, MAKER, CLOCKS = "mariadbd", "mariadb", "mariadb-install-db", "mariadb-tzinfo-to-sql"
SETTINGS = (
    f"--bind-address={LOOPBACK}",
    "--socket=server.sock",
    "--pid-file=server.pid",
    "--log-error=server.log",
    "--skip-name-resolve",
    "--skip-log-bin",
    "--character-set-server=utf8mb4",
    "--collation-server=utf8mb4_general_ci",  # as most servers have it: no test may count on an exact one
    "--innodb-flush-log-at-trx-commit=0",  # a test server: nothing in it outlives the tests
    "--innodb-doublewrite=0",
    "--innodb-buffer-pool-size=64M",
    "--max-connections=80",
)


def program(name: str) -> str | None:
    """Where a program of the server is."""
    return shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/local/sbin")


def programs() -> dict[str, str] | None:
    """Where its programs are; None where one is missing."""
    found = {name: program(name) for name in (SERVER, CLIENT, MAKER, CLOCKS)}
    return None if None in found.values() else {name: str(path) for name, path in found.items()}


def installed() -> dict[str, str]:
    """Its programs, after installing Debian's package."""
    install("mariadb-server", NAME)
    found = programs()
    if found is None:
        raise Unavailable(f"Debian's package mariadb-server was installed but brought no {SERVER}")
    return found


def asked(client: str, port: str, user: str, password: str, statement: str) -> int:
    """How a client ends that runs a statement."""
    whose = ["--no-defaults", "-h", LOOPBACK, "-P", port, "-u", user, "--connect-timeout=15", "-BNe"]
    return run_as(None, [client, *whose, statement], MYSQL_PWD=password).returncode


def running(told: dict[str, str]) -> bool:
    """Whether the server of the state file answers."""
    return bool(told) and asked(told["client"], told["port"], ROLE, told["password"], "select 1") == 0


def initialise(found: dict[str, str], data: Path, user: str | None, first: str) -> Path:
    """Makes an empty server, and the file of the statements that it begins with."""
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(mode=0o700)
    begin = data.with_name("mariadb-first.sql")
    begin.unlink(missing_ok=True)
    begin.touch(mode=0o600)
    begin.write_text(first, encoding="utf-8")
    if user is not None:
        shutil.chown(data, user)
        shutil.chown(begin, user)
    made = [
        "--no-defaults",
        f"--datadir={data}",
        "--auth-root-authentication-method=socket",
        "--skip-test-db",
    ]
    checked(user, [found[MAKER], *made])
    return begin


def wait_until(port: int, found: dict[str, str], password: str, server: "subprocess.Popen[bytes]") -> None:
    """Until the server answers."""
    for _ in range(240):
        if asked(found[CLIENT], str(port), ROLE, password, "select 1") == 0:
            return
        if server.poll() is not None:
            break
        time.sleep(0.25)
    raise Unavailable(f"{SERVER} did not begin to answer; its log is beside its data")


def load_clocks(found: dict[str, str], port: int, password: str) -> None:
    """The clocks of the zones of this machine, which instants are read by."""
    if not Path(ZONES).is_dir():
        raise Unavailable(f"this machine has no zones in {ZONES} (apt-get install tzdata)")
    made = subprocess.run([found[CLOCKS], ZONES], capture_output=True, check=False)
    whose = ["--no-defaults", "-h", LOOPBACK, "-P", str(port), "-u", OWNER, "mysql"]
    env = {"PATH": os.environ.get("PATH", os.defpath), "MYSQL_PWD": password}
    done = subprocess.run(
        [found[CLIENT], *whose], env=env, input=made.stdout, capture_output=True, check=False
    )
    if done.returncode:
        raise Unavailable("the clocks of the zones could not be loaded")


def start() -> str:
    """Starts the server, unless it runs, and says so."""
    told = state(STATE)
    if running(told):
        return f"runs on {LOOPBACK}:{told['port']}"
    found = programs() or installed()
    user = account(NAME, "mysql")
    data = data_folder(user, "mariadb")
    _end(data)
    password, owner_password = secrets.token_hex(12), secrets.token_hex(12)
    port = free_port(PORT)
    begun = time.monotonic()
    first = (
        f"CREATE USER {OWNER}@'{LOOPBACK}' IDENTIFIED BY '{owner_password}';\n"
        f"GRANT ALL ON *.* TO {OWNER}@'{LOOPBACK}';\n"
        f"CREATE USER {ROLE}@'{LOOPBACK}' IDENTIFIED BY '{password}';\n"
        f"GRANT ALL ON `{ROLE}\\_%`.* TO {ROLE}@'{LOOPBACK}';\n"
    )
    begin = initialise(found, data, user, first)
    try:
        whose = [] if user is None else [f"--user={user}"]
        options = [f"--datadir={data}", f"--port={port}", f"--init-file={begin}", *SETTINGS, *whose]
        server = subprocess.Popen(
            [found[SERVER], "--no-defaults", *options],
            cwd=data if user is None else "/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        wait_until(port, found, password, server)
    finally:
        begin.unlink()
    load_clocks(found, port, owner_password)
    url = f"mariadb://{ROLE}:{password}@{LOOPBACK}:{port}"
    written = {"url": url, "port": str(port), "client": found[CLIENT], "password": password}
    write_state(STATE, {**written, "data": str(data)})
    return f"started on {LOOPBACK}:{port} in {time.monotonic() - begun:.1f} s; its URL is in {STATE}"


def _end(data: Path) -> bool:
    """Ends the server that has its data in a folder; whether there was one."""
    try:
        process = int((data / "server.pid").read_text(encoding="utf-8"))
        os.kill(process, signal.SIGTERM)
    except (OSError, ValueError):
        return False
    for _ in range(120):
        with contextlib.suppress(ChildProcessError):
            os.waitpid(process, os.WNOHANG)
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            break
        time.sleep(0.25)
    return True


def stop() -> str:
    """Stops it, and says so."""
    told = state(STATE)
    STATE.unlink(missing_ok=True)
    if not told:
        return "did not run"
    return "stopped" if _end(Path(told["data"])) else "did not run any more"


def status() -> str:
    """Whether it runs."""
    told = state(STATE)
    return f"runs on {LOOPBACK}:{told['port']}" if running(told) else "does not run"
