"""What the data at hand can serve: `metric check` looks at the tables of connections that are files, never at a server."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from attrs import evolve, field

from metricdsl.adapters.urls import path_of
from metricdsl.analysis import Analysis
from metricdsl.analysis.world import Header
from metricdsl.diagnostics import Outcome, Problem
from metricdsl.diagnostics.problems.serving import NotAvailableHere
from metricdsl.engine.binding import stored_as, unlike_keys
from metricdsl.engine.cache import Cache, cache_key
from metricdsl.engine.connected import Connected
from metricdsl.engine.connection_settings import ConnectionConfig
from metricdsl.engine.kept import Stamp, stamp
from metricdsl.engine.served import by_packs, lacking, not_served
from metricdsl.engine.source_problems import of_sources
from metricdsl.model.entity import Entity
from metricdsl.model.made_of import columns
from metricdsl.model.metric import Metric
from metricdsl.model.types import Kind
from metricdsl.spi.adapter import AdapterError
from metricdsl.spi.values import Catalog
from metricdsl.syntax import nodes
from metricdsl.value import frozen

BESIDE = {"duckdb": ("", ".wal"), "sqlite": ("", "-wal")}
FOLDER = "files"
LARGE = 50_000_000
"""Text files are read to their end to find their layout: more bytes than these are left to `--live`."""


@frozen(kw_only=True)
class AtHand:
    """A look at one connection: the metrics that it cannot serve, or why it was not looked at.

    `wrong` is what is wrong in joins and in the formulas of sources and columns, now that the types of the tables' columns are
    known; `lacking` are the columns of entities, with what each needs that is not there.
    """

    connection: str
    problems: tuple[NotAvailableHere, ...] = field(default=(), repr=False)
    wrong: tuple[Problem, ...] = field(default=(), repr=False)
    lacking: Mapping[tuple[str, str], tuple[str, ...]] = field(factory=dict, repr=False)
    left: str = ""


def at_hand(
    analyse: Callable[[Catalog | None], Analysis],
    config: ConnectionConfig,
    root: Path,
    cache: Cache,
    reach: Callable[[], Outcome[Connected | None]],
) -> AtHand:
    """What one connection serves of a project's metrics, where that can be told without a server and at once.

    `analyse` gives the definitions resolved with the columns of a catalog. `reach` gives a connection for this look alone, which is closed again: two connections may be of one file.
    """
    stamps = _stamps(config, root)
    if isinstance(stamps, str):
        return AtHand(connection=config.name, left=stamps)
    bare = analyse(None)
    model = bare.model
    entities = {**model.entities, **model.settings}
    tables = tuple(sorted({entity.table.name for entity in entities.values()}))
    key = cache_key("tables", str(root.resolve()), config, tables, stamps) if cache.on else ""
    catalog = cache.load(key) if key else None
    if not isinstance(catalog, Catalog):
        looked = _look(reach(), tables)
        if not isinstance(looked, Catalog):
            return AtHand(connection=config.name, left=looked.message())
        cache.store(key, catalog := looked)
    found = not_served(model.metrics, entities, catalog, config.name)
    return AtHand(
        connection=config.name,
        problems=tuple(found),
        wrong=tuple(_wrong(bare, analyse, catalog)),
        lacking=lacking(entities, catalog),
    )


def _wrong(
    bare: Analysis, analyse: Callable[[Catalog | None], Analysis], catalog: Catalog
) -> Iterator[Problem]:
    """What the types of the tables' columns make wrong in joins, and in the formulas of sources and of columns."""
    entities = bare.model.entities
    if any(map(_calculates, bare.world.headers.values())) or _reads_undeclared(entities):
        bound = analyse(catalog)
        known = {problem.span for problem in bare.root_causes(bare.failures)}
        kinds = (one for one in bound.root_causes(bound.failures) if one.code.startswith("T"))
        told = {(one.code, one.span): one for one in (*kinds, *of_sources(bound)) if one.span not in known}
        yield from told.values()
        entities = bound.model.entities
    else:
        entities = {name: _with_types(entity, catalog) for name, entity in entities.items()}
    joins = (
        (name, join.name)
        for name, entity in entities.items()
        for join in entity.joins.values()
        if join.target in entities
    )
    yield from unlike_keys(entities, joins)


