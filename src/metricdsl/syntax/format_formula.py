"""Formulas, types and names as text: on one line, or broken over several where one is too long."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import assert_never

from metricdsl.diagnostics.width import width
from metricdsl.syntax import nodes as n
from metricdsl.syntax.chains import operands
from metricdsl.syntax.names import NAME

LINE = 100
STEP = "  "

_READ_AS_WORDS = frozenset(
    {"not", "true", "false", "null", "distinct", "every", "values", "last", "this", "prior"}
)
_CALLED = frozenset({"last", "prior"})  # a bracket behind these is a call's
_LEVELS = {"or": 1, "and": 2, "+": 5, "-": 5, "*": 6, "/": 6}
_ATOM = 8


# ---------------------------------------------------------------- names and literals


def quoted(name: str, words: frozenset[str] = frozenset()) -> str:
    """A name as it must be written where `words` would be read as words of the language."""
    return name if re.fullmatch(NAME, name) and name not in words else f"`{name}`"


def dotted(name: n.Name) -> str:
    """A dotted name; its first part in back-quotes where it would be read as a word."""
    first, *rest = name.parts
    return ".".join([quoted(first, _READ_AS_WORDS), *map(quoted, rest)])


def unit_word(name: str, words: frozenset[str] = frozenset()) -> str:
    """A unit or a type; of another package's unit each part as it must be written."""
    first, *rest = name.split(".")
    return ".".join([quoted(first, words), *map(quoted, rest)])


def language_tag(language: str) -> str:
    """The language of a text: `zh-Hant`."""
    return "-".join([part if part.isdigit() else quoted(part) for part in language.split("-")])


def text(value: str) -> str:
    """A text in quotes; a backslash is doubled only where it would be read as an escape."""
    said = ['"']
    for i, character in enumerate(value):
        match character:
            case '"':
                said.append('\\"')
            case "\n":
                said.append("\\n")
            case "\t":
                said.append("\\t")
            case "\\":
                said.append("\\\\" if value[i + 1 : i + 2] in {"", '"', "\\", "n", "t", "\n", "\t"} else "\\")
            case _:
                said.append(character)
    return "".join(said) + '"'


def digits(value: Decimal) -> str:
    """A number in plain digits."""
    return format(value, "f")


def _percent(value: Decimal) -> str:
    sign, figures, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    return digits(Decimal((sign, figures, exponent + 2))) + "%"


def _literal(node: n.Literal) -> str:
    match node:
        case n.Number():
            return digits(node.value)
        case n.Percent():
            return _percent(node.value)
        case n.Text():
            return text(node.value)
        case n.DateLiteral():
            return node.value.isoformat()
        case n.PeriodLiteral():
            sign = {"quarter": "Q", "week": "W"}.get(node.grain, "")
            return f"{node.year}-{sign}{node.ordinal:0{1 if sign == 'Q' else 2}}"
        case n.DurationLiteral(cells=n.Name() as cells):
            return f"{digits(node.amount)} {cells.text}"
        case n.DurationLiteral():
            return f"{digits(node.amount)} {node.unit}{'' if node.amount == 1 else 's'}"
        case n.Boolean():
            return "true" if node.value else "false"
        case n.Null():
            return "null"
        case _:
            assert_never(node)


# ---------------------------------------------------------------- on one line


def level(node: n.Expr) -> int:
    """How tightly a formula holds together: 0 with words of context, 8 for a name or a call."""
    match node:
        case n.InContext():
            return 0
        case n.Binary():
            return _LEVELS[node.operator]
        case n.Not():
            return 3
        case n.Comparison() | n.Membership() | n.IsNull():
            return 4
        case n.Negation():
            return 7
        case _:
            return _ATOM


def flat(node: n.Expr, least: int = 0) -> str:
    """A formula on one line, in parentheses where it holds together less than `least`."""
    said = _flat(node)
    return f"({said})" if level(node) < least else said


