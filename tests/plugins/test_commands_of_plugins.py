"""Commands that plugins bring: listed without being run, and a raising one is its plugin's problem."""

import sys

import pytest

from tests.cli.running import metric
from tests.plugins.first_party import first_party
from tests.plugins.test_host import install, manifest
from tests.plugins.test_renderers import shop

__all__ = ["install", "shop"]  # fixtures

ENTRY = '\n[[command]]\nname = "owners"\nabout = "Whom to ask."\nfunction = "fake_desk.owners:run"\nusage = "[NAMES]"\n'
GREET = """
def run(call):
    call.out.write(f"{call.arguments}")
    call.err.write("said")
    return RETURNED
"""


def desk(install, run: str, **more: str):
    return install("fake_desk", "desk", manifest() + ENTRY, owners=run, **more)


@pytest.mark.parametrize(("returned", "status"), [("None", 0), ("0", 0), ("1", 1), ("2", 2)])
def test_a_command_has_its_arguments_and_says_its_status(install, tmp_path, returned, status):
    desk(install, GREET.replace("RETURNED", returned))
    said = metric("desk.owners", "a", "--b", "-c", "--today", "2026-01-01", cwd=tmp_path, check=status)
    assert said.out == "('a', '--b', '-c')"
    assert said.err == "said"


def test_help_tells_of_it_without_running_it(install, tmp_path):
    desk(install, "raise SystemExit('ran')", init="raise SystemExit('ran')")
    assert "desk.owners" in metric("--help", cwd=tmp_path).out
    assert "Whom to ask." in metric("--help", cwd=tmp_path).out
    one = metric("desk.owners", "--help", cwd=tmp_path).out
    assert "Whom to ask. (Plugin desk 1.0.)" in one
    assert "[NAMES]" in one
    assert "desk.owners" not in metric("--help", cwd=tmp_path, METRICDSL_NO_PLUGINS="1").out
    assert "fake_desk" not in sys.modules


def test_it_has_the_project_and_may_ask(install, shop):
    desk(
        install,
        "def run(call):\n"
        "    project = call.open_project()\n"
        "    print(project.name, *project.own, [tuple(row) for row in project.ask('orders').rows], file=call.out)\n",
    )
    assert metric("desk.owners", cwd=shop()).out == "shop orders revenue part [(3,)]\n"


def test_a_question_that_is_wrong_ends_it(install, shop):
    desk(install, "def run(call):\n    call.open_project().ask('nothing')\n")
    assert "N201" in metric("desk.owners", cwd=shop(), check=1).err


def test_a_project_that_there_is_not_ends_it(install, tmp_path):
    desk(install, "def run(call):\n    call.open_project()\n")
    assert "There is no metricdsl.toml here" in metric("desk.owners", cwd=tmp_path, check=2).err


@pytest.mark.parametrize(
    ("run", "why"),
    [
        ("raise RuntimeError('no licence')", "RuntimeError: no licence"),
        ("import sys\nsys.exit(0)", "SystemExit: 0"),
        ("import not_there_at_all", "it needs the package `not_there_at_all`"),
        ("def run(call):\n    raise ValueError('broken')", "ValueError: broken"),
        ("def run(call):\n    raise SystemExit('gone')", "it ended with 'gone', where 0, 1 or 2 belongs"),
        ("def run(call):\n    return 'fine'", "it ended with 'fine', where 0, 1 or 2 belongs"),
        ("def run(call):\n    return True", "it ended with True, where 0, 1 or 2 belongs"),
        ("def run(call):\n    return 130", "it ended with 130, where 0, 1 or 2 belongs"),
        ("def run():\n    return 0", "TypeError"),
    ],
)
def test_p819_a_command_that_fails(install, tmp_path, run, why):
    desk(install, run)
    said = metric("desk.owners", cwd=tmp_path, check=2)
    assert "P819" in said.err
    assert "the command `desk.owners` of the plugin desk 1.0 failed" in " ".join(said.err.split())
    assert why in " ".join(said.err.split())


def test_p818_a_command_that_there_is_not(install, tmp_path):
    desk(install, GREET)
    assert "P818" in metric("desk.owner", cwd=tmp_path, check=2).err
    assert "did you mean `desk.owners`?" in metric("desk.owner", cwd=tmp_path, check=2).err
    assert "P811" in metric("nobody.owners", cwd=tmp_path, check=2).err
    assert "plugins are switched off" in metric("desk.owners", "--no-plugins", cwd=tmp_path, check=2).err
    assert "Did you mean `metric desk.owners`?" in metric("owners", cwd=tmp_path, check=2).err


def test_a_command_of_a_plugin_changes_none_of_ours(install, tmp_path):
    install("fake_desk", "desk", manifest() + ENTRY.replace("owners", "list"), list="raise SystemExit(3)")
    assert metric("plugins", "list", cwd=tmp_path).out
    assert "fake_desk.list" not in sys.modules


def test_p812_a_version_that_the_project_does_not_want(install, shop):
    desk(install, GREET)
    assert "P812" in metric("desk.owners", cwd=shop('[plugins]\ndesk = ">=2"'), check=2).err


@pytest.mark.parametrize("form", ["md", "csv"])
def test_the_dictionary_of_housekeeping(shop, form):
    with first_party("housekeeping"):
        said = metric("housekeeping.dictionary", "--format", form, cwd=shop()).out.splitlines()
    assert said[-1] in {"| revenue | Revenue |  | EUR | additive |  |", "revenue,Revenue,,EUR,additive,"}
    assert len(said) == (5 if form == "md" else 4)


def test_the_dictionary_with_an_argument_that_is_wrong(shop):
    with first_party("housekeeping"):
        said = metric("housekeeping.dictionary", "--format", "xml", cwd=shop(), check=2)
    assert "P819" not in said.err
    assert "invalid choice" in said.err
