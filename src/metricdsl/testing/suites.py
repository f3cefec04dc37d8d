"""Suites of tests for the authors of plugins: a class that inherits one, and names the plugin, is a whole file of tests."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any, ClassVar

import pytest

from metricdsl.engine.connection_settings import ConnectionConfig, read_connection
from metricdsl.engine.plugin_alone import as_installed
from metricdsl.engine.plugin_checks import adapter_checks
from metricdsl.engine.plugin_checks.adapter_checks import Filled
from metricdsl.engine.plugin_checks.check import Check, told
from metricdsl.engine.plugin_checks.entry_checks import entry_checks
from metricdsl.engine.plugin_checks.every import plugin_checks
from metricdsl.engine.plugin_checks.exchange_checks import exchange_checks, wrong_import
from metricdsl.engine.plugin_checks.function_checks import function_checks
from metricdsl.engine.plugin_checks.pack_checks import pack_checks
from metricdsl.plugins.in_place import written_plugin

Row = Sequence[Any]


class _Suite:
    """`plugin` is the plugin's name; `folder`, where it is not installed, the folder with its `pyproject.toml`."""

    plugin: ClassVar[str]
    folder: ClassVar[Path | str | None] = None

    @pytest.fixture(autouse=True)
    def _installed(self) -> Iterator[None]:
        folder = type(self).folder
        written = None if folder is None else written_plugin(Path(folder))
        if written is not None and written.value is None:
            pytest.fail("; ".join(problem.message() for problem in written.problems))
        with nullcontext() if written is None or written.value is None else as_installed(written.value):
            yield

    def test_the_manifest_is_right(self) -> None:
        """The plugin is found, and nothing of it is left out."""
        _pass(plugin_checks(self.plugin)[0])


class PackSuite(_Suite):
    """The tests of a plugin that ships definitions."""

    def test_the_definitions_have_no_problems(self) -> None:
        """No errors, no warnings."""
        _pass(pack_checks(self.plugin)[0])

    def test_every_metric_is_described(self) -> None:
        """Each says what it is."""
        _pass(pack_checks(self.plugin)[1])

    def test_every_metric_is_written_in_sql(self) -> None:
        """On each engine, or refused there."""
        _pass(pack_checks(self.plugin)[2])

    def test_the_tests_of_the_definitions_pass(self) -> None:
        """There are some, and they pass."""
        _pass(pack_checks(self.plugin)[3])


class FunctionSuite(_Suite):
    """The tests of a plugin that contributes functions or aggregations."""

    def test_the_hooks_give_what_they_should(self) -> None:
        """No problem is met in collecting."""
        _pass(function_checks(self.plugin)[0])

    def test_every_function_has_an_example(self) -> None:
        """Each shows what it gives."""
        _pass(function_checks(self.plugin)[1])

    def test_every_example_gives_what_it_says(self) -> None:
        """On DuckDB and on SQLite."""
        _pass(function_checks(self.plugin)[2])

    def test_every_law_holds(self) -> None:
        """What is declared (laws, additivity, merge, identity) is tried with made-up numbers; the least counterexample is told."""
        _pass(function_checks(self.plugin)[3])


class RendererSuite(_Suite):
    """The tests of a plugin that contributes formats of results."""

    def test_every_function_can_be_imported(self) -> None:
        """Those that the manifest names."""
        _pass(entry_checks(self.plugin)[0])

    def test_every_format_is_written(self) -> None:
        """Of all kinds of values, of no row, of many."""
        _pass(entry_checks(self.plugin)[1])


class ExchangeSuite(_Suite):
    """The tests of a plugin that contributes importers or exporters. `samples` are files that an importer must make something of."""

    samples: ClassVar[Sequence[Path | str]] = ()

    def test_every_function_can_be_imported(self) -> None:
        """Those that the manifest names."""
        _pass(entry_checks(self.plugin)[0])

    def test_damaged_files_are_refused_and_losses_have_reasons(self) -> None:
        """Of importers and of exporters."""
        for check in exchange_checks(self.plugin):
            _pass(check)

    def test_the_samples_are_taken_over(self) -> None:
        """Definitions that check come of them, and what is left out has a reason."""
        samples = [Path(one) for one in self.samples]
        if samples:
            _pass(Check("the samples are taken over", lambda: wrong_import(self.plugin, samples)))


class CommandSuite(_Suite):
    """The tests of a plugin that contributes commands."""

    def test_every_function_can_be_imported(self) -> None:
        """Those that the manifest names."""
        _pass(entry_checks(self.plugin)[0])


class AdapterSuite(_Suite):
    """The tests of an adapter. The author's class has a fixture `url`, and a method `fill`, which makes tables.

    `settings` are what a connection states besides. `gaps` names what an adapter cannot, by the test, with the reason; a gap
    that is none any more fails.
    """

    settings: ClassVar[dict[str, str]] = {}
    gaps: ClassVar[dict[str, str]] = {}

    @pytest.fixture
    def url(self) -> str:
        """Where the database is, as a project file says it."""
        pytest.fail(
            "give the suite a fixture `url`: where the database is, as a project file says it", pytrace=False
        )

    def fill(self, root: Path, tables: dict[str, tuple[tuple[str, ...], Sequence[Row]]]) -> None:
        """Make tables (name → columns, rows) in the database of `url`. `root` is the project's folder.

        The columns are `id` (whole numbers), `name` (texts), `amount` (numbers with decimals) and `day` (dates).
        """
        pytest.fail("give the suite a method `fill`, which makes the tables that it is handed", pytrace=False)

    @pytest.fixture
    def filled(self, url: str, tmp_path: Path) -> Filled:
        """The connection, its tables made."""
        root = tmp_path
        self.fill(
            root,
            {
                "sample": (adapter_checks.COLUMNS, adapter_checks.ROWS),
                "nothing": (adapter_checks.COLUMNS, ()),
            },
        )
        read = read_connection("default", {"url": url, **type(self).settings})
        assert read.config is not None, read.problems
        config: ConnectionConfig = read.config
        return Filled(config, root)

    @pytest.mark.parametrize("what", list(adapter_checks.EACH))
    def test_the_adapter(self, filled: Filled, what: str) -> None:
        """Each of the checks, or the gap that is stated."""
        check: Callable[[Filled], list[str]] = adapter_checks.EACH[what]
        found = check(filled)
        if what in type(self).gaps:
            assert found, f"`{what}` holds: take it out of `gaps`"
            pytest.xfail(type(self).gaps[what])
        assert not found, told(found)


def _pass(check: Check) -> None:
    found = check.run()
    assert not found, f"{check.title}:\n{told(found)}"


__all__ = ["AdapterSuite", "CommandSuite", "ExchangeSuite", "FunctionSuite", "PackSuite", "RendererSuite"]
