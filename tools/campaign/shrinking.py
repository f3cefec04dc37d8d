"""A difference made small: fewer rows, fewer parts of the query, simpler formulas, only the definitions that are needed."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import get_args

import attrs
from attrs import evolve, frozen

from metricdsl.source import SourceFile
from metricdsl.syntax import nodes, read, read_query
from metricdsl.testing.engines import Bench
from metricdsl.testing.generate.examples import Example
from metricdsl.testing.generate.queries import Asked as Parts
from metricdsl.testing.reference import Refused, ResultTable, Table
from tools.campaign.asking import DIFFERS, Asked, came


@frozen(eq=False)
class Found:
    """A question that two programs answer differently, with the definitions and rows that it needs."""

    text: str
    tables: Mapping[str, Table]
    query: str
    today: str

    @property
    def asked(self) -> Asked:
        """The question as it is asked."""
        file = SourceFile.of("case.metric", self.text)
        return Asked(
            files=(file,),
            documents=(read(file).value,),
            tables=self.tables,
            query=self.query,
            today=self.today,
        )


Differs = Callable[[Found], bool]


def differs_on(bench: Bench, engines: tuple[str, ...], said: str) -> Differs:
    """Whether a question is still answered differently, and in the same way: by that engine, or by that exception."""
    kind = said.partition(":")[0]

    def test(found: Found) -> bool:
        outcome = read_query(SourceFile.of("query", found.query))
        if outcome.value is None or outcome.problems:
            return False
        answer = came(found.asked, bench, engines)
        return answer.outcome == DIFFERS and answer.said.startswith(kind)

    return test


def shrunk(found: Found, differs: Differs) -> Found:
    """The difference by as little as one step at a time can find."""
    again = True
    while again:
        again = False
        for step in (_shorter_queries, _simpler_formulas, _fewer_rows, _plainer_values, _fewer_definitions):
            smaller = next((one for one in step(found) if differs(one)), None)
            while smaller is not None:
                found, again = smaller, True
                smaller = next((one for one in step(found) if differs(one)), None)
    return found


# ---------------------------------------------------------------- the query


def _query(found: Found) -> nodes.Query:
    query = read_query(SourceFile.of("query", found.query)).value
    assert query is not None, found.query
    return query


def _shorter_queries(found: Found) -> Iterator[Found]:
    """Without a column, a grouping, the conditions, the range, `fill`, `having`, the order or the limit."""
    query, text = _query(found), found.query
    spans = [one.span for one in (*query.columns, *query.by)]
    for group in (query.columns, query.by):
        if len(group) > 1:
            for place, one in enumerate(group):
                other = group[place + 1] if place + 1 < len(group) else None
                start = one.span.start if other else group[place - 1].span.end
                end = other.span.start if other else one.span.end
                yield evolve(found, query=text[:start] + text[end:])
    words = [" by ", " where ", " during ", " fill", " having ", " sort ", " limit "]
    last = max(span.end for span in spans) if spans else 0
    first = query.columns[-1].span.end if query.columns else 0
    places = [(text.find(word, first if word == " by " else last), word) for word in words]
    there = sorted((place, word) for place, word in places if place >= 0)
    for number, (place, _) in enumerate(there):
        end = there[number + 1][0] if number + 1 < len(there) else len(text)
        yield evolve(found, query=text[:place] + text[end:])


def _simpler_formulas(found: Found) -> Iterator[Found]:
    """A formula in place of the one that it is a part of; a metric's definition in place of its name."""
    text = found.query
    formulas = {
        declaration.name: found.text[declaration.formula.span.start : declaration.formula.span.end]
        for declaration in read(SourceFile.of("case.metric", found.text)).value.declarations
        if isinstance(declaration, nodes.MetricDecl)
    }
    for column in _query(found).columns:
        for part in _parts(column.value):
            inner = list(_parts(part))[1:]
            for smaller in inner:
                within = text[smaller.span.start : smaller.span.end]
                yield evolve(found, query=f"{text[: part.span.start]}({within}){text[part.span.end :]}")
            if isinstance(part, nodes.Name) and part.text in formulas:
                body = formulas[part.text]
                if len(body) < 200 and formulas.keys() & set(_words(body)):
                    yield evolve(found, query=f"{text[: part.span.start]}({body}){text[part.span.end :]}")


