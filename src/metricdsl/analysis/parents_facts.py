"""A parent's fact inside a sum over its children: it would be added once for each child.

For a row expression v of a child, `own(v)` says that v is an amount of the child itself:

    own(column of the child), own(column of a neighbour row)     yes
    own(column of a parent)                                      no: `order.shipping` is the order's
    own(a + b), own(a - b)                                       own(a) and own(b): both are added up
    own(a · b), own(a / b)                                       a or b differs by child: so much of it, or such a part, has each child
                                                                 (`order.shipping * if(is_first, 1, 0)`); what cancels out counts for nothing
    own(if(…, a, b)), own(case …), own(least(a, b)), own(greatest(a, b))
                                                                 own(a) and own(b); what it is chosen by counts for nothing
    own(coalesce(a, b)), own(clamp(a, b, c))                     own(a): b stands in for it, or bounds it

What has no column at all (`if(order.paid, 1, 0)`) is counted, not added. A sum of v is refused where own(v) does not hold.
"""

from collections.abc import Callable, Mapping, Sequence

from metricdsl.analysis.choices import CHOICES, choices
from metricdsl.analysis.products import factors
from metricdsl.analysis.world import Header
from metricdsl.model.formula import Call, ColumnRef, Expression, RowValue

FIRST = frozenset({"negate", "abs", "round", "floor", "ceil", "clamp", "coalesce"})
"""Functions whose value is an amount of what their first argument is one of."""


def parents_amount(value: Expression, home: str, headers: Mapping[str, Header]) -> Expression | None:
    """The part of what a sum over rows adds up that is an amount of a parent, if there is one."""
    return amount_of_another(value, lambda ref: is_own(ref, home, headers))


def amount_of_another(value: Expression, own: Callable[[ColumnRef], bool]) -> Expression | None:
    """The part of what is added up that is an amount of something else than what a column is `own` of."""
    waiting = [value]
    while waiting:
        here = waiting.pop()
        parts: Sequence[Expression] = ()
        match here:
            case Call(function="add" | "subtract", arguments=arguments) if _amounts(arguments):
                parts = arguments
            case Call(function=function, arguments=arguments) if function in FIRST:
                parts = arguments[:1]
            case Call(function=function, arguments=arguments) if function in CHOICES:
                parts = choices(function, arguments)
            case Call(function="multiply" | "divide"):
                over, under = factors(here)
                if len(over) == 1 and not under:
                    parts = over
                elif not any(own(ref) for one in (*over, *under) for ref in column_refs(one)):
                    found = next((one for one in over if column_refs(one, of_value=True)), None)
                    if found is not None:
                        return found
            case _:
                refs = column_refs(here, of_value=True)
                if refs and not any(map(own, refs)):
                    return here
        waiting.extend(reversed(parts))
    return None


def column_refs(expression: Expression, *, of_value: bool = False) -> list[ColumnRef]:
    """The columns that a row expression reads, those that lead to its children's aggregates among them; with `of_value` only those
    that its value is made of, not those that it is chosen by.
    """
    found: list[ColumnRef] = []
    waiting = [expression]
    while waiting:
        match waiting.pop():
            case ColumnRef() as here:
                found.append(here)
            case RowValue(keys=keys):
                waiting.extend(reversed(keys))
            case Call(function=function, arguments=arguments):
                waiting.extend(reversed(choices(function, arguments) if of_value else arguments))
            case _:
                pass
    return found


def _amounts(arguments: tuple[Expression, ...]) -> bool:
    """Whether these are amounts, and no moments: a difference of two moments is one amount."""
    return not any(one.type.kind.temporal for one in arguments)


def is_own(ref: ColumnRef, home: str, headers: Mapping[str, Header]) -> bool:
    """Whether a column is of the row itself, or of its neighbours: each row is a neighbour of one."""
    here = home
    for name in ref.path:
        join = headers[here].joins.get(name)
        if (
            join is None
            or join.neighbour is None
            or join.neighbour.relation == "as of"
            or join.target != home
        ):
            return False
        here = join.target
    return True
