"""The branches of a request: aggregates of one home, time and grouping share one scan of its rows.

    won_revenue, lost_deals by month      →   one scan of opportunity where won or lost,
                                              sum(case when won …), count(case when lost …)

A group exists where some aggregate of a column has a row. So the rows read are those that some aggregate's filter lets
pass; what an aggregate needs beyond that is its own condition.
"""

from collections.abc import Iterable, Sequence

from attrs import frozen

from metricdsl.model.formula import Aggregate as AggregateFormula
from metricdsl.model.formula import Expression
from metricdsl.model.request import Request
from metricdsl.plan.conditions import alternatives, conjunction, conjuncts, implied, shared
from metricdsl.plan.context import Context, context_of
from metricdsl.plan.expressions import aggregates, emptiable
from metricdsl.plan.names import Names, branch_name, measure_name
from metricdsl.plan.nodes import Aggregate, Filter, Measure
from metricdsl.plan.rows import rows


@frozen
class _Use:
    """An aggregate of the request in its context; `brings` tells whether a column has it, not only `having`."""

    formula: AggregateFormula
    context: Context
    brings: bool


def branches(request: Request) -> tuple[Aggregate, ...]:
    """One Aggregate step for each set of aggregates that can share a scan, in the order first written."""
    brought = dict.fromkeys(a for output in request.outputs for a in aggregates(output.formula))
    all_of_them = dict(brought)
    if request.having is not None:
        all_of_them |= dict.fromkeys(aggregates(request.having))
    formulas: list[Expression] = [output.formula for output in request.outputs]
    formulas += [] if request.having is None else [request.having]
    counted = {a for formula in formulas for a in emptiable(formula)}
    groups: dict[object, list[_Use]] = {}
    for formula in all_of_them:
        context = context_of(formula, request.groupings, request.during)
        use = _Use(formula, context, formula in brought)
        scan = (formula.home, context.time, context.coordinates, context.periods)
        groups.setdefault(scan, []).append(use)
    shares = [[use.formula for use in uses] for uses in groups.values()]
    steps = Names()
    columns = Names(grouping.name for grouping in request.groupings)
    return tuple(
        _branch(uses, request, counted, steps.take(branch_name(own, shares)), columns)
        for uses, own in zip(groups.values(), shares, strict=True)
    )


def _branch(
    uses: Sequence[_Use], request: Request, counted: set[AggregateFormula], name: str, columns: Names
) -> Aggregate:
    common = shared(use.context.filters for use in uses)
    own = {use.formula: _without(use.context.filters, common) for use in uses}
    bringing = [own[use.formula] for use in uses if use.brings]
    lets_pass = alternatives(own.values()) or ()
    if len(lets_pass) == 1:  # not a choice: it holds for all
        common += conjuncts(lets_pass[0])
        own = {formula: _without(parts, common) for formula, parts in own.items()}
        bringing = [own[use.formula] for use in uses if use.brings]
        lets_pass = ()
    # Rows that only `having` reads must not make a group.
    extra = any(not implied(own[use.formula], bringing) for use in uses if not use.brings)
    present = (alternatives(bringing) or ()) if bringing and extra and request.groupings else None
    first = uses[0].context
    context = Context(
        filters=common, coordinates=first.coordinates, periods=first.periods, time=first.time
    )
    measures = tuple(_measures(uses, own, counted, columns))
    needed = _needed(context, measures, lets_pass)
    home = uses[0].formula.home
    node = rows(home, needed, request.entities)
    if common or lets_pass or context.periods:
        period = context.periods[-1] if context.periods else None
        node = Filter(
            source=node,
            conditions=common,
            alternatives=lets_pass,
            time=context.time if period else None,
            period=period,
        )
    return Aggregate(
        source=node, name=name, context=context, measures=measures, present=present, brings=bool(bringing)
    )


def _without(filters: tuple[Expression, ...], common: tuple[Expression, ...]) -> tuple[Expression, ...]:
    return tuple(part for part in filters if part not in common)


def _measures(
    uses: Sequence[_Use],
    own: dict[AggregateFormula, tuple[Expression, ...]],
    counted: set[AggregateFormula],
    columns: Names,
) -> Iterable[Measure]:
    formulas = [use.formula for use in uses]
    for formula in formulas:
        condition = conjunction(own[formula])
        name = columns.take(measure_name(formula, formulas))
        yield Measure(name=name, formula=formula, condition=condition)
        if formula in counted and formula.function != "count_rows":
            rows_name = columns.take(f"{name}_rows")
            yield Measure(name=rows_name, formula=None, condition=condition, of=formula)


def _needed(
    context: Context, measures: Sequence[Measure], lets_pass: tuple[Expression, ...]
) -> list[Expression]:
    needed: list[Expression] = [key.expression for key in context.coordinates]
    for measure in measures:
        if measure.formula is not None:
            needed += measure.formula.arguments
    needed += context.filters
    needed += lets_pass
    if context.time is not None:
        needed.append(context.time)
    return needed
