"""Ways to make a new text of old ones: their bytes, their words or their trees are changed."""

import re
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any

from attrs import evolve, fields

from metricdsl.source import SourceFile
from metricdsl.syntax import format_document, nodes, read
from metricdsl.testing.fuzz.words import WORDS

TOKEN = re.compile(r'"(?:\\.|[^"\\\n])*"|`[^`\n]*`|#[^\n]*|[^\W\d]\w*|\d[\w.%-]*|[<>!]=|\n|\S')
CHANGES = 3  # at most so many at once: more of them only break the same declarations again

Damage = Callable[[Random, Sequence[str]], bytes]


def bytes_changed(chance: Random, texts: Sequence[str]) -> bytes:
    """A text with some bytes changed, left out, put in, or with a piece of another text."""
    data = bytearray(chance.choice(texts).encode())
    for _ in range(chance.randint(1, CHANGES)):
        at = chance.randrange(len(data) + 1)
        match chance.randrange(5):
            case 0:
                data[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del data[at : at + chance.randint(1, 20)]
            case 2:
                data[at:at] = bytes([chance.randrange(256)] * chance.choice((1, 2, 300)))
            case 3:
                data[at:at] = chance.choice(WORDS).encode()
            case _:
                other = chance.choice(texts).encode()
                start = chance.randrange(len(other) + 1)
                data[at:at] = other[start : start + chance.randint(1, 80)]
    return bytes(data)


def words_changed(chance: Random, texts: Sequence[str]) -> bytes:
    """A text with some words left out, doubled, swapped, put in, or taken from another text."""
    text = chance.choice(texts)
    for _ in range(chance.randint(1, CHANGES)):
        found = list(TOKEN.finditer(text))
        if not found:
            return text.encode()
        i = chance.randrange(len(found))
        here, other = found[i], found[chance.randrange(len(found))]
        start, end = here.span()
        match chance.randrange(6):
            case 0:
                text = text[:start] + text[end:]
            case 1:
                text = f"{text[:end]} {here[0]}{text[end:]}"
            case 2:
                text = f"{text[:start]}{other[0]}{text[end:]}"
            case 3:
                text = f"{text[:start]}{chance.choice(WORDS)} {text[start:]}"
            case 4:
                text = f"{text[:start]}{chance.choice(WORDS)}{text[end:]}"
            case _:
                borrowed = chance.choice(TOKEN.findall(chance.choice(texts)) or [""])
                text = f"{text[:start]}{borrowed}{text[end:]}"
    return text.encode()


def trees_changed(chance: Random, texts: Sequence[str]) -> bytes:
    """A text whose formulas were exchanged for others, of its own or of another text: right to read, rarely right to mean."""
    document = read(SourceFile.of("seed", chance.choice(texts))).value
    lenders = [document, read(SourceFile.of("lender", chance.choice(texts))).value]
    lent = [formula for lender in lenders for formula, _ in _formulas(lender)]
    changed: Any = document
    for _ in range(chance.randint(1, CHANGES)):
        here = list(_formulas(changed))
        if not here:
            break
        at = chance.randrange(len(here))
        old, free = here[at]
        changed = _exchanged(
            changed, [at], chance.choice([f for f in lent if free or type(f) is type(old)] or [old])
        )
    return format_document(changed).encode()


DAMAGES: dict[str, Damage] = {"bytes": bytes_changed, "words": words_changed, "trees": trees_changed}


_ANYWHERE = (
    nodes.Binary,
    nodes.Negation,
    nodes.Not,
    nodes.Argument,
    nodes.MetricDecl,
    nodes.QueryColumn,
    nodes.Where,
)
"""What takes any formula; elsewhere a name, a number or a text may be the only thing that can be written."""


def _formulas(value: Any, free: bool = False) -> Iterator[tuple[nodes.Expr, bool]]:
    """All formulas below a value, in the order that `_exchanged` counts them, and whether any other may stand there."""
    if isinstance(value, tuple):
        for item in value:
            yield from _formulas(item, free)
    elif isinstance(value, nodes.Node | nodes.Document):
        if isinstance(value, nodes.Expr):
            yield value, free
        for one in fields(type(value)):
            yield from _formulas(getattr(value, one.name), isinstance(value, _ANYWHERE))


def _exchanged(value: Any, left: list[int], new: nodes.Expr) -> Any:
    """The value with one formula exchanged: that before which `left[0]` others come."""
    if left[0] < 0:
        return value
    if isinstance(value, tuple):
        return tuple(_exchanged(item, left, new) for item in value)
    if not isinstance(value, nodes.Node | nodes.Document):
        return value
    if isinstance(value, nodes.Expr):
        left[0] -= 1
        if left[0] < 0:
            return new
    parts: dict[str, Any] = {}
    for one in fields(type(value)):
        before = getattr(value, one.name)
        after = _exchanged(before, left, new)
        if after is not before and after != before:
            parts[one.alias] = after
    return evolve(value, **parts) if parts else value
