"""`via` in a question that settles nothing there: what is asked for is reached without the join that it names.

(tasks via boss) by emp         where a task has an `emp` of its own
(tasks via boss) by boss.name   the join is gone by anyway
"""

from collections.abc import Iterator, Sequence

from metricdsl.analysis.walk import nodes_in
from metricdsl.analysis.world import Work
from metricdsl.diagnostics.problems.ways import IdleVia
from metricdsl.model.formula import Aggregate, ColumnRef, Expression, RowValue
from metricdsl.model.made_of import aggregates, columns, row_values
from metricdsl.model.parts import row_expressions
from metricdsl.syntax import nodes


def tell_idle_ways(work: Work, read: Sequence[tuple[nodes.Expr, Expression]]) -> None:
    """Tell of each `via` that a question writes, and by which none of its aggregates goes; of each column its resolved formula."""
    for written, formula in read:
        for via in nodes_in(written):
            if isinstance(via, nodes.Via):
                _tell(work, via, [one for one in aggregates(formula) if via.join.text in one.via])


def _tell(work: Work, via: nodes.Via, settled: Sequence[Aggregate]) -> None:
    join = via.join.text
    paths = dict.fromkeys(path for aggregate in settled for path in _paths(aggregate))
    if settled and not any(join in path for path in paths):
        gone = tuple(".".join(path) for path in paths if path)
        work.report(IdleVia(join=join, gone=gone, span=via.span))


def _paths(aggregate: Aggregate) -> Iterator[tuple[str, ...]]:
    """The joins by which an aggregate reaches what it is asked by, chosen by and made of."""
    for expression in row_expressions(aggregate):
        for column in columns(expression):
            yield column.path
        for value in row_values(expression):
            if isinstance(value, RowValue):
                yield from (key.path for key in value.keys if isinstance(key, ColumnRef))
