"""Entities read: first their headers (table, key, joins, stored columns), later what is derived from them."""

from collections.abc import Mapping

from attrs import define, evolve, field

from metricdsl.analysis.bindings import Bindings, source_of
from metricdsl.analysis.directory import FACETS, Clash, Declared, Directory, fold
from metricdsl.analysis.other_packages import brought_in, declared_elsewhere
from metricdsl.analysis.world import Header
from metricdsl.analysis.written_formats import format_problem, with_digits_of_format
from metricdsl.analysis.written_types import CURRENCY, read_row_type
from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problems.ambiguity import AmbiguousName
from metricdsl.diagnostics.problems.declared_types import UnknownType
from metricdsl.diagnostics.problems.formulas import NotInThisVersion, WrongArguments
from metricdsl.diagnostics.problems.grain import NoKey
from metricdsl.diagnostics.problems.names import UnknownName, UnknownProperty, listed
from metricdsl.diagnostics.problems.packages import WrongSortOfName
from metricdsl.diagnostics.problems.shared_names import DeclaredTwice, LookAlikeNames
from metricdsl.diagnostics.problems.types import KindsDoNotFit
from metricdsl.model.entity import Column, Join, Neighbour, Role, Table
from metricdsl.model.settings import Settings
from metricdsl.model.types import FLOAT_SCALE, TIMESTAMP, UNKNOWN, Kind, ValueType
from metricdsl.model.unit import MANY, Base, Unit
from metricdsl.source import Span
from metricdsl.spi.values import Catalog
from metricdsl.syntax import nodes

Typed = nodes.TimeMember | nodes.DimensionMember | nodes.FactMember
ROLES = {nodes.TimeMember: Role.TIME, nodes.DimensionMember: Role.DIMENSION, nodes.FactMember: Role.FACT}
STOCK_RULES = ("last", "first", "avg", "max", "min")
SORTS = {Role.TIME: "time", Role.DIMENSION: "dimension", Role.FACT: "fact"}
PROPERTIES = ("about", "label", "owner", "status", "version", "since", "source")


@define(eq=False)
class _Reading:
    """An entity's header in the making."""

    declared: Declared
    directory: Directory
    settings: Settings
    problems: list[Problem]
    members: dict[str, str] = field(factory=dict)  # name → sort
    folded: dict[str, str] = field(factory=dict)
    lost: dict[str, tuple[Problem, ...]] = field(factory=dict)
    unsound: list[Problem] = field(factory=list)
    misread: list[Problem] = field(factory=list)  # of its source, told where that stands
    joins: dict[str, Join] = field(factory=dict)
    stored: dict[str, Column] = field(factory=dict)
    derived: dict[str, Typed] = field(factory=dict)
    types: dict[str, ValueType] = field(factory=dict)
    facts: dict[str, nodes.FactMember] = field(factory=dict)
    snapshot: nodes.Snapshot | None = None
    broken: Mapping[str, tuple[Problem, ...]] = field(factory=dict)


