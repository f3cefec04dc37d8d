"""What is declared where, and what a name means in a file."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence

from attrs import evolve, field

from metricdsl.analysis.absent_plugins import absent_plugins, told_of_its_plugin
from metricdsl.analysis.file_heads import heads
from metricdsl.analysis.function_names import callable_by_name, written_aggregations
from metricdsl.analysis.shadowing import shadowing
from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problems.packages import UnknownPackage
from metricdsl.diagnostics.problems.shared_names import DeclaredTwice, LookAlikeNames, ShadowedName
from metricdsl.registry import Registry
from metricdsl.source import SourceFile, Span, Unread, present
from metricdsl.syntax import nodes
from metricdsl.syntax.names import without_joiners
from metricdsl.value import frozen

NAMES, SOURCES, REPORTS, FACETS = "names", "sources", "reports", "facets"
OBJECTIVES, RATES, CALENDARS = "objectives", "rates", "calendars"
SORTS = {
    nodes.MetricDecl: ("metric", NAMES),
    nodes.EntityDecl: ("entity", NAMES),
    nodes.SegmentDecl: ("segment", NAMES),
    nodes.DefineDecl: ("define", NAMES),
    nodes.SourceDecl: ("source", SOURCES),
    nodes.ReportDecl: ("report", REPORTS),
    nodes.FacetDecl: ("facet", FACETS),
    nodes.ParamDecl: ("param", NAMES),
    nodes.UnitDecl: ("unit", NAMES),
    nodes.ScorecardDecl: ("scorecard", REPORTS),
    nodes.ObjectiveDecl: ("objective", OBJECTIVES),
    nodes.RatesDecl: ("rates", RATES),
    nodes.CalendarDecl: ("calendar", CALENDARS),
}
UNNAMED = {
    nodes.GoalDecl: "goal",
    nodes.BaselineDecl: "baseline",
    nodes.InvariantDecl: "invariant",
    nodes.EventDecl: "event",
    nodes.PolicyDecl: "policy",
    nodes.RequireDecl: "require",
}
SPACE_OF_KEYWORD = {space_of[0]: space_of[1] for space_of in SORTS.values()}
WORD = re.compile(r"[^\W\d]\w*")
TIME_WORDS = ("second", "minute", "hour", "day", "week", "month", "quarter", "year")


@frozen
class Scope:
    """Whose names count in a file: those of its package, then of the packages it uses; `aliases` are from `use … as`.

    `everywhere` is the scope of a query at the root of a project: any package's name will do, if only one has it.
    """

    package: str = ""
    uses: tuple[str, ...] = ()
    aliases: Mapping[str, str] = field(factory=dict)
    everywhere: bool = False
    missing: tuple[Problem, ...] = ()  # packages that are used and not there: what is unknown may be theirs

    @property
    def incomplete(self) -> bool:
        """Whether a package that is used is not there."""
        return bool(self.missing)


@frozen(eq=False)
class Declared:
    """A declaration with its qualified name. A broken one has the sort "broken": uses of its name are not reported."""

    name: str
    sort: str
    _node: nodes.Declaration | Unread
    scope: Scope
    source: SourceFile = field(repr=False)
    repeated: DeclaredTwice | None = field(
        default=None, repr=False
    )  # another one has its name: none is meant by it

    says: frozenset[str] = field(
        init=False, repr=False
    )  # the words of its properties, those of texts with their languages besides

    @says.default
    def _says(self) -> frozenset[str]:
        properties: Sequence[nodes.Property] = getattr(self.node, "properties", ())
        texts = [(p.word, v.language) for p in properties for v in p.values if isinstance(v, nodes.Label)]
        labelled = ["label"] if getattr(self.node, "label", None) is not None else []
        spoken = [f"{word} {language}" for word, language in texts if language]
        return frozenset([*(p.word for p in properties), *spoken, *labelled])

    @property
    def node(self) -> nodes.Declaration:
        """What is declared."""
        return present(self._node)

    def text(self, span: Span) -> str:
        """What is written at a place of its file, white space made one."""
        return " ".join(self.source.slice(span).split())


@frozen(eq=False)
class Overridden:
    """A declaration of a package and the project's that stands in its place; where that is said."""

    original: Declared
    by: Declared
    span: Span


@frozen(eq=False)
class Contents:
    """The declarations of one file, each with the space of its name ("" where it has none)."""

    document: nodes.Document = field(repr=False)
    scope: Scope
    declared: tuple[tuple[Declared, str], ...]
    words: frozenset[str] = field(repr=False)
    repeated: tuple[Problem, ...] = ()  # a `package` or `use` that stands in it twice


