"""Chains: `a + b - c + …`, `a and b and …` are long and not deep, so they are read in blocks, and written without them."""

from collections.abc import Set as AbstractSet

from metricdsl.source import Span
from metricdsl.syntax import nodes as n

BLOCK = 32
"""How many operands make a block: a chain of a thousand is then about sixty levels deep."""
SUMS = frozenset({"+", "-"})
GROUPED = {"+": SUMS, "-": SUMS, **{sign: frozenset({sign}) for sign in ("*", "and", "or")}}
"""Operators that say the same however their operands are grouped, each with those that a chain of it may have."""
TURNED = {"+": "-", "-": "+"}


def in_blocks(node: n.Binary) -> n.Binary:
    """A chain with one more operand, its last ones as a block where they are many.

    t + a - b + … + z     t + (a - b + … + z), and the block is marked
    t - a - b + … + z     t - (a + b - … - z)
    """
    signs = GROUPED.get(node.operator)
    if signs is None:
        return node
    last: list[tuple[str, n.Expr]] = []
    here: n.Expr = node
    while isinstance(here, n.Binary) and here.operator in signs and not here.block:
        last.append((here.operator, here.right))
        here = here.left
    if len(last) < BLOCK:
        return node
    sign, block = last.pop()
    for each, operand in reversed(last):
        span = Span(node.span.file, block.span.start, operand.span.end)
        block = n.Binary(operator=_within(sign, each), left=block, right=operand, span=span)
    return n.Binary(operator=sign, left=here, right=block, block=True, span=node.span)


def _within(sign: str, operator: str) -> str:
    """An operator as it stands within a block that a sign is in front of, or as it stood without the block."""
    return TURNED[operator] if sign == "-" else operator


def operands(node: n.Binary, signs: AbstractSet[str]) -> tuple[n.Expr, list[tuple[str, n.Expr]]]:
    """What a chain of some operators begins with, and what follows from left to right, each with its operator.

    a - b + c     a, (-, b), (+, c)
    """
    found: list[tuple[str, n.Expr]] = []
    here: n.Expr = node
    while isinstance(here, n.Binary) and here.operator in signs:
        right = here.right
        for _ in range(BLOCK - 1 if here.block else 0):
            assert isinstance(right, n.Binary), "a block has so many operands"
            found.append((_within(here.operator, right.operator), right.right))
            right = right.left
        found.append((here.operator, right))
        here = here.left
    return here, found[::-1]
