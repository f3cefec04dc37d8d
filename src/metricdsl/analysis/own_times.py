"""Whether what is looked up at the own time of an aggregate has such a time."""

from collections.abc import Iterator

from metricdsl.analysis.groupings import no_time
from metricdsl.analysis.world import Work
from metricdsl.diagnostics.problems.contexts import PeriodDoesNotFit
from metricdsl.model.formula import (
    Aggregate,
    Call,
    Chosen,
    Converted,
    Expression,
    Members,
    PeriodKey,
    Rate,
    RowValue,
)
from metricdsl.model.parts import every
from metricdsl.syntax import nodes


def check_own_times(work: Work, formula: Expression) -> None:
    """Report amounts that are converted where no time says at which day's rate."""
    for part in every(formula):
        match part:
            case Aggregate():
                found = list(_rates(work, part.arguments, part.where, *part.keys))
                if found and part.time is None and part.open is None:
                    if part.spread is not None:
                        _refuse(work, found[0], "what is shared out over its days")
                    else:
                        span = found[0].span or part.span
                        assert span is not None, "what is written has a place"
                        no_time(work, part, "convert", nodes.Node(span=span))
            case Members(domains=domains) | Chosen(domains=domains):
                for domain in domains:
                    reached = [one for one in domain.reached if one is not None]
                    for rate in _rates(work, domain.keys, domain.where, *reached):
                        _refuse(work, rate, "a member")
            case _:
                pass


def check_no_own_time(work: Work, *expressions: Expression | None) -> None:
    """Report amounts that are converted outside any aggregate."""
    for rate in _rates(work, (), *expressions):
        _refuse(work, rate, "a row by itself")


def _refuse(work: Work, rate: Rate, what: str) -> None:
    assert rate.span is not None, "what is written has a place"
    work.report(
        PeriodDoesNotFit(
            text=f"convert takes the rate of the aggregate's own time, and {what} has none",
            why="Rates differ from day to day.",
            fix="convert inside an aggregate: sum(convert(order.amount, EUR))",
            span=rate.span,
        )
    )


def _rates(
    work: Work, first: tuple[Expression, ...], *others: Expression | PeriodKey | None
) -> Iterator[Rate]:
    """The rates in row formulas; formulas of other rows in them are looked through by themselves."""
    waiting: list[Expression | PeriodKey | None] = [*first, *others]
    while waiting:
        here = waiting.pop()
        match here:
            case Rate():
                yield here
            case Call(arguments=arguments):
                waiting.extend(arguments)
            case RowValue(body=body, keys=keys):
                waiting.extend(keys)
                check_own_times(work, body)
            case Converted(start=start, end=end):
                for event in (start, end):
                    check_no_own_time(work, *event.by)
            case _:
                pass
