"""What functions of spreadsheets and of SQL are called in the language: the whole call, written again."""

import re
from collections.abc import Callable

from metricdsl.analysis.walk import walk
from metricdsl.syntax import nodes
from metricdsl.syntax.format_formula import argument
from metricdsl.value import frozen

# `{0}` is the first argument as written; which spelling is meant is told by the number of arguments.
SPELLINGS: dict[str, tuple[str, ...]] = {
    "average": ("avg({0})",),
    "mean": ("avg({0})",),
    "total_of": ("sum({0})",),
    "countrows": ("count({0})",),
    "count_rows": ("count({0})",),
    "counta": ("count({0})",),
    "count_distinct": ("count(distinct {0})",),
    "countdistinct": ("count(distinct {0})",),
    "distinctcount": ("count(distinct {0})",),
    "countd": ("count(distinct {0})",),
    "countunique": ("count(distinct {0})",),
    "uniq": ("count(distinct {0})",),
    "distinct": ("count(distinct {0})",),
    "sumproduct": ("sum({0} * {1})",),
    "iferror": ("coalesce({0}, {1})",),
    "ifnull": ("coalesce({0}, {1})",),
    "nvl": ("coalesce({0}, {1})",),
    "isnull": ("{0} is null", "coalesce({0}, {1})"),
    "isblank": ("{0} is null",),
    "zn": ("coalesce({0}, 0)",),
    "nullif": ("if({0} = {1}, null, {0})",),
    "iif": ("if({0}, {1}, {2})",),
    "iff": ("if({0}, {1}, {2})",),
    "safe_divide": ("{0} / {1}",),
    "safediv": ("{0} / {1}",),
    "divide": ("{0} / {1}",),
    "div0": ("{0} / {1}",),
    "add": ("{0} + {1}",),
    "subtract": ("{0} - {1}",),
    "multiply": ("{0} * {1}",),
    "datediff": ("days_between({0}, {1})", "days_between({1}, {2})"),
    "date_diff": ("days_between({0}, {1})", "days_between({1}, {2})"),
    "days": ("{0} / 1 day", "days_between({1}, {0})"),
    "hours": ("{0} / 1 hour",),
    "minutes": ("{0} / 1 minute",),
    "dayofweek": ("day_of_week({0})",),
    "yoy": ("growth({0}, 1 year)",),
    "qoq": ("growth({0}, 1 quarter)",),
    "mom": ("growth({0}, 1 month)",),
    "wow": ("growth({0}, 1 week)",),
    "ytd": ("to_date({0}, year)",),
    "qtd": ("to_date({0}, quarter)",),
    "mtd": ("to_date({0}, month)",),
    "totalytd": ("to_date({0}, year)",),
    "year_to_date": ("to_date({0}, year)",),
    "month_to_date": ("to_date({0}, month)",),
    "running_total": ("running({0})",),
    "running_sum": ("running({0})",),
    "cumulative": ("running({0})",),
    "cumulative_sum": ("running({0})",),
    "cumsum": ("running({0})",),
    "lag": ("prior({0}, 1 month)", "prior({0}, {1} months)"),
    "top": ("{0} by … sort {0} desc limit 10", "{0} by … sort {0} desc limit {1}"),
    "previous": ("prior({0}, 1 month)",),
    "last_year": ("prior({0}, 1 year)",),
    "sameperiodlastyear": ("prior({0}, 1 year)",),
    "rolling": ("trailing({0}, 28 days)", "trailing({0}, {1} days)"),
    "moving_sum": ("trailing({0}, 28 days)", "trailing({0}, {1} days)"),
    "percent_of_total": ("share({0}, of: …)", "share({0}, of: {1})"),
    "ratio_to_report": ("share({0}, of: …)", "share({0}, of: {1})"),
    "rankx": ("rank({0}, over: …)", "rank({1}, over: {0})"),
    "today": ("today",),
    "now": ("today",),
    "current_date": ("today",),
    "getdate": ("today",),
    "len": ("length({0})",),
    "ucase": ("upper({0})",),
    "lcase": ("lower({0})",),
    "ceiling": ("ceil({0})",),
    "pow": ("power({0}, {1})",),
    "exists": ("count({0}) > 0",),
    "in": ("… in ({all})",),
    "between": ("{1} <= {0} <= {2}",),
}
_CONDITIONAL = {
    "countif": "count",
    "sumif": "sum",
    "averageif": "avg",
    "avgif": "avg",
    "minif": "min",
    "maxif": "max",
}
_POINT = re.compile(r"p(?:ercentile_?)?([0-9]{1,2})$")
_QUANTILES = frozenset({"quantile", "percentile_cont", "percentile_disc", "quantile_cont", "approx_quantile"})


@frozen
class Spelling:
    """What is meant, as it is written here; `calculation` says that it is one, and no call."""

    text: str
    calculation: bool = False


