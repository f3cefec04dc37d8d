"""What a result accounts for, in words: sum(order.amount): 9 rows of order = 6 read + 2 left out by a condition + …."""

from collections.abc import Iterator

from metricdsl.execution.accounting import Account, Accounting
from metricdsl.execution.shown import printable


def lines(accounting: Accounting) -> Iterator[str]:
    """The lines for people; the parts of each sum make all rows."""
    for account in accounting.accounts:
        yield _sum(account)
        read = list(_of_read(account))
        if read:
            yield f"  of those read: {'; '.join(read)}"
    for cell, why in accounting.partial:
        yield f"not whole: {cell}, {why}"


def _sum(account: Account) -> str:
    parts = [
        (account.left_out, "left out by a condition"),
        (account.unknown, "by a condition that is null"),
        (account.without_time, "without a time"),
        (account.outside, "outside of the periods looked at"),
    ]
    said = [f"{account.read:,} read", *(f"{number:,} {why}" for number, why in parts if number)]
    rows = f"{account.rows:,} row{'' if account.rows == 1 else 's'} of {account.entity}"
    return f"{printable(account.aggregate)}: {rows} = {' + '.join(said)}"


def _of_read(account: Account) -> Iterator[str]:
    if account.without_value:
        yield f"{account.without_value:,} without a value"
    if account.without_rate:
        yield f"{account.without_rate:,} without an exchange rate"
    for group in account.groups:
        said = [(group.unmatched, "without a match"), (group.null, "null")]
        found = [f"{number:,} {why}" for number, why in said if number]
        if found:
            yield f"{printable(group.name)}: {', '.join(found)}"
