"""What is declared and used by nothing in its own project.

A metric is what is asked for, and so is never unused; nor is a calendar, by whose periods questions ask. What a pack brings is there for whoever takes it. A name counts as used
wherever the word stands, be it in a comment: rather no hint than a wrong one.
"""

import re
from collections.abc import Iterator

from metricdsl.analysis.bindings import Bindings, of_pack, source_of
from metricdsl.analysis.directory import Clash, Contents, Declared, Directory, words_of
from metricdsl.analysis.holidays import place_of
from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.problems.declarations import UnusedDeclaration
from metricdsl.syntax import nodes

SORTS = ("define", "segment", "param", "unit")


def unused(directory: Directory) -> Iterator[Problem]:
    """Hints at declarations that nothing uses."""
    files = {one.document.source.path: one for one in directory.files}
    overriding = {one.by.name for one in directory.overridden.values()}
    for sort in SORTS:
        for declared in directory.all(sort):
            if of_pack(declared) or _multiple(declared.node) or declared.name in overriding:
                continue
            if not _mentioned(files, declared):
                yield UnusedDeclaration(sort=sort, name=declared.node.name, span=declared.node.name_span)
    read = set(_sources_read(directory))
    meant = {table: one.scope.package for one, table in _reading(directory) if one.scope.package}
    for declared in directory.all("source"):
        if not of_pack(declared) and declared.name not in read:
            name, span = declared.node.name, declared.node.name_span
            package = meant.get(name, "")
            bound = package in {*declared.scope.uses, *declared.scope.aliases.values()}
            yield UnusedDeclaration(sort="source", name=name, package=package, before=bound, span=span)


def _reading(directory: Directory) -> Iterator[tuple[Declared, str]]:
    """What has rows, each with the names of the tables that it reads."""
    for sort in ("entity", "rates", "calendar"):
        for one in directory.all(sort):
            for table in _tables(one.node):
                yield one, table


def _sources_read(directory: Directory) -> Iterator[str]:
    """The sources that something is from: of its own package, of one that it uses, of one that uses its package."""
    for one, table in _reading(directory):
        match source_of(directory, one.scope, table):
            case Clash(candidates=candidates):
                yield from candidates
            case Bindings(sources=sources):
                yield from (source.name for source in sources)
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
    text = files[
        path
    ].document.source.text  # as it is now: a declaration that was kept knows the text that it was read in
    word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)")
    return bool(word.search(text, 0, own.start) or word.search(text, own.end))
