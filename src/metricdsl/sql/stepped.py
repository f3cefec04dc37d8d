"""Groups as named steps: the columns that stand for their keys and measures, and what these are called."""

from collections.abc import Iterator

from attrs import evolve
from sqlglot import exp

from metricdsl.model.formula import Aggregate as AggregateFormula
from metricdsl.model.formula import Chosen, Expression, Members, Ranked
from metricdsl.model.made_of import Leaf
from metricdsl.model.request import Grouping
from metricdsl.model.types import INTEGER, ValueType
from metricdsl.plan.nodes import Aggregate, Attach, Combine, Fill, Fold, Node
from metricdsl.sql import trees
from metricdsl.sql.emitter import Emitter
from metricdsl.sql.groups import Groups, Sql
from metricdsl.sql.instants import kept
from metricdsl.sql.reading import Reading
from metricdsl.value import frozen

PRESENT = "present"
ATTACHED = "place"


@frozen(kw_only=True)
class Part:
    """A column of a step that stands for a measure: its value, or with `counts` how many rows it has."""

    name: str
    formula: Leaf | Ranked
    counts: bool = False

    @property
    def type(self) -> ValueType:
        """The type of the column."""
        return INTEGER if self.counts else self.formula.type


@frozen(kw_only=True)
class Step:
    """Groups as a named step. `marked` says that it tells by a column which of its groups are the result's."""

    name: str
    keys: tuple[Grouping, ...]
    parts: tuple[Part, ...]
    marked: bool = False
    brings: bool = True
    instants: frozenset[str] = frozenset()  # columns of parts that hold instants, to be read off the clock

    def column(self, part: Part, emit: Emitter, alias: str = "") -> Sql:
        """The column of a part, of the relation as it is called."""

        def value() -> exp.Expression:
            found = trees.column(part.name, alias or self.name)
            return emit.clock(found) if part.name in self.instants else found

        return value

    def leaves(self, emit: Emitter, alias: str) -> tuple[dict[Expression, Sql], dict[Expression, Sql]]:
        """The values and counts of its measures, as a relation that may lack a row says them."""
        values: dict[Expression, Sql] = {}
        counts: dict[Expression, Sql] = {}
        for part in self.parts:
            (counts if part.counts else values)[part.formula] = _known(
                part, self.column(part, emit, alias), emit
            )
        return values, counts


def step(node: Aggregate | Fold, reader: Reading, keys: tuple[Grouping, ...]) -> Step:
    """A branch as a named step: the one that there is, where the same groups were asked for already."""
    made: Step
    for known, made in reader.branches:
        if made.keys == keys and known.source == node.source and evolve(node, name=known.name) == known:
            return made
    made = _made(node, reader, keys)
    reader.branches.append((node, made))
    return made


def _made(node: Aggregate | Fold, reader: Reading, keys: tuple[Grouping, ...]) -> Step:
    name = reader.steps.name(node.name, f"{node.name}_totals")
    groups = reader.grouped(node)
    parts = parts_of(node)
    columns = [(key.name, sql()) for key, sql in zip(keys, groups.keys, strict=True)]
    made, instants = kept([(part.name, _part(groups, part)) for part in parts], reader.emit.timezone)
    columns += made
    if groups.present is not None:
        columns.append((PRESENT, marker(groups.present())))
    reader.steps.add(name, groups.finished(columns))
    marked = groups.present is not None
    return Step(name=name, keys=keys, parts=parts, marked=marked, brings=node.brings, instants=instants)


def marker(count: exp.Expression) -> exp.Expression:
    """1 where there are rows, else null."""
    return trees.case([(trees.binary(exp.GT, count, trees.number(0)), trees.number(1))])


def parts_of(node: Aggregate | Fold) -> tuple[Part, ...]:
    """The measures of a branch."""
    found = []
    if isinstance(node, Fold):
        for one in node.measures:
            found.append(Part(name=one.name, formula=one.formula))
            if one.counted is not None:
                found.append(Part(name=one.counted, formula=one.formula, counts=True))
        return tuple(found)
    for measure in node.measures:
        formula = measure.formula or measure.of
        assert formula is not None, "a measure is an aggregate, or counts the rows of one"
        found.append(Part(name=measure.name, formula=formula, counts=measure.formula is None))
    return tuple(found)


def _part(groups: Groups, part: Part) -> exp.Expression:
    return groups.count(part.formula) if part.counts else groups.values[part.formula]()


def keys_of(node: Node) -> tuple[Grouping, ...]:
    """The keys of the groups of a step."""
    match node:
        case Aggregate():
            return tuple(Grouping(name=key.name, type=key.type, grain=key.grain) for key in node.keys)
        case Fold() | Combine() | Fill() | Attach():
            return node.keys
        case _:
            raise AssertionError(f"not a step of groups: {type(node).__name__}")


def parts(node: Node) -> Iterator[Part]:
    """The measures that the groups of a step have."""
    match node:
        case Aggregate() | Fold():
            yield from parts_of(node)
        case Combine(branches=branches):
            for branch in branches:
                yield from parts_of(branch)
        case Fill(source=source):
            yield from parts(source)
        case Attach(source=source):
            yield from parts(source)
            for one in node.partial:
                yield from parts_of(one)
            for pick in node.picks:
                yield Part(name=pick.name, formula=pick.formula)
            for index, ranked in enumerate(node.ranked):
                yield Part(name=f"{ATTACHED}_{index + 1}", formula=ranked)
        case _:
            raise AssertionError(f"not a step of groups: {type(node).__name__}")


def as_step(node: Node, reader: Reading, wanted: str) -> Step:
    """The groups of a step under a name, with a column that tells which of them are there."""
    if isinstance(node, Aggregate):
        return step(node, reader, keys_of(node))
    groups = reader.grouped(node)
    found: list[Part] = []
    taken = {key.name.casefold() for key in keys_of(node)}
    for part in parts(node):
        name, number = part.name, 2
        while name.casefold() in taken:
            name, number = f"{part.name}_{number}", number + 1
        taken.add(name.casefold())
        found.append(Part(name=name, formula=part.formula, counts=part.counts))
    columns = [(key.name, sql()) for key, sql in zip(keys_of(node), groups.keys, strict=True)]
    made, instants = kept([(part.name, _part(groups, part)) for part in found], reader.emit.timezone)
    columns += made
    if groups.present is not None or not columns:  # a row of no columns is none on some engines
        columns.append((PRESENT, trees.number(1) if groups.present is None else groups.present()))
    name = reader.steps.name(wanted)
    reader.steps.add(name, groups.finished(columns))
    marked = groups.present is not None
    return Step(name=name, keys=keys_of(node), parts=tuple(found), marked=marked, instants=instants)


def _known(part: Part, column: Sql, emit: Emitter) -> Sql:
    """The value in a relation, or what the aggregate gives of no rows where it has none."""
    zero = part.counts or zero_of_nothing(part.formula, emit)

    def value() -> exp.Expression:
        one = column()
        return exp.Coalesce(this=one, expressions=[trees.number(0)]) if zero else one

    return value


def zero_of_nothing(formula: Expression, emit: Emitter) -> bool:
    """Whether an aggregate of no rows is 0, not null."""
    if isinstance(formula, Chosen):
        return True
    if not isinstance(formula, AggregateFormula | Members):
        return False
    definition = emit.registry.aggregations.get(formula.function)
    return definition is not None and definition.identity == 0


def column_of(name: str, table: str) -> Sql:
    """A column of a relation."""
    return lambda: trees.column(name, table)
