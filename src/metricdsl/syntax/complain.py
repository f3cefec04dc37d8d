"""Says in plain words why a piece of text could not be read: one problem, the root cause."""

import re

from metricdsl.diagnostics import Edit, Fix, Problem
from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problems.syntax import UnexpectedText
from metricdsl.diagnostics.problems.unclosed import UnclosedBracket, UnclosedText
from metricdsl.source import Span
from metricdsl.syntax.behind_columns import behind_a_column
from metricdsl.syntax.habits import habit
from metricdsl.syntax.split import KEYWORDS
from metricdsl.syntax.stop import Stop, phrase, words_of

__all__ = ["Stop", "complain"]

LONGEST_MARK = 60
_MEMBERS = {
    "entity": ("where", "key", "join", "time", "dimension", "fact", "snapshot", "valid"),
    "goal": ("from",),
    "event": ("affects", "where", "control"),
    "scorecard": ("metrics", "by", "where", "during", "compare"),
    "calendar": ("year", "quarter", "hours", "holidays"),
}  # what begins a line in the braces of a declaration
_STOPS_A_MEMBER = frozenset(
    {":", "=", "!=", "<", "<=", ">", ">=", "in", "is", "on", "by", "from", "starts", "-", "."}
)
_CLOCK = re.compile(r"\d{1,2}:\d\d")
_DECLARED = re.compile(r"\s*metric\s+(?P<name>[^\W\d]\w*)")
_ENDING = frozenset(")}]{")


def complain(stop: Stop) -> Problem:
    """The problem of a piece in which reading stopped."""
    return (
        _unclosed_text(stop)
        or _bracket(stop)
        or habit(stop)
        or _misspelt_member(stop)
        or _misspelt(stop)
        or _out_of_place(stop)
        or _general(stop)
    )


def _unclosed_text(stop: Stop) -> Problem | None:
    if stop.seen.unclosed is None or stop.at < stop.seen.unclosed[0]:
        return None
    start, end = stop.seen.unclosed
    said = stop.text[start:end].rstrip()
    closers = re.search(r"[)}\],]", said)
    close = start + (closers.start() if closers else len(said))
    return UnclosedText(
        span=Span(stop.file, start, start + max(1, len(said))),
        quote=said[:1] or '"',
        close_at=Span(stop.file, close, close),
    )


def _bracket(stop: Stop) -> Problem | None:
    """A bracket that is missing or too many, where reading stopped because of it."""
    before = [(sign, place) for sign, place in stop.seen.open if place < stop.at]
    if stop.seen.stray == stop.at:
        return UnclosedBracket(span=stop.span, bracket=stop.word, inside=before[-1][0] if before else "")
    at_line_start = not stop.text[stop.text.rfind("\n", 0, stop.at) + 1 : stop.at].strip()
    if not before or not (
        not stop.word or stop.word in _ENDING or (at_line_start and "RPAR" in stop.expected)
    ):
        return None
    sign, place = before[-1]
    if stop.before == "," and not stop.word:
        return None
    close_at = stop.behind
    several_lines = sign == "{" and "\n" in stop.text[place : stop.at]
    return UnclosedBracket(
        span=Span(stop.file, place, place + 1), bracket=sign, close_at=close_at, on_a_new_line=several_lines
    )


def _misspelt_member(stop: Stop) -> Problem | None:
    """`dimenson x : text` reads as a property up to the colon; the word at fault is the one before."""
    keyword = stop.text[stop.start : stop.start + 10].partition(" ")[0]
    if (
        keyword not in _MEMBERS
        or not (stop.word in _STOPS_A_MEMBER or _CLOCK.fullmatch(stop.word))
        or "{" not in stop.text[stop.start : stop.at]
    ):
        return None
    members = _MEMBERS[keyword]
    head = stop.two_words_before()
    if head is None:
        return None
    word, span = head
    close = near(word, members)
    comma = stop.text[stop.start : span.start].rstrip()
    if word in members and comma.endswith(","):
        at = Span(stop.file, stop.start + len(comma) - 1, stop.start + len(comma))
        return UnexpectedText(
            span=at,
            sentence=f"No comma before `{word}`: the list ends here.",
            remedies=(Fix("take it away", (Edit(at, ""),), safe=True),),
        )
    if not close or word in members:
        return None
    return _word_problem(word, span, close)


