"""What is declared and used by nothing in its own project.

A metric is what is asked for, and so is never unused; nor is a calendar, by whose periods questions ask. What a pack brings is there for whoever takes it. A name counts as used
wherever the word stands, be it in a comment: rather no hint than a wrong one.
"""

import re
from collections.abc import Iterator

from metricdsl.analysis.directory import SOURCES, Clash, Contents, Declared, Directory, words_of
from metricdsl.analysis.holidays import place_of
from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.problems.declarations import UnusedDeclaration
from metricdsl.syntax import nodes

SORTS = ("define", "segment", "param", "unit")
OF_PACKS = ":"  # behind the name of the plugin, in the path of a file of its pack


def unused(directory: Directory) -> Iterator[Problem]:
    """Hints at declarations that nothing uses."""
    files = {one.document.source.path: one for one in directory.files}
    overriding = {one.by.name for one in directory.overridden.values()}
    for sort in SORTS:
        for declared in directory.all(sort):
            if OF_PACKS in declared.source.path or _multiple(declared.node) or declared.name in overriding:
                continue
            if not _mentioned(files, declared):
                yield UnusedDeclaration(sort=sort, name=declared.node.name, span=declared.node.name_span)
    read = set(_sources_read(directory))
    meant = {
        (one.node.source or one.node.name): one.scope.package
        for one in directory.all("entity")
        if isinstance(one.node, nodes.EntityDecl) and one.scope.package
    }
    for declared in directory.all("source"):
        if OF_PACKS not in declared.source.path and declared.name not in read:
            name, span = declared.node.name, declared.node.name_span
            yield UnusedDeclaration(sort="source", name=name, package=meant.get(name, ""), span=span)


def _sources_read(directory: Directory) -> Iterator[str]:
    """The sources that something is from, as it knows them: one of another package that it does not use is none of its."""
    for sort in ("entity", "rates", "calendar"):
        for one in directory.all(sort):
            for table in _tables(one.node):
                match directory.lookup(one.scope, table.split("."), SOURCES):
                    case Clash(candidates=candidates):
                        yield from candidates
                    case (found, _):
                        yield found.name
                    case None:
                        pass


def _tables(node: nodes.Declaration) -> tuple[str, ...]:
    """What stands behind `from`, where a source may be meant."""
    match node:
        case nodes.EntityDecl(source=source, name=name):
            return (source or name,)
        case nodes.RatesDecl(origin=origin) | nodes.CalendarDecl(origin=str() as origin):
            return (origin,)
        case nodes.CalendarDecl() if (place := place_of(node)) is not None:
            return (".".join(place.parts[:-1]),)
        case _:
            return ()


def _multiple(node: nodes.Declaration) -> bool:
    """Whether it is a unit of a measure of several, `kilogram = 1000 gram`: they are declared together, for whatever is to come."""
    return isinstance(node, nodes.UnitDecl) and node.multiple is not None


def _mentioned(files: dict[str, Contents], declared: Declared) -> bool:
    """Whether the name stands anywhere but in its own declaration."""
    name, path = declared.node.name, declared.source.path
    said = words_of(name)  # a name with marks, or in back-quotes, is several
    if any(said <= one.words for other, one in files.items() if other != path):
        return True
    own = declared.node.span
    text = declared.source.text
    word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    return bool(word.search(text, 0, own.start) or word.search(text, own.end))
