"""The canonical form of a formula: what two spellings of the same calculation have in common."""

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

COMMUTATIVE = frozenset({"add", "multiply", "and", "or", "equal", "not_equal"})
ASSOCIATIVE = frozenset({"add", "multiply", "and", "or"})


def fingerprint(expression: Expression) -> str:
    """A short digest of the canonical form, the stated unit included."""
    return sha256(f"{canonical(expression)} {expression.type.unit.text}".encode()).hexdigest()[:32]


def canonical(expression: Expression) -> str:
    """The canonical form: metrics put in, operands of what commutes in one order, conditions each once."""
    match expression:
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
            arguments = ",".join([canonical(a) for a in expression.arguments])
            where = "" if expression.where is None else canonical(expression.where)
            time = "" if expression.time is None else canonical(expression.time)
            rest = [f"{k}={v}" for k, v in (("stock", expression.stock), ("open", expression.open)) if v]
            levels = ";".join(",".join(map(_key, level)) for level in expression.levels)
            more = f"|{'|'.join(map(str, rest))}|{levels}" if rest or levels else ""
            return f"{expression.function}[{expression.home}]({arguments}|{where}|{time}{more})"
        case Moved(body=body, move=move):
            return f"{move.kind}({canonical(body)},{move.amount} {move.unit})"
        case Detached(body=body, over=over):
            return f"total({canonical(body)},{_over(over)})"
        case Members(body=body):
            keys = ",".join(key.name for key in expression.keys)
            having = "" if expression.having is None else canonical(expression.having)
            arguments = ",".join([canonical(a) for a in expression.arguments])
            return (
                f"{expression.function}({canonical(body)} per {expression.every} {keys} {having},{arguments})"
            )
        case Today() | OwnTime() | LookedAt():
            return type(expression).__name__
        case PeriodBound(which=which):
            return f"period.{which}"
        case Rate(table=table, currency=currency, into=into, at=at):
            return f"rate({table.entity},{canonical(currency)},{into},{canonical(at)})"
        case Converted(start=start, end=end, within=within, credit=credit):
            return (
                f"converted({_event(start)},{_event(end)},{canonical(within)} {within.type.grain},{credit})"
            )
        case Chosen(entity=entity, having=having):
            return f"count({entity} having {canonical(having)})"
        case Ranked(body=body, over=over):
            return f"rank({canonical(body)},{_over(over)},{expression.ascending},{expression.share})"
        case GoalOf(body=body):
            metric = body.metric if isinstance(body, Named) else ""
            return f"goal({metric},{canonical(body)})"
        case RowValue(body=body, keys=keys):
            return f"({canonical(body)} per {','.join(map(canonical, keys))})"
        case Call(function=function):
            parts = _operands(expression) if function in ASSOCIATIVE else list(expression.arguments)
            texts = [canonical(part) for part in parts]
            if function in {"and", "or"}:
                texts = sorted(set(texts))
            elif function in COMMUTATIVE:
                texts.sort()
            return (
                texts[0]
                if len(texts) == 1 and function in {"and", "or"}
                else f"{function}({','.join(texts)})"
            )


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
    found = [f"{home}:{','.join(map(canonical, parts))}:{path}" for home, parts, path in over.found]
    fixed = "" if over.during is None else f" {over.during.start} {over.during.end}"
    return f"{over.grain} {over.entity} {';'.join(found)}{fixed}"


def _operands(expression: Call) -> list[Expression]:
    """The operands of nested calls of one associative function."""
    found: list[Expression] = []
    for argument in expression.arguments:
        if isinstance(argument, Call) and argument.function == expression.function:
            found.extend(_operands(argument))
        else:
            found.append(argument)
    return found
