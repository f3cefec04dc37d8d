"""Units: products of base units with exponents, and the forms a bare number can take."""

from collections.abc import Iterable
from enum import Enum

import attrs

from metricdsl.value import HashedOnce, frozen


class Form(Enum):
    """What a number without dimension is: a plain one, a share, points (a difference of shares), a relative change.

    LITERAL is a number written in a formula: in comparisons and choices it fits any unit.
    """

    PLAIN = "number"
    SHARE = "share"
    POINTS = "points"
    CHANGE = "change"
    LITERAL = "literal"


MANY = "currencies"


@attrs.frozen(order=True)
class Base:
    """A base unit: `kind` is "currency", "entity", "time" or "declared"; of the last and of an entity the name is qualified.

    MANY is money of several currencies: its name is the column that has each row's.
    """

    kind: str
    name: str

    @property
    def text(self) -> str:
        """As said to the analyst: USD, opportunity."""
        if self.kind == MANY:
            return f"money({self.name})"
        return self.name.rpartition(".")[2] if self.kind in {"entity", "declared"} else self.name


@frozen
class Factors:
    """Which numbers without dimension a product is made of: `over` multiply, `under` divide. Written numbers are none.

    `pieces * price` is money over a plain number, and by other money a plain number again, as `pieces * (price / other)` is.
    """

    over: frozenset[Form] = frozenset()
    under: frozenset[Form] = frozenset()

    def beside(self, other: "Factors", sign: int = 1) -> "Factors":
        """The numbers of a product, or with `sign` -1 of a quotient. A change of a change is a plain number."""
        over, under = (other.over, other.under) if sign == 1 else (other.under, other.over)
        twice = {Form.PLAIN} if Form.CHANGE in self.over & over else set()
        return Factors(self.over | over | twice, self.under | under)


NONE = Factors()


@frozen
class Unit(HashedOnce):
    """A product of base units: sorted pairs (base, exponent), no exponent 0. `form` matters only where it is empty.

    `made_of` is what a product keeps of its numbers until its units cancel; two units that measure the same are equal without.
    """

    powers: tuple[tuple[Base, int], ...] = ()
    form: Form = Form.PLAIN
    made_of: Factors | None = attrs.field(default=None, eq=False, repr=False)

    @classmethod
    def of(cls, *bases: Base) -> "Unit":
        """The product of some base units."""
        return cls.product((base, 1) for base in bases)

    @classmethod
    def product(cls, powers: Iterable[tuple[Base, int]], form: Form = Form.PLAIN) -> "Unit":
        """The unit of these powers, like ones added up."""
        total: dict[Base, int] = {}
        for base, exponent in powers:
            total[base] = total.get(base, 0) + exponent
        return cls(tuple(sorted((b, e) for b, e in total.items() if e)), form)

    def times(self, other: "Unit", sign: int = 1) -> "Unit":
        """The product with another unit, or with `sign` -1 the quotient; its form is plain."""
        return Unit.product((*self.powers, *((b, e * sign) for b, e in other.powers)))

    def of_product(self, other: "Unit", sign: int = 1) -> "Unit":
        """The unit of what is calculated by a product or quotient: as long as it has one, it keeps its factors."""
        found = self.times(other, sign)
        made_of = self.factors.beside(other.factors, sign)
        return found if found.bare or made_of == NONE else Unit(found.powers, made_of=made_of)

    @property
    def factors(self) -> Factors:
        """The numbers that it is made of: one that is no product is itself one."""
        if self.made_of is not None:
            return self.made_of
        itself = self.bare and self.form is not Form.LITERAL
        return Factors(frozenset({self.form})) if itself else NONE

    @property
    def measured(self) -> "Unit":
        """The unit of what is measured in it: an amount of money is money, whatever it was calculated from.

        So many for each deal are no amount of anything: times deals they are a number still.
        """
        amount = self.bare or any(exponent > 0 for _, exponent in self.powers)
        return Unit(self.powers, self.form) if amount and self.made_of is not None else self

    @property
    def bare(self) -> bool:
        """Whether it is a number without dimension."""
        return not self.powers

    @property
    def many(self) -> bool:
        """Whether it is money of several currencies, or made of it."""
        return any(base.kind == MANY for base, _ in self.powers)

    @property
    def text(self) -> str:
        """As said to the analyst: "USD per opportunity", "share", "number"."""
        if not self.powers:
            return "number" if self.form is Form.LITERAL else self.form.value
        return self.behind()

    def behind(self, *first: str) -> str:
        """As said behind factors that it does not have itself: "duration per job", "duration × seat"."""
        over = [*first, *(_power(b, e) for b, e in self.powers if e > 0)]
        under = [_power(b, -e) for b, e in self.powers if e < 0]
        top = " × ".join(over) or "1"
        return f"{top} per {' and '.join(under)}" if under else top

    @property
    def long(self) -> str:
        """With the packages of its names, where two units have the same short ones."""
        return " × ".join(b.name if e == 1 else f"{b.name}^{e}" for b, e in self.powers) or self.form.value

    @property
    def written(self) -> str:
        """As `as` takes it, "USD / order"; nothing where it cannot be written so."""
        over = [base.text for base, exponent in self.powers if exponent == 1]
        under = [base.text for base, exponent in self.powers if exponent == -1]
        plain = len(over) + len(under) == len(self.powers) and not self.many
        return " / ".join([over[0], *under]) if plain and len(over) == 1 else ""

    def written_behind(self, first: str) -> str:
        """As a type and `as` take it behind a word of its own, "duration / job"; nothing where it cannot be written so."""
        if self.many:
            return ""
        over = [base.text for base, e in self.powers for _ in range(e)]
        under = [base.text for base, e in self.powers for _ in range(-e)]
        return " / ".join((" * ".join((first, *over)), *under))


def _power(base: Base, exponent: int) -> str:
    return base.text if exponent == 1 else f"{base.text}^{exponent}"


NUMBER = Unit()
SHARE = Unit(form=Form.SHARE)
POINTS = Unit(form=Form.POINTS)
CHANGE = Unit(form=Form.CHANGE)
LITERAL = Unit(form=Form.LITERAL)
