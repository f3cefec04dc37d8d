"""PostgreSQL for the tests: on loopback only, with its data under `build/engines`. Its URL goes to `postgres.json` there."""

import secrets
import shutil
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
    last_line,
    run_as,
    state,
    write_state,
)

NAME = "PostgreSQL"
STATE = HOME / "postgres.json"
PORT = 54329
DATABASE = "metricdsl_test"
PLACES = ("/usr/lib/postgresql", "/usr/local/pgsql", "/usr/local", "/opt/homebrew/opt/postgresql", "/usr")


def binaries() -> Path | None:
    """The folder with initdb and pg_ctl, the newest version first."""
    found = shutil.which("pg_ctl")
    folders = [Path(found).resolve().parent] if found else []
    for place in map(Path, PLACES):
        versions = sorted(place.glob("[0-9]*/bin"), key=lambda path: float(path.parent.name), reverse=True)
        folders += [*versions, place / "bin"]
    for folder in folders:
        if (folder / "pg_ctl").exists() and (folder / "initdb").exists():
            return folder
    return None


def installed() -> Path:
    """The folder with the server's programs, after installing Debian's package."""
    install("postgresql", NAME)
    folder = binaries()
    if folder is None:
        raise Unavailable("Debian's package postgresql was installed but brought no pg_ctl")
    return folder


def server_user() -> str | None:
    return account(NAME, "postgres")


def running(told: dict[str, str]) -> bool:
    """Whether the server of the state file answers."""
    if not told:
        return False
    done = run_as(
        server_user(), [Path(told["bin"]) / "psql", "-XAtqc", "select 1", told["url"]], PGCONNECT_TIMEOUT="15"
    )
    return done.returncode == 0


def initialise(folder: Path, data: Path, user: str | None, owner_password: str) -> None:
    """Makes an empty cluster: UTF-8, C locale, passwords asked for on every connection."""
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(mode=0o700)
    secret = data.with_name("owner-password")
    secret.touch(mode=0o600)
    secret.write_text(owner_password, encoding="utf-8")
    if user is not None:
        shutil.chown(data, user)
        shutil.chown(secret, user)
    try:
        options = ["--auth", "scram-sha-256", "--encoding", "UTF8", "--no-locale", "--no-sync"]
        whose = ["--pgdata", str(data), "--username", "owner", "--pwfile", str(secret)]
        checked(user, [str(folder / "initdb"), *whose, *options])
    finally:
        secret.unlink()
    settings = (
        f"listen_addresses = '{LOOPBACK}'",
        "unix_socket_directories = ''",
        "max_connections = 60",
        "fsync = off  # a test server: nothing in it outlives the tests",
        "synchronous_commit = off",
        "full_page_writes = off",
        "join_collapse_limit = 1  # joins as written: looking for a better order of five rows takes longer than they do",
        "from_collapse_limit = 1",
        "jit = off  # machine code for a query over five rows would take seconds",
        "timezone = 'UTC'",
    )
    with (data / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write("\n".join(["", *settings, ""]))


def create_role(folder: Path, port: int, owner_password: str, password: str) -> None:
    """A role without special rights, owner of the tests' database."""
    statements = (
        f"create role {ROLE} login nosuperuser nocreatedb nocreaterole password '{password}'",
        f"create database {DATABASE} owner {ROLE}",
    )
    for statement in statements:
        whose = ["-h", LOOPBACK, "-p", str(port), "-U", "owner", "-d", "postgres"]
        command = [str(folder / "psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", *whose]
        checked(server_user(), [*command, "-c", statement], PGPASSWORD=owner_password)


def start() -> str:
    """Starts the server, unless it runs, and says so."""
    told = state(STATE)
    if running(told):
        return f"runs on {LOOPBACK}:{told['port']}"
    folder = binaries() or installed()
    user = server_user()
    data = data_folder(user, "postgres")
    run_as(user, [folder / "pg_ctl", "--pgdata", data, "--mode", "immediate", "stop"])
    password, owner_password = secrets.token_hex(12), secrets.token_hex(12)
    initialise(folder, data, user, owner_password)
    port = free_port(PORT)
    begun = time.monotonic()
    log = data / "server.log"
    options = ["--wait", "--timeout", "60", "--log", str(log), "--options", f"-p {port}"]
    checked(user, [str(folder / "pg_ctl"), "--pgdata", str(data), *options, "start"])
    create_role(folder, port, owner_password, password)
    url = f"postgresql://{ROLE}:{password}@{LOOPBACK}:{port}/{DATABASE}"
    write_state(STATE, {"url": url, "port": str(port), "bin": str(folder), "data": str(data)})
    return f"started on {LOOPBACK}:{port} in {time.monotonic() - begun:.1f} s; its URL is in {STATE}"


def stop() -> str:
    """Stops it, and says so."""
    told = state(STATE)
    STATE.unlink(missing_ok=True)
    if not told:
        return "did not run"
    control = Path(told["bin"]) / "pg_ctl"
    done = run_as(server_user(), [control, "--pgdata", told["data"], "--mode", "fast", "stop"])
    return "stopped" if done.returncode == 0 else last_line(done.stdout)


def status() -> str:
    """Whether it runs."""
    told = state(STATE)
    return f"runs on {LOOPBACK}:{told['port']}" if running(told) else "does not run"
