"""Units where formulas may stand: a name, or names with `*` and `/` between them, parameters of a define among them."""

from metricdsl.analysis.defines import argument_of
from metricdsl.analysis.world import Place, Work
from metricdsl.analysis.written_types import read_unit
from metricdsl.diagnostics.problems.declared_types import UnknownType
from metricdsl.model.unit import Unit
from metricdsl.syntax import nodes


def unit_of(work: Work, node: nodes.Expr, place: Place) -> Unit | None:
    """The unit that is written: a name, or names with `*` and `/` between them, parameters of a define among them."""
    match node:
        case nodes.Name():
            bound = argument_of(node, place)
            if bound is not None:
                return unit_of(work, bound.value, bound.place)
            world = work.world
            found = world.directory.lookup(place.scope, node.parts)
            if isinstance(found, tuple) and found[1] < len(node.parts):
                text = f"{node.text} is no unit"
                work.report(UnknownType(name=node.text, text=text, span=node.span))
                return None
            currency = world.settings.currency
            return read_unit(((node.text, 1),), node, place.scope, world.directory, currency, work.problems)
        case nodes.Binary(operator="*" | "/" as operator, left=left, right=right):
            first = unit_of(work, left, place)
            second = None if first is None else unit_of(work, right, place)
            return (
                None if first is None or second is None else first.times(second, 1 if operator == "*" else -1)
            )
        case _:
            return None
