"""What a result accounts for: of each aggregate of its columns all rows of the home, and by what they are left out.

revenue by month where region = "EU" during 2026      →   rows of order; the condition; the time and its period; the keys
"""

from collections.abc import Iterator, Sequence

from metricdsl.model.formula import Aggregate, Expression
from metricdsl.model.made_of import leaves
from metricdsl.model.parts import below, conjuncts
from metricdsl.model.period import Period
from metricdsl.model.request import Grouping, Request, ValuesRequest
from metricdsl.model.types import INTEGER
from metricdsl.plan.branches import branch, named_uses
from metricdsl.plan.building import Building, settled
from metricdsl.plan.context import Key
from metricdsl.plan.extents import extents
from metricdsl.plan.frames import tables_of
from metricdsl.plan.nodes import Filter, Node
from metricdsl.plan.own_times import timed
from metricdsl.plan.rows import rows
from metricdsl.value import frozen


@frozen(kw_only=True)
class Account:
    """The rows of one aggregate: `source` has all of them, in the windows that they are looked for in.

    `conditions` leave rows out; `tests`, the `time` in its `period` and the source's windows tell which lie in no period.
    """

    formula: Aggregate
    source: Node
    conditions: tuple[Expression, ...]
    tests: tuple[Expression, ...] = ()
    time: Expression | None = None
    period: Period | None = None
    keys: tuple[Key, ...] = ()


@frozen(kw_only=True)
class Accounting:
    """The accounts of a request, and from where to where its windows are looked for."""

    accounts: tuple[Account, ...]
    extents: tuple[tuple[Node, Expression], ...] = ()


def accounting(request: Request | ValuesRequest) -> Accounting:
    """The accounts of a request, each aggregate once, in the order written."""
    if isinstance(request, ValuesRequest):
        return Accounting(accounts=(_of_values(request),))
    request = timed(request)
    tables = tables_of(request.entities, request.context)
    building = Building(request.entities, request.context, tables, request.during)
    formulas = [settled(output.formula, building) for output in request.outputs]
    found: dict[Aggregate, tuple[Grouping, ...]] = {}
    for formula in formulas:
        for aggregate, keys in _read(formula, request.groupings):
            found.setdefault(aggregate, keys)
    accounts = tuple(_account(aggregate, keys, building) for aggregate, keys in found.items())
    return Accounting(accounts=accounts, extents=extents(formulas, request.entities, tables))


def _read(formula: Expression, keys: Sequence[Grouping]) -> Iterator[tuple[Aggregate, tuple[Grouping, ...]]]:
    """The aggregates that the value of a formula is made of, each with the keys of its frame."""
    for leaf in leaves(formula):
        if isinstance(leaf, Aggregate):
            yield leaf, tuple(keys)
            continue
        inside = [Grouping(name=key.name, type=key.type, grain=key.grain) for key in leaf.keys]
        for part in below(leaf):
            yield from _read(part, (*keys[: leaf.offset], *inside))


def _account(aggregate: Aggregate, keys: Sequence[Grouping], building: Building) -> Account:
    (use,) = named_uses(
        [aggregate], keys, building.setting, building.during, brought=(aggregate,), counted=()
    )
    made = branch([use], use.name, building.entities, building.tables)
    source = made.source.source if isinstance(made.source, Filter) else made.source
    conditions = conjuncts(aggregate.where)
    context = use.context
    return Account(
        formula=aggregate,
        source=source,
        conditions=conditions,
        tests=tuple(one for one in context.filters if one not in conditions),
        time=context.time,
        period=context.periods[-1] if context.periods else None,
        keys=context.coordinates,
    )


def _of_values(request: ValuesRequest) -> Account:
    """The rows of the entity that `values` looks at."""
    named = zip(request.groupings, request.expressions, strict=True)
    keys = tuple(Key(name=grouping.name, type=grouping.type, expression=value) for grouping, value in named)
    conditions = conjuncts(request.where)
    tables = tables_of(request.entities, request.context)
    return Account(
        formula=Aggregate(type=INTEGER, function="count_rows", home=request.home, where=request.where),
        source=rows(request.home, (*request.expressions, *conditions), request.entities, tables),
        conditions=conditions,
        keys=keys,
    )
