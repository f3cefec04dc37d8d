"""Group steps of a plan as SQL, whatever their sort."""

from collections.abc import Iterator

from metricdsl.model.request import Grouping
from metricdsl.plan.nodes import Aggregate, Attach, Combine, Fill, Fold, Node
from metricdsl.sql.aggregated import aggregated
from metricdsl.sql.attach import ATTACHED, attached
from metricdsl.sql.combine import PRESENT, Part, Step, combined, parts_of
from metricdsl.sql.fill import filled
from metricdsl.sql.fold import folded
from metricdsl.sql.groups import Groups
from metricdsl.sql.reader import Reader


def grouped(node: Node, reader: Reader) -> Groups:
    """The groups of a step."""
    match node:
        case Aggregate():
            return aggregated(node, reader)
        case Fold():
            return folded(node, reader)
        case Combine():
            return combined(node, reader)
        case Fill():
            return filled(node, reader)
        case Attach():
            return attached(node, reader)
        case _:
            raise AssertionError(f"not a step of groups: {type(node).__name__}")


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


def as_step(node: Node, reader: Reader, wanted: str) -> Step:
    """The groups of a step under a name, with a column that tells which of them are there."""
    from metricdsl.sql.combine import step

    if isinstance(node, Aggregate):
        return step(node, reader, keys_of(node))
    groups = grouped(node, reader)
    found: list[Part] = []
    taken = {key.name.casefold() for key in keys_of(node)}
    for part in parts(node):
        name, number = part.name, 2
        while name.casefold() in taken:
            name, number = f"{part.name}_{number}", number + 1
        taken.add(name.casefold())
        found.append(Part(name=name, formula=part.formula, counts=part.counts))
    columns = [(key.name, sql()) for key, sql in zip(keys_of(node), groups.keys, strict=True)]
    columns += [(p.name, groups.count(p.formula) if p.counts else groups.values[p.formula]()) for p in found]
    if groups.present is not None:
        columns.append((PRESENT, groups.present()))
    name = reader.steps.name(wanted)
    reader.steps.add(name, groups.finished(columns))
    return Step(name=name, keys=keys_of(node), parts=tuple(found), marked=groups.present is not None)
