"""Grains of time: those of the plain calendar, and those of declared calendars, which stand wherever plain ones do."""

from metricdsl.model.period_table import RULE, place_in_table, table_of
from metricdsl.model.year_rule import MONTHS, YearRule, rule_of


def grain_name(grain: str) -> str:
    """A grain as analysts write it."""
    return grain.partition(RULE)[0]


def plain_grain(grain: str) -> str:
    """The grain of the plain calendar that one of a calendar is like; of a table its column, which is like none."""
    return grain_name(grain).rpartition(".")[2]


REACH = {"week": 7, "month": 42, "quarter": 98, "year": 371}
"""By so many days behind its first day a cell of whole weeks is over, and the next one is not."""


def days_at_most(grain: str, number: int) -> int:
    """So many days are never fewer than so many cells of a grain, of any calendar."""
    plain = plain_grain(grain)
    match plain:
        case "minute":
            return number // (24 * 60) + 1
        case "hour":
            return number // 24 + 1
        case "day":
            return number
        case _:
            return number * REACH[plain]


def of_weeks(grain: str) -> bool:
    """Whether a grain's cells are whole weeks of a calendar's years."""
    rule = rule_of(grain)
    return rule is not None and rule.weekday > 0


def year_grain(grain: str) -> str:
    """The years that the cells of a calendar's grain lie in."""
    name, rule = grain_name(grain), rule_of(grain)
    return "year" if rule is None else rule.grain(name.rpartition(".")[0], "year")


def months_of(grain: str) -> int:
    """How many months a cell of a grain is; 0 where it is none."""
    return 0 if of_weeks(grain) else MONTHS.get(plain_grain(grain), 0)


def nests(fine: str, coarse: str) -> bool:
    """Whether each cell of one grain lies in one cell of the other.

    Plain weeks lie in no month; quarters in years that begin with one of them; a calendar's weeks, months and quarters in its years;
    the periods of a table in the longer ones of the same table.
    """
    if fine == coarse:
        return True
    if table_of(fine) is not None or table_of(coarse) is not None:
        same = table_of(fine) == table_of(coarse)
        return place_in_table(fine) < place_in_table(coarse) if same else fine in {*CLOCK, "day"}
    if GRAINS.index(fine) >= GRAINS.index(coarse):
        return False
    if GRAINS.index(fine) <= GRAINS.index("day"):
        return True
    a, b = rule_of(fine) or YearRule(), rule_of(coarse) or YearRule()
    if of_weeks(fine) or of_weeks(coarse):
        return a == b
    if "week" in {fine, coarse}:
        return False
    return a.day == b.day and (a.month - b.month) % months_of(fine) == 0


STRIDE = 1000
"""So many grains of a table have room between two plain ones."""


class Grains(tuple[str, ...]):
    """Names of grains; a grain of a calendar stands where the plain one does."""

    __slots__ = ()

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and (any(name == one for one in self) or RULE in name)

    def index(self, name: str, *bounds: int) -> int:  # type: ignore[override]
        """The order of a grain, from the finest; those of a table lie between the day and the week."""
        if table_of(name) is not None:
            return super().index("day") * STRIDE + 1 + place_in_table(name)
        return super().index(plain_grain(name), *bounds) * STRIDE


GRAINS = Grains(("minute", "hour", "day", "week", "month", "quarter", "year"))
"""Grains of time, finest first. Week nests with none of month, quarter, year."""
SECONDS = {"minute": 60, "hour": 3_600, "day": 86_400, "week": 7 * 86_400}
"""The grains that have a length, in seconds."""
CLOCK = frozenset({"minute", "hour"})
"""The grains that are shorter than a day."""
