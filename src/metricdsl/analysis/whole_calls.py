"""A column of rows inside a function of groups: the whole call as it was meant."""

from metricdsl.analysis.world import Work
from metricdsl.diagnostics.problems.aggregation import ColumnOutsideAggregate
from metricdsl.syntax import nodes
from metricdsl.syntax.format_formula import flat


def tell_whole(work: Work, before: int, node: nodes.Call) -> None:
    """Write the call into the problem of its column, among those found since `before`.

    avg(order.amount per customer)   avg(sum(order.amount) per customer), or avg(order.amount)
    prior(order.amount, 1 year)      prior(sum(order.amount), 1 year)
    """
    first = node.arguments[0].value
    inner = first.body if isinstance(first, nodes.InContext) else first
    for at, problem in enumerate(work.problems[before:], before):
        if (
            isinstance(problem, ColumnOutsideAggregate)
            and problem.span == inner.span
            and problem.suggestion
            and not problem.whole
        ):
            said = flat(node)
            call = f"{problem.suggestion}({problem.name})"
            opened = f"{node.function}({flat(inner)}"
            if not said.startswith(opened):
                continue
            whole = f"{node.function}({call}{said.removeprefix(opened)}"
            plain = "" if inner is first else f"{node.function}({problem.name})"
            work.problems[at] = ColumnOutsideAggregate(
                name=problem.name,
                suggestion=problem.suggestion,
                chosen=problem.chosen,
                whole=whole,
                plain=plain,
                span=problem.span,
            )