def header(
    declared: Declared,
    directory: Directory,
    catalog: Catalog | None,
    settings: Settings,
    broken: Mapping[str, tuple[Problem, ...]],
) -> tuple[Header, tuple[Problem, ...]]:
    """The header of an entity, as much of it as is right. `broken` are the declarations that could not be read, and why."""
    node = declared.node
    assert isinstance(node, nodes.EntityDecl), "sorts follow node classes"
    reading = _Reading(declared, directory, settings, [], broken=broken)
    source, table = _table(reading, node)
    table_types = _table_types(table, catalog)
    mapped = _mapped(source)
    known = _known_columns(table_types, mapped)
    key: tuple[str, ...] = ()
    times: list[nodes.TimeMember] = []
    for member in node.members:
        match member:
            case nodes.TimeMember() | nodes.DimensionMember() | nodes.FactMember():
                before = len(reading.problems)
                new = _member(reading, member, known)
                if new and isinstance(member, nodes.TimeMember):
                    times.append(member)
                if new and member.name in reading.lost:
                    reading.lost[member.name] = tuple(reading.problems[before:])
            case nodes.Key(columns=columns):
                if key:
                    text = f"{node.name} has two keys; write one, its columns with commas"
                    reading.problems.append(WrongArguments(text=text, span=member.span))
                else:
                    key = tuple(name.text for name in columns)
            case nodes.Join():
                before = len(reading.problems)
                _join(reading, member)
                if member.name in reading.lost:
                    reading.lost[member.name] += tuple(reading.problems[before:])
            case nodes.Snapshot():
                reading.snapshot = member
            case nodes.Validity():
                pass
            case nodes.Property(word=word, word_span=span):
                _property(reading, word, span)
            case nodes.RowScope():
                pass
    _columns_of_keys(reading, node, known, key)
    for name, found in known.items():
        if name not in reading.stored and name not in reading.derived and name not in reading.lost:
            reading.stored[name] = Column(name=name, type=found, role=Role.COLUMN)
    made = Header(
        name=declared.name,
        declared=declared,
        table=table,
        key=key,
        joins=reading.joins,
        lost=reading.lost,
        unsound=(*reading.unsound, *reading.misread),
        stored=reading.stored,
        derived=reading.derived,
        declared_types=reading.types,
        times=tuple(member.name for member in times),
        time=_default_time(reading, times),
        source=source,
        table_types=table_types,
        facts=reading.facts,
        snapshot=reading.snapshot,
    )
    return made, (*reading.problems, *reading.unsound)


def _table(reading: _Reading, node: nodes.EntityDecl) -> tuple[Declared | None, Table]:
    """The source of an entity, if one is declared by that name, and the table below."""
    written = node.source or node.name
    span = node.source_span or node.name_span
    found = source_of(reading.directory, reading.declared.scope, written)
    if isinstance(found, Bindings):
        reading.unsound.append(found.problem())
        return None, Table(name=written, unread=True, span=span)
    if isinstance(found, Clash):
        reading.unsound.append(AmbiguousName(name=written, candidates=found.candidates, span=span))
        return None, Table(name=written, span=span)
    if found is not None and found[1] == len(written.split(".")):
        source = found[0]
        if isinstance(source.node, nodes.SourceDecl):
            name = source.name.rpartition(".")[2]
            return source, Table(
                name=source.node.table, source=name, by=source.name, span=source.node.table_span
            )
        if source.sort == "broken":
            reading.misread.extend(reading.broken.get(source.name, ()))
            return None, Table(name=written, source=written, unread=True, span=span)
    return None, Table(name=written, span=span)


def _table_types(table: Table, catalog: Catalog | None) -> Mapping[str, ValueType] | None:
    info = None if catalog is None else catalog.tables.get(table.name)
    return None if info is None else {column.name: column.type for column in info.columns}


def _mapped(source: Declared | None) -> tuple[str, ...]:
    if source is None or not isinstance(source.node, nodes.SourceDecl):
        return ()
    return tuple(mapping.name for mapping in source.node.mappings)


def _known_columns(
    table_types: Mapping[str, ValueType] | None, mapped: tuple[str, ...]
) -> dict[str, ValueType]:
    """The columns that rows of this entity have without being declared."""
    known = dict.fromkeys(mapped, UNKNOWN)
    for name, found in (table_types or {}).items():
        known.setdefault(name, found)
    return known


def _take(reading: _Reading, name: str, sort: str, node: nodes.Node) -> bool:
    """Whether a member's name is free."""
    first = reading.members.get(name)
    if first is not None:
        twice = DeclaredTwice(name=name, sort=sort, first_sort=first, span=node.span)
        reading.problems.append(twice)
        reading.lost[name] = (twice,)
        return False
    reading.members[name] = sort
    other = reading.folded.setdefault(fold(name), name)
    if other != name:
        reading.problems.append(LookAlikeNames(name=name, other=other, span=node.span))
    return True


