"""The algebra of units: what adds and compares. Section 3 of the language, as a table."""

from metricdsl.builtins.products import joined
from metricdsl.model.types import ValueType
from metricdsl.model.unit import LITERAL, MANY, NUMBER, SHARE, Form, Unit
from metricdsl.spi.defs import ConstantType, Mismatch


def said(unit: Unit) -> str:
    """A unit as the analyst says it in a refusal."""
    return "a bare number" if unit.bare and unit.form in {Form.LITERAL, Form.PLAIN} else unit.text


def added(left: ValueType, right: ValueType) -> Unit | Mismatch:
    """The unit of left + right."""
    return _sum(left, right, _PLUS, "add")


def subtracted(left: ValueType, right: ValueType) -> Unit | Mismatch:
    """The unit of left - right."""
    return _sum(left, right, _MINUS, "add")


_PLUS: dict[tuple[Form, Form], Form] = {
    (Form.SHARE, Form.SHARE): Form.SHARE,
    (Form.SHARE, Form.POINTS): Form.SHARE,
    (Form.POINTS, Form.SHARE): Form.SHARE,
    (Form.POINTS, Form.POINTS): Form.POINTS,
    (Form.CHANGE, Form.CHANGE): Form.CHANGE,
    (Form.CHANGE, Form.POINTS): Form.CHANGE,
    (Form.POINTS, Form.CHANGE): Form.CHANGE,
}

_MINUS: dict[tuple[Form, Form], Form] = {
    (Form.SHARE, Form.SHARE): Form.POINTS,
    (Form.SHARE, Form.POINTS): Form.SHARE,
    (Form.POINTS, Form.POINTS): Form.POINTS,
    (Form.CHANGE, Form.CHANGE): Form.POINTS,
    (Form.CHANGE, Form.POINTS): Form.CHANGE,
}

_NUMBERS = {Form.PLAIN, Form.LITERAL}


def _sum(
    left: ValueType, right: ValueType, table: dict[tuple[Form, Form], Form], verb: str
) -> Unit | Mismatch:
    a, b = left.unit, right.unit
    if _is(right, 0) and b.form is Form.LITERAL:
        return a
    if _is(left, 0) and a.form is Form.LITERAL:
        return b
    if not a.bare or not b.bare:
        return joined(a, b) if a.powers == b.powers else _refused(a, b, verb)
    if a.form in _NUMBERS and b.form in _NUMBERS:
        return LITERAL if a.form is b.form is Form.LITERAL else NUMBER
    # 1 stands for the whole beside a share: 1 - churn. Beside a relative change, 1 + growth is a factor.
    if _whole(left) and b.form in {Form.SHARE, Form.CHANGE}:
        return SHARE if b.form is Form.SHARE else NUMBER
    if _whole(right) and a.form is Form.SHARE:
        return Unit(form=table[Form.SHARE, Form.SHARE])
    if _whole(right) and a.form is Form.CHANGE:
        return NUMBER
    form = table.get((a.form, b.form))
    return Unit(form=form) if form is not None else _refused(a, b, verb)


def _is(type: ValueType, number: int) -> bool:
    return isinstance(type, ConstantType) and not isinstance(type.value, bool) and type.value == number


def _whole(type: ValueType) -> bool:
    return type.unit.form is Form.LITERAL and type.unit.bare and _is(type, 1)


def _refused(a: Unit, b: Unit, verb: str) -> Mismatch:
    if _only_currencies_differ(a, b):
        return Mismatch(
            "currencies",
            f"{a.text} and {b.text} do not {verb}: they are different currencies",
            fix="convert one of them first",
        )
    if said(a) == said(b):
        # Two entities of one short name in different packages.
        return Mismatch("units", f"{a.long} and {b.long} do not {verb}")
    return Mismatch("units", f"{said(a)} and {said(b)} do not {verb}", fix=_fix(a, b, verb))


