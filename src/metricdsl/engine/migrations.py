"""What brings a file from one version of the language to the next: see docs/decisions/0021-migrations.md."""

from collections.abc import Callable, Mapping, Sequence

from metricdsl.diagnostics import Edit, Outcome
from metricdsl.source import SourceFile

LANGUAGE = 1
"""The version of the language that is read."""

Migration = Callable[[SourceFile], Outcome[Sequence[Edit]]]
"""The edits that keep a file's meaning in the next version, and where none does."""

MIGRATIONS: Mapping[int, Migration] = {}
"""By the version that each starts from. There is none before the first."""


def migrated(file: SourceFile, version: int) -> Outcome[SourceFile | None]:
    """A file in the version that is read, step by step; None where some place of it cannot keep its meaning."""
    for step in range(version, LANGUAGE):
        found = MIGRATIONS[step](file)
        if found.problems:
            return Outcome(None, found.problems)
        text = file.text
        for edit in sorted(found.value, key=lambda one: one.span.start, reverse=True):
            text = text[: edit.span.start] + edit.text + text[edit.span.end :]
        file = SourceFile.of(file.path, text)
    return Outcome(file)


def can_migrate(version: int) -> bool:
    """Whether every step from a version to the one that is read is known."""
    return all(step in MIGRATIONS for step in range(version, LANGUAGE))
