"""Queries as text."""

from metricdsl.diagnostics.width import width
from metricdsl.syntax import nodes as n
from metricdsl.syntax.format_formula import LINE, dotted, fill, flat, led, lines, quoted

_READ_AS_WORDS = frozenset({"last", "this", "prior", "values", "not", "true", "false", "null"})

_CLAUSES = frozenset(
    {"by", "where", "having", "during", "compare", "sort", "limit", "fill", "for", "each"}
)  # an end may be left out


def format_query(query: n.Query) -> str:
    """A query in the one formatting: on one line where it fits, else a line for each clause."""
    return "\n".join(query_lines(query, LINE))


def query_lines(query: n.Query, room: int) -> list[str]:
    """The lines of a query: one where it fits, else one or more for each clause."""
    clauses = _clauses(query, 10 * LINE * LINE)
    said = " ".join(line for clause in clauses for line in clause)
    if width(said) <= room:
        return [said]
    return [line for clause in _clauses(query, room) for line in clause]


def _clauses(query: n.Query, room: int) -> list[list[str]]:
    clauses: list[list[str]] = []
    if query.values:
        clauses.append(led("values ", fill(list(map(grouping_text, query.values)), room - 7)))
    else:
        clauses.append(fill(list(map(column_text, query.columns)), room))
    if query.by:
        clauses.append(led("by ", fill(list(map(grouping_text, query.by)), room - 3)))
    if query.where is not None:
        clauses.append(led("where ", lines(query.where, room - 6, 1)))
    if query.during is not None:
        clauses.append([f"during {during_text(query.during)}"])
    if query.having is not None:
        clauses.append(led("having ", lines(query.having, room - 7, 1)))
    if query.compare:
        clauses.append([f"compare {', '.join(map(compared_text, query.compare))}"])
    if query.sort:
        keys = [dotted(key.name) + (" desc" if key.descending else "") for key in query.sort]
        clauses.append(led("sort ", fill(keys, room - 5)))
    ending = [f"limit {query.limit}"] if query.limit is not None else []
    if query.fill:
        ending.append("fill")
    return [*clauses, [" ".join(ending)]] if ending else clauses


def column_text(column: n.QueryColumn) -> str:
    """A column; one without a name keeps its spelling, since the result's column is called by it."""
    if column.name is not None:
        return f"{quoted(column.name, _READ_AS_WORDS)}: {flat(column.value, 1)}"
    return flat(column.value, 1) if isinstance(column.value, n.Name) else column.text


def grouping_text(grouping: n.Grouping) -> str:
    """A dimension or period that groups."""
    if grouping.name is not None:
        return f"{quoted(grouping.name, _READ_AS_WORDS)}: {flat(grouping.value, 1)}"
    return flat(grouping.value, 1) if isinstance(grouping.value, n.Name) else grouping.text


def during_text(during: n.During) -> str:
    """A range of periods."""
    if during.relative is not None:
        of = during.span_of
        return f"{during.relative} {flat(of) if isinstance(of, n.DurationLiteral) else quoted(of or '')}"
    said = flat(during.start) if during.start is not None else ""
    if during.end is not None:
        end = during.end
        return f"{said} to {quoted(end.text, _CLAUSES) if isinstance(end, n.Name) else flat(end)}"
    return f"{said} to" if during.open_end else said


def compared_text(item: n.CompareItem) -> str:
    """What is compared with."""
    value = quoted(item.value, _READ_AS_WORDS) if isinstance(item.value, str) else flat(item.value)
    return f"prior {value}" if item.kind == "prior" else value
