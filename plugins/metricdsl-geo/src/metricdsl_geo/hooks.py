"""Distances on a ball, by the haversine formula, which is exact for places near each other too."""

from collections.abc import Iterable, Sequence

from sqlglot import exp

from metricdsl.spi.defs import Example, FunctionDef, Mismatch
from metricdsl.spi.hooks import hookimpl
from metricdsl.spi.law import Symmetric, Within
from metricdsl.spi.lowering import Emit, Operand
from metricdsl.spi.meaning import FLOAT, Kind, ValueType

RADIUS_KM = 6371.0088
"""The mean radius of the earth."""
HALF_WAY_ROUND = 20015.115
"""The kilometres to the other side: nothing is farther."""


def _degrees(arguments: Sequence[ValueType]) -> ValueType | Mismatch:
    """Four plain numbers."""
    for at, argument in enumerate(arguments):
        if argument.kind in {Kind.NULL, Kind.UNKNOWN}:
            continue
        if not argument.kind.numeric:
            return Mismatch("kinds", "distance_km takes degrees, which are numbers", argument=at)
        if not argument.unit.bare:
            return Mismatch("units", f"distance_km takes degrees, not {argument.unit.text}", argument=at)
    return FLOAT


def _distance_km(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> exp.Expression:
    """2 r asin(√(sin²(Δφ/2) + cos φ₁ cos φ₂ sin²(Δλ/2))), the root held to 1: rounding may go beyond it."""
    degrees = [emit.double(operand) for operand in operands]
    north, east, other_north, other_east = (emit.function("RADIANS", one) for one in degrees)

    def half_sine_squared(one: exp.Expression, other: exp.Expression) -> exp.Expression:
        half = emit.binary(exp.Div, emit.binary(exp.Sub, other.copy(), one.copy()), _number(emit, 2.0))
        sine = emit.function("SIN", half)
        return emit.binary(exp.Mul, sine, sine.copy())

    across = emit.binary(
        exp.Mul,
        emit.binary(exp.Mul, emit.function("COS", north.copy()), emit.function("COS", other_north.copy())),
        half_sine_squared(east, other_east),
    )
    root = emit.function("SQRT", emit.binary(exp.Add, half_sine_squared(north, other_north), across))
    one = _number(emit, 1.0)
    held = exp.Case().when(emit.binary(exp.GT, root, one), one.copy()).else_(root.copy())
    return emit.binary(exp.Mul, _number(emit, 2 * RADIUS_KM), emit.function("ASIN", held))


def _number(emit: Emit, value: float) -> exp.Expression:
    return emit.constant(value, FLOAT).sql


@hookimpl
def metricdsl_functions() -> Iterable[FunctionDef]:
    """One function."""
    return [
        FunctionDef(
            name="distance_km",
            signature="(latitude: number, longitude: number, latitude: number, longitude: number) -> float",
            infer=_degrees,
            lower={"*": _distance_km},
            doc="The kilometres between two places, given in degrees, along the surface of a ball; null if any is null.",
            examples=(
                Example(formula="round(geo.distance_km(52.52, 13.405, 48.1372, 11.5755), 0)", gives="504"),
                Example(formula="round(geo.distance_km(0, 0, 0, 180), 1)", gives="20015.1"),
                Example(formula="geo.distance_km(10, 20, 10, 20)", gives="0"),
                Example(formula="geo.distance_km(10, 20, null, 20)", gives="null"),
            ),
            least=4,
            laws=(Symmetric(0, 2, size=2), Within(0, HALF_WAY_ROUND)),
            domain=((-90, 90), (-180, 180), (-90, 90), (-180, 180)),
        )
    ]
