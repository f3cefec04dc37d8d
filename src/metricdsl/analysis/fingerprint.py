"""The canonical form of a formula: what two spellings of the same calculation have in common."""

from hashlib import sha256

from metricdsl.model.formula import (
    Aggregate,
    Call,
    ColumnRef,
    Constant,
    Expression,
    GroupingRef,
    Named,
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
            return f"{expression.function}[{expression.home}]({arguments}|{where}|{time})"
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


def _operands(expression: Call) -> list[Expression]:
    """The operands of nested calls of one associative function."""
    found: list[Expression] = []
    for argument in expression.arguments:
        if isinstance(argument, Call) and argument.function == expression.function:
            found.extend(_operands(argument))
        else:
            found.append(argument)
    return found