def _named(node: Typed | nodes.Join) -> nodes.Node:
    """The place of a member's name."""
    return nodes.Node(span=node.name_span)


def _is_rule(reading: _Reading, stock: nodes.Stock) -> bool:
    """Whether the word behind `stock` says which of its dates count; else that is reported."""
    if stock.rule in STOCK_RULES:
        return True
    close = near(stock.rule, STOCK_RULES)
    where = f"among {listed(STOCK_RULES, 'and')}, which say what counts of a stock's dates"
    reading.problems.append(UnknownName(name=stock.rule, where=where, near=close, span=stock.rule_span))
    return False


def _member(reading: _Reading, member: Typed, known: Mapping[str, ValueType]) -> bool:
    """A time, dimension or fact; whether its name is a new one. A wrong one is lost, but still there: a time that is
    lost does not make another one the only time."""
    role = ROLES[type(member)]
    if not _take(reading, member.name, SORTS[role], _named(member)):
        return False
    if isinstance(member, nodes.FactMember) and (member.stock or member.spread):
        if member.stock is not None and not _is_rule(reading, member.stock):
            reading.lost[member.name] = ()
            return True
        reading.facts[member.name] = member
    declared: ValueType | None = None
    if member.type is not None:
        declared = read_row_type(
            member.type,
            reading.declared.scope,
            reading.directory,
            reading.settings.currency,
            reading.problems,
        )
        if declared is None:
            reading.lost[member.name] = ()
            return True
        declared = _of_one_currency(reading, declared)
    if role is Role.TIME and declared is not None and not declared.kind.temporal:
        text = f"{member.name} is a time, so it must be a date or timestamp"
        reading.problems.append(
            KindsDoNotFit(text=text, span=member.type.span if member.type else member.span)
        )
        reading.lost[member.name] = ()
        return True
    if member.value is not None:
        reading.derived[member.name] = member
        reading.types[member.name] = declared or UNKNOWN
        return True
    found = declared or _inherited(reading, member, role, known)
    if found is not None and member.name in known:
        found = with_all_digits(found, known[member.name])
    if found is None:
        reading.lost[member.name] = ()
        return True
    written = member.type
    if written is not None and written.format is not None:
        wrong = format_problem(found, member.name, written, reading.declared.scope, reading.directory)
        if wrong is not None:
            reading.problems.append(wrong)
            reading.lost[member.name] = ()
            return True
        found = with_digits_of_format(found, written.format)
    reading.types[member.name] = found
    reading.stored[member.name] = Column(
        name=member.name,
        type=found,
        role=role,
        label=None if isinstance(member, nodes.TimeMember) else member.label,
        format=None if written is None else written.format,
        or_null=written is not None and written.or_null,
        default=isinstance(member, nodes.TimeMember) and member.default,
        span=member.name_span,
    )
    return True


def _of_one_currency(reading: _Reading, type_: ValueType) -> ValueType:
    """The type, of one currency where the source says that all rows have the same."""
    powers = []
    for base, exponent in type_.unit.powers:
        said = _said_currency(reading, base.name) if base.kind == MANY else None
        powers.append((base if said is None else Base("currency", said), exponent))
    return evolve(type_, unit=Unit.product(powers, type_.unit.form))


