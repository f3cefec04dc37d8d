"""Definitions read into documents, each by itself."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from attrs import field

from metricdsl.diagnostics import Outcome, Problem
from metricdsl.diagnostics.problems.data import UnreadableFile
from metricdsl.engine.config import MOST_BYTES
from metricdsl.engine.definition_files import DefinitionBytes
from metricdsl.model.semantic_model import SemanticModel
from metricdsl.model.settings import Settings
from metricdsl.source import SourceFile
from metricdsl.syntax import read_bytes
from metricdsl.syntax.nodes import Document
from metricdsl.value import frozen


@frozen(kw_only=True)
class Definitions:
    """The documents of a project, their texts by name, and what is wrong with them; and for each file what was read."""

    documents: tuple[Document, ...] = ()
    sources: Mapping[str, SourceFile] = field(factory=dict)
    problems: tuple[Problem, ...] = ()
    files: Mapping[str, tuple[bytes, Outcome[Document]]] = field(factory=dict, repr=False)

    def holds(self, found: DefinitionBytes) -> bool:
        """Whether these are the files, to the byte."""
        return len(self.files) == len(found.files) and self.unread(found) == 0

    def unread(self, found: DefinitionBytes) -> int:
        """How many of the files are not those that were read."""
        known = self.files
        named = zip(found.files, found.digests, strict=True)
        return sum(1 for (_, name, _), digest in named if name not in known or known[name][0] != digest)


def read_definitions(found: DefinitionBytes, limit: int, before: Definitions | None = None) -> Definitions:
    """The documents in the bytes; a file that cannot be read at all is a problem, and the others are read.

    A file whose bytes are what they were `before` is not read again.
    """
    known = {} if before is None else before.files
    files: dict[str, tuple[bytes, Outcome[Document]]] = {}
    for (_, name, data), digest in zip(found.files, found.digests, strict=True):
        kept = known.get(name)
        fresh = kept is None or kept[0] != digest
        if kept is None or fresh:
            read = read_bytes(name, data, limit, None if kept is None else kept[1])
            kept = digest, _of_plugin(read, name, found.owners[name]) if name in found.owners else read
        files[name] = kept
    outcomes = [outcome for _, outcome in files.values()]
    documents = tuple(outcome.value for outcome in outcomes)
    return Definitions(
        documents=documents,
        sources={document.source.path: document.source for document in documents},
        problems=(*found.problems, *(problem for outcome in outcomes for problem in outcome.problems)),
        files=files,
    )


def _of_plugin(read: Outcome[Document], name: str, plugin: str) -> Outcome[Document]:
    """A document of a pack; nothing of one that declares names outside of its plugin's package."""
    from metricdsl.diagnostics.problems.packs import PackOutsideItsPackage

    package = read.value.package
    if package == plugin or package.startswith(f"{plugin}."):
        return read
    if read.problems and not read.value.declarations:  # nothing of it could be read: that is what is wrong
        return read
    problem = PackOutsideItsPackage(plugin=plugin, file=name.partition(":")[2], package=package)
    return Outcome(Document(source=read.value.source, declarations=()), (problem,))


def read_path(path: Path, limit: int = MOST_BYTES) -> tuple[SourceFile, Document | None, Sequence[Problem]]:
    """A file outside of any project: its text, its document as far as it can be read, its problems."""
    try:
        data = path.read_bytes()
    except OSError as error:
        problem = UnreadableFile(path=str(path), why="it cannot be opened", detail=str(error))
        return SourceFile(str(path), ""), None, (problem,)
    outcome = read_bytes(str(path), data, limit)
    return outcome.value.source, outcome.value, outcome.problems


def check_paths(paths: Sequence[Path]) -> tuple[tuple[Problem, ...], Mapping[str, SourceFile], SemanticModel]:
    """Files checked together, with no project around them."""
    from metricdsl.analysis import resolve
    from metricdsl.analysis.ordered import ordered
    from metricdsl.plugins import builtin_registry

    documents: list[Document] = []
    problems: list[Problem] = []
    sources: dict[str, SourceFile] = {}
    for path in paths:
        source, document, said = read_path(path)
        sources[source.path] = source
        problems.extend(said)
        if document is not None:
            documents.append(document)
    outcome = resolve(documents, builtin_registry(), None, Settings())
    return ordered((*problems, *outcome.problems)), sources, outcome.value.model


def read_text(name: str, text: str) -> Outcome[Document]:
    """A document from a text in memory."""
    from metricdsl.syntax import read

    return read(SourceFile.of(name, text))
