"""Which periods are compared: that of the question, without the days that are not over, and another, in the words of `compare`."""

from datetime import timedelta

from attrs import frozen

from metricdsl.analysis.compare import distance
from metricdsl.diagnostics.problems.decompositions import NotOverYet
from metricdsl.diagnostics.problems.periods import ImpossiblePeriod
from metricdsl.engine.errors import QueryError
from metricdsl.insight.why_answer import Against
from metricdsl.model.period import Period, add_months, day_of
from metricdsl.model.request import Request
from metricdsl.model.window import Move
from metricdsl.model.year_rule import MONTHS

WITHOUT_PERIOD = ("goal", "baseline")
DAY = timedelta(days=1)
DAYS = {"day": 1, "week": 7}


@frozen(kw_only=True)
class Compared:
    """What is compared: the days of the question, what `compare` says, and what is not over."""

    period: Period
    clause: str
    against: Against
    unfinished: str = ""

    @property
    def during(self) -> str:
        """The days as a question says them."""
        assert self.period.start is not None, "a period that is compared begins"
        assert self.period.end is not None, "a period that is compared ends"
        return f"{day_of(self.period.start)} to {day_of(self.period.end) - DAY}"


def compared(asked: Request, vs: str, other: Request | None) -> Compared:
    """The periods of a question and of the one that is named beside it (`other`; None where `vs` names none). Raises QueryError."""
    whole, today = asked.during, asked.context.today
    if whole.start is None or whole.end is None:
        text = "a period without a beginning or end has no other beside it"
        raise QueryError((NotOverYet(text=text, fix="name one with both: --period 2026-09"),))
    start, end = day_of(whole.start), day_of(whole.end)
    period, unfinished = Period(start, end), ""
    if end > today:
        if start >= today:
            text = "the period has no finished day yet"
            raise QueryError((NotOverYet(text=text, fix='ask about the one before: --period "last month"'),))
        if vs == "goal":
            text = "the period is not over, and its goal is set for the whole of it"
            fix = "ask about one that is over, or `--vs prior`, which compares the same days"
            raise QueryError((NotOverYet(text=text, fix=fix),))
        period = Period(start, today)
        count = (today - start).days
        days = "1 day" if count == 1 else f"{count} days"
        unfinished = f"the period is not over: its first {days} are compared with the same days"
    if vs in WITHOUT_PERIOD:
        return Compared(period=period, clause=vs, against=Against(kind=vs, name=vs), unfinished=unfinished)
    if vs == "prior" or other is not None:
        before = other.during if other is not None else _before(Period(start, end))
        move = distance(Period(start, end), before)
        if move is None:
            text = "it is compared with a period before, of the same length as the one that is explained"
            fix = "name such a period with --vs, or say `--vs prior`"
            raise QueryError((ImpossiblePeriod(text=text, fix=fix),))
        clause, name = _prior(move), "" if other is None else vs
        return Compared(
            period=period, clause=clause, against=Against(kind="period", name=name), unfinished=unfinished
        )
    return Compared(period=period, clause=vs, against=Against(kind="period", name=""), unfinished=unfinished)


def _before(period: Period) -> Period:
    """The period of the same length just before: whole months before whole months, else so many days."""
    start, end = period.start, period.end
    assert start is not None, "a period that is compared begins"
    assert end is not None, "a period that is compared ends"
    if start.day == end.day == 1:
        months = (end.year - start.year) * 12 + end.month - start.month
        first = start.year * 12 + start.month - 1 - months
        return Period(day_of(start).replace(year=first // 12, month=first % 12 + 1), start)
    return Period(start - (end - start), start)


def _prior(move: Move) -> str:
    return f"prior {move.amount} {move.unit}{'s' if move.amount != 1 else ''}"


def moved(period: Period, move: Move) -> Period | None:
    """The period so far before; None where only the calendar of the question tells."""
    start, end = period.start, period.end
    if start is None or end is None or move.kind != "prior":
        return None
    first, last = day_of(start), day_of(end) - DAY
    if move.unit in DAYS:
        back = timedelta(days=DAYS[move.unit] * move.amount)
        return Period(first - back, last - back + DAY)
    if move.unit not in MONTHS:
        return None
    months = MONTHS[move.unit] * move.amount
    if first.day == 1 and (last + DAY).day == 1:
        return Period(add_months(first, -months), add_months(last + DAY, -months))
    return Period(add_months(first, -months), add_months(last, -months) + DAY)
