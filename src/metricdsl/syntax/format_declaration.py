"""Declarations as units: pieces of text that comments and blank lines may stand between."""

from metricdsl.diagnostics.width import width
from metricdsl.source import SourceFile, Span
from metricdsl.syntax import nodes as n
from metricdsl.syntax.format_formula import (
    LINE,
    STEP,
    dotted,
    flat,
    indented,
    language_tag,
    led,
    lines,
    quoted,
    text,
)
from metricdsl.syntax.format_goals import baseline, event, goal, invariant, objective, scorecard
from metricdsl.syntax.format_member import aligned, member_row
from metricdsl.syntax.format_queries import query_lines
from metricdsl.syntax.format_settings import calendar, param, policy, rates, unit
from metricdsl.syntax.format_unit import (
    Unit,
    braced,
    defined,
    inner,
    label_of,
    origin,
    type_of,
    whole,
    with_block,
)
from metricdsl.syntax.format_words import IN_BLOCK, IN_SOURCE


def units(declaration: n.Declaration, source: SourceFile) -> list[Unit]:
    """The units of a declaration, in order."""
    match declaration:
        case n.PackageDecl():
            return [whole(declaration, [f"package {_package(declaration.name)}"])]
        case n.UseDecl():
            alias = f" as {quoted(declaration.alias)}" if declaration.alias else ""
            return [whole(declaration, [f"use {_package(declaration.name)}{alias}"])]
        case n.SourceDecl():
            return _source(declaration, source)
        case n.EntityDecl():
            return _entity(declaration, source)
        case n.MetricDecl():
            head = (
                f"metric {quoted(declaration.name)}{label_of(declaration.label)}{type_of(declaration.type)} ="
            )
            return defined(declaration, head, declaration.formula, declaration.properties, 0)
        case n.DefineDecl():
            head = (
                f"define {quoted(declaration.name)}({', '.join(map(_parameter, declaration.parameters))}) ="
            )
            return defined(declaration, head, declaration.formula, declaration.properties, 0)
        case n.SegmentDecl():
            head = f"segment {quoted(declaration.name)}{label_of(declaration.label)} ="
            return defined(declaration, head, declaration.condition, declaration.properties, 1)
        case n.ReportDecl():
            return _report(declaration)
        case n.FacetDecl():
            values = ", ".join(
                value if quoted(value) == value else text(value) for value in declaration.values
            )
            return [whole(declaration, [f"facet {quoted(declaration.name)} = {values}"])]
        case n.RequireDecl():
            return [whole(declaration, [f"require {', '.join(_borne(one) for one in declaration.words)}"])]
        case n.TestDecl():
            return _test(declaration)
        case n.Broken():
            return [_verbatim(declaration, source)]
        case _:
            return _about_others(declaration, source)


def _about_others(declaration: n.Declaration, source: SourceFile) -> list[Unit]:
    """The units of what speaks of metrics, or is there for formulas."""
    match declaration:
        case n.GoalDecl():
            return goal(declaration)
        case n.BaselineDecl():
            return baseline(declaration)
        case n.ObjectiveDecl():
            return objective(declaration)
        case n.InvariantDecl():
            return invariant(declaration)
        case n.EventDecl():
            return event(declaration)
        case n.ScorecardDecl():
            return scorecard(declaration)
        case n.ParamDecl():
            return param(declaration)
        case n.UnitDecl():
            return unit(declaration)
        case n.RatesDecl():
            return rates(declaration, source)
        case n.CalendarDecl():
            return calendar(declaration, source)
        case n.PolicyDecl():
            return policy(declaration)
        case _:
            raise AssertionError(declaration)


def _verbatim(declaration: n.Broken, source: SourceFile) -> Unit:
    """What could not be read, as it was written, its indentation too: moved, it might be read as something else."""
    start, end = declaration.span.start, declaration.span.end
    line = source.text.rfind("\n", 0, start) + 1
    if source.text[line:start].strip():
        line = start
    return Unit(tuple(source.text[line:end].split("\n")), start, end)


def _borne(one: n.Borne) -> str:
    word = one.word if one.word in {"label", "about"} else quoted(one.word, IN_BLOCK)
    return f"{word} {language_tag(one.language)}" if one.language else word


def _package(name: str) -> str:
    return ".".join(map(quoted, name.split(".")))


def _parameter(parameter: n.Parameter) -> str:
    default = "" if parameter.default is None else f" = {flat(parameter.default, 1)}"
    return f"{quoted(parameter.name)}{type_of(parameter.type)}{default}"


# ---------------------------------------------------------------- source, entity, report


def _source(node: n.SourceDecl, source: SourceFile) -> list[Unit]:
    head = f"source {quoted(node.name)} from {origin(node.table, node.table_span, source)}"
    room = max([width(quoted(m.name, IN_SOURCE)) for m in node.mappings], default=0)
    rows: list[tuple[Span, list[str]]] = [
        (_scope(condition.span, source), led("where ".ljust(room + 1), lines(condition, LINE - room - 3, 1)))
        for condition in node.where
    ]
    for mapping in node.mappings:
        name = quoted(mapping.name, IN_SOURCE)
        said = lines(mapping.value, LINE - room - 5, 1)
        rows += [(mapping.span, led(name + " " * (room - width(name)) + " = ", said))]
    rows.sort(key=lambda row: row[0].start)
    return braced(node, head, node.table_span.end, [inner(place, said) for place, said in rows])


def _scope(condition: Span, source: SourceFile) -> Span:
    """The place of a condition with the `where` before it."""
    start = source.text.rfind("where", 0, condition.start)
    return condition if start < 0 else Span(condition.file, start, condition.end)


def _entity(node: n.EntityDecl, source: SourceFile) -> list[Unit]:
    behind = "" if node.source is None else f" from {origin(node.source, node.source_span, source)}"
    head = f"entity {quoted(node.name)}{label_of(node.label)}{behind}"
    head_end = node.source_span.end if node.source_span is not None else node.name_span.end
    rows = aligned([member_row(member) for member in node.members], gap=2, least=len("dimension"))
    body = [inner(member.span, row.split("\n")) for member, row in zip(node.members, rows, strict=True)]
    return braced(node, head, head_end, body)


def _report(node: n.ReportDecl) -> list[Unit]:
    head = f"report {quoted(node.name)}{label_of(node.label)} ="
    brace = 2 if node.properties else 0
    said = query_lines(node.query, LINE - width(head) - 1 - brace)
    if len(said) == 1:
        body = [f"{head} {said[0]}"]
    else:
        body = [head, *indented(query_lines(node.query, LINE - len(STEP) - brace))]
    return with_block(node, body, node.query.span.end, node.properties)


# ---------------------------------------------------------------- test


def _test(node: n.TestDecl) -> list[Unit]:
    on = "" if node.on is None else f" on {node.on.isoformat()}"
    body: list[Unit] = []
    for given in node.given:
        body += _table(given, [f"given {dotted(given.entity)}"], given.entity.span.end)
    for expect in node.expects:
        said = led("expect ", query_lines(expect.query, LINE - 12))
        body += _table(expect, said, expect.query.span.end)
    return braced(node, f"test {text(node.name)}{on}", node.name_span.end, body)


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
