"""The stable text form of a plan, for reading and for tests."""

from collections.abc import Iterator
from typing import assert_never

from metricdsl.model.formula import (
    Aggregate as AggregateFormula,
)
from metricdsl.model.formula import (
    Call,
    ColumnRef,
    Constant,
    Expression,
    GroupingRef,
    Named,
    WithEmpty,
)
from metricdsl.model.period import Period
from metricdsl.plan.context import Key
from metricdsl.plan.expressions import short
from metricdsl.plan.nodes import (
    Aggregate,
    Centre,
    Combine,
    Compute,
    Days,
    Distinct,
    Fill,
    Filter,
    Having,
    Join,
    Limit,
    Node,
    Plan,
    Rank,
    Scan,
    Sort,
)

_SIGNS = {
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
        case _:
            yield from _lines(node.source, depth + 1)


def _said(node: Node) -> str:
    match node:
        case Scan(entity=entity, alias=alias):
            scope = "" if entity.scope is None else f" where {formula(entity.scope)}"
            return f"Scan {entity.name} as {alias} from {entity.table.name}{scope}"
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
        case Sort(keys=keys):
            return "Sort" + "".join(f" {key.name}{' desc' if key.descending else ''}" for key in keys)
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


def _by(keys: tuple[Key, ...]) -> str:
    said = [
        f"{key.name} = {f'{key.grain} of ' if key.grain else ''}{formula(key.expression)}" for key in keys
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
        case Call(function=function, arguments=(left, right)) if function in _SIGNS:
            return f"({formula(left)} {_SIGNS[function]} {formula(right)})"
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
        case _:
            assert_never(value)
