"""The groups that a value of a row is looked up in, by the foreign key itself: the row that has the key need not be found first."""

from collections.abc import Mapping, Sequence

from attrs import evolve

from metricdsl.model.entity import Entity
from metricdsl.model.formula import (
    Aggregate,
    Call,
    ColumnRef,
    Constant,
    Expression,
    GroupingRef,
    KeyPart,
    Named,
    Today,
    WithEmpty,
)
from metricdsl.model.parts import every, rebuilt

PLAIN = (Aggregate, Call, Constant, GroupingRef, Named, Today, WithEmpty)
"""What a formula may be made of: nothing that changes its groups, or looks for members."""


def by_foreign_keys(
    body: Expression, keys: Sequence[Expression], entities: Mapping[str, Entity]
) -> Expression:
    """The formula, its aggregates grouped by foreign keys where `keys` are those of a row.

        lineitem join order, by order.order_id   →   lineitem by order_id

    A group of a key that no row has is found by nobody, so that it may stay.
    """
    if not all(isinstance(part, PLAIN) for part in every(body)):
        return body

    def changed(part: Expression) -> Expression:
        if not isinstance(part, Aggregate):
            return part
        own = part.keys[: len(keys)]
        found = tuple(_foreign(part, key, wanted, entities) for key, wanted in zip(own, keys, strict=True))
        return evolve(part, keys=(*found, *part.keys[len(keys) :]))

    return rebuilt(body, changed) or body


def _foreign(part: Aggregate, key: KeyPart, wanted: Expression, entities: Mapping[str, Entity]) -> KeyPart:
    """The column that leads to the key of a row, where that is what the row looks for."""
    match key, wanted:
        case ColumnRef(path=(*before, name), entity=target, column=column), ColumnRef(entity=same) if (
            same == target and column == wanted.column and column in entities[target].key
        ):
            child = part.home
            for step in before:
                child = entities[child].joins[step].target
            join = entities[child].joins[name]
            foreign = join.columns[entities[target].key.index(column)] if join.neighbour is None else ""
            known = entities[child].columns.get(foreign)
            if known is None or (known.type.kind, known.type.scale) != (key.type.kind, key.type.scale):
                return key
            return ColumnRef(type=known.type, span=key.span, path=tuple(before), entity=child, column=foreign)
        case _:
            return key
