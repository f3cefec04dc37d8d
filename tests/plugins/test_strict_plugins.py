"""`--strict-plugins`: a plugin's fault ends a check or a question with 2; without it what works, works."""

import json

import pytest

from tests.cli.running import metric
from tests.plugins.test_contributed_checks import HOOKS
from tests.plugins.test_host import install, manifest
from tests.plugins.test_packs import ship
from tests.plugins.test_renderers import shop

__all__ = ["install", "ship", "shop"]  # fixtures

ORDERS = "orders"
USES = '[plugins]\nbad = ">=1"\n'


def broken(install, what):
    match what:
        case "P801":
            install("fake_bad", "bad", None)
        case "P803":
            install("fake_bad", "bad", 'api = "7.0"')
        case "P804":
            install("fake_bad", "bad", manifest(hooks="fake_bad.hooks"), hooks="raise RuntimeError('no')")
        case "P805":
            raising = "from metricdsl.spi.hooks import hookimpl\n@hookimpl\ndef metricdsl_checks():\n    raise KeyError(1)\n"
            install("fake_bad", "bad", manifest(hooks="fake_bad.hooks"), hooks=raising)
        case "P809":
            install("fake_bad", "bad", manifest(packs="none/*.metric"))
        case "P812":
            install("fake_bad", "bad", version="0.5")
        case _:
            assert what == "P811"


@pytest.mark.parametrize("what", ["P801", "P803", "P804", "P805", "P809", "P811", "P812"])
def test_a_fault_is_an_error_where_that_is_asked(install, shop, what):
    broken(install, what)
    folder = shop(USES)
    for words in (("check",), ("query", ORDERS)):
        assert metric(*words, cwd=folder).status == 0
        said = metric(*words, "--strict-plugins", cwd=folder, check=2)
        assert f"error[{what}]" in said.err
        assert words[0] == "check" or said.out == ""
    told = metric("check", "--strict-plugins", "--format", "json", cwd=folder, check=2).data
    assert [one["severity"] for one in told if one["code"] == what] == ["error"]
    told = metric("check", "--format", "json", cwd=folder).data
    assert [one["severity"] for one in told if one["code"] == what] == ["warning"]


def test_what_a_check_of_a_plugin_finds_is_no_fault_of_it(install, shop):
    look = "return [Finding(name='orders', message='found')]"
    hooks = HOOKS.replace("LOOK", look).replace("NUMBER", "1").replace("DOC", "why")
    install("fake_bad", "bad", manifest(hooks="fake_bad.hooks"), hooks=hooks)
    said = metric("check", "--strict-plugins", cwd=shop(USES))
    assert "warning[P816]" in said.err


def test_without_a_fault_nothing_changes(ship, shop):
    folder = shop()
    for words in (("check", "--format", "json"), ("query", ORDERS, "--format", "csv")):
        assert metric(*words, "--strict-plugins", cwd=folder) == metric(*words, cwd=folder)


def test_a_wrong_definition_is_still_a_finding(shop):
    folder = shop()
    (folder / "definitions" / "more.metric").write_text("metric x = y\n")
    assert json.loads(metric("check", "--strict-plugins", "--format", "json", cwd=folder, check=1).out)
