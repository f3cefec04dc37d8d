"""How a peer's script talks: `once` compiles the question and prints the SQL; `serve` compiles it as often as it is told and says the seconds.

The question is the same for all: revenue of paid orders, number of orders, number of tickets, by region and segment of the
customer; three metrics of two facts by two dimensions. Each compilation has another limit, so that no memory of an earlier
question answers. Scripts are called `ask_…`, since a script named as the package it asks would be imported in its place.
"""

import json
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from time import perf_counter

LIMIT = 100_000  # more than the answer has rows


def talk(package: str, prepare: Callable[[], Callable[[int], str]], note: str = "") -> None:
    """Answer on standard output what the arguments and standard input ask. `prepare` imports and loads, and gives the compiler."""
    if sys.argv[1] == "once":
        print(prepare()(LIMIT))
        return
    started = perf_counter()
    compiled = prepare()
    say({"version": version(package), "note": note, "load": perf_counter() - started, "sql": compiled(LIMIT)})
    turn = LIMIT
    for line in sys.stdin:
        times = []
        for _ in range(int(line)):
            turn += 1
            start = perf_counter()
            compiled(turn)
            times.append(perf_counter() - start)
        say(times)


def say(value: object) -> None:
    print(json.dumps(value), flush=True)


def project(files: dict[str, str]) -> Path:
    """The folder with a peer's definitions, inside its own environment; written only where the text is another."""
    folder = Path(sys.prefix) / "project"
    for name, text in files.items():
        path = folder / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return folder
