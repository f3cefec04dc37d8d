"""`compare`: beside each column its value in an earlier period, and the change since."""

from decimal import Decimal
from fractions import Fraction

from attrs import evolve

from metricdsl.syntax import nodes
from metricdsl.testing.reference.meaning import Formulas
from metricdsl.testing.reference.names import Scope
from metricdsl.testing.reference.periods import GRAINS, Period, written_period
from metricdsl.testing.reference.time_functions import shifted
from metricdsl.testing.reference.units import is_share
from metricdsl.testing.reference.values import Duration, Months, Refused

Columns = tuple[nodes.QueryColumn, ...]
DAYS = 86_400_000_000  # microseconds


def compared(meaning: Formulas, query: nodes.Query, scope: Scope, during: Period) -> Columns:
    """The columns of a query, right behind each its `prior(f, d)` and its `growth(f, d)`; of a share, f − prior(f, d)."""
    found: list[nodes.QueryColumn] = []
    for column in query.columns:
        found.append(column)
        first = next((item for item in query.compare if item.value != "goal"), None)
        for item in query.compare:
            if item.value == "goal":
                found.append(_goal(column))
                continue
            if item.value == "baseline":
                found += _baseline(meaning, column, scope, first=item is first)
                continue
            length, said = _distance(item, during)
            found += _beside(meaning, column, scope, length, said, first=item is first)
    return tuple(found)


def _goal(column: nodes.QueryColumn) -> nodes.QueryColumn:
    """`goal(c)`; null of a column that is no metric by its name, for which alone goals are set."""
    name = column.name if column.name is not None else column.text
    return nodes.QueryColumn(span=column.span, value=_of_metric("goal", column.value), text=f"{name} goal")


def _baseline(meaning: Formulas, column: nodes.QueryColumn, scope: Scope, *, first: bool) -> Columns:
    """`baseline(c)`, and (c − b) / b where b > 0, of a share c − b; nulls of a column that has no baseline."""
    name, span = column.name if column.name is not None else column.text, column.span
    null = nodes.Null(span=span)
    base = _of_metric("baseline", column.value)
    body = column.value.body if isinstance(column.value, nodes.InContext) else column.value
    change: nodes.Expr = null
    if meaning.world.baseline_of(body, scope) is None:
        base = null
    else:
        change = nodes.Binary(span=span, operator="-", left=column.value, right=base)
        if not is_share(meaning, column.value, scope):
            zero = nodes.Binary(span=span, operator="-", left=base, right=base)
            positive = nodes.Comparison(span=span, first=base, rest=((">", zero),))
            part = nodes.Binary(span=span, operator="/", left=change, right=base)
            arguments = tuple(nodes.Argument(span=span, value=v) for v in (positive, part, null))
            change = nodes.Call(span=span, function="if", function_span=span, arguments=arguments)
    return (
        nodes.QueryColumn(span=span, value=base, text=f"{name} baseline"),
        nodes.QueryColumn(span=span, value=change, text=f"{name} {_change('baseline', first=first)}"),
    )


def _of_metric(function: str, formula: nodes.Expr) -> nodes.Expr:
    """`goal(m)` of a metric by its name, the words of context around it; null of any other formula."""
    if isinstance(formula, nodes.InContext):
        body = _of_metric(function, formula.body)
        return body if isinstance(body, nodes.Null) else evolve(formula, body=body)
    if isinstance(formula, nodes.Name):
        span = formula.span
        argument = nodes.Argument(span=span, value=formula)
        return nodes.Call(span=span, function=function, function_span=span, arguments=(argument,))
    return nodes.Null(span=formula.span)


def _beside(
    meaning: Formulas,
    column: nodes.QueryColumn,
    scope: Scope,
    length: nodes.DurationLiteral,
    said: str,
    *,
    first: bool,
) -> Columns:
    name = column.name if column.name is not None else column.text
    prior = _call("prior", column, length)
    change: nodes.Expr = _call("growth", column, length)
    if is_share(meaning, column.value, scope):
        change = nodes.Binary(span=column.span, operator="-", left=column.value, right=prior)
    return tuple(
        nodes.QueryColumn(span=column.span, value=value, text=text)
        for value, text in ((prior, f"{name} {said}"), (change, f"{name} {_change(said, first=first)}"))
    )


def _change(said: str, *, first: bool) -> str:
    return "change" if first else f"change, {said}"


def _call(function: str, column: nodes.QueryColumn, length: nodes.DurationLiteral) -> nodes.Call:
    span = column.span
    return nodes.Call(
        span=span,
        function=function,
        function_span=span,
        arguments=(nodes.Argument(span=span, value=column.value), nodes.Argument(span=span, value=length)),
    )


def _distance(item: nodes.CompareItem, during: Period) -> tuple[nodes.DurationLiteral, str]:
    """How far back, and the words for it."""
    match item:
        case nodes.CompareItem(kind="prior", value=str() as unit) if unit in GRAINS:
            return nodes.DurationLiteral(span=item.span, amount=Decimal(1), unit=unit), f"prior {unit}"
        case nodes.CompareItem(kind="prior", value=nodes.DurationLiteral(amount=amount, unit=unit) as length):
            return length, f"prior {amount:f} {unit}{'' if amount == 1 else 's'}"
        case nodes.CompareItem(kind="period", value=value) if not isinstance(value, str):
            count, unit_back = _steps_back(written_period(value), during)
            said = f"{value.value:f}" if isinstance(value, nodes.Number) else _literal(value)
            return nodes.DurationLiteral(span=item.span, amount=Decimal(count), unit=unit_back), said
        case _:
            raise Refused("compare takes a period before, or `prior` and a length")


def _steps_back(other: Period, during: Period) -> tuple[int, str]:
    """The distance to the range, which must be a period of the same length: in months where that meets it, else in days."""
    if during.start is None or during.end is None or other.start is None:
        raise Refused("compare with a period needs a range: during")
    months = (during.start.year - other.start.year) * 12 + during.start.month - other.start.month
    if months > 0 and shifted(during, Months(months)) == other:
        return months, "month"
    days = (during.start - other.start).days
    if days > 0 and shifted(during, Duration(Fraction(days * DAYS))) == other:
        return days, "day"
    raise Refused("what is compared with is an earlier period of the same length")


def _literal(value: nodes.Expr) -> str:
    match value:
        case nodes.PeriodLiteral(grain="quarter", year=year, ordinal=ordinal):
            return f"{year}-Q{ordinal}"
        case nodes.PeriodLiteral(grain="week", year=year, ordinal=ordinal):
            return f"{year}-W{ordinal:02}"
        case nodes.PeriodLiteral(year=year, ordinal=ordinal):
            return f"{year}-{ordinal:02}"
        case _:
            raise Refused("compare takes a year, quarter, month or week")
