"""Columns of text that stand for true or false in a source's formulas: all of them, each with what to write."""

from collections.abc import Iterator

from metricdsl.analysis.world import Header, Work
from metricdsl.diagnostics.problems.types import NotACondition
from metricdsl.model.formula import ColumnRef, Expression
from metricdsl.model.types import Kind
from metricdsl.syntax import nodes

COMPARE = "compare it with something"


def with_texts_as_conditions(
    work: Work, header: Header, node: nodes.Expr, before: int, *, condition: bool
) -> None:
    """Tell of each text that is taken for a condition in a formula of a source; reading it stops at the innermost.

    The columns of a CSV file are text here: `if(is_won, "won", if(is_closed, "lost", "open"))` has two to tell. `before` is how
    many problems there were before the formula was read, `condition` whether it is to be one as a whole.
    """
    found = list(_texts(header, node, wanted=condition))
    places = {problem.span for problem in found}
    work.problems[before:] = [*found, *(p for p in work.problems[before:] if p.span not in places)]


def instead_of_text(work: Work, argument: Expression) -> str:
    """What to write for a value that is taken for a condition."""
    if not isinstance(argument, ColumnRef) or argument.type.kind is not Kind.TEXT:
        return COMPARE
    header = work.world.headers.get(argument.entity)
    if header is None or argument.column in header.declared_types or header.table_types is None:
        return COMPARE
    return f"declare it: `dimension {argument.column} : boolean`"


def _texts(header: Header, node: nodes.Expr, *, wanted: bool) -> Iterator[NotACondition]:
    """The columns of text where a condition is wanted."""
    match node:
        case nodes.Name(text=name):
            found = (header.table_types or {}).get(name)
            if wanted and found is not None and found.kind is Kind.TEXT:
                yield NotACondition(text="this is text, not a condition", fix=_fix(name), span=node.span)
        case nodes.Not(operand=operand):
            yield from _texts(header, operand, wanted=True)
        case nodes.Binary(operator=operator, left=left, right=right):
            for side in (left, right):
                yield from _texts(header, side, wanted=operator in {"and", "or"})
        case nodes.Comparison(first=first, rest=rest):
            for side in (first, *(other for _, other in rest)):
                yield from _texts(header, side, wanted=False)
        case nodes.Call(function=function, arguments=arguments):
            last = len(arguments) - 1
            for at, argument in enumerate(arguments):
                # `case` has conditions and values in turn; a value of a choice is what the choice is wanted as.
                asks = {"if": at == 0, "case": at % 2 == 0 and at < last}.get(function)
                inner = False if asks is None else asks or wanted
                yield from _texts(header, argument.value, wanted=inner)
        case _:
            pass


def _fix(name: str) -> str:
    return (
        f'compare it with the text that the table has for true, as in `{name} = "true"`, or declare '
        f"`dimension {name} : boolean` in the entity and calculate there (in a `source` the columns of text files are text)"
    )
