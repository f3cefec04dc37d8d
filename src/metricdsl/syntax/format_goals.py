"""Goals, baselines, objectives, invariants, events and scorecards as units."""

import re

from metricdsl.diagnostics.width import width
from metricdsl.syntax import nodes as n
from metricdsl.syntax.format_formula import LINE, dotted, fill, flat, indented, led, lines, quoted, text
from metricdsl.syntax.format_queries import column_text, compared_text, during_text, grouping_text
from metricdsl.syntax.format_unit import (
    Line,
    Unit,
    defined,
    in_braces,
    label_of,
    line_of,
    opened,
    whole,
    with_block,
)
from metricdsl.syntax.names import NAME
from metricdsl.syntax.split import BEGINNING, CONTINUING

_FIRST = re.compile(NAME)
_ROOM = 10 * LINE * LINE


def goal(node: n.GoalDecl) -> list[Unit]:
    """A goal: on one line where it fits, else a line for each clause."""
    head = _titled("goal", node.title)
    inside = [line_of(p) for p in node.properties]
    if node.start is not None:
        start = f"{flat(node.start.value)} on {node.start.on.isoformat()}"
        inside.append(Line(node.start.span, "from", items=(start,)))
    end = max(
        part.span.end for part in (node.target, node.during, node.where, *node.each) if part is not None
    )
    body = _lines_of(head, node.target, _goal_clauses(node, LINE), bool(inside))
    return opened(node, body, end, in_braces(inside)) if inside else [whole(node, body)]


def _goal_clauses(node: n.GoalDecl, room: int) -> list[list[str]]:
    clauses: list[list[str]] = []
    if node.during is not None:
        clauses.append([f"for {during_text(node.during)}"])
    if node.where is not None:
        clauses.append(led("where ", lines(node.where, room - 8, 1)))
    if node.each:
        clauses.append(led("each ", fill(list(map(dotted, node.each)), room - 7)))
    return clauses


def baseline(node: n.BaselineDecl) -> list[Unit]:
    """What a metric is compared with."""
    first, *rest = node.metric.parts
    name = ".".join([quoted(first, CONTINUING), *map(quoted, rest)])
    return defined(node, f"baseline {name} =", node.formula, node.properties, 0)


def objective(node: n.ObjectiveDecl) -> list[Unit]:
    """An objective and what is said about it."""
    head = f"objective {quoted(node.name, CONTINUING)}{label_of(node.label)}"
    return with_block(node, [head], node.name_span.end, node.properties)


def invariant(node: n.InvariantDecl) -> list[Unit]:
    """An invariant with its grouping."""
    by = [led("by ", fill(list(map(grouping_text, node.by)), LINE - 5))] if node.by else []
    end = max(part.span.end for part in (node.condition, *node.by))
    body = _lines_of(_titled("invariant", node.title), node.condition, by, bool(node.properties))
    return with_block(node, body, end, node.properties)


def _titled(word: str, title: str | None) -> str:
    return word if title is None else f"{word} {text(title)}:"


def _lines_of(head: str, formula: n.Expr, clauses: list[list[str]], braced: bool) -> list[str]:
    """A head, its formula and clauses: on one line, or the clauses below. The formula begins on the line of the head."""
    flat_clauses = [" ".join(clause) for clause in clauses]
    first = lines(formula, _ROOM, 1)
    said = " ".join([f"{head} {_as_name(first[0])}", *flat_clauses])
    if len(first) == 1 and width(said) + (2 if braced else 0) <= LINE:
        return [said]
    broken = lines(formula, LINE - width(head) - 1, 1)
    broken[0] = _as_name(broken[0])
    return [*led(f"{head} ", broken), *(line for clause in clauses for line in indented(clause))]


def _as_name(said: str) -> str:
    """The beginning of a formula, its first name in back-quotes where a line that begins so would be read as going on."""
    first = _FIRST.match(said)
    if first is None or first[0] not in CONTINUING or first[0] in BEGINNING:
        return said
    return f"`{first[0]}`{said[first.end() :]}"


# ---------------------------------------------------------------- events, scorecards


def event(node: n.EventDecl) -> list[Unit]:
    """An event with what it affected."""
    end = "" if node.end is None else f" to {node.end.isoformat()}"
    head = f"event {text(node.name)} on {node.start.isoformat()}{end}"
    inside = [line_of(p) for p in node.properties]
    if node.affects:
        inside.append(_clause(node, "affects", items=tuple(map(dotted, node.affects))))
    if node.where is not None:
        inside.append(_clause(node, "where", node.where))
    if node.control is not None:
        inside.append(_clause(node, "control", node.control))
    if not inside:
        return [whole(node, [head])]
    return opened(node, [head], node.name_span.end, in_braces(inside))


def _clause(node: n.EventDecl, word: str, formula: n.Expr | None = None, items: tuple[str, ...] = ()) -> Line:
    return Line(node.places.get(word, node.span), word, formula, items)


def scorecard(node: n.ScorecardDecl) -> list[Unit]:
    """A scorecard: the clauses of what it shows, and its properties."""
    query, places = node.query, node.query.places
    inside = [line_of(p) for p in node.properties]

    def clause(word: str, formula: n.Expr | None = None, items: tuple[str, ...] = ()) -> None:
        inside.append(Line(places.get(word, node.span), word, formula, items))

    clause("metrics", items=tuple(map(column_text, query.columns)))
    if query.by:
        clause("by", items=tuple(map(grouping_text, query.by)))
    if query.where is not None:
        clause("where", query.where)
    if query.during is not None:
        clause("during", items=(during_text(query.during),))
    if query.compare:
        clause("compare", items=tuple(map(compared_text, query.compare)))
    head = f"scorecard {quoted(node.name, CONTINUING)}{label_of(node.label)}"
    return opened(node, [head], node.name_span.end, in_braces(inside))
