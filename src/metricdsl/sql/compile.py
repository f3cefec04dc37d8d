"""From a request to a compiled query: plan, rewrite, lower, render."""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet

from attrs import evolve
from sqlglot import exp
from sqlglot.errors import ErrorLevel

from metricdsl.diagnostics import Outcome
from metricdsl.diagnostics.problems.dialects import UnknownDialect
from metricdsl.model.entity import Entity
from metricdsl.model.request import Request, ValuesRequest
from metricdsl.model.types import Kind, ValueType
from metricdsl.plan import Plan, build, rewrite
from metricdsl.plan.expressions import aggregates, short
from metricdsl.plan.nodes import Scan
from metricdsl.registry import Registry
from metricdsl.spi.defs import Capability, DialectDef, Support
from metricdsl.spi.values import Catalog, CompiledQuery, Encoding, Purpose, ResultColumn, Statement
from metricdsl.sql import trees
from metricdsl.sql.emitter import Doubt, Emitter
from metricdsl.sql.grouped import grouped
from metricdsl.sql.neighbours import Found, overlaps
from metricdsl.sql.reader import Reader
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
    plan = rewrite(build(request), registry, definition)
    emit = Emitter(
        registry,
        definition,
        plan.setting.timezone,
        plan.setting.week_start,
        plan.setting.today,
    )
    reader = _reader(plan, catalog, emit)
    query = result(plan, reader)
    texts = [Statement(sql=_render(query, definition))]
    if guards:
        joined = [plan.entities[name] for name in reader.joined]
        keys = [_guard(entity, plan, catalog, emit) for entity in joined]
        spans = {(f.target.name, f.by.columns): f for f in reader.neighbours.values() if f.by.end}
        keys += [_overlap_guard(found, plan, catalog, emit) for found in spans.values()]
        texts = [
            *(stored_values(parts, doubts, definition) for parts, doubts in emit.doubts.items()),
            *keys,
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
    compiled = CompiledQuery(
        dialect=dialect,
        statements=tuple(texts),
        columns=columns,
        metrics=plan.metrics,
        withheld=_withheld(request),
    )
    return Outcome(compiled)


def _reader(plan: Plan, catalog: Catalog | None, emit: Emitter) -> Reader:
    known = catalog or Catalog()
    tables = []
    for entity in plan.entities.values():
        info = known.tables.get(entity.table.name)
        tables += [short(entity.table.name), entity.table.name] if info is None else [info.parts[-1]]
    steps = Steps(tables, emit.definition.identifier_bytes)
    return Reader(
        known,
        plan.entities,
        emit,
        steps,
        today=plan.setting.today,
        extents=plan.extents,
        groups=grouped,
    )


def _guard(entity: Entity, plan: Plan, catalog: Catalog | None, emit: Emitter) -> Statement:
    """A statement that finds a repeated key of a joined entity: it must give no row."""
    reader = _reader(plan, catalog, emit)
    scan = Scan(entity=entity, alias=short(entity.name))
    relation = reader.relation(scan, set(entity.key), joined=False)
    conditions = [trees.negated(trees.is_null(relation.column(name))) for name in entity.key]
    if (scope := relation.scope()) is not None:
        conditions.insert(0, scope)
    condition = trees.all_of(conditions)
    query = exp.Select(
        expressions=[
            *(trees.named(relation.column(name), name) for name in entity.key),
            trees.named(trees.count_star(), "rows"),
        ],
        from_=exp.From(this=relation.source()),
        where=exp.Where(this=condition),
        group=exp.Group(expressions=[relation.column(name) for name in entity.key]),
        having=exp.Having(this=exp.GT(this=trees.count_star(), expression=trees.number(1))),
        limit=exp.Limit(expression=trees.number(1)),
    )
    text = _render(reader.finished(query), emit.definition)
    return Statement(sql=text, purpose=Purpose.GUARD, subject=entity.name)


def _overlap_guard(found: Found, plan: Plan, catalog: Catalog | None, emit: Emitter) -> Statement:
    """A statement that finds two rows of one key that are valid at once: it must give no row."""
    reader = _reader(plan, catalog, emit)
    text = _render(reader.finished(overlaps(reader, found.target, found.by)), emit.definition)
    return Statement(sql=text, purpose=Purpose.OVERLAP, subject=found.target.name)


def stored_values(parts: tuple[str, ...], doubts: Mapping[str, Doubt], dialect: DialectDef) -> Statement:
    """A statement that finds a stored value that is not of the type declared for its column: it must give no row."""
    columns = list(doubts)

    def first(shown: Callable[[str], exp.Expression]) -> exp.Expression:
        return trees.case([(doubts[name].wrong.copy(), shown(name)) for name in columns])

    kinds = {name: doubts[name].type.kind.value for name in columns}
    query = exp.Select(
        expressions=[
            trees.named(first(exp.Literal.string), "column"),
            trees.named(first(lambda name: exp.Literal.string(kinds[name])), "type"),
            trees.named(first(trees.column), "value"),
        ],
        from_=exp.From(this=trees.table(parts, parts[-1])),
        where=exp.Where(this=trees.any_of([doubt.wrong.copy() for doubt in doubts.values()])),
        limit=exp.Limit(expression=trees.number(1)),
    )
    return Statement(sql=_render(query, dialect), purpose=Purpose.VALUES, subject=parts[-1])


def _render(query: exp.Query, dialect: DialectDef) -> str:
    return query.sql(dialect.sqlglot, copy=False, pretty=True, unsupported_level=ErrorLevel.RAISE)


def _columns(request: Request | ValuesRequest, registry: Registry, dialect: str) -> list[ResultColumn]:
    columns = [ResultColumn(name=g.name, type=g.type, label=g.label) for g in request.groupings]
    if isinstance(request, Request):
        for o in request.outputs:
            about = any(
                dialect in registry.aggregations[a.function].approximate_on for a in aggregates(o.formula)
            )
            columns.append(ResultColumn(name=o.name, type=o.type, label=o.label, approximate=about))
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
