"""Comparisons with a written null, which never hold, and nulls as conditions: `is null` is meant."""

from collections.abc import Sequence

from metricdsl.diagnostics.problem import Edit
from metricdsl.diagnostics.problems.formulas import WrongArguments
from metricdsl.diagnostics.problems.types import ComparedWithNull, NotACondition
from metricdsl.model.formula import Call, ColumnRef, Constant, Expression
from metricdsl.source import Span
from metricdsl.syntax import nodes
from metricdsl.syntax.format_formula import flat


def with_null(
    sign: str, left: tuple[nodes.Expr, Expression], right: tuple[nodes.Expr, Expression], span: Span
) -> ComparedWithNull | None:
    """What is wrong with `paid_on = null`, and what writes `paid_on is null` instead."""
    if not is_null(left[1]) and not is_null(right[1]):
        return None
    text = f"nothing is {_SAID[sign]} null"
    given = [one for node, one in (left, right) if is_null(one) and not isinstance(node, nodes.Null)]
    if given:  # by a parameter of a define
        return ComparedWithNull(text=text, fix="ask with `is null` instead", span=given[0].span or span)
    if sign not in _WORDS:
        return ComparedWithNull(text=text, fix="ask whether it is known: `is null`, `is not null`", span=span)
    word = _WORDS[sign]
    asked, null = (left[0], right[0]) if is_null(right[1]) else (right[0], left[0])
    written = f"{flat(asked)} {word}"
    edits: tuple[Edit, ...] = ()
    if not isinstance(asked, nodes.Null):
        behind = Edit(Span(span.file, asked.span.end, max(asked.span.end, null.span.end)), f" {word}")
        before = Edit(Span(span.file, min(null.span.start, asked.span.start), asked.span.start), "")
        edits = (behind,) if asked is left[0] else (before, behind)
    return ComparedWithNull(text=text, fix=f"write `{written}`", edits=edits, span=span)


_WORDS = {"=": "is null", "!=": "is not null"}
_SAID = {
    "=": "equal to",
    "!=": "known to differ from",
    "<": "known to be less than",
    "<=": "known to be at most",
    ">": "known to be greater than",
    ">=": "known to be at least",
}


def among_nulls(
    node: nodes.Membership, operand: Expression, items: Sequence[Expression]
) -> ComparedWithNull | None:
    """What is wrong with `status in ("won", null)`, and what writes `(status in ("won") or status is null)` instead."""
    if not is_null(operand) and not any(map(is_null, items)):
        return None
    asked = flat(node.operand)
    known = [flat(item) for item, one in zip(node.items, items, strict=True) if not is_null(one)]
    word = "not in" if node.negated else "in"
    null = f"{asked} is {'not ' if node.negated else ''}null"
    listed = f"{asked} {word} ({', '.join(known)})"
    written = f"({listed} {'and' if node.negated else 'or'} {null})" if known else null
    direct = all(
        isinstance(item, nodes.Null) == is_null(one) for item, one in zip(node.items, items, strict=True)
    )
    edits = (Edit(node.span, written),) if direct and not is_null(operand) else ()
    text = (
        "no value is known to be outside of a list with null"
        if node.negated
        else "no value is found by a null in a list"
    )
    return ComparedWithNull(text=text, fix=f"write `{written}`", edits=edits, span=node.span)


def is_null(expression: Expression) -> bool:
    """Whether a value is a written null."""
    return isinstance(expression, Constant) and expression.value is None and not expression.named


def of_nulls(
    function: str, arguments: Sequence[Expression], span: Span
) -> NotACondition | WrongArguments | None:
    """What is wrong with a written null as a condition (`status = "won" or null`), or as all that can come of a choice."""
    conditions = _conditions(function, arguments)
    null = next((one for one in conditions if is_null(one)), None)
    if null is not None:
        asked = _asked([one for one in conditions if one is not null])
        fix = f"ask with `{asked} is null`" if asked else ASK_FOR_NULL
        edits: tuple[Edit, ...] = ()
        if null.span is not None and asked and function == "or":
            edits = (Edit(null.span, f"{asked} is null"),)
        return NotACondition(text=NO_CONDITION, fix=fix, edits=edits, span=null.span or span)
    values = arguments if function == "coalesce" else arguments[1::2] if function in _CHOICES else ()
    others = arguments[-1:] if function in _CHOICES else ()
    if values and all(map(is_null, (*values, *others))):
        text = f"{function} gives null here, whatever it chooses"
        return WrongArguments(text=text, fix="write the value that is meant, or `null` alone", span=span)
    return None


ASK_FOR_NULL = "ask with `is null`, as in `closed_on is null`"
NO_CONDITION = "null is no condition: it neither holds nor fails"
_CHOICES = frozenset({"if", "case"})


def _conditions(function: str, arguments: Sequence[Expression]) -> Sequence[Expression]:
    if function in {"and", "or", "not"}:
        return arguments
    return arguments[:-1:2] if function in _CHOICES else ()


def _asked(others: Sequence[Expression]) -> str:
    """The column that the conditions beside a null are about."""
    for one in others:
        if isinstance(one, Call) and one.function in {"equal", "in", "not_equal"}:
            subject = one.arguments[0]
            if isinstance(subject, ColumnRef):
                return ".".join((*subject.path, subject.column))
    return ""
