"""Exchange rates as rows: the entity that a declaration of rates stands for, and the rates that lead to a currency."""

from collections.abc import Container, Iterator, Mapping

from attrs import evolve

from metricdsl.analysis.bindings import source_of
from metricdsl.analysis.calendars import RATES_COLUMNS
from metricdsl.analysis.directory import Declared, Directory
from metricdsl.analysis.stand_in_entities import day_of_entity, entity_of, type_of
from metricdsl.analysis.world import World
from metricdsl.analysis.written_types import CURRENCY
from metricdsl.model.formula import RateTable
from metricdsl.model.types import Kind
from metricdsl.spi.values import Catalog
from metricdsl.syntax import nodes


def rates_as_entities(
    directory: Directory, catalog: Catalog | None, taken: Container[str]
) -> Iterator[tuple[Declared, str, nodes.EntityDecl]]:
    """All exchange rates that say where they lie, with a name that no entity has and the entity that they stand for."""
    for declared in directory.all("rates"):
        node = declared.node
        table = _table(declared)
        if table is not None and isinstance(node, nodes.RatesDecl):
            yield (
                declared,
                name_of(declared, taken),
                _entity(node, table, _stored(declared, directory, catalog)),
            )


def name_of(declared: Declared, taken: Container[str]) -> str:
    """The name of the rows of some rates."""
    name = declared.name
    while name in taken:
        name += "_rates"
    return name


def rows_of(declared: Declared, world: World) -> str:
    """The name of the rows of some rates, in a world that has them."""
    return name_of(declared, {name for name, one in world.headers.items() if one.declared.sort == "entity"})


def rates_into(world: World, into: str) -> dict[str, RateTable]:
    """The rates that lead into a currency, by the name of their declaration."""
    return {
        name: table
        for name, table in rate_tables(world).items()
        if table.target == into or table.into is not None or table.inverse
    }


def rate_tables(world: World) -> dict[str, RateTable]:
    """All rates that are declared and can be read, by the name of their declaration."""
    found: dict[str, RateTable] = {}
    for declared in world.directory.all("rates"):
        table = _table(declared)
        if table is None:
            continue
        name = rows_of(declared, world)
        if name in world.headers:
            found[declared.name] = evolve(table, entity=name)
    return found


def _table(declared: Declared) -> RateTable | None:
    """What a declaration says, if it says all that is needed."""
    node = declared.node
    if not isinstance(node, nodes.RatesDecl) or node.rule is None:
        return None
    said = _columns(node)
    if set(said) != set(RATES_COLUMNS):
        return None
    into = said["into"].text
    fixed = CURRENCY.fullmatch(into) is not None
    return RateTable(
        entity="",
        day=said["day"].text,
        currency=said["currency"].text,
        rate=said["rate"].text,
        rule=node.rule,
        into=None if fixed else into,
        target=into if fixed else None,
        inverse=any(_is_inverse(one) for one in node.properties),
    )


def _is_inverse(one: nodes.Property) -> bool:
    return one.word == "inverse" and len(one.values) == 1 and getattr(one.values[0], "value", None) is True


def _columns(node: nodes.RatesDecl) -> dict[str, nodes.Name]:
    found: dict[str, nodes.Name] = {}
    for one in node.properties:
        if one.word in RATES_COLUMNS and len(one.values) == 1 and isinstance(one.values[0], nodes.Name):
            found[one.word] = one.values[0]
    return found


def _entity(node: nodes.RatesDecl, table: RateTable, stored: Mapping[str, Kind]) -> nodes.EntityDecl:
    """The entity that some rates stand for: its key is the day and the pair."""
    said = _columns(node)
    key = [said["day"], said["currency"], *([said["into"]] if table.into is not None else [])]
    members: list[nodes.Member] = [
        nodes.Key(columns=tuple(key), span=node.name_span),
        day_of_entity(table.day, said["day"].span),
    ]
    for name in key[1:]:
        written = type_of("text", name.span)
        members.append(
            nodes.DimensionMember(
                name=name.text, name_span=name.span, label=None, type=written, value=None, span=name.span
            )
        )
    rate = said["rate"]
    members.append(
        nodes.FactMember(
            name=rate.text,
            name_span=rate.span,
            label=None,
            type=type_of("float", rate.span) if stored.get(rate.text) is Kind.TEXT else None,
            value=None,
            span=rate.span,
        )
    )
    return entity_of(node, members)


def _stored(declared: Declared, directory: Directory, catalog: Catalog | None) -> Mapping[str, Kind]:
    """What the table stores in each column that the rates can name: not in one that a source makes, which is typed later."""
    node = declared.node
    assert isinstance(node, nodes.RatesDecl), "sorts follow node classes"
    found = source_of(directory, declared.scope, node.origin)
    source = found[0].node if isinstance(found, tuple) else None
    table, made = node.origin, frozenset[str]()
    if isinstance(source, nodes.SourceDecl):
        table, made = source.table, frozenset(mapping.name for mapping in source.mappings)
    info = None if catalog is None else catalog.tables.get(table)
    columns = () if info is None else info.columns
    return {column.name: column.type.kind for column in columns if column.name not in made}
