"""The units that a duration has beside time: so long for each job, so long for so many seats.

    duration / job        duration per job
    duration × seat       duration × seat
    (duration × USD) / USD    duration

They add, compare and divide as those of numbers do. A length of time that is written, `30 minutes`, is compared with a duration
of any unit, as a written number is with a number of any.
"""

from collections.abc import Sequence

from metricdsl.builtins.products import joined, product
from metricdsl.model.types import Kind, ValueType
from metricdsl.model.unit import LITERAL, NUMBER, Form, Unit
from metricdsl.spi.defs import ConstantType, Mismatch


def sum_of_durations(left: ValueType, right: ValueType) -> Unit | Mismatch:
    """The unit of left ± right: both have the same; 0 has any, and so have null and unknown columns."""
    units = [t.unit for t in (left, right) if t.kind is Kind.DURATION and not _zero(t)]
    if len(units) < 2:
        return units[0] if units else NUMBER
    a, b = units
    if a.powers != b.powers:
        return _refused(a, b, "add")
    return joined(a, b) if a.powers else _plain(a, b)


def product_of_duration(duration: ValueType, factor: ValueType, sign: int = 1) -> Unit:
    """What a duration times a number, or with `sign` -1 by a number, has beside time."""
    found = product(duration.unit, factor.unit, sign)
    return _plain(duration.unit, factor.unit) if found.bare else found


def quotient_of_durations(left: ValueType, right: ValueType) -> Unit:
    """The unit of the number that one duration by another is: of jobs where it is by so long for each job."""
    found = product(left.unit, right.unit, -1)
    return NUMBER if found.bare else product(found, NUMBER)


def common_unit(types: Sequence[ValueType], verb: str) -> Unit | Mismatch:
    """The one unit of durations that are compared or chosen from; a length of time that is written fits any."""
    found: Unit | None = None
    for unit in (t.unit for t in types):
        if _written(unit):
            continue
        if found is not None and found.powers != unit.powers:
            return _refused(found, unit, verb)
        found = unit if found is None else joined(found, unit)
    if found is not None and found.many and not all(t.unit.many or _zero(t) for t in types):
        said = found.behind("duration")
        text = f"{said} and a duration do not {verb}: each row has a currency of its own"
        return Mismatch("currencies", text, fix="convert it first: `convert(amount, EUR)`")
    return LITERAL if found is None else found


def moves_no_time(time: ValueType, duration: ValueType) -> Mismatch | None:
    """Why a time is not moved by so long for each of something."""
    if duration.unit.bare:
        return None
    said = duration.unit.behind("duration")
    fix = "multiply by how many there are, or state what it is: `(… as duration)`"
    return Mismatch("units", f"a {time.kind.value} and {said} do not add", fix=fix)


def _plain(a: Unit, b: Unit) -> Unit:
    """No unit: written where both are, as 2 × 30 minutes is."""
    return LITERAL if _written(a) and _written(b) else NUMBER


def _written(unit: Unit) -> bool:
    return unit.bare and unit.form is Form.LITERAL


def _zero(type: ValueType) -> bool:
    number = type.kind.numeric or type.kind is Kind.DURATION
    return number and isinstance(type, ConstantType) and type.value == 0


def _refused(a: Unit, b: Unit, verb: str) -> Mismatch:
    one, other = (unit.behind("duration") for unit in (a, b))
    if one == other:  # two entities of one short name in different packages
        one, other = (f"duration × {unit.long}" for unit in (a, b))
    return Mismatch("units", f"{one} and {other} do not {verb}", fix=_fix(a, b, verb))


def _fix(a: Unit, b: Unit, verb: str) -> str:
    written = (b if a.bare else a).written_behind("duration")
    if written and (_written(a) or _written(b)):
        return f"state the unit of the other on purpose: `(… as {written})`"
    if verb == "add":
        return "put them in columns of their own, or divide one by the other"
    return "make them alike, or drop the units on purpose: `(… as duration)`"
