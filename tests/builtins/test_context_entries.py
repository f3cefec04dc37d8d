"""The entries of the functions of context: each example is asked of the reference evaluator and of every engine, as a case is."""

from pathlib import Path

import pytest

from metricdsl.analysis.conversions import CONVERSIONS
from metricdsl.analysis.vocabulary import CONTEXT_FUNCTIONS, ROW_FUNCTIONS
from metricdsl.builtins.context import CHAPTERS, shop
from metricdsl.builtins.context.entry import Asked
from metricdsl.builtins.reference import reference_page
from metricdsl.plugins import builtin_registry
from metricdsl.source import SourceFile
from metricdsl.syntax import read, read_query
from metricdsl.testing.cases import Case, read_case_file
from metricdsl.testing.comparing import differences
from metricdsl.testing.engines import Bench
from metricdsl.testing.reference import evaluate

ENTRIES = [entry for _, entries in CHAPTERS for entry in entries]
EXAMPLES = [
    pytest.param(asked, id=f"{entry.name} {n}") for entry in ENTRIES for n, asked in enumerate(entry.examples)
]
# Section 6 of the language, but for what is a definition of the registry.
WORDS = {"top", "today", "period.start", "period.end", "period.length"}


def test_every_function_of_the_language_has_an_entry():
    names = [entry.name for entry in ENTRIES]
    assert len(names) == len(set(names))
    read_by_itself = {*CONTEXT_FUNCTIONS, *ROW_FUNCTIONS, *CONVERSIONS, *WORDS}
    assert set(names) == read_by_itself - set(builtin_registry().functions)
    page = reference_page()
    assert [name for name in names if f"### {name}\n" not in page] == []


def test_every_entry_says_all_of_it():
    for entry in ENTRIES:
        assert all((entry.signature, entry.doc, entry.unit, entry.nulls, entry.edges, entry.examples)), (
            entry.name
        )
        assert entry.signature.startswith(entry.name), entry.name


def case(folder: Path, asked: Asked) -> Case:
    """An example as a case file has it."""
    parts = ["# An example\n", f"```metric\n{shop.DEFINITIONS}```\n"]
    parts += [f"```rows {name}\n{rows}```\n" for name, rows in shop.TABLES.items()]
    parts += [f"## It\n\n```query today={shop.TODAY}\n{asked.query}\n```\n", f"```expect\n{asked.gives}```\n"]
    path = folder / "example.md"
    path.write_text("\n".join(parts), encoding="utf-8")
    return read_case_file(path).cases[0]


@pytest.mark.parametrize("asked", EXAMPLES)
def test_on_the_reference(tmp_path: Path, asked: Asked):
    one = case(tmp_path, asked)
    [step] = one.steps
    documents = [read(SourceFile.of(file.path, file.text)).value for file in one.files]
    query = read_query(SourceFile.of("query", step.query)).value
    found = evaluate(documents, query, one.tables, step.settings)
    assert differences(found.columns, found.rows, step.expect.columns, step.expect.rows) == []


@pytest.mark.parametrize("asked", EXAMPLES)
@pytest.mark.parametrize("engine", ["duckdb", "sqlite"])
def test_on_an_engine(bench: Bench, tmp_path: Path, engine: str, asked: Asked):
    answers(bench, engine, case(tmp_path, asked))


@pytest.mark.postgres
@pytest.mark.parametrize("asked", EXAMPLES)
def test_on_postgres(postgres_bench: Bench, tmp_path: Path, asked: Asked):
    answers(postgres_bench, "postgres", case(tmp_path, asked))


def answers(bench: Bench, engine: str, one: Case):
    [step] = one.steps
    found = bench.ask(engine, one.files, one.tables, step.query, step.settings)
    assert [p.message() for p in found.problems if p.severity.value == "error"] == []
    assert differences(found.columns, found.rows, step.expect.columns, step.expect.rows) == []