def other_spelling(node: nodes.Call, is_entity: Callable[[str], bool]) -> Spelling | None:
    """The call in the words of the language, where it is one of those that people bring along."""
    name = node.function.casefold()
    written = [argument(a) for a in node.arguments]
    if name in _CONDITIONAL or (name.endswith("s") and name[:-1] in _CONDITIONAL):
        return _conditional(_CONDITIONAL.get(name) or _CONDITIONAL[name[:-1]], node, written, is_entity)
    if name in {"date_trunc", "datetrunc"}:
        return _cut(node)
    point = _POINT.match(name)
    if point is not None and len(written) == 1:
        return Spelling(f"percentile({written[0]}, {int(point[1])}%)")
    if name in _QUANTILES and len(written) == 2:
        return _quantile(node, written)
    operands = [_operand(a) for a in node.arguments]
    for spelling in SPELLINGS.get(name, ()):
        places = {int(place) for place in re.findall(r"\{([0-9])\}", spelling)}
        if "{all}" in spelling or max(places, default=-1) + 1 == len(written):
            is_call = (spelling.endswith(")") and spelling[0] != "{") or spelling.isidentifier()
            text = spelling.replace("{all}", ", ".join(written)).format(*(written if is_call else operands))
            return Spelling(re.sub(r"\b1 (month|day)s\b", r"1 \1", text), calculation=not is_call)
    return None


def _conditional(
    function: str, node: nodes.Call, written: list[str], is_entity: Callable[[str], bool]
) -> Spelling | None:
    """`countif(c)` and `sumif(x, c)`: the rows that meet a condition."""
    if function == "count" and len(written) == 1:
        names = (part.parts[0] for part in walk(node.arguments[0].value) if isinstance(part, nodes.Name))
        home = next((name for name in names if is_entity(name)), None)
        return Spelling(f"count({home or '…'} where {written[0]})")
    if len(written) >= 2 and isinstance(node.arguments[1].value, nodes.Text | nodes.Number):
        return _of_a_range(function, node, written, is_entity)
    if len(written) == 2:
        value, condition = written if _is_condition(node.arguments[1].value) else reversed(written)
        return Spelling(f"{function}({value} where {condition})")
    return None


def _of_a_range(
    function: str, node: nodes.Call, written: list[str], is_entity: Callable[[str], bool]
) -> Spelling | None:
    """`countif(status, "won")`, `sumif(status, "won", amount)`: a column, what it is to be, and what is added up."""
    criterion = node.arguments[1].value
    said = _COMPARED.match(criterion.value) if isinstance(criterion, nodes.Text) else None
    condition = f"{written[0]} {said['sign']} {said['number']}" if said else f"{written[0]} = {written[1]}"
    condition = condition.replace("<>", "!=")
    if function != "count" and len(written) == 3:
        return Spelling(f"{function}({written[2]} where {condition})")
    asked = node.arguments[0].value
    home = asked.parts[0] if isinstance(asked, nodes.Name) and is_entity(asked.parts[0]) else "…"
    return Spelling(f"count({home} where {condition})") if function == "count" and len(written) == 2 else None


_COMPARED = re.compile(r"(?P<sign><>|<=|>=|<|>|=)\s*(?P<number>\d+(?:\.\d+)?)$")


def _cut(node: nodes.Call) -> Spelling | None:
    """`date_trunc("month", ordered_on)`: a grain of a time stands behind it."""
    match [given.value for given in node.arguments]:
        case [nodes.Text(value=grain), nodes.Name() as time] | [
            nodes.Name() as time,
            nodes.Text(value=grain),
        ]:
            return Spelling(f"{time.text}.{grain.casefold()}")
        case [nodes.Name(text=grain), nodes.Name() as time]:
            return Spelling(f"{time.text}.{grain.casefold()}")
        case _:
            return None


def _quantile(node: nodes.Call, written: list[str]) -> Spelling:
    match node.arguments[1].value:
        case nodes.Number(value=value) if 0 < value <= 1:
            return Spelling(f"percentile({written[0]}, {(value * 100).normalize():f}%)")
        case _:  # which one is meant is not for a fix to say
            return Spelling(f"percentile({written[0]}, …%)")


def _operand(given: nodes.Argument) -> str:
    """An argument as an operand: in parentheses where it is a calculation itself."""
    text = argument(given)
    alone = isinstance(given.value, nodes.Name | nodes.Call | nodes.Number | nodes.Text | nodes.Null)
    return text if alone else f"({text})"


def _is_condition(node: nodes.Expr) -> bool:
    return isinstance(node, nodes.Comparison | nodes.Membership | nodes.IsNull | nodes.Not) or (
        isinstance(node, nodes.Binary) and node.operator in {"and", "or"}
    )
