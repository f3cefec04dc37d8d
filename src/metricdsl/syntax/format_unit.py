"""Units of formatting: pieces of text that comments and blank lines may stand between, and what declarations share."""

from collections.abc import Sequence

from metricdsl.diagnostics.width import width
from metricdsl.source import SourceFile, Span
from metricdsl.syntax import nodes as n
from metricdsl.syntax.format_formula import (
    LINE,
    STEP,
    fill,
    indented,
    led,
    lines,
    quoted,
    text,
    written_type,
)
from metricdsl.syntax.format_member import aligned, property_row
from metricdsl.value import frozen


@frozen
class Unit:
    """Lines that stay together, with the place they were written at."""

    lines: tuple[str, ...]
    start: int
    end: int


def whole(node: n.Node, said: Sequence[str]) -> Unit:
    """A declaration that is one unit."""
    return Unit(tuple(said), node.span.start, node.span.end)


def label_of(label: str | None) -> str:
    """A label behind a name."""
    return "" if label is None else f" {text(label)}"


def type_of(written: n.TypeWritten | None) -> str:
    """A type behind a name."""
    return "" if written is None else f" : {written_type(written)}"


def origin(name: str, place: Span | None, source: SourceFile) -> str:
    """What stands behind `from`: a text where it was written as one, or cannot be a name."""
    written_as_text = place is not None and source.text[place.start : place.start + 1] == '"'
    if written_as_text or not all(part and quoted(part) == part for part in name.split(".")):
        return text(name)
    return name


def defined(
    node: n.Declaration, head: str, formula: n.Expr, properties: tuple[n.Property, ...], least: int
) -> list[Unit]:
    """A declaration that ends in a formula, with its properties."""
    brace = " {" if properties else ""
    said = lines(formula, LINE - width(head) - 1 - len(brace), least)
    if len(said) == 1:
        body = [f"{head} {said[0]}"]
    else:
        body = [head, *indented(lines(formula, LINE - len(STEP) - len(brace), least))]
    return with_block(node, body, formula.span.end, properties)


def with_block(
    node: n.Declaration, body: list[str], body_end: int, properties: tuple[n.Property, ...]
) -> list[Unit]:
    """The lines of a definition and its properties in braces."""
    if not properties:
        return [whole(node, body)]
    rows = aligned([property_row(p, in_entity=False) for p in properties], gap=1)
    return opened(node, body, body_end, [inner(p.span, [r]) for p, r in zip(properties, rows, strict=True)])


def opened(node: n.Declaration, body: Sequence[str], body_end: int, inside: Sequence[Unit]) -> list[Unit]:
    """The lines of a declaration and what stands in its braces; of several lines the brace has its own."""
    head = (*body, "{") if len(body) > 1 else (f"{body[0]} {{",)
    return [
        Unit(head, node.span.start, body_end),
        *inside,
        Unit(("}",), node.span.end - 1, node.span.end),
    ]


@frozen
class Line:
    """A word in braces with what it says: a formula, or items with commas between."""

    place: Span
    word: str
    formula: n.Expr | None = None
    items: tuple[str, ...] = ()


def line_of(node: n.Property) -> Line:
    """A property in braces where clauses stand too."""
    row = property_row(node, in_entity=True)
    return Line(node.span, row.word, items=(row.rest,))


def in_braces(found: Sequence[Line]) -> list[Unit]:
    """Lines in the order written, what they say below one another."""
    room = max((width(line.word) for line in found), default=0) + 1
    rest = LINE - len(STEP) - room
    return [
        inner(line.place, led(line.word + " " * (room - width(line.word)), _said(line, rest)))
        for line in sorted(found, key=lambda line: line.place.start)
    ]


def _said(line: Line, room: int) -> list[str]:
    return fill(line.items, room) if line.formula is None else lines(line.formula, room, 1)


def inner(place: Span, said: Sequence[str]) -> Unit:
    """Lines inside braces."""
    return Unit(tuple(STEP + line for line in said), place.start, place.end)


def braced(node: n.Node, head: str, head_end: int, body: list[Unit], depth: int = 0) -> list[Unit]:
    """A head, what stands in its braces, and the closing brace."""
    pad = STEP * depth
    return [
        Unit((f"{pad}{head} {{",), node.span.start, head_end),
        *body,
        Unit((pad + "}",), node.span.end - 1, node.span.end),
    ]
