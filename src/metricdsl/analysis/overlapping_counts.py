"""Distinct counts of groups that may overlap, added up by `+`.

    buyers where channel = "shop"  +  buyers where channel = "web"      who buys in both is one customer, and would be two

Two counts of the same things may be added where nothing is in both: they count rows of one entity by its own key, or their
conditions exclude each other by what the thing itself has (a customer has one region). What is written `as number` says of
itself that it is no number of customers, and a mean, `(a + b) / 2`, is none of both together.
"""

from collections.abc import Iterator

from metricdsl.analysis.exclusion import exclude
from metricdsl.analysis.measure import too_large
from metricdsl.analysis.world import Work
from metricdsl.diagnostics.problems.levels import AddedAgain
from metricdsl.model.formula import (
    Aggregate,
    Call,
    ColumnRef,
    Constant,
    Expression,
    Moved,
    Named,
    WithEmpty,
)
from metricdsl.model.window import Move
from metricdsl.syntax import nodes
from metricdsl.syntax.format_formula import flat

DISTINCT = frozenset({"count_distinct", "approx_count_distinct"})


def tell_overlapping(work: Work, node: nodes.Binary, left: Expression, right: Expression) -> None:
    """Report a sum in which the same thing may be counted by what stands left and by what stands right."""
    counted = list(_counts(right))
    if not counted or too_large(left) or too_large(right):
        return  # what is too large is told where the formula ends
    for one, moves in counted:
        for other, others in _counts(left):
            if (one, moves) != (other, others) and _same_things(one, other) and not _apart(one, other):
                path = _path(one)
                work.report(
                    AddedAgain(
                        body=flat(node),
                        by="",
                        distinct=path[-1],
                        how="groups",
                        sides=(flat(node.left), flat(node.right)),
                        span=node.span,
                    )
                )
                return


def mean_meant(work: Work, before: int, node: nodes.Expr) -> None:
    """Takes back what was told since of a sum that is divided by a number: it is a mean of counts."""
    work.problems[before:] = [
        p
        for p in work.problems[before:]
        if not (isinstance(p, AddedAgain) and p.how == "groups" and p.span is not None and _within(p, node))
    ]


def _within(problem: AddedAgain, node: nodes.Expr) -> bool:
    """Whether the sum is one of those that a chain of sums is made of."""
    waiting = [node]
    while waiting:
        here = waiting.pop()
        if isinstance(here, nodes.Binary) and here.operator in {"+", "-"}:
            if here.span == problem.span:
                return True
            waiting += [here.right, here.left] if here.block else [here.left]
    return False


def _counts(expression: Expression) -> Iterator[tuple[Aggregate, tuple[Move, ...]]]:
    """The distinct counts that a sum adds up, and how the period of each is moved; what is no number of things is none."""
    waiting: list[tuple[Expression, tuple[Move, ...]]] = [(expression, ())]
    while waiting:
        here, moves = waiting.pop()
        if not any(base.kind == "entity" for base, _ in here.type.unit.powers):
            continue
        match here:
            case Named(body=body) | WithEmpty(body=body):
                waiting.append((body, moves))
            case Moved(body=body, move=move):
                waiting.append((body, (*moves, move)))
            case Call(function="add", arguments=arguments):
                waiting += [(one, moves) for one in reversed(arguments)]
            case Call(function="coalesce", arguments=(one, Constant())):
                waiting.append((one, moves))
            case Aggregate(function=function) if function in DISTINCT:
                yield here, moves
            case _:
                pass


def _same_things(one: Aggregate, other: Aggregate) -> bool:
    """Whether two counts are of the same things, by the same joins, and of others than the rows themselves."""
    refs = [ref for ref in one.arguments if isinstance(ref, ColumnRef)]
    return (
        one.home == other.home
        and one.arguments == other.arguments
        and len(refs) == len(one.arguments)
        and all(ref.path for ref in refs)
    )


def _apart(one: Aggregate, other: Aggregate) -> bool:
    """Whether nothing is in both, by a condition on what the counted thing itself has."""
    return exclude(one.where, other.where, _path(one))


def _path(count: Aggregate) -> tuple[str, ...]:
    """The joins to what is counted."""
    return next(ref.path for ref in count.arguments if isinstance(ref, ColumnRef))
