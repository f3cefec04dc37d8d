"""The rules of the house that no linter knows: sizes, names, addresses, decisions, what an import costs."""

import json
import re
import shutil
import statistics
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parent.parent.parent
LONGEST = 500
MEDIAN = 110
VAGUE = {"utils", "util", "helpers", "helper", "common", "misc"}
DECISIONS = ROOT / "docs" / "decisions"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def python_files(*folders: str) -> list[Path]:
    found = (path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    return sorted(path for path in found if not {".venv", "build"} & set(path.relative_to(ROOT).parts))


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def tracked() -> list[Path]:
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    paths = (ROOT / name for name in listed.stdout.split("\0") if name)
    return [path for path in paths if path.is_file() and not path.is_symlink()]


def texts() -> list[tuple[str, str]]:
    """The tracked files that are text, by their path in the repository."""
    found = []
    for path in tracked():
        data = path.read_bytes()
        if b"\0" not in data[:8192]:
            found.append((path.relative_to(ROOT).as_posix(), data.decode("utf-8", errors="replace")))
    return found


def loaded_by(statement: str) -> set[str]:
    """The top-level packages in memory after a statement in a fresh process."""
    code = f"{statement}\nimport json, sys\nprint(json.dumps(sorted({{name.split('.')[0] for name in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_no_python_file_is_longer_than_a_reader_can_hold():
    long = {
        str(path.relative_to(ROOT)): lines(path) for path in python_files("src", "plugins", "tests", "tools")
    }
    assert {name: count for name, count in long.items() if count > LONGEST} == {}


def test_source_files_are_short_as_a_rule():
    sizes = [count for path in python_files("src") if (count := lines(path)) > 3]
    assert statistics.median(sizes) <= MEDIAN


def test_no_file_has_a_name_that_says_nothing():
    assert [
        str(path) for path in python_files("src", "plugins", "tests", "tools") if path.stem in VAGUE
    ] == []


# Written in pieces, since this file is searched too.
REGISTRIES = (
    "py" + "pi.org",
    "python" + "hosted.org",
    "npm" + "js.org",
    "npm" + "js.com",
    "deb.deb" + "ian.org",
)
MACHINE_PATH = re.compile(
    r"(?<![\w.~/-])/(?:wo" + r"rk|ro" + r"ot|opt/pyp" + r"i)/|(?<![\w.-])/(?:ho" + r"me|Use" + r"rs)/\w"
)
OUTSIDE = "../" + "shared"


def test_no_tracked_file_names_a_registry():
    assert [(name, host) for name, text in texts() for host in REGISTRIES if host in text] == []


def test_no_tracked_file_names_a_path_of_somebodys_machine():
    found = [(name, match.group()) for name, text in texts() for match in MACHINE_PATH.finditer(text)]
    assert found == []


def test_only_ci_knows_what_lies_beside_the_repository():
    assert [name for name, text in texts() if OUTSIDE in text and name != ".ci/run"] == []


def test_importing_the_package_is_nearly_free():
    assert not {"lark", "sqlglot", "duckdb", "pluggy", "click", "rich", "psycopg"} & loaded_by(
        "import metricdsl"
    )


def test_one_version():
    import metricdsl

    assert metricdsl.__version__ == PROJECT["version"]


def test_the_changelog_has_a_place_for_what_comes_next():
    assert re.search(r"^## Unreleased$", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)


def test_decisions_are_numbered_once_each():
    names = sorted(path.name for path in DECISIONS.iterdir())
    assert [name for name in names if not re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", name)] == []
    numbers = [name[:4] for name in names]
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("path", sorted(DECISIONS.glob("*.md")), ids=lambda path: path.stem)
def test_a_decision_says_why_and_what_follows(path: Path):
    text = path.read_text(encoding="utf-8")
    assert re.match(rf"# {int(path.name[:4])}\. \S", text)
    assert [part for part in ("## Context", "## Decision", "## Consequences") if part not in text] == []


def test_each_dependency_has_its_reason():
    extras = [line for group in PROJECT["optional-dependencies"].values() for line in group]
    reasons = (DECISIONS / "0002-dependencies.md").read_text(encoding="utf-8")
    names = {Requirement(line).name for line in [*PROJECT["dependencies"], *extras]}
    assert (
        sorted(
            name for name in names if not re.search(rf"^\| `{re.escape(name)}` \| \S", reasons, re.MULTILINE)
        )
        == []
    )


def test_each_dependency_is_pinned():
    pinned = {
        line.split("==")[0].lower()
        for line in (ROOT / "constraints.txt").read_text().splitlines()
        if "==" in line
    }
    extras = [line for group in PROJECT["optional-dependencies"].values() for line in group]
    names = {Requirement(line).name.lower() for line in [*PROJECT["dependencies"], *extras]}
    assert sorted(names - pinned) == []


def test_constraints_are_names_and_versions_only():
    rules = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in rules if not re.fullmatch(r"#.*|[\w.-]+==[\w.]+", line)] == []


def test_the_package_page_is_the_readme():
    if not (ROOT / "README.md").exists():
        pytest.skip("no README.md yet")
    assert PROJECT.get("readme") == "README.md"
