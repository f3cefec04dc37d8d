"""The answer of the reference evaluator to a generated example."""

from metricdsl.source import SourceFile
from metricdsl.syntax import read, read_query
from metricdsl.testing.generate import Example
from metricdsl.testing.reference import ResultTable, evaluate

BY_ITS_TEXT = ("G415", "T334")
"""Periods that do not fit are refused by the text alone; the reference evaluator refuses them in a cell, so not where no row leads to one. So are
conditions that nothing meets, which it evaluates."""


def answer(example: Example) -> ResultTable:
    """What must come out. Generated examples are well-typed, so a problem here is one of the generator or the reader."""
    documents = [read(file) for file in example.files]
    query = read_query(SourceFile.of("query", example.asked.text))
    problems = [p for outcome in (*documents, query) for p in outcome.problems]
    assert not problems, [f"{p.code} {p.message()}" for p in problems]
    return evaluate([d.value for d in documents], query.value, example.tables, example.settings)