def _misspelt(stop: Stop) -> Problem | None:
    """A word that is nearly one of those that could stand here."""
    if not stop.word[:1].isalpha():
        return None
    close = near(stop.word, words_of(stop.expected))
    return _word_problem(stop.word, stop.span, close) if close else None


def _word_problem(word: str, span: Span, close: tuple[str, ...]) -> Problem:
    only_large = word.lower() == close[0]
    return UnexpectedText(
        span=span,
        sentence=f"`{word}` is not a word that can stand here; did you mean `{close[0]}`?"
        if not only_large
        else f"The words of the language are written in small letters: `{close[0]}`.",
        mark=f"`{close[0]}`?",
        remedies=tuple(Fix(f"write `{w}`", (Edit(span, w),), safe=only_large) for w in close[:1]),
    )


def _out_of_place(stop: Stop) -> Problem | None:
    """A word of the language in a place that is not its own."""
    if stop.word in KEYWORDS:
        return UnexpectedText(
            span=stop.span,
            sentence=f"A declaration begins on its own line, and `{stop.word}` stands in the line of another.",
            mark="not at the beginning of a line",
            remedies=(Fix("begin a new line", (Edit(Span(stop.file, stop.at, stop.at), "\n"),)),),
        )
    if stop.word == "from" and "LIMIT" in stop.expected:
        return UnexpectedText(
            span=stop.span,
            sentence="A query names no table: every metric knows where its rows come from.",
            mark="not needed",
            remedies=(Fix("leave out `from` and the table; a dimension of an entity is asked for by `by`"),),
        )
    return behind_a_column(stop)


def _general(stop: Stop) -> Problem:
    wanted = phrase(stop.expected)
    if not stop.word and stop.seen.end == stop.start:
        return UnexpectedText(
            span=Span(stop.file, stop.at, stop.at),
            sentence="Nothing is asked: write what to show, for example `revenue by month`.",
        )
    if not stop.word:
        ending = "the text ends" if stop.at >= len(stop.source.text.rstrip()) else "the declaration ends"
        span = stop.last_word()
        return UnexpectedText(
            span=span,
            sentence=f"Behind this {wanted} is expected, but {ending}.",
            mark="something is missing behind this",
        )
    shown = "this character" if len(stop.word) == 1 and not stop.word.isprintable() else f"`{stop.word[:40]}`"
    if "PLUS" in stop.expected or "COMPARE" in stop.expected:
        more = [w for w in ("where", "at", "by", "during", "sort", "limit") if w.upper() in stop.expected]
        why = "An operator" + (", or a word such as " + ", ".join(f"`{w}`" for w in more) if more else "")
        closing = [sign for terminal, sign in (("RPAR", ")"), ("COMMA", ",")) if terminal in stop.expected]
        why += "".join(f", or `{sign}`" for sign in closing) + ", could follow."
        remedies: tuple[Fix, ...] = ()
        if stop.word in {"by", "during"} and stop.word.upper() not in stop.expected:
            why = "Groups and periods are named by the question: a metric is one for all of them."
            named, last = _DECLARED.match(stop.text, stop.start), stop.source.slice(stop.last_word())
            asked = last if last.isidentifier() or named is None else named["name"]
            inner = last if last.isidentifier() else "formula"
            remedies = (Fix(f"ask for it: `{asked} {stop.word} …` in a question or a report"),)
            if stop.word == "by":
                remedies += (Fix(f"for a level inside a formula there is `per`: `avg({inner} per …)`"),)
        return UnexpectedText(
            span=stop.span,
            sentence=f"The formula is complete before {shown}: nothing connects the two.",
            mark="cannot follow",
            why=why,
            remedies=remedies,
        )
    return UnexpectedText(
        span=stop.span,
        sentence=f"Here {wanted} is expected, and not {shown}.",
        mark=f"not {wanted}" if len(wanted) <= LONGEST_MARK else "not expected here",
    )
