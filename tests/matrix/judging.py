"""What comes of a cell of the grid: the answers of engines and of the reference evaluator, compared."""

import re
from collections.abc import Sequence
from datetime import date
from functools import cache
from pathlib import Path

from attrs import frozen

from metricdsl.diagnostics import Severity, catalogue
from metricdsl.engine.answering import QUERY
from metricdsl.source import SourceFile
from metricdsl.syntax import nodes, read, read_query
from metricdsl.testing.cases import Case, read_case_file
from metricdsl.testing.comparing import differences
from metricdsl.testing.engines import Bench
from metricdsl.testing.reference import Refused, ResultTable, Settings, evaluate
from tests.matrix.grid import Cell, definitions

SHOP = Path(__file__).parent / "shop.md"
AGREES, REFUSED, DIFFERS, UNJUDGED = "agrees", "refused", "differs", "unjudged"


@frozen
class Verdict:
    """What came of a cell: whether the engines agree, its code where it is refused, else what differs."""

    outcome: str
    said: str = ""


def explained(code: str) -> bool:
    """Whether the page of a code says why with numbers: what would come out by one reading and by another."""
    _, _, why = (catalogue()[code].__doc__ or "").partition("## Why")
    return len(re.findall(r"\d+", why.partition("## Example")[0])) >= 2


@cache
def shop() -> Case:
    """The tables, and the definitions of the entities."""
    return read_case_file(SHOP).cases[0]


@cache
def files() -> tuple[SourceFile, ...]:
    """The definitions, with the metrics of all constructs."""
    return (SourceFile.of("shop.metric", f"{shop().files[0].text}\n{definitions()}"),)


@cache
def documents() -> tuple[nodes.Document, ...]:
    """The definitions, read."""
    read_ = [read(file) for file in files()]
    problems = [problem for one in read_ for problem in one.problems]
    assert not problems, [problem.message() for problem in problems]
    return tuple(one.value for one in read_)


def judged(cell: Cell, bench: Bench, engines: Sequence[str]) -> Verdict:
    """What comes of a cell on some engines."""
    settings = Settings(today=date.fromisoformat(cell.today))
    wanted = _wanted(cell, settings)
    for engine in engines:
        got = bench.ask(engine, files(), shop().tables, cell.query, settings)
        errors = [problem for problem in got.problems if problem.severity is Severity.ERROR]
        if errors and not got.columns:
            here = [problem for problem in errors if problem.span is None or problem.span.file == QUERY]
            said = (here or errors)[0]  # not one of another metric's
            if said.code.startswith("X") or engine != engines[0]:  # not refused, but not taken by an engine
                return Verdict(DIFFERS, f"{engine}: {said.code} {said.message()}")
            return Verdict(REFUSED, said.code)
        if isinstance(wanted, Refused):
            return Verdict(UNJUDGED, wanted.reason)
        found = differences(got.columns, got.rows, wanted.columns, wanted.rows)
        if found:
            return Verdict(DIFFERS, f"{engine}: {found[0]}")
    return Verdict(AGREES)


def _wanted(cell: Cell, settings: Settings) -> ResultTable | Refused:
    query = read_query(SourceFile.of("query", cell.query))
    assert query.value is not None, cell.query
    try:
        return evaluate(documents(), query.value, shop().tables, settings)
    except Refused as refused:
        return refused
