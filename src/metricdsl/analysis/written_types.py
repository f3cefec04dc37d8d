"""Types as written, read: `money(USD, 2) "1.234,56" or null`, `text in ("a", "b")`, `USD / month`."""

import re

from metricdsl.analysis.directory import TIME_WORDS, Directory, Scope
from metricdsl.analysis.vocabularies import repeated_values
from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problems.declared_types import UnknownType
from metricdsl.diagnostics.problems.formulas import WrongArguments
from metricdsl.model.calendar import GRAINS
from metricdsl.model.types import Kind, ValueType
from metricdsl.model.unit import CHANGE, MANY, NUMBER, POINTS, SHARE, Base, Unit
from metricdsl.source import Span
from metricdsl.syntax import nodes

PLAIN = {
    "text": Kind.TEXT,
    "integer": Kind.INTEGER,
    "float": Kind.FLOAT,
    "number": Kind.FLOAT,
    "boolean": Kind.BOOLEAN,
    "date": Kind.DATE,
    "timestamp": Kind.TIMESTAMP,
    "duration": Kind.DURATION,
}
SHARES = {"share": SHARE, "points": POINTS, "change": CHANGE}
SCALE = 4  # decimals of money and decimal where none are given
MOST_SCALE = 18
CURRENCY = re.compile(r"[A-Z]{3}")
KNOWN = (*PLAIN, *SHARES, "decimal", "money", *GRAINS)

ELSEWHERE = {
    "string": "text",
    "str": "text",
    "varchar": "text",
    "char": "text",
    "int": "integer",
    "int64": "integer",
    "bigint": "integer",
    "datetime": "timestamp",
    "timestamptz": "timestamp",
    "double": "float",
    "real": "float",
    "numeric": "decimal",
    "bool": "boolean",
    "percent": "share",
    "percentage": "share",
    "currency": "money",
    "amount": "money",
    "interval": "duration",
}
"""What other languages call a type, and what it is called here."""


def read_type(
    written: nodes.TypeWritten, scope: Scope, directory: Directory, currency: str, problems: list[Problem]
) -> ValueType | None:
    """The value type of a written one, of something that has one currency."""
    found = read_row_type(written, scope, directory, currency, problems)
    if found is None or not found.unit.many:
        return found
    text = f"{found.unit.text} has a currency for each row, which only a column of an entity can have"
    problems.append(UnknownType(name=found.unit.text, text=text, span=written.span))
    return None


def read_row_type(
    written: nodes.TypeWritten, scope: Scope, directory: Directory, currency: str, problems: list[Problem]
) -> ValueType | None:
    """The value type of a written one; the currency of its rows may stand in a column."""
    if len(written.atoms) != 1 or written.atoms[0].exponent != 1:
        return _composed(written, scope, directory, currency, problems)
    atom = written.atoms[0]
    found = _single(atom, scope, directory, currency, problems)
    if found is None or written.domain is None:
        return found
    if found.kind is not Kind.TEXT:
        problems.append(
            UnknownType(
                name=atom.name, text="only a text has a list of values behind `in`", span=written.span
            )
        )
        return None
    texts = [item for item in written.domain if isinstance(item, nodes.Text)]
    values = tuple(dict.fromkeys(item.value for item in texts))
    problems.extend(repeated_values([(f'"{item.value}"', item.span) for item in texts]))
    text = "the values of a text dimension are texts"
    problems.extend(
        UnknownType(name=atom.name, text=text, span=item.span)
        for item in written.domain
        if not isinstance(item, nodes.Text)
    )
    return ValueType(Kind.TEXT, domain=values)


def _composed(
    written: nodes.TypeWritten, scope: Scope, directory: Directory, currency: str, problems: list[Problem]
) -> ValueType | None:
    """The value type of a product of units: `money(EUR, 2) / month` has the digits of its money, `duration / job` is a duration."""
    factors = tuple((atom.name, atom.exponent) for atom in written.atoms)
    rest = beside_time(factors, scope, directory)
    unit = read_unit(factors if rest is None else rest, written, scope, directory, currency, problems)
    scale = SCALE
    for atom in written.atoms:
        if atom.name != "money":
            unit = unit if _most(atom, 0, problems) else None
            continue
        money = _money(atom, currency, problems)
        if unit is None or money is None:
            return None
        own = Unit.of(Base("currency", currency))  # which `money` means without brackets
        unit = unit.times(own, -atom.exponent).times(money.unit, atom.exponent)
        scale = money.scale if atom.exponent == 1 else scale
    if unit is None:
        return None
    return ValueType(Kind.DECIMAL, unit, scale) if rest is None else ValueType(Kind.DURATION, unit)