def _words(text: str) -> list[str]:
    return "".join(c if c.isalnum() or c == "_" else " " for c in text).split()


def _parts(node: object) -> Iterator[nodes.Expr]:
    """A formula and the formulas in it."""
    if isinstance(node, get_args(nodes.Expr)):
        yield node
    if isinstance(node, tuple):
        for part in node:
            yield from _parts(part)
    elif isinstance(node, nodes.Node):
        for part in attrs.fields(type(node)):
            yield from _parts(getattr(node, part.name))


# ---------------------------------------------------------------- rows and definitions


def _fewer_rows(found: Found) -> Iterator[Found]:
    for name, table in found.tables.items():
        rows = tuple(table.rows)
        cuts = [()] if len(rows) > 1 else []
        for kept in (*cuts, *(rows[:at] + rows[at + 1 :] for at in range(len(rows)))):
            yield evolve(found, tables={**found.tables, name: Table(table.columns, kept)})


def _plainer_values(found: Found) -> Iterator[Found]:
    """A day or a number in place of a null, and the same in place of another."""
    for name, table in found.tables.items():
        for number, row in enumerate(table.rows):
            for at, (_, kind) in enumerate(table.columns[1:], 1):
                plain = {"date": date(2024, 1, 1)}.get(kind)
                if row[at] is None or (plain is not None and row[at] == plain) or kind != "date":
                    continue
                changed = (*row[:at], plain, *row[at + 1 :])
                rows = (*table.rows[:number], changed, *table.rows[number + 1 :])
                yield evolve(found, tables={**found.tables, name: Table(table.columns, rows)})


def _fewer_definitions(found: Found) -> Iterator[Found]:
    """Without half of the metrics, without one, without an entity and its table."""
    document = read(SourceFile.of("case.metric", found.text)).value
    metrics = [d for d in document.declarations if isinstance(d, nodes.MetricDecl)]
    used = set(_words(found.query))
    size = len(used) - 1
    while len(used) != size:  # what the metrics that are used are made of
        size = len(used)
        for metric in metrics:
            if metric.name in used:
                used |= set(_words(found.text[metric.span.start : metric.span.end]))
    unused = [d for d in metrics if d.name not in used]
    if unused:
        yield _without(found, unused)
    for entity in document.declarations:
        if isinstance(entity, nodes.EntityDecl) and entity.name not in used:
            smaller = _without(found, [entity])
            tables = {n: t for n, t in found.tables.items() if n != entity.source}
            yield evolve(smaller, tables=tables)


def _without(found: Found, declarations: Sequence[nodes.Declaration]) -> Found:
    text = found.text
    for declaration in sorted(declarations, key=lambda d: -d.span.start):
        text = text[: declaration.span.start] + text[declaration.span.end :].lstrip("\n")
    return evolve(found, text=text)


# ---------------------------------------------------------------- a case


def case_of(found: Found, title: str, said: str) -> str:
    """The difference as a case file, with what the reference evaluator expects: to be checked by hand before it is kept."""
    definitions = _Definitions(found.text)
    example = Example(definitions, found.tables, Parts(columns=(found.query,), today=found.today))
    wanted = found.asked.wanted()
    said = said.partition("\n")[0]
    text = example.case.replace("# Found", f"# {title}\n\nThe campaign found: {said}.", 1)
    return f"{text}\n{expected(wanted)}"


def expected(wanted: ResultTable | Refused) -> str:
    """The block that says what must come out."""
    if isinstance(wanted, Refused):
        return f"The reference evaluator refuses it: {wanted.reason}\n"
    lines = [" | ".join(wanted.columns), *(" | ".join(map(_cell, row)) for row in wanted.rows)]
    return "\n".join(("```expect", *lines, "```", ""))


def _cell(value: object) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case str():
            return f'"{value}"'
        case date():
            return value.isoformat()
        case _:
            return str(value)


@frozen
class _Definitions:
    text: str
