"""The hint that a sum or difference is null where one side has no row."""

from metricdsl.analysis.world import Work
from metricdsl.diagnostics.problems.lint import MayBeEmpty
from metricdsl.model.formula import Aggregate, Call, Expression, Named, WithEmpty
from metricdsl.model.parts import without_names

COUNTS = frozenset({"count", "count_rows", "count_distinct"})


def hint_differences(work: Work, formula: Expression) -> None:
    """Hint at each `a - b` or `a + b` with a side that may have no row where the other has one.

    Precise: only where both sides are aggregates of different rows (another home or condition), and the side is null
    without rows.
    """
    waiting: list[Expression] = [formula]
    while waiting:
        here = waiting.pop()
        if not isinstance(here, Call):
            continue
        waiting.extend(here.arguments)
        if here.function not in {"add", "subtract"}:
            continue
        sides = [(side, _single(side)) for side in here.arguments]
        (left, one), (right, other) = sides
        if one is None or other is None or _rows(one) == _rows(other):
            continue
        side, aggregate = (
            (right, other) if other.function not in COUNTS and not _empty(right) else (left, one)
        )
        if aggregate.function in COUNTS or _empty(side):
            continue
        if aggregate.where is None and one.home == other.home:
            continue  # the other side's rows are among these
        work.report(
            MayBeEmpty(
                side=side.metric.rpartition(".")[2]
                if isinstance(side, Named)
                else f"{aggregate.function}(…)",
                operation="difference" if here.function == "subtract" else "sum",
                span=side.span,
            )
        )


def _single(expression: Expression) -> Aggregate | None:
    """The one aggregate that an operand is, by whatever name."""
    alone = without_names(expression)
    return alone if isinstance(alone, Aggregate) else None


def _empty(expression: Expression) -> bool:
    while isinstance(expression, Named):
        expression = expression.body
    return isinstance(expression, WithEmpty)


def _rows(aggregate: Aggregate) -> tuple[object, ...]:
    return aggregate.home, aggregate.where, aggregate.time
