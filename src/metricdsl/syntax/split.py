"""Cuts a text into its declarations, so that a broken one never hides the next."""

import re
from collections.abc import Iterator
from functools import lru_cache

from metricdsl.syntax.names import IN_ASCII, NAME, in_ascii
from metricdsl.value import frozen

KEYWORDS = (
    *("package", "use", "source", "entity", "metric", "define", "segment", "report", "facet", "require"),
    *("test", "goal", "baseline", "objective", "invariant", "event", "scorecard"),
    *("param", "unit", "rates", "calendar", "policy"),
)
OFTEN_NAMES = frozenset(
    KEYWORDS[11:]
)  # keywords that columns are called by too: a line needs more to begin with one
NAMELESS = frozenset(
    {"goal", "invariant", "event", "policy", "require"}
)  # what stands behind these is no name of theirs

# Words that may begin a continued line of a formula or query with a name behind them.
CONTINUING = frozenset(
    {
        *(
            "where",
            "at",
            "while",
            "via",
            "per",
            "having",
            "as",
            "by",
            "during",
            "compare",
            "sort",
            "limit",
            "fill",
        ),
        *(
            "values",
            "and",
            "or",
            "not",
            "in",
            "is",
            "to",
            "on",
            "from",
            "of",
            "asc",
            "desc",
            "prior",
            "last",
            "this",
        ),
        *(
            "every",
            "distinct",
            "default",
            "stock",
            "spread",
            "null",
            "true",
            "false",
            "label",
            "about",
            "with",
            "for",
            "each",
        ),
    }
)

OF_FORMULAS = frozenset({"goal", "invariant"})  # behind these stands a formula
BEGINNING = frozenset({"not", "true", "false", "null"})  # words of a formula's beginning
OF_A_NAME = frozenset("<>=!.*/+")  # behind a word, what makes it a name: `goal spread >= 3`

_ON_SOMETHING = re.compile(r"[ \t]+on[ \t]+[^\s{]+[ \t]*\{")
_PIECE = re.compile(r'"(?:\\.|[^"\\\n])*"?|`[^`\n]*`?|#[^\n]*|[({\[]|[)}\]]|\n[ \t]*(?=[^\W\d])')
_INDENT = re.compile(r"[ \t]*(?=[^\W\d])")


@frozen
class Chunk:
    """One declaration's text: from its keyword up to the next declaration. The keyword is "" for text in front of the first."""

    keyword: str
    start: int
    end: int


def split(text: str) -> tuple[Chunk, ...]:
    """The declarations of a text, in order; together they cover it from the first declaration to the end.

    A declaration begins on a line that begins with a keyword, where no bracket is open; where one is open, only on a
    line that begins in the first column with a keyword and a name or title: then a closing bracket was forgotten. A line
    that begins like a declaration with an unknown word (`metrik x = …`) begins one too.
    """
    starts = list(_starts(text))
    if not starts or text[: starts[0][1]].strip():
        starts.insert(0, ("", 0))
    ends = [start for _, start in starts[1:]] + [len(text)]
    return tuple(Chunk(keyword, start, end) for (keyword, start), end in zip(starts, ends, strict=True))


@lru_cache(maxsize=4)
def _head(*, ascii_names: bool) -> "re.Pattern[str]":
    """The first words of a declaration."""
    word = IN_ASCII if ascii_names else NAME
    name = rf"{word}|`[^`\n]*`"
    return re.compile(
        rf'(?P<word>{word})(?:[ \t]+(?:(?P<name>{name})|(?P<title>"[^"\n]*"?)))?[ \t]*(?P<next>\S?)'
    )


def _starts(text: str) -> Iterator[tuple[str, int]]:
    depth, heads = 0, _head(ascii_names=in_ascii(text))
    indent = _INDENT.match(text)
    if indent and (word := _declares(heads.match(text, indent.end()), not indent[0], in_brackets=False)):
        yield word, indent.end()
    for piece in _PIECE.finditer(text):
        sign = text[piece.start()]
        if sign in "({[":
            depth += 1
        elif sign in ")}]":
            depth = max(0, depth - 1)
        elif sign == "\n":
            at = piece.end()
            if word := _declares(heads.match(text, at), at == piece.start() + 1, in_brackets=depth > 0):
                depth = 0
                yield word, at


def _declares(head: "re.Match[str] | None", in_first_column: bool, *, in_brackets: bool) -> str:
    """The keyword (or unknown word) of a declaration that begins at this place, or ""."""
    if head is None:
        return ""
    text, word = head.string, head["word"]
    named = head["name"] is not None and (
        head["name"] not in CONTINUING
        or (in_first_column and word in KEYWORDS and (word not in OFTEN_NAMES or word == "policy"))
        or (
            in_first_column
            and word in OF_FORMULAS
            and (head["name"] in BEGINNING or (head["next"] != "" and head["next"] in OF_A_NAME))
        )
    )
    headed = named or head["title"] is not None
    if in_brackets:
        return word if headed and in_first_column and _must_begin(text, head) else ""
    if word in KEYWORDS:
        return word if headed or (in_first_column and _forgotten(text, word, head)) else ""
    unknown = headed or _ON_SOMETHING.match(text, head.end("word")) is not None
    return word if unknown and in_first_column and word not in CONTINUING else ""


def _forgotten(text: str, word: str, head: "re.Match[str]") -> bool:
    """Whether a keyword begins a declaration although no name stands behind it."""
    if word not in OFTEN_NAMES:
        return head["next"] not in _NEVER_BEHIND_A_KEYWORD
    if head["next"] in {"(", "-"} and word in OF_FORMULAS:
        apart = head.end("word") < head.start("next")
        return apart and (head["next"] == "(" or not text[head.end("next") : head.end("next") + 1].isspace())
    return head["next"].isdigit() or head["next"] == "{" or (word == "param" and head["next"] == "=")


# A keyword before one of these is a name in a formula that goes on: `report x =⏎metric / 2`.
_NEVER_BEHIND_A_KEYWORD = frozenset(".,+-*/)<>:!|%(")


def _must_begin(text: str, head: "re.Match[str]") -> bool:
    """Whether a line inside open brackets can only be the head of a declaration: a closing bracket was forgotten.

    `source "the handbook"` is a property, `metric, month` the columns of a table in a test.
    """
    word = head["word"]
    if word == "source":
        return text.startswith("from", head.end() - 1)
    if word == "test":
        return head["title"] is not None
    if word in OFTEN_NAMES:
        return head["next"] not in {",", "|", "}"}
    return word in KEYWORDS and head["name"] is not None and head["next"] not in {",", "|", "}"}