@frozen
class Clash:
    """A name that several used packages have."""

    candidates: tuple[str, ...]


Names = Mapping[str, Mapping[str, Declared]]  # package → name → declaration


@frozen(eq=False)
class Directory:
    """All declarations by space, package and name, and the tests apart."""

    spaces: Mapping[str, Names]
    packages: frozenset[str]
    tests: tuple[Declared, ...] = ()
    unnamed: tuple[
        Declared, ...
    ] = ()  # goals, invariants, events, policies (broken ones too), requirements, as in their files
    root: Mapping[str, Scope] = field(factory=dict)  # package → the scope of a query in it
    files: tuple[Contents, ...] = ()
    by_sort: Mapping[str, tuple[Declared, ...]] = field(factory=dict)
    clean: bool = False  # whether nothing was wrong with the names
    overridden: Mapping[str, Overridden] = field(factory=dict)  # by the full name of the original
    absent: Mapping[str, str] = field(factory=dict)  # the plugins that are not there, and why
    _bindings: dict[tuple[str, str], list[Declared]] = field(factory=dict, init=False, repr=False)

    def all(self, sort: str) -> Sequence[Declared]:
        """The declarations of a sort, in the order of their files."""
        return self.by_sort.get(sort, ())

    def named(self, qualified: str, space: str = NAMES) -> Declared | None:
        """The declaration of a qualified name."""
        package, _, name = qualified.rpartition(".")
        return self.spaces[space].get(package, {}).get(name)

    def lookup(
        self, scope: Scope, parts: Sequence[str], space: str = NAMES
    ) -> tuple[Declared, int] | Clash | None:
        """What the beginning of a dotted name means, and how many parts that took.

        A name that is declared twice means nothing: what it stands for is broken, as if it could not be read.
        """
        found = self._found(scope, parts, space)
        if isinstance(found, tuple) and found[0].repeated is not None:
            return evolve(found[0], sort="broken"), found[1]
        return found

    def _found(self, scope: Scope, parts: Sequence[str], space: str) -> tuple[Declared, int] | Clash | None:
        names = self.spaces[space]
        first = parts[0]
        own = names.get(scope.package, {}).get(first)
        if own is not None:
            return own, 1
        found = _different(used[first] for package in scope.uses if first in (used := names.get(package, {})))
        if len(found) == 1:
            return found[0], 1
        if found:
            return Clash(tuple(sorted(d.name for d in found)))
        if len(parts) > 1:
            alias = scope.aliases.get(first)
            if alias is not None:
                behind = names.get(alias, {}).get(parts[1])
                if behind is not None:
                    return behind, 2
            for size in range(len(parts) - 1, 0, -1):
                qualified = names.get(".".join(parts[:size]), {}).get(parts[size])
                if qualified is not None:
                    return qualified, size + 1
        if scope.everywhere:
            found = _different(package[first] for package in names.values() if first in package)
            if len(found) == 1:
                return found[0], 1
            if found:
                return Clash(tuple(sorted(d.name for d in found)))
        return None

    def binding(self, package: str, name: str) -> Sequence[Declared]:
        """The sources of a name in files of other packages that use a package, in the order of the files."""
        if not self._bindings:
            self._bindings["", ""] = []  # worked out, though there may be none
            for contents in self.files:
                scope = contents.scope
                used = dict.fromkeys((*scope.uses, *scope.aliases.values()))
                sources = (
                    [one.node.name for one, space in contents.declared if space == SOURCES] if used else []
                )
                for source in sources:
                    known = self.lookup(Scope(scope.package), (source,), SOURCES)
                    assert isinstance(known, tuple), "a package has its own names"
                    for other in used:
                        found = self._bindings.setdefault((other, source), [])
                        if all(known[0].name != one.name for one in found):
                            found.append(known[0])
        return self._bindings.get((package, name), ())

    def visible(self, scope: Scope, *sorts: str, space: str = NAMES) -> Iterable[str]:
        """The names that can be used as they are in a scope, for near names."""
        names = self.spaces[space]
        packages = names if scope.everywhere else (scope.package, *scope.uses)
        for package in packages:
            for name, declared in names.get(package, {}).items():
                if not sorts or declared.sort in sorts:
                    yield name

    def scope_of_query(self, package: str) -> Scope:
        """The scope of a query asked in a package."""
        return self.root.get(package) or Scope(package, everywhere=not package)


