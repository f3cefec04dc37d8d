"""From a request to a compiled query: plan, rewrite, lower, render."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from functools import partial
from typing import Protocol

from attrs import evolve

from metricdsl.diagnostics import Outcome
from metricdsl.diagnostics.problems.dialects import UnknownDialect
from metricdsl.model.entity import Entity
from metricdsl.model.formula import Expression
from metricdsl.model.made_of import aggregates, short
from metricdsl.model.request import Context, Request, ValuesRequest
from metricdsl.model.types import Kind, ValueType
from metricdsl.plan import build, rewrite
from metricdsl.plan.local_steps import cut
from metricdsl.plan.local_text import local_text
from metricdsl.plan.nodes import Node
from metricdsl.registry import Registry
from metricdsl.spi.defs import Capability, DialectDef, Support
from metricdsl.spi.values import Catalog, CompiledQuery, Encoding, ResultColumn, Statement
from metricdsl.sql.by_hand import by_hand
from metricdsl.sql.emitter import Emitter
from metricdsl.sql.grouped import grouped
from metricdsl.sql.guards import guards as guards_of
from metricdsl.sql.holidays import days_step
from metricdsl.sql.period_steps import periods_step
from metricdsl.sql.reader import Reader
from metricdsl.sql.rendering import rendered
from metricdsl.sql.result import result
from metricdsl.sql.steps import Steps


def compile_request(
    request: Request | ValuesRequest,
    registry: Registry,
    dialect: str,
    catalog: Catalog | None = None,
    *,
    guards: bool = False,
) -> Outcome[CompiledQuery | None]:
    """The SQL of a request for a dialect, with a guard for the key of each joined entity where asked."""
    definition = registry.dialects.get(dialect)
    if definition is None:
        return Outcome(None, (UnknownDialect(engine=dialect, known=tuple(sorted(registry.dialects))),))
    parted = cut(request, registry.result_functions)
    asked, request = request, parted.request
    plan = rewrite(build(request), registry, definition)
    emit = emitter_of(plan.setting, registry, definition)
    reader = reader_of(plan, plan.setting, catalog, emit, plan.extents)
    query = result(plan, reader)
    texts = [Statement(sql=rendered(query, definition))]
    if guards:
        texts = [
            *guards_of(reader, plan, lambda: reader_of(plan, plan.setting, catalog, emit, plan.extents)),
            *texts,
        ]
    if emit.problems:
        return Outcome(None, tuple(emit.problems))
    lacking = {
        c for c in Capability if (s := definition.capabilities.get(c)) is not None and s is not Support.NATIVE
    }
    columns = tuple(
        evolve(c, encoding=_encoding(c.type, lacking)) for c in _columns(request, registry, dialect)
    )
    shown = by_hand(query, columns)
    compiled = CompiledQuery(
        dialect=dialect,
        by_hand="" if shown is None else rendered(shown, definition),
        statements=tuple(texts),
        columns=columns,
        metrics=plan.metrics,
        withheld=_withheld(request),
    )
    if parted.steps is not None:
        made = tuple(_columns(asked, registry, dialect))
        told = "".join(f"-- {line}\n" for line in local_text(parted.steps).splitlines())
        by_hand_ = f"{told}{compiled.sql}"
        compiled = evolve(compiled, columns=made, fetched=columns, steps=parted.steps, by_hand=by_hand_)
    return Outcome(compiled)


class Read(Protocol):
    """What reads entities: a plan, a request."""

    @property
    def entities(self) -> Mapping[str, Entity]:
        """Those of which rows are read."""

    @property
    def whole(self) -> Mapping[str, Entity]:
        """Those that policies look at."""


def emitter_of(setting: Context, registry: Registry, definition: DialectDef) -> Emitter:
    """What makes SQL of a dialect in a setting."""
    return Emitter(registry, definition, setting.timezone, setting.week_start, setting.today)


def reader_of(
    read: Read,
    setting: Context,
    catalog: Catalog | None,
    emit: Emitter,
    extents: tuple[tuple[Node, Expression], ...],
) -> Reader:
    """What reads the tables of a plan or request, with steps of its own."""
    known = catalog or Catalog()
    tables = []
    for entity in (*read.entities.values(), *read.whole.values()):
        info = known.tables.get(entity.table.name)
        tables += [short(entity.table.name), entity.table.name] if info is None else [info.parts[-1]]
    steps = Steps(tables, emit.definition.identifier_bytes)
    reader = Reader(
        known,
        read.entities,
        emit,
        steps,
        setting,
        extents=extents,
        groups=grouped,
        whole=read.whole,
    )
    emit.holidays = partial(days_step, reader)
    emit.periods = partial(periods_step, reader)
    return reader


def _columns(request: Request | ValuesRequest, registry: Registry, dialect: str) -> list[ResultColumn]:
    columns = [
        ResultColumn(name=g.name, type=g.type, label=g.label, others=g.place is not None)
        for g in request.groupings
    ]
    if isinstance(request, Request):
        for o in request.outputs:
            about = any(
                dialect in registry.aggregations[a.function].approximate_on for a in aggregates(o.formula)
            )
            columns.append(
                ResultColumn(name=o.name, type=o.type, label=o.label, approximate=about, format=o.format)
            )
    return columns


def _withheld(request: Request | ValuesRequest) -> tuple[int, ...]:
    """The columns of which results may be withheld: the last columns of a row say where."""
    if isinstance(request, ValuesRequest):
        return ()
    first = len(request.groupings)
    return tuple(first + i for i, o in enumerate(request.outputs) if o.withholding is not None)


def _encoding(type: ValueType, lacking: AbstractSet[Capability]) -> Encoding:
    """How the driver hands a value over."""
    match type.kind:
        case Kind.DECIMAL if Capability.DECIMALS in lacking:
            return Encoding.SCALED
        case Kind.INTEGER if Capability.DECIMALS in lacking:
            return Encoding.WHOLE
        case Kind.DATE if Capability.DATES in lacking:
            return Encoding.ISO_DATE
        case Kind.TIMESTAMP if Capability.DATES in lacking:
            return Encoding.ISO_TIMESTAMP
        case Kind.BOOLEAN if Capability.BOOLEANS in lacking:
            return Encoding.ZERO_ONE
        case _:
            return Encoding.PLAIN
