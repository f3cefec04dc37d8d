"""Stocks, snapshots, and facts that are spread over time: what an aggregate of them looks at."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from metricdsl.analysis.columns import member
from metricdsl.analysis.world import Header, Place, Work
from metricdsl.analysis.written_names import written_names
from metricdsl.diagnostics.problems.formulas import WrongArguments
from metricdsl.diagnostics.problems.stocks import CountedAtEachDate
from metricdsl.diagnostics.problems.types import KindsDoNotFit
from metricdsl.model.formula import Expression, Stock, Stretch
from metricdsl.syntax import nodes
from metricdsl.value import frozen

SUMS_ALONE = frozenset({"avg", "max", "min"})
"""Rules of stocks that add up each date first."""


ALL_DATES = frozenset({"count_rows", "count", "rate"})
"""Aggregations of which the rows of one date are fewer than those of all."""


class Argument(Protocol):
    """An argument of an aggregate as written, and where."""

    @property
    def value(self) -> nodes.Expr:
        """The formula."""

    @property
    def place(self) -> Place:
        """What its names mean."""


@frozen
class Kept:
    """What an aggregate looks at beyond its rows' own values: a stock's dates, or a stretch of time; `name` as written."""

    stock: Stock | None = None
    spread: Stretch | None = None
    name: str = ""

    @property
    def timed(self) -> bool:
        """Whether that is its time."""
        return self.stock is not None or self.spread is not None


def kept_by(work: Work, header: Header, pieces: Sequence[Argument], node: nodes.Call) -> Kept | None:
    """The stock or spread among the facts of an entity that are aggregated, else the entity's snapshots; None with a problem."""
    facts = [
        header.facts[name.parts[-1]]
        for piece in pieces
        for name in written_names(work, piece.value, piece.place)
        if name.parts[-1] in header.facts
        and (len(name.parts) == 1 or name.parts[-2] == header.declared.node.name)
    ]
    for fact in facts:
        if fact.stock is not None:
            if fact.stock.rule in SUMS_ALONE and node.function != "sum":
                text = f"{fact.name} is a stock of which each date is added up: only sum({fact.name}) has a meaning"
                work.report(WrongArguments(text=text, fix=f"write sum({fact.name})", span=node.span))
                return None
            return _stock(work, header, fact.stock.rule, fact.stock.by, fact.stock.per)
        if fact.spread is not None:
            if node.function != "sum":
                text = f"{fact.name} is spread over days: only sum({fact.name}) has a meaning"
                work.report(WrongArguments(text=text, fix=f"write sum({fact.name})", span=node.span))
                return None
            start = _time(work, header, fact.spread.start)
            end = _time(work, header, fact.spread.end)
            if start is None or end is None:
                return None
            return Kept(spread=Stretch(start=start, end=end), name=fact.spread.start.text)
    if header.snapshot is not None:
        return _stock(work, header, "last", header.snapshot.by, header.snapshot.per)
    return Kept()


def at_each_date(work: Work, header: Header, node: nodes.Call) -> None:
    """Tells of rows that are counted at all dates of a stock, where nothing says so: `count(balance)`."""
    fact = next((fact for fact in header.facts.values() if fact.stock is not None), None)
    if fact is None or fact.stock is None:
        return
    argument = node.arguments[0].value.span
    work.report(
        CountedAtEachDate(
            entity=header.short,
            stock=fact.name,
            date=fact.stock.by.text,
            inside=argument.end,
            span=node.span,
        )
    )


def dates_said(work: Work, before: int) -> None:
    """Takes back what was told since of rows counted at all dates: `at`, behind the formula, says that they are meant."""
    work.problems[before:] = [p for p in work.problems[before:] if not isinstance(p, CountedAtEachDate)]


def _stock(work: Work, header: Header, rule: str, by: nodes.Name, per: Iterable[nodes.Name]) -> Kept | None:
    time = _time(work, header, by)
    series = [member(work, header, (), name.text, name) for name in per]
    if time is None or any(one is None for one in series):
        return None
    return Kept(Stock(rule=rule, by=time, per=tuple(s for s in series if s is not None)), name=by.text)


def _time(work: Work, header: Header, name: nodes.Name) -> Expression | None:
    """A column that is a date or a timestamp."""
    found = member(work, header, (), name.text, name)
    if found is None:
        return None
    if not found.type.kind.temporal and found.type.kind.value != "unknown":
        text = f"{name.text} is a {found.type.kind.value}, and a date stands here"
        work.report(KindsDoNotFit(text=text, span=name.span))
        return None
    return found
