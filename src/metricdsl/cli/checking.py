"""What `metric check` and `metric fmt` share: the files of a project, read and checked; safe fixes applied."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from metricdsl.cli.options import Session
from metricdsl.cli.surroundings import open_project
from metricdsl.diagnostics import Problem, Severity
from metricdsl.source import SourceFile
from metricdsl.syntax.nodes import Document

Checked = tuple[Sequence[Problem], Mapping[str, SourceFile], str]


def read_file(path: Path) -> tuple[SourceFile, Document | None, Sequence[Problem]]:
    """A file's text, its document as far as it can be read, and the problems met."""
    from metricdsl.engine.reading import read_path

    return read_path(path)


def definition_files(session: Session) -> list[Path]:
    """The definition files of the project, in order."""
    return list(open_project(session).files)


def check_files(files: Sequence[Path]) -> Checked:
    """Check files that need no project."""
    from metricdsl.engine.reading import check_paths

    problems, sources, model = check_paths(files)
    return problems, sources, fine_words(len(model.metrics), len(files))


def check_project(session: Session, *, live: bool, fix: bool, connection: str) -> Checked:
    """Check a project; with `fix` apply what is safe and check again; with `live` ask the data too."""
    project = open_project(session)
    if fix and apply_safe_fixes(project.problems, project.sources, project.root):
        project = open_project(session)
    problems = project.check_live(connection) if live else project.problems
    return problems, project.sources, fine_words(len(project.model.metrics), len(project.files))


def fine_words(metrics: int, files: int) -> str:
    """The last line: what is fine."""
    return f"{metrics} metric{'s' if metrics != 1 else ''} in {files} file{'s' if files != 1 else ''} can be queried."


def apply_safe_fixes(problems: Sequence[Problem], sources: Mapping[str, SourceFile], root: Path) -> int:
    """Write the safe fixes into the files, the last place of a file first; how many were applied. Edits that overlap an
    earlier one wait for the next run.
    """
    edits = [
        edit
        for problem in problems
        for fix in problem.fixes()[:1]
        if fix.safe and problem.severity in {Severity.ERROR, Severity.WARNING, Severity.HINT}
        for edit in fix.edits
    ]
    applied = 0
    for name in {edit.span.file for edit in edits}:
        text = sources[name].text
        taken = len(text) + 1
        for edit in sorted(
            (e for e in edits if e.span.file == name), key=lambda e: e.span.start, reverse=True
        ):
            if edit.span.end > taken:
                continue
            text = text[: edit.span.start] + edit.text + text[edit.span.end :]
            taken = edit.span.start
            applied += 1
        (root / name).write_text(text, encoding="utf-8", newline="\n")
    return applied
