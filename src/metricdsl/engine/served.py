"""Which metrics the data at hand can serve, and for want of what it cannot serve the others."""

from collections.abc import Iterator, Mapping

from metricdsl.diagnostics.problems.serving import NotAvailableHere
from metricdsl.engine.binding import table_columns
from metricdsl.engine.used import used_by
from metricdsl.model.entity import Entity
from metricdsl.model.metric import Metric
from metricdsl.spi.values import Catalog


def not_served(
    metrics: Mapping[str, Metric], entities: Mapping[str, Entity], catalog: Catalog, connection: str
) -> Iterator[NotAvailableHere]:
    """A warning for each metric that needs a table or column which the connection does not have."""
    for metric in metrics.values():
        wanted = tuple(dict.fromkeys(_wanting(metric, entities, catalog)))
        if wanted:
            name = metric.name.rpartition(".")[2]
            yield NotAvailableHere(metric=name, needs=wanted, connection=connection, span=metric.span)


def _wanting(metric: Metric, entities: Mapping[str, Entity], catalog: Catalog) -> Iterator[str]:
    for name, columns in used_by(metric.formula, entities).items():
        entity = entities[name]
        table = entity.table.name
        info = catalog.tables.get(table)
        if info is None:
            yield f"the table {table}"
            continue
        for column in columns:
            for behind in table_columns(entity, column):
                if info.column(behind) is None:
                    yield f"{table}.{behind}"
