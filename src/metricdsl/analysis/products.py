"""What a product adds up to, over members.

For a factor x and members that make up A and B, x is

    additive    x(A ∪ B) = x(A) + x(B)                                      revenue, orders
    the same    x(A) = x(B): a number that is written, a total              2, total(revenue)
    a weight    it says how much each of something carries                  a price, a ratio, an average
    a level     x(A) and x(B) hold the same things: it stands               a balance over months, buyers of each rep

    x·y is additive     if one is additive and the other the same, a weight or additive
                        if one is additive and the other a level that weighs it: a price list times pieces, people times days
    x·y is a level      if one is a level, and no other factor is additive
    x·y·(1/y) is x

A level weighs what is additive if it has no unit or is so much *per* something, or if what is additive is no money: a balance
times a revenue is nothing.
"""

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from metricdsl.analysis.net_changes import CELLS, plain
from metricdsl.model.formula import Call, Constant, Expression
from metricdsl.model.parts import without_names
from metricdsl.model.unit import MANY, Unit


def factors(expression: Expression) -> tuple[list[Expression], list[Expression]]:
    """What a product is made of, constants left out, and what it is divided by; equal ones are gone on both sides.

    revenue / buyers * buyers     revenue
    """
    over, under = _split(expression)
    for group in [one for one in over if isinstance(without_names(one), Call)]:
        tops, bottoms = _split(without_names(group))
        tops, bottoms = _without(tops, bottoms), _without(bottoms, tops)
        beside = [one for one in over if one is not group]
        if not tops and not bottoms:
            over = beside
        elif bottoms and not _without(bottoms, beside):
            over = [*tops, *_without(beside, bottoms)]
    return _without(over, under), _without(under, over)


def _split(expression: Expression) -> tuple[list[Expression], list[Expression]]:
    """The factors as they are written, and the divisors."""
    over: list[Expression] = []
    under: list[Expression] = []
    waiting = [expression]
    while waiting:
        match waiting.pop():
            case Call(function="multiply", arguments=(left, right)):
                waiting += [right, left]
            case Call(function="divide", arguments=(left, right)) as quotient:
                if quotient is expression or isinstance(right, Constant):
                    waiting.append(left)
                    under += [] if isinstance(right, Constant) else [right]
                else:
                    over.append(quotient)
            case Constant():
                pass
            case other:
                over.append(other)
    return over, under


def _without(these: Iterable[Expression], others: Iterable[Expression]) -> list[Expression]:
    """Some factors without those that are among others too, one for one."""
    gone = [plain(one) for one in others]
    if not gone:
        return list(these)
    kept: list[Expression] = []
    for one in these:
        same = plain(one)
        if same in gone:
            gone.remove(same)
        else:
            kept.append(one)
    return kept


def weighs(level: Unit, additive: Unit) -> bool:
    """Whether a level says how much each of what is additive carries: a price times pieces, people times days."""
    return level.bare or any(many < 0 for _, many in level.powers) or not _money(additive)


def _money(unit: Unit) -> bool:
    return any(base.kind in {"currency", MANY} for base, _ in unit.powers)


LENGTHS = {"day": ("day", Fraction(1)), "hour": ("day", Fraction(1, 24)), "week": ("day", Fraction(7))} | {
    name: (base, Fraction(many)) for name, (base, many) in CELLS.items() if base == "month"
}


def lasts_one_cell(product: Call, cell: str | None) -> bool:
    """Whether a number by a unit of time is multiplied by the length of one cell: `mrr * 1 month per month`, what a month brings."""
    rate = next((one for one in product.arguments if not isinstance(one, Constant)), None)
    factor = next((one for one in product.arguments if isinstance(one, Constant)), None)
    if rate is None or factor is None or cell not in CELLS or not isinstance(factor.value, int | Decimal):
        return False
    lost = [base for base, many in rate.type.unit.powers if many < 0 and base.kind == "time"]
    if len(lost) != 1 or rate.type.unit.times(Unit.of(lost[0])) != product.type.unit.times(Unit()):
        return False
    base, one = LENGTHS.get(lost[0].name, ("", Fraction(0)))
    number = Fraction(factor.value)
    written = one / number if product.function == "divide" and number else one * number
    return (base, written) == (CELLS[cell][0], Fraction(CELLS[cell][1]))


def judged(
    over: Sequence[Expression],
    under: Sequence[Expression],
    sort_of: Callable[[Expression], str],
) -> Expression | None:
    """The factor for which a product does not add, if it does not; a factor is "additive", "same", "weight" or "level"."""
    sorts = [(one, sort_of(one)) for one in over]
    additive = [one for one, sort in sorts if sort == "additive"]
    levels = [one for one, sort in sorts if sort == "level"]
    divided = len(under)
    if len(additive) > divided:
        bad = [one for one in levels if not any(weighs(one.type.unit, other.type.unit) for other in additive)]
        return bad[0] if bad and not under else None
    weights = [one for one, sort in sorts if sort == "weight"]
    if levels or weights or not under:
        return next(iter(levels + weights), None)
    return over[0] if over else under[0]
