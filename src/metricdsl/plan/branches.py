"""The branches of a request: aggregates of one home, time and grouping share one scan of its rows.

    won_revenue, lost_deals by month      →   one scan of opportunity where won or lost,
                                              sum(case when won …), count(case when lost …)

A group exists where some aggregate of a column has a row. So the rows read are those that some aggregate's filter lets
pass; what an aggregate needs beyond that is its own condition.
"""

from collections.abc import Iterable, Mapping, Sequence

from attrs import evolve, frozen

from metricdsl.model.entity import Entity
from metricdsl.model.formula import Aggregate as AggregateFormula
from metricdsl.model.formula import Expression
from metricdsl.model.request import Request
from metricdsl.plan.conditions import alternatives, conjunction, conjuncts, implied, shared
from metricdsl.plan.context import Context, context_of
from metricdsl.plan.expressions import aggregates, emptiable
from metricdsl.plan.names import Names, branch_name, measure_name
from metricdsl.plan.nodes import Aggregate, Filter, Measure
from metricdsl.plan.rows import rows


@frozen(kw_only=True)
class Use:
    """An aggregate of the request in its context, under a name.

    `brings` tells whether a column has it, not only `having`; `counted` is the name under which its rows are counted.
    """

    formula: AggregateFormula
    context: Context
    name: str
    brings: bool
    counted: str | None = None


def branches(request: Request) -> tuple[Aggregate, ...]:
    """One Aggregate step for each set of aggregates that can share a scan, in the order first written."""
    scans: dict[object, list[Use]] = {}
    for use in _uses(request):
        key = (use.formula.home, use.context.time, use.context.coordinates, use.context.periods)
        scans.setdefault(key, []).append(use)
    shares = [[use.formula for use in uses] for uses in scans.values()]
    names = Names()
    return tuple(
        branch(uses, names.take(branch_name(own, shares)), request.entities)
        for uses, own in zip(scans.values(), shares, strict=True)
    )


def _uses(request: Request) -> list[Use]:
    brought = dict.fromkeys(a for output in request.outputs for a in aggregates(output.formula))
    formulas: list[Expression] = [output.formula for output in request.outputs]
    if request.having is not None:
        formulas.append(request.having)
    found = list(dict.fromkeys(a for formula in formulas for a in aggregates(formula)))
    counted = {a for formula in formulas for a in emptiable(formula)}
    names = Names(grouping.name for grouping in request.groupings)
    uses = []
    for formula in found:
        name = names.take(measure_name(formula, found))
        counts = formula in counted and formula.function != "count_rows"
        uses.append(
            Use(
                formula=formula,
                context=context_of(formula, request.groupings, request.during),
                name=name,
                brings=formula in brought,
                counted=names.take(f"{name}_rows") if counts else None,
            )
        )
    return uses


def branch(uses: Sequence[Use], name: str, entities: Mapping[str, Entity]) -> Aggregate:
    """One scan for aggregates of one home, time and grouping."""
    common = shared(use.context.filters for use in uses)
    own = [_without(use.context.filters, common) for use in uses]
    lets_pass = alternatives(own) or ()
    if len(lets_pass) == 1:  # no choice: it holds for all
        common += conjuncts(lets_pass[0])
        own = [_without(parts, common) for parts in own]
        lets_pass = ()
    bringing = [parts for use, parts in zip(uses, own, strict=True) if use.brings]
    context = evolve(uses[0].context, filters=common)
    # Rows that only `having` reads must not make a group.
    extra = any(not use.brings and not implied(parts, bringing) for use, parts in zip(uses, own, strict=True))
    present = alternatives(bringing) if bringing and extra and context.coordinates else None
    measures = tuple(_measures(zip(uses, own, strict=True)))
    node = rows(uses[0].formula.home, _needed(context, measures, lets_pass), entities)
    period = context.periods[-1] if context.periods else None
    if common or lets_pass or period is not None:
        node = Filter(
            source=node,
            conditions=common,
            alternatives=lets_pass,
            time=None if period is None else context.time,
            period=period,
        )
    return Aggregate(
        source=node, name=name, context=context, measures=measures, present=present, brings=bool(bringing)
    )


def uses_of(node: Aggregate) -> list[Use]:
    """The aggregates of a branch again, to be shared out otherwise."""
    counted = {measure.of: measure.name for measure in node.measures if measure.of is not None}
    return [
        Use(
            formula=measure.formula,
            context=evolve(node.context, filters=conjuncts(measure.formula.where)),
            name=measure.name,
            brings=measure.brings,
            counted=counted.get(measure.formula),
        )
        for measure in node.measures
        if measure.formula is not None
    ]


def _without(filters: tuple[Expression, ...], common: tuple[Expression, ...]) -> tuple[Expression, ...]:
    return tuple(part for part in filters if part not in common)


def _measures(uses: Iterable[tuple[Use, tuple[Expression, ...]]]) -> Iterable[Measure]:
    for use, own in uses:
        condition = conjunction(own)
        yield Measure(name=use.name, formula=use.formula, condition=condition, brings=use.brings)
        if use.counted is not None:
            yield Measure(name=use.counted, condition=condition, of=use.formula, brings=use.brings)


def _needed(
    context: Context, measures: Sequence[Measure], lets_pass: tuple[Expression, ...]
) -> list[Expression]:
    needed: list[Expression] = [key.expression for key in context.coordinates]
    for measure in measures:
        if measure.formula is not None:
            needed += measure.formula.read
        if measure.condition is not None:
            needed.append(measure.condition)
    needed += context.filters
    needed += lets_pass
    if context.time is not None:
        needed.append(context.time)
    return needed
