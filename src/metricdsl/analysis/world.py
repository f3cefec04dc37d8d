"""What a formula is read with: the names, the entities, the functions; and where it stands."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from attrs import define, field

from metricdsl.analysis.absent_plugins import told_of_its_plugin
from metricdsl.analysis.calendar_names import CalendarNames
from metricdsl.analysis.directory import Declared, Directory, Scope
from metricdsl.analysis.join_paths import JoinPaths
from metricdsl.diagnostics import Problem
from metricdsl.model.entity import Column, Join, Table
from metricdsl.model.formula import Expression
from metricdsl.model.settings import Settings
from metricdsl.model.types import ValueType
from metricdsl.registry import Registry
from metricdsl.syntax import nodes
from metricdsl.value import frozen

MOST_LEVELS = 200
"""Levels of formula within formula, metrics and defines put in: engines and Python both have a depth they can stand."""


@frozen(eq=False)
class Header:
    """An entity without its derived columns: what names are looked up in.

    `stored` are declared columns, keys, foreign keys and, with a catalog, the table's others; `derived` those with a
    formula. `table_types` are the types of the table's own columns, which a source's formulas are made of; None where
    no catalog tells, then any column may be named inside the entity's block (`open`).
    """

    name: str
    declared: Declared
    table: Table
    key: tuple[str, ...]
    joins: Mapping[str, Join]
    lost: Mapping[
        str, tuple[Problem, ...]
    ]  # members that are wrong, and why: their uses are not reported again
    stored: Mapping[str, Column]
    derived: Mapping[str, nodes.TimeMember | nodes.DimensionMember | nodes.FactMember]
    declared_types: Mapping[str, ValueType]
    times: tuple[str, ...] = ()
    time: str | None = None
    source: Declared | None = None
    unsound: tuple[Problem, ...] = ()  # what makes its rows other than those that are meant
    table_types: Mapping[str, ValueType] | None = None
    facts: Mapping[str, nodes.FactMember] = field(factory=dict)  # stocks, and facts spread over time
    snapshot: nodes.Snapshot | None = None

    @property
    def short(self) -> str:
        """The name as an analyst says it."""
        return self.name.rpartition(".")[2]

    def columns(self) -> tuple[str, ...]:
        """The names of all columns, declared ones first."""
        return (*self.declared_types, *(n for n in self.stored if n not in self.declared_types))


@frozen(eq=False)
class World:
    """All that formulas are read against; made once, after the entities' headers.

    `children` reads a formula of groups as a value of a row. It is handed in, since formulas of groups are read by what
    reads rows, and rows may hold them again.
    """

    directory: Directory
    headers: Mapping[str, Header]
    paths: JoinPaths
    registry: Registry
    settings: Settings
    children: "Callable[[Work, nodes.Expr, Place, RowPlace], Result]" = field(repr=False)
    calendars: CalendarNames | None = None  # puts the periods of calendars into names
    broken: Mapping[str, tuple[Problem, ...]] = field(
        factory=dict
    )  # declarations that could not be read, and why


Key = tuple[str, ...]
"""What can be asked for: ("column", entity, name), ("metric", name), ("segment", name), ("define", name)."""

Need = Callable[[Key], Any]
"""Gives what was resolved under a key; None where that went wrong."""


@define(eq=False)
class Work:
    """One declaration or query being read: what it may ask for, and what was found wrong with it."""

    world: World
    need: Need
    problems: list[Problem] = field(factory=list)
    implied: dict[str, ValueType] | None = (
        None  # columns only used, in the block of an entity without a catalog
    )
    level: int = 0
    today: date = date.min  # of the question that is read
    failed: list[Key] = field(factory=list)  # what was asked for and is wrong
    causes: list[Problem] = field(factory=list)  # problems of other declarations that this one is lost by
    by_ways: dict[tuple[str, tuple[str, ...]], "Result"] = field(
        factory=dict
    )  # metrics by the ways named around
    trial: bool = False  # whether only this is asked: does a name mean anything here?
    put_in: int = 0  # how many defines were put in
    called: list[tuple[nodes.Call, "Place"]] = field(
        factory=list
    )  # the first calls that did so, in no define

    def ask(self, key: Key) -> Any:
        """What was resolved under a key; None where that is wrong, which is remembered."""
        found = self.need(key)
        if found is None:
            self.failed.append(key)
        return found

    def report(self, problem: Problem) -> None:
        """Keep a problem."""
        absent = self.world.directory.absent
        self.problems.append(told_of_its_plugin(problem, absent) if absent else problem)

    def silently(self, causes: Iterable[Problem]) -> None:
        """Fail for a reason that has been reported where it lies."""
        self.causes.extend(causes)

    def lost(self, name: str) -> None:
        """Fail because a declaration of this name could not be read, which has been reported where it lies."""
        self.silently(self.world.broken.get(name, ()))


@frozen(eq=False)
class Place:
    """Where a formula stands: whose names count, what its parameters stand for, which defines are being put in."""

    scope: Scope
    arguments: Mapping[str, "Bound"] = field(factory=dict)
    defining: tuple[str, ...] = ()


@frozen(eq=False)
class Bound:
    """An argument of a define: its formula, the place where it is written, and the type that its parameter declares."""

    value: nodes.Expr
    place: Place
    type: ValueType | None = None
    name: str = ""  # of the parameter


@frozen(eq=False)
class RowPlace:
    """Of which rows a row formula speaks.

    `home` is the entity; None in a segment read by itself, where each name starts at its own entity. `bare` tells that
    a name may be a column of the home as it is. `via` settles ties. `table` reads names as columns of the table below
    (the formulas of a source).
    """

    home: str | None
    bare: bool = True
    via: tuple[str, ...] = ()
    table: bool = False
    inside: str = ""  # the aggregation it is an argument of, for messages
    time: Expression | None = None  # the own time of the aggregate whose rows these are
    children: bool = False  # whether aggregates may stand here: of the rows that lead to one of the home
    role: str = ""  # a word that means the home itself, where its rows stand for those that a role leads to
    around: bool = False  # whether it stands around the aggregate of these rows, which `via` may lead to others of their entity


Result = Expression | None
"""A resolved formula; None where it is wrong, which has been reported."""
