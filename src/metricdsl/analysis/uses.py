"""Where a `define` is used by what has a problem in its body: the mistake may be in the body, or in what it was given."""

from collections.abc import Iterator, Sequence

import attrs

from metricdsl.analysis.directory import Declared, Directory, Scope, inside
from metricdsl.diagnostics import Problem
from metricdsl.source import Span
from metricdsl.syntax import nodes


def with_uses(
    directory: Directory,
    problems: Sequence[Problem],
    written: nodes.Node,
    scope: Scope,
    place: Span | None = None,
) -> list[Problem]:
    """The problems of something written, those in the body of a define with the call that led there.

    Where several calls lead there, it is `place`: which of them is meant is not known.
    """
    return [_with_use(directory, problem, written, scope, place) for problem in problems]


def _with_use(
    directory: Directory, problem: Problem, written: nodes.Node, scope: Scope, place: Span | None
) -> Problem:
    span = problem.span
    if span is None or problem.by_use is not None or inside(span, written.span):
        return problem
    body = next((d for d in directory.all("define") if inside(span, d.node.span)), None)
    if body is None:
        return problem
    found = [call.span for call in _calls(written) if _leads(directory, call, scope, body, ())]
    used = found[0] if len(found) == 1 or (found and place is None) else place if found else None
    return problem.used_at(used) if used is not None else problem


def _leads(
    directory: Directory, call: nodes.Call, scope: Scope, body: Declared, seen: tuple[str, ...]
) -> bool:
    """Whether a call is of a define, or of one that is made of it."""
    found = directory.lookup(scope, call.function.split("."))
    if not isinstance(found, tuple) or found[0].sort != "define" or found[0].name in seen:
        return False
    declared = found[0]
    if declared.name == body.name:
        return True
    inner = _calls(declared.node)
    return any(_leads(directory, one, declared.scope, body, (*seen, declared.name)) for one in inner)


def _calls(here: object) -> Iterator[nodes.Call]:
    """The calls in something written, the outer ones first."""
    if isinstance(here, tuple):
        for part in here:
            yield from _calls(part)
    elif isinstance(here, nodes.Node):
        if isinstance(here, nodes.Call):
            yield here
        for field in attrs.fields(type(here)):
            yield from _calls(getattr(here, field.name))