def _single(
    atom: nodes.TypeAtom, scope: Scope, directory: Directory, currency: str, problems: list[Problem]
) -> ValueType | None:
    """The value type of one word."""
    name, arguments = atom.name, atom.arguments
    if name == "money":
        return _money(atom, currency, problems)
    if name == "decimal":
        scale = _scale(arguments[0] if arguments else str(SCALE), atom, problems)
        return None if scale is None or not _most(atom, 1, problems) else ValueType(Kind.DECIMAL, scale=scale)
    if (name in PLAIN or name in SHARES or name in GRAINS) and not _most(atom, 0, problems):
        return None
    if name in PLAIN:
        return ValueType(PLAIN[name])
    if name in SHARES:
        return ValueType(Kind.DECIMAL, SHARES[name], SCALE)
    if name in GRAINS:
        kind = Kind.TIMESTAMP if name in {"minute", "hour"} else Kind.DATE
        return ValueType(kind, grain=None if name == "day" else name)
    word = nodes.Node(span=Span(atom.span.file, atom.span.start, atom.span.start + len(name)))
    unit = read_unit(((name, 1),), word, scope, directory, currency, problems)
    return None if unit is None or not _most(atom, 0, problems) else ValueType(Kind.DECIMAL, unit, SCALE)


def _most(atom: nodes.TypeAtom, most: int, problems: list[Problem]) -> bool:
    """Whether a type has no more arguments than it can use."""
    if len(atom.arguments) <= most:
        return True
    text = f"{atom.name} takes {'nothing' if most == 0 else 'one number'} in brackets"
    problems.append(WrongArguments(text=text, span=atom.span))
    return False


def _scale(text: str, atom: nodes.TypeAtom, problems: list[Problem]) -> int | None:
    """A number of decimals."""
    if text.isdigit() and int(text) <= MOST_SCALE:
        return int(text)
    problems.append(
        WrongArguments(text=f"{text} is no number of decimals (0 to {MOST_SCALE})", span=atom.span)
    )
    return None


def _money(atom: nodes.TypeAtom, currency: str, problems: list[Problem]) -> ValueType | None:
    """Money in a currency; without one in the project's."""
    arguments = list(atom.arguments)
    base = Base("currency", currency)
    if arguments and not arguments[0].isdigit():
        name = arguments.pop(0)
        base = Base("currency" if CURRENCY.fullmatch(name) else MANY, name)
    scale = _scale(arguments.pop(0), atom, problems) if arguments else SCALE
    if arguments:
        problems.append(
            WrongArguments(text="money takes a currency and a number of decimals", span=atom.span)
        )
        return None
    return None if scale is None else ValueType(Kind.DECIMAL, Unit.of(base), scale)


def beside_time(
    factors: tuple[tuple[str, int], ...], scope: Scope, directory: Directory
) -> tuple[tuple[str, int], ...] | None:
    """What a duration has beside time: `1 / job` of `duration / job`, nothing of `duration`; None of a number's unit."""
    lasts = ("duration", 1)
    if lasts not in factors or directory.lookup(scope, ["duration"]) is not None:
        return None
    at = factors.index(lasts)
    return (*factors[:at], *factors[at + 1 :])


def read_unit(
    factors: tuple[tuple[str, int], ...],
    place: nodes.Node,
    scope: Scope,
    directory: Directory,
    currency: str,
    problems: list[Problem],
) -> Unit | None:
    """The unit of factors: currencies, entities, words of time, declared units; `share`, `number`, … stand alone."""
    if len(factors) == 1 and factors[0][1] == 1:
        name = factors[0][0]
        if name in SHARES:
            return SHARES[name]
        if name == "number":
            return NUMBER
    powers: list[tuple[Base, int]] = []
    for name, exponent in factors:
        base = _base(name, scope, directory, currency)
        if base is None:
            elsewhere = ELSEWHERE.get(name.casefold())
            found = (
                (elsewhere,)
                if elsewhere
                else near(name, (*KNOWN, *directory.visible(scope, "entity", "unit")))
            )
            problems.append(UnknownType(name=name, near=found, span=place.span))
            return None
        powers.append((base, exponent))
    return Unit.product(powers)


def _base(name: str, scope: Scope, directory: Directory, currency: str) -> Base | None:
    """The base unit of a word."""
    parts = name.split(".")
    found = directory.lookup(scope, parts)
    if isinstance(found, tuple) and found[1] < len(parts):
        return None  # a column of an entity is no unit
    if isinstance(found, tuple) and found[0].sort == "entity":
        return Base("entity", found[0].name)
    if isinstance(found, tuple) and found[0].sort == "unit":
        return Base("declared", found[0].name)
    if name == "money":
        return Base("currency", currency)
    if CURRENCY.fullmatch(name):
        return Base("currency", name)
    return Base("time", name) if name in TIME_WORDS else None
