"""Group steps of a plan as SQL, whatever their sort."""

from metricdsl.plan.nodes import Aggregate, Attach, Combine, Fill, Fold, Node
from metricdsl.sql.aggregated import aggregated
from metricdsl.sql.attach import attached
from metricdsl.sql.combine import combined
from metricdsl.sql.fill import filled
from metricdsl.sql.fold import folded
from metricdsl.sql.groups import Groups
from metricdsl.sql.reading import Reading


def grouped(node: Node, reader: Reading) -> Groups:
    """The groups of a step."""
    match node:
        case Aggregate():
            return aggregated(node, reader)
        case Fold():
            return folded(node, reader)
        case Combine():
            return combined(node, reader)
        case Fill():
            return filled(node, reader)
        case Attach():
            return attached(node, reader)
        case _:
            raise AssertionError(f"not a step of groups: {type(node).__name__}")
