"""Sums of distinct counts beside the number of their members: each pair of the two is meant to count.

    sum(count(distinct item.product) per account) / count(account)      the products that an account holds

It is what stands in the product that says so, however it is written: `2 * sum(…) / count(account)`, `count(account) / sum(…)`. The
members are the same on both sides: products of the accounts of a region, by all accounts, are no account's.
"""

from collections.abc import Iterator

from attrs import evolve, frozen

from metricdsl.analysis.fingerprint import canonical
from metricdsl.analysis.world import Work
from metricdsl.diagnostics.problems.levels import AddedAgain
from metricdsl.model.formula import (
    Aggregate,
    Call,
    Chosen,
    ColumnRef,
    Constant,
    Expression,
    Members,
    Named,
    RowValue,
    WithEmpty,
)
from metricdsl.model.parts import every

DISTINCT = frozenset({"count_distinct", "approx_count_distinct"})


@frozen
class Counted:
    """What a number is of: the rows of an entity, those with the `conditions`, as the entity itself sees them."""

    entity: str
    conditions: frozenset[str]
    having: str = ""
    active: bool = False  # whether `having` leaves out those that have nothing alone


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


def counted(divisor: Expression) -> Counted | None:
    """The entity whose rows a number counts, each once, and which of them; None where it counts none."""
    match _itself(divisor):
        case Chosen(entity=entity, having=having, domains=domains):
            conditions = [part for domain in domains for part in _conjuncts(domain.where)]
            active = _leaves_out_nothing(having)
            return Counted(entity, frozenset(map(canonical, conditions)), canonical(having), active)
        case Aggregate(function="count_rows", home=home, where=where):
            return Counted(home, _told_by((), where))
        case Aggregate(function=function, arguments=(ColumnRef() as key, *_), where=where) as found:
            own = function in DISTINCT and not found.type.unit.bare
            return Counted(key.entity, _told_by(key.path, where)) if own else None
        case _:
            return None


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
        if _told_by(refs[0].path, one.where) != number.conditions:
            return False
    having = "" if sum_.having is None else canonical(sum_.having)
    return bool(parts) and (having == number.having or (not having and number.active))


def _told_by(path: tuple[str, ...], where: Expression | None) -> frozenset[str]:
    """The conditions on the rows at the end of a path, as these see them."""
    seen = (_seen_from(path, part) for part in _conjuncts(where))
    return frozenset(canonical(one) for one in seen if one is not None)


def _seen_from(path: tuple[str, ...], condition: Expression) -> Expression | None:
    """A condition as the rows at the end of a path see it; None where it asks for something else too."""
    match condition:
        case ColumnRef(path=longer):
            inside = longer[: len(path)] == path
            return evolve(condition, path=longer[len(path) :]) if inside else None
        case Call(arguments=arguments) | RowValue(keys=arguments):
            parts = [_seen_from(path, one) for one in arguments]
            known = tuple(one for one in parts if one is not None)
            if len(known) != len(parts):
                return None
            if isinstance(condition, Call):
                return evolve(condition, arguments=known)
            return evolve(condition, keys=known)
        case _:
            return condition


def _leaves_out_nothing(having: Expression) -> bool:
    """Whether a condition asks for some of a number of things: `orders > 0`."""
    match having:
        case Call(function="greater", arguments=(number, Constant(value=0))):
            pass
        case Call(function="at_least", arguments=(number, Constant(value=1))):
            pass
        case _:
            return False
    number = _itself(number)
    return isinstance(number, Aggregate) and number.function in {"count", "count_rows", *DISTINCT}


def _itself(expression: Expression) -> Expression:
    while isinstance(expression, Named | WithEmpty):
        expression = expression.body
    return expression


def _conjuncts(condition: Expression | None) -> tuple[Expression, ...]:
    if isinstance(condition, Call) and condition.function == "and":
        return tuple(part for argument in condition.arguments for part in _conjuncts(argument))
    return () if condition is None else (condition,)
