"""The packs of industries: every name of the catalogue is a metric that checks, compiles, runs, and is right by the reference."""

import csv
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from attrs import frozen

from metricdsl.diagnostics import Severity
from metricdsl.engine.project import Project, open_project
from metricdsl.plugins.manifest import FILE_NAME, read_manifest
from metricdsl.source import SourceFile
from metricdsl.spi.result_functions import Member, NoValue, Series
from metricdsl.syntax import read_query
from metricdsl.syntax.nodes import Document, UseDecl
from metricdsl.testing.comparing import differences
from metricdsl.testing.engines import _load_duckdb
from metricdsl.testing.reference import Duration, Settings, Table, evaluate
from tests.catalogue_packs.installed import PACKS, folder, installed
from tests.catalogue_packs.rows import generated_rows

pytestmark = pytest.mark.slow  # opening the library takes more than a second
TODAY, CURRENCY, SEED = date(2026, 6, 30), "USD", 7
NAMES = tuple(csv.DictReader((Path(__file__).parent / "names.csv").read_text(encoding="utf-8").splitlines()))
SAYABLE = tuple((row["pack"], row["metric"]) for row in NAMES if not row["left_out"])
TRIANGLE = "age(account.first_order_at, month)"
DIALECTS = ("duckdb", "sqlite", "postgres")
TOGETHER = 16
# What a metric is asked by, where alone and by month have no meaning.
ASKED = {
    "retail.cohort_retention_m": (f" by {TRIANGLE}", f" by account.first_order_at.month, {TRIANGLE}"),
    "lending.pd_long_run": ("", " by year"),
    "clv.rfm_score": ("", " by year"),  # by month it compiles, and the reference would take minutes
}
PARAMETERS = {"product_a": "pr1", "product_b": "pr2"}
OF_PAIRS = {"retail.basket_lift", "retail.basket_support"}


@frozen
class Opened:
    """A project that uses all packs, on a database of generated rows."""

    project: Project
    documents: tuple[Document, ...]
    tables: dict[str, Table]


@pytest.fixture(scope="module")
def opened(tmp_path_factory) -> Iterator[Opened]:
    root = tmp_path_factory.mktemp("packs")
    with installed(root / "site"):
        (root / "metricdsl.toml").write_text(
            f'[project]\nname = "packs"\nlanguage = 1\ntoday = {TODAY}\ncurrency = "{CURRENCY}"\n'
            '[connections.default]\nurl = "duckdb:///rows.duckdb"\n[plugins]\n'
            + "".join(f'{pack} = ">=0.1"\n' for pack in PACKS)
        )
        project = open_project(root, installed_plugins=True)
        written = project._opened.definitions.documents  # as they were read: reading them takes seconds
        documents = tuple(document for document in written if ":" in document.source.path)
        tables = generated_rows(project.model.entities, SEED)
        _load_duckdb(root / "rows.duckdb", tables)
        with project:
            yield Opened(project, documents, tables)


def queries(metric: str) -> tuple[str, ...]:
    return tuple(f"{metric}{by}" for by in ASKED.get(metric, ("", " by month")))


def metrics_of(project: Project, pack: str) -> list[str]:
    return sorted(name for name in project.model.metrics if name.startswith(f"{pack}."))


def test_every_name_is_a_metric_or_says_why_not(opened):
    here = set(opened.project.model.metrics)
    assert [name for pack, name in SAYABLE if f"{pack}.{name}" not in here] == []
    assert [
        row["metric"] for row in NAMES if row["left_out"] and f"{row['pack']}.{row['metric']}" in here
    ] == []
    assert len(NAMES) == 116
    assert {row["pack"] for row in NAMES} == set(PACKS)


def test_no_pack_has_an_error_or_a_warning(opened):
    told = [
        f"{problem.code} {problem.message()}"
        for problem in opened.project.problems
        if problem.severity is not Severity.HINT
        and (problem.span is None or problem.span.file.partition(":")[0] in PACKS)
    ]
    assert told == []


