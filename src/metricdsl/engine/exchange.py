"""Definitions taken over from other formats, and written in them, each time with a report of what was left out."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from attrs import evolve

from metricdsl.analysis import resolve
from metricdsl.diagnostics import Problem, Severity
from metricdsl.diagnostics.problems.named_functions import CannotImport, NotTakenOver
from metricdsl.engine.errors import QueryError
from metricdsl.engine.reading import read_text
from metricdsl.execution.shown import printable
from metricdsl.model.semantic_model import SemanticModel
from metricdsl.model.settings import Settings
from metricdsl.plugins import builtin_registry
from metricdsl.plugins.named_functions import Entry, call_function, failed
from metricdsl.source import SourceFile, Span
from metricdsl.spi.exchange import CannotRead, Declaration, Exported, Imported, Loss, ToExport
from metricdsl.syntax import format_document
from metricdsl.value import frozen

MOST = 100_000
"""How many declarations and losses an importer may give."""
MOST_OF_A_SOURCE = 20_000_000
"""How large a file may be for places in it to be shown."""
NAME = "imported.metric"


@frozen(kw_only=True)
class Exchange:
    """A text, what it has, and what was left out of it."""

    text: str
    taken: tuple[str, ...]
    losses: tuple[Loss, ...]

    def report(self, of: str) -> dict[str, object]:
        """The report for machines."""
        left_out = [
            {
                "what": loss.what,
                "why": loss.why,
                "instead": loss.instead or None,
                "file": loss.file or None,
                "line": loss.line,
            }
            for loss in self.losses
        ]
        return {"format": of, "taken": list(self.taken), "left_out": left_out}


def imported(entry: Entry, paths: Sequence[Path]) -> Exchange:
    """What an importer makes of files: definitions that check without an error. Raises QueryError."""
    try:
        called = call_function(entry, tuple(paths), through=(CannotRead,))
    except CannotRead as error:
        raise QueryError((CannotImport(file=error.file, why=error.why, instead=error.instead),)) from error
    given: Any = called.value
    if called.problems:
        raise QueryError(called.problems)
    why = _wrong_import(given)
    if why:
        raise QueryError((failed(entry, why),))
    kept, losses = _what_checks(given.declarations)
    text = _laid_out([one.text for one in kept])
    # A name of a file may have a line's end in it, and what stands behind that would be a declaration.
    names = ", ".join(printable(path.name or path.resolve().name) for path in paths)
    about = f"# Taken over by {entry.full_name} from {names}.\n\n"
    return Exchange(
        text=about + text if kept else "",
        taken=tuple(one.what for one in kept),
        losses=tuple(sorted((*given.losses, *losses), key=lambda loss: (loss.file, loss.line or 0))),
    )


def exported(entry: Entry, project: str, model: SemanticModel, metrics: Sequence[str]) -> Exchange:
    """What an exporter makes of metrics. Raises QueryError."""
    called = call_function(entry, ToExport(project=project, model=model, metrics=tuple(metrics)))
    given: Any = called.value
    if called.problems:
        raise QueryError(called.problems)
    why = _wrong_export(given, metrics)
    if why:
        raise QueryError((failed(entry, why),))
    told = {loss.name for loss in given.losses}
    # Nothing gets lost without a word, also where an exporter forgets to say it.
    silent = [
        Loss(what=f"metric {name}", why=f"{entry.full_name} does not say why", name=name)
        for name in metrics
        if name not in given.metrics and name not in told
    ]
    return Exchange(text=given.text, taken=tuple(given.metrics), losses=(*given.losses, *silent))


def told(
    losses: Sequence[Loss], model: SemanticModel | None = None
) -> tuple[tuple[Problem, ...], Mapping[str, SourceFile]]:
    """The losses as problems with their places, and the files that these are in, as far as they can be read."""
    sources: dict[str, SourceFile] = {}
    problems = []
    for loss in losses:
        metric = None if model is None else model.metrics.get(loss.name)
        span = _place(loss, sources) if metric is None else metric.span
        where = "" if span is not None or not loss.file else f" of {loss.file}"
        problems.append(NotTakenOver(what=loss.what + where, why=loss.why, instead=loss.instead, span=span))
    return tuple(problems), sources


def _place(loss: Loss, sources: dict[str, SourceFile]) -> Span | None:
    if not loss.file or not loss.line:
        return None
    if loss.file not in sources:
        path = Path(loss.file)
        try:
            small = path.stat().st_size <= MOST_OF_A_SOURCE
            text = path.read_text(encoding="utf-8") if small else ""
        except (OSError, UnicodeDecodeError):
            text = ""
        sources[loss.file] = SourceFile.of(loss.file, text)
    source = sources[loss.file]
    if loss.line > len(source.line_starts) or not source.text:
        return None
    start = source.line_starts[loss.line - 1]
    line = source.line(loss.line)
    return Span(loss.file, start + len(line) - len(line.lstrip()), start + max(1, len(line.rstrip())))


def _wrong_import(given: object) -> str:
    match given:
        case Imported(declarations=tuple() | list() as made, losses=tuple() | list() as lost):
            if len(made) + len(lost) > MOST:
                return f"it gave more than {MOST:,} declarations and losses"
            if not all(map(_is_declaration, made)):
                return "its `declarations` must be Declaration values"
            return "" if all(map(_is_loss, lost)) else "its `losses` must be Loss values"
        case Imported():
            return "the fields of its Imported have other types than they should"
        case _:
            return f"it gave a {type(given).__name__} where an Imported belongs"


def _wrong_export(given: object, asked: Sequence[str]) -> str:
    match given:
        case Exported(text=str(), metrics=tuple() | list() as names, losses=tuple() | list() as lost):
            if not all(map(_is_loss, lost)):
                return "its `losses` must be Loss values"
            other = [name for name in names if name not in asked]
            return f"it says that it has {other[0]}, which was not asked for" if other else ""
        case Exported():
            return "the fields of its Exported have other types than they should"
        case _:
            return f"it gave a {type(given).__name__} where an Exported belongs"


def _is_declaration(given: object) -> bool:
    match given:
        case Declaration(what=str(), text=str(), file=str(), line=int() | None):
            return True
        case _:
            return False


def _is_loss(given: object) -> bool:
    match given:
        case Loss(what=str(), why=str(), instead=str(), file=str(), line=int() | None, name=str()):
            return True
        case _:
            return False


def _what_checks(declarations: Sequence[Declaration]) -> tuple[list[Declaration], list[Loss]]:
    """The declarations that check together, and the others, each with what is wrong with it."""
    losses: list[Loss] = []
    kept: list[Declaration] = []
    for one in declarations:
        read = read_text(NAME, one.text)
        errors = [problem for problem in read.problems if problem.severity is Severity.ERROR]
        if errors:
            losses.append(_lost(one, errors[0]))
        elif len(read.value.declarations) != 1 or read.value.package:
            losses.append(_lost(one, None))
        else:
            kept.append(one)
    while True:
        wrong = dict(_wrong(kept))
        if not wrong:
            return kept, losses
        losses += [_lost(kept[at], problem) for at, problem in wrong.items()]
        kept = [one for at, one in enumerate(kept) if at not in wrong]


def _wrong(declarations: Sequence[Declaration]) -> Iterator[tuple[int, Problem]]:
    """The places of declarations that do not check, each with its first error."""
    starts: list[int] = []
    length = 0
    for one in declarations:
        starts.append(length)
        length += len(one.text) + 1
    read = read_text(NAME, "\n".join(one.text for one in declarations))
    resolved = resolve([read.value], builtin_registry(), None, Settings())
    found: dict[int, Problem] = {}
    for problem in (*read.problems, *resolved.problems):
        if problem.severity is Severity.ERROR:
            # An error without a place is of all of them: the last is taken for it, so that an end is reached.
            at = len(starts) - 1 if problem.span is None else bisect_right(starts, problem.span.start) - 1
            found.setdefault(at, problem)
    yield from found.items()


def _lost(one: Declaration, problem: Problem | None) -> Loss:
    told = Loss(what=one.what, why="it is not one declaration", file=one.file, line=one.line)
    if problem is None:
        return told
    fixes = problem.fixes()
    return evolve(
        told,
        why=f"{problem.message()} ({problem.code})",
        instead=fixes[0].title if fixes and not fixes[0].edits else "",
    )


def _laid_out(texts: Sequence[str]) -> str:
    read = read_text(NAME, "\n\n".join(texts) + "\n")
    return format_document(read.value).rstrip("\n") + "\n"
