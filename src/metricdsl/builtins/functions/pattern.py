r"""`matches`: patterns of a small, safe language that means the same on every engine.

A pattern is read here and written out anew, so that nothing of an engine's own dialect gets through: characters, `.`,
classes `[a-z]` `[^…]` `\d` `\w` `\s`, `^` and `$` at the ends, groups, `|`, and the repeats `*` `+` `?` `{m,n}`.
"""

from collections.abc import Sequence

from attrs import define

from metricdsl.builtins import nodes
from metricdsl.builtins.kinds import texts, value, wrong_kind
from metricdsl.builtins.nodes import Sql
from metricdsl.model.types import Kind, ValueType
from metricdsl.spi.defs import Example, FunctionDef, Mismatch
from metricdsl.spi.lowering import Emit, Operand, Refused

MOST_CHARACTERS = 200
MOST_REPEATS = 255
_CLASSES = {"d": "0-9", "w": "A-Za-z0-9_", "s": r" \t\n\r"}
_SPECIAL = set(r".^$*+?{}[]\|()")
_ESCAPES = {"t": r"\t", "n": r"\n", "r": r"\r"}


class PatternError(ValueError):
    """Why a pattern cannot be used, in the analyst's words."""


def translated(pattern: str) -> str:
    """The pattern as DuckDB and PostgreSQL both read it. Raises PatternError."""
    if len(pattern) > MOST_CHARACTERS:
        raise PatternError(f"it is longer than {MOST_CHARACTERS} characters")
    reader = _Reader(pattern)
    written, _ = reader.alternatives(depth=0)
    if reader.place < len(pattern):
        raise PatternError("a `)` closes nothing; a bracket itself is written `\\)`")
    return written


@define
class _Reader:
    """Reads a pattern from left to right."""

    pattern: str
    place: int = 0

    @property
    def next(self) -> str:
        return self.pattern[self.place : self.place + 1]

    def take(self) -> str:
        sign = self.next
        self.place += 1
        return sign

    def alternatives(self, depth: int) -> tuple[str, bool]:
        """a|b, and whether a repeat stands in it."""
        written, repeats = self.sequence(depth)
        while self.next == "|":
            self.take()
            more, again = self.sequence(depth)
            written, repeats = f"{written}|{more}", repeats or again
        return written, repeats

    def sequence(self, depth: int) -> tuple[str, bool]:
        written, repeats = "", False
        start = self.place
        while self.next not in {"", "|", ")"}:
            if self.next in {"^", "$"}:
                written += self.anchor(start)
                continue
            one, inner = self.one(depth)
            repeat = self.repeat()
            if repeat and repeat != "?" and inner:
                raise PatternError(
                    "a repeat of something that repeats can take for ever: write it with one repeat"
                )
            written += one + repeat
            repeats = repeats or inner or (bool(repeat) and repeat != "?")
        return written, repeats

    def anchor(self, start: int) -> str:
        sign = self.next
        after = self.pattern[self.place + 1 : self.place + 2]
        if (sign == "^" and self.place != start) or (sign == "$" and after not in {"", "|", ")"}):
            raise PatternError(
                f"`{sign}` belongs at the {'start' if sign == '^' else 'end'}; the sign itself is written `\\{sign}`"
            )
        return self.take()

    def one(self, depth: int) -> tuple[str, bool]:
        sign = self.take()
        match sign:
            case "(":
                return self.group(depth)
            case "[":
                return self.set(), False
            case ".":
                return r"[^\n]", False
            case "\\":
                return self.escape(), False
            case "*" | "+" | "?" | "{":
                raise PatternError(f"`{sign}` repeats nothing; the sign itself is written `\\{sign}`")
            case "]" | "}":
                return f"\\{sign}", False
            case _:
                return sign, False

    def group(self, depth: int) -> tuple[str, bool]:
        if self.next == "?":
            raise PatternError("`(?` is not available: no look-ahead, flags or names")
        if depth == 8:
            raise PatternError("groups stand in each other more than 8 deep")
        inside, repeats = self.alternatives(depth + 1)
        if self.take() != ")":
            raise PatternError("a `(` is not closed; a bracket itself is written `\\(`")
        return f"(?:{inside})", repeats

    def escape(self) -> str:
        sign = self.take()
        if sign in _CLASSES:
            return f"[{_CLASSES[sign]}]"
        if sign.lower() in _CLASSES:
            return f"[^{_CLASSES[sign.lower()]}]"
        if sign in _ESCAPES:
            return _ESCAPES[sign]
        if not sign or sign.isalnum():
            raise PatternError(f"`\\{sign}` is not available")
        return f"\\{sign}" if sign in _SPECIAL else sign

    def set(self) -> str:
        written = "["
        if self.next == "^":
            written += self.take()
        start = self.place
        while self.next and not (self.next == "]" and self.place > start):
            low = self.member()
            if self.next == "-" and self.pattern[self.place + 1 : self.place + 2] not in {"", "]"}:
                self.take()
                high = self.member()
                if len(low) > 2 or len(high) > 2 or low[-1] > high[-1]:
                    raise PatternError(f"`{low}-{high}` is not a range")
                written += f"{low}-{high}"
            else:
                written += low
        if self.take() != "]":
            raise PatternError("a `[` is not closed; a bracket itself is written `\\[`")
        return written + "]"

    def member(self) -> str:
        sign = self.take()
        if sign != "\\":
            return f"\\{sign}" if sign in "\\[]^-" else sign
        sign = self.take()
        if sign in _CLASSES:
            return _CLASSES[sign]
        if sign in _ESCAPES:
            return _ESCAPES[sign]
        if not sign or sign.isalnum():
            raise PatternError(f"`\\{sign}` is not available between `[` and `]`")
        return f"\\{sign}" if sign in "\\[]^-" else sign

    def repeat(self) -> str:
        if self.next in {"*", "+", "?"}:
            sign = self.take()
            if self.next in {"*", "+", "?", "{"}:
                raise PatternError(f"`{sign}{self.next}` is not available: one repeat at a time")
            return sign
        if self.next != "{":
            return ""
        end = self.pattern.find("}", self.place)
        inside = self.pattern[self.place + 1 : end] if end > 0 else ""
        low, comma, high = inside.partition(",")
        if not low.isascii() or not low.isdigit() or (high and not (high.isascii() and high.isdigit())):
            raise PatternError("`{` starts a repeat such as {2} or {2,5}; the sign itself is written `\\{`")
        if max(int(low), int(high or 0)) > MOST_REPEATS or (high and int(high) < int(low)):
            raise PatternError(f"a repeat goes up to {MOST_REPEATS}, from the smaller to the greater number")
        self.place = end + 1
        if self.next in {"*", "+", "?", "{"}:
            raise PatternError("one repeat at a time")
        return "{" + low + comma + high + "}"


