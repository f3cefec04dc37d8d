"""Every code block of the README and of docs/ is executed.

A page is run from top to bottom in an empty folder. The word behind the fence says what a block is:

- `metric`, `toml`, `csv` with `file=NAME`: that file is written, and a `metricdsl.toml` is read as a project (a `metric` block
  without a file must pass `metric check`);
- `console`: each line that starts with `$ ` is run, and what follows it must be what it prints (standard output and error);
  `...` alone on a line stands for any lines;
- `python`: run, in one namespace for the page;
- `sh`: commands for a checkout; each `make TARGET` must be a target of the Makefile;
- `sql`, `json`, `text`, `rows`: shown, not run.
"""

import os
import re
import shlex
from pathlib import Path

import pytest

from metricdsl.engine.config import read_config
from tests.running import here

ROOT = Path(__file__).parents[1]
ELSEWHERE = {
    "docs/reference/problems.md"
}  # tests/analysis and tests/syntax run the examples of each problem's page
PAGES = sorted(
    page
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    if page.relative_to(ROOT).as_posix() not in ELSEWHERE
)
FENCE = re.compile(
    r"^(?P<fence>`{3,})(?P<info>[^\n`]*)\n(?P<body>.*?)^(?P=fence)[ ]*$", re.DOTALL | re.MULTILINE
)
SHOWN = {"sql", "json", "text", "rows", ""}


def blocks(page: Path) -> list[tuple[str, dict[str, str], str, int]]:
    text = page.read_text(encoding="utf-8")
    found = []
    for match in FENCE.finditer(text):
        words = match["info"].split()
        options = dict(word.partition("=")[::2] for word in words[1:])
        found.append(
            (words[0] if words else "", options, match["body"], text.count("\n", 0, match.start()) + 1)
        )
    return found


def run(command: str, folder: Path) -> tuple[int, str]:
    words = shlex.split(command)
    if words[0] == "cd":
        raise AssertionError("cd is handled by the page")
    assert words[0] == "metric", f"a page may only run `metric`, not {words[0]!r}"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("METRICDSL_")}
    environment |= {"COLUMNS": "100", "NO_COLOR": "1", "METRICDSL_NO_CACHE": "1"}
    done = here(words[1:], folder=folder, environment=environment, together=True)
    return done.status, done.out.decode("utf-8")


def same(expected: str, got: str) -> bool:
    """Whether the output is the expected one, `...` on a line of its own standing for any lines."""
    wanted = [line.rstrip() for line in expected.strip("\n").split("\n")]
    lines = [line.rstrip() for line in got.strip("\n").split("\n")]
    reached = {0}
    for want in wanted:
        if want == "...":
            reached = set(range(min(reached, default=len(lines) + 1), len(lines) + 1))
        else:
            reached = {at + 1 for at in reached if at < len(lines) and lines[at] == want}
    return len(lines) in reached


def console(body: str, where: Path, at: str) -> Path:
    for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        command, _, expected = part.partition("\n")
        while command.endswith("\\"):
            more, _, expected = expected.partition("\n")
            command = command[:-1] + more
        if command.startswith("cd "):
            where = where / command[3:].strip()
            continue
        _, got = run(command, where)
        assert same(expected, got), f"{at}: `{command}` printed\n{got}\nbut the page says\n{expected}"
    return where


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_page(page: Path, tmp_path: Path) -> None:
    where = tmp_path
    namespace: dict[str, object] = {"__name__": "page"}
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    for language, options, body, line in blocks(page):
        at = f"{page.relative_to(ROOT)}:{line}"
        if "file" in options:
            path = where / options["file"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(body, encoding="utf-8")
            if path.name == "metricdsl.toml":
                (path.parent / "definitions").mkdir(exist_ok=True)
                assert [p.message() for p in read_config(path.parent).problems] == [], at
        elif language == "metric":
            path = tmp_path / "block.metric"
            path.write_text(body, encoding="utf-8")
            status, said = run(f"metric check {shlex.quote(str(path))}", tmp_path)
            assert status == 0, f"{at}: {said}"
        elif language == "console":
            where = console(body, where, at)
        elif language == "python":
            before = Path.cwd()
            os.chdir(where)
            try:
                exec(compile(body, at, "exec"), namespace)
            finally:
                os.chdir(before)
        elif language == "sh":
            for target in re.findall(r"\bmake ([a-z-]+)", body):
                assert target in targets, f"{at}: `make {target}` is no target of the Makefile"
        else:
            assert language in SHOWN, f"{at}: a block is `{language}`, which nothing runs"
