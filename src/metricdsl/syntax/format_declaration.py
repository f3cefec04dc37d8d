"""Declarations as units: pieces of text that comments and blank lines may stand between."""

from collections.abc import Sequence

from attrs import frozen

from metricdsl.diagnostics.width import width
from metricdsl.source import SourceFile, Span
from metricdsl.syntax import nodes as n
from metricdsl.syntax.format_formula import (
    LINE,
    STEP,
    dotted,
    flat,
    indented,
    led,
    lines,
    quoted,
    text,
    written_type,
)
from metricdsl.syntax.format_member import aligned, member_row, property_row
from metricdsl.syntax.format_query import query_lines
from metricdsl.syntax.format_words import IN_BLOCK


@frozen
class Unit:
    """Lines that stay together, with the place they were written at."""

    lines: tuple[str, ...]
    start: int
    end: int


def units(declaration: n.Declaration, source: SourceFile) -> list[Unit]:
    """The units of a declaration, in order."""
    match declaration:
        case n.PackageDecl():
            return [_whole(declaration, [f"package {_package(declaration.name)}"])]
        case n.UseDecl():
            alias = f" as {quoted(declaration.alias)}" if declaration.alias else ""
            return [_whole(declaration, [f"use {_package(declaration.name)}{alias}"])]
        case n.SourceDecl():
            return _source(declaration, source)
        case n.EntityDecl():
            return _entity(declaration, source)
        case n.MetricDecl():
            head = f"metric {quoted(declaration.name)}{_label(declaration.label)}{_type(declaration.type)} ="
            return _defined(declaration, head, declaration.formula, declaration.properties, 0)
        case n.DefineDecl():
            head = (
                f"define {quoted(declaration.name)}({', '.join(map(_parameter, declaration.parameters))}) ="
            )
            return _defined(declaration, head, declaration.formula, declaration.properties, 0)
        case n.SegmentDecl():
            head = f"segment {quoted(declaration.name)}{_label(declaration.label)} ="
            return _defined(declaration, head, declaration.condition, declaration.properties, 1)
        case n.ReportDecl():
            return _report(declaration)
        case n.FacetDecl():
            values = ", ".join(
                value if quoted(value) == value else text(value) for value in declaration.values
            )
            return [_whole(declaration, [f"facet {quoted(declaration.name)} = {values}"])]
        case n.TestDecl():
            return _test(declaration)
        case n.Broken():
            return [_verbatim(declaration, source)]
        case _:
            raise AssertionError(declaration)


def _whole(node: n.Node, said: Sequence[str]) -> Unit:
    return Unit(tuple(said), node.span.start, node.span.end)


def _verbatim(declaration: n.Broken, source: SourceFile) -> Unit:
    """What could not be read, as it was written, its indentation too: moved, it might be read as something else."""
    start, end = declaration.span.start, declaration.span.end
    line = source.text.rfind("\n", 0, start) + 1
    if source.text[line:start].strip():
        line = start
    return Unit(tuple(source.text[line:end].split("\n")), start, end)


def _package(name: str) -> str:
    return ".".join(map(quoted, name.split(".")))


def _label(label: str | None) -> str:
    return "" if label is None else f" {text(label)}"


def _type(written: n.TypeWritten | None) -> str:
    return "" if written is None else f" : {written_type(written)}"


def _parameter(parameter: n.Parameter) -> str:
    default = "" if parameter.default is None else f" = {flat(parameter.default, 1)}"
    return f"{quoted(parameter.name)}{_type(parameter.type)}{default}"


def _origin(name: str, place: Span | None, source: SourceFile) -> str:
    """What stands behind `from`: a text where it was written as one, or cannot be a name."""
    written_as_text = place is not None and source.text[place.start : place.start + 1] == '"'
    if written_as_text or not all(part and quoted(part) == part for part in name.split(".")):
        return text(name)
    return name


def _defined(
    node: n.Declaration, head: str, formula: n.Expr, properties: tuple[n.Property, ...], least: int
) -> list[Unit]:
    brace = " {" if properties else ""
    said = lines(formula, LINE - width(head) - 1 - len(brace), least)
    if len(said) == 1:
        body = [f"{head} {said[0]}"]
    else:
        body = [head, *indented(lines(formula, LINE - len(STEP) - len(brace), least))]
    return _with_block(node, body, formula.span.end, properties)


def _with_block(
    node: n.Declaration, body: list[str], body_end: int, properties: tuple[n.Property, ...]
) -> list[Unit]:
    """The lines of a definition and its properties in braces."""
    if not properties:
        return [_whole(node, body)]
    rows = aligned([property_row(p, in_entity=False) for p in properties], gap=1)
    opened = (*body, "{") if len(body) > 1 else (f"{body[0]} {{",)
    return [
        Unit(opened, node.span.start, body_end),
        *(_inner(p.span, [row]) for p, row in zip(properties, rows, strict=True)),
        Unit(("}",), node.span.end - 1, node.span.end),
    ]


