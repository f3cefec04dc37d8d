"""Plain numbers beside shares: `win_rate > 5` is never true, and 5 % was meant, or 0.5 % was."""

from decimal import Decimal

from metricdsl.analysis.world import Work
from metricdsl.diagnostics.problems.shares_and_numbers import NumberBesideShare
from metricdsl.model.formula import ColumnRef, Constant, Expression, Named
from metricdsl.model.unit import Form, Unit

WHOLES = (0, 1, -1)
"""Numbers that are one thing as shares and as plain numbers: nothing, and all."""
PERCENT = {Form.SHARE: "share", Form.CHANGE: "change", Form.POINTS: "difference of shares"}
BESIDE = frozenset(
    {
        "equal",
        "not_equal",
        "in",
        "less",
        "at_most",
        "greater",
        "at_least",
        "least",
        "greatest",
        "clamp",
        "bucket",
    }
    | {"coalesce"}
)
"""Functions of which the arguments are of one unit, where a written number fits any."""


def in_percent(work: Work, arguments: tuple[Expression, ...]) -> bool:
    """Whether no argument is a plain number beside one that is shown in percent; each that is one is told."""
    shown = next((a for a in arguments if _in_percent(a.type.unit) and not isinstance(a, Constant)), None)
    if shown is None:
        return True
    plain = [a for a in arguments if isinstance(a, Constant) and is_plain(a)]
    for number in plain:
        work.report(
            NumberBesideShare(
                metric=_called(shown),
                written=number.named or digits(number),
                parameter=bool(number.named),
                points=shown.type.unit.form is Form.POINTS,
                span=number.span,
            )
        )
    return not plain


def is_plain(number: Constant) -> bool:
    """Whether a constant is a number that may be meant in percent: neither a percentage, nor nothing, nor all."""
    unit, value = number.type.unit, number.value
    return (
        isinstance(value, int | Decimal)
        and not isinstance(value, bool)
        and number.type.kind.numeric
        and unit.bare
        and unit.form in {Form.LITERAL, Form.PLAIN}
        and value not in WHOLES
    )


def digits(number: Constant) -> str:
    """A number as it is written."""
    assert isinstance(number.value, int | Decimal), "it is a number"
    return f"{Decimal(number.value):f}"


def _in_percent(unit: Unit) -> bool:
    return unit.bare and unit.form in PERCENT


def _called(shown: Expression) -> str:
    match shown:
        case Named(metric=name) if name:
            return name.rpartition(".")[2]
        case ColumnRef(column=name):
            return name
        case _:
            return f"this {PERCENT[shown.type.unit.form]}"
