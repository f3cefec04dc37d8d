"""`values d, … where p`: the distinct combinations of dimensions of one entity."""

from metricdsl.analysis.analysis import Analysis
from metricdsl.analysis.calendar_names import bare_grain
from metricdsl.analysis.columns import key
from metricdsl.analysis.find import Target, find
from metricdsl.analysis.homes import home_of
from metricdsl.analysis.own_times import check_no_own_time
from metricdsl.analysis.rows import row, row_condition
from metricdsl.analysis.touched import along, entities_of
from metricdsl.analysis.world import Place, RowPlace, Work
from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problems.formulas import NotInThisVersion, WrongArguments
from metricdsl.diagnostics.problems.packages import WrongSortOfName
from metricdsl.diagnostics.problems.periods import UnknownColumn
from metricdsl.diagnostics.problems.requests import BadLimit, SameColumnTwice
from metricdsl.model.formula import Expression
from metricdsl.model.request import Context, Grouping, SortKey, ValuesRequest
from metricdsl.syntax import nodes


def values_request(
    analysis: Analysis, work: Work, query: nodes.Query, place: Place, context: Context
) -> ValuesRequest | None:
    """The request of a `values` query."""
    for item in query.values:
        if bare_grain(item.value) is not None:
            expected = "a dimension of an entity"
            work.report(WrongSortOfName(name=item.text, sort="period", expected=expected, span=item.span))
            return None
    _check_clauses(work, query)
    first = query.values[0]
    home = home_of(work, [(item.value, place) for item in query.values], first.span, "values")
    if home is None:
        return None
    rows = RowPlace(home, bare=False)
    groupings: list[Grouping] = []
    expressions: list[Expression] = []
    for item in query.values:
        for name, expression in _dimension(work, item, place, rows):
            if any(grouping.name == name for grouping in groupings):
                work.report(SameColumnTwice(name=name, span=item.span))
            groupings.append(Grouping(name=name, type=expression.type))
            expressions.append(expression)
    where = None if query.where is None else row_condition(work, query.where, place, rows)
    check_no_own_time(work, where, *expressions)
    names: dict[str, None] = {home: None}
    seen: set[tuple[str, tuple[str, ...]]] = set()
    for expression in (*expressions, *(() if where is None else (where,))):
        along(analysis, home, expression, names, seen)
    return ValuesRequest(
        home=home,
        groupings=tuple(groupings),
        expressions=tuple(expressions),
        where=where,
        entities=entities_of(analysis, names),
        sort=_sort(work, query, tuple(grouping.name for grouping in groupings)),
        limit=query.limit,
        context=context,
    )


def _dimension(
    work: Work, item: nodes.Grouping, place: Place, rows: RowPlace
) -> list[tuple[str, Expression]]:
    """A dimension with its name; an entity is its key, of as many columns as that has."""
    name = item.name or item.text
    if isinstance(item.value, nodes.Name):
        before = len(work.problems)
        target = find(work, item.value, place, rows)
        if isinstance(target, Target) and target.column is None:
            parts = key(work, target, item.value)
            return [(name if len(parts) == 1 else f"{name}.{part.column}", part) for part in parts]
        del work.problems[before:]
    found = row(work, item.value, place, rows)
    return [] if found is None else [(name, found)]


def _check_clauses(work: Work, query: nodes.Query) -> None:
    """`values` has `where`, `sort` and `limit`, and nothing else."""
    for word, clause in (
        ("by", query.by),
        ("having", query.having),
        ("during", query.during),
        ("fill", query.fill),
    ):
        if clause:
            text = f"`values` has no `{word}`: it gives the distinct values of dimensions"
            work.report(WrongArguments(text=text, span=query.places.get(word, query.span)))
    for item in query.compare:
        work.report(NotInThisVersion(word="`compare`", span=item.span))
    if query.limit is not None and query.limit < 1:
        work.report(BadLimit(limit=query.limit, span=query.places.get("limit", query.span)))


def _sort(work: Work, query: nodes.Query, names: tuple[str, ...]) -> tuple[SortKey, ...]:
    found: list[SortKey] = []
    for sort in query.sort:
        if sort.name.text in names:
            found.append(SortKey(name=sort.name.text, descending=sort.descending))
        else:
            close = near(sort.name.text, names)
            work.report(UnknownColumn(name=sort.name.text, near=close, columns=names, span=sort.name.span))
    return tuple(found)