def _inner(place: Span, said: Sequence[str]) -> Unit:
    return Unit(tuple(STEP + line for line in said), place.start, place.end)


def _braced(node: n.Node, head: str, head_end: int, body: list[Unit], depth: int = 0) -> list[Unit]:
    """A head, what stands in its braces, and the closing brace."""
    pad = STEP * depth
    return [
        Unit((f"{pad}{head} {{",), node.span.start, head_end),
        *body,
        Unit((pad + "}",), node.span.end - 1, node.span.end),
    ]


# ---------------------------------------------------------------- source, entity, report


def _source(node: n.SourceDecl, source: SourceFile) -> list[Unit]:
    head = f"source {quoted(node.name)} from {_origin(node.table, node.table_span, source)}"
    room = max([width(quoted(m.name, IN_BLOCK)) for m in node.mappings], default=0)
    rows: list[tuple[Span, list[str]]] = [
        (_scope(condition.span, source), led("where ".ljust(room + 1), lines(condition, LINE - room - 3, 1)))
        for condition in node.where
    ]
    for mapping in node.mappings:
        name = quoted(mapping.name, IN_BLOCK)
        said = lines(mapping.value, LINE - room - 5, 1)
        rows += [(mapping.span, led(name + " " * (room - width(name)) + " = ", said))]
    rows.sort(key=lambda row: row[0].start)
    return _braced(node, head, node.table_span.end, [_inner(place, said) for place, said in rows])


def _scope(condition: Span, source: SourceFile) -> Span:
    """The place of a condition with the `where` before it."""
    start = source.text.rfind("where", 0, condition.start)
    return condition if start < 0 else Span(condition.file, start, condition.end)


def _entity(node: n.EntityDecl, source: SourceFile) -> list[Unit]:
    origin = "" if node.source is None else f" from {_origin(node.source, node.source_span, source)}"
    head = f"entity {quoted(node.name)}{_label(node.label)}{origin}"
    head_end = node.source_span.end if node.source_span is not None else node.name_span.end
    rows = aligned([member_row(member) for member in node.members], gap=2, least=len("dimension"))
    body = [_inner(member.span, row.split("\n")) for member, row in zip(node.members, rows, strict=True)]
    return _braced(node, head, head_end, body)


def _report(node: n.ReportDecl) -> list[Unit]:
    head = f"report {quoted(node.name)}{_label(node.label)} ="
    brace = 2 if node.properties else 0
    said = query_lines(node.query, LINE - width(head) - 1 - brace)
    if len(said) == 1:
        body = [f"{head} {said[0]}"]
    else:
        body = [head, *indented(query_lines(node.query, LINE - len(STEP) - brace))]
    return _with_block(node, body, node.query.span.end, node.properties)


# ---------------------------------------------------------------- test


def _test(node: n.TestDecl) -> list[Unit]:
    on = "" if node.on is None else f" on {node.on.isoformat()}"
    body: list[Unit] = []
    for given in node.given:
        body += _table(given, [f"given {dotted(given.entity)}"], given.entity.span.end)
    for expect in node.expects:
        said = led("expect ", query_lines(expect.query, LINE - 12))
        body += _table(expect, said, expect.query.span.end)
    return _braced(node, f"test {text(node.name)}{on}", node.name_span.end, body)


def _table(node: n.Given | n.Expect, head: list[str], head_end: int) -> list[Unit]:
    """A table in braces, its cells below one another."""
    cells = [[flat(cell) for cell in row] for row in node.rows]
    wide = [0] * max((len(row) for row in cells), default=0)
    for row in cells:
        for i, cell in enumerate(row[:-1]):
            wide[i] = max(wide[i], width(cell) + 1)
    head_lines = [STEP + line for line in head]
    body = [Unit((*head_lines[:-1], head_lines[-1] + " {"), node.span.start, head_end)]
    header = ", ".join(map(dotted, node.columns))
    body.append(Unit((STEP * 2 + header,), node.columns[0].span.start, node.columns[-1].span.end))
    for row, written in zip(cells, node.rows, strict=True):
        said = " ".join(
            cell if i == len(row) - 1 else f"{cell},{' ' * (wide[i] - width(cell) - 1)}"
            for i, cell in enumerate(row)
        )
        # The bar stands in front of the first cell; where a comment stands between them, it belongs to the row before.
        body.append(Unit((f"{STEP * 2}| {said}",), written[0].span.start - 1, written[-1].span.end))
    body.append(Unit((STEP + "}",), node.span.end - 1, node.span.end))
    return body
