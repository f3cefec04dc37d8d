"""Hostile and broken plugins, one in each file of the folder `hostile`: each is isolated, named, and the rest works.

A file says what is wrong (`title`), which problems are told (`tells`; `*` any, at least one or none) and what their messages say (`says`). `ops` are made in
the plugin's package, where a text is not enough. Beside the plugin a good one is installed, and the project uses both.
"""

import os
import sys
import time
import tomllib
from pathlib import Path

import pytest

from metricdsl.diagnostics import Severity
from metricdsl.engine.project import open_project
from metricdsl.plugins.discover import installed_plugins
from tests.plugins.test_host import install
from tests.plugins.test_packs import RENTAL, ship

__all__ = ["install", "ship"]  # fixtures

HERE = Path(__file__).parent / "hostile"
CASES = sorted(HERE.glob("*.toml"))
PACKAGE = "fake_hostile"
LONGEST = 20.0  # seconds; the machine may be busy


def make(site: Path, package: Path, op: list) -> None:
    """One thing that is no text in a file."""
    outside = site / "outside"
    match op:
        case ["bytes", name, written]:
            (package / name).write_bytes(bytes.fromhex(written))
        case ["pad", name, size]:
            (package / name).write_text((package / name).read_text() + "#" * size)
        case ["deep", name, levels]:
            (package / name).write_text(
                (package / name).read_text().replace("DEEP", "[" * levels + "]" * levels)
            )
        case ["parens", name, levels]:
            (package / name).write_text(
                (package / name).read_text() + "(" * levels + "1" + ")" * levels + "\n"
            )
        case ["folder" | "mkdir", name]:
            (package / name).mkdir(exist_ok=True)
        case ["outside", name, text]:
            (outside / name).parent.mkdir(parents=True, exist_ok=True)
            (outside / name).write_text(text)
        case ["link", name, to]:
            (package / name).parent.mkdir(parents=True, exist_ok=True)
            (package / name).symlink_to(outside / to)
        case ["link-to", name, to]:
            (package / name).symlink_to(package / to)
        case ["link-abs", name, to]:
            (package / name).symlink_to(to)
        case ["pipe", name]:
            os.mkfifo(package / name)
        case ["sparse", name, size]:
            with (package / name).open("wb") as file:
                file.truncate(size)
        case ["many", name, number, size]:
            for at in range(number):
                (package / name / f"f{at}.metric").write_text(f"package hostile.f{at}\n# {'x' * size}\n")
        case _:
            raise AssertionError(f"no such step: {op}")


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
def test_a_hostile_plugin_is_isolated_and_named_and_the_rest_works(path, install, ship, tmp_path):
    case = tomllib.loads(path.read_text(encoding="utf-8"))
    plugin = case.get("plugin", "hostile")
    ship("rental", {"definitions/bookings.metric": RENTAL})
    modules = {"hooks": case["hooks"]} if "hooks" in case else {}
    install(PACKAGE, plugin, case.get("manifest"), **modules)
    entries = case.get("entries") or f"[metricdsl.plugins]\n{plugin} = {case.get('entry', PACKAGE)}\n"
    (tmp_path / f"{PACKAGE}-1.0.dist-info" / "entry_points.txt").write_text(entries)
    package = tmp_path / PACKAGE
    for name, text in case.get("files", {}).items():
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text(text, encoding="utf-8")
    for op in case.get("ops", ()):
        make(tmp_path, package, op)
    folder = tmp_path / "project"
    (folder / "definitions").mkdir(parents=True)
    listed = [plugin] if case.get("listed", True) else []
    names = "".join(f'{name} = "*"\n' for name in dict.fromkeys(["rental", *listed]))
    (folder / "metricdsl.toml").write_text(f'[project]\nname = "x"\n[plugins]\n{names}')
    own = "use rental\nmetric price = turnover / bookings\n" if case.get("rest", True) else "metric own = 1\n"
    (folder / "definitions" / "own.metric").write_text(own + case.get("use", ""))

    began = time.monotonic()
    opened = open_project(folder, installed_plugins=True)
    problems = [problem for problem in opened.problems if problem.severity is not Severity.HINT]
    assert time.monotonic() - began < LONGEST

    said = "\n".join(f"{problem.code} {problem.message()}" for problem in problems)
    if not case.get("listed", True):  # what nobody uses is told by `metric plugins list`
        problems = list(installed_plugins().problems)
        said = "\n".join(f"{problem.code} {problem.message()}" for problem in problems)
    codes = {problem.code for problem in problems}
    assert case["tells"] == ["*"] or codes == set(case["tells"]), said
    if case["tells"] != ["*"]:
        assert case["says"] in said
    assert "never" not in case or case["never"] not in said
    assert PACKAGE not in sys.modules or "hooks" in case
    if case.get("rest", True):
        assert '"price"' in opened.query("price", connection=None).sql("duckdb")
        assert "rental.turnover" in opened.model.metrics
    if "sql" in case:
        assert case["sql"] in opened.query("hostile.one", connection=None).sql("duckdb")


def test_there_are_sixty_that_differ():
    titles = [tomllib.loads(path.read_text(encoding="utf-8"))["title"] for path in CASES]
    assert len(set(titles)) == len(titles)
    assert len(titles) >= 90
