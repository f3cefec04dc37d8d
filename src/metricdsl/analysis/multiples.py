"""What declared units are multiples of, down to units that are multiples of no other: a tonne is 1000000 gram."""

from fractions import Fraction

from metricdsl.analysis.directory import Declared
from metricdsl.analysis.world import Work
from metricdsl.analysis.written_types import read_unit
from metricdsl.model.calendar import SECONDS
from metricdsl.model.unit import NUMBER, SHARE, Base, Form, Unit
from metricdsl.model.year_rule import MONTHS
from metricdsl.syntax import nodes
from metricdsl.value import frozen

OF_TIME = {
    **{name: (number, "second") for name, number in SECONDS.items()},
    **{name: (number, "month") for name, number in MONTHS.items() if name != "month"},
}
"""The multiples among the words of time. A month is no number of days."""


@frozen
class Reduced:
    """One of a unit is `factor` of `unit`, which is made of units that are multiples of no other."""

    factor: Fraction
    unit: Unit

    def like(self, other: "Reduced") -> bool:
        """Whether both measure the same, so that one is a multiple of the other."""
        a, b = self.unit, other.unit
        return a.powers == b.powers and (not a.bare or a.form is b.form)


def reduced(work: Work, unit: Unit) -> Reduced | None:
    """A unit by what it is a multiple of; None where a declaration that it rests on is wrong, which has been reported there."""
    return _reduced(work, unit) if _right(work, unit) else None


def _right(work: Work, unit: Unit) -> bool:
    """Whether all declared units that a unit rests on are right. Of those that go round in a circle one is not."""
    waiting = [unit]
    asked = set[str]()
    right = True
    while waiting:
        for base, _ in waiting.pop().powers:
            if base.kind != "declared" or base.name in asked:
                continue
            asked.add(base.name)
            right = work.ask(("unit", base.name)) is not None and right
            of = _multiple(work, base)
            if of is not None:
                waiting.append(of[1])
    return right


def _reduced(work: Work, unit: Unit) -> Reduced:
    if unit.bare:
        return Reduced(Fraction(1), NUMBER if unit.form is Form.LITERAL else unit)
    factor = Fraction(1)
    powers: list[tuple[Base, int]] = []
    last = unit
    for base, exponent in unit.powers:
        of = _multiple(work, base)
        if of is None:
            powers.append((base, exponent))
            continue
        below = _reduced(work, of[1])
        factor *= (of[0] * below.factor) ** exponent
        powers.extend((b, e * exponent) for b, e in below.unit.powers)
        last = below.unit
    product = Unit.product(powers)
    if product.bare:  # a dozen is 12 of a number; kilobytes per byte are a share, as like units are
        return Reduced(factor, last if len(unit.powers) == 1 else SHARE)
    return Reduced(factor, product)


def _multiple(work: Work, base: Base) -> tuple[Fraction, Unit] | None:
    """How much of which unit a base unit is, as it is declared; None where it is no multiple, or its declaration is wrong."""
    if base.kind == "time" and base.name in OF_TIME:
        number, name = OF_TIME[base.name]
        return Fraction(number), Unit.of(Base("time", name))
    declared = work.world.directory.named(base.name) if base.kind == "declared" else None
    if not isinstance(declared, Declared) or not isinstance(declared.node, nodes.UnitDecl):
        return None
    multiple = declared.node.multiple
    if multiple is None:
        return None
    world = work.world
    currency = world.settings.currency
    unit = read_unit(multiple.factors, multiple, declared.scope, world.directory, currency, [])
    return None if unit is None else (Fraction(multiple.amount), unit)
