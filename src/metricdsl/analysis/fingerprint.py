"""The canonical form of a formula: what two spellings of the same calculation have in common."""

from decimal import Decimal
from hashlib import sha256

from metricdsl.model.formula import (
    Aggregate,
    Call,
    Chosen,
    ColumnRef,
    Constant,
    Converted,
    Detached,
    Event,
    Expression,
    GoalOf,
    GroupingRef,
    KeyPart,
    LookedAt,
    Members,
    Moved,
    Named,
    Over,
    OwnTime,
    PeriodBound,
    PeriodKey,
    Ranked,
    Rate,
    RowValue,
    Today,
    WithEmpty,
)
from metricdsl.model.types import Kind
from metricdsl.model.window import Move
from metricdsl.model.year_rule import MONTHS

COMMUTATIVE = frozenset({"add", "multiply", "equal", "not_equal"})
ASSOCIATIVE = frozenset({"add", "multiply"})
MIRRORED = {"greater": "less", "at_least": "at_most"}
"""Comparisons that are written with their sides exchanged: `5 < x` is `x > 5`."""
OPPOSITE = {
    "equal": "not_equal",
    "not_equal": "equal",
    "less": "at_least",
    "at_least": "less",
    "greater": "at_most",
    "at_most": "greater",
    "and": "or",
    "or": "and",
}
"""What `not` makes of a condition. It is null where the condition is."""
CONDITIONS = OPPOSITE.keys() | {"not", "in"}
PLURAL = {**MONTHS, "week": 7}
"""In how many months, or days, a length of time is counted."""
HALF = Decimal("0.5")


def fingerprint(expression: Expression) -> str:
    """A short digest of the canonical form, the stated unit included."""
    return sha256(f"{canonical(expression)} {expression.type.unit.text}".encode()).hexdigest()[:32]


def canonical(expression: Expression) -> str:
    """The canonical form: metrics put in, operands of what commutes in one order, conditions each once."""
    match expression:
        case Constant(value=value, parameter=parameter) if (
            parameter
        ):  # what is given for it may be another value
            return f"{parameter}={value!r}"
        case Constant(value=int() as value) if expression.type.kind is Kind.DURATION:
            grain = expression.type.grain
            return f"months:{value * MONTHS[grain]}" if grain in MONTHS else f"time:{value}"
        case Constant(value=value):
            return f"{type(value).__name__}:{value!r}"
        case ColumnRef(path=path, entity=entity, column=column):
            return f"{'.'.join(path)}>{entity}.{column}"
        case Named(body=body):
            return canonical(body)
        case WithEmpty(body=body, value=value):
            return f"empty({canonical(body)},{canonical(value)})"
        case GroupingRef(index=index):
            return f"#{index}"
        case Aggregate():
            function, parameters = _median(expression.function, expression.arguments)
            arguments = ",".join([canonical(a) for a in parameters])
            where = "" if expression.where is None else canonical(expression.where)
            time = "" if expression.time is None else canonical(expression.time)
            more_of = (("stock", expression.stock), ("open", expression.open), ("via", expression.via))
            rest = [f"{k}={v}" for k, v in more_of if v]
            levels = ";".join(",".join(map(_key, level)) for level in expression.levels)
            more = f"|{'|'.join(map(str, rest))}|{levels}" if rest or levels else ""
            return f"{function}[{expression.home}]({arguments}|{where}|{time}{more})"
        case Moved(body=body, move=move):
            return f"{move.kind}({canonical(body)},{_length(move)})"
        case Detached(body=body, over=over):
            return f"total({canonical(body)},{_over(over)})"
        case Members(body=body):
            keys = ",".join(key.name for key in expression.keys)
            having = "" if expression.having is None else canonical(expression.having)
            function, parameters = _median(expression.function, expression.arguments)
            arguments = ",".join([canonical(a) for a in parameters])
            return f"{function}({canonical(body)} per {expression.every} {keys} {having},{arguments})"
        case Today() | OwnTime() | LookedAt():
            return type(expression).__name__
        case PeriodBound(which=which):
            return f"period.{which}"
        case Rate(table=table, currency=currency, into=into, at=at):
            return f"rate({table.entity},{canonical(currency)},{into},{canonical(at)})"
        case Converted(start=start, end=end, within=within, credit=credit):
            return f"converted({_event(start)},{_event(end)},{canonical(within)},{credit})"
        case Chosen(entity=entity, having=having):
            return f"count({entity} having {canonical(having)})"
        case Ranked(body=body, over=over):
            return f"rank({canonical(body)},{_over(over)},{expression.ascending},{expression.share})"
        case GoalOf(body=body):
            metric = body.metric if isinstance(body, Named) else ""
            return f"goal({metric},{canonical(body)})"
        case RowValue(body=body, keys=keys):
            return f"({canonical(body)} per {','.join(map(canonical, keys))})"
        case Call(function=function) if function in CONDITIONS:
            return _condition(expression, negated=False)
        case Call(function=function):
            parts = _operands(expression) if function in ASSOCIATIVE else list(expression.arguments)
            texts = [canonical(part) for part in parts]
            if function in COMMUTATIVE:
                texts.sort()
            return f"{function}({','.join(texts)})"


