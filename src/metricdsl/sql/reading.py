"""What steps about time need of a reader of rows."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Protocol

from metricdsl.model.formula import Expression
from metricdsl.plan.nodes import Node
from metricdsl.sql.emitter import Emitter
from metricdsl.sql.steps import Steps


class Reading(Protocol):
    """A reader: its emitter, the steps so far, the day it is, and the rows whose times tell from where to where."""

    @property
    def emit(self) -> Emitter:
        """What makes SQL."""

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

    def rows(self, node: Node, used: Iterable[Expression]) -> Any:
        """Rows as clauses."""
