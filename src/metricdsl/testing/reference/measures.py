"""What a number measures: how much of which units one of it is, down to units that are multiples of no other.

A kilobyte per hour is 1000/3600 of byte¹ second⁻¹, of which 1/3600 comes of the hour. A number without a unit measures
nothing: 1 of no unit.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from metricdsl.syntax import nodes
from metricdsl.testing.reference.names import Constant, Scope, World
from metricdsl.testing.reference.values import Duration, Months, Refused, Value, arithmetic

OF_TIME = {
    "second": (1, "second"),
    "minute": (60, "second"),
    "hour": (60, "minute"),
    "day": (24, "hour"),
    "week": (7, "day"),
    "month": (1, "month"),
    "quarter": (3, "month"),
    "year": (12, "month"),
}
OF_MONTHS = ("month", "quarter", "year")
BARE = (
    *("number", "integer", "decimal", "float", "share", "points", "change", "text", "date", "timestamp"),
    "duration",  # a duration measures what it has beside time: jobs of which each takes so long
)


@dataclass(frozen=True)
class Measure:
    """`size` of the product of these units, each with its exponent; `time` is what of `size` comes of units of time."""

    size: Fraction = Fraction(1)
    units: tuple[tuple[str, int], ...] = field(default=())
    time: Fraction = Fraction(1)

    def times(self, other: "Measure", exponent: int = 1) -> "Measure":
        powers = dict(self.units)
        for unit, power in other.units:
            powers[unit] = powers.get(unit, 0) + power * exponent
        units = tuple(sorted((u, p) for u, p in powers.items() if p))
        return Measure(self.size * other.size**exponent, units, self.time * other.time**exponent)


NOTHING = Measure()
MICROSECOND = Fraction(1, 1_000_000)


def of_word(world: World, word: str, scope: Scope, currency: str) -> Measure:
    """One of a unit, by its name."""
    parts = tuple(word.split("."))
    found = world.find(parts, scope, nodes.UnitDecl)
    if found is not None and not found[2]:
        unit, home, _ = found
        if unit.multiple is None:
            return Measure(units=((f"unit {home.package}.{unit.name}", 1),))
        below = of_factors(world, unit.multiple.factors, home, currency)
        return _so_many(Fraction(unit.multiple.amount), below)
    entity = world.find(parts, scope, nodes.EntityDecl)
    if entity is not None and not entity[2]:
        return Measure(units=((f"entity {entity[0].name}", 1),))
    if word in OF_TIME:
        number, smaller = OF_TIME[word]
        if smaller == word:
            return Measure(units=((word, 1),))
        below = of_word(world, smaller, scope, currency)
        return _so_many(Fraction(number), below)
    return NOTHING if word in BARE else Measure(units=((currency if word == "money" else word, 1),))


def _so_many(number: Fraction, of: Measure) -> Measure:
    found = replace(of, size=of.size * number)
    return replace(found, time=found.size) if of.units in {(("second", 1),), (("month", 1),)} else found


def of_factors(world: World, factors: tuple[tuple[str, int], ...], scope: Scope, currency: str) -> Measure:
    return of_words(world, [(word, exponent, scope) for word, exponent in factors], currency)


def of_words(world: World, words: Sequence[tuple[str, int, Scope]], currency: str) -> Measure:
    found = NOTHING
    for word, exponent, scope in words:
        found = found.times(of_word(world, word, scope, currency), exponent)
    return found


def of_type(world: World, written: nodes.TypeWritten, scope: Scope, currency: str) -> Measure:
    """One of a declared type: `money(EUR)`, `kilobyte / hour`."""
    found = NOTHING
    for atom in written.atoms:
        word = (
            next((a for a in atom.arguments if not a.isdigit()), "money")
            if atom.name == "money"
            else atom.name
        )
        found = found.times(of_word(world, word, scope, currency), atom.exponent)
    return found


def of_target(world: World, formula: nodes.Expr, scope: Scope, currency: str) -> Measure:
    """The unit behind the number in `convert_unit(x, byte / seat)`."""
    opened = world.opened(formula, scope)
    match opened:
        case (nodes.Name() as name, home):
            return of_word(world, name.text, home, currency)
        case (nodes.Binary(operator="*" | "/" as operator, left=left, right=right), home):
            first = of_target(world, left, home, currency)
            return first.times(of_target(world, right, home, currency), 1 if operator == "*" else -1)
        case _:
            raise Refused("convert_unit(x, UNIT)")


def in_unit(value: Value, measure: Measure, wanted: Measure) -> Value:
    """convert_unit(x, u) = x × (one of the unit of x) / (one of u); a duration is so many microseconds."""
    if value is None:
        return None
    if isinstance(value, Duration):
        value, measure = value.microseconds, measure.times(Measure(MICROSECOND, (("second", 1),)))
    if not isinstance(value, Fraction) or measure.units != wanted.units:
        raise Refused("convert_unit of a number in one unit into another of the same measure")
    return value * measure.size / wanted.size


def product(
    formula: nodes.Binary, value: Callable[[nodes.Expr], Value], measure: Callable[[nodes.Expr], Measure]
) -> Value:
    """x × y; a number by a unit of time times a length of time is by it no more: 30 USD / month × 1 year = 360 USD."""
    for of, times in ((formula.left, formula.right), (formula.right, formula.left)):
        if isinstance(times, nodes.DurationLiteral) and times.unit in OF_MONTHS:
            rate, by = value(of), measure(of)
            if rate is not None and (not isinstance(rate, Fraction) or dict(by.units).get("month") != -1):
                raise Refused("months times what is for no month")
            return None if rate is None else rate * Fraction(times.amount) * OF_TIME[times.unit][0] * by.time
    of, rate, length = formula.left, value(formula.left), value(formula.right)
    if isinstance(rate, Duration | Months):
        of, rate, length = formula.right, length, rate
    if isinstance(rate, Fraction) and isinstance(length, Duration | Months):
        by = measure(of)
        powers = dict(by.units)
        if isinstance(length, Months) and powers.get("month") == -1:
            return rate * length.count * by.time
        if isinstance(length, Duration) and powers.get("second") == -1:
            return rate * length.microseconds * MICROSECOND * by.time
    return arithmetic("*", rate, length)


# ---------------------------------------------------------------- formulas

OF_THE_FIRST = (
    *("sum", "avg", "min", "max", "median", "percentile", "first", "last", "stddev"),
    *("prior", "trailing", "to_date", "at_start", "running", "opening", "total", "at_age", "goal", "during"),
    *("abs", "round", "floor", "ceil", "clamp", "least", "greatest", "coalesce"),
)


class Measuring(ABC):
    """The measure of a formula. What names and aggregates are is for those to say who read rows, or metrics."""

    def __init__(self, world: World, currency: str) -> None:
        self.world = world
        self.currency = currency

    @abstractmethod
    def name(self, name: nodes.Name, scope: Scope) -> Measure:
        """The measure of a name that is neither a parameter nor an argument."""

    @abstractmethod
    def call(self, call: nodes.Call, scope: Scope) -> Measure | None:
        """The measure of a call that is read here in its own way; None for all others."""

    @abstractmethod
    def values(self, formula: nodes.Expr, scope: Scope) -> Iterator[Value]:
        """Values that a formula has here, which tell whether it is a length of time."""

    def _lasts(self, formula: nodes.Expr, scope: Scope) -> type[Duration] | type[Months] | None:
        """Which length of time a formula is, if it is one."""
        known = next((value for value in self.values(formula, scope) if value is not None), None)
        return Duration if isinstance(known, Duration) else Months if isinstance(known, Months) else None

    def _product(self, left: nodes.Expr, right: nodes.Expr, scope: Scope) -> Measure:
        """Of a number by a unit of time and a length of time that unit is gone."""
        for rate, length in ((left, right), (right, left)):
            if isinstance(length, nodes.DurationLiteral):
                return _without_time(self.of(rate, scope), length.unit in OF_MONTHS)
            lasts = self._lasts(length, scope)
            if lasts is not None:
                return _without_time(self.of(rate, scope), lasts is Months).times(self.of(length, scope))
        return self.of(left, scope).times(self.of(right, scope))

    def _quotient(self, left: nodes.Expr, right: nodes.Expr, scope: Scope) -> Measure:
        """A number by a length of time is so much for each hour."""
        found = self.of(left, scope).times(self.of(right, scope), -1)
        if self._lasts(right, scope) is not None and self._lasts(left, scope) is None:
            return found.times(of_word(self.world, "hour", scope, self.currency), -1)
        return found

    def within(self, words: tuple[nodes.ContextWord, ...], scope: Scope) -> "Measuring":
        """What measures the formula in front of words of context."""
        del words, scope
        return self

    def of(self, formula: nodes.Expr, scope: Scope) -> Measure:
        """The measure of a formula."""
        if isinstance(formula, nodes.Name) and formula.text not in scope.bindings:
            param = self.world.find(formula.parts, scope, nodes.ParamDecl)
            if param is not None and not param[2]:
                return self._of_parameter(param[0], param[1])
        opened = self.world.opened(formula, scope)
        if isinstance(opened, Constant):
            return NOTHING
        formula, scope = opened
        match formula:
            case nodes.Name():
                return self.name(formula, scope)
            case nodes.InContext(body=body, words=words):
                stated = [w for w in words if isinstance(w, nodes.As)]
                if stated:
                    return of_words(self.world, self.world.unit_words(stated[0], scope), self.currency)
                return self.within(words, scope).of(body, scope)
            case nodes.Negation(operand=operand):
                return self.of(operand, scope)
            case nodes.Binary(operator="*", left=left, right=right):
                return self._product(left, right, scope)
            case nodes.Binary(operator="/", left=left, right=right):
                return self._quotient(left, right, scope)
            case nodes.Binary(operator="+" | "-", left=left, right=right):
                return self._first((left, right), scope)
            case nodes.Call():
                found = self.call(formula, scope)
                return self._called(formula, scope) if found is None else found
            case _:
                return NOTHING

    def _of_parameter(self, param: nodes.ParamDecl, scope: Scope) -> Measure:
        return NOTHING if param.type is None else of_type(self.world, param.type, scope, self.currency)

    def _called(self, call: nodes.Call, scope: Scope) -> Measure:
        values = [a.value for a in call.arguments]
        match call.function, values:
            case "convert_unit", [_, unit]:
                return of_target(self.world, unit, scope, self.currency)
            case "convert", [_, nodes.Name(text=into), *_]:
                return Measure(units=((into, 1),))
            case "if" | "case", [*branches, last]:
                return self._first((*branches[1::2], last), scope)
            case "least" | "greatest" | "coalesce" | "clamp", _:
                return self._first(tuple(values), scope)
            case function, [of, *_] if function in OF_THE_FIRST:
                return self.of(of, scope)
            case _:
                return NOTHING

    def _first(self, formulas: tuple[nodes.Expr, ...], scope: Scope) -> Measure:
        """The measure that one of several like things has: a number written among them fits any."""
        found: Iterator[Measure] = (self.of(formula, scope) for formula in formulas)
        return next((measure for measure in found if measure != NOTHING), NOTHING)


def _without_time(rate: Measure, months: bool) -> Measure:
    """What a number by a unit of time measures when it is multiplied with a length of time; any other stays what it is."""
    base = "month" if months else "second"
    if dict(rate.units).get(base) != -1:
        return rate
    return Measure(rate.size / rate.time, tuple((u, p) for u, p in rate.units if u != base))
