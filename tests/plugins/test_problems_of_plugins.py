"""The problems of plugins in more than one way each: left out with a reason, the others at work."""

import pytest

from metricdsl.plugins import builtin_registry, load_registry
from metricdsl.plugins.adapters import load_factory
from metricdsl.plugins.manifest import AdapterEntry
from tests.plugins.test_host import GOOD_HOOKS, codes, install, manifest

__all__ = ["install"]  # a fixture


def test_a_folder_of_texts_is_no_plugin(install):
    install("fake_texts", "texts", None, readme="'''not a manifest'''")
    found = install("fake_good", "good", manifest(hooks="fake_good.hooks"), hooks=GOOD_HOOKS)()
    assert [m.plugin for m in found.value] == ["good"]
    assert codes(found) == ["P801"]


def test_each_package_without_a_manifest_is_told(install):
    install("fake_a", "a", None)
    found = install("fake_b", "b", None)()
    assert found.value == ()
    assert codes(found) == ["P801", "P801"]


def test_three_packages_claim_one_name(install):
    install("fake_x", "retail")
    install("fake_y", "retail")
    found = install("fake_z", "retail")()
    assert found.value == ()
    assert codes(found) == ["P802"]
    assert all(name in found.problems[0].message() for name in ("fake_x", "fake_y", "fake_z"))


def test_a_claimed_name_runs_no_hooks(install):
    install("fake_p", "retail", manifest(hooks="fake_p.hooks"), hooks="raise SystemExit('ran')")
    found = install("fake_q", "retail", manifest(hooks="fake_q.hooks"), hooks=GOOD_HOOKS)()
    assert codes(found) == ["P802"]
    assert not load_registry(found.value).problems


@pytest.mark.parametrize("name", ["coalesce", "add"])
def test_functions_that_there_are_already_stay_ours(install, name):
    hooks = GOOD_HOOKS.replace("plus_ours", name)
    loaded = load_registry(
        install("fake_thief2", "thief", manifest(hooks="fake_thief2.hooks"), hooks=hooks)().value
    )
    assert codes(loaded) == []
    assert loaded.value.functions[name] is builtin_registry().functions[name]


def test_two_plugins_with_one_function_are_not_in_each_others_way(install):
    install("fake_first", "first", manifest(hooks="fake_first.hooks"), hooks=GOOD_HOOKS)
    found = install("fake_second", "second", manifest(hooks="fake_second.hooks"), hooks=GOOD_HOOKS)()
    loaded = load_registry(found.value)
    assert codes(loaded) == []
    assert {"first.plus_ours", "second.plus_ours"} <= set(loaded.value.functions)


@pytest.mark.parametrize("name", ["duckdb", "sqlite", "postgres"])
def test_p806_a_dialect_that_there_is_already_stays_ours(install, name):
    hooks = f"""
from metricdsl.spi.hooks import hookimpl
from metricdsl.sql.dialects import DIALECTS

@hookimpl
def metricdsl_dialects():
    return [one for one in DIALECTS if one.name == "{name}"]
"""
    found = install("fake_dialect", "dialect", manifest(hooks="fake_dialect.hooks"), hooks=hooks)()
    loaded = load_registry(found.value)
    assert codes(loaded) == ["P806"]
    assert loaded.value.dialects[name] is builtin_registry().dialects[name]


@pytest.mark.parametrize("driver", ["no_such_driver", "neither.is_this"])
def test_a_driver_that_is_missing_is_named(driver):
    entry = AdapterEntry(
        name="x", dialect="x", schemes=("x",), factory=f"{driver}.adapter:connect", extra="x[driver]"
    )
    found = load_factory(entry)
    assert found.value is None
    assert codes(found) == ["P808"]
    assert driver.split(".")[0] in found.problems[0].message()