def directory(
    documents: Sequence[nodes.Document],
    registry: Registry,
    before: Directory | None = None,
    misread: Sequence[Problem] = (),
) -> tuple[Directory, tuple[Problem, ...]]:
    """All declarations by name; duplicates and look-alikes are problems: the first of them is read, and no name leads to it.

    `misread` are the problems met in reading: of a `use` that could not be read, what is unknown may be its package's.

    What stands in a file as it stood `before` is the same object again, so that what has changed can be told.
    """
    problems: list[Problem] = []
    spaces: dict[str, dict[str, dict[str, Declared]]] = {space: {} for _, space in SORTS.values()}
    folded: dict[tuple[str, str, str], str] = {}
    tests: list[Declared] = []
    unnamed: list[Declared] = []
    uses: dict[str, dict[str, None]] = {}
    aliases: dict[str, dict[str, str]] = {}
    documents = sorted(documents, key=lambda d: d.source.path)
    packages = frozenset(d.package for d in documents)
    absent = absent_plugins(registry, misread)
    known = {} if before is None else {one.document.source.path: one for one in before.files}
    files: list[Contents] = []
    for document in documents:
        kept = known.get(document.source.path)
        same = before is not None and kept is not None and kept.document is document
        if kept is not None and before is not None and same and packages == before.packages:
            files.append(kept)
        else:
            files.append(_contents(document, _scope(document, packages, misread, absent), kept))
        problems.extend((*files[-1].scope.missing, *files[-1].repeated))
    if before is not None and not problems and (made := _replaced(before, packages, files)) is not None:
        return made, ()
    for contents in files:
        package, scope = contents.document.package, contents.scope
        uses.setdefault(package, {}).update(dict.fromkeys(scope.uses))
        aliases.setdefault(package, {}).update(scope.aliases)
        for declared, space in contents.declared:
            node, sort = declared.node, declared.sort
            if sort == "test":
                tests.append(declared)
                continue
            if not space:
                unnamed.append(declared)
                continue
            names = spaces[space].setdefault(package, {})
            first = names.get(node.name)
            if first is not None:
                if "broken" not in {first.sort, sort}:
                    twice = DeclaredTwice(
                        name=node.name,
                        sort=sort,
                        first_sort=first.sort,
                        first=first.node.name_span,
                        span=node.name_span,
                    )
                    problems.append(twice)
                    names[node.name] = evolve(first, repeated=first.repeated or twice)
                continue
            if sort == "define" and _is_function(registry, node.name):
                problems.append(ShadowedName(name=node.name, span=node.name_span))
            other = folded.setdefault((space, package, fold(node.name)), node.name)
            if other != node.name:
                problems.append(LookAlikeNames(name=node.name, other=other, span=node.name_span))
            names[node.name] = declared
    problems.extend(shadowing((one.scope for one in files), spaces))
    root = {
        package: Scope(package, tuple(uses[package]), aliases[package], everywhere=not package)
        for package in packages | {""}
        if package in uses
    }
    by_sort: dict[str, list[Declared]] = {}
    for space_ in spaces.values():
        for names in space_.values():
            for declared in names.values():
                by_sort.setdefault(declared.sort, []).append(declared)
    made = Directory(
        spaces,
        packages,
        tuple(tests),
        tuple(unnamed),
        root,
        tuple(files),
        {sort: tuple(all_) for sort, all_ in by_sort.items()},
        clean=not problems,
        absent=absent,
    )
    return made, tuple(problems)


def _different(found: Iterable[Declared]) -> list[Declared]:
    """The declarations, each once: what overrides another has that one's name too."""
    return list({id(declared): declared for declared in found}.values())


def _replaced(before: Directory, packages: frozenset[str], files: Sequence[Contents]) -> Directory | None:
    """The directory after an edit that leaves all names and their sorts as they were; None where it does not."""
    if (
        not before.clean
        or before.overridden
        or packages != before.packages
        or len(files) != len(before.files)
    ):
        return None
    new: dict[int, Declared] = {}
    spaces: dict[str, dict[str, Mapping[str, Declared]]] = {
        space: dict(names) for space, names in before.spaces.items()
    }
    copied: set[tuple[str, str]] = set()
    sorts: set[str] = set()
    for old, now in zip(before.files, files, strict=True):
        if old is now:
            continue
        if old.document.source.path != now.document.source.path or old.scope != now.scope:
            return None
        if [_name(one) for one in old.declared] != [_name(one) for one in now.declared]:
            return None
        package = now.document.package
        for (one, space), (other, _) in zip(old.declared, now.declared, strict=True):
            if one is other:
                continue
            if "overrides" in other.says:
                return None
            new[id(one)] = other
            if not space:
                continue
            if (space, package) not in copied:
                copied.add((space, package))
                spaces[space][package] = dict(spaces[space][package])
            names = spaces[space][package]
            assert isinstance(names, dict), "it was copied"
            if names.get(one.node.name) is one:
                names[one.node.name] = other
                sorts.add(one.sort)

    def renewed(every: Iterable[Declared]) -> tuple[Declared, ...]:
        return tuple([new.get(id(one), one) for one in every])

    by_sort = {sort: renewed(all_) if sort in sorts else all_ for sort, all_ in before.by_sort.items()}
    tests, unnamed = renewed(before.tests), renewed(before.unnamed)
    return Directory(spaces, packages, tests, unnamed, before.root, tuple(files), by_sort, clean=True)


