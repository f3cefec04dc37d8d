"""What a result accounts for: which rows its aggregates read, and what became of all others."""

from collections.abc import Callable, Sequence
from typing import Any

from metricdsl.spi.accounts import AccountStatement, Part
from metricdsl.spi.adapter import Adapter, AdapterError
from metricdsl.spi.values import Limits
from metricdsl.value import frozen


@frozen(kw_only=True)
class NullGroup:
    """Of the rows read those in the null group of a grouping: for want of a match, and with a match whose value is null."""

    name: str
    unmatched: int
    null: int


@frozen(kw_only=True)
class Account:
    """The rows of one aggregate. Each is left out by a condition that is false, or by one that is null, has no time, lies
    in no period that is looked at, or is read; together these are all rows that there are.

    Of the rows read some have no value, and some of these no exchange rate; some are in null groups.
    """

    aggregate: str
    entity: str
    rows: int
    left_out: int
    unknown: int
    without_time: int
    outside: int
    read: int
    without_value: int
    without_rate: int
    groups: tuple[NullGroup, ...] = ()

    @property
    def parts(self) -> tuple[int, ...]:
        """What adds up to the rows."""
        return (self.left_out, self.unknown, self.without_time, self.outside, self.read)


@frozen(kw_only=True)
class Accounting:
    """The accounts of a result, one for each aggregate in its columns, and its cells that are not whole, with why."""

    accounts: tuple[Account, ...]
    partial: tuple[tuple[str, str], ...] = ()

    def to_json_object(self) -> dict[str, Any]:
        """The accounting as docs/reference/result.schema.json describes it."""
        return {
            "aggregates": [_object(one) for one in self.accounts],
            "partial": [{"period": cell, "why": why} for cell, why in self.partial],
        }


def _object(account: Account) -> dict[str, Any]:
    return {
        "aggregate": account.aggregate,
        "entity": account.entity,
        "rows": account.rows,
        "left_out": account.left_out,
        "unknown": account.unknown,
        "without_time": account.without_time,
        "outside": account.outside,
        "read": account.read,
        "without_value": account.without_value,
        "without_rate": account.without_rate,
        "groups": [{"name": g.name, "unmatched": g.unmatched, "null": g.null} for g in account.groups],
    }


def accounts(
    statements: Sequence[tuple[str, AccountStatement]],
    adapter: Adapter,
    limits: Limits,
    explain: Callable[[AdapterError], Exception],
) -> tuple[Account, ...]:
    """The accounts, each under what its aggregate is called. What the adapter raises is raised as `explain` says."""
    try:
        with limits.cancellation.within(limits.deadline):
            return tuple(_account(name, one, adapter, limits) for name, one in statements)
    except AdapterError as error:
        raise explain(error) from error


def _account(name: str, one: AccountStatement, adapter: Adapter, limits: Limits) -> Account:
    rows = {row[0]: row[1:] for batch in adapter.execute(one.statement, limits) for row in batch}
    numbers = {part: int(rows[part.value][0]) if part.value in rows else 0 for part in Part}
    of_read = [int(value) for value in rows.get(Part.READ.value, ())[1:]] or [0] * (2 + 2 * len(one.groups))
    without_value, without_rate, *pairs = of_read
    found = Account(
        aggregate=name,
        entity=one.home,
        rows=numbers[Part.ROWS],
        left_out=numbers[Part.LEFT_OUT],
        unknown=numbers[Part.UNKNOWN],
        without_time=numbers[Part.WITHOUT_TIME],
        outside=numbers[Part.OUTSIDE],
        read=numbers[Part.READ],
        without_value=without_value,
        without_rate=without_rate,
        groups=tuple(
            NullGroup(name=group, unmatched=unmatched, null=null)
            for group, unmatched, null in zip(one.groups, pairs[::2], pairs[1::2], strict=True)
        ),
    )
    assert sum(found.parts) == found.rows, f"the rows of {name} are not the sum of their parts: {found}"
    return found
