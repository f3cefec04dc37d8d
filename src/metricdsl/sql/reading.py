"""What steps need of the reader of rows that they are made with."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Protocol

from sqlglot import exp

from metricdsl.model.entity import Entity
from metricdsl.model.formula import Expression
from metricdsl.model.period import Period
from metricdsl.plan.nodes import Node, Scan
from metricdsl.sql.emitter import Emitter
from metricdsl.sql.groups import Groups
from metricdsl.sql.relations import Inline, Reference
from metricdsl.sql.rows import Rows
from metricdsl.sql.steps import Steps


class Reading(Protocol):
    """A reader: its emitter, the steps so far, the day it is, and the rows whose times tell from where to where."""

    @property
    def emit(self) -> Emitter:
        """What makes SQL."""

    @property
    def entities(self) -> Mapping[str, Entity]:
        """The entities of the request."""

    @property
    def steps(self) -> Steps:
        """The steps so far."""

    @property
    def today(self) -> date:
        """The day that is taken for today."""

    @property
    def extents(self) -> tuple[tuple[Node, Expression], ...]:
        """Rows and their times."""

    @property
    def windows(self) -> dict[Any, Any]:
        """The windows that have a step already."""

    @property
    def series(self) -> dict[Any, str]:
        """The cells that have a step already."""

    @property
    def extent(self) -> list[str]:
        """The step with the first and last day of all rows, if there is one."""

    @property
    def branches(self) -> list[tuple[Any, Any]]:
        """The branches that have a step already, each with it."""

    @property
    def tables(self) -> list[Any]:
        """The groups that rows look values up in, each with its step."""

    @property
    def rates(self) -> dict[str, None]:
        """The entities of the exchange rates that are looked up."""

    @property
    def neighbours(self) -> dict[tuple[str, str], Any]:
        """The steps of the joins by time that are there already, by entity and join."""

    def rows(self, node: Node, used: Iterable[Expression]) -> Rows:
        """Rows as clauses."""

    def grouped(self, node: Node) -> Groups:
        """The groups of a step."""

    def relation(self, scan: Scan, used: set[str], *, joined: bool) -> Inline | Reference:
        """A scan as a relation from which the `used` columns are read."""

    def within(self, made: Rows, time: Expression, period: Period) -> list[exp.Expression]:
        """The time lies in the half-open period."""
