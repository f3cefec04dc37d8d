"""Where a formula over a row is read."""

from dataclasses import dataclass, field

from metricdsl.testing.reference.names import Column, Entity, Scope


@dataclass(frozen=True, eq=False)
class Place:
    """Where a formula over a row is read: the scope it was written in, the home it starts from, the aggregate's own time.

    Inside an aggregate or an entity a bare name is a column of the home; elsewhere names start at entities and roles.
    """

    scope: Scope
    home: Entity
    inside: bool
    via: tuple[str, ...] = ()
    around: bool = (
        False  # whether it stands around an aggregate: the home's rows are then those that `via` leads to
    )
    time: Column | None = None
    opening: tuple[str, ...] = field(default=())  # derived columns being worked out, against circles
    children: bool = False  # a dimension's formula, which may aggregate the entity's children