def _flat(node: n.Expr) -> str:
    match node:
        case n.Name():
            return dotted(node)
        case n.Negation():
            operand = flat(node.operand, 7)
            return f"- {operand}" if operand.startswith("-") else f"-{operand}"
        case n.Not():
            return f"not {flat(node.operand, 3)}"
        case n.Binary():
            return "".join(
                f"{sign} {operand} " if sign else f"{operand} " for sign, operand in chain(node)
            ).rstrip()
        case n.Comparison():
            return " ".join([flat(node.first, 5), *(f"{sign} {flat(x, 5)}" for sign, x in node.rest)])
        case n.Membership():
            items = ", ".join(flat(item, 1) for item in node.items)
            return f"{flat(node.operand, 5)} {'not in' if node.negated else 'in'} ({items})"
        case n.IsNull():
            return f"{flat(node.operand, 5)} is {'not ' if node.negated else ''}null"
        case n.Call():
            return f"{function(node)}({', '.join(map(argument, node.arguments))})"
        case n.Group():
            return f"({', '.join(map(flat, node.items))})"
        case n.InContext():
            return " ".join([flat(node.body, 1), *map(word, node.words)])
        case _:
            return _literal(node)


def chain(node: n.Binary) -> list[tuple[str, str]]:
    """A chain of operators that bind alike, `a - b + c`, as (sign, operand) from left to right, the first without a sign."""
    holds = _LEVELS[node.operator]
    first, rest = operands(node, {sign for sign, level in _LEVELS.items() if level == holds})
    return [("", flat(first, holds)), *((sign, flat(operand, holds + 1)) for sign, operand in rest)]


def function(node: n.Call) -> str:
    """The function's name as written."""
    first, *rest = node.function.split(".")
    return ".".join([quoted(first, _READ_AS_WORDS - _CALLED), *map(quoted, rest)])


def argument(node: n.Argument) -> str:
    """One argument of a call."""
    said = flat(node.value)
    if node.distinct:
        return f"distinct {said}"
    return f"{quoted(node.name, _READ_AS_WORDS)}: {said}" if node.name is not None else said


def word(node: n.ContextWord) -> str:
    """A word of context with what follows it."""
    match node:
        case n.Where():
            return f"where {flat(node.condition, 1)}"
        case n.At():
            return f"at {dotted(node.time)}"
        case n.While():
            return f"while {dotted(node.start)} to {dotted(node.end)}"
        case n.Via():
            return f"via {dotted(node.join)}"
        case n.Per():
            keys = ", ".join(map(flat, node.keys))
            return f"per {'every ' if node.every else ''}{f'({keys})' if len(node.keys) > 1 else keys}"
        case n.Having():
            return f"having {flat(node.condition, 1)}"
        case n.As():
            signs = ["as", *("/" if exponent < 0 else "*" for _, exponent in node.factors[1:])]
            return " ".join(
                f"{sign} {unit_word(name)}" for sign, (name, _) in zip(signs, node.factors, strict=True)
            )
        case _:
            assert_never(node)


def written_type(node: n.TypeWritten) -> str:
    """A type with its format and its allowed values."""
    said = ""
    for atom in node.atoms:
        arguments = f"({', '.join(map(_type_argument, atom.arguments))})" if atom.arguments else ""
        said += f"{' / ' if atom.exponent < 0 else ' * ' if said else ''}{unit_word(atom.name)}{arguments}"
    if node.format is not None:
        said += f" {text(node.format)}"
    if node.or_null:
        said += " or null"
    if node.domain is not None:
        said += f" in ({', '.join(flat(item, 1) for item in node.domain)})"
    return said


def _type_argument(argument: str) -> str:
    if re.fullmatch(r"\d+(\.\d+)?", argument):
        return argument
    return ".".join(map(quoted, argument.split(".")))


# ---------------------------------------------------------------- over several lines


