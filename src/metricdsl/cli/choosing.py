"""Choosing among metrics by what is said of them: `class = outcome and status != draft`."""

from collections.abc import Mapping

from metricdsl.diagnostics.near import near
from metricdsl.source import SourceFile
from metricdsl.syntax import nodes, read_query


class NotAChoice(ValueError):  # noqa: N818 - the name says what was found
    """A condition that is none, with what to do."""


def condition(text: str) -> nodes.Expr:
    """The condition that a text writes.

    >>> condition("class = outcome")  # doctest: +ELLIPSIS
    Comparison(...)
    """
    read = read_query(SourceFile.of("condition", f"x where {text}"))
    if read.value is None or read.value.where is None or read.problems:
        raise NotAChoice("write a condition on properties, as in: class = outcome and better = higher")
    return read.value.where


def holds(
    node: nodes.Expr, said: Mapping[str, tuple[str, ...]], known: Mapping[str, frozenset[str] | None]
) -> bool:
    """Whether a condition holds of what is said: each word has no, one or several values, and equals each of them.

    `known` are the words that anything can say, with the values that each can have where they are counted; another word, and
    another value of these, is refused.
    """
    match node:
        case nodes.Binary(operator="and", left=left, right=right):
            return holds(left, said, known) and holds(right, said, known)
        case nodes.Binary(operator="or", left=left, right=right):
            return holds(left, said, known) or holds(right, said, known)
        case nodes.Not(operand=operand):
            return not holds(operand, said, known)
        case nodes.Comparison(first=nodes.Name() as word, rest=(("=" | "!=" as sign, value),)):
            return (_value(value, word, known) in _said(word, said, known)) == (sign == "=")
        case nodes.Membership(operand=nodes.Name() as word, items=items, negated=negated):
            found = _said(word, said, known)
            wanted = {_value(item, word, known) for item in items}
            return bool(wanted & set(found)) != negated
        case nodes.IsNull(operand=nodes.Name() as word, negated=negated):
            return bool(_said(word, said, known)) == negated
        case _:
            raise NotAChoice("properties are compared by = and !=, joined by and, or, not, in, is null")


def _said(
    word: nodes.Name, said: Mapping[str, tuple[str, ...]], known: Mapping[str, frozenset[str] | None]
) -> tuple[str, ...]:
    if word.text not in known:
        close = near(word.text, known)
        meant = f"Did you mean {', '.join(close)}?" if close else f"There are {', '.join(sorted(known))}."
        raise NotAChoice(f"no metric says `{word.text}`. {meant}")
    return said.get(word.text, ())


def _value(node: nodes.Expr, word: nodes.Name, known: Mapping[str, frozenset[str] | None]) -> str:
    """What a word is compared with; of a word whose values are counted, one of them."""
    text = _text(node)
    values = known.get(word.text)
    if values is not None and text not in values:
        close = near(text, sorted(values))
        meant = f"Did you mean {', '.join(close)}?" if close else f"There are {', '.join(sorted(values))}."
        raise NotAChoice(f"`{text}` is no value of `{word.text}`. {meant}")
    return text


def _text(node: nodes.Expr) -> str:
    match node:
        case nodes.Name():
            return node.text
        case nodes.Text(value=text):
            return text
        case nodes.Number(value=number):
            return str(number)
        case _:
            raise NotAChoice("a property is compared with a word or a text")
