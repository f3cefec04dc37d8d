"""What comes of a question on all engines, beside the reference evaluator."""

import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date

from attrs import frozen

from metricdsl.diagnostics import Severity
from metricdsl.engine.answering import QUERY
from metricdsl.plan import build
from metricdsl.source import SourceFile
from metricdsl.syntax import nodes, read_query
from metricdsl.testing.comparing import differences
from metricdsl.testing.engines import Bench
from metricdsl.testing.reference import Refused, ResultTable, Settings, Table, evaluate
from tools.campaign.shapes import shape

AGREES, REFUSED, DIFFERS, GIVEN_UP = "agrees", "refused", "differs", "given up"
PATIENCE = 30
"""Seconds after which a question is given up: the reference evaluator may take long over levels within levels."""


@frozen
class Came:
    """What came of a question: `said` is the code of a refusal, or what differs and where."""

    outcome: str
    said: str = ""
    comparisons: int = 0
    shape: str = ""


@frozen(kw_only=True)
class Asked:
    """A question with all that it is asked of."""

    files: tuple[SourceFile, ...]
    documents: tuple[nodes.Document, ...]
    tables: Mapping[str, Table]
    query: str
    today: str

    @property
    def settings(self) -> Settings:
        return Settings(today=date.fromisoformat(self.today))

    def wanted(self) -> ResultTable | Refused:
        """What must come out."""
        query = read_query(SourceFile.of("query", self.query))
        assert query.value is not None, self.query
        try:
            return evaluate(self.documents, query.value, self.tables, self.settings)
        except Refused as refused:
            return refused


def came(asked: Asked, bench: Bench, engines: Sequence[str]) -> Came:
    """What comes of a question."""
    rung: list[bool] = []
    try:
        with _within(PATIENCE, rung):
            found = _came(asked, bench, engines)
    except TimeoutError:
        return Came(GIVEN_UP)
    except Exception as error:  # noqa: BLE001 - a fault of ours is a finding too, and the campaign goes on
        return Came(DIFFERS, f"{type(error).__name__}: {error}")
    return Came(GIVEN_UP) if rung else found  # a driver may have made a problem of the alarm


def _came(asked: Asked, bench: Bench, engines: Sequence[str]) -> Came:
    wanted: ResultTable | Refused | None = None
    compared = 0
    for engine in engines:
        got = bench.ask(engine, asked.files, asked.tables, asked.query, asked.settings)
        errors = [problem for problem in got.problems if problem.severity is Severity.ERROR]
        if errors and not got.columns:
            here = [problem for problem in errors if problem.span is None or problem.span.file == QUERY]
            told = (here or errors)[0]
            if compared or told.code.startswith("X"):  # not refused, but not taken by an engine
                return Came(DIFFERS, f"{engine}: {told.code} {told.message()}")
            return Came(REFUSED, told.code)
        wanted = asked.wanted() if wanted is None else wanted
        if isinstance(wanted, Refused):
            return Came(DIFFERS, f"the reference evaluator refuses: {wanted.reason}")
        found = differences(got.columns, got.rows, wanted.columns, wanted.rows)
        if found:
            return Came(DIFFERS, f"{engine}: {found[0]}")
        compared += 1
    request = bench.request(engines[0], asked.files, asked.tables, asked.query, asked.settings)
    return Came(AGREES, comparisons=compared, shape="" if request is None else shape(build(request)))


@contextmanager
def _within(seconds: int, rung: list[bool]) -> Iterator[None]:
    """Raise TimeoutError in the middle of what takes longer, and say so in `rung`."""

    def ring(*_: object) -> None:
        rung.append(True)
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
