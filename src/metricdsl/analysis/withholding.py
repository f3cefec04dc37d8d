"""`minimum N`: of which results too few rows are read, as formulas beside the result's own.

metric win_rate = won / closed { minimum 5 }
win_rate by owner     →   small: count of won in 1..4, or count of closed in 1..4;  reads: both counts added up
"""

from collections.abc import Iterator

from attrs import evolve

from metricdsl.analysis.calls import call
from metricdsl.analysis.world import Work
from metricdsl.model.formula import (
    Aggregate,
    Chosen,
    Constant,
    Detached,
    Expression,
    Members,
    Moved,
    Named,
)
from metricdsl.model.metric import Metric
from metricdsl.model.parts import below, every
from metricdsl.model.request import Withholding
from metricdsl.model.types import INTEGER
from metricdsl.model.unit import LITERAL
from metricdsl.source import Span

WHOLE = evolve(INTEGER, nullable=False)


def withholding(work: Work, formula: Expression) -> Withholding | None:
    """When a result of a formula is withheld; None where no metric of it has a minimum."""
    least = max(
        (_minimum(work, part.metric) for part in every(formula) if isinstance(part, Named)), default=0
    )
    span = formula.span
    if least < 2 or span is None:
        return None
    small: Expression | None = None
    reads: Expression | None = None
    for one in dict.fromkeys(_counts(formula)):
        known = _said(work, "coalesce", (one, _number(0, span)), span)
        some = _said(work, "greater", (known, _number(0, span)), span)
        few = _said(work, "less", (known, _number(least, span)), span)
        test = _said(work, "and", (some, few), span)
        small = test if small is None else _said(work, "or", (small, test), span)
        reads = known if reads is None else _said(work, "add", (reads, known), span)
    return None if small is None or reads is None else Withholding(small=small, reads=reads)


def _minimum(work: Work, name: str) -> int:
    found = work.ask(("metric", name))
    said = found.properties.get("minimum", ()) if isinstance(found, Metric) else ()
    return int(said[0]) if said else 0


def _said(work: Work, function: str, arguments: tuple[Expression, ...], span: Span) -> Expression:
    found = call(work, function, arguments, span)
    assert found is not None, "whole numbers and conditions fit"
    return found


def _number(value: int, span: Span) -> Constant:
    return Constant(type=evolve(WHOLE, unit=LITERAL), value=value, span=span)


def _counts(formula: Expression, *, opened: bool = False) -> Iterator[Expression]:
    """How many rows each aggregate of a formula reads, in the context that it stands in."""
    match formula:
        case Aggregate():
            yield _rows(formula, opened=opened)
        case Moved(body=body, move=move):
            for one in _counts(body, opened=opened or move.kind == "opening"):
                yield evolve(formula, type=INTEGER, body=one)
        case Detached(body=body):
            for one in _counts(body, opened=opened):
                yield evolve(formula, type=INTEGER, body=one)
        case Members(body=body, having=having):
            for one in _counts(body, opened=opened):
                yield Members(
                    type=INTEGER,
                    span=formula.span,
                    function="sum",
                    body=one,
                    keys=formula.keys,
                    having=having,
                )
        case Chosen():
            yield evolve(formula, type=INTEGER)
        case _:
            for part in below(formula):
                yield from _counts(part, opened=opened)


def _rows(aggregate: Aggregate, *, opened: bool) -> Aggregate:
    """The number of rows that an aggregate reads: of a stock those of its date, or of all its dates."""
    stock = aggregate.stock
    if stock is not None and stock.rule in {"avg", "max", "min"}:
        stock = evolve(stock, rule="last") if opened else None
    return evolve(aggregate, type=WHOLE, function="count_rows", arguments=(), order=(), stock=stock)
