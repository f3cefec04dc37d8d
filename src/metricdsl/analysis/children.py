"""Values of a row that are made of other rows: a dimension that aggregates children, `(orders per customer) > 2`."""

from collections.abc import Sequence
from typing import TypeGuard

from attrs import evolve

from metricdsl.analysis.calendar_names import bare_grain
from metricdsl.analysis.changes import Level
from metricdsl.analysis.columns import key
from metricdsl.analysis.contexts import aggregates, push, read_words
from metricdsl.analysis.defines import opened_keys
from metricdsl.analysis.find import Target, find
from metricdsl.analysis.groupings import Asked
from metricdsl.analysis.groups import GroupPlace, group
from metricdsl.analysis.levels import grouping_of, with_level
from metricdsl.analysis.placing import Placing
from metricdsl.analysis.result_functions import told
from metricdsl.analysis.rows import row
from metricdsl.analysis.world import Header, Place, Result, RowPlace, Work
from metricdsl.diagnostics import Edit
from metricdsl.diagnostics.problems.contexts import PeriodDoesNotFit
from metricdsl.diagnostics.problems.formulas import WrongArguments
from metricdsl.diagnostics.problems.grain import NoKey
from metricdsl.diagnostics.problems.levels import NoLevel
from metricdsl.model.formula import ColumnRef, Expression, MemberKey, Moved, RowValue
from metricdsl.model.parts import every
from metricdsl.model.result_functions import is_made_by
from metricdsl.source import Span
from metricdsl.syntax import nodes


def children(work: Work, node: nodes.Expr, place: Place, rows: RowPlace) -> Result:
    """What a formula of rows says of other rows: `(f per k)`, or a formula over aggregates in a dimension."""
    if isinstance(node, nodes.InContext) and any(isinstance(word, nodes.Per) for word in node.words):
        return _per_row(work, node, place, rows)
    return _of_children(work, node, place, rows)


def _of_children(work: Work, node: nodes.Expr, place: Place, rows: RowPlace) -> Result:
    """A formula over aggregates, as a value of each row of an entity: of the rows that lead to it, whatever is asked."""
    assert rows.home is not None, "a dimension belongs to an entity"
    header = work.world.headers[rows.home]
    name = nodes.Name(parts=(header.declared.node.name,), span=node.span)
    body = group(work, node, place, GroupPlace())
    if body is None or not _timeless(work, body, node):
        return None
    if not _of_other_rows(work, body, header, node, f"in a dimension of {header.short}"):
        return None
    if not header.key:
        work.report(
            NoKey(entity=header.short, use="the entity of a dimension that aggregates", span=node.span)
        )
        return None
    of_row = key(work, Target((), rows.home, None), name)
    keys = [(name, Place(header.declared.scope))]
    return _value(work, body, keys, of_row, [(header.short, header.name)]) if of_row else None


def _of_other_rows(work: Work, body: Expression, header: Header, node: nodes.Expr, where: str) -> bool:
    """Whether a value of a row looks at children; of an entity joined to itself each row would find itself alone."""
    paths = work.world.paths
    join = next(iter(paths.backs(header.name)), None)
    rows = (one for one in aggregates(body) if one.home == header.name)
    own = next((one for one in rows if paths.back(header.name, one.via) is None), None)
    if join is None or own is None:
        return True
    assert own.span is not None, "an aggregate is written somewhere"
    text = f"{where} this is of the row itself, not of the rows whose {join} it is"
    fix = f"name the join by which those lead here: `… via {join}`"
    here = (
        own.span.file == node.span.file and node.span.start <= own.span.start < own.span.end <= node.span.end
    )
    behind = Span(own.span.file, own.span.end - 1, own.span.end - 1)
    edits = (Edit(behind, f" via {join}"),) if here else ()
    work.report(WrongArguments(text=text, fix=fix, edits=edits, span=own.span))
    return False