def _condition(expression: Expression, *, negated: bool) -> str:
    """A condition or its opposite, `not` as far inside as it goes.

    not (a = 1 or b > 2)        a != 1 and b <= 2
    """
    match expression:
        case Named(body=body):
            return _condition(body, negated=negated)
        case Call(function="not", arguments=(body,)):
            return _condition(body, negated=not negated)
        case Call(function="and" | "or" | "in" as function):
            written = "or" if function == "in" else function
            word = OPPOSITE[written] if negated else written
            texts = sorted(set(_joined(expression, word, negated=negated)))
            return texts[0] if len(texts) == 1 else f"{word}({','.join(texts)})"
        case Call(function=function, arguments=arguments) if function in OPPOSITE:
            return _compared(function, *arguments, negated=negated)
        case _:
            text = canonical(expression)
            return f"not({text})" if negated else text


def _joined(expression: Expression, word: str, *, negated: bool) -> list[str]:
    """The conditions that a condition joins by `and`, or by `or`: `x in (1, 2)` joins x = 1 and x = 2 by `or`."""
    match expression:
        case Named(body=body):
            return _joined(body, word, negated=negated)
        case Call(function="not", arguments=(body,)):
            return _joined(body, word, negated=not negated)
        case Call(function="and" | "or" as function, arguments=arguments) if (
            OPPOSITE[function] if negated else function
        ) == word:
            return [text for part in arguments for text in _joined(part, word, negated=negated)]
        case Call(function="in", arguments=(operand, *items)) if word == ("and" if negated else "or"):
            return [_compared("equal", operand, item, negated=negated) for item in items]
        case _:
            return [_condition(expression, negated=negated)]


def _compared(function: str, left: Expression, right: Expression, *, negated: bool) -> str:
    """A comparison or its opposite, with its sides in one order."""
    name = OPPOSITE[function] if negated else function
    texts = [canonical(left), canonical(right)]
    if name in COMMUTATIVE:
        texts.sort()
    elif name in MIRRORED:
        name = MIRRORED[name]
        texts.reverse()
    return f"{name}({','.join(texts)})"


def _median(function: str, arguments: tuple[Expression, ...]) -> tuple[str, tuple[Expression, ...]]:
    """An aggregation and its arguments: the percentile of one half, interpolated, is the median."""
    match arguments:
        case (*rest, Constant(value=value, parameter="")) if function == "percentile" and value == HALF:
            return "median", tuple(rest)
        case _:
            return function, arguments


def _length(move: Move) -> str:
    """How far a period is moved: years and quarters in months, weeks in days. A move to a grain has no amount."""
    if move.parameter:
        return f"{move.parameter}={move.amount} {move.unit}"
    if not move.amount or move.unit not in PLURAL:
        return f"{move.amount} {move.unit}"
    return f"{move.amount * PLURAL[move.unit]} {'day' if move.unit == 'week' else 'month'}"


def _event(event: Event) -> str:
    parts = [event.time, *event.by] + ([] if event.where is None else [event.where])
    return f"{event.home}[{','.join(map(canonical, parts))}]"


def _key(part: KeyPart) -> str:
    match part:
        case None:
            return "-"
        case PeriodKey(grain=grain):
            return grain
        case _:
            return canonical(part)


def _over(over: Over | None) -> str:
    if over is None:
        return ""
    found = [f"{o.home}:{o.via}:{','.join(map(canonical, o.parts))}:{o.path}" for o in over.found]
    fixed = "" if over.during is None else f" {over.during.start} {over.during.end}"
    return f"{over.grain} {over.entity} {';'.join(found)}{fixed}{' member' if over.member else ''}"


def _operands(expression: Call) -> list[Expression]:
    """The operands of nested calls of one associative function."""
    found: list[Expression] = []
    for argument in expression.arguments:
        if isinstance(argument, Call) and argument.function == expression.function:
            found.extend(_operands(argument))
        else:
            found.append(argument)
    return found
