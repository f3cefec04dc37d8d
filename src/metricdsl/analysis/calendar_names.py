"""Periods of declared calendars, `fiscal.year`, put into names as the grains that they are."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from attrs import evolve, fields

from metricdsl.analysis.directory import CALENDARS, Declared, Directory, Scope
from metricdsl.analysis.period_tables import table_of_periods
from metricdsl.model.calendar import GRAINS
from metricdsl.model.year_rule import AHEAD, WEEKDAYS, WEEKS, YearRule
from metricdsl.syntax import nodes
from metricdsl.value import frozen


@frozen(kw_only=True)
class PeriodName(nodes.Name):
    """A name that ends in a period of a calendar: its last part is the grain that is meant, its text is what was written."""

    written: tuple[str, ...]

    @property
    def text(self) -> str:
        """As written."""
        return ".".join(self.written)


def bare_grain(node: nodes.Expr | None) -> str | None:
    """The grain that stands by itself: `month`, `fiscal.month`."""
    if isinstance(node, nodes.Name) and len(node.parts) == 1 and node.parts[0] in GRAINS:
        return node.parts[0]
    return None


def year_rule(declared: nodes.CalendarDecl) -> YearRule | None:
    """The rule of a calendar's years; None where it has none or a wrong one, which is reported where it stands."""
    year, weeks = declared.year, None if declared.quarter is None else declared.quarter.weeks
    if declared.origin is not None or year is None or (weeks and weeks not in WEEKS):
        return None
    if year.weekday is None:
        return None if weeks else YearRule(year.month, year.day)
    if year.weekday not in WEEKDAYS:
        return None
    return YearRule(
        year.month, year.day, WEEKDAYS.index(year.weekday) + 1, AHEAD[year.rule or "nearest"], weeks
    )


@frozen
class CalendarNames:
    """Puts grains into what is written, by the calendars that there are; `taken` are the names of each package that mean
    something else, `seen` the packages that each can lead to.
    """

    directory: Directory
    taken: Mapping[str, AbstractSet[str]]
    seen: Mapping[str, AbstractSet[str]]
    entities: frozenset[str] = frozenset()

    def documents(self, documents: Sequence[nodes.Document]) -> tuple[nodes.Document, ...]:
        """All documents with grains in place of the periods of calendars."""
        scopes = {id(d.node): d.scope for d in _all(self.directory)}
        return tuple([self._document(document, scopes) for document in documents])

    def _document(self, document: nodes.Document, scopes: dict[int, Scope]) -> nodes.Document:
        known = (scopes[id(node)] for node in document.declarations if id(node) in scopes)
        scope = next(known, self.directory.scope_of_query(document.package))
        declarations = tuple([self.within(node, scope) for node in document.declarations])
        return evolve(document, declarations=declarations)

    def within(self, node: Any, scope: Scope) -> Any:
        """A tree with grains in it; itself where there are none."""
        return _named_anew(node, lambda name: self._named(name, scope))

    def _named(self, name: nodes.Name, scope: Scope) -> nodes.Name:
        """`order.ordered_on.fiscal.year`: whatever stands in front is the time that it is the period of."""
        *before, part = name.parts
        for at in range(len(before)):
            found = self.calendar(before[at:], scope)
            if found is None or not isinstance(found.node, nodes.CalendarDecl):
                continue
            rule = year_rule(found.node) or table_of_periods(found, self.entities)
            if rule is not None and part in rule.parts:
                grain = rule.grain(found.node.name, part)  # one grain, however its calendar is named
                return PeriodName(parts=(*before[:at], grain), written=name.parts, span=name.span)
        return name

    def calendar(self, parts: Sequence[str], scope: Scope) -> Declared | None:
        """The calendar that is called so."""
        if any(parts[0] in self.taken[package] for package in self._around(scope)):
            return None
        found = self.directory.lookup(scope, parts, CALENDARS)
        if not isinstance(found, tuple) or found[1] < len(parts):
            return None
        return found[0]

    def _around(self, scope: Scope) -> Iterable[str]:
        """The packages whose names may stand in a file: its own, those that it uses, and those that these lead to."""
        if scope.everywhere:
            return self.taken
        near = {scope.package, *scope.uses, *scope.aliases.values()}
        return {far for package in near for far in (package, *self.seen.get(package, ()))} & self.taken.keys()


def as_written(node: Any) -> Any:
    """A tree with the names that were written in place of the grains that they mean."""

    def back(name: nodes.Name) -> nodes.Name:
        return nodes.Name(parts=name.written, span=name.span) if isinstance(name, PeriodName) else name

    return _named_anew(node, back)


def _named_anew(node: Any, change: Callable[[nodes.Name], nodes.Name]) -> Any:
    """A tree with its names changed; itself where none is."""
    if isinstance(node, nodes.Name):
        return change(node)
    if isinstance(node, tuple):
        parts = tuple([_named_anew(one, change) for one in node])
        return node if all(new is old for new, old in zip(parts, node, strict=True)) else parts
    if not isinstance(node, nodes.Node) or isinstance(node, nodes.SortKey):
        return node
    changed = {}
    for one in fields(type(node)):
        old = getattr(node, one.name)
        if isinstance(old, tuple | nodes.Node):
            new = _named_anew(old, change)
            if new is not old:
                changed[one.name] = new
    return evolve(node, **changed) if changed else node


def calendar_names(directory: Directory) -> CalendarNames | None:
    """What puts grains into names; None where no calendar is declared."""
    if not any(True for _ in directory.all("calendar")):
        return None
    taken: dict[str, set[str]] = {}
    near: dict[str, set[str]] = {}
    for declared in _all(directory):
        near.setdefault(declared.scope.package, set()).update(
            declared.scope.uses, declared.scope.aliases.values()
        )
        names = taken.setdefault(declared.scope.package, set())
        if declared.sort not in {"calendar", "source", "rates", "report"}:
            names.update((declared.node.name, *_members(declared.node)))
    entities = frozenset(declared.name for declared in directory.all("entity"))
    return CalendarNames(directory, taken, {package: _led_to(package, near) for package in near}, entities)


def _led_to(package: str, near: Mapping[str, AbstractSet[str]]) -> frozenset[str]:
    """The packages that a package uses, that these use, and so on."""
    found: set[str] = set()
    wanted = [package]
    while wanted:
        new = near.get(wanted.pop(), frozenset()) - found
        found |= new
        wanted += new
    return frozenset(found)


def _all(directory: Directory) -> Iterable[Declared]:
    for space in directory.spaces.values():
        for names in space.values():
            yield from names.values()
    yield from directory.tests
    yield from directory.unnamed


def _members(node: nodes.Declaration) -> Iterable[str]:
    """The names that an entity's block gives to joins and columns."""
    return (member.name for member in getattr(node, "members", ()) if hasattr(member, "name"))
