"""What the database servers of the tests share: a folder for their data, an account to run as, a port on loopback.

Only the standard library is used.
"""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOME = ROOT / "build" / "engines"
LOOPBACK = "127.0.0.1"
ROLE = "metricdsl"


class Unavailable(Exception):  # noqa: N818 - it is an answer, not a fault
    """There is no server to be had on this machine, and why."""


def install(package: str, server: str) -> None:
    """Installs Debian's package of a server."""
    if not shutil.which("apt-get"):
        raise Unavailable(f"no {server} server was found, and this system has no apt-get to install one with")
    if os.geteuid() != 0:
        raise Unavailable(
            f"no {server} server was found, and only root can install one (apt-get install {package})"
        )
    print(f"engines: installing {server} from Debian's packages", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update"],
        ["apt-get", "install", "-y", "--no-install-recommends", package],
    ):
        done = subprocess.run(command, env=quiet, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Unavailable(f"`{' '.join(command)}` failed: {last_line(done.stderr or done.stdout)}")


def last_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[-1] if lines else "no output"


def account(server: str, *names: str) -> str | None:
    """The account to run a server as; None when it is our own (they refuse to run as root)."""
    if os.geteuid() != 0:
        return None
    import pwd

    for name in (*names, "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise Unavailable(f"{server} refuses to run as root, and there is no account {names[0]} or nobody")


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


def data_folder(user: str | None, name: str) -> Path:
    """A folder that the server's account can reach and owns; under /var/tmp when our own tree is closed to it."""
    wanted = HOME / name
    wanted.parent.mkdir(parents=True, exist_ok=True)
    if user is None:
        return wanted
    if run_as(user, ["test", "-x", wanted.parent]).returncode:
        wanted = Path(tempfile.gettempdir() if not Path("/var/tmp").is_dir() else "/var/tmp")  # noqa: S108 - made private
        wanted = wanted / f"metricdsl-engines-{ROOT.as_posix().strip('/').replace('/', '-')}" / name
        wanted.parent.mkdir(parents=True, exist_ok=True)
    wanted.mkdir(mode=0o700, exist_ok=True)
    shutil.chown(wanted, user)
    return wanted


def free_port(usual: int) -> int:
    """The usual port, or another when somebody else has it."""
    for port in (usual, 0):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe, contextlib.suppress(OSError):
            probe.bind((LOOPBACK, port))
            number: int = probe.getsockname()[1]
            return number
    raise Unavailable("no free port on loopback")


def state(file: Path) -> dict[str, str]:
    """What was written of a server that was started; nothing where none was."""
    try:
        told: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return told


def write_state(file: Path, told: dict[str, str]) -> None:
    """Keeps it, for its owner alone: there is a password in the URL."""
    file.touch(mode=0o600)
    file.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Only one process at a time: two that start together would make the same folder."""
    import fcntl

    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