def _infer(types: Sequence[ValueType]) -> ValueType | Mismatch:
    x, pattern = types
    if not texts(x):
        return wrong_kind("text", x, 0, "matches")
    written = value(pattern)
    if not isinstance(written, str):
        return Mismatch("arguments", "the pattern of matches must be a written text", 1)
    try:
        translated(written)
    except PatternError as error:
        return Mismatch("arguments", f"this pattern cannot be used: {error}", 1)
    return ValueType(Kind.BOOLEAN, nullable=x.nullable)


def _duckdb(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    del result
    x, pattern = operands
    return emit.function("REGEXP_MATCHES", x.sql, nodes.text(translated(str(pattern.constant))))


def _postgres(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    """With collation C ranges such as [a-z] go by code point."""
    del result
    x, pattern = operands
    return nodes.op(emit, "~", nodes.collated(x.sql, "C"), nodes.text(translated(str(pattern.constant))))


def _plain(emit: Emit, operands: tuple[Operand, ...], result: ValueType) -> Sql:
    del result
    x, pattern = operands
    return nodes.op(emit, "~", x.sql, nodes.text(translated(str(pattern.constant))))


FUNCTIONS = (
    FunctionDef(
        name="matches",
        signature="(x: text, pattern: text) -> boolean",
        infer=_infer,
        lower={
            "duckdb": _duckdb,
            "postgres": _postgres,
            "datafusion": _plain,
            "clickhouse": _plain,
            "mariadb": _plain,
            "mysql": _plain,
            "spark": _plain,
            "databricks": _plain,
            "sqlite": Refused(
                "SQLite has no patterns. Use starts_with, ends_with, contains or part, or bring the data to another engine."
            ),
        },
        doc="Whether the pattern is found in the text; `^` and `$` tie it to the start and the end. Case counts. Patterns have "
        "characters, `.`, `[a-z]`, `[^…]`, `\\d` (0 to 9), `\\w` (a to z, A to Z, 0 to 9, _), `\\s` (white space), groups, `|`, and "
        "the repeats `*`, `+`, `?`, `{2,5}`; nothing else.",
        examples=(
            Example(formula='matches("AB-123", "^[A-Z]+-\\\\d{3}$")', gives="true"),
            Example(formula='matches("ab-123", "^[A-Z]+-\\\\d{3}$")', gives="false"),
            Example(formula='matches("a.c", "b|\\\\.")', gives="true"),
        ),
        least=2,
    ),
)
