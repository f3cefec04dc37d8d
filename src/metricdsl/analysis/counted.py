"""The conditions on what `count(entity where p having c)` counts: a bare name there is a column of that entity.

count(rep where active having orders >= 2)        count(rep where rep.active having orders >= 2)
"""

from typing import Any, TypeVar

from attrs import evolve, fields

from metricdsl.analysis.rows import row_condition
from metricdsl.analysis.world import Header, Place, RowPlace, Work
from metricdsl.syntax import nodes

N = TypeVar("N", bound=nodes.Node)


def named_in_full(
    work: Work, words: tuple[nodes.ContextWord, ...], place: Place, entity: str, name: nodes.Name
) -> tuple[nodes.ContextWord, ...] | None:
    """The words, each column of the entity with the entity's name before it; None, with a problem, where a row of it has no such condition.

    So the rows below the condition behind `having` are chosen by the same columns: of the rows counted, not by what their own
    entity may call alike.
    """
    header = work.world.headers[entity]
    found: list[nodes.ContextWord] = []
    for word in words:
        if isinstance(word, nodes.Where):
            before = len(work.problems)
            if row_condition(work, word.condition, place, RowPlace(entity, inside="count_rows")) is None:
                return None
            del work.problems[before:]  # hints are given once, where the condition is put to use
            found.append(evolve(word, condition=_in_full(word.condition, header, place, name)))
        else:
            found.append(word)
    return tuple(found)


def _in_full(node: N, header: Header, place: Place, name: nodes.Name) -> N:
    """A formula, each bare name of a column or join of the entity written in full."""
    if isinstance(node, nodes.Name):
        first = node.parts[0]
        own = first in header.declared_types or first in header.derived or first in header.joins
        if not (own or first in header.stored) or first in place.arguments:
            return node
        return evolve(node, parts=(*name.parts, *node.parts))
    made: dict[str, Any] = {
        field.name: _part(getattr(node, field.name), header, place, name)
        for field in fields(type(node))
        if field.eq
    }
    return evolve(node, **made)


def _part(part: object, header: Header, place: Place, name: nodes.Name) -> object:
    """What a formula is made of, names in it written in full."""
    match part:
        case tuple():
            return tuple(_part(one, header, place, name) for one in part)
        case nodes.Node():
            return _in_full(part, header, place, name)
        case _:
            return part
