"""Sums of distinct counts beside the number of their members: each pair of the two is meant to count.

    sum(count(distinct item.product) per account) / count(account)      the products that an account holds

It is what stands in the product that says so, however it is written: `2 * sum(…) / count(account)`, `count(account) / sum(…)`. The
members are the same on both sides: products of the accounts of a region, by all accounts, are no account's.
"""

from collections.abc import Iterator

from metricdsl.analysis.counted_rows import counted, told_by
from metricdsl.analysis.fingerprint import canonical
from metricdsl.analysis.world import Work
from metricdsl.diagnostics.problems.levels import AddedAgain
from metricdsl.model.formula import (
    Aggregate,
    Call,
    ColumnRef,
    Constant,
    Expression,
    Members,
)
from metricdsl.model.parts import every


def take_back(work: Work, before: int, product: Expression) -> None:
    """Take back the problems since then of sums that the product divides by their members, or divides these by."""
    told = {p.span for p in work.problems[before:] if isinstance(p, AddedAgain) and p.distinct and p.by}
    if not told:
        return
    factors = list(_factors(product))
    fine = {
        sum_.span
        for sum_, sign in factors
        if isinstance(sum_, Members)
        and sum_.span in told
        and any(other == -sign and _by_its_members(work, sum_, one) for one, other in factors)
    }
    work.problems[before:] = [
        p for p in work.problems[before:] if not (isinstance(p, AddedAgain) and p.distinct and p.span in fine)
    ]


def _factors(product: Expression) -> Iterator[tuple[Expression, int]]:
    """What a product is made of: 1 for what it is multiplied with, -1 for what it is divided by."""
    waiting = [(product, 1)]
    while waiting:
        here, power = waiting.pop()
        match here:
            case Call(function="multiply", arguments=(left, right)):
                waiting += [(right, power), (left, power)]
            case Call(function="divide", arguments=(left, right)):
                waiting += [(right, -power), (left, power)]
            case Call(function="negate", arguments=(one,)):
                waiting.append((one, power))
            case Call(function="coalesce", arguments=(one, Constant())):
                waiting.append((one, power))
            case _:
                yield here, power


def _by_its_members(work: Work, sum_: Members, divisor: Expression) -> bool:
    """Whether a number is that of the members whose values are added up."""
    number = counted(divisor)
    if number is None:
        return False
    key = set(work.world.headers[number.entity].key)
    parts = [one for one in every(sum_.body) if isinstance(one, Aggregate) and one.levels]
    for one in parts:
        refs = [
            part for part in one.levels[0] if isinstance(part, ColumnRef) and part.entity == number.entity
        ]
        if len(refs) != len(one.levels[0]) or {ref.column for ref in refs} != key:
            return False
        if told_by(refs[0].path, one.where) != number.conditions:
            return False
    having = "" if sum_.having is None else canonical(sum_.having)
    return bool(parts) and (having == number.having or (not having and number.active))
