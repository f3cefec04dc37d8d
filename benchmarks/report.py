"""The report: printed as it comes, kept as Markdown, and ended by the list of targets met and missed."""

import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from time import perf_counter, process_time

PACKAGES = ("attrs", "click", "duckdb", "lark", "pluggy", "rich", "sqlglot", "sqlglotc")


class Report:
    """Text that goes to standard output and, with all that came before it, to a file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lines: list[str] = []
        self.targets: list[tuple[str, str, str, bool]] = []
        self.failed: list[str] = []

    def say(self, text: str = "") -> None:
        print(text, flush=True)
        self.lines.append(text)

    def heading(self, text: str) -> None:
        self.say(f"\n## {text}\n")

    def table(self, head: list[str], rows: list[list[str]]) -> None:
        """A Markdown table with columns of even width, so that it reads well in a terminal too."""
        cells = [[cell.replace("|", "\\|") for cell in row] for row in [head, *rows]]
        widths = [max(len(row[i]) for row in cells) for i in range(len(head))]
        for number, row in enumerate(cells):
            self.say(
                "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
            )
            if number == 0:
                self.say("|" + "|".join("-" * (width + 2) for width in widths) + "|")

    def block(self, text: str) -> None:
        self.say("\n```text")
        self.say(text.rstrip())
        self.say("```\n")

    def target(self, what: str, wanted: str, found: str, *, met: bool) -> None:
        self.targets.append((what, wanted, found, met))

    def summary(self) -> None:
        self.heading("Targets")
        self.say(f"The yardstick afterwards: {yardstick()}.\n")
        rows = [
            [what, wanted, found, "met" if met else "MISSED"] for what, wanted, found, met in self.targets
        ]
        if rows:
            self.table(["what", "target", "measured", ""], rows)
        for name in self.failed:
            self.say(f"\nThe section “{name}” did not run to its end.")

    def save(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text("\n".join(self.lines) + "\n", encoding="utf-8")


def surroundings(report: Report, root: Path) -> None:
    """Say on what this was measured."""
    report.say("# Benchmark")
    report.say()
    python = f"{platform.python_implementation()} {platform.python_version()}"
    load = ", ".join(f"{value:.2f}" for value in os.getloadavg()) if hasattr(os, "getloadavg") else "unknown"
    report.table(
        ["", ""],
        [
            ["when", datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")],
            ["revision", revision(root)],
            ["machine", f"{platform.system()} {platform.machine()}, {processor_name()}"],
            ["cores, memory", f"{os.cpu_count()}, {memory()}"],
            ["load average before", load],
            ["yardstick", yardstick()],
            ["Python", python],
            ["metricdsl", installed("metricdsl")],
            *([name, installed(name)] for name in PACKAGES),
        ],
    )


def yardstick() -> str:
    """How fast the machine is just now: on an idle one of these years three million additions take 0.1 to 0.2 s, by either clock."""
    clock, processor = perf_counter(), process_time()
    total = 0
    for number in range(3_000_000):
        total += number
    clock, processor = perf_counter() - clock, process_time() - processor
    return f"3 million additions: {clock:.2f} s by the clock, {processor:.2f} s of the processor"


def installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def revision(root: Path) -> str:
    def git(*words: str) -> str:
        return subprocess.run(
            ["git", *words], cwd=root, capture_output=True, text=True, check=False
        ).stdout.strip()

    return (git("rev-parse", "--short", "HEAD") or "not in a repository") + (
        " with changes" if git("status", "--porcelain", "src") else ""
    )


def processor_name() -> str:
    """The processor's name, where the system tells it."""
    path = Path("/proc/cpuinfo")
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "processor unknown"


def memory() -> str:
    if sys.platform == "win32" or "SC_PHYS_PAGES" not in os.sysconf_names:
        return "memory unknown"
    return f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 2**30:.1f} GiB"
