"""From where to where periods are looked at: the times of all rows that some window may hold."""

from collections.abc import Iterable, Mapping

from metricdsl.model.entity import Entity
from metricdsl.model.formula import Aggregate, Expression
from metricdsl.model.parts import every
from metricdsl.plan.nodes import Node
from metricdsl.plan.rows import Tables, rows


def extents(
    formulas: Iterable[Expression], entities: Mapping[str, Entity], tables: Tables
) -> tuple[tuple[Node, Expression], ...]:
    """The rows and times of all aggregates, each pair once."""
    found: dict[tuple[str, Expression], None] = {}
    for formula in formulas:
        for part in every(formula):
            if not isinstance(part, Aggregate):
                continue
            for stretch in (part.open, part.spread):
                if stretch is not None:
                    found[part.home, stretch.start] = None
            if part.spread is not None:
                found[part.home, part.spread.end] = None
            if part.time is not None:
                found[part.home, part.time] = None
    return tuple((rows(home, [time], entities, tables), time) for home, time in found)