def _per_row(work: Work, node: nodes.InContext, place: Place, rows: RowPlace) -> Result:
    """`(f per k)` in a condition of rows."""
    per = next(word for word in node.words if isinstance(word, nodes.Per))
    having = next((word for word in node.words if isinstance(word, nodes.Having)), None)
    if having is not None or per.every:
        work.report(NoLevel(word="having" if having is not None else "per every", span=node.span))
        return None
    if rows.home is None:  # a segment read by itself: looked at where it is used
        return None
    words = read_words(work, [w for w in node.words if not isinstance(w, nodes.Per)], place)
    body = group(work, node.body, place, GroupPlace())
    if body is None or words is None or not _timeless(work, body, node):
        return None
    body = push(work, body, words)
    of_row: list[Expression] = []
    ends: list[tuple[str, str] | None] = []
    keys = opened_keys(per.keys, place)
    header = work.world.headers[rows.home]
    for one, where in keys:
        found = _of_row(work, one, where, rows)
        if found is None:
            return None
        of_row.extend(found[0])
        ends.append(None if found[1] is None else (header.short, found[1]))
    if body is None:
        return None
    itself = len(keys) == 1 and tuple(part.column for part in of_row if _own(part)) == header.key
    if itself and not _of_other_rows(work, body, header, node, f"for one {header.short}"):
        return None
    return _value(work, body, keys, tuple(of_row), ends)


def _own(part: Expression) -> TypeGuard[ColumnRef]:
    """Whether a part of a key is a column of the row itself."""
    return isinstance(part, ColumnRef) and not part.path


def _timeless(work: Work, body: Expression, node: nodes.Expr) -> bool:
    moved = next((part for part in every(body) if isinstance(part, Moved)), None)
    if moved is None:
        return True
    work.report(
        PeriodDoesNotFit(
            text=f"{moved.move.kind} needs a period, and a value of a row looks at all time",
            why="The row has no period that could be moved.",
            fix="use the function in a metric",
            span=node.span,
        )
    )
    return False


def _of_row(
    work: Work, node: nodes.Expr, place: Place, rows: RowPlace
) -> tuple[tuple[Expression, ...], str | None] | None:
    """A key as the row has it, and the entity that its name leads to."""
    outside = RowPlace(rows.home, bare=False, via=rows.via, around=rows.around)
    if isinstance(node, nodes.Name):
        if bare_grain(node) is not None:
            work.report(
                WrongArguments(
                    text=f"a row has no {node.text}",
                    fix="name a time: order.ordered_at.month",
                    span=node.span,
                )
            )
            return None
        found = find(work, node, place, outside)
        if found is None:
            return None
        if isinstance(found, Target) and found.column is None:
            parts = key(work, found, node)
            return (parts, found.entity) if parts else None
    else:
        found = None
    one = row(work, node, place, outside)
    return None if one is None else ((one,), found.entity if isinstance(found, Target) else None)


def _value(
    work: Work,
    body: Expression,
    keys: Sequence[tuple[nodes.Expr, Place]],
    of_row: tuple[Expression, ...],
    ends: Sequence[tuple[str, str] | None],
) -> Result:
    """The formula by the keys that its aggregates have in common with the rows, whose names end where those of the rows do."""
    asked = [
        Asked(grouping_of(k).text, grouping_of(k), place, end=end)
        for (k, place), end in zip(keys, ends, strict=True)
    ]
    levelled = with_level(work, body, asked)
    if levelled is None:
        return None
    functions = work.world.registry.result_functions
    if is_made_by(levelled, functions):
        work.report(told(levelled, "a value of rows", functions))
        return None
    members = tuple(MemberKey(name=g.name, type=g.type) for one in asked for g in one.groupings())
    found = Placing(work).place(levelled, (Level(members),))
    if found is None:
        return None
    return RowValue(type=evolve(body.type, nullable=True), span=body.span, body=found, keys=of_row)
