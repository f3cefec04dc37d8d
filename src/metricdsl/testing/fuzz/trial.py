"""What must hold for any text: it is read, formatted, resolved and asked, and every problem has its place and its words."""

from collections.abc import Sequence
from datetime import date

from metricdsl.analysis import Analysis, resolve, resolve_request
from metricdsl.diagnostics import Problem, Severity
from metricdsl.model.request import Context
from metricdsl.model.settings import Settings
from metricdsl.registry import Registry
from metricdsl.source import SourceFile
from metricdsl.sql import compile_request
from metricdsl.syntax import format_document, nodes, read, read_bytes, read_query

DAY = date(2026, 6, 30)
CONTEXT = Context(today=DAY, timezone="UTC", week_start=1, currency="USD")
ASKED = 2  # metrics of a text that are asked: each question costs as much as all the rest


class Fault(Exception):  # noqa: N818 - it is what was looked for
    """What does not hold, in a sentence."""


def try_bytes(data: bytes, registry: Registry, turn: int = 0) -> int:
    """How many problems the bytes of a definition file have. Raises Fault, or whatever a stage should never have raised."""
    outcome = read_bytes("fuzz.metric", data)
    document = outcome.value
    sources = {document.source.path: document.source}
    _check(outcome.problems, sources)
    formatted = format_document(document)
    again = read(SourceFile.of("formatted.metric", formatted))
    if again.value != document:
        raise Fault("what was formatted is read as something else")
    if format_document(again.value) != formatted:
        raise Fault("formatting twice is not formatting once")
    found = resolve([document], registry, None, Settings(today=DAY), outcome.problems)
    _check(found.problems, sources)
    wrong = {
        p.span.start for p in (*outcome.problems, *found.problems) if p.span and p.severity is Severity.ERROR
    }
    metrics = [d for d in document.declarations if isinstance(d, nodes.MetricDecl) and d.name]
    for at in range(min(ASKED, len(metrics))):
        one = metrics[(turn + at) % len(metrics)]
        right = not any(one.span.start <= place < one.span.end for place in wrong)
        _ask(one, document.package, found.value, registry, right=right)
    return len(outcome.problems) + len(found.problems)


def _ask(one: nodes.MetricDecl, package: str, analysis: Analysis, registry: Registry, *, right: bool) -> None:
    """Ask a metric alone and by a period: what is accepted compiles, or is refused with its reason."""
    for by in ("", " by month"):
        name = f"{package}.{one.name}" if package else one.name
        quoted = ".".join(f"`{part}`" for part in name.split("."))
        source = SourceFile.of("query", quoted + by)
        query = read_query(source)
        _check(query.problems, {"query": source})
        if query.value is None:
            continue
        asked = resolve_request(analysis, query.value, "", CONTEXT)
        _check(asked.problems, {"query": source, **_texts(analysis)})
        if asked.value is None:
            if not asked.failed:
                raise Fault(f"{one.name}{by} is refused without a problem")
            continue
        if right or not asked.failed:
            compiled = compile_request(asked.value, registry, "duckdb", None, guards=False)
            _check(compiled.problems, {"query": source, **_texts(analysis)})
            if compiled.value is None and not compiled.failed:
                raise Fault(f"{one.name}{by} has no SQL and no problem")


def _texts(analysis: Analysis) -> dict[str, SourceFile]:
    """The files of the declarations that a query may speak of."""
    names = analysis.world.directory
    every = (d for space in names.spaces.values() for package in space.values() for d in package.values())
    return {declared.source.path: declared.source for declared in every}


def _check(problems: Sequence[Problem], sources: dict[str, SourceFile]) -> None:
    """Each problem has a code, a sentence, a place inside its text, and fixes that can be put in."""
    for problem in problems:
        said = f"{problem.code} {problem.message()} {problem.label()} {problem.reason()}"
        if problem.span is None:
            raise Fault(f"a problem without a place: {said}")
        source = sources.get(problem.span.file)
        if source is None:
            raise Fault(f"a problem in no file of these ({problem.span.file}): {said}")
        if not 0 <= problem.span.start <= problem.span.end <= len(source.text):
            raise Fault(f"a problem outside of its text: {said}")
        for fix in problem.fixes():
            if not fix.title:
                raise Fault(f"a fix without words: {said}")
            for edit in fix.edits:
                text = sources.get(edit.span.file)
                if text is None or not 0 <= edit.span.start <= edit.span.end <= len(text.text):
                    raise Fault(f"a fix outside of the text: {said}")
