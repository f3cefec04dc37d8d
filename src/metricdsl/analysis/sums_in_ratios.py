"""What was told of a sum of members, seen again where it is divided.

sum(count(distinct item.product) per account) / count(account)     products for each account: the pairs are meant
sum(win_rate per rep) / count(rep)                                 the mean of the win rates, which `avg` says in one word
sum(win_rate per rep) / win_rate                                   `avg` in place of `sum` would be another ratio
"""

from attrs import evolve

from metricdsl.analysis.world import Work
from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.problems.levels import AddedAgain, RatiosDoNotAdd
from metricdsl.model.formula import Aggregate, Chosen, ColumnRef, Expression, Members, Named, WithEmpty
from metricdsl.model.parts import every
from metricdsl.source import Span
from metricdsl.syntax import nodes


def look_again(
    work: Work, before: int, node: nodes.Binary, first: Expression | None, second: Expression | None
) -> None:
    """The problems since then, those of sums within a ratio told as they are there; the number of pairs by their members is none."""
    counted = None if second is None else _counted(second)
    short = "" if counted is None else work.world.headers[counted].short
    pairs = counted is not None and first is not None and _members_of(work, first, counted)
    found: list[Problem] = []
    for problem in work.problems[before:]:
        if (
            not isinstance(problem, AddedAgain | RatiosDoNotAdd)
            or not problem.by
            or problem.ratio is not None
        ):
            found.append(problem)
            continue
        top = problem.span is not None and _same(problem.span, node.left.span)
        if top and pairs and isinstance(problem, AddedAgain) and problem.distinct:
            continue
        mean = top and short == problem.by
        found.append(evolve(problem, ratio=node.span, mean=mean))  # type: ignore[misc]
    work.problems[before:] = found


def _same(sum_: Span, side: Span) -> bool:
    """Whether a sum is a whole side of the ratio, parentheses aside."""
    return (
        side.start <= sum_.start
        and sum_.end <= side.end
        and side.end - side.start - (sum_.end - sum_.start) <= 4
    )


def _plain(expression: Expression) -> Expression:
    while isinstance(expression, Named | WithEmpty):
        expression = expression.body
    return expression


def _counted(divisor: Expression) -> str | None:
    """The entity that a divisor counts, each once."""
    match _plain(divisor):
        case Chosen(entity=entity):
            return entity
        case Aggregate(function="count_rows", home=home):
            return home
        case Aggregate(function="count_distinct", arguments=(ColumnRef(entity=entity), *_)) as found:
            return entity if found.type.unit.powers and not found.type.unit.bare else None
        case _:
            return None


def _members_of(work: Work, sum_: Expression, entity: str) -> bool:
    """Whether what is added up are values of the rows of an entity, one of each."""
    made = _plain(sum_)
    if not isinstance(made, Members):
        return False
    key = set(work.world.headers[entity].key)
    keys = [one.levels[0] for one in every(made.body) if isinstance(one, Aggregate) and one.levels]
    return bool(keys) and all(
        all(isinstance(part, ColumnRef) and part.entity == entity for part in parts)
        and {part.column for part in parts if isinstance(part, ColumnRef)} == key
        for parts in keys
    )
