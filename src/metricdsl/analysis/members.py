"""What an entity derives: columns with formulas, row scopes, the columns that its source supplies."""

from collections.abc import Mapping, Sequence

from attrs import evolve

from metricdsl.analysis.agreement import agreed
from metricdsl.analysis.calls import conjunction
from metricdsl.analysis.directory import inside
from metricdsl.analysis.entities import with_all_digits
from metricdsl.analysis.rows import row, row_condition
from metricdsl.analysis.rows_of_nobody import tell_rows_of_nobody
from metricdsl.analysis.text_conditions import with_texts_as_conditions
from metricdsl.analysis.world import Header, Place, Result, RowPlace, Work
from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.problems.shared_names import DeclaredTwice
from metricdsl.diagnostics.problems.types import KindsDoNotFit
from metricdsl.model.entity import Column, Entity, Role
from metricdsl.model.formula import Call, ColumnRef, Expression
from metricdsl.model.types import FLOAT, UNKNOWN, Kind, ValueType
from metricdsl.model.unit import MANY
from metricdsl.syntax import nodes


def derived_column(work: Work, header: Header, name: str) -> Result:
    """The formula of a derived column, as a row expression of its entity."""
    member = header.derived[name]
    assert member.value is not None, "a derived column has a formula"
    found = row(work, member.value, Place(header.declared.scope), RowPlace(header.name, children=True))
    if found is None:
        return None
    tell_rows_of_nobody(work, found, header.name)
    declared = header.declared_types[name]
    if declared.kind is not Kind.UNKNOWN:
        merged = agreed(work, name, declared, found.type, member.name_span, states=True)
        if merged is None:
            return None
        found = found if merged == found.type else evolve(found, type=merged)
    if isinstance(member, nodes.TimeMember) and found.type.kind not in {
        Kind.DATE,
        Kind.TIMESTAMP,
        Kind.UNKNOWN,
    }:
        work.report(
            KindsDoNotFit(text=f"{name} is a time, so it must be a date or timestamp", span=member.value.span)
        )
        return None
    named = found.type.named
    return found if named is found.type else evolve(found, type=named)


def supplies(work: Work, header: Header) -> Mapping[str, Expression]:
    """The stored columns that a source renames or calculates, over the table's columns."""
    if header.source is None or not isinstance(header.source.node, nodes.SourceDecl):
        return {}
    place, rows = Place(header.source.scope), RowPlace(header.name, table=True)
    found: dict[str, Expression] = {}
    named: dict[str, nodes.Mapping] = {}
    for mapping in header.source.node.mappings:
        first = named.setdefault(mapping.name, mapping)
        if first is not mapping:
            work.report(
                DeclaredTwice(
                    name=mapping.name,
                    sort="column",
                    first_sort="column",
                    first=first.name_span,
                    span=mapping.name_span,
                )
            )
            found.pop(mapping.name, None)
            continue
        before = len(work.problems)
        value = row(work, mapping.value, place, rows)
        if value is None:
            with_texts_as_conditions(work, header, mapping.value, before, condition=False)
        else:
            found[mapping.name] = value
    return found


def with_supplied_types(
    header: Header,
    supplied: Mapping[str, Expression],
    problems: Sequence[Problem],
    causes: Sequence[Problem] = (),
) -> Header:
    """The header, its undeclared columns typed by what the source supplies; what it fails to supply is lost.

    `causes` are problems of what its formulas use, where these have none of their own.
    """
    if header.source is None or not isinstance(header.source.node, nodes.SourceDecl):
        return header
    stored, types = dict(header.stored), dict(header.declared_types)
    for name, value in supplied.items():
        column = stored.get(name)
        if column is not None and _is_rate(header, column) and value.type.kind is Kind.TEXT:
            types[name] = FLOAT
            stored[name] = evolve(column, type=FLOAT)
        elif column is not None and name in header.declared_types:
            stored[name] = evolve(column, type=with_all_digits(column.type, value.type))
            types[name] = with_all_digits(types[name], value.type)
        elif column is not None:
            nullable = column.type.nullable
            stored[name] = evolve(column, type=evolve(value.type, nullable=nullable and value.type.nullable))
    lost = dict(header.lost)
    for mapping in header.source.node.mappings:
        if mapping.name not in supplied:
            stored.pop(mapping.name, None)
            own = tuple(p for p in problems if p.span is not None and inside(p.span, mapping.span))
            lost[mapping.name] = own or (*causes, *problems)
    joins = dict(header.joins)
    for name, join in header.joins.items():
        wrong = next((column for column in join.read if column in lost), None)
        if wrong is not None:
            del joins[name]
            lost[name] = lost[wrong]
    # Rates, holidays and periods name no column that they do not need.
    needed = (
        header.key
        if header.declared.sort == "entity"
        else tuple(dict.fromkeys((*header.key, *header.declared_types)))
    )
    unsound = header.unsound + tuple(p for name in needed for p in lost.get(name, ()))
    return evolve(header, stored=stored, declared_types=types, joins=joins, lost=lost, unsound=unsound)


def _is_rate(header: Header, column: Column) -> bool:
    """Whether a column holds exchange rates: numbers, also where a source takes them from a text file."""
    return header.declared.sort == "rates" and column.role is Role.FACT


