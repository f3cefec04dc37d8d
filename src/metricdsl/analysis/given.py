"""Tests: requests over tables that stand in the text."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from attrs import field

from metricdsl.analysis.analysis import Analysis
from metricdsl.analysis.directory import RATES, Clash, Scope
from metricdsl.analysis.literals import constant
from metricdsl.analysis.ordered import ordered
from metricdsl.analysis.rates import rows_of
from metricdsl.analysis.requests import resolve_request
from metricdsl.analysis.touched import entities_of
from metricdsl.analysis.world import Header
from metricdsl.diagnostics import Outcome, Problem
from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problems.declared_types import ValueOutsideDomain
from metricdsl.diagnostics.problems.names import UnknownName, a
from metricdsl.diagnostics.problems.packages import WrongSortOfName
from metricdsl.diagnostics.problems.periods import UnknownColumn
from metricdsl.diagnostics.problems.reports import TestRowDoesNotFit
from metricdsl.diagnostics.problems.syntax import RepeatedClause
from metricdsl.diagnostics.problems.types import KindsDoNotFit
from metricdsl.model.entity import Column
from metricdsl.model.formula import Constant
from metricdsl.model.request import Context, Request, ValuesRequest
from metricdsl.model.types import NULL, UNKNOWN, Kind, ValueType
from metricdsl.source import Span
from metricdsl.syntax import nodes
from metricdsl.value import frozen


@frozen(kw_only=True)
class GivenTable:
    """The rows of an entity in a test: its stored columns, those left out null in each row.

    The values stand for the entity's own columns: what a source supplies and its row scope do not apply to them
    (the entity's own `where` does).
    """

    entity: str
    columns: tuple[str, ...]
    types: tuple[ValueType, ...]
    rows: tuple[tuple[Constant, ...], ...]


@frozen(kw_only=True)
class Expectation:
    """An `expect` of a test: the request, and the rows it must give, in its columns' order as written."""

    request: Request | ValuesRequest
    columns: tuple[str, ...]
    rows: tuple[tuple[Constant, ...], ...]
    node: nodes.Expect = field(repr=False, eq=False)


@frozen(kw_only=True)
class ResolvedTest:
    """A test, resolved. An entity that is not in `given` is empty."""

    title: str
    today: date
    given: Mapping[str, GivenTable]
    expectations: tuple[Expectation, ...]


def resolve_test(
    analysis: Analysis, node: nodes.TestDecl, scope: Scope, *, asked: bool = True
) -> Outcome[ResolvedTest]:
    """A test with its tables and requests; what is wrong in it is left out and told."""
    problems: list[Problem] = []
    given: dict[str, GivenTable] = {}
    stands: dict[str, nodes.Name] = {}
    for table in node.given:
        found = _table(analysis, table, scope, problems)
        if found is not None:
            first = stands.setdefault(found.entity, table.entity)
            if first is not table.entity:
                name = table.entity.text
                clause = f"given {name}"
                problems.append(RepeatedClause(clause=clause, first=first.span, span=table.entity.span))
                continue
            given[found.entity] = found
    today = node.on or _latest(given)
    settings = analysis.world.settings
    context = Context(
        today=today,
        timezone=settings.timezone,
        week_start=settings.week_start,
        currency=settings.currency,
        principal=settings.principal,
    )
    expectations: list[Expectation] = []
    for expect in node.expects:
        outcome = resolve_request(analysis, expect.query, "", context, scope, asked=asked)
        problems.extend(outcome.problems)
        if outcome.value is not None:
            made = _expectation(expect, outcome.value, problems)
            if made is not None:
                expectations.append(made)
    resolved = ResolvedTest(title=node.name, today=today, given=given, expectations=tuple(expectations))
    return Outcome(resolved, ordered(problems))


def _table(
    analysis: Analysis, table: nodes.Given, scope: Scope, problems: list[Problem]
) -> GivenTable | None:
    """The rows given for an entity, or for exchange rates, which are rows as well."""
    directory = analysis.world.directory
    found = directory.lookup(scope, table.entity.parts) or directory.lookup(scope, table.entity.parts, RATES)
    if found is None or isinstance(found, Clash):
        close = near(table.entity.text, directory.visible(scope, "entity"))
        problems.append(
            UnknownName(
                name=table.entity.text, where="among the entities", near=close, span=table.entity.span
            )
        )
        return None
    declared = found[0]
    if declared.sort == "broken":
        return None
    name = rows_of(declared, analysis.world) if declared.sort == "rates" else declared.name
    header = analysis.world.headers.get(name)
    if header is None:
        problems.append(
            WrongSortOfName(
                name=table.entity.text, sort=declared.sort, expected="an entity", span=table.entity.span
            )
        )
        return None
    columns = _columns(analysis, header, table, problems)
    if columns is None:
        return None
    types = tuple(_type(analysis, header, name) for name in columns)
    rows: list[tuple[Constant, ...]] = []
    for cells in table.rows:
        one = _row(cells, columns, types, table.span, problems)
        if one is not None:
            rows.append(one)
            _check_domains(one, problems)
    _check_keys(analysis, header, columns, rows, problems)
    return GivenTable(entity=header.name, columns=columns, types=types, rows=tuple(rows))


def _check_domains(row: tuple[Constant, ...], problems: list[Problem]) -> None:
    """A text is among those that its dimension may have."""
    for cell in row:
        domain = cell.type.domain
        if domain is not None and isinstance(cell.value, str) and cell.value not in domain:
            close = near(cell.value, domain)
            problems.append(ValueOutsideDomain(value=cell.value, domain=domain, near=close, span=cell.span))


def _check_keys(
    analysis: Analysis,
    header: Header,
    columns: tuple[str, ...],
    rows: list[tuple[Constant, ...]],
    problems: list[Problem],
) -> None:
    """No part of a key is null, and no two rows have one key. Where an entity leaves rows out, those may do so."""
    entity = entities_of(analysis, (header.name,))[header.name]
    if not header.key or entity.scope is not None:
        return
    for name in header.key:
        for row in rows if name in columns else ():
            cell = row[columns.index(name)]
            if cell.value is None:
                text = f"a row of {header.short} is given without {name}, and no part of its key is null"
                fix = f"give it {a(name)} of its own, or leave the row out"
                problems.append(TestRowDoesNotFit(text=text, fix=fix, span=cell.span))
    if not set(header.key) <= set(columns):
        return
    places = [columns.index(name) for name in header.key]
    seen: set[tuple[object, ...]] = set()
    for row in rows:
        key = tuple(row[at].value for at in places)
        if key in seen and None not in key:
            text = f"{header.short} {', '.join(map(str, key))} is given twice, and a key is unique"
            problems.append(TestRowDoesNotFit(text=text, span=row[places[0]].span))
        seen.add(key)


def _columns(
    analysis: Analysis, header: Header, table: nodes.Given, problems: list[Problem]
) -> tuple[str, ...] | None:
    fine = True
    stored = _stored(analysis, header)
    first: dict[str, Span] = {}
    for column in table.columns:
        name = column.text
        before = first.setdefault(name, column.span)
        if before is not column.span:
            problems.append(RepeatedClause(clause=name, first=before, span=column.span))
            fine = False
        known = name in stored and stored[name].value is None
        if known or name in header.lost:
            continue
        fine = False
        if name in header.derived:
            text = f"{name} is calculated; give the columns that it is made of"
            problems.append(TestRowDoesNotFit(text=text, span=column.span))
        else:
            close = near(name, (n for n in stored if n not in header.derived))
            problems.append(UnknownName(name=name, where=f"in {header.short}", near=close, span=column.span))
    return tuple(column.text for column in table.columns) if fine else None


def _stored(analysis: Analysis, header: Header) -> Mapping[str, Column]:
    """The columns of an entity, or of the rows of exchange rates."""
    return entities_of(analysis, (header.name,))[header.name].columns


def _type(analysis: Analysis, header: Header, name: str) -> ValueType:
    column = _stored(analysis, header).get(name)
    return UNKNOWN if column is None else column.type


def _row(
    cells: tuple[nodes.Expr, ...],
    columns: tuple[str, ...],
    types: tuple[ValueType, ...],
    span: Span,
    problems: list[Problem],
) -> tuple[Constant, ...] | None:
    if len(cells) != len(columns):
        text = f"this row has {_count(len(cells), 'cell')} for {_count(len(columns), 'column')}"
        place = cells[0].span.to(cells[-1].span) if cells else span
        problems.append(TestRowDoesNotFit(text=text, span=place))
        return None
    values = tuple(_cell(cell, type_, problems) for cell, type_ in zip(cells, types, strict=True))
    return None if any(value is None for value in values) else tuple(v for v in values if v is not None)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _cell(cell: nodes.Expr, wanted: ValueType, problems: list[Problem]) -> Constant | None:
    """A cell as a constant of its column's type. A bare word is a text."""
    found = _literal(cell)
    if found is None:
        problems.append(TestRowDoesNotFit(text="a cell of a test is a value, not a formula", span=cell.span))
        return None
    if found.value is None:
        return Constant(type=wanted if wanted.kind is not Kind.UNKNOWN else NULL, value=None, span=cell.span)
    value = _converted(found, wanted)
    if value is None:
        text = f"this is no {wanted.kind.value}"
        problems.append(KindsDoNotFit(text=text, span=cell.span))
        return None
    return Constant(
        type=found.type if wanted.kind is Kind.UNKNOWN else wanted, value=value.value, span=cell.span
    )


def _literal(cell: nodes.Expr) -> Constant | None:
    match cell:
        case nodes.Negation(operand=nodes.Number(value=number)):
            return constant(nodes.Number(value=-number, span=cell.span))
        case nodes.Negation(operand=nodes.Percent(value=number)):
            return constant(nodes.Percent(value=-number, span=cell.span))
        case nodes.Negation(operand=nodes.DurationLiteral(amount=amount, unit=unit)):
            return constant(nodes.DurationLiteral(amount=-amount, unit=unit, span=cell.span))
        case nodes.Name():
            return constant(nodes.Text(value=cell.text, span=cell.span))
        case (
            nodes.Number()
            | nodes.Percent()
            | nodes.Text()
            | nodes.DateLiteral()
            | nodes.PeriodLiteral()
            | nodes.DurationLiteral()
            | nodes.Boolean()
            | nodes.Null()
        ):
            return constant(cell)
        case _:
            return None


def _converted(found: Constant, wanted: ValueType) -> Constant | None:
    """The constant as a value of a type: whole numbers are decimals, days are midnights, texts of moments are timestamps."""
    kind, value = found.type.kind, found.value
    if wanted.kind in {Kind.UNKNOWN, kind}:
        return found
    if kind.numeric and wanted.kind.numeric and isinstance(value, int | Decimal):
        if wanted.kind is Kind.INTEGER:
            return found if value == int(value) else None
        made = float(value) if wanted.kind is Kind.FLOAT else Decimal(value)
        return Constant(type=wanted, value=made, span=found.span)
    if wanted.kind is Kind.TIMESTAMP and isinstance(value, date):
        return Constant(type=wanted, value=datetime(value.year, value.month, value.day), span=found.span)  # noqa: DTZ001
    if wanted.kind is Kind.TIMESTAMP and isinstance(value, str):
        try:
            return Constant(type=wanted, value=datetime.fromisoformat(value), span=found.span)
        except ValueError:
            return None
    return None


def _latest(given: Mapping[str, GivenTable]) -> date:
    """The latest day given; a fixed one where there is none."""
    days = [
        value.date() if isinstance(value, datetime) else value
        for table in given.values()
        for row in table.rows
        for value in (cell.value for cell in row)
        if isinstance(value, date)
    ]
    return max(days, default=date(2026, 1, 1))


def _expectation(
    expect: nodes.Expect, request: Request | ValuesRequest, problems: list[Problem]
) -> Expectation | None:
    """The expected rows, their columns those of the result."""
    names = [grouping.name for grouping in request.groupings]
    types = {grouping.name: grouping.type for grouping in request.groupings}
    if isinstance(request, Request):
        names += [output.name for output in request.outputs]
        types.update((output.name, output.type) for output in request.outputs)
    fine = True
    for column in expect.columns:
        if column.text not in types:
            close = near(column.text, names)
            problems.append(
                UnknownColumn(name=column.text, near=close, columns=tuple(names), span=column.span)
            )
            fine = False
    if not fine:
        return None
    columns = tuple(column.text for column in expect.columns)
    wanted = tuple(types[name] for name in columns)
    rows = [_row(cells, columns, _loose(wanted), expect.span, problems) for cells in expect.rows]
    if any(row is None for row in rows):
        return None
    return Expectation(
        request=request, columns=columns, rows=tuple(row for row in rows if row is not None), node=expect
    )


def _loose(types: tuple[ValueType, ...]) -> tuple[ValueType, ...]:
    """Types for expected numbers: 0.5 is written exactly, whatever the number of decimals or a double."""
    return tuple(UNKNOWN if t.kind.numeric else t for t in types)
