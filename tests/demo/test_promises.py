"""What the articles on managing customers by metrics ask for is there, on rows of the demonstration library, or is listed as owed."""

import os
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from metricdsl.demo.library import make_library
from metricdsl.diagnostics import Severity
from metricdsl.engine.project import Project, open_project
from tests.running import here

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300), pytest.mark.xdist_group("library")]

PROMISES = tomllib.loads((Path(__file__).parent / "promises.toml").read_text(encoding="utf-8"))
ROWS = {"S0": 20, "S1": 11, "S2": 17, "S3": 13, "S4": 9}
ASKED = [(row, question) for row, said in PROMISES.items() for question in said.get("ask", ())]
RUN = [(row, said["command"]) for row, said in PROMISES.items() if "command" in said]
OWED = 24
"""How many rows lack something: it falls, and never rises."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("promises")
    make_library(made, 12_000, 7)
    return made


@pytest.fixture(scope="module")
def library(folder: Path) -> Iterator[Project]:
    with open_project(folder, installed_plugins=True) as project:
        yield project


def test_every_row_is_served_or_owed():
    assert list(PROMISES) == [
        f"{part}-{number}" for part, last in ROWS.items() for number in range(1, last + 1)
    ]
    for row, said in PROMISES.items():
        assert said.keys() <= {"ask", "command", "owed"}, row
        assert said, row
    assert sum("owed" in said for said in PROMISES.values()) == OWED


@pytest.mark.parametrize(("row", "question"), ASKED)
def test_a_question_has_an_answer(library, row, question):
    asked = library.query(question)
    assert not [problem for problem in asked.problems if problem.severity is Severity.ERROR], row
    with asked.run() as result:
        rows = list(result.rows)
    assert any(value is not None for line in rows for value in line), row


def test_four_of_five_columns_have_a_value(library):
    found = []
    for row, question in ASKED:
        with library.query(question).run() as result:
            rows = list(result.rows)
            found += [
                (row, name, any(line[at] is not None for line in rows))
                for at, name in enumerate(result.names)
            ]
    empty = [(row, name) for row, name, some in found if not some]
    assert len(empty) < len(found) / 5, empty


@pytest.mark.parametrize(("row", "command"), RUN)
def test_a_command_says_something(folder, row, command):
    done = here([*shlex.split(command), "--quiet"], folder=folder, environment=os.environ)
    assert done.status == 0, (row, done.err)
    assert len(done.out.splitlines()) > 2, (row, done.out)