def _fix(a: Unit, b: Unit, verb: str) -> str | None:
    forms = {a.form, b.form}
    if a.bare and b.bare and forms == {Form.SHARE, Form.PLAIN} and verb == "add":
        return "say of the number that it is one of points, as an error or a distance is: `(… as points)`"
    if a.bare and b.bare and forms == {Form.SHARE, Form.LITERAL}:
        return "write the number in percent, as in 100%"
    if a.bare and b.bare and a.form is Form.LITERAL and b.form is Form.POINTS and verb == "add":
        return "say the number in points: `(5% as points)`; of what is left of a whole, `100% - …`"
    if a.bare and b.bare and forms in ({Form.POINTS, Form.LITERAL}, {Form.CHANGE, Form.LITERAL}):
        return "say the number in points: `(5% as points)`"
    if a.bare and b.bare and forms == {Form.SHARE, Form.POINTS}:
        return "say the percentage in points: `(5% as points)`"
    if a.bare and b.bare and forms == {Form.CHANGE, Form.SHARE}:
        return "a change moves what it is a change of: `m * (1 + growth)`; points are added: `(5% as points)`"
    if a.bare != b.bare:
        other, bare = (b, a) if a.bare else (a, b)
        if bare.form not in _NUMBERS:
            multiply = "a share of something is a product: multiply the two"
            return multiply if verb == "add" else f"say it in {other.text}"
        written = other.written
        if verb == "add" and bare.form is Form.LITERAL and _of_entities(other):
            share = f"if {other.text} is meant as a share, put `(… as share)` around it"
            return f"{share}; else state the unit of the number: `(… as {written})`" if written else share
        return f"state the unit of the number on purpose: `(… as {written})`" if written else None
    if a.bare:
        return None
    if verb == "add":
        return "put them in columns of their own, or divide one by the other"
    alike = "have one unit" if verb == "compare" else "in one column have one unit"
    return f"values {alike}: make them alike, or drop the units on purpose: `(… as number)`"


def _of_entities(unit: Unit) -> bool:
    """Whether it is one thing for another: customers for each order."""
    return sorted(exponent for base, exponent in unit.powers if base.kind == "entity") == [-1, 1]


def _only_currencies_differ(a: Unit, b: Unit) -> bool:
    def rest(unit: Unit) -> list[tuple[str, str, int]]:
        return sorted(
            ("currency", "", e) if base.kind in {"currency", MANY} else (base.kind, base.name, e)
            for base, e in unit.powers
        )

    return a.powers != b.powers and rest(a) == rest(b)


def alike(types: list[ValueType], verb: str = "compare") -> Unit | Mismatch:
    """The one unit of values that are compared or chosen from; a number written in the formula fits any."""
    found: Unit | None = None
    for type in types:
        unit = type.unit
        if unit.bare and unit.form is Form.LITERAL:
            continue
        if found is None or _percent(found, unit, verb):
            found = unit if found is None else found
        elif found.powers != unit.powers or (found.bare and found.form is not unit.form):
            return _refused(found, unit, verb)
        else:
            found = joined(found, unit)
    if found is not None and found.many and not all(type.unit.many or _is(type, 0) for type in types):
        return Mismatch(
            "currencies",
            f"{found.text} and a bare number do not {verb}: each row has a currency of its own",
            fix="convert it first: `convert(amount, EUR) > 100`",
        )
    return LITERAL if found is None else found


def _percent(a: Unit, b: Unit, verb: str) -> bool:
    """A relative change against a percentage, `growth(m, 1 year) > 10%`; a number that nobody called a share against one,
    `discount >= 25%`, where the two are compared."""
    forms = {a.form, b.form}
    return (
        a.bare
        and b.bare
        and (forms == {Form.SHARE, Form.CHANGE} or (verb == "compare" and forms == {Form.SHARE, Form.PLAIN}))
    )


def settled(unit: Unit) -> Unit:
    """The unit of a result that is no longer a written number (a sum of ones is a plain number), nor a product."""
    return NUMBER if unit.bare and unit.form is Form.LITERAL else unit.measured
