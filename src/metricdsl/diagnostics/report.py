"""Problems as text: for people, for machines, for the places that read builds."""

import json
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Any

from metricdsl.diagnostics.problem import Edit, Fix, Problem, Severity
from metricdsl.diagnostics.report_full import full
from metricdsl.source import SourceFile, Span

Sources = Mapping[str, SourceFile]


class Style(Enum):
    """The ways to show problems."""

    FULL = "full"
    CONCISE = "concise"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"


def render(
    problems: Iterable[Problem],
    sources: Sources | Iterable[SourceFile],
    style: Style | str,
    *,
    colour: bool = False,
) -> str:
    """The problems in their order, as text that ends with a line end (nothing at all where there is no problem to tell).

    `sources` are the texts that spans point into, as a mapping by path or one after another; a problem whose text is
    not among them is shown without an excerpt.
    """
    found = tuple(problems)
    texts = sources if isinstance(sources, Mapping) else {source.path: source for source in sources}
    match Style(style):
        case Style.FULL:
            return "".join(full(problem, texts, colour=colour) + "\n" for problem in found)
        case Style.CONCISE:
            return "".join(_concise(problem, texts) + "\n" for problem in found)
        case Style.JSON:
            return json.dumps(as_json(found, texts), ensure_ascii=False, indent=2) + "\n"
        case Style.SARIF:
            return json.dumps(as_sarif(found, texts), ensure_ascii=False, indent=2) + "\n"
        case Style.GITHUB:
            return "".join(_github(problem, texts) + "\n" for problem in found)


def _where(span: Span | None, texts: Sources) -> tuple[int, int, int, int] | None:
    """Line, column, end line and end column of a place, from 1, the end column behind the last character."""
    if span is None or span.file not in texts:
        return None
    source = texts[span.file]
    return (*source.position(span.start), *source.position(span.end))


# ---------------------------------------------------------------- one line each


def _concise(problem: Problem, texts: Sources) -> str:
    place = ""
    if problem.span is not None:
        at = _where(problem.span, texts)
        place = f"{problem.span.file}:{at[0]}:{at[1]}: " if at else f"{problem.span.file}: "
    return f"{place}{problem.severity.value}[{problem.code}] {_flat(problem.message())}"


def _flat(text: str) -> str:
    return " ".join(text.split())


_GITHUB_LEVEL = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "notice"}


def _github(problem: Problem, texts: Sources) -> str:
    told: dict[str, Any] = {}
    if problem.span is not None:
        told["file"] = problem.span.file
        at = _where(problem.span, texts)
        if at:
            told |= {"line": at[0], "endLine": at[2], "col": at[1]}
            if at[0] == at[2]:
                told["endColumn"] = at[3]
    told["title"] = f"{problem.code} {problem.slug}"
    properties = ",".join(f"{key}={_escaped(str(value), ',:')}" for key, value in told.items())
    said = "\n".join(filter(None, [problem.message(), problem.reason(), *(f.title for f in problem.fixes())]))
    return f"::{_GITHUB_LEVEL[problem.severity]} {properties}::{_escaped(said)}"


def _escaped(text: str, more: str = "") -> str:
    """Text in the escapes of a workflow command."""
    for character in "%\r\n" + more:
        text = text.replace(character, f"%{ord(character):02X}")
    return text


# ---------------------------------------------------------------- for machines


def as_json(problems: Sequence[Problem], texts: Sources) -> list[dict[str, Any]]:
    """The problems as plain data."""
    return [
        {
            "code": problem.code,
            "name": problem.slug,
            "severity": problem.severity.value,
            "message": problem.message(),
            "reason": problem.reason(),
            "label": problem.label(),
            **_json_place(problem.span, texts),
            "used": None if problem.by_use is None else _json_place(problem.by_use, texts),
            "fixes": [
                {
                    "title": fix.title,
                    "safe": fix.safe,
                    "edits": [{**_json_place(edit.span, texts), "text": edit.text} for edit in fix.edits],
                }
                for fix in problem.fixes()
            ],
        }
        for problem in problems
    ]


def _json_place(span: Span | None, texts: Sources) -> dict[str, Any]:
    at = _where(span, texts) or (None, None, None, None)
    return {
        "file": span.file if span else None,
        "line": at[0],
        "column": at[1],
        "end_line": at[2],
        "end_column": at[3],
    }


_SARIF_LEVEL = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.HINT: "note"}


def as_sarif(problems: Sequence[Problem], texts: Sources) -> dict[str, Any]:
    """The problems as a SARIF 2.1.0 log."""
    classes = {problem.code: type(problem) for problem in problems}
    codes = sorted(classes)
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {"name": "metricdsl", "rules": [_sarif_rule(classes[code]) for code in codes]}
                },
                "columnKind": "unicodeCodePoints",
                "results": [_sarif_result(problem, codes.index(problem.code), texts) for problem in problems],
            }
        ],
    }


def _sarif_rule(cls: type[Problem]) -> dict[str, Any]:
    page = cls.__doc__ or ""
    return {
        "id": cls.code,
        "name": cls.slug,
        "shortDescription": {"text": page.strip().split("\n")[0]},
        "help": {"text": f"metric explain {cls.code}"},
        "defaultConfiguration": {"level": _SARIF_LEVEL[cls.severity]},
    }


def _sarif_result(problem: Problem, index: int, texts: Sources) -> dict[str, Any]:
    said: dict[str, Any] = {
        "ruleId": problem.code,
        "ruleIndex": index,
        "level": _SARIF_LEVEL[problem.severity],
        "message": {"text": " ".join(filter(None, [problem.message(), problem.reason()]))},
    }
    if problem.span is not None:
        physical: dict[str, Any] = {"artifactLocation": {"uri": _uri(problem.span.file)}}
        region = _sarif_region(problem.span, texts)
        if region:
            physical["region"] = region
        said["locations"] = [{"physicalLocation": physical}]
    fixes = [_sarif_fix(fix, texts) for fix in problem.fixes() if fix.edits]
    if fixes and all(edit.span.file in texts for fix in problem.fixes() for edit in fix.edits):
        said["fixes"] = fixes
    return said


def _sarif_fix(fix: Fix, texts: Sources) -> dict[str, Any]:
    files = dict.fromkeys(edit.span.file for edit in fix.edits)
    return {
        "description": {"text": fix.title},
        "artifactChanges": [
            {
                "artifactLocation": {"uri": _uri(file)},
                "replacements": [
                    _sarif_replacement(edit, texts) for edit in fix.edits if edit.span.file == file
                ],
            }
            for file in files
        ],
    }


def _sarif_replacement(edit: Edit, texts: Sources) -> dict[str, Any]:
    return {"deletedRegion": _sarif_region(edit.span, texts), "insertedContent": {"text": edit.text}}


def _sarif_region(span: Span, texts: Sources) -> dict[str, int] | None:
    at = _where(span, texts)
    return at and {"startLine": at[0], "startColumn": at[1], "endLine": at[2], "endColumn": at[3]}


def _uri(path: str) -> str:
    """A path as a relative reference: forward slashes, and the few characters escaped that would not be a path there."""
    plain = path.replace("\\", "/")
    return "".join(c if c not in ' %?#[]<>"`{}|^' else f"%{ord(c):02X}" for c in plain)