@pytest.mark.parametrize("pack", PACKS)
def test_a_pack_is_data_and_uses_what_it_requires(opened, pack):
    manifest = read_manifest((folder(pack) / FILE_NAME).read_text(encoding="utf-8"), pack, "0.1.0").value
    assert manifest is not None
    assert manifest.hooks == ""
    assert [path.name for path in folder(pack).rglob("*.py")] == ["__init__.py"]
    documents = [d for d in opened.documents if d.source.path.startswith(f"{pack}:")]
    used = {d.name.partition(".")[0] for one in documents for d in one.declarations if isinstance(d, UseDecl)}
    assert used <= {pack, *(name for name, _ in manifest.requires)}


@pytest.mark.parametrize("pack", PACKS)
def test_every_metric_is_described(opened, pack):
    texts = "\n".join(d.source.text for d in opened.documents if d.source.path.startswith(f"{pack}:"))
    written = re.findall(r"(?ms)^metric (\w+) \"([^\"]+)\".*?\{\n(.*?)^\}", texts)
    assert sorted(f"{pack}.{name}" for name, _, _ in written) == metrics_of(opened.project, pack)
    for name, _, block in written:
        for word in ("about", "label", "class", "framework", "source"):
            assert re.search(rf"(?m)^  {word} ", block), f"{name} has no {word}"
        assert re.search(r'(?m)^  label +zh "[^"]*[\u4e00-\u9fff]', block), f"{name} has no label in Chinese"


@pytest.mark.parametrize("pack", PACKS)
def test_every_metric_compiles(opened, pack):
    for metric in metrics_of(opened.project, pack):
        for query in queries(metric):
            bound = opened.project.query(query, connection=None)
            assert all(bound.sql(dialect) for dialect in DIALECTS), query


def together(project: Project, pack: str) -> Iterator[tuple[tuple[str, ...], str, dict[str, str]]]:
    """The metrics of a pack in questions of several at once, with the values of parameters."""
    plain = [name for name in metrics_of(project, pack) if name not in ASKED]
    for at in range(0, len(plain), TOGETHER):
        some = tuple(plain[at : at + TOGETHER])
        values = {} if OF_PAIRS.isdisjoint(some) else PARAMETERS
        for by in ("", " by month"):
            yield some, ", ".join(some) + by, values
    for name in metrics_of(project, pack):
        for by in ASKED.get(name, ()):
            yield (name,), f"{name}{by}", {}


def of_plugins(project: Project):
    """The functions of plugins for the reference evaluator, which collects what they are told by its own rules."""

    def called(name: str):
        def function(given):
            arguments = [_series(one) if isinstance(one, list) else _result(one) for one in given]
            try:
                return _exact(project.registry.result_functions[name].evaluate(arguments))
            except NoValue:
                return None

        return function

    return tuple((name, called(name)) for name in project.registry.result_functions)


def _series(members):
    days = [key[0].start for key, _ in members]
    months = [day.year * 12 + day.month for day in days]  # asked for where members are months
    return Series(
        tuple(
            Member(key=day, values=tuple(map(_result, values)), place=month - months[0])
            for day, month, (_, values) in zip(days, months, members, strict=True)
        )
    )


def _result(value):
    return timedelta(microseconds=round(value.microseconds)) if isinstance(value, Duration) else value


def _exact(value):
    return Fraction(value) if isinstance(value, int | float) else value


@pytest.mark.parametrize("pack", PACKS)
def test_every_metric_is_right_by_the_reference(opened, pack):
    settings = Settings(today=TODAY, currency=CURRENCY, functions=of_plugins(opened.project))
    known = set()
    wrong = []
    for metrics, query, values in together(opened.project, pack):
        with opened.project.query(query, parameters=values).run() as result:
            columns, rows = tuple(result.names), [tuple(row) for row in result.rows]
        asked = read_query(SourceFile.of("query", query)).value
        said = replace(settings, parameters=tuple(values.items()))
        wanted = evaluate(opened.documents, asked, opened.tables, said)
        wrong += [(query, found) for found in differences(columns, rows, wanted.columns, wanted.rows)[:1]]
        groups = len(columns) - len(metrics)
        for row in rows:
            known.update(m for m, cell in zip(metrics, row[groups:], strict=True) if cell is not None)
    assert wrong == []
    assert [metric for metric in metrics_of(opened.project, pack) if metric not in known] == []


def test_the_tests_of_the_packs_pass(opened):
    told = {
        outcome.title: (
            [problem.message() for problem in outcome.problems],
            [found[0] for found in outcome.differences],
        )
        for outcome in opened.project.run_tests()
        if not outcome.passed
    }
    assert told == {}
