"""Which metrics the data at hand can serve, and for want of what it cannot serve the others."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from metricdsl.diagnostics.problems.serving import NotAvailableHere
from metricdsl.engine.binding import left_to_source, table_columns
from metricdsl.engine.used import Used, said_times, used_by, used_by_column
from metricdsl.model.entity import Entity
from metricdsl.model.formula import Aggregate
from metricdsl.model.metric import Metric
from metricdsl.model.parts import every
from metricdsl.model.request import Request, ValuesRequest
from metricdsl.model.semantic_model import SemanticModel
from metricdsl.spi.values import Catalog


def not_served(
    metrics: Mapping[str, Metric], entities: Mapping[str, Entity], catalog: Catalog, connection: str
) -> Iterator[NotAvailableHere]:
    """A warning for each metric that needs a table or column which the connection does not have."""
    for metric in metrics.values():
        name = metric.name.rpartition(".")[2]
        wanted = _wanting(used_by(metric.formula, entities), entities, catalog)
        if wanted:
            yield NotAvailableHere(metric=name, needs=wanted, connection=connection, span=metric.span)
            continue
        wanted = _wanting(said_times(metric.formula, entities), entities, catalog)
        if wanted:
            yield NotAvailableHere(
                metric=name, needs=wanted, connection=connection, timeless=True, span=metric.span
            )


def by_packs(
    found: Iterable[NotAvailableHere], owners: Mapping[str, str], metrics: Iterable[Metric]
) -> Iterator[NotAvailableHere]:
    """Those of the project's own metrics one by one; those of a pack together, as nobody has all that it speaks of.

    `owners` are the files of packs, each with its plugin.
    """
    of_packs: dict[tuple[str, str], list[NotAvailableHere]] = {}
    for problem in found:
        owner = "" if problem.span is None else owners.get(problem.span.file, "")
        if owner:
            of_packs.setdefault((owner, problem.connection), []).append(problem)
        else:
            yield problem
    theirs = Counter(owners.get(metric.span.file, "") for metric in metrics if metric.span is not None)
    for (owner, connection), several in of_packs.items():
        wanting: dict[str, list[str]] = {}
        for problem in several:
            for need in problem.needs:
                wanting.setdefault(need, []).append(problem.metric)
        lacking = len({problem.metric for problem in several if not problem.timeless})
        most_first = sorted(wanting.items(), key=lambda one: (-len(one[1]), one[0]))
        yield NotAvailableHere(
            metric=owner,
            needs=(),
            connection=connection,
            served=(theirs[owner] - lacking, theirs[owner]),
            wanting=tuple((need, tuple(sorted(names))) for need, names in most_first),
        )


def not_answered(
    request: Request | ValuesRequest,
    lacking: Iterable[tuple[Entity, str]],
    model: SemanticModel,
    catalog: Catalog,
    connection: str,
) -> Iterator[NotAvailableHere]:
    """Why a question cannot be answered for want of columns that sources do not supply: a problem for each metric asked for
    that needs one, then for each column that the question itself asks for, as a grouping, a condition or a time.
    """
    needs = {_need(entity, name): (entity, name) for entity, name in lacking}
    asked = {name: model.metrics[name] for name in _metrics_of(request) if name in model.metrics}
    told: set[str] = set()
    entities = {**model.entities, **model.settings}
    for problem in not_served(asked, entities, catalog, connection):
        if needs.keys() & set(problem.needs):
            told.update(problem.needs)
            yield problem.refusing()
    left = [column for need, column in needs.items() if need not in told]
    yield from (problem.refusing() for problem in columns_not_served(left, entities, connection))


def lacking(entities: Mapping[str, Entity], catalog: Catalog) -> dict[tuple[str, str], tuple[str, ...]]:
    """The columns of entities that the connection has not all of, derived ones too, each with what it needs."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for name, entity in entities.items():
        for column in entity.columns:
            if wanted := _wanting(used_by_column(entity, column, entities), entities, catalog):
                found[name, column] = wanted
    return found


def columns_not_served(
    columns: Iterable[tuple[Entity, str]], entities: Mapping[str, Entity], connection: str
) -> Iterator[NotAvailableHere]:
    """A warning for each column of an entity that its source does not supply, with the dimensions that are made of it."""
    for entity, name in columns:
        column, short = entity.columns.get(name), entity.name.rpartition(".")[2]
        yield NotAvailableHere(
            metric=f"{short}.{name}",
            needs=(_need(entity, name),),
            made=tuple(f"{short}.{other}" for other in _made_of(entity, name, entities)),
            connection=connection,
            span=(None if column is None else column.span) or entity.span,
        )


def _made_of(entity: Entity, name: str, entities: Mapping[str, Entity]) -> Iterator[str]:
    """The dimensions of an entity that are made of one of its columns."""
    for other in entity.columns:
        if other != name and name in used_by_column(entity, other, entities).get(entity.name, {}):
            yield other


def _metrics_of(request: Request | ValuesRequest) -> dict[str, None]:
    """The metrics that a question names, by the aggregates that they are made of."""
    if isinstance(request, ValuesRequest):
        return {}
    aggregates = [part for one in request.formulas for part in every(one) if isinstance(part, Aggregate)]
    return {aggregate.metrics[-1]: None for aggregate in aggregates if aggregate.metrics}


def _wanting(used: Used, entities: Mapping[str, Entity], catalog: Catalog) -> tuple[str, ...]:
    """The tables and columns among those used that are not there, each once, as they are told."""
    found: dict[str, None] = {}
    for name, columns in used.items():
        entity = entities[name]
        if entity.table.unread:
            continue  # told where its source stands
        table = entity.table.name
        info = catalog.tables.get(table)
        if info is None:
            found[f"the table `{table}`"] = None
            continue
        for column in columns:
            if all(info.column(behind) is not None for behind in table_columns(entity, column)):
                continue
            if left_to_source(entity, column):
                found[_need(entity, column)] = None
                continue
            behind_it = [f"`{table}.{b}`" for b in table_columns(entity, column) if info.column(b) is None]
            if entity.table.source and column in entity.supplies:
                found[f"{_need(entity, column)}, made of {' and '.join(behind_it)}"] = None
            else:
                found.update(dict.fromkeys(behind_it))
    return tuple(found)


def _need(entity: Entity, column: str) -> str:
    """A column as definitions know it: of the source that is to supply it, or of the table."""
    return f"`{entity.table.source or entity.table.name}.{column}`"