def lines(node: n.Expr, room: int, least: int = 0) -> list[str]:
    """A formula in lines of at most `room` columns where that can be done: broken at its loosest words and operators."""
    said = flat(node, least)
    if width(said) <= room:
        return [said]
    if level(node) < least:
        return ["(", *indented(lines(node, room - len(STEP))), ")"]
    match node:
        case n.InContext():
            body = lines(node.body, room, 1)
            if len(body) > 1 and isinstance(node.body, n.Binary | n.Comparison):
                # Further in they would stand under the last operand, as if they held for that alone.
                return [*body, *(x for w in node.words for x in _word_lines(w, room))]
            if _is_bracketed(body):
                return _behind_bracket(body, node.words, room)
            return [*body, *(x for w in node.words for x in indented(_word_lines(w, room - 2)))]
        case n.Binary():
            return _chain_lines(node, room)
        case n.Not():
            return led("not ", lines(node.operand, room - 4, 3))
        case n.Negation():
            return led("-", lines(node.operand, room - 1, 7)) if not said.startswith("- ") else [said]
        case n.Comparison():
            rest = [x for sign, operand in node.rest for x in led(f"{sign} ", lines(operand, room - 3, 5))]
            return [*lines(node.first, room, 5), *rest]
        case n.Membership():
            head = f"{flat(node.operand, 5)} {'not in' if node.negated else 'in'} ("
            return [head, *indented(fill([flat(item, 1) for item in node.items], room - 2)), ")"]
        case n.Call():
            said_each = [_argument_lines(a, room - 3) for a in node.arguments]
            if node.function == "case":
                said_each = _branches(said_each, room - 3)
            return _bracketed(f"{function(node)}(", said_each)
        case n.Group():
            return _bracketed("(", [lines(item, room - 3) for item in node.items])
        case _:
            return [said]


def indented(said: Sequence[str]) -> list[str]:
    """The lines one step further in."""
    return [STEP + line for line in said]


def led(head: str, said: Sequence[str]) -> list[str]:
    """The lines behind a head, further ones below the first; what stands in a bracket of its own one step further in than the head."""
    if _is_bracketed(said):
        return [head + said[0], *said[1:]]
    return [head + said[0], *(" " * width(head) + line for line in said[1:])]


def fill(items: Sequence[str], room: int) -> list[str]:
    """Items with commas between, as many in a line as fit."""
    filled: list[str] = []
    for i, item in enumerate(items):
        said = item + ("," if i < len(items) - 1 else "")
        if filled and width(filled[-1]) + 1 + width(said) <= room:
            filled[-1] += f" {said}"
        else:
            filled.append(said)
    return filled


def _chain_lines(node: n.Binary, room: int) -> list[str]:
    holds = _LEVELS[node.operator]
    first, rest = operands(node, {sign for sign, level in _LEVELS.items() if level == holds})
    broken = lines(first, room, holds)
    for sign, operand in rest:
        broken += led(f"{sign} ", lines(operand, room - len(sign) - 1, holds + 1))
    return broken


def _bracketed(head: str, items: Sequence[list[str]]) -> list[str]:
    body: list[str] = []
    for i, item in enumerate(items):
        body += [*item[:-1], item[-1] + ("," if i < len(items) - 1 else "")]
    return [head, *indented(body), ")"]


def _is_bracketed(said: Sequence[str]) -> bool:
    """Whether lines are one bracket, opened at the end of the first and closed on the last."""
    return (
        len(said) > 1
        and said[0].endswith("(")
        and said[-1].startswith(")")
        and all(line.startswith(STEP) for line in said[1:-1])
    )


def _behind_bracket(body: list[str], words: Sequence[n.ContextWord], room: int) -> list[str]:
    """Words of context behind a closing bracket: on its line as far as they fit, else on lines of their own, at its column."""
    broken = list(body)
    for one in words:
        said = word(one)
        if broken[-1].startswith(")") and width(broken[-1]) + 1 + width(said) <= room:
            broken[-1] += f" {said}"
        else:
            broken += _word_lines(one, room)
    return broken


def _branches(said: Sequence[list[str]], room: int) -> list[list[str]]:
    """The arguments of a `case`, each condition with its value on one line where both fit."""
    found: list[list[str]] = []
    for at in range(0, len(said) - 1, 2):
        condition, value = said[at], said[at + 1]
        both = f"{condition[0]}, {value[0]}"
        if len(condition) == len(value) == 1 and width(both) <= room:
            found.append([both])
        else:
            found += [condition, value]
    return found if len(said) % 2 == 0 else [*found, said[-1]]


def _argument_lines(node: n.Argument, room: int) -> list[str]:
    head = (
        "distinct "
        if node.distinct
        else f"{quoted(node.name, _READ_AS_WORDS)}: "
        if node.name is not None
        else ""
    )
    return led(head, lines(node.value, room - width(head))) if head else lines(node.value, room)


def _word_lines(node: n.ContextWord, room: int) -> list[str]:
    match node:
        case n.Where():
            return led("where ", lines(node.condition, room - 6, 1))
        case n.Having():
            return led("having ", lines(node.condition, room - 7, 1))
        case _:
            return [word(node)]
