"""A plugin of each kind, made by `metric plugins new` alone outside of the repository: built as a wheel, installed beside the wheel of the core
in an environment that has nothing else, it passes its own tests and does what it is for.
"""

import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from metricdsl.cli.options import Session
from metricdsl.cli.plugins_new import KINDS, make

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200), pytest.mark.xdist_group("wheels")]

ROOT = Path(__file__).resolve().parents[2]
PROJECT = '[project]\nname = "shop"\nlanguage = 1\ntoday = 2026-04-15\n[plugins]\n{plugins}\n[connections.default]\nurl = "{url}"\n'
DEFINITIONS = """entity order from orders { key id  time day : date  fact amount : integer }
metric total = sum(order.amount) { about "All of it."  owner "me" }
"""
ROWS = "id,day,amount\n1,2026-01-31,10\n2,2026-02-01,25\n"
VISITS = "visit_id,started_at,channel,visitor_id,bought\n1,2026-03-01 10:00:00,shop,a,true\n2,2026-03-02 10:00:00,web,a,false\n"


def run(words, folder: Path, status: int = 0) -> subprocess.CompletedProcess[str]:
    environment = {
        name: os.environ[name]
        for name in ("PATH", "LANG", "PIP_INDEX_URL", "PIP_CONFIG_FILE")
        if name in os.environ
    }
    environment |= {"HOME": str(folder), "NO_COLOR": "1", "COLUMNS": "100", "PYTHONUTF8": "1"}
    done = subprocess.run(
        [str(word) for word in words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == status, (words, done.returncode, done.stdout, done.stderr)
    return done


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """A folder with an environment in which the core and a plugin of each kind are installed from wheels."""
    folder = tmp_path_factory.mktemp("outside")
    assert not folder.is_relative_to(ROOT)
    session = Session(project=None, quiet=True, color=False, debug=False, today=None, plugins=True)
    for kind in KINDS:
        make(session, kind, f"my_{kind}", folder)
    sources = [ROOT, *sorted(folder.glob("metricdsl-my-*"))]
    for source in sources:
        run(
            [
                sys.executable,
                "-m",
                "build",
                "--wheel",
                "--no-isolation",
                "--outdir",
                folder / "wheels",
                source,
            ],
            folder,
        )
    wheels = sorted((folder / "wheels").glob("*.whl"))
    assert len(wheels) == len(KINDS) + 1
    venv.create(folder / "env", with_pip=True)
    core = next(wheel for wheel in wheels if wheel.name.startswith("metricdsl-"))
    named = [f"metricdsl[testing] @ {core.as_uri()}", *(wheel for wheel in wheels if wheel != core)]
    pip = [
        folder / "env" / "bin" / "python",
        "-m",
        "pip",
        "install",
        "--quiet",
        "-c",
        ROOT / "constraints.txt",
    ]
    run([*pip, *named], folder)
    return folder


def project(site: Path, kind: str, url: str = "files:data") -> Path:
    """A project that uses the plugin of a kind."""
    folder = site / f"project-{kind}"
    for name in ("definitions", "data"):
        (folder / name).mkdir(parents=True)
    (folder / "metricdsl.toml").write_text(PROJECT.format(plugins=f'my_{kind} = ">=0.1"', url=url))
    (folder / "definitions" / "own.metric").write_text(DEFINITIONS)
    (folder / "data" / "orders.csv").write_text(ROWS)
    (folder / "data" / "my_pack_visit.csv").write_text(VISITS)
    (folder / "orders.jsonl").write_text(
        '{"id": 1, "day": "2026-01-31", "amount": 10}\n{"id": 2, "day": "2026-02-01", "amount": 25}\n'
    )
    (folder / "formulas.txt").write_text(
        DEFINITIONS.partition("\n")[0] + "\nRevenue = sum(order.amount)\nno formula\n"
    )
    return folder


USES = {
    "pack": (["query", "my_pack.visits, my_pack.visitors", "--format", "csv"], 0, "2,1\n"),
    "bindings": (["compile", "values crm.account.country"], 0, '"my_bindings"."customers"'),
    "functions": (
        ["query", "my_functions.clamp(total, 0, 20), my_functions.spread(order.amount)", "--format", "csv"],
        0,
        "20,15\n",
    ),
    "results": (["query", "my_results.steepest(total per month)", "--format", "csv"], 0, "15.0\n"),
    "checks": (["check"], 0, "total has no label (my_checks-101)"),
    "renderer": (
        ["query", "total by month", "--format", "my_renderer.tsv"],
        0,
        "month\ttotal\n2026-01-01\t10\n2026-02-01\t25\n",
    ),
    "importer": (
        ["import", "my_importer.list", "formulas.txt"],
        1,
        'metric revenue "Revenue" = sum(order.amount)\n',
    ),
    "exporter": (["export", "my_exporter.markdown"], 0, "| total | number | All of it. |\n"),
    "command": (["my_command.owners"], 0, "total  me\n"),
    "adapter": (["query", "total", "--format", "csv"], 0, "total\n35\n"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_it_does_what_it_is_for(site, kind):
    words, status, told = USES[kind]
    folder = project(site, kind, "my-adapter:." if kind == "adapter" else "files:data")
    done = run([site / "env" / "bin" / "metric", *words], folder, status)
    assert told in done.stdout + done.stderr


@pytest.mark.parametrize("kind", KINDS)
def test_it_passes_its_own_tests_as_it_is_installed(site, kind):
    tests = shutil.copytree(site / f"metricdsl-my-{kind}" / "tests", site / f"tests-{kind}")
    for file in tests.glob("*.py"):
        text = file.read_text(encoding="utf-8")
        file.write_text(
            re.sub(r"\n    folder = .*", "", text), encoding="utf-8"
        )  # what is installed, not what lies here
    words = [
        site / "env" / "bin" / "python",
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-W",
        "error",
        tests,
    ]
    assert " passed" in run(words, site).stdout


def test_nothing_of_the_repository_is_in_the_environment(site):
    code = "import metricdsl, sys; print(metricdsl.__file__); print(*sys.path, sep='\\n')"
    told = run([site / "env" / "bin" / "python", "-c", code], site).stdout
    assert str(ROOT) not in told
    listed = run([site / "env" / "bin" / "metric", "plugins", "list"], site).stdout
    assert all(f"my_{kind}" in listed for kind in KINDS)
