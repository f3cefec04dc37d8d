"""Which metrics the data at hand can serve, and for want of what it cannot serve the others."""

from collections.abc import Iterator, Mapping

from metricdsl.diagnostics.problems.serving import NotAvailableHere
from metricdsl.engine.binding import table_columns
from metricdsl.engine.used import Used, said_times, used_by
from metricdsl.model.entity import Entity
from metricdsl.model.metric import Metric
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


def _wanting(used: Used, entities: Mapping[str, Entity], catalog: Catalog) -> tuple[str, ...]:
    """The tables and columns among those used that are not there, each once."""
    found: dict[str, None] = {}
    for name, columns in used.items():
        entity = entities[name]
        table = entity.table.name
        info = catalog.tables.get(table)
        if info is None:
            found[f"the table {table}"] = None
            continue
        for column in columns:
            behind_it = (b for b in table_columns(entity, column) if info.column(b) is None)
            found.update((f"{table}.{behind}", None) for behind in behind_it)
    return tuple(found)