def with_types_of_keys(header: Header, headers: Mapping[str, Header]) -> Header:
    """The header, a join's column that its source supplies as null typed as the key that it meets.

    `rep_id = null`: no row has a rep, and the column compares with the keys of reps as any other would.
    """
    stored = dict(header.stored)
    for join in header.joins.values():
        target = headers.get(join.target)
        if target is None:
            continue
        keys = target.key if join.neighbour is None else join.neighbour.columns
        for name, key in zip(join.columns, keys, strict=False):
            column, met = stored.get(name), target.stored.get(key)
            if column is not None and met is not None and column.type.kind is Kind.NULL:
                stored[name] = evolve(column, type=evolve(met.type, nullable=True))
    return header if stored == header.stored else evolve(header, stored=stored)


def entity(
    work: Work, header: Header, supplied: Mapping[str, Expression], implied: Mapping[str, ValueType]
) -> Entity:
    """The whole entity, as much of it as is right."""
    node = header.declared.node
    assert isinstance(node, nodes.EntityDecl), "sorts follow node classes"
    columns = dict(header.stored)
    for name, member in header.derived.items():
        value = work.need(("column", header.name, name))
        if value is not None:
            columns[name] = _column(member, value)
    supplied = dict(supplied)
    scopes = _source_scopes(work, header, supplied, columns)
    for part in node.members:
        if isinstance(part, nodes.RowScope):
            condition = row_condition(
                work, part.condition, Place(header.declared.scope), RowPlace(header.name)
            )
            if condition is not None:
                scopes.append(condition)
    _currencies(work, header)
    for name, kind in (*implied.items(), *(work.implied or {}).items()):
        columns.setdefault(name, Column(name=name, type=kind, role=Role.COLUMN))
    return Entity(
        name=header.name,
        label=node.label,
        table=header.table,
        key=header.key,
        columns=columns,
        joins=header.joins,
        scope=conjunction(work, scopes),
        supplies=supplied,
        time=header.time,
        stands_in=header.declared.sort != "entity",
        span=node.name_span,
    )


def _currencies(work: Work, header: Header) -> None:
    """What `money(currency)` names is a text that a row of the entity has."""
    node = header.declared.node
    assert isinstance(node, nodes.EntityDecl), "sorts follow node classes"
    for member in node.members:
        written = getattr(member, "type", None)
        declared = header.declared_types.get(getattr(member, "name", ""))
        if written is None or declared is None:
            continue
        for base, _ in declared.unit.powers:
            if base.kind == MANY:
                name = nodes.Name(parts=tuple(base.name.split(".")), span=written.span)
                found = row(work, name, Place(header.declared.scope), RowPlace(header.name))
                if found is not None and found.type.kind not in {Kind.TEXT, Kind.UNKNOWN}:
                    text = f"the currency of a row is a text, and {base.name} is {found.type.kind.value}"
                    work.report(KindsDoNotFit(text=text, span=written.span))


def _column(member: nodes.TimeMember | nodes.DimensionMember | nodes.FactMember, value: Expression) -> Column:
    roles = {nodes.TimeMember: Role.TIME, nodes.DimensionMember: Role.DIMENSION, nodes.FactMember: Role.FACT}
    return Column(
        name=member.name,
        type=value.type,
        role=roles[type(member)],
        label=None if isinstance(member, nodes.TimeMember) else member.label,
        value=value,
        default=isinstance(member, nodes.TimeMember) and member.default,
        span=member.name_span,
    )


def _source_scopes(
    work: Work, header: Header, supplied: dict[str, Expression], columns: dict[str, Column]
) -> list[Expression]:
    """The `where` of the source, over columns of the entity: a column of the table that the entity does not have, or has
    by another formula, becomes one under a name of its own."""
    source = header.source
    if source is None or not isinstance(source.node, nodes.SourceDecl):
        return []
    scopes: list[Expression] = []
    for condition in source.node.where:
        before = len(work.problems)
        found = row_condition(work, condition, Place(source.scope), RowPlace(header.name, table=True))
        if found is None:
            with_texts_as_conditions(work, header, condition, before, condition=True)
        else:
            scopes.append(_over_entity(found, header, supplied, columns))
    return scopes


def _over_entity(
    expression: Expression, header: Header, supplied: dict[str, Expression], columns: dict[str, Column]
) -> Expression:
    match expression:
        case Call():
            arguments = tuple([_over_entity(a, header, supplied, columns) for a in expression.arguments])
            return Call(
                type=expression.type, span=expression.span, function=expression.function, arguments=arguments
            )
        case ColumnRef(column=name):
            if name not in supplied and (name not in columns or columns[name].value is None):
                if name not in columns:
                    columns[name] = Column(name=name, type=expression.type, role=Role.COLUMN)
                elif columns[name].type.kind is Kind.UNKNOWN and expression.type is not UNKNOWN:
                    return expression
                return expression
            own = f"{name}_of_table"
            supplied[own] = ColumnRef(type=expression.type, path=(), entity=header.name, column=name)
            columns[own] = Column(name=own, type=expression.type, role=Role.COLUMN)
            return ColumnRef(
                type=expression.type, span=expression.span, path=(), entity=header.name, column=own
            )
        case _:
            return expression
