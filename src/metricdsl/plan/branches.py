"""The branches of a request: aggregates of one home, time and grouping share one scan of its rows.

    won_revenue, lost_deals by month      →   one scan of opportunity where won or lost,
                                              sum(case when won …), count(case when lost …)

A group exists where some aggregate of a column has a row. So the rows read are those that some aggregate's filter lets
pass; what an aggregate needs beyond that is its own condition.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import timedelta

from attrs import evolve

from metricdsl.model.entity import Entity
from metricdsl.model.formula import Aggregate as AggregateFormula
from metricdsl.model.formula import Expression
from metricdsl.model.made_of import aggregates, told
from metricdsl.model.parts import conjuncts
from metricdsl.model.period import ALL_TIME, Period
from metricdsl.model.request import Context as Setting
from metricdsl.model.request import Grouping, Request
from metricdsl.model.window import FixedWindow
from metricdsl.plan.conditions import alternatives, conjunction, implied, shared
from metricdsl.plan.context import Context, context_of
from metricdsl.plan.measures import Measure
from metricdsl.plan.names import Names, branch_name, measure_name
from metricdsl.plan.nodes import Aggregate, Filter, Latest, Windows
from metricdsl.plan.rows import Tables, looked_at, rows
from metricdsl.plan.stretches import FALSE, date_of, less, open_on
from metricdsl.plan.windows import bounds, looked_back_from, never
from metricdsl.value import frozen


@frozen(kw_only=True)
class Use:
    """An aggregate of the request in its context, under a name.

    `brings` tells whether a column has it, not only `having` or `sort`; `counted` is the name under which its rows are counted.
    """

    formula: AggregateFormula
    context: Context
    name: str
    brings: bool
    counted: str | None = None


def branches(request: Request, tables: Tables) -> tuple[Aggregate, ...]:
    """One Aggregate step for each set of aggregates that can share a scan, in the order first written."""
    brought = dict.fromkeys(a for formula in request.bringing for a in aggregates(formula))
    formulas = request.formulas
    found = list(dict.fromkeys(a for formula in formulas for a in aggregates(formula)))
    counted = {a for formula in formulas for a in told(formula)}
    uses = named_uses(
        found, request.groupings, request.context, request.during, brought=brought, counted=counted
    )
    shared_by = scans(uses)
    shares = [[use.formula for use in group] for group in shared_by]
    names = Names()
    return tuple(
        branch(group, names.take(branch_name(own, shares)), request.entities, tables)
        for group, own in zip(shared_by, shares, strict=True)
    )


def scans(uses: Iterable[Use]) -> list[list[Use]]:
    """The aggregates that can share a scan, together: those of one home, time, grouping, period and choice of rows."""
    found: dict[object, list[Use]] = {}
    for use in uses:
        c = use.context
        key = (
            use.formula.home,
            c.time,
            c.coordinates,
            c.periods,
            c.window,
            c.stock,
            c.open,
            c.spread,
        )
        found.setdefault(key, []).append(use)
    return list(found.values())


def named_uses(
    found: Sequence[AggregateFormula],
    keys: Sequence[Grouping],
    setting: Setting,
    during: Period,
    *,
    brought: Container[object],
    counted: Container[object],
    names: Names | None = None,
) -> list[Use]:
    """The aggregates in their contexts, each under a name of its own."""
    names = names or Names(key.name for key in keys)
    uses = []
    for formula in found:
        name = names.take(measure_name(formula, found))
        counts = formula in counted and formula.function != "count_rows"
        uses.append(
            Use(
                formula=formula,
                context=opened(context_of(formula, keys, during), setting),
                name=name,
                brings=formula in brought,
                counted=names.take(f"{name}_rows") if counts else None,
            )
        )
    return uses


def opened(context: Context, setting: Setting) -> Context:
    """What is open on a fixed day, or shared out over a fixed period, as conditions of the rows."""
    window = context.window
    if not isinstance(window, FixedWindow):
        return context
    if context.open is not None:
        if never(window.period):
            return evolve(context, filters=(*context.filters, FALSE), window=None, open=None)
        day = looked_back_from(*bounds(window.period, setting), setting) - timedelta(days=1)
        return evolve(
            context, filters=(*context.filters, *open_on(context.open, day)), window=None, open=None
        )
    if context.spread is not None and window.period == ALL_TIME:
        whole = less(date_of(context.spread.start), date_of(context.spread.end))
        return evolve(context, filters=(*context.filters, whole), window=None, spread=None)
    return context


def branch(
    uses: Sequence[Use],
    name: str,
    entities: Mapping[str, Entity],
    tables: Tables,
    *,
    presence: bool = False,
) -> Aggregate:
    """One scan for aggregates of one home, time and grouping. With `presence` whoever uses it tells by counts which groups
    are there.
    """
    common = shared(use.context.filters for use in uses)
    own = [_without(use.context.filters, common) for use in uses]
    lets_pass = alternatives(own) or ()
    if len(lets_pass) == 1:  # no choice: it holds for all
        common += conjuncts(lets_pass[0])
        own = [_without(parts, common) for parts in own]
        lets_pass = ()
    bringing = [parts for use, parts in zip(uses, own, strict=True) if use.brings]
    context = evolve(uses[0].context, filters=common)
    # Rows that only `having` or `sort` reads must not make a group.
    extra = any(not use.brings and not implied(parts, bringing) for use, parts in zip(uses, own, strict=True))
    present = None
    if bringing and extra and context.coordinates and not presence:
        present = alternatives(bringing)
    measures = tuple(_measures(zip(uses, own, strict=True)))
    needed = _needed(context, measures, lets_pass)
    node = rows(uses[0].formula.home, needed, entities, tables)
    period = context.periods[-1] if context.periods else None
    if context.window is not None:
        node = Windows(
            source=node,
            window=context.window,
            frame=context.frame,
            time=context.time,
            open=context.open,
            spread=context.spread,
        )
        node = looked_at(node, needed, entities)
    if context.stock is not None:
        node = Latest(source=node, stock=context.stock, keys=context.coordinates, period=period)
    if common or lets_pass or period is not None:
        node = Filter(
            source=node,
            conditions=common,
            alternatives=lets_pass,
            time=None if period is None else context.time,
            period=period,
        )
    return Aggregate(
        source=node,
        name=name,
        context=context,
        measures=measures,
        present=present,
        brings=bool(bringing) or presence,
    )


def uses_of(node: Aggregate) -> list[Use]:
    """The aggregates of a branch again, to be shared out otherwise."""
    counted = {measure.of: measure.name for measure in node.measures if measure.of is not None}
    return [
        Use(
            formula=measure.formula,
            context=evolve(
                node.context,
                # Beside its own `where` it has what tells that a row is open on a day.
                filters=tuple(
                    dict.fromkeys(
                        (
                            *conjuncts(measure.formula.where),
                            *conjuncts(measure.condition),
                            *node.context.filters,
                        )
                    )
                ),
            ),
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
    needed: list[Expression] = [key.expression for key in context.coordinates if key.expression is not None]
    for measure in measures:
        if measure.formula is not None:
            needed += measure.formula.read
        if measure.condition is not None:
            needed.append(measure.condition)
    needed += context.filters
    needed += lets_pass
    if context.time is not None:
        needed.append(context.time)
    if context.stock is not None:
        needed += (context.stock.by, *context.stock.per)
    for stretch in (context.open, context.spread):
        needed += () if stretch is None else (stretch.start, stretch.end)
    return needed
