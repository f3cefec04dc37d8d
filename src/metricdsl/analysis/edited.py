"""What an edit of some files touches: the declarations that changed, and whatever says a word that names one of them.

A word may name something else, a column say, as well as what was edited; then more is read again than would be needed,
never less. Where an edit touches what every formula is read against (entities, sources, facets, units, calendars, the
packages that a file uses), all is read again.
"""

from collections.abc import Iterable

from metricdsl.analysis.analysis import Analysis, Retained
from metricdsl.analysis.directory import Contents, Declared, Directory, words_of
from metricdsl.analysis.world import Key
from metricdsl.diagnostics import Severity
from metricdsl.syntax import nodes
from metricdsl.value import frozen

BY_THEMSELVES = {"metric", "segment", "define", "param"}
"""The sorts that are read for themselves, each under its key."""

ASKED_EACH_TIME = {"report", "scorecard", "test", "invariant", "event", "objective"}
"""The sorts that nothing is read against, and that are looked at after all others, each time."""


@frozen
class Edit:
    """The keys whose results may be others now, and what is retained of the rest."""

    touched: frozenset[Key]
    retained: Retained

    def of(self, sort: str, names: Directory) -> list[Declared]:
        """The declarations of a sort that are touched and still there, in the order of their files."""
        touched = {key[-1] for key in self.touched if key[0] == sort}
        return [declared for declared in names.all(sort) if declared.name in touched] if touched else []


def edited(before: Analysis, now: Directory) -> Edit | None:
    """What is to be read again; None where that is everything."""
    old = before.world.directory
    retained = before.retained
    if retained is None or old.packages != now.packages or old.root != now.root:
        return None
    if {name: one.by.name for name, one in old.overridden.items()} != {
        name: one.by.name for name, one in now.overridden.items()
    }:
        return None  # a name means another declaration
    if [d.name for d in now.all("entity")] != [*before.model.entities]:
        return None  # an entity came, went, or stands elsewhere among the others
    then = {one.document.source.path: one for one in old.files}
    here = {one.document.source.path: one for one in now.files}
    if len(then) != len(old.files) or len(here) != len(now.files):
        return None  # one file was read twice
    changed: list[Declared] = []
    renamed = False
    for path in dict.fromkeys((*then, *here)):
        one, other = then.get(path), here.get(path)
        if one is other:
            continue
        if one is not None and other is not None and one.scope != other.scope:
            return None
        changed.extend(_without(one, other))
        changed.extend(_without(other, one))
        renamed = renamed or _names(one) != _names(other)
    if any(_is_everywhere(declared) for declared in changed):
        return None
    touched = _touched(changed, now)
    if touched is None:
        return None
    if renamed:  # what was not known may be now, and what is offered in its place may be another
        touched.update(before.failures)
        touched.update(
            key
            for key, problems in retained.problems.items()
            if any(p.severity is not Severity.HINT for p in problems)
        )
    return None if any(key[0] not in BY_THEMSELVES for key in touched) else Edit(frozenset(touched), retained)


def _is_everywhere(declared: Declared) -> bool:
    """Whether all formulas are read against a declaration."""
    if isinstance(declared.node, nodes.Broken):
        return declared.node.keyword not in BY_THEMSELVES | ASKED_EACH_TIME
    return declared.sort not in BY_THEMSELVES | ASKED_EACH_TIME


def _touched(changed: Iterable[Declared], now: Directory) -> set[Key] | None:
    """The keys of what changed and of all that speaks of it, by whatever ways; None where an entity does."""
    touched: set[Key] = set()
    words: set[str] = set()
    for declared in changed:
        if declared.sort in BY_THEMSELVES:
            touched.add((declared.sort, declared.name))
        if declared.sort in BY_THEMSELVES or declared.sort == "broken":
            of_name = _names_of(declared, now)
            if not of_name:
                return None  # a name of signs alone, in back-quotes
            words |= of_name
    spoken = set[int]()
    fresh = words
    while fresh:
        following: set[str] = set()
        for contents in now.files:
            if contents.words.isdisjoint(fresh):
                continue
            for declared, _ in contents.declared:
                passive = (
                    id(declared) in spoken or declared.sort in ASKED_EACH_TIME or declared.sort == "broken"
                )
                if passive or _said_by(declared).isdisjoint(fresh):
                    continue
                if declared.sort not in BY_THEMSELVES:
                    return None
                spoken.add(id(declared))
                touched.add((declared.sort, declared.name))
                following |= _names_of(declared, now)
        fresh = following - words
        words |= fresh
    return touched


def _names_of(declared: Declared, now: Directory) -> frozenset[str]:
    """The words of a declaration's names: its own, and that of what it stands for."""
    others = (one.original.node.name for one in now.overridden.values() if one.by.name == declared.name)
    return words_of(" ".join((declared.node.name, *others)))


def _said_by(declared: Declared) -> frozenset[str]:
    """The words of a declaration; of an entity without its own stored columns and what it says about itself."""
    node = declared.node
    if not isinstance(node, nodes.EntityDecl):
        return words_of(declared.source.slice(node.span))
    found = set[str]()
    for member in node.members:
        said = words_of(declared.source.slice(member.span))
        match member:
            case nodes.TimeMember() | nodes.DimensionMember() | nodes.FactMember() if member.value is None:
                found |= said - {member.name}
            case nodes.Property() | nodes.Key():
                pass
            case _:
                found |= said
    return frozenset(found)


def _without(one: Contents | None, other: Contents | None) -> list[Declared]:
    """The declarations of a file that are not in its other state."""
    if one is None:
        return []
    there = set() if other is None else {id(declared) for declared, _ in other.declared}
    return [declared for declared, _ in one.declared if id(declared) not in there]


def _names(one: Contents | None) -> list[tuple[str, str, str]]:
    return [] if one is None else [(d.sort, space, d.node.name) for d, space in one.declared]
