"""Declared units: their names are free, and what one is a multiple of is there."""

from metricdsl.analysis.directory import TIME_WORDS, Declared
from metricdsl.analysis.params import WORDS
from metricdsl.analysis.properties import said
from metricdsl.analysis.world import Work
from metricdsl.analysis.written_types import CURRENCY, KNOWN, read_unit
from metricdsl.diagnostics.problems.ambiguity import CircularDefinition
from metricdsl.diagnostics.problems.declarations import IncompleteDeclaration
from metricdsl.diagnostics.problems.shares_and_numbers import UnitOfTheLanguage
from metricdsl.model.unit import Unit
from metricdsl.syntax import nodes

TAKEN = frozenset((*KNOWN, *TIME_WORDS, "number"))


def unit(work: Work, declared: Declared) -> bool | None:
    """Whether a declared unit is right as far as its own text tells."""
    node = declared.node
    assert isinstance(node, nodes.UnitDecl), "sorts follow node classes"
    said(work, node.properties, declared.scope, WORDS)
    currency = CURRENCY.fullmatch(node.name) is not None
    if currency or node.name in TAKEN:
        work.report(UnitOfTheLanguage(name=node.name, currency=currency, span=node.name_span))
    if node.multiple is not None:
        if not node.multiple.amount:
            text = f"{node.name} would be nothing: 0 of a unit is no unit"
            work.report(IncompleteDeclaration(text=text, span=node.multiple.span))
        _of(work, declared, node.multiple)
        circle = _circle(work, declared)
        if circle and circle[0] == min(circle):
            names = tuple(name.rpartition(".")[2] for name in circle)
            work.report(CircularDefinition(circle=names, span=node.name_span))
    return True if not work.problems else None


def _of(work: Work, declared: Declared, multiple: nodes.Multiple) -> Unit | None:
    world = work.world
    currency = world.settings.currency
    return read_unit(multiple.factors, multiple, declared.scope, world.directory, currency, work.problems)


def _circle(work: Work, declared: Declared) -> tuple[str, ...]:
    """The names from a unit, through what it is a multiple of, to itself; nothing where it is no multiple of itself."""
    ways: dict[str, tuple[str, ...]] = {declared.name: (declared.name,)}
    waiting = [declared]
    while waiting:
        here = waiting.pop(0)
        assert isinstance(here.node, nodes.UnitDecl), "only units are waiting"
        if here.node.multiple is None:
            continue
        of = _of(Work(work.world, work.need), here, here.node.multiple)
        for base, _ in () if of is None else of.powers:
            if base.kind == "declared" and base.name == declared.name:
                return ways[here.name]
            other = work.world.directory.named(base.name) if base.kind == "declared" else None
            if other is not None and base.name not in ways and isinstance(other.node, nodes.UnitDecl):
                ways[base.name] = (*ways[here.name], base.name)
                waiting.append(other)
    return ()
