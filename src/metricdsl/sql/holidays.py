"""The days of a table of holidays as a step: each once, none that is not known.

WITH holidays AS (SELECT DISTINCT day AS day FROM public_holidays WHERE NOT day IS NULL)
"""

from sqlglot import exp

from metricdsl.model.made_of import short
from metricdsl.sql import trees
from metricdsl.sql.reader import Reader
from metricdsl.sql.relations import Inline, Stored

DAY = "day"


def days_step(reader: Reader, rows: str) -> str:
    """The name of the step of the days of some rows, made once."""
    known: str | None = reader.windows.get(("holidays", rows))
    if known is not None:
        return known
    entity = reader.entities[rows]
    assert entity.time is not None, "holidays have a day"
    inline = Inline(Stored(entity, reader.catalog.tables.get(entity.table.name)), short(rows), reader.emit)
    conditions = [trees.negated(trees.is_null(inline.column(entity.time)))]
    if (scope := inline.scope()) is not None:
        conditions.append(scope)
    query = exp.Select(
        expressions=[trees.named(inline.column(entity.time), DAY)],
        from_=exp.From(this=inline.source()),
        where=exp.Where(this=trees.all_of(conditions)),
        distinct=exp.Distinct(),
    )
    name = reader.steps.name("holidays", f"{short(rows)}_days")
    reader.windows["holidays", rows] = name
    reader.steps.put_first(name, query)
    return name