def _said_currency(reading: _Reading, name: str) -> str | None:
    """The currency that a source gives the column of, of this entity or of one that it joins."""
    node, scope = reading.declared.node, reading.declared.scope
    *joins, last = name.split(".")
    for step in joins:
        assert isinstance(node, nodes.EntityDecl), "joins lead to entities"
        join = next((m for m in node.members if isinstance(m, nodes.Join) and m.name == step), None)
        parts = (step,) if join is None or join.target is None else join.target.parts
        found = reading.directory.lookup(scope, parts)
        if not isinstance(found, tuple) or not isinstance(found[0].node, nodes.EntityDecl):
            return None
        node, scope = found[0].node, found[0].scope
    assert isinstance(node, nodes.EntityDecl), "joins lead to entities"
    source = source_of(reading.directory, scope, node.source or node.name)
    if not isinstance(source, tuple) or not isinstance(source[0].node, nodes.SourceDecl):
        return None
    for mapping in source[0].node.mappings:
        value = mapping.value
        if mapping.name == last and isinstance(value, nodes.Text) and CURRENCY.fullmatch(value.value):
            return value.value
    return None


def with_all_digits(declared: ValueType, stored: ValueType) -> ValueType:
    """The declared type with as many decimals as are stored: a row's digits are not cut, a sum of them would be another."""
    digits = FLOAT_SCALE if stored.kind is Kind.FLOAT else stored.scale
    if declared.kind is not Kind.DECIMAL or digits <= declared.scale:
        return declared
    return evolve(declared, scale=digits)


def _inherited(
    reading: _Reading, member: Typed, role: Role, known: Mapping[str, ValueType]
) -> ValueType | None:
    """The type of a member declared without one: the table's."""
    found = known.get(member.name, UNKNOWN)
    if found.kind is Kind.UNKNOWN:
        return TIMESTAMP if role is Role.TIME else UNKNOWN
    if (role is Role.TIME and not found.kind.temporal) or (role is Role.FACT and found.kind is Kind.TEXT):
        example = "date" if role is Role.TIME else "integer"
        text = f"the table has {member.name} as {found.kind.value}: say what it is"
        reading.problems.append(
            UnknownType(
                name=member.name, text=f"{text}, as in `{member.name} : {example}`", span=member.name_span
            )
        )
        return None
    return found


def _join(reading: _Reading, join: nodes.Join) -> None:
    """A join to another entity, on as many columns as its key has."""
    if not _take(reading, join.name, "join", _named(join)):
        return
    reading.lost[join.name] = ()
    target_name = join.target or nodes.Name(parts=(join.name,), span=join.name_span)
    found = reading.directory.lookup(reading.declared.scope, target_name.parts)
    span = target_name.span
    if isinstance(found, Clash):
        role = "" if join.target else f"{join.name}: "
        first, *rest = target_name.parts
        reading.problems.append(
            AmbiguousName(
                name=first, candidates=found.candidates, rest=".".join(rest), before=role, span=span
            )
        )
        return
    if found is None and reading.declared.scope.incomplete:
        reading.lost[join.name] = reading.declared.scope.missing
        return
    if found is None or found[1] != len(target_name.parts):
        close = near(target_name.text, reading.directory.visible(reading.declared.scope, "entity"))
        if join.target is None:
            close = ()  # a corrected target needs a name of its own: `join owner: rep`
        full = declared_elsewhere(reading.directory, reading.declared.scope, target_name.text, "entity")
        hint = "" if close else brought_in(full, reading.declared.scope)
        reading.problems.append(
            UnknownName(name=target_name.text, where="among the entities", near=close, hint=hint, span=span)
        )
        return
    target = found[0]
    if target.sort == "broken":
        reading.lost[join.name] = reading.broken.get(target.name, ())
        return
    if not isinstance(target.node, nodes.EntityDecl):
        reading.problems.append(
            WrongSortOfName(name=target_name.text, sort=target.sort, expected="an entity", span=span)
        )
        return
    key = next((m.columns for m in target.node.members if isinstance(m, nodes.Key)), ())
    short = target.node.name
    if not key:
        reading.problems.append(NoKey(entity=short, use="joined to", span=span))
        return
    by = _neighbour(reading, join)
    if by is None and join.relation is not None:
        return
    if by is None and len(key) != len(join.columns):
        names = ", ".join(name.text for name in key)
        text = f"the key of {short} has {len(key)} column{'s' if len(key) > 1 else ''} ({names}), not {len(join.columns)}"
        reading.problems.append(WrongArguments(text=text, span=join.span))
        return
    del reading.lost[join.name]
    columns = tuple(name.text for name in join.columns)
    reading.joins[join.name] = Join(
        name=join.name,
        target=target.name,
        columns=columns,
        default=join.default,
        neighbour=by,
        span=join.name_span,
    )


