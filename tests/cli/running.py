"""The command line as a user has it: a project of files, a command, what comes out and where."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from attrs import frozen

from tests.running import Ended, here

PROJECT_FILE = """
[project]
name = "shop"
language = 1
definitions = ["definitions"]
today = 2026-04-15
currency = "EUR"

[connections.default]
url = "files:data"

[connections.duck]
url = "duckdb:///shop.duckdb"
"""

TRACEBACK = "Traceback (most recent call last)"
FAULT = "this is a fault in metricdsl"


@frozen
class Said:
    """What a command said: its data, its words, its exit status."""

    status: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        """The data, where it is one JSON text."""
        return json.loads(self.out)

    @property
    def codes(self) -> list[str]:
        """The codes of the problems told, where they were told as JSON."""
        return [problem["code"] for problem in self.data]


def surroundings(home: Path, **more: str) -> dict[str, str]:
    """An environment with nothing of this machine's own: no colour set, no width, a cache and a home of its own."""
    kept = {
        name: os.environ[name]
        for name in ("PATH", "PYTHONPATH", "SYSTEMROOT", "LANG", "TZ")
        if name in os.environ
    }
    return {
        **kept,
        "HOME": str(home),
        "XDG_CACHE_HOME": str(home / "cache"),
        **more,
    }


def metric(
    *arguments: str, cwd: Path, check: int | None = 0, run: Callable[..., Ended] = here, **environment: str
) -> Said:
    """A command run to its end; no end is a traceback, or a fault of ours; `check` is the exit status it must have.

    It runs in this process, unless `run` is `in_process`.
    """
    done = run(arguments, folder=cwd, environment=surroundings(_home(cwd), **environment))
    said = Said(done.status, done.out.decode("utf-8"), done.err.decode("utf-8"))
    assert TRACEBACK not in said.err, said.err
    assert FAULT not in said.err, said.err
    if check is not None:
        assert said.status == check, (said.status, said.out, said.err)
    return said


def _home(cwd: Path) -> Path:
    return next((p for p in (cwd, *cwd.parents) if (p / "home").is_dir()), cwd) / "home"


def write(folder: Path, **files: str) -> Path:
    """A folder with files; a name's `__` is a `/`, its last `_` the dot."""
    for name, text in files.items():
        path = folder / (name[::-1].replace("_", ".", 1)[::-1].replace("__", "/"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
    return folder
