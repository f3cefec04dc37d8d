"""`standard_error(f per u)` and the ends of its interval: each member's derivative, one member after the other.

Let every row of the member u weigh 1 + t. Then the sums and counts of f are A + t a_u, and d_u is the derivative of f at t = 0, by the rules for sums,
products and quotients (numbers of the form a + b t, where t² = 0).  SE² = c · Σ d_u², with c = n / (n − 1) where f stays the same when all members
come twice, unless the members are the rows that are counted and f is made of counts alone; else c = 1.
"""

from dataclasses import dataclass
from fractions import Fraction
from statistics import NormalDist

from metricdsl.syntax import nodes
from metricdsl.testing.reference import members
from metricdsl.testing.reference.context import Context, Inner
from metricdsl.testing.reference.functions import root
from metricdsl.testing.reference.meaning import Formulas
from metricdsl.testing.reference.names import Constant, Scope
from metricdsl.testing.reference.rows import AGGREGATES
from metricdsl.testing.reference.time_functions import TIME_FUNCTIONS
from metricdsl.testing.reference.values import Duration, Refused, Value, arithmetic

CHANCE = ("standard_error", "interval_low", "interval_high")
SECONDS = 1_000_000
FEWEST = 10


@dataclass(frozen=True)
class Dual:
    """A number a + b t; the power by which it grows with the members; whether it is made of counts of rows alone."""

    value: Value
    slope: Value
    degree: int | None = 0
    rows: bool = True
    adds: bool = False  # whether the member adds something to a sum or count


def asked_of(meaning: Formulas, call: nodes.Call, scope: Scope) -> members.PerMember:
    """What stands in the call: a formula and its `per`."""
    opened = meaning.world.opened(call.arguments[0].value, scope)
    if isinstance(opened, Constant) or not isinstance(opened[0], nodes.InContext):
        raise Refused(f"{call.function}(f per u)")
    written, inner = opened
    assert isinstance(written, nodes.InContext)
    if len(written.words) != 1 or not isinstance(written.words[0], nodes.Per) or written.words[0].every:
        raise Refused(f"{call.function}(f per u)")
    return members.parts_of_per(meaning, call.function, written, inner)


def value(meaning: Formulas, call: nodes.Call, scope: Scope, context: Context) -> Value:
    """⟦standard_error(f per u)⟧C, or an end of the interval."""
    asked = asked_of(meaning, call, scope)
    if meaning.unobserved(asked.formula, asked.scope, context):
        return None
    inner = context.then(Inner())
    found = [
        dual(meaning, asked.formula, asked.scope, context, inner.into(asked.parts, key))
        for key in members.members(meaning, asked, context)
    ]
    number = sum(one.adds for one in found)
    slopes = [_number(one.slope) for one in found if one.slope is not None]
    if not slopes:
        return None
    squares = sum((one * one for one in slopes), Fraction(0))
    own = _own_rows(meaning, asked, context) and found[0].rows
    if found[0].degree == 0 and not own:
        if number < 2:
            return None
        squares = squares * number / (number - 1)
    of = meaning.value(asked.formula, asked.scope, context)
    if call.function == "standard_error":
        return _like(root(squares), of)
    if number < FEWEST or of is None:
        return None
    sure = call.arguments[1].value if len(call.arguments) > 1 else None
    level = float(sure.value) if isinstance(sure, nodes.Percent) else 0.95
    width = Fraction(_width(level, None if own else number - 1))
    end = _wilson if _is_rate(meaning, asked.formula, asked.scope) else _plain
    sign = 1 if call.function == "interval_high" else -1
    return _like(end(_number(of), squares, number, sign * width), of)


def _plain(middle: Fraction, variance: Fraction, number: int, width: Fraction) -> Fraction:
    del number
    return middle + width * Fraction(root(variance))  # type: ignore[arg-type]


def _wilson(p: Fraction, variance: Fraction, number: int, width: Fraction) -> Fraction:
    """The p that is `width` standard errors away from what was found, of as many rows as have this variance."""
    rows = p * (1 - p) / variance if variance else Fraction(number)
    under = variance + width * width / rows / rows / 4
    half = width * Fraction(root(under))  # type: ignore[arg-type]
    return (p + width * width / rows / 2 + half) / (1 + width * width / rows)


def _width(level: float, free: int | None) -> float:
    """The quantile of the normal distribution, or of Student's t by its series (Abramowitz and Stegun 26.7.5)."""
    z = NormalDist().inv_cdf((1 + level) / 2)
    if free is None:
        return z
    return (
        z
        + (z**3 + z) / (4 * free)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * free**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * free**3)
        + (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / (92160 * free**4)
    )


def _number(value: Value) -> Fraction:
    if isinstance(value, Duration):
        return value.microseconds / SECONDS
    assert isinstance(value, Fraction), "formulas of sums and counts are numbers"
    return value


def _like(found: Value, of: Value) -> Value:
    """A number of seconds as a length of time, where the formula is one."""
    return Duration(found * SECONDS) if isinstance(of, Duration) and isinstance(found, Fraction) else found


def _own_rows(meaning: Formulas, asked: members.PerMember, context: Context) -> bool:
    """Whether the members are the rows that are counted."""
    name = asked.parts[0].formula
    found = meaning.world.entity(name.parts, asked.parts[0].scope) if isinstance(name, nodes.Name) else None
    if found is None or found[1]:
        return False
    return all(a.home.name == found[0].name for a, _ in meaning.leaves(asked.formula, asked.scope, context))


