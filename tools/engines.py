"""Starts the database server that the tests use: PostgreSQL, on loopback only, with its data under `build/engines`.

    python tools/engines.py start     installs the server if there is none (Debian, as root), starts it, writes its URL
    python tools/engines.py status    says whether it runs
    python tools/engines.py stop      stops it

The URL goes to `build/engines/postgres.json`. A second start finds the running server. Where a server can neither be
found nor installed, this says so and ends well, since the tests run without one; with CI=true in the environment it
fails instead. Only the standard library is used.
"""

import contextlib
import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / "build" / "engines"
STATE = HOME / "postgres.json"
PORT = 54329
ROLE = "metricdsl"
DATABASE = "metricdsl_test"
LOOPBACK = "127.0.0.1"
PLACES = ("/usr/lib/postgresql", "/usr/local/pgsql", "/usr/local", "/opt/homebrew/opt/postgresql", "/usr")


class Unavailable(Exception):  # noqa: N818 - it is an answer, not a fault
    """There is no server to be had on this machine, and why."""


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


def install() -> Path:
    """The folder with the server's programs, after installing Debian's package."""
    if not shutil.which("apt-get"):
        raise Unavailable(
            "no PostgreSQL server was found, and this system has no apt-get to install one with"
        )
    if os.geteuid() != 0:
        raise Unavailable(
            "no PostgreSQL server was found, and only root can install one (apt-get install postgresql)"
        )
    print("engines: installing PostgreSQL from Debian's packages", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update"],
        ["apt-get", "install", "-y", "--no-install-recommends", "postgresql"],
    ):
        done = subprocess.run(command, env=quiet, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Unavailable(f"`{' '.join(command)}` failed: {last_line(done.stderr or done.stdout)}")
    folder = binaries()
    if folder is None:
        raise Unavailable("Debian's package postgresql was installed but brought no pg_ctl")
    return folder


def last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "no output"


def server_user() -> str | None:
    """The account to run the server as; None when it is our own (PostgreSQL refuses to run as root)."""
    if os.geteuid() != 0:
        return None
    import pwd

    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise Unavailable("PostgreSQL refuses to run as root, and there is no account postgres or nobody")


def run_as(user: str | None, command: Sequence[str | Path], **given: str) -> subprocess.CompletedProcess[str]:
    """A finished command, run as `user`. Output goes to a file: a server that stays keeps a pipe open for ever."""
    words = [str(word) for word in command]
    if user is not None:
        words = ["runuser", "-u", user, "--", *words]
    env = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", **given}
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as output:
        done = subprocess.run(
            words,
            env=env,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            text=True,
            check=False,
        )
        output.seek(0)
        return subprocess.CompletedProcess(words, done.returncode, output.read(), "")


def checked(user: str | None, command: Sequence[str | Path], **given: str) -> str:
    done = run_as(user, command, **given)
    if done.returncode:
        raise Unavailable(f"{Path(command[0]).name} failed: {last_line(done.stdout)}")
    return done.stdout


def data_folder(user: str | None) -> Path:
    """A folder that the server's account can reach and owns; under /var/tmp when our own tree is closed to it."""
    wanted = HOME / "postgres"
    wanted.parent.mkdir(parents=True, exist_ok=True)
    if user is None:
        return wanted
    if run_as(user, ["test", "-x", wanted.parent]).returncode:
        wanted = Path(tempfile.gettempdir() if not Path("/var/tmp").is_dir() else "/var/tmp")  # noqa: S108 - made private
        wanted = wanted / f"metricdsl-engines-{ROOT.as_posix().strip('/').replace('/', '-')}" / "postgres"
        wanted.parent.mkdir(parents=True, exist_ok=True)
    wanted.mkdir(mode=0o700, exist_ok=True)
    shutil.chown(wanted, user)
    return wanted


def free_port() -> int:
    """The usual port, or another when somebody else has it."""
    for port in (PORT, 0):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe, contextlib.suppress(OSError):
            probe.bind((LOOPBACK, port))
            number: int = probe.getsockname()[1]
            return number
    raise Unavailable("no free port on loopback")


def state() -> dict[str, str]:
    try:
        told: dict[str, str] = json.loads(STATE.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told


def running(told: dict[str, str]) -> bool:
    """Whether the server of the state file answers."""
    if not told:
        return False
    done = run_as(
        server_user(), [Path(told["bin"]) / "psql", "-XAtqc", "select 1", told["url"]], PGCONNECT_TIMEOUT="15"
    )
    return done.returncode == 0


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Only one process at a time: two that start together would make the same folder."""
    import fcntl

    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


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


def start() -> None:
    told = state()
    if running(told):
        print(f"engines: PostgreSQL runs on {LOOPBACK}:{told['port']}")
        return
    folder = binaries() or install()
    user = server_user()
    data = data_folder(user)
    run_as(user, [folder / "pg_ctl", "--pgdata", data, "--mode", "immediate", "stop"])
    password, owner_password = secrets.token_hex(12), secrets.token_hex(12)
    initialise(folder, data, user, owner_password)
    port = free_port()
    begun = time.monotonic()
    log = data / "server.log"
    options = ["--wait", "--timeout", "60", "--log", str(log), "--options", f"-p {port}"]
    checked(user, [str(folder / "pg_ctl"), "--pgdata", str(data), *options, "start"])
    create_role(folder, port, owner_password, password)
    url = f"postgresql://{ROLE}:{password}@{LOOPBACK}:{port}/{DATABASE}"
    written = {"url": url, "port": str(port), "bin": str(folder), "data": str(data)}
    STATE.touch(mode=0o600)
    STATE.write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")
    print(
        f"engines: PostgreSQL started on {LOOPBACK}:{port} in {time.monotonic() - begun:.1f} s; its URL is in {STATE}"
    )


def stop() -> None:
    told = state()
    STATE.unlink(missing_ok=True)
    if not told:
        print("engines: nothing to stop")
        return
    control = Path(told["bin"]) / "pg_ctl"
    done = run_as(server_user(), [control, "--pgdata", told["data"], "--mode", "fast", "stop"])
    print("engines: PostgreSQL stopped" if done.returncode == 0 else f"engines: {last_line(done.stdout)}")


def status() -> None:
    told = state()
    print(
        f"engines: PostgreSQL runs on {LOOPBACK}:{told['port']}" if running(told) else "engines: not running"
    )


def main(arguments: Sequence[str]) -> int:
    actions = {"start": start, "stop": stop, "status": status}
    if len(arguments) != 1 or arguments[0] not in actions:
        print(f"usage: engines.py {'|'.join(actions)}", file=sys.stderr)
        return 2
    try:
        if os.name == "nt":
            raise Unavailable(
                "starting a server from here is not written for Windows; set METRICDSL_POSTGRES_URL"
            )
        with alone():
            actions[arguments[0]]()
    except Unavailable as reason:
        print(f"engines: PostgreSQL is not available: {reason}", file=sys.stderr)
        if os.environ.get("CI") == "true":
            return 1
        print("engines: the tests that need it will be skipped", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
