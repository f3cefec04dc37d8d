"""Looks for a database that satisfies the model and breaks a law, and shows the smallest it can find."""

from collections.abc import Iterator, Mapping, Sequence
from random import Random
from time import monotonic
from typing import TYPE_CHECKING

from attrs import field

from metricdsl.adapters.duckdb import DuckDBAdapter
from metricdsl.analysis import Analysis
from metricdsl.diagnostics import Problem, Severity
from metricdsl.engine.in_memory import memory, without_scopes
from metricdsl.engine.verifying.bench import Bench, bench
from metricdsl.engine.verifying.databases import made_up
from metricdsl.engine.verifying.implied import implied_laws
from metricdsl.engine.verifying.laws import Answer, Law, declared_law
from metricdsl.engine.verifying.shapes import Database, Shapes
from metricdsl.engine.verifying.shrinking import shrunk
from metricdsl.model.request import Context
from metricdsl.spi.adapter import AdapterError
from metricdsl.spi.values import ResultColumn
from metricdsl.syntax import nodes
from metricdsl.value import frozen

if TYPE_CHECKING:
    from metricdsl.engine.opened import Opened

SIZES = (1, 2, 4, 6)
"""The most rows of a table: first few, then more."""
EXAMPLES = 100


@frozen(kw_only=True)
class Counterexample:
    """A database that breaks a law: its tables by entity, the question, and what it gives there."""

    tables: Mapping[str, Answer]
    asked: str
    answer: Answer


@frozen(kw_only=True)
class Verified:
    """What came of a law: in how many databases it held, or what it could not be tried for, or where it fails.

    `beyond` is a database in which it fails by month, where it claims the total alone.
    """

    title: str
    databases: int = 0
    problems: tuple[Problem, ...] = ()
    failure: Counterexample | None = None
    beyond: Counterexample | None = None
    declared: bool = True

    @property
    def held(self) -> bool:
        """Whether no database was found that breaks it."""
        return not self.problems and self.failure is None


@frozen(kw_only=True)
class Effort:
    """How hard to look: the same seed makes up the same databases; `until` is a reading of the monotonic clock."""

    seed: int = 0
    examples: int = EXAMPLES
    until: float | None = None

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return self.until is not None and monotonic() >= self.until


@frozen(kw_only=True)
class _Trial:
    opened: "Opened"
    analysis: Analysis = field(repr=False)
    context: Context
    effort: Effort
    adapter: DuckDBAdapter


def verify(
    opened: "Opened", context: Context, names: Sequence[str] = (), effort: Effort | None = None
) -> Iterator[Verified]:
    """What comes of each invariant, then of each law that the types imply, of those that `names` name where any are given."""
    effort = effort or Effort()
    analysis = without_scopes(opened)
    unnamed = analysis.world.directory.unnamed
    declared = [declared_law(one, one.node) for one in unnamed if isinstance(one.node, nodes.InvariantDecl)]
    laws = [law for law in (*declared, *implied_laws(analysis)) if _chosen(law, names)]
    adapter = memory(opened.settings.timezone)
    trial = _Trial(opened=opened, analysis=analysis, context=context, effort=effort, adapter=adapter)
    try:
        for number, law in enumerate(laws):
            if effort.over:
                return
            found = _verified(trial, law, f"l{number}")
            if found is not None:
                yield found
    finally:
        adapter.close()


def _chosen(law: Law, names: Sequence[str]) -> bool:
    return not names or any(name in law.about or name in law.title for name in names)


def _verified(trial: _Trial, law: Law, schema: str) -> Verified | None:
    """What came of a law; None of one that types imply and that cannot be asked."""
    made = bench(law, trial.analysis, trial.opened.registry, trial.context, trial.adapter, schema)
    if made.value is None:
        problems = _own_problems(law, trial.opened.problems) or made.problems
        return Verified(title=law.title, problems=problems) if law.declared else None
    try:
        tried, failure = _search(made.value, law, trial.effort)
        beyond = None
        if law.wider is not None and failure is None:
            wider = bench(
                law.wider, trial.analysis, trial.opened.registry, trial.context, trial.adapter, f"{schema}m"
            )
            if wider.value is not None:
                _, beyond = _search(wider.value, law.wider, trial.effort)
    except AdapterError as error:
        return Verified(title=law.title, problems=(error.problem,), declared=law.declared)
    return Verified(title=law.title, databases=tried, failure=failure, beyond=beyond, declared=law.declared)


def _own_problems(law: Law, problems: Sequence[Problem]) -> tuple[Problem, ...]:
    """The errors among some problems that lie in the text of a law: what it is asked as would name others."""
    errors = [p for p in problems if p.severity is Severity.ERROR]
    return tuple(
        p for p in errors if law.span is not None and p.span is not None and p.span.to(law.span) == law.span
    )


def _search(there: Bench, law: Law, effort: Effort) -> tuple[int, Counterexample | None]:
    """How many databases were tried, and the smallest found that breaks the law."""
    random = Random(f"{effort.seed} {law.title}")
    tried = 0
    for number in range(effort.examples):
        if effort.over:
            break
        most = SIZES[min(number * len(SIZES) // effort.examples, len(SIZES) - 1)]
        database: Database = made_up(there.shapes, most if number else 0, random)
        if not there.satisfies_model(database):
            continue
        tried += 1
        if there.broken(database) is not None:
            return tried, _smallest(there, law, database)
    return tried, None


def _smallest(there: Bench, law: Law, database: Database) -> Counterexample:
    database = shrunk(database, there.shapes, there.breaks)
    answer = there.broken(database)
    assert answer is not None, "what was shrunk still breaks the law"
    return Counterexample(tables=_shown(database, there.shapes), asked=law.asked, answer=answer)


def _shown(database: Database, shapes: Shapes) -> dict[str, Answer]:
    return {
        name: Answer(tuple(ResultColumn(name=n, type=t) for n, t in shapes.tables[name].types.items()), rows)
        for name, rows in database.items()
    }
