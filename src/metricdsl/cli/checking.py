"""What `metric check` and `metric fmt` share: the files of a project, read and checked; safe fixes applied."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from metricdsl.cli.options import Session
from metricdsl.cli.surroundings import find_folder, open_project, opened, project_around
from metricdsl.diagnostics import Problem, Severity
from metricdsl.source import SourceFile
from metricdsl.syntax.nodes import Document

if TYPE_CHECKING:
    from metricdsl.engine.at_hand import AtHand
    from metricdsl.engine.project import Project
    from metricdsl.model.semantic_model import SemanticModel

ENDING = ".metric"
MOST_ROUNDS = 10
"""How often safe fixes are put in: one may uncover the next, as `WHERE … AND` does, and none may go on for ever."""
Checked = tuple[Sequence[Problem], Mapping[str, SourceFile], str]


def read_file(path: Path) -> tuple[SourceFile, Document | None, Sequence[Problem]]:
    """A file's text, its document as far as it can be read, and the problems met."""
    from metricdsl.engine.reading import read_path

    return read_path(path)


def definition_files(session: Session) -> list[Path]:
    """The definition files of the project, in order."""
    return list(open_project(session).files)


def named_files(paths: Sequence[Path]) -> list[Path]:
    """The definition files that were named: files as they are, of a folder all that lie in it.

    A folder without any raises `click.UsageError`.
    """
    found: list[Path] = []
    for path in paths:
        inside = sorted(path.rglob(f"*{ENDING}")) if path.is_dir() else [path]
        if not inside:
            raise click.UsageError(f"There is no {ENDING} file in {path}.")
        found.extend(file for file in inside if file not in found)
    return found


def check_files(
    session: Session, paths: Sequence[Path], *, live: bool, fix: bool, connection: str | None
) -> Checked:
    """Check some files. Those of the project around are checked with all of it, and only their problems told; others
    stand alone.
    """
    from metricdsl.engine.reading import check_paths

    files = named_files(paths)
    folder = project_around(session)
    if folder is not None:
        project = open_project(session, folder)
        ours = {path.resolve(): path.relative_to(project.root).as_posix() for path in project.files}
        if all(file.resolve() in ours for file in files):
            names = {ours[file.resolve()] for file in files}
            return check_project(
                session, live=live, fix=fix, connection=connection, only=names, project=project
            )
    if live:
        raise click.UsageError(
            "`--live` looks at the data of a project: name files that belong to one, or none."
        )
    problems, sources, model = check_paths(files)
    rounds = 0
    while fix and rounds < MOST_ROUNDS and apply_safe_fixes(problems, sources, Path()):
        problems, sources, model = check_paths(files)
        rounds += 1
    return problems, sources, fine_words(len(model.metrics), len(files))


def check_project(
    session: Session,
    *,
    live: bool,
    fix: bool,
    connection: str | None,
    only: Collection[str] | None = None,
    project: "Project | None" = None,
) -> Checked:
    """Check a project, and what its files of data serve; with `fix` apply what is safe and check again; with `live` ask the
    data too; of `only` these files.
    """
    from metricdsl.analysis.ordered import ordered
    from metricdsl.engine.at_hand import not_at_hand
    from metricdsl.engine.errors import QueryError
    from metricdsl.engine.managing import DEFAULT

    project = project or (_migrated(session) if fix else open_project(session))
    rounds = 0
    while (
        fix
        and rounds < MOST_ROUNDS
        and apply_safe_fixes(told(project.problems, only), project.sources, project.root)
    ):
        project = open_project(session, project.root)
        rounds += 1
    names = project.sources if only is None else only
    files = len(project.files) if only is None else len(only)
    fine = fine_words(metrics_in(project.model, names), files)
    if live:
        return told(ours(project, project.check_live(connection or DEFAULT)), only), project.sources, fine
    try:
        looks = project.at_hand(connection)
    except QueryError as error:
        return told(ordered((*project.problems, *error.problems)), only), project.sources, fine
    lacking = not_at_hand(looks, project.owners, project.model.metrics.values())
    problems = ordered((*ours(project, project.problems), *lacking))
    said = told_apart(looks, len(project.model.metrics)) if only is None else []
    return told(problems, only), project.sources, "\n".join([fine, *said])


def _migrated(session: Session) -> "Project":
    """The project, its files brought to the version of the language that is read where they are in an older one."""
    from metricdsl.engine.errors import ProjectError

    folder = find_folder(session)
    try:
        return opened(session, folder)
    except ProjectError as error:
        apply_safe_fixes(error.problems, error.sources, folder)
    return open_project(session, folder)


def told_apart(looks: "Sequence[AtHand]", metrics: int) -> Iterator[str]:
    """A line for each connection that does not serve all metrics, or that was not looked at."""
    for look in looks:
        if look.left:
            yield (
                f"`{look.connection}` was not looked at: {look.left}."
                f" `metric check --live --connection {look.connection}` looks at it."
            )
        elif look.problems:
            yield f"`{look.connection}` serves {metrics - len(look.problems)} of {metrics}."


def ours(project: "Project", problems: Sequence[Problem]) -> Sequence[Problem]:
    """The problems without the hints about what plugins ship, which the project cannot change."""
    return [
        problem
        for problem in problems
        if problem.severity is not Severity.HINT
        or problem.span is None
        or problem.span.file not in project.owners
    ]


def told(problems: Sequence[Problem], only: Collection[str] | None) -> Sequence[Problem]:
    """The problems that lie in these files, or nowhere."""
    return [p for p in problems if only is None or p.span is None or p.span.file in only]


def metrics_in(model: "SemanticModel", names: Collection[str]) -> int:
    """How many metrics these files declare."""
    return sum(metric.span is not None and metric.span.file in names for metric in model.metrics.values())


def fine_words(metrics: int, files: int) -> str:
    """The last line: what is fine."""
    return f"{metrics} metric{'s' if metrics != 1 else ''} in {files} file{'s' if files != 1 else ''} can be queried."


def apply_safe_fixes(problems: Sequence[Problem], sources: Mapping[str, SourceFile], root: Path) -> int:
    """Write the safe fixes into the files, the last place of a file first; how many were applied. Edits that overlap an
    earlier one wait for the next round. What a plugin ships is no file of the project, and stays as it is.
    """
    edits = [
        edit
        for problem in problems
        for fix in problem.fixes()[:1]
        if fix.safe and problem.severity in {Severity.ERROR, Severity.WARNING, Severity.HINT}
        for edit in fix.edits
        if (root / edit.span.file).is_file()
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
            text = edit.made_in(text)
            taken = edit.span.start
            applied += 1
        (root / name).write_text(text, encoding="utf-8", newline="\n")
    return applied
