"""Which formulas are a share: a `rate`, a ratio of two things of one unit, what is said to be one."""

from collections import Counter

from metricdsl.syntax import nodes
from metricdsl.testing.reference.context import Context
from metricdsl.testing.reference.meaning import Formulas
from metricdsl.testing.reference.measures import OF_TIME
from metricdsl.testing.reference.names import Constant, Scope
from metricdsl.testing.reference.time_functions import TIME_FUNCTIONS
from metricdsl.testing.reference.values import Refused

SHARE = "share"
POINTS = "points"
NUMBER = ""
SAME_UNIT = (*TIME_FUNCTIONS, "during", "total", "at_age", "abs", "round", "if", "coalesce")
OF_VALUES = ("sum", "avg", "min", "max", "median", "percentile", "first", "last")


def is_share(meaning: Formulas, formula: nodes.Expr, scope: Scope) -> bool:
    """Whether a formula is a share, whose change is a difference in points."""
    return _unit(meaning, formula, scope) == SHARE


def _unit(meaning: Formulas, formula: nodes.Expr, scope: Scope) -> str:
    """The unit of a formula as far as that takes: `share`, the name of a unit, or "" for a number and all else."""
    opened = meaning.world.opened(formula, scope)
    if isinstance(opened, Constant):
        return NUMBER
    formula, scope = opened
    match formula:
        case nodes.Percent():
            return SHARE
        case nodes.Name():
            found = meaning.world.find(formula.parts, scope, nodes.MetricDecl)
            if found is None:
                return NUMBER
            return _of_type(found[0].type) or _unit(meaning, found[0].formula, found[1])
        case nodes.InContext(body=body, words=words):
            said = [w for w in words if isinstance(w, nodes.As)]
            if said:
                words_ = [(name, power) for name, power, _ in meaning.world.unit_words(said[0], scope)]
                return SHARE if words_ == [(SHARE, 1)] else "*".join(name for name, _ in words_)
            return _unit(meaning, body, scope)
        case nodes.Call(function="rate" | "share" | "rank_share" | "conversion"):
            return SHARE
        case nodes.Call(function="count" | "conversions"):
            return _counted(meaning, formula, scope)
        case nodes.Call(function="power", arguments=(of, nodes.Argument(value=nodes.Number(value=n)))):
            base = _unit(meaning, of.value, scope)
            return base if base in {SHARE, POINTS} and n >= 1 and n == int(n) else NUMBER
        case nodes.Call(function="if", arguments=(_, yes, _)):
            return _unit(meaning, yes.value, scope)
        case nodes.Call(function=function, arguments=(of, *_)) if function in SAME_UNIT:
            return _unit(meaning, of.value, scope)
        case nodes.Call(function=function, arguments=(of, *_)) if function in OF_VALUES:
            return _of_values(meaning, formula, of.value, scope)
        case nodes.Negation(operand=operand):
            return _unit(meaning, operand, scope)
        case (
            nodes.Binary(operator="*", left=rate, right=nodes.DurationLiteral())
            | nodes.Binary(operator="*", left=nodes.DurationLiteral(), right=rate)
        ):  # USD / month times months is USD
            over, _, by = _unit(meaning, rate, scope).rpartition("*")
            return over if by in OF_TIME else NUMBER
        case nodes.Binary(operator=operator, left=left, right=right):
            if operator in {"*", "/"}:
                return _of_factors(_factors(meaning, formula, scope))
            one, other = _unit(meaning, left, scope), _unit(meaning, right, scope)
            return _combined(operator, left, one, other)
        case _:
            return NUMBER


def _factors(meaning: Formulas, formula: nodes.Expr, scope: Scope) -> list[tuple[str, int]]:
    """What a product multiplies (1) and divides by (-1), each by its unit; a number that is written is left out.

    What divides and is a share is one factor, whatever it is made of: turned round it would be no share.
    """
    opened = meaning.world.opened(formula, scope)
    if isinstance(opened, Constant):
        return [(NUMBER, 1)]
    formula, scope = opened
    match formula:
        case nodes.Number():
            return []
        case nodes.Binary(operator="*" | "/" as operator, left=left, right=right) if not _lasts(formula):
            below = _factors(meaning, right, scope)
            if operator == "/" and _of_factors(below) == SHARE:
                below = [(SHARE, 1)]
            sign = 1 if operator == "*" else -1
            return [*_factors(meaning, left, scope), *((unit, sign * power) for unit, power in below)]
        case _:
            return [(_unit(meaning, formula, scope), 1)]


