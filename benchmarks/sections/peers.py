"""The same question to other tools, each in its own environment and its own process, in turns with ours."""

import json
import statistics
import subprocess
import sys
import threading
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
from attrs import define, field
from data import database
from options import HERE, Options
from processes import Took, run, spread, surroundings
from project import orders_project
from report import Report
from sections.sql import first_difference, same_rows
from timing import ratio

OURS = "metricdsl"
PEERS = {
    "metricflow": [],
    "boring-semantic-layer": ["duckdb", "pyarrow", "pyarrow-hotfix", "numpy"],
    "sidemantic": [],
    "semantic-rails": [],
    "motley-slayer": [],
}
"""Package and what else it needs to write SQL for this engine."""
SLOW = 0.05
PATIENCE = 30
COLUMNS = ("region", "segment", "revenue", "orders", "tickets")
ANSWER = """
WITH o AS (
  SELECT region, segment, SUM(CASE WHEN is_paid THEN amount END) AS revenue, COUNT(*) AS orders
  FROM orders LEFT JOIN customers USING (customer_id) GROUP BY ALL
), t AS (
  SELECT region, segment, COUNT(*) AS tickets FROM tickets LEFT JOIN customers USING (customer_id) GROUP BY ALL
)
SELECT keys.region, keys.segment, revenue, COALESCE(orders, 0), COALESCE(tickets, 0)
FROM (SELECT region, segment FROM o UNION SELECT region, segment FROM t) AS keys
LEFT JOIN o ON o.region IS NOT DISTINCT FROM keys.region AND o.segment IS NOT DISTINCT FROM keys.segment
LEFT JOIN t ON t.region IS NOT DISTINCT FROM keys.region AND t.segment IS NOT DISTINCT FROM keys.segment
"""
"""What the question means: no order and no ticket is lost, a customer that is unknown has neither region nor segment."""


@define
class Asked:
    """A tool at work: its process, what it said of itself, its times, and how it failed if it did."""

    name: str
    command: list[str]
    error: str = ""
    process: subprocess.Popen[str] | None = None
    version: str = "?"
    note: str = ""
    sql: str = ""
    seconds: list[float] = field(factory=list)
    processes: list[Took] = field(factory=list)

    def start(self) -> None:
        try:
            self.process = subprocess.Popen(
                [*self.command[:2], "serve", *self.command[3:]],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                env=surroundings(),
            )
            said = json.loads(self.line())
            self.version, self.note, self.sql = said["version"], said["note"], said["sql"]
        except (OSError, ValueError) as error:
            self.fail(str(error))

    def line(self) -> str:
        assert self.process is not None
        assert self.process.stdout is not None
        while line := self.process.stdout.readline():
            if line.startswith(("{", "[")):  # a tool may print words of its own
                return line
        assert self.process.stderr is not None
        words = [line for line in self.process.stderr.read().splitlines() if line.strip()]
        raise ValueError(words[-1] if words else f"it ended with status {self.process.wait()} and no word")

    def turn(self, times: int) -> float | None:
        """Let it compile so many times; the median of the seconds."""
        if self.error or self.process is None or self.process.stdin is None:
            return None
        try:
            self.process.stdin.write(f"{times}\n")
            self.process.stdin.flush()
            return statistics.median(json.loads(self.line()))
        except (OSError, ValueError) as error:
            self.fail(str(error))
            return None

    def once(self) -> None:
        """Run it as a whole process: import, load, compile once."""
        if not self.error:
            try:
                self.processes.append(run(self.command)[0])
            except (OSError, RuntimeError) as error:
                self.fail(str(error))

    def fail(self, words: str) -> None:
        self.error = words[:200]

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.communicate()


def measure(report: Report, options: Options) -> None:
    script = str(HERE / "peers" / "ask_metricdsl.py")
    ours = Asked(
        OURS, [sys.executable, script, "once", str(orders_project(options.folder / "orders-compile"))]
    )
    tools = [ours, *(peer(name, extra, options.folder / "peers") for name, extra in PEERS.items())]
    for tool in tools:
        if not tool.error:
            tool.start()
    speed = {
        tool.name: tool.turn(2) or 0.0 for tool in tools
    }  # the first compilations warm up and are not counted
    for number in range(options.pairs):
        for tool in tools if number % 2 else reversed(tools):
            took = tool.turn(1 if speed[tool.name] > SLOW else 5)
            if took is not None:
                tool.seconds.append(took)
    for tool in tools:
        tool.stop()
    for number in range(options.repeats + 1):
        for tool in tools if number % 2 else reversed(tools):
            tool.once()
    table(report, tools, ours, answers(options, tools))