def _name(one: tuple[Declared, str]) -> tuple[str, str, str]:
    declared, space = one
    return declared.sort, space, declared.name


def _contents(document: nodes.Document, scope: Scope, before: Contents | None) -> Contents:
    """The declarations of a file; those that stand where they stood, in the same words, are the same objects."""
    stood: dict[Span, list[tuple[Declared, str]]] = {}
    if before is not None and before.scope == scope:
        if before.document is document:
            return before
        for one in before.declared:
            stood.setdefault(one[0].node.span, []).append(one)
    declared: list[tuple[Declared, str]] = []
    for node in document.declarations:
        kept = stood.get(node.span, ())
        if kept and kept[0][0].source.slice(node.span) == document.source.slice(node.span):
            declared.extend(kept)
        else:
            declared.extend(_declared(document, scope, node))
    return Contents(document, scope, tuple(declared), words_of(document.source.text), heads(document))


def _declared(
    document: nodes.Document, scope: Scope, node: nodes.Declaration
) -> Iterator[tuple[Declared, str]]:
    """A declaration under its names: none, one, or for a broken one perhaps two."""
    source = document.source
    if isinstance(node, nodes.TestDecl):
        yield Declared(node.name, "test", node, scope, source), ""
        return
    if type(node) in UNNAMED:
        yield Declared(node.name, UNNAMED[type(node)], node, scope, source), ""
        return
    if isinstance(node, nodes.Broken):
        if node.keyword == "policy" or near(node.keyword, ("policy",)):
            yield Declared(node.name, "broken", node, scope, source), ""
        sort, space = "broken", SPACE_OF_KEYWORD.get(node.keyword, NAMES)
    else:
        sort, space = SORTS.get(type(node), ("", ""))
    if sort and node.name:
        qualified = f"{document.package}.{node.name}" if document.package else node.name
        yield Declared(qualified, sort, node, scope, source), space


def words_of(text: str) -> frozenset[str]:
    """All words of a text that may be names or parts of quoted ones, those of comments and texts included."""
    return frozenset(WORD.findall(text if text.isascii() else unicodedata.normalize("NFC", text)))


def inside(inner: Span, outer: Span) -> bool:
    """Whether a place lies within another."""
    return inner.file == outer.file and outer.start <= inner.start and inner.end <= outer.end


def _is_function(registry: Registry, name: str) -> bool:
    """Whether formulas call a function by this name: operators, written with a sign, leave theirs free."""
    return callable_by_name(registry, name) or name in written_aggregations(registry)


def fold(name: str) -> str:
    """What a name looks like: two names with one look are taken for one another."""
    return name.lower() if name.isascii() else unicodedata.normalize("NFKC", without_joiners(name)).casefold()


def _scope(
    document: nodes.Document,
    packages: frozenset[str],
    misread: Sequence[Problem],
    absent: Mapping[str, str],
) -> Scope:
    """The scope of a file."""
    uses: dict[str, None] = {}
    aliases: dict[str, str] = {}
    missing: list[Problem] = []
    written = {(node.name, node.alias) for node in document.declarations if isinstance(node, nodes.UseDecl)}
    for node in document.declarations:
        if isinstance(node, nodes.UseDecl):
            if node.name not in packages:
                others = packages - {"", document.package}
                close = near(node.name, (p for p in others if (p, node.alias) not in written))
                unknown = UnknownPackage(name=node.name, near=close, span=node.name_span)
                missing.append(told_of_its_plugin(unknown, absent))
            elif node.alias is not None:
                aliases[node.alias] = node.name
            elif node.name != document.package:
                uses[node.name] = None
        elif isinstance(node, nodes.Broken) and node.keyword == "use":
            missing += [p for p in misread if p.span is not None and inside(p.span, node.span)]
            if node.name in packages:
                uses[node.name] = None
    return Scope(document.package, tuple(uses), aliases, missing=tuple(missing))
