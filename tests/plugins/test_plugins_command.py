"""`metric plugins` and `metric doctor`: what is installed is told without being run; what is begun by `new` is whole."""

import ast
import sys
import tomllib
from pathlib import Path

import pytest

from metricdsl.cli.plugins_new import KINDS
from tests.cli.running import metric
from tests.plugins.test_host import GOOD_HOOKS, install, manifest
from tests.plugins.test_packs import RENTAL, ship

__all__ = ["install", "ship"]  # fixtures


def test_a_list_of_plugins_runs_none_of_them(ship, tmp_path):
    ship("rental", {"definitions/b.metric": RENTAL}, '\ntitle = "Boats"', init="raise SystemExit('ran')")
    said = metric("plugins", "list", cwd=tmp_path)
    (line,) = (line for line in said.out.splitlines() if line.startswith("rental"))
    assert line.split() == ["rental", "1.0", "1", "definition", "file:", "Boats"]
    assert "fake_rental" not in sys.modules


@pytest.mark.parametrize("form", ["table", "json"])
def test_a_list_tells_what_was_left_out_and_what_the_project_uses(ship, install, tmp_path, form):
    ship("rental", {"definitions/b.metric": RENTAL})
    install("fake_old", "old", 'api = "7.0"')
    (tmp_path / "metricdsl.toml").write_text('[project]\nname = "x"\n[plugins]\nrental = "*"\n')
    said = metric("plugins", "list", "--format", form, cwd=tmp_path)
    if form == "json":
        used = {row["plugin"]: row["used"] for row in said.data["plugins"]}
        assert {"crm": "", "rental": "used here"}.items() <= used.items()
        assert [problem["code"] for problem in said.data["problems"]] == ["P803"]
    else:
        assert "used here" in said.out
        assert "P803" in said.err


def test_show_tells_the_metrics_of_a_plugin(ship, tmp_path):
    ship("rental", {"definitions/b.metric": RENTAL}, '\nabout = "What is let."\nrequires = ["crm >=0.1"]')
    said = metric("plugins", "show", "rental", cwd=tmp_path).out
    for part in ("rental 1.0", "What is let.", "crm >=0.1", "2 metrics", "rental.turnover"):
        assert part in said


def test_show_tells_the_functions_of_a_plugin(install, tmp_path):
    install("fake_good", "good", manifest(hooks="fake_good.hooks"), hooks=GOOD_HOOKS)
    assert "function good.plus_ours(" in metric("plugins", "show", "good", cwd=tmp_path).out
    assert "function good." not in metric("plugins", "show", "good", "--no-plugins", cwd=tmp_path).out


def test_show_of_what_is_not_there(ship, install, tmp_path):
    ship("rental", {"definitions/b.metric": RENTAL})
    install("fake_old", "old", 'api = "7.0"')
    assert "did you mean `rental`?" in metric("plugins", "show", "rentl", cwd=tmp_path, check=2).err
    assert "P803" in metric("plugins", "show", "old", cwd=tmp_path, check=2).err


def test_check_of_an_installed_plugin(ship, tmp_path):
    ship("rental", {"definitions/b.metric": RENTAL})
    said = metric("plugins", "check", "rental", cwd=tmp_path, check=1).out
    assert "ok     the definitions have no errors and no warnings" in said
    assert "wrong  there are `test` blocks, and they pass" in said


def test_check_of_a_folder_that_is_no_plugin(tmp_path):
    assert "there is no pyproject.toml" in metric("plugins", "check", cwd=tmp_path, check=2).err


@pytest.mark.slow
@pytest.mark.parametrize("plugin", ["geo", "means"])
def test_the_plugins_of_this_repository_pass(tmp_path, plugin):
    folder = Path(__file__).resolve().parents[2] / "plugins" / f"metricdsl-{plugin}"
    said = metric("plugins", "check", str(folder), cwd=tmp_path).out
    assert said.count("ok     ") == 5


@pytest.mark.parametrize("name", ["Rental", "crm", "class", "a-b", "1st", "metricdsl", "../up"])
def test_names_that_no_plugin_can_have(tmp_path, name):
    said = metric("plugins", "new", "pack", name, cwd=tmp_path, check=2)
    assert f"`{name}` cannot be the name of a plugin" in said.err
    assert list(tmp_path.glob("metricdsl-*")) == []


def test_what_is_there_is_not_touched(tmp_path):
    metric("plugins", "new", "pack", "boats", cwd=tmp_path)
    (tmp_path / "metricdsl-boats" / "README.md").write_text("mine")
    assert "is there already" in metric("plugins", "new", "adapter", "boats", cwd=tmp_path, check=2).err
    assert (tmp_path / "metricdsl-boats" / "README.md").read_text() == "mine"


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_plugin_uses_what_plugins_may_use_and_nothing_else(tmp_path, kind):
    metric("plugins", "new", kind, "boats", cwd=tmp_path)
    folder = tmp_path / "metricdsl-boats"
    for file in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or "." * node.level] if isinstance(node, ast.ImportFrom) else []
            ours = [name for name in names if name.partition(".")[0] == "metricdsl"]
            assert all(name == "metricdsl.testing" or name.startswith("metricdsl.spi.") for name in ours)
    project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["entry-points"]["metricdsl.plugins"] == {"boats": "metricdsl_boats"}
    assert not any("$" in file.read_text(encoding="utf-8") for file in folder.rglob("*") if file.is_file())


PROJECT = '[project]\nname = "x"\n[connections.default]\nurl = "files:data"\n[connections.gone]\nurl = "duckdb:///none.duckdb"\n'


def test_doctor_opens_the_connections(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "orders.csv").write_text("id\n1\n")
    (tmp_path / "definitions").mkdir()
    (tmp_path / "metricdsl.toml").write_text(PROJECT)
    said = metric("doctor", cwd=tmp_path, check=1).out
    assert "ok     connection default: 1 tables" in said
    assert "wrong  connection gone: cannot be opened" in said
    assert "X703" in said


def test_doctor_without_a_project_and_without_faults(tmp_path):
    said = metric("doctor", "--format", "json", cwd=tmp_path)
    assert not any(row["wrong"] for row in said.data)
    assert {"metricdsl", "packages", "cache", "project", "adapter duckdb"} <= {
        row["what"] for row in said.data
    }


def test_doctor_tells_a_faulty_plugin(install, tmp_path):
    install("fake_bad", "bad", manifest(hooks="fake_bad.hooks"), hooks="import nothing_of_this_name")
    said = metric("doctor", cwd=tmp_path, check=1).out
    assert "wrong  plugin bad 1.0: code" in said
    assert "P804" in said
    assert "plugin bad" not in metric("doctor", "--no-plugins", cwd=tmp_path).out


def test_doctor_of_a_project_file_that_cannot_be_read(tmp_path):
    (tmp_path / "metricdsl.toml").write_text("[project")
    said = metric("doctor", "--format", "json", cwd=tmp_path, check=1)
    (project,) = (row for row in said.data if row["what"] == "project")
    assert project["wrong"]
