"""What a difference adds up to over time: the changes of the periods are the change from the first to the last.

    Σ over the cells g of (f(g) − τf(g)) = f(last) − τf(first)        where τf(g) is f of all that is before g, or of the cell before

So `held - opening(held)` adds up over months, though `held` does not; a change since a year ago does not, by month.
"""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from metricdsl.model.formula import Call, Constant, Expression, Moved, Named, WithEmpty
from metricdsl.model.parts import every, rebuilt
from metricdsl.value import frozen

CELLS = {
    "day": ("day", 1),
    "week": ("day", 7),
    "month": ("month", 1),
    "quarter": ("month", 3),
    "year": ("month", 12),
}
"""How long a cell of a grain is, in a unit that its lengths are multiples of."""


@frozen
class NetChanges:
    """A formula as a sum: the formulas whose changes are in it, and what is left beside these."""

    of: tuple[Expression, ...]
    rest: tuple[Expression, ...]


def net_changes(expression: Expression, cell: str | None) -> NetChanges:
    """The changes from cell to cell among the terms of a formula.

    held - opening(held) + revenue     the change of held, and revenue is left
    """
    terms = dict(_linear(expression))
    found: list[Expression] = []
    for term, times in list(terms.items()):
        if term not in terms or not isinstance(term, Moved) or not _to_the_cell_before(term, cell):
            continue
        after = _linear(term.body)
        if after and all(terms.get(one) == -times * many for one, many in after.items()):
            found += after
            for one in (term, *after):
                del terms[one]
    return NetChanges(tuple(found), tuple(terms))


def plain(expression: Expression) -> Expression:
    """The formula itself, whatever names its parts have: what two formulas are compared by."""

    def unnamed(part: Expression) -> Expression:
        return plain(part.body) if isinstance(part, Named) else part

    if not any(isinstance(part, Named) for part in every(expression)):
        return expression
    return rebuilt(expression, unnamed) or expression


def _linear(expression: Expression) -> Mapping[Expression, Fraction]:
    """The terms of a sum, and how often each is in it."""
    found: dict[Expression, Fraction] = {}
    waiting = [(plain(expression), Fraction(1))]
    while waiting:
        here, times = waiting.pop()
        match here:
            case WithEmpty(body=body, value=Constant(value=0)):
                waiting.append((body, times))
            case Call(function="coalesce", arguments=(one, Constant(value=0))):
                waiting.append((one, times))
            case Call(function="if" | "case", arguments=(Call() as condition, yes, no)) if (
                known := _as_if_zero(condition, yes, no)
            ) is not None:
                waiting.append((known, times))
            case Call(function="negate", arguments=(one,)):
                waiting.append((one, -times))
            case Call(function="add", arguments=(left, right)):
                waiting += [(right, times), (left, times)]
            case Call(function="subtract", arguments=(left, right)):
                waiting += [(right, -times), (left, times)]
            case (
                Call(function="multiply", arguments=(one, Constant() as factor))
                | Call(function="multiply", arguments=(Constant() as factor, one))
            ) if _number(factor):
                waiting.append((one, times * _number(factor)))
            case Call(function="divide", arguments=(one, Constant() as factor)) if _number(factor):
                waiting.append((one, times / _number(factor)))
            case _:
                found[here] = found.get(here, Fraction(0)) + times
    return {term: times for term, times in found.items() if times}


def _as_if_zero(condition: Call, yes: Expression, no: Expression) -> Expression | None:
    """What is taken where a term is known, if the other branch is the same with 0 for it.

    if(opening(held) is null, held, held - opening(held))     held - opening(held)
    """
    if condition.function == "not" and isinstance(condition.arguments[0], Call):
        condition, yes, no = condition.arguments[0], no, yes
    if condition.function != "is_null":
        return None
    term = condition.arguments[0]
    terms = dict(_linear(no))
    return no if terms.pop(term, None) is not None and terms == _linear(yes) else None


def _number(constant: Constant) -> Fraction:
    """A written number; 0 where it is none."""
    value = constant.value
    return (
        Fraction(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else Fraction(0)
    )


def _to_the_cell_before(moved: Moved, cell: str | None) -> bool:
    """Whether a formula is moved to what is before the cell: the opening, or the cell before it."""
    if moved.move.kind == "opening":
        return True
    if moved.move.kind != "prior" or cell not in CELLS or moved.move.unit not in CELLS:
        return False
    base, many = CELLS[moved.move.unit]
    return (base, many * moved.move.amount) == CELLS[cell]
