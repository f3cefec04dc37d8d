"""How deep a tree is: a chain of a thousand `or` is as deep as a thousand brackets."""

from typing import Any

from attrs import fields

from metricdsl.source import Span
from metricdsl.syntax import nodes as n

MOST_LEVELS = 200

_LEVELS = (n.Binary, n.Negation, n.Not, n.Comparison, n.Membership, n.IsNull, n.Call, n.Group)


def too_high(text: str, node: n.Node) -> Span | None:
    """The place of the first formula more than `MOST_LEVELS` operators deep, or None. Walks without recursion."""
    if node.span.end - node.span.start < 2 * MOST_LEVELS:
        return None
    waiting: list[tuple[Any, int]] = [(node, 0)]
    while waiting:
        here, level = waiting.pop()
        if isinstance(here, tuple):
            waiting.extend((item, level) for item in here)
        elif isinstance(here, n.Node):
            level += isinstance(here, _LEVELS)
            if level > MOST_LEVELS:
                return here.span
            waiting.extend((getattr(here, f.name), level) for f in fields(type(here)) if f.name != "span")
    return None
