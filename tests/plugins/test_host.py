"""Plugins: found without running them, isolated from each other, merged without surprises."""

import ast
import runpy
import sys
from importlib.metadata import distributions
from pathlib import Path

import pytest

from metricdsl.plugins import builtin_registry, find_adapter, load_registry
from metricdsl.plugins.adapters import load_factory
from metricdsl.plugins.builtin_manifest import builtin_manifest
from metricdsl.plugins.discover import installed_plugins
from metricdsl.plugins.manifest import AdapterEntry, read_manifest
from metricdsl.spi import API_VERSION
from metricdsl.spi.hooks import MetricdslSpec

GOOD_HOOKS = """
from attrs import evolve
from metricdsl.builtins.functions import FUNCTIONS
from metricdsl.spi.hooks import hookimpl

@hookimpl
def metricdsl_functions():
    return [evolve(FUNCTIONS[0], name="plus_ours")]
"""


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Installs a package: its entry point, its manifest (None: it has none), its modules; gives the installed plugins."""
    monkeypatch.syspath_prepend(str(tmp_path))
    before = set(sys.modules)

    def install(
        package: str,
        plugin: str,
        manifest: str | None = f'api = "{API_VERSION}"',
        version: str = "1.0",
        **modules: str,
    ):
        folder = tmp_path / package
        folder.mkdir()
        (folder / "__init__.py").write_text(modules.pop("init", ""))
        for name, text in modules.items():
            (folder / f"{name}.py").write_text(text)
        if manifest is not None:
            (folder / "metricdsl-plugin.toml").write_text(manifest, encoding="utf-8")
        info = tmp_path / f"{package}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n")
        (info / "entry_points.txt").write_text(f"[metricdsl.plugins]\n{plugin} = {package}\n")
        return lambda: installed_plugins(lambda: distributions(path=[str(tmp_path)]))

    yield install
    for name in set(sys.modules) - before:
        if name.split(".")[0].startswith("fake_"):
            del sys.modules[name]


def manifest(**keys: str) -> str:
    return "\n".join([f'api = "{API_VERSION}"', *(f'{key} = "{value}"' for key, value in keys.items())])


def codes(outcome):
    return [problem.code for problem in outcome.problems]


def test_the_built_ins_go_through_the_hooks():
    registry = builtin_registry()
    assert registry is builtin_registry()
    assert {"add", "round", "start_of"} <= set(registry.functions)
    assert {"sum", "median"} <= set(registry.aggregations)
    assert {"duckdb", "postgres", "sqlite"} <= set(registry.dialects)
    assert registry.provenance["function round"].startswith("metricdsl ")
    assert not load_registry(()).problems


def test_a_plugin_contributes_and_is_named(install):
    found = install(
        "fake_good", "good", manifest(hooks="fake_good.hooks", title="Good"), "2.1", hooks=GOOD_HOOKS
    )()
    assert not found.problems
    loaded = load_registry(found.value)
    assert not loaded.problems
    assert loaded.value.functions["good.plus_ours"].name == "good.plus_ours"
    assert loaded.value.provenance["function good.plus_ours"] == "good 2.1"


def test_a_package_that_only_declares_runs_no_code(install):
    found = install("fake_data", "data", manifest(title="Data"), init="raise SystemExit('ran')")()
    assert [m.plugin for m in found.value] == ["data"]
    assert not load_registry(found.value).problems
    assert "fake_data" not in sys.modules


def test_p801_no_manifest(install):
    found = install("fake_bare", "bare", None, "0.3")()
    assert found.value == ()
    assert codes(found) == ["P801"]
    assert (
        found.problems[0].message()
        == "the plugin `bare` of fake_bare 0.3 was left out: it has no manifest fake_bare/metricdsl-plugin.toml"
    )


def test_p802_two_claim_one_name_and_neither_loads(install):
    install("fake_one", "retail")
    install("fake_other", "other")
    found = install("fake_two", "retail", version="4.0")()
    assert [m.plugin for m in found.value] == ["other"]
    assert codes(found) == ["P802"]
    assert "fake_one 1.0 and fake_two 4.0" in found.problems[0].message()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("api = ", "it is not TOML"),
        ('title = "x"', "it does not say `api"),
        ('api = "2.0"', "this metricdsl has 1.0"),
        ('api = "1.9"', "a newer metricdsl would do"),
        ('api = "one"', "must be a version"),
        ('api = "1.0"\ncolour = "red"', "key `colour` is not known"),
        ("api = 1", "has the wrong type"),
        ('api = "1.0"\nadapter = ["x"]', "[[adapter]] tables"),
        ('api = "1.0"\n[[adapter]]\nname = "x"', "does not say `dialect`"),
        (
            'api = "1.0"\n[[adapter]]\nname = "x"\ndialect = "d"\nschemes = [1]\nfactory = "a:b"',
            "`schemes` must be texts",
        ),
        (
            'api = "1.0"\n[[adapter]]\nname = "x"\ndialect = "d"\nschemes = ["so"]\nfactory = "a.b"',
            "package.module:function",
        ),
        ('api = "1.0"\n[[adapter]]\nname = "x"\ndriver = "d"', "an adapter's key `driver` is not known"),
    ],
)
def test_p803_invalid_manifests(text, why):
    read = read_manifest(text, "retail", "1.0")
    assert read.value is None
    assert codes(read) == ["P803"]
    assert why in read.problems[0].message()


def test_p803_leaves_the_other_plugins_alone(install):
    install("fake_wrong", "wrong", 'api = "9.0"')
    found = install("fake_good", "good", manifest(hooks="fake_good.hooks"), hooks=GOOD_HOOKS)()
    assert codes(found) == ["P803"]
    assert "good.plus_ours" in load_registry(found.value).value.functions


@pytest.mark.parametrize(
    ("hooks", "why"),
    [
        ("import a_driver_that_is_not_there", "ModuleNotFoundError"),
        ("raise RuntimeError('no licence')", "RuntimeError: no licence"),
        ("def (", "SyntaxError"),
        (
            "from metricdsl.spi.hooks import hookimpl\n@hookimpl\ndef metricdsl_colours():\n    return []",
            "it has a hook `metricdsl_colours`",
        ),
    ],
)
def test_p804_hooks_that_cannot_be_imported(install, hooks, why):
    install("fake_bad", "bad", manifest(hooks="fake_bad.hooks"), "0.9", hooks=hooks)
    found = install("fake_good", "good", manifest(hooks="fake_good.hooks"), hooks=GOOD_HOOKS)()
    loaded = load_registry(found.value)
    assert codes(loaded) == ["P804"]
    assert loaded.problems[0].message().startswith("the plugin bad 0.9 was left out: fake_bad.hooks: ")
    assert why in loaded.problems[0].message()
    assert "good.plus_ours" in loaded.value.functions


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("raise ValueError('broken')", "ValueError: broken"),
        ("return [1]", "it gave a int where a AggregationDef belongs"),
        ("return 3", "TypeError"),
    ],
)
def test_p805_a_hook_that_fails_loses_its_own_contributions_only(install, body, why):
    hooks = f"{GOOD_HOOKS}\n@hookimpl\ndef metricdsl_aggregations():\n    {body}\n"
    found = install("fake_half", "half", manifest(hooks="fake_half.hooks"), hooks=hooks)()
    loaded = load_registry(found.value)
    assert codes(loaded) == ["P805"]
    assert why in loaded.problems[0].message()
    assert "metricdsl_aggregations" in loaded.problems[0].message()
    assert "half.plus_ours" in loaded.value.functions


def test_p806_a_name_that_is_taken_stays(install):
    hooks = GOOD_HOOKS.replace("return [evolve(FUNCTIONS[0]", "return 2 * [evolve(FUNCTIONS[0]")
    found = install("fake_twice", "twice", manifest(hooks="fake_twice.hooks"), hooks=hooks)()
    loaded = load_registry(found.value)
    assert codes(loaded) == ["P806"]
    assert "function twice.plus_ours, which twice 1.0 has already" in loaded.problems[0].message()


def test_a_plugin_changes_nothing_of_ours(install):
    hooks = GOOD_HOOKS.replace("plus_ours", "round")
    found = install("fake_thief", "thief", manifest(hooks="fake_thief.hooks"), hooks=hooks)()
    loaded = load_registry(found.value)
    assert codes(loaded) == []
    assert loaded.value.functions["round"] is builtin_registry().functions["round"]
    assert "thief.round" in loaded.value.functions


def test_p808_a_missing_driver_says_what_to_install():
    entry = AdapterEntry(
        name="oracle",
        dialect="x",
        schemes=("x",),
        factory="no_such_driver.adapter:connect",
        extra="metricdsl-x[fast]",
    )
    found = load_factory(entry)
    assert codes(found) == ["P808"]
    assert found.problems[0].fixes()[0].title == 'pip install "metricdsl-x[fast]"'
    assert "no_such_driver" in found.problems[0].message()


def test_adapters_are_found_by_scheme_without_import():
    schemes = {
        "duckdb": "duckdb",
        "sqlite": "sqlite",
        "files": "duckdb",
        "postgresql": "postgres",
        "postgres": "postgres",
    }
    for scheme, dialect in schemes.items():
        entry = find_adapter(scheme)
        assert entry is not None
        assert entry.dialect == dialect
        assert entry.dialect in builtin_registry().dialects
        assert load_factory(entry).value is not None
    assert find_adapter("mysql") is None


def test_adapters_of_plugins_come_behind_ours(install):
    text = (
        manifest()
        + '\n[[adapter]]\nname = "theirs"\ndialect = "duckdb"\nschemes = ["duckdb", "mine"]\nfactory = "fake_theirs.adapter:open"'
    )
    found = install("fake_theirs", "theirs", text)()
    assert find_adapter("mine", found.value).plugin == "theirs"
    assert find_adapter("duckdb", found.value).plugin == "metricdsl"


def test_every_hook_has_somebody_in_this_repository_who_uses_it():
    from metricdsl.builtins import hooks
    from metricdsl.plugins import first_party

    hooks_of = (
        Path(__file__).parents[2] / "plugins/metricdsl-housekeeping/src/metricdsl_housekeeping/hooks.py"
    )
    finance = Path(__file__).parents[2] / "plugins/metricdsl-finance/src/metricdsl_finance/hooks.py"
    housekeeping = runpy.run_path(str(hooks_of))
    returns = ast.parse(finance.read_text(encoding="utf-8"))
    functions = {node.name for node in returns.body if isinstance(node, ast.FunctionDef)}
    specified = {name for name in vars(MetricdslSpec) if name.startswith("metricdsl_")}
    assert specified == {
        name
        for name in {*vars(hooks), *vars(first_party), *housekeeping, *functions}
        if name.startswith("metricdsl_")
    }


def test_the_manifest_is_in_the_package():
    assert builtin_manifest().hooks == "metricdsl.builtins.hooks"
    assert (Path(sys.modules["metricdsl"].__file__).parent / "builtins" / "metricdsl-plugin.toml").is_file()
