"""Which cells of a query's range are not whole: cut by the range, or not over yet."""

from collections.abc import Iterator
from datetime import date, datetime

from metricdsl.model.calendar import grain_name, plain_grain
from metricdsl.model.period import Period, day_of, first_day
from metricdsl.model.period_table import table_of
from metricdsl.model.request import Context
from metricdsl.model.year_rule import rule_of

WHOLE_DAYS = ("day", "week", "month", "quarter", "year")


def partial_cells(grain: str, period: Period, context: Context) -> Iterator[tuple[str, str]]:
    """The cells of a grain in a range that are not whole, as analysts write them, and why."""
    if table_of(grain) is not None:
        name = grain_name(grain)
        yield f"perhaps the first or the last {name}", "the range or today may cut it: its table tells"
        return
    if plain_grain(grain) not in WHOLE_DAYS:
        return
    start, end = _day(period.start), _day(period.end)
    told: set[date] = set()

    def one(day: date, why: str) -> Iterator[tuple[str, str]]:
        begins = first_day(day, grain, context.week_start)
        if begins not in told:
            told.add(begins)
            yield written(begins, grain), why

    if start is not None and first_day(start, grain, context.week_start) != start:
        yield from one(start, "the range begins in it")
    if end is not None and first_day(end, grain, context.week_start) != end:
        yield from one(end, "the range ends in it")
    if (start is None or start <= context.today) and (end is None or context.today < end):
        yield from one(context.today, "it is not over")


def written(begins: date, grain: str) -> str:
    """A cell as a period is written: 2026, 2026-Q1, 2026-03; a week or day by its first day."""
    if rule_of(grain) is not None:
        return f"the {plain_grain(grain)} from {begins:%Y-%m-%d}"
    match grain:
        case "year":
            return f"{begins:%Y}"
        case "quarter":
            return f"{begins:%Y}-Q{(begins.month + 2) // 3}"
        case "month":
            return f"{begins:%Y-%m}"
        case "week":
            return f"the week of {begins:%Y-%m-%d}"
        case _:
            return f"{begins:%Y-%m-%d}"


def on_boundaries(grain: str, period: Period, context: Context) -> bool:
    """Whether a range cuts no cell of a grain."""
    bounds = [_day(bound) for bound in (period.start, period.end)]
    return all(bound is None or first_day(bound, grain, context.week_start) == bound for bound in bounds)


def _day(bound: date | datetime | None) -> date | None:
    return None if bound is None else day_of(bound)