def _lasts(formula: nodes.Binary) -> bool:
    return formula.operator == "*" and any(
        isinstance(side, nodes.DurationLiteral) for side in (formula.left, formula.right)
    )


def _of_factors(factors: list[tuple[str, int]]) -> str:
    """The unit of a product: a plain number among what it multiplies makes it a number, and so does a share among what divides."""
    left = Counter[str]()
    for unit, power in factors:
        left[unit] += power
    units = {unit: power for unit, power in left.items() if power and unit not in {SHARE, POINTS, NUMBER}}
    if units:
        return "*".join(f"{unit}^{power}" if power != 1 else unit for unit, power in sorted(units.items()))
    if (NUMBER, 1) in factors or any(power < 0 and unit in {SHARE, POINTS} for unit, power in factors):
        return NUMBER
    if (POINTS, 1) in factors:
        return POINTS
    return SHARE if any(unit != NUMBER for unit, _ in factors) else NUMBER


def _combined(operator: str, left: nodes.Expr, one: str, other: str) -> str:
    """share + share = share, 1 - share = share, share - share = points."""
    match operator, one, other:
        case "+", "share", "share":
            return SHARE
        case "-", "", "share" if isinstance(left, nodes.Number) and left.value == 1:
            return SHARE
        case "-", "share", "share":
            return POINTS
        case "+" | "-", "share", "points":
            return SHARE
        case "+", "points", "share":
            return SHARE
        case "+" | "-", _, _ if one == other and one != SHARE:
            return one
        case _:
            return NUMBER


def _counted(meaning: Formulas, call: nodes.Call, scope: Scope) -> str:
    """What a count counts, by its home or the entity that is told apart."""
    opened = meaning.world.opened(call.arguments[0].value, scope) if call.arguments else Constant(None)
    if isinstance(opened, Constant):
        return NUMBER
    body = opened[0].body if isinstance(opened[0], nodes.InContext) else opened[0]
    keys = [
        k
        for w in (opened[0].words if isinstance(opened[0], nodes.InContext) else ())
        if isinstance(w, nodes.Per)
        for k in meaning.world.opened_keys(w.keys, opened[1])
    ]
    counted = keys[0] if keys else meaning.world.opened(body, opened[1])
    if isinstance(counted, Constant) or not isinstance(counted[0], nodes.Name):
        return NUMBER
    entity = meaning.world.entity(counted[0].parts, counted[1])
    return entity[0].name if entity and not entity[1] else NUMBER


def _of_values(meaning: Formulas, call: nodes.Call, argument: nodes.Expr, scope: Scope) -> str:
    """The unit of the fact that is added up, or of the formula taken for each member."""
    opened = meaning.world.opened(argument, scope)
    if isinstance(opened, Constant):
        return NUMBER
    written, inner = opened
    if isinstance(written, nodes.InContext):
        if any(isinstance(w, nodes.Per) for w in written.words):
            return _unit(meaning, written.body, inner)
        written = written.body
    if not isinstance(written, nodes.Name):
        return NUMBER
    try:
        home = meaning.aggregate(call, scope, Context()).home
        column = meaning.world.locate(written, inner, home, (), inside=True)
    except Refused:
        return NUMBER
    member = column.entity.members.get(column.name or "")
    return _of_type(member.type) if member is not None else NUMBER


def _of_type(written: nodes.TypeWritten | None) -> str:
    """`money(USD)` is USD, `share` a share; numbers have no unit."""
    if written is None:
        return NUMBER
    atom = written.atoms[0]
    if atom.name == SHARE and len(written.atoms) == 1:
        return SHARE
    if atom.name == "money":
        return "*".join([next(iter(atom.arguments), "money"), *(a.name for a in written.atoms[1:])])
    return NUMBER
