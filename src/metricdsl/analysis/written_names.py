"""The names in a formula as they are written where they come from: behind parameters and inside defines.

define doubled(x) = x * 2        sum(doubled(account.balance))        account.balance
"""

from collections.abc import Iterator

from metricdsl.analysis.defines import argument_of, define_of, put_in
from metricdsl.analysis.function_names import callable_by_name
from metricdsl.analysis.walk import parts
from metricdsl.analysis.world import Place, Work
from metricdsl.syntax import nodes


def written_names(work: Work, value: nodes.Expr, place: Place) -> Iterator[nodes.Name]:
    """The names, in the order written; of a define that cannot be put in those of its arguments."""
    waiting = [(value, place)]
    while waiting:
        here, around = waiting.pop()
        match here:
            case nodes.Name():
                bound = argument_of(here, around)
                if bound is None:
                    yield here
                else:
                    waiting.append((bound.value, bound.place))
            case nodes.Call() if (body := _body(work, here, around)) is not None:
                waiting.append(body)
            case _:
                waiting.extend((part, around) for part in reversed(parts(here)))


def _body(work: Work, node: nodes.Call, place: Place) -> tuple[nodes.Expr, Place] | None:
    """The formula of the define that a call names. What is wrong with it is told by whoever reads the formula."""
    if callable_by_name(work.world.registry, node.function):
        return None
    declared = define_of(work, node.function, place)
    if declared is None:
        return None
    kept = len(work.problems)
    bound = put_in(work, declared, node, place)
    if bound is None:
        del work.problems[kept:]
        return None
    return bound.value, bound.place
