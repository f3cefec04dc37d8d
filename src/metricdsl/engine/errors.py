"""The exceptions that the library lets out. Both carry problems; everything else that is raised is a fault of ours."""

from collections.abc import Mapping, Sequence

from metricdsl.diagnostics import Problem
from metricdsl.source import SourceFile


class ProjectError(Exception):
    """The project file itself cannot be used."""

    def __init__(self, problems: Sequence[Problem], sources: Mapping[str, SourceFile]) -> None:
        super().__init__("; ".join(f"{p.code}: {p.message()}" for p in problems))
        self.problems = tuple(problems)
        self.sources = dict(sources)


class QueryError(Exception):
    """A query that is wrong, or that could not be answered."""

    def __init__(self, problems: Sequence[Problem], sources: Mapping[str, SourceFile] | None = None) -> None:
        super().__init__("; ".join(f"{p.code}: {p.message()}" for p in problems))
        self.problems = tuple(problems)
        self.sources = dict(sources or {})
