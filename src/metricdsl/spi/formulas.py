"""What a resolved definition is made of, for exporters: entities with their columns and joins, and the formulas of metrics.

A formula has more nodes than these; whoever goes through one leaves out, with a reason, what it does not know.
"""

from metricdsl.model.entity import Column, Entity, Join, Role, Table
from metricdsl.model.formula import Aggregate, Call, ColumnRef, Constant, Expression, Named, WithEmpty

__all__ = [
    "Aggregate",
    "Call",
    "Column",
    "ColumnRef",
    "Constant",
    "Entity",
    "Expression",
    "Join",
    "Named",
    "Role",
    "Table",
    "WithEmpty",
]
