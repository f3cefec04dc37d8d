"""`previous is null`, which rows of nobody meet too: without a customer there is no order before of the same customer.

previous is null                                                    told
previous is null and customer is not null and placed_on is not null the first rows of customers
"""

from collections.abc import Iterator

from metricdsl.analysis.world import Header, Work
from metricdsl.diagnostics.problems.ways import RowsOfNobody
from metricdsl.model.entity import Join
from metricdsl.model.formula import Call, ColumnRef, Expression
from metricdsl.model.made_of import columns
from metricdsl.model.parts import conjuncts

Known = frozenset[tuple[tuple[str, ...], str]]
"""Columns that have a value where a condition is looked at, each with its path."""

COMPARISONS = frozenset({"equal", "not_equal", "less", "at_most", "greater", "at_least", "in"})


def tell_rows_of_nobody(work: Work, found: Expression, home: str | None) -> None:
    """Tell of each neighbour that is asked whether it is null, where the row may be of nobody; each place once."""
    asked = [] if home is None else list(_asked(found))
    if home is None or not asked:
        return
    known = _known(found)
    for call, column in asked:
        for problem in _of_nobody(work, home, call, column, known):
            if all((one.code, one.span) != (problem.code, problem.span) for one in work.problems):
                work.report(problem)


def _asked(expression: Expression) -> Iterator[tuple[Call, ColumnRef]]:
    """The columns that are asked whether they are null; what is asked whether it is not is none of them.

    What columns are made of may be long, and the same in many places: it is walked without recursion, and once.
    """
    waiting, seen = [expression], set[int]()
    while waiting:
        here = waiting.pop()
        if id(here) in seen:
            continue
        seen.add(id(here))
        match here:
            case Call(function="is_null", arguments=(ColumnRef() as column,)):
                yield here, column
            case Call(function="not", arguments=(Call(function="is_null"),)):
                pass
            case Call(arguments=arguments):
                waiting.extend(reversed(arguments))
            case _:
                pass


def _known(condition: Expression) -> Known:
    """What has a value where all of a condition holds: what is asked not to be null, and what is compared."""
    found: set[tuple[tuple[str, ...], str]] = set()
    for part in conjuncts(condition):
        match part:
            case Call(function="not", arguments=(Call(function="is_null", arguments=(asked,)),)):
                found.update((column.path, column.column) for column in columns(asked))
            case Call(function=function, arguments=arguments) if function in COMPARISONS:
                found.update((a.path, a.column) for a in arguments if isinstance(a, ColumnRef))
            case _:
                pass
    return frozenset(found)


def _of_nobody(work: Work, home: str, call: Call, column: ColumnRef, known: Known) -> Iterator[RowsOfNobody]:
    headers = work.world.headers
    header = headers[home]
    for at, step in enumerate(column.path):
        join = header.joins.get(step)
        if join is None:
            return
        if join.neighbour is not None and join.neighbour.relation != "as of":
            before = column.path[:at]
            names = dict.fromkeys((*join.columns, join.neighbour.moment))
            lacking = [n for n in names if n not in header.key and (before, n) not in known]
            lacking = [
                n
                for n in lacking
                if not any((*before, j) == path for j in _by(header, n) for path, _ in known)
            ]
            if lacking:
                said = tuple(".".join((*before, _said(header, name))) for name in lacking)
                yield RowsOfNobody(join=step, relation=join.neighbour.relation, columns=said, span=call.span)
                return
        header = headers[join.target]


def _said(header: Header, column: str) -> str:
    """What is asked whether it is known: the join by the column, where there is one, as the row that it leads to; else the column."""
    return next(iter(_by(header, column)), column)


def _by(header: Header, column: str) -> list[str]:
    """The joins that go by a column alone."""
    plain: list[Join] = [join for join in header.joins.values() if join.neighbour is None]
    return [join.name for join in plain if join.columns == (column,)]
