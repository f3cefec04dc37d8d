"""Periods that lie in a table, and the grains that they are.

A grain of such a calendar is a text of its name and, behind back-quotes, which no name can have, of the rows that tell its periods
and of all its grains: "trading.session`@trading_periods`session`season". It stands wherever a plain grain does.
"""

from functools import cache

from metricdsl.value import HashedOnce, frozen

RULE = "`"
FROM = "@"
"""What the part behind the first back-quote begins with, where periods lie in a table."""


@frozen
class PeriodTable(HashedOnce):
    """Where the periods of a calendar lie: the entity that its rows stand for, and the columns of its grains, the shortest first."""

    rows: str
    parts: tuple[str, ...]

    def grain(self, calendar: str, part: str) -> str:
        """The grain of a column."""
        return RULE.join((f"{calendar}.{part}", FROM + self.rows, *self.parts))


@cache
def table_of(grain: str) -> PeriodTable | None:
    """The table that the periods of a grain lie in; None of those that are told without one."""
    _, *said = grain.split(RULE)
    return PeriodTable(said[0][len(FROM) :], tuple(said[1:])) if said and said[0].startswith(FROM) else None


def part_of(grain: str) -> str:
    """The column that tells the periods of a grain apart."""
    table = table_of(grain)
    assert table is not None, "only grains of a table have a column"
    name = grain.partition(RULE)[0]
    return next(part for part in table.parts if name.endswith(f".{part}"))


def place_in_table(grain: str) -> int:
    """The place of a grain among those of its calendar, from the shortest."""
    table = table_of(grain)
    assert table is not None, "only grains of a table have a place there"
    return table.parts.index(part_of(grain))