def peer(name: str, extra: list[str], folder: Path) -> Asked:
    """A peer with its environment, which is made when it is not there."""
    home = folder / name
    python = home / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    asked = Asked(name, [str(python), str(HERE / "peers" / f"ask_{name.replace('-', '_')}.py"), "once"])
    if not python.exists():
        venv.create(home, with_pip=True)
        try:
            run([str(python), "-m", "pip", "install", "--quiet", name, *extra])
        except RuntimeError as error:
            asked.fail(f"not installed: {error}")
    return asked


def answers(options: Options, tools: list[Asked]) -> dict[str, str]:
    """Whether the SQL of each tool gives the rows that the question means."""
    found = {}
    path = database(options.folder, 20_000, 2_000)
    for tool in tools:
        with duckdb.connect(str(path), read_only=True) as connection, deadline(connection):
            expected = ordered(connection.execute(ANSWER).fetchall())
            try:
                rows = named_rows(connection, tool.sql) if tool.sql else None
            except duckdb.Error as error:
                found[tool.name] = f"its SQL does not run: {str(error).splitlines()[0]}"
                continue
            if rows is None:
                found[tool.name] = "none"
            elif same_rows(ordered(rows), expected):
                found[tool.name] = "right"
            else:
                found[tool.name] = f"differs: {difference(ordered(rows), expected)}"
    return found


@contextmanager
def deadline(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Stop the engine when a query takes longer than it is worth waiting for."""
    timer = threading.Timer(PATIENCE, connection.interrupt)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def named_rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple]:
    """The rows with the columns in our order, whatever prefix and order the tool gave them; money as float, as some do."""
    answer = connection.execute(sql)
    names = [column[0] for column in answer.description]
    places = [next(i for i, name in enumerate(names) if name.endswith(wanted)) for wanted in COLUMNS]
    return [tuple(row[place] for place in places) for row in answer.fetchall()]


def ordered(rows: list[tuple]) -> list[tuple]:
    return sorted(
        ((row[0], row[1], None if row[2] is None else float(row[2]), *row[3:]) for row in rows),
        key=lambda row: (row[0] is None, row[0] or "", row[1] is None, row[1] or ""),
    )


def difference(rows: list[tuple], expected: list[tuple]) -> str:
    return (
        f"{len(rows)} rows for {len(expected)}"
        if len(rows) != len(expected)
        else first_difference(rows, expected)
    )


def table(report: Report, tools: list[Asked], ours: Asked, answer: dict[str, str]) -> None:
    report.say(
        "Revenue of paid orders, orders and tickets by region and segment of the customer. Warm compilation: the model is "
        "loaded, each question has another limit, the tools take turns. Cold: a process that imports, loads and compiles.\n"
    )
    head = [
        "tool",
        "version",
        "warm",
        "of ours, 95 % interval",
        "cold, median",
        "least",
        "greatest",
        "processor",
        "times",
        "its rows",
    ]
    rows, words = [], []
    for tool in tools:
        if tool.error:
            words.append(f"{tool.name} failed: {tool.error}")
        if tool.note:
            words.append(f"{tool.name}: {tool.note}.")
        rows.append([tool.name, tool.version, *warm(tool, ours), *cold(tool), answer[tool.name]])
    report.table(head, rows)
    for line in words:
        report.say(f"\n{line}")


def warm(tool: Asked, ours: Asked) -> list[str]:
    if not tool.seconds:
        return ["failed", "failed"]
    median = f"{statistics.median(tool.seconds) * 1e3:,.1f} ms"
    if tool is ours or len(tool.seconds) != len(ours.seconds):
        return [median, ""]
    compared = ratio(tool.seconds, ours.seconds)
    return [median, f"{compared.median:.1f} ({compared.low:.1f} to {compared.high:.1f})"]


def cold(tool: Asked) -> list[str]:
    """The processes but the first, which warmed the system's file cache."""
    return spread(tool.processes[1:]).cells() if len(tool.processes) > 1 else ["failed", "", "", "", "0"]