def _is_rate(meaning: Formulas, formula: nodes.Expr, scope: Scope) -> bool:
    opened = meaning.world.opened(formula, scope)
    if isinstance(opened, Constant):
        return False
    formula, scope = opened
    if isinstance(formula, nodes.Name):
        metric = meaning.world.find(formula.parts, scope, nodes.MetricDecl)
        return metric is not None and _is_rate(meaning, metric[0].formula, metric[1])
    if isinstance(formula, nodes.InContext):
        return _is_rate(meaning, formula.body, scope)
    return isinstance(formula, nodes.Call) and formula.function == "rate"


# ---------------------------------------------------------------- derivatives


def dual(meaning: Formulas, formula: nodes.Expr, scope: Scope, whole: Context, own: Context) -> Dual:
    """f of the group, and its derivative by the weight of a member: `whole` is C, `own` is C + u."""
    opened = meaning.world.opened(formula, scope)
    if isinstance(opened, Constant):
        return Dual(opened.value, Fraction(0))
    formula, scope = opened

    def of(part: nodes.Expr) -> Dual:
        return dual(meaning, part, scope, whole, own)

    match formula:
        case nodes.Number() | nodes.Percent() | nodes.DurationLiteral():
            return Dual(meaning.value(formula, scope, whole), Fraction(0))
        case nodes.Name():
            metric = meaning.world.find(formula.parts, scope, nodes.MetricDecl)
            if metric is None:
                raise Refused(f"{formula.text} is no metric")
            return dual(meaning, metric[0].formula, metric[1], whole, own)
        case nodes.InContext(body=body, words=words):
            return dual(meaning, body, scope, whole.within(words, scope), own.within(words, scope))
        case nodes.Negation(operand=operand):
            return _combined("-", Dual(Fraction(0), Fraction(0)), of(operand))
        case nodes.Binary(operator=operator, left=left, right=right):
            return _combined(operator, of(left), of(right))
        case nodes.Call(function="coalesce", arguments=(first, nodes.Argument(value=nodes.Number()))):
            return of(first.value)
        case nodes.Call(function=function) if function in TIME_FUNCTIONS:
            body, step = meaning.moved(formula, scope, whole)  # type: ignore[attr-defined]
            return dual(meaning, body, scope, whole.then(step), own.then(step))
        case nodes.Call(function="sum" | "count" | "avg" | "rate") if not _several(formula):
            return _of_rows(meaning, formula, scope, whole, own)
        case _:
            raise Refused("no formula of sums and counts")


def _several(call: nodes.Call) -> bool:
    named = [a.name for a in call.arguments if a.name is not None]
    return any(a.distinct for a in call.arguments) or (len(call.arguments) > 1 and named != ["that"])


def _of_rows(meaning: Formulas, call: nodes.Call, scope: Scope, whole: Context, own: Context) -> Dual:
    """An aggregate of rows: the sum or the number of all, and of the member's own. A mean is their quotient, and so is a share."""
    assert call.function in AGGREGATES, "these are"

    def part(made: nodes.Call, *, rows: bool) -> Dual:
        of_all, found = meaning.value(made, scope, whole), meaning.value(made, scope, own)
        nothing = Duration(Fraction(0)) if isinstance(of_all, Duration) else Fraction(0)
        adds = found is not None and _number(found) != 0
        return Dual(of_all, nothing if found is None else found, 1, rows, adds)

    if call.function in {"sum", "count"}:
        return part(call, rows=call.function == "count")
    if call.function == "avg":
        total, number = (
            part(replace_function(call, name), rows=name == "count") for name in ("sum", "count")
        )
        return _combined("/", total, number)
    of, that = call.arguments
    true = _counted(call, of, that.value)
    known = _counted(call, of, nodes.IsNull(span=call.span, operand=that.value, negated=True))
    return _combined("/", part(true, rows=True), part(known, rows=True))


def replace_function(call: nodes.Call, function: str) -> nodes.Call:
    """The call of another aggregate with the same arguments."""
    return nodes.Call(
        span=call.span, function=function, function_span=call.function_span, arguments=call.arguments
    )


def _counted(call: nodes.Call, of: nodes.Argument, condition: nodes.Expr) -> nodes.Call:
    """count(e where c where p)."""
    words = (nodes.Where(span=call.span, condition=condition),)
    value_ = nodes.InContext(span=call.span, body=of.value, words=words)
    argument = nodes.Argument(span=call.span, value=value_)
    return replace_function(
        nodes.Call(span=call.span, function="count", function_span=call.function_span, arguments=(argument,)),
        "count",
    )


def _combined(operator: str, a: Dual, b: Dual) -> Dual:
    """(a + a't) ∘ (b + b't)."""
    value_ = arithmetic(operator, a.value, b.value)
    rows, adds = a.rows and b.rows, a.adds or b.adds
    degrees = None if a.degree is None or b.degree is None else (a.degree, b.degree)
    match operator:
        case "+" | "-":
            degree = a.degree if a.degree == b.degree else None
            return Dual(value_, arithmetic(operator, a.slope, b.slope), degree, rows, adds)
        case "*":
            slope = arithmetic("+", arithmetic("*", a.slope, b.value), arithmetic("*", a.value, b.slope))
            return Dual(value_, slope, None if degrees is None else sum(degrees), rows, adds)
        case "/":
            moved = arithmetic("*", value_, b.slope)
            slope = arithmetic("/", arithmetic("-", a.slope, moved), b.value)
            return Dual(value_, slope, None if degrees is None else degrees[0] - degrees[1], rows, adds)
        case _:
            raise Refused(f"{operator} of sums and counts")