def _with_types(entity: Entity, catalog: Catalog) -> Entity:
    """An entity with the types that its table gives to the columns it does not declare."""
    table = catalog.tables.get(entity.table.name)
    stored = {
        name: table.column(behind)
        for name, column in entity.columns.items()
        if column.type.kind is Kind.UNKNOWN
        and table is not None
        and (behind := stored_as(entity, name)) is not None
    }
    typed = {
        name: evolve(entity.columns[name], type=found.type)
        for name, found in stored.items()
        if found is not None
    }
    return evolve(entity, columns={**entity.columns, **typed}) if typed else entity


def _reads_undeclared(entities: Mapping[str, Entity]) -> bool:
    """Whether a column is calculated from others that are not declared: of what kind they are, their table says."""
    return any(
        read.type.kind is Kind.UNKNOWN
        for entity in entities.values()
        for column in entity.columns.values()
        if column.value is not None
        for read in columns(column.value)
    )


def _calculates(header: Header) -> bool:
    """Whether a source makes a column of others."""
    source = None if header.source is None else header.source.node
    mappings = source.mappings if isinstance(source, nodes.SourceDecl) else ()
    return any(not isinstance(mapping.value, nodes.Name) for mapping in mappings)


def _look(reached: Outcome[Connected | None], tables: Sequence[str]) -> Catalog | Problem:
    """The tables of a connection, or why they cannot be looked at."""
    connected = reached.value
    if connected is None:
        return reached.problems[0]
    try:
        return connected.catalog(tables)
    except AdapterError as error:
        return error.problem
    finally:
        connected.adapter.close()


def not_at_hand(
    looks: Iterable[AtHand], owners: Mapping[str, str] | None = None, metrics: Iterable[Metric] = ()
) -> tuple[Problem, ...]:
    """What several connections cannot serve, each metric once, those of a pack together, and what is wrong for their columns.
    `owners` are the files of packs, each with its plugin.
    """
    looks = tuple(looks)
    wrong = {(one.code, one.span, one.message()): one for look in looks for one in look.wrong}
    found: dict[object, NotAvailableHere] = {}
    for problem in (problem for look in looks for problem in look.problems):
        first = found.setdefault(problem.span, problem)
        if first is not problem:
            found[problem.span] = first.nor_in(problem)
    return (*wrong.values(), *by_packs(found.values(), owners or {}, metrics))


def _stamps(config: ConnectionConfig, root: Path) -> tuple[tuple[str, Stamp], ...] | str:
    """The files of a connection with their states; or in a few words why it is not looked at."""
    scheme = config.scheme
    if scheme not in BESIDE and scheme != FOLDER:
        return "it is a server"
    path = path_of(config.url, str(root.resolve()))
    if path is None:
        return "it is in memory"
    if scheme in BESIDE:
        if not Path(path).is_file():
            return f"there is no file `{_near(path, root)}`"
        return tuple((path + ending, stamp(path + ending)) for ending in BESIDE[scheme])
    if not Path(path).is_dir():
        return f"there is no folder `{_near(path, root)}`"
    files = tuple(sorted(_files(Path(path))))
    large = sum(state[1] for _, state in files if state is not None) > LARGE
    return "its files are large" if large else files


def _files(folder: Path) -> Iterator[tuple[str, Stamp]]:
    for path in folder.iterdir():
        if path.is_file():
            yield str(path), stamp(str(path))


def _near(path: str, root: Path) -> str:
    """A path as it is told: inside the project from its folder on."""
    inside = Path(path)
    return inside.relative_to(root.resolve()).as_posix() if inside.is_relative_to(root.resolve()) else path
