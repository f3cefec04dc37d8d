"""The context an aggregate is evaluated in: what filters it, what it is grouped by, in which periods it looks."""

from attrs import frozen

from metricdsl.model.formula import Aggregate, Expression, PeriodKey
from metricdsl.model.period import ALL_TIME, Period
from metricdsl.model.request import Grouping
from metricdsl.model.types import ValueType
from metricdsl.plan.conditions import conjuncts


@frozen(kw_only=True)
class Key:
    """A column by which rows are grouped: a row expression, or the start of the `grain` cell that it falls in."""

    name: str
    type: ValueType
    expression: Expression
    grain: str | None = None


@frozen(kw_only=True)
class Context:
    """One aggregate's context. Every aggregate has one; whoever changes a context makes a new one.

    `filters` are row conditions of the home, all of which hold. `coordinates` are the groupings that are kept, each as
    the home calculates it. `periods` is the stack of periods, outermost first (now only the range of the query), and
    `time` the aggregate's own time, None where no period of the context asks for it.
    """

    filters: tuple[Expression, ...] = ()
    coordinates: tuple[Key, ...] = ()
    periods: tuple[Period, ...] = ()
    time: Expression | None = None


def context_of(aggregate: Aggregate, groupings: tuple[Grouping, ...], during: Period) -> Context:
    """The context in which a request evaluates one of its aggregates."""
    keys = tuple(
        _key(grouping, key, aggregate) for grouping, key in zip(groupings, aggregate.keys, strict=True)
    )
    bounded = during != ALL_TIME
    timed = bounded or any(isinstance(key, PeriodKey) for key in aggregate.keys)
    return Context(
        filters=conjuncts(aggregate.where),
        coordinates=keys,
        periods=(during,) if bounded else (),
        time=aggregate.time if timed else None,
    )


def _key(grouping: Grouping, key: Expression | PeriodKey, aggregate: Aggregate) -> Key:
    if isinstance(key, PeriodKey):
        assert aggregate.time is not None, (
            "a period is asked of an aggregate without time: analysis refuses it"
        )
        return Key(name=grouping.name, type=grouping.type, expression=aggregate.time, grain=key.grain)
    return Key(name=grouping.name, type=grouping.type, expression=key)
