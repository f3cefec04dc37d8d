"""Declared units: their names are free, and what one is a multiple of is there."""

from metricdsl.analysis.directory import TIME_WORDS, Declared
from metricdsl.analysis.params import WORDS
from metricdsl.analysis.properties import said
from metricdsl.analysis.world import Work
from metricdsl.analysis.written_types import CURRENCY, KNOWN, read_unit
from metricdsl.diagnostics.problems.declarations import IncompleteDeclaration, UnitOfTheLanguage
from metricdsl.diagnostics.problems.names import CircularDefinition
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
        of = _of(work, declared, node.multiple)
        if of is not None and _meets(work, declared, of):
            work.report(CircularDefinition(circle=(node.name,), span=node.name_span))
    return True if not work.problems else None


def _of(work: Work, declared: Declared, multiple: nodes.Multiple) -> Unit | None:
    world = work.world
    currency = world.settings.currency
    return read_unit(multiple.factors, multiple, declared.scope, world.directory, currency, work.problems)


def _meets(work: Work, declared: Declared, of: Unit) -> bool:
    """Whether a unit is, through others, a multiple of itself."""
    seen: set[str] = set()
    waiting = [of]
    while waiting:
        for base, _ in waiting.pop().powers:
            if base.kind != "declared" or base.name in seen:
                continue
            if base.name == declared.name:
                return True
            seen.add(base.name)
            other = work.world.directory.named(base.name)
            if other is None or not isinstance(other.node, nodes.UnitDecl) or other.node.multiple is None:
                continue
            further = _of(Work(work.world, work.need), other, other.node.multiple)
            if further is not None:
                waiting.append(further)
    return False
