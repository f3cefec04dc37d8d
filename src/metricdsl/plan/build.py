"""From a request to a plan: one branch for each set of aggregates that can share a scan."""

from typing import assert_never

from attrs import evolve

from metricdsl.model.formula import Expression, RowValue
from metricdsl.model.made_of import aggregates
from metricdsl.model.parts import conjuncts
from metricdsl.model.request import Output, Request, ValuesRequest, Withholding
from metricdsl.plan.branches import branches
from metricdsl.plan.building import Building, Frame, contextual, settled
from metricdsl.plan.context import Key
from metricdsl.plan.extents import extents
from metricdsl.plan.frames import attached, frame_of, table_of, tables_of
from metricdsl.plan.nodes import (
    Combine,
    Compute,
    Distinct,
    Fill,
    Filter,
    Having,
    Limit,
    Node,
    Place,
    Plan,
    Sort,
)
from metricdsl.plan.own_times import timed
from metricdsl.plan.rows import rows


def build(request: Request | ValuesRequest) -> Plan:
    """The plan of a request: what is read, grouped, put side by side, calculated, chosen and ordered."""
    match request:
        case Request():
            return _metrics(timed(request))
        case ValuesRequest():
            return _values(request)
        case _:
            assert_never(request)


def _metrics(request: Request) -> Plan:
    if contextual(request.formulas) or request.withholdings:
        return _in_contexts(request)
    tables = tables_of(request.entities, request.context)
    node: Node = Combine(branches=branches(request, tables), keys=request.groupings)
    if request.fill:
        node = Fill(source=node, keys=request.groupings, period=request.during)
    return _finished(node, request)


def _in_contexts(request: Request) -> Plan:
    """The plan of formulas that change their contexts."""
    tables = tables_of(request.entities, request.context)
    building = Building(request.entities, request.context, tables, request.during)
    request = evolve(
        request,
        outputs=tuple(_settled_output(output, building) for output in request.outputs),
        ordering=tuple(_settled_output(output, building) for output in request.ordering),
        having=None if request.having is None else settled(request.having, building),
        having_withholding=_settled(request.having_withholding, building),
    )
    formulas = list(request.bringing)
    others = [*request.bringing_none]
    others += [part for one in request.withholdings for part in (one.small, one.reads)]
    frame = Frame(keys=request.groupings)
    combine, partial, chosen = frame_of(frame, formulas, others, building)
    groups = Fill(source=combine, keys=request.groupings, period=request.during) if request.fill else combine
    node = attached(groups, partial, chosen, frame, [*formulas, *others], building)
    plan = _finished(node, request)
    return evolve(plan, extents=extents([*formulas, *others], request.entities, tables))


def _settled_output(output: Output, building: Building) -> Output:
    withheld = _settled(output.withholding, building)
    return evolve(output, formula=settled(output.formula, building), withholding=withheld)


def _settled(found: Withholding | None, building: Building) -> Withholding | None:
    if found is None:
        return None
    return Withholding(small=settled(found.small, building), reads=settled(found.reads, building))


def _finished(node: Node, request: Request) -> Plan:
    """The last steps: the result's columns, the choice among its groups, their order."""
    outputs = (*request.outputs, *request.ordering)
    columns = tuple((output.name, output.formula) for output in outputs)
    minimums = tuple((o.name, o.withholding) for o in outputs if o.withholding is not None)
    node = Compute(source=node, keys=request.groupings, columns=columns, minimums=minimums)
    if request.having is not None:
        node = Having(source=node, condition=request.having, minimum=request.having_withholding)
    written = (metric for output in outputs for a in aggregates(output.formula) for metric in a.metrics)
    return Plan(
        root=_order(node, request),
        groupings=request.groupings,
        entities=request.entities,
        setting=request.context,
        whole=request.whole,
        metrics=tuple(dict.fromkeys(written)),
    )


def _values(request: ValuesRequest) -> Plan:
    named = zip(request.groupings, request.expressions, strict=True)
    keys = tuple(Key(name=grouping.name, type=grouping.type, expression=value) for grouping, value in named)
    conditions = conjuncts(request.where)
    needed: tuple[Expression, ...] = (*request.expressions, *conditions)
    tables = tables_of(request.entities, request.context)
    node = rows(request.home, needed, request.entities, tables)
    if conditions:
        node = Filter(source=node, conditions=conditions)
    return Plan(
        root=_order(Distinct(source=node, keys=keys), request),
        groupings=request.groupings,
        entities=request.entities,
        setting=request.context,
        whole=request.whole,
    )


def _order(node: Node, request: Request | ValuesRequest) -> Node:
    keys = request.sort
    if request.groupings or keys:
        unseen = tuple(o.name for o in request.ordering) if isinstance(request, Request) else ()
        node = Sort(source=node, keys=keys, unseen=unseen, places=_places(request))
    return node if request.limit is None else Limit(source=node, count=request.limit)


def _places(request: Request | ValuesRequest) -> tuple[Place, ...]:
    """The groupings by the best of a dimension, each with the places of all that it is."""
    found: dict[RowValue, list[str]] = {}
    for grouping in request.groupings:
        if grouping.place is not None:
            found.setdefault(grouping.place, []).append(grouping.name)
    return tuple(
        Place(keys=tuple(names), table=table_of(place, request.entities, request.context))
        for place, names in found.items()
    )
