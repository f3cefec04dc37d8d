"""The stable text form of a plan, for reading and for tests."""

from collections.abc import Iterator
from typing import assert_never

from metricdsl.model.formula import (
    Aggregate as AggregateFormula,
)
from metricdsl.model.formula import (
    Call,
    Chosen,
    ColumnRef,
    Constant,
    Converted,
    Detached,
    Expression,
    GoalOf,
    GroupingRef,
    LookedAt,
    Members,
    Moved,
    Named,
    OwnTime,
    PeriodBound,
    Ranked,
    Rate,
    RowValue,
    Today,
    WithEmpty,
)
from metricdsl.model.made_of import short
from metricdsl.model.period import Period
from metricdsl.model.period_table import RULE
from metricdsl.model.request import Grouping
from metricdsl.model.window import CellWindow, FixedWindow, MovedWindow, Window
from metricdsl.plan.context import Key
from metricdsl.plan.nodes import (
    Aggregate,
    Attach,
    Centre,
    Combine,
    Compute,
    Conversion,
    Days,
    Distinct,
    Exchange,
    Fill,
    Filter,
    Fold,
    Having,
    Join,
    Latest,
    Limit,
    Lookup,
    Node,
    Plan,
    Rank,
    Scan,
    Seen,
    SemiJoin,
    Sort,
    Table,
    Windows,
)

SIGNS = {
    "add": "+",
    "subtract": "-",
    "multiply": "*",
    "divide": "/",
    "equal": "=",
    "not_equal": "!=",
    "less": "<",
    "at_most": "<=",
    "greater": ">",
    "at_least": ">=",
    "and": "and",
    "or": "or",
}


def text(plan: Plan) -> str:
    """The plan, one step a line, what it works on indented below it."""
    return "\n".join(_lines(plan.root, 0)) + "\n"


def _lines(node: Node, depth: int) -> Iterator[str]:
    yield "  " * depth + _said(node)
    match node:
        case Scan():
            return
        case Combine(branches=branches):
            for branch in branches:
                yield from _lines(branch, depth + 1)
        case Lookup(source=source, table=table):
            yield from _lines(source, depth + 1)
            yield from _lines(table, depth + 1)
        case SemiJoin(source=source, found=found):
            yield from _lines(source, depth + 1)
            yield from _lines(found, depth + 1)
        case Attach(source=source, partial=partial, picks=picks):
            yield from _lines(source, depth + 1)
            for one in (*partial, *(pick.source for pick in picks)):
                yield from _lines(one, depth + 1)
        case _:
            yield from _lines(node.source, depth + 1)


def _said(node: Node) -> str:
    match node:
        case Scan(entity=entity, alias=alias):
            scope = "" if entity.scope is None else f" where {formula(entity.scope)}"
            seen = "".join(f" seen where {formula(policy)}" for policy in entity.policies)
            return f"Scan {entity.name} as {alias} from {entity.table.name}{scope}{seen}"
        case Join(path=path, join=join, scan=scan):
            by = "" if join.neighbour is None else f" {join.neighbour.relation} {join.neighbour.moment}"
            return f"Join {'.'.join(path)}: {join.target} as {scan.alias} on {', '.join(join.columns)}{by}"
        case Filter():
            return "Filter " + " and ".join(_filters(node))
        case Rank(keys=keys, value=value, time=None):
            return f"Rank {formula(value)}{_by(keys)}"
        case Rank(keys=keys, value=value):
            order = ", ".join(map(formula, (node.time, *node.ties)))
            return f"Rank {formula(value)} in order of {order}{' from the latest' if node.latest else ''}{_by(keys)}"
        case Centre(keys=keys, values=values):
            return f"Centre {', '.join(map(formula, values))}{_by(keys)}"
        case Days(time=time):
            return f"Days {formula(time)}"
        case Seen(value=value, time=time, days=days):
            return f"Seen {formula(value)} for {days} days from {formula(time)}"
        case Windows(window=one, frame=frame):
            return f"Windows {window(one, frame)}"
        case Latest(stock=stock):
            series = f" per {', '.join(map(formula, stock.per))}" if stock.per else ""
            return f"Latest {stock.rule} {formula(stock.by)}{series}"
        case Exchange(value=rate):
            return f"Exchange {formula(rate)}"
        case Conversion(value=conversion):
            return f"Conversion {formula(conversion)}"
        case SemiJoin(keys=row_keys, found_keys=found_keys, anti=anti):
            pairs = zip(row_keys, found_keys, strict=True)
            on = " and ".join(f"{formula(key)} = {formula(found)}" for key, found in pairs)
            return f"SemiJoin {'none' if anti else 'some'} with {on}"
        case Lookup(value=value):
            return f"Lookup {formula(value)}"
        case Fold(name=name, keys=keys, members=members, measures=folded):
            by = f" by {', '.join(key.name for key in keys)}" if keys else ""
            per = ", ".join(key.name for key in members)
            made = ", ".join(f"{m.name} = {m.formula.function}({formula(m.value)})" for m in folded)
            return f"Fold {name} per {per}{by}: {made}"
        case Table(keys=keys, body=body):
            return f"Table {formula(body)} by {', '.join(key.name for key in keys)}"
        case Attach(partial=partial, picks=picks, ranked=ranked):
            names = [one.name for one in (*partial, *picks)]
            return f"Attach {', '.join([*names, *map(formula, ranked)])}"
        case Aggregate():
            return _aggregate(node)
        case Combine(keys=keys):
            return "Combine" + (f" by {', '.join(key.name for key in keys)}" if keys else "")
        case Fill(keys=keys, period=period):
            grains = ", ".join(key.name for key in keys if key.grain)
            return f"Fill {grains}{_period(period)}"
        case Compute(columns=columns):
            return "Compute " + ", ".join(f"{name} = {formula(value)}" for name, value in columns)
        case Having(condition=condition):
            return f"Having {formula(condition)}"
        case Distinct(keys=keys):
            return f"Distinct{_by(keys)}"
        case Sort(keys=keys, places=places):
            asked = "".join(f" {key.name}{' desc' if key.descending else ''}" for key in keys)
            best = "".join(f" {', '.join(one.keys)} by {formula(one.table.body)}" for one in places)
            return f"Sort{asked}{f' with the best of{best}' if best else ''}"
        case Limit(count=count):
            return f"Limit {count}"
        case _:
            assert_never(node)


