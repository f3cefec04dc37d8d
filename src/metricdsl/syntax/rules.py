"""What all rules of the grammar need to make nodes: places, names, and the parts of a declaration.

The parser keeps every token, so the first and last children of a rule give its place. A child is a token (a text with
`start_pos` and `end_pos`), a node, or a `Part`. One object serves one text after another (`open`), under the reader's lock.
"""

import re
import unicodedata
from typing import Any, NamedTuple, TypeVar

from metricdsl.diagnostics import Problem
from metricdsl.source import SourceFile, Span
from metricdsl.syntax import nodes as n

Children = list[Any]
N = TypeVar("N")

_ESCAPE = re.compile(r'\\(["\\nt])')
_MEANING = {'"': '"', "\\": "\\", "n": "\n", "t": "\t"}
_SPACING = re.compile(r'"(?:\\.|[^"\\\n])*"|`[^`\n]*`|(#[^\n]*|\s+)+')


class Part(NamedTuple):
    """An optional piece of a declaration: what it is (`label`, `type`, `value`, …), what it says, and its place."""

    kind: str
    value: Any
    span: Span


def plain_name(token: str) -> str:
    """The name a token writes: back-quotes taken off, in NFC."""
    name = token[1:-1] if token.startswith("`") else str(token)
    return name if name.isascii() else unicodedata.normalize("NFC", name)


def plain_text(token: str) -> str:
    """What a text in quotes says; an escape that is none of the four keeps its backslash (so `"\\d"` needs no second one)."""
    inner = str(token[1:-1])
    return _ESCAPE.sub(lambda m: _MEANING[m[1]], inner) if "\\" in inner else inner


def one_line(text: str) -> str:
    """A formula on one line: comments out, runs of white space made one, texts and quoted names as they are."""
    return _SPACING.sub(lambda m: " " if m[1] else m[0], text).strip()


def words(children: Children) -> list[str]:
    """The words and signs among the children, as written."""
    return [str(c) for c in children if isinstance(c, str)]


def all_of(children: Children, kind: type[N]) -> tuple[N, ...]:
    """The children of one class of nodes, in order."""
    return tuple(c for c in children if isinstance(c, kind))


def formulas(children: Children) -> tuple[Any, ...]:
    """The children that are neither tokens nor parts: the formulas of a rule that holds nothing else."""
    return tuple(c for c in children if not isinstance(c, str | Part))


class Rules:
    """The text being read and the problems met while its nodes are made."""

    def __init__(self) -> None:
        self.read_from = SourceFile("", "")
        self.file = ""
        self.base = 0
        self.problems: list[Problem] = []

    def open(self, source: SourceFile, base: int) -> None:
        """Turn to another text, of which a piece that begins at `base` is read."""
        self.read_from = source
        self.file = source.path
        self.base = base
        self.problems = []

    def place(self, child: Any) -> Span:
        """The place of one child."""
        return self.span([child])

    def span(self, children: Children) -> Span:
        """The place from the first to the last child."""
        first: Any = children[0]
        last: Any = children[-1]
        start = first.span.start if hasattr(first, "span") else self.base + first.start_pos
        end = last.span.end if hasattr(last, "span") else self.base + last.end_pos
        return Span(self.file, start, end)

    def part(self, kind: str, value: Any, children: Children) -> Part:
        """A piece at the place of the children."""
        return Part(kind, value, self.span(children))

    def value_of(self, children: Children, kind: str) -> Any:
        """What the part of that kind says, or None where it is not written."""
        for child in children:
            if isinstance(child, Part) and child.kind == kind:
                return child.value
        return None

    def name(self, children: Children) -> n.Name:
        if len(children) == 1:
            return n.Name(parts=(plain_name(children[0]),), span=self.span(children))
        return n.Name(parts=tuple(plain_name(c) for c in children[::2]), span=self.span(children))

    def compared_metric(self, children: Children) -> n.Name:
        before = children[0].parts if isinstance(children[0], n.Name) else ()
        return n.Name(parts=(*before, plain_name(children[-1])), span=self.span(children))

    unit_name = compared_metric

    def simple_name(self, children: Children) -> n.Name:
        return n.Name(parts=(plain_name(children[0]),), span=self.span(children))

    column = simple_name

    def word(self, children: Children) -> Part:
        return self.part("word", plain_name(children[0]), children)

    column_word = word

    def label(self, children: Children) -> Part:
        return self.part("label", plain_text(children[0]), children)

    def value(self, children: Children) -> Part:
        return self.part("value", children[1], children)