def _neighbour(reading: _Reading, join: nodes.Join) -> Neighbour | None:
    """How a join by time is meant; what it finds on the other side is settled when all entities are known."""
    match join:
        case nodes.Join(relation="before" | "after" | "as of" as relation, moment=nodes.Name(parts=parts)):
            if len(parts) == 1:
                return Neighbour(relation=relation, moment=parts[0])
            word = f"`{relation}` a time of another entity"
            reading.problems.append(NotInThisVersion(word=word, span=join.span))
            return None
        case _:
            return None


def _columns_of_keys(
    reading: _Reading, node: nodes.EntityDecl, known: Mapping[str, ValueType], key: tuple[str, ...]
) -> None:
    """Keys and foreign keys are stored columns, declared or not."""
    for member in node.members:
        if not isinstance(member, nodes.Key | nodes.Join | nodes.Validity):
            continue
        for column in _columns_of(member):
            name = column.text
            if name in reading.derived:
                what = {nodes.Key: "a key", nodes.Join: "a join"}.get(type(member), "`valid`")
                text = f"{name} is calculated; {what} needs a column of the table"
                fix = "calculate it in the entity's `source`, where the columns of text files are text, or in the table"
                reading.problems.append(WrongArguments(text=text, fix=fix, span=column.span))
                _lose(reading, member, tuple(reading.problems[-1:]))
            elif name in reading.lost:
                _lose(reading, member, reading.lost[name])
            elif name not in reading.stored:
                found = known.get(name, UNKNOWN)
                reading.stored[name] = Column(name=name, type=found, role=Role.COLUMN, span=column.span)
            if name in key and name in reading.stored:
                stored = reading.stored[name]
                reading.stored[name] = evolve(stored, type=evolve(stored.type, nullable=False))


def _columns_of(member: nodes.Key | nodes.Join | nodes.Validity) -> tuple[nodes.Name, ...]:
    """The columns that a member names."""
    if isinstance(member, nodes.Validity):
        return (member.start, member.end)
    if isinstance(member, nodes.Join) and member.moment is not None and len(member.moment.parts) == 1:
        return (*member.columns, member.moment)
    return member.columns


def _lose(
    reading: _Reading, member: nodes.Key | nodes.Join | nodes.Validity, why: tuple[Problem, ...]
) -> None:
    """A key, validity or join by a column that is wrong."""
    if not isinstance(member, nodes.Join):
        reading.unsound.extend(why)
    else:
        reading.joins.pop(member.name, None)
        reading.lost.setdefault(member.name, why)


def _default_time(reading: _Reading, times: list[nodes.TimeMember]) -> str | None:
    """The only time, or the one marked `default`."""
    marked = [member for member in times if member.default]
    if len(marked) > 1:
        text = f"{marked[0].name} and {marked[1].name} are both `default`"
        reading.problems.append(WrongArguments(text=text, fix="mark one of them", span=marked[1].name_span))
    if marked:
        return marked[0].name
    return times[0].name if len(times) == 1 else None


def _property(reading: _Reading, word: str, span: Span) -> None:
    """A property of an entity: a known word or a facet."""
    facets = tuple(reading.directory.visible(reading.declared.scope, space=FACETS))
    if word in PROPERTIES or word in facets:
        return
    members = ("where", "key", "join", "time", "dimension", "fact")
    known = (*members, *PROPERTIES, *facets)
    reading.problems.append(UnknownProperty(word=word, near=near(word, known), known=known, span=span))
