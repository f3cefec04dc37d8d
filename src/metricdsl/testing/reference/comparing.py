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
        for item in query.compare:
            if item.value == "goal":
                found.append(_goal(column))
                continue
            length, said = _distance(item, during)
            found += _beside(meaning, column, scope, length, said)
    return tuple(found)


def _goal(column: nodes.QueryColumn) -> nodes.QueryColumn:
    """`goal(c)`; null of a column that is no metric by its name, for which alone goals are set."""
    name = column.name if column.name is not None else column.text
    return nodes.QueryColumn(span=column.span, value=_goal_of(column.value), text=f"{name} goal")


def _goal_of(formula: nodes.Expr) -> nodes.Expr:
    if isinstance(formula, nodes.InContext):
        body = _goal_of(formula.body)
        return body if isinstance(body, nodes.Null) else evolve(formula, body=body)
    if isinstance(formula, nodes.Name):
        span = formula.span
        argument = nodes.Argument(span=span, value=formula)
        return nodes.Call(span=span, function="goal", function_span=span, arguments=(argument,))
    return nodes.Null(span=formula.span)


def _beside(
    meaning: Formulas, column: nodes.QueryColumn, scope: Scope, length: nodes.DurationLiteral, said: str
) -> Columns:
    name = column.name if column.name is not None else column.text
    prior = _call("prior", column, length)
    change: nodes.Expr = _call("growth", column, length)
    if is_share(meaning, column.value, scope):
        change = nodes.Binary(span=column.span, operator="-", left=column.value, right=prior)
    return tuple(
        nodes.QueryColumn(span=column.span, value=value, text=text)
        for value, text in ((prior, f"{name} {said}"), (change, f"{name} change"))
    )


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