def _aggregate(node: Aggregate) -> str:
    measures = []
    for measure in node.measures:
        inner = f"rows of {formula(measure.of)}" if measure.of is not None else formula(measure.formula)
        condition = "" if measure.condition is None else f" where {formula(measure.condition)}"
        measures.append(f"{measure.name} = {inner}{condition}")
    present = "" if node.present is None else f"; a group if {' or '.join(map(formula, node.present))}"
    brings = "" if node.brings else "; brings no groups"
    return f"Aggregate {node.name}{_by(node.keys)}: {', '.join(measures)}{present}{brings}"


def window(one: Window, frame: tuple[Grouping, ...]) -> str:
    """A window as text."""
    match one:
        case FixedWindow(period=period):
            return f"all{_period(period)}"
        case CellWindow(key=key, within=within):
            inside = window(within, frame)
            return frame[key].name + ("" if inside == "all" else f" in {inside}")
        case MovedWindow(of=of, move=move):
            away = f" {move.amount} {move.unit}" if move.amount else f" {move.unit}" if move.unit else ""
            return f"{move.kind}{away} of {window(of, frame)}"


def _by(keys: tuple[Key, ...]) -> str:
    said = [
        f"{key.name} = {f'{key.grain} of ' if key.grain else ''}{formula(key.expression) if key.expression else 'window'}"
        for key in keys
    ]
    return f" by {', '.join(said)}" if said else ""


def _filters(node: Filter) -> Iterator[str]:
    yield from (formula(condition) for condition in node.conditions)
    if node.alternatives:
        yield "(" + " or ".join(formula(condition) for condition in node.alternatives) + ")"
    if node.time is not None and node.period is not None:
        yield f"{formula(node.time)}{_period(node.period)}"


def _period(period: Period) -> str:
    start = "" if period.start is None else f" from {period.start}"
    return start + ("" if period.end is None else f" until {period.end}")


def formula(value: Expression | None) -> str:
    """A formula as text, names of stored columns with their paths."""
    match value:
        case None:
            return "nothing"
        case Constant(value=constant):
            return f'"{constant}"' if isinstance(constant, str) else str(constant)
        case ColumnRef(path=path, column=column):
            return ".".join((*path, column))
        case Call(function=function, arguments=(left, right)) if function in SIGNS:
            return f"({formula(left)} {SIGNS[function]} {formula(right)})"
        case Call(function="business_time", arguments=(start, end, Constant(value=hours))):
            return f"business_time({formula(start)}, {formula(end)}, {str(hours).partition(RULE)[0]})"
        case Call(function=function, arguments=arguments):
            return f"{function}({', '.join(map(formula, arguments))})"
        case AggregateFormula(function=function, home=home, arguments=arguments):
            return f"{function}({', '.join(map(formula, arguments)) or short(home)})"
        case GroupingRef(index=index):
            return f"grouping {index + 1}"
        case WithEmpty(body=body, value=empty):
            return f"({formula(body)} empty {formula(empty)})"
        case Named(body=body):
            return formula(body)
        case Moved(body=body, move=move):
            away = f", {move.amount} {move.unit}" if move.amount else f", {move.unit}" if move.unit else ""
            return f"{move.kind}({formula(body)}{away})"
        case Detached(body=body):
            return f"total({formula(body)})"
        case Members(function=function, body=body, keys=keys):
            return f"{function}({formula(body)} per {', '.join(key.name for key in keys)})"
        case Today():
            return "today"
        case OwnTime() | LookedAt():
            return "own time" if isinstance(value, OwnTime) else "the day looked at"
        case Rate(currency=currency, into=into, at=at):
            return f"rate({formula(currency)}, {into}, {formula(at)})"
        case PeriodBound(which=which):
            return f"period.{which}"
        case Converted(start=start, end=end):
            return f"converted({short(start.home)}, {short(end.home)})"
        case Chosen(entity=entity, having=having):
            return f"count({short(entity)} having {formula(having)})"
        case Ranked(body=body, single=single):
            return f"{'place' if single else 'rank'}({formula(body)})"
        case GoalOf(body=body):
            return f"goal({formula(body)})"
        case RowValue(body=body, keys=row_keys):
            return f"({formula(body)} per {', '.join(map(formula, row_keys))})"
        case _:
            assert_never(value)
