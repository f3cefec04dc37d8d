"""The packs that ship: every name of the catalogue is a metric, is right on every engine, and says what it is."""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from metricdsl.diagnostics import Severity
from metricdsl.engine.definitions import shipped_definitions
from metricdsl.engine.project import Project
from metricdsl.source import SourceFile
from metricdsl.syntax import nodes, read, read_query
from metricdsl.testing.comparing import differences
from metricdsl.testing.engines import Bench
from metricdsl.testing.reference import Settings, evaluate
from tests.catalogue.rows import canonical_rows

HERE = Path(__file__).parent
DIALECTS = ("duckdb", "sqlite", "postgres")
SETTINGS = Settings(today=date(2026, 3, 15))
TIMELESS = {  # of these no row has a time
    "crm.core.benefit_case_share",
    "crm.core.benefit_mentions",
    "crm.core.class_balance",
}


def files() -> list[SourceFile]:
    folder = shipped_definitions() / "crm"
    return [
        SourceFile.of("-".join(path.relative_to(folder).parts), path.read_text(encoding="utf-8"))
        for path in sorted(folder.rglob("*.metric"))
    ]


FILES = files()


def declared() -> dict[str, nodes.MetricDecl]:
    """The metrics of the packs by their names."""
    found = {}
    for file in FILES:
        document = read(file).value
        found |= {
            f"{document.package}.{one.name}": one
            for one in document.declarations
            if isinstance(one, nodes.MetricDecl)
        }
    return found


METRICS = declared()
DOCUMENTS = [read(file).value for file in FILES]
SAMPLE = [  # compared with the reference each time; all of them among the slow tests
    "crm.core.gross_margin_pct",
    "crm.core.new_customers",
    "crm.core.roi",
    "crm.marketing.attributed_conversions_position",
    "crm.marketing.unique_ctr",
    "crm.sales.slippage_rate",
    "crm.sales.weighted_pipeline",
    "crm.sales.win_rate_value",
    "crm.service.first_response_time",
    "crm.service.sla_attainment",
    "crm.voc.nps",
]


def names() -> Iterator[tuple[str, str]]:
    """Each name of the catalogue, and why it is owed if it is."""
    with (HERE / "names.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            yield f"crm.{row['pack']}.{row['id']}", row["owed"]


@pytest.fixture(scope="module")
def bench() -> Iterator[Bench]:
    with Bench() as made:
        yield made


@pytest.fixture(scope="module")
def tables():
    return canonical_rows(1)


@pytest.fixture(scope="module")
def project(bench, tables) -> Project:
    return bench._project("duckdb", FILES, tables, SETTINGS)


def test_every_name_is_a_metric():
    missing = [name for name, owed in names() if not owed and name not in METRICS]
    assert missing == []


def test_what_is_owed_is_not_there():
    """A name that has its metric is struck off the list of those that are owed."""
    owed = [name for name, why in names() if why]
    assert [name for name in owed if name in METRICS] == []
    assert len(owed) == 2


def test_each_says_what_it_is():
    """A label in two languages, what it means in a sentence, its class, its framework, and whose formula it is."""
    silent = []
    for name, metric in METRICS.items():
        said = {one.word: one.values for one in metric.properties}
        about = said["about"][0].text if "about" in said else ""
        label = said["label"][0].language if "label" in said else ""
        fine = metric.label is not None and label == "zh" and len(about) > 25 and about.endswith(".")
        if not fine or not {"class", "framework", "source"} <= said.keys():
            silent.append(name)
    assert silent == []


def test_the_packs_have_no_error(project):
    errors = [(p.code, p.message()) for p in project.problems if p.severity is Severity.ERROR]
    assert errors == []


def test_every_column_of_the_model_is_in_the_rows(project, tables):
    """The rows cover the model: a table for each entity, with all that the entity stores."""
    for entity in project.model.entities.values():
        stored = {name for name, column in entity.columns.items() if column.value is None}
        known = (
            {name for name, _ in tables[entity.table.name].columns} if entity.table.name in tables else set()
        )
        assert stored <= known or entity.name in UNUSED, (entity.name, sorted(stored - known))


def test_the_reference_has_every_entity(project, root):
    page = (root / "docs" / "reference" / "crm-model.md").read_text(encoding="utf-8")
    for entity in project.model.entities.values():
        assert f"| `{entity.name.removeprefix('crm.')}` | `{entity.table.name}` |" in page, entity.name


UNUSED = {  # of the canonical model, for other packs
    f"crm.{name}"
    for name in ("return_line", "cart", "web_session", "subscription", "mrr_movement", "invoice", "usage")
}


def questions(name: str) -> list[str]:
    return [name] if name in TIMELESS else [name, f"{name} by month"]


def test_every_metric_compiles(project):
    """One of four, for one dialect in turn; all for each below."""
    for at, name in enumerate(sorted(METRICS)[::4]):
        for question in questions(name):
            assert project.query(question).sql(DIALECTS[at % len(DIALECTS)])


@pytest.mark.slow
@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_metric_compiles_for_each_dialect(project, dialect):
    for name in sorted(METRICS):
        for question in questions(name):
            assert project.query(question).sql(dialect)


def agrees(bench: Bench, tables, name: str) -> None:
    for question in questions(name):
        answer = bench.ask("duckdb", FILES, tables, question, SETTINGS)
        assert [p.message() for p in answer.problems if p.severity is Severity.ERROR] == []
        expected = evaluate(DOCUMENTS, read_query(SourceFile.of("query", question)).value, tables, SETTINGS)
        assert differences(answer.columns, answer.rows, expected.columns, expected.rows) == [], question


@pytest.mark.parametrize("name", SAMPLE)
def test_it_is_what_the_reference_says(bench, tables, name):
    agrees(bench, tables, name)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(METRICS))
def test_each_is_what_the_reference_says(bench, tables, name):
    agrees(bench, tables, name)


def test_the_tests_of_the_packs(project):
    outcomes = project.run_tests()
    assert len(outcomes) >= 30
    assert [
        (o.title, [p.message() for p in o.problems], o.differences) for o in outcomes if not o.passed
    ] == []
