"""By what dimensions a change is looked at where none are named, and what is left out with the reason.

The first of each entity in turn, as they are declared, the nearer entities before those further away; of equal ones that with fewer values.
"""

from metricdsl.analysis import Analysis, ReachableDimension, explain_dimensions
from metricdsl.insight.why_answer import LeftOut
from metricdsl.model.entity import Role
from metricdsl.model.formula import Expression
from metricdsl.model.made_of import aggregates, columns
from metricdsl.model.types import Kind

MOST_DIMENSIONS = 16
"""How many are looked at where none are named: each is a query."""
MOST_MEMBERS = 200
"""A dimension with more values explains nothing that a reader could take in; with more it is left out, unless it is named."""
MANY = 1_000


def drivers(analysis: Analysis, metric: str) -> tuple[tuple[str, ...], tuple[LeftOut, ...]]:
    """The dimensions to look at, by the names of a query, and those that are not looked at."""
    chosen: list[ReachableDimension] = []
    left_out: list[LeftOut] = []
    seen: set[tuple[object, ...]] = set()
    chosen_by = _conditions(analysis.model.metrics[metric].formula)
    for dimension in explain_dimensions(analysis, metric):
        column = dimension.name.rpartition(".")[2]
        thing = (dimension.path, dimension.entity, column) if dimension.path else (dimension.name,)
        if thing in seen:
            continue
        seen.add(thing)
        reason = _unfit(dimension)
        if not reason and _read(analysis, dimension, column) <= chosen_by:
            reason = "the metric's own conditions are made of it"
        if reason:
            left_out.append(LeftOut(name=dimension.name, reason=reason))
        else:
            chosen.append(dimension)
    rounds: dict[tuple[str, ...], int] = {}
    turns: dict[str, int] = {}
    for one in chosen:
        turns[one.name] = rounds.setdefault(one.path, len(one.path))
        rounds[one.path] += 1
    chosen.sort(key=lambda one: (turns[one.name], _values(one)))
    left_out += [
        LeftOut(name=one.name, reason=f"behind the first {MOST_DIMENSIONS}: name it with --by")
        for one in chosen[MOST_DIMENSIONS:]
    ]
    return tuple(one.name for one in chosen[:MOST_DIMENSIONS]), tuple(left_out)


def _conditions(formula: Expression) -> frozenset[tuple[tuple[str, ...], str]]:
    """The columns that tell which rows a metric counts, or what it asks of them: it says nothing of why that they differ."""
    found: set[tuple[tuple[str, ...], str]] = set()
    for aggregate in aggregates(formula):
        asked = aggregate.arguments if aggregate.function == "rate" else ()
        for condition in (aggregate.where, *asked):
            if condition is not None:
                found.update((ref.path, ref.column) for ref in columns(condition))
    return frozenset(found)


def _read(
    analysis: Analysis, dimension: ReachableDimension, column: str
) -> frozenset[tuple[tuple[str, ...], str]]:
    """The stored columns that a dimension is made of, by their paths."""
    declared = analysis.model.entities[dimension.entity].columns.get(column)
    if declared is None or declared.value is None:
        return frozenset({(dimension.path, column)})
    read = frozenset(((*dimension.path, *ref.path), ref.column) for ref in columns(declared.value))
    return read or frozenset({(dimension.path, column)})


def _unfit(dimension: ReachableDimension) -> str:
    """Why a dimension is not looked at unless it is named; empty where it is."""
    if dimension.refusal:
        return "several joins lead there: `metric show NAME --dimensions` has its names"
    if dimension.is_key or dimension.role is Role.COLUMN:
        return "a key, with as many values as rows: name it with --by"
    if dimension.role is Role.TIME or dimension.type.kind.temporal:
        return "a time: name it with its grain, as in --by order.ordered_on.month"
    if dimension.type.kind not in {Kind.TEXT, Kind.BOOLEAN}:
        return f"{_a(dimension.type.kind.value)}: name it with --by, or make ranges with `bucket`"
    return ""


def _a(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def _values(dimension: ReachableDimension) -> int:
    """How many values it has, where its declaration says so."""
    if dimension.type.kind is Kind.BOOLEAN:
        return 2
    return MANY if dimension.type.domain is None else len(dimension.type.domain)
