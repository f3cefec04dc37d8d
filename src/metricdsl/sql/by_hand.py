"""The query as it can be run by hand: where an engine has no decimals, the result's columns as the numbers that they mean.

    SELECT SUM(cents) AS revenue …    →    SELECT SUM(cents) / 100.0 AS revenue …

metricdsl runs the query with whole numbers, which are exact; whoever reads the text expects dollars.
"""

from collections.abc import Sequence

from sqlglot import exp

from metricdsl.spi.values import Encoding, ResultColumn
from metricdsl.sql import trees

_ASKED = ("where", "group", "having", "windows", "qualify")


def by_hand(query: exp.Query, columns: Sequence[ResultColumn]) -> exp.Query | None:
    """The query with its scaled columns as numbers; None where it has none. The query itself is changed."""
    scaled = {
        place: column.type.scale
        for place, column in enumerate(columns)
        if column.encoding is Encoding.SCALED and column.type.scale
    }
    if not scaled:
        return None
    if not isinstance(query, exp.Select) or _named_again(
        query, [query.selects[at].alias_or_name for at in scaled]
    ):
        query = _around(query)
    made = list(query.expressions)
    for at, scale in scaled.items():
        shown = made[at]
        sql = shown.this if isinstance(shown, exp.Alias) else shown
        divided = exp.Div(
            this=trees.operand(sql), expression=exp.Literal.number(f"{10**scale}.0"), typed=True
        )
        made[at] = trees.named(divided, shown.alias_or_name)
    query.set("expressions", made)
    return query


def _named_again(query: exp.Select, names: Sequence[str]) -> bool:
    """Whether a condition or group of the query reads one of its columns by the name that it has in the result."""
    parts = [query.args[part] for part in _ASKED if query.args.get(part)]
    found = (column for part in parts for one in _listed(part) for column in one.find_all(exp.Column))
    return any(not column.table and column.name in names for column in found)


def _listed(part: exp.Expression | list[exp.Expression]) -> list[exp.Expression]:
    return part if isinstance(part, list) else [part]


def _around(query: exp.Query) -> exp.Select:
    """The query in FROM, its steps in front as before."""
    steps = query.args.get("with_")
    names = [one.alias_or_name for one in query.selects]
    query.set("with_", None)
    inner = "answer"
    outer = exp.Select(
        expressions=[trees.column(name, inner) for name in names],
        from_=exp.From(this=trees.derived(query, inner)),
    )
    if steps is not None:
        outer.set("with_", steps)
    return outer
