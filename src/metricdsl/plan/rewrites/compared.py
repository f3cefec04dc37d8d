"""Conditions that compare a value made of other rows with a whole number."""

from metricdsl.model.comparisons import MIRRORED
from metricdsl.model.formula import Call, Constant, Expression, RowValue
from metricdsl.value import frozen


@frozen(kw_only=True)
class Compared:
    """The value, the operator behind it, and the number."""

    value: RowValue
    function: str
    number: int


def compared(condition: Expression) -> Compared | None:
    """The comparison that a condition is, the value first: `1 < count(ticket)` is `count(ticket) > 1`."""
    match condition:
        case Call(function=function, arguments=(Constant(value=int() as number), asked)):
            function = MIRRORED.get(function, function)
        case Call(function=function, arguments=(asked, Constant(value=int() as number))):
            pass
        case _:
            return None
    value = _known(asked)
    if value is None or isinstance(number, bool):
        return None
    return Compared(value=value, function=function, number=number)


def _known(asked: Expression) -> RowValue | None:
    """The value; also one that is asked of a parent and null where there is none: so is its comparison then, and does not hold."""
    match asked:
        case RowValue():
            return asked
        case Call(
            function="if",
            arguments=(
                Call(function="is_null", arguments=(key,)),
                Constant(value=None),
                RowValue(keys=keys) as value,
            ),
        ) if key in keys:
            return value
        case _:
            return None
