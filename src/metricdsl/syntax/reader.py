"""Reads a text into a document: each declaration on its own. The only place that imports the parser generator."""

import re
from collections.abc import Sequence
from copy import copy
from typing import Any

from lark import Lark, Token
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken
from lark.parsers.lalr_parser_state import ParserState

from metricdsl.diagnostics import Outcome, Problem, Severity
from metricdsl.diagnostics.problems.syntax import UnexpectedText
from metricdsl.diagnostics.problems.unread import FileTooLarge, NotText, TooDeep
from metricdsl.diagnostics.problems.written import UnknownDeclaration
from metricdsl.source import SourceFile, Span
from metricdsl.syntax.height import too_high
from metricdsl.syntax.misleading import misleading
from metricdsl.syntax.names import NAME, in_ascii
from metricdsl.syntax.nodes import Broken, Declaration, Document, Node, Query
from metricdsl.syntax.parser import LOCK, made_parser
from metricdsl.syntax.rules import plain_name, plain_text
from metricdsl.syntax.scan import MOST_CHARACTERS, MOST_LEVELS, comments, scan
from metricdsl.syntax.split import KEYWORDS, NAMELESS, Chunk, split

_HEAD = rf'{NAME}[ \t]+(?P<name>{NAME}(?:\.{NAME})*|`[^`\n]+`|"(?:\\.|[^"\\\n])*")'  # compiled where a declaration is broken


def read(
    source: SourceFile, limit: int = MOST_CHARACTERS, before: Outcome[Document] | None = None
) -> Outcome[Document]:
    """The document that a text writes, and what is wrong with it. A declaration that cannot be read is `Broken`.

    `before` is what an earlier state of the file said: what stands where it stood is not read again.
    """
    refused = _unreadable(source, limit)
    if refused is not None:
        return Outcome(Document(source=source, declarations=()), (refused,))
    declarations: list[Declaration] = []
    problems: list[Problem] = []
    known = _readable(before)
    for chunk in split(source.text):
        kept = known.get(chunk.start)
        if kept is not None and before is not None and _same(source, before.value.source, chunk, kept):
            declarations.append(kept)
            continue
        declaration, said = _declaration(source, chunk)
        problems.extend(said)
        if declaration is not None:
            declarations.append(declaration)
    document = Document(
        source=source, declarations=tuple(declarations), comments=comments(source.path, source.text)
    )
    return Outcome(document, tuple(problems))


def _readable(before: Outcome[Document] | None) -> dict[int, Declaration]:
    """The declarations that were read without a problem, by where they begin."""
    if before is None:
        return {}
    wrong = [p.span for p in before.problems if p.span is not None]
    return {
        one.span.start: one
        for one in before.value.declarations
        if not isinstance(one, Broken)
        and not any(one.span.start <= span.end and span.start <= one.span.end for span in wrong)
    }


def _same(source: SourceFile, before: SourceFile, chunk: Chunk, kept: Declaration) -> bool:
    """Whether a chunk says, at the same place, what the declaration before it said, and nothing more."""
    here, there = source.text[chunk.start : chunk.end], before.text[chunk.start : chunk.end]
    return here == there and kept.span.end <= chunk.end and source.path == before.path


def read_query(source: SourceFile, limit: int = MOST_CHARACTERS) -> Outcome[Query | None]:
    """The query that a text writes, or None where it cannot be read."""
    refused = _unreadable(source, limit)
    if refused is not None:
        return Outcome(None, (refused,))
    query, problems = _parse(source, 0, len(source.text), "query")
    return Outcome(query if isinstance(query, Query) else None, problems)


def read_bytes(
    path: str, data: bytes, limit: int = MOST_CHARACTERS, before: Outcome[Document] | None = None
) -> Outcome[Document]:
    """The document in the bytes of a file; bytes that are no text in UTF-8 give an empty one and a problem."""
    nothing = Document(source=SourceFile(path, ""), declarations=())
    top = Span(path, 0, 0)
    if len(data) > 4 * limit:
        return Outcome(nothing, (FileTooLarge(span=top, path=path, size=len(data), limit=limit),))
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return Outcome(nothing, (NotText(span=top, path=path, what="it is saved as UTF-16"),))
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        what = f"byte {data[error.start]:#04x} in line {line} is no character"
        return Outcome(nothing, (NotText(span=top, path=path, what=what),))
    return read(SourceFile.of(path, text), limit, before)


def _unreadable(source: SourceFile, limit: int) -> Problem | None:
    """Why a text is not read at all, or None."""
    if len(source.text) > limit:
        return FileTooLarge(
            span=Span(source.path, 0, 0), path=source.path, size=len(source.text), limit=limit
        )
    nul = source.text.find("\0")
    if nul >= 0:
        line, _ = source.position(nul)
        span = Span(source.path, nul, nul + 1)
        return NotText(span=span, path=source.path, what=f"line {line} holds a zero byte")
    return None


def _declaration(source: SourceFile, chunk: Chunk) -> tuple[Declaration | None, tuple[Problem, ...]]:
    """The declaration of a chunk (None where the chunk is text in front of the first one) and its problems."""
    text = source.text
    if chunk.keyword in KEYWORDS:
        value, problems = _parse(source, chunk.start, chunk.end, "declaration")
        return (value if isinstance(value, Declaration) else _broken(source, chunk, problems)), problems
    word = Span(source.path, chunk.start, chunk.start + len(chunk.keyword))
    if chunk.keyword:
        unknown = UnknownDeclaration(span=word, word=chunk.keyword, known=KEYWORDS)
        return _broken(source, chunk, (unknown,)), (unknown,)
    seen = scan(text, chunk.start, chunk.end)
    first = re.compile(r"(?:\s|#[^\n]*)*").match(text, chunk.start, seen.end)
    at = first.end() if first else chunk.start
    if at >= seen.end:
        return None, ()
    line_end = text.find("\n", at, seen.end)
    span = Span(source.path, at, seen.end if line_end < 0 else line_end)
    said = UnexpectedText(
        span=span,
        sentence="This belongs to no declaration.",
        mark="no keyword begins this",
        why="A declaration begins with one of: " + ", ".join(KEYWORDS) + ".",
    )
    return _broken(source, Chunk("", at, chunk.end), (said,)), (said,)


def _broken(source: SourceFile, chunk: Chunk, problems: Sequence[Problem]) -> Broken:
    """What stands for a declaration that could not be read: its text, and its name where one can be seen.

    Its problems lie inside, also one at a character that looks like a blank behind it: a query that needs it tells them.
    """
    ends = [p.span.end for p in problems if p.span is not None and p.span.start <= chunk.end]
    end = max(scan(source.text, chunk.start, chunk.end).end, *ends, chunk.start)
    named = chunk.keyword and chunk.keyword not in NAMELESS
    head = re.compile(_HEAD).match(source.text, chunk.start, end) if named else None
    name, place = "", Span(source.path, chunk.start, chunk.start + len(chunk.keyword))
    if head is not None:
        written = head["name"]
        name = plain_text(written) if written.startswith('"') else plain_name(written)
        place = Span(source.path, head.start("name"), head.end("name"))
    return Broken(
        keyword=chunk.keyword,
        name=name,
        name_span=place,
        span=Span(source.path, chunk.start, end),
    )


def _parse(source: SourceFile, start: int, end: int, what: str) -> tuple[Node | None, tuple[Problem, ...]]:
    """What `source.text[start:end]` says (None where it cannot be read) and why not."""
    seen = scan(source.text, start, end)
    if seen.deep is not None:
        return None, (TooDeep(span=Span(source.path, seen.deep, seen.deep + 1), limit=MOST_LEVELS),)
    misread = misleading(source, seen)
    if misread is not None:
        return None, (misread,)
    parser, builder = made_parser(ascii_names=in_ascii(source.text[start:end]))
    with LOCK:
        builder.open(source, start)
        try:
            node: Any = parser.parse(source.text[start:end], start=what)
        except UnexpectedInput as error:
            at, word = _where(error, seen.end - start)
            from metricdsl.syntax.complain import (  # its many patterns only where something is wrong
                Stop,
                complain,
            )

            expected = _acceptable(parser, source.text[start : start + at], what)
            return None, (complain(Stop(source, seen, start, end, start + at, word, expected)),)
        problems = tuple(builder.problems)
    high = too_high(source.text, node)
    if high is not None:
        problems = (TooDeep(span=high, limit=MOST_LEVELS),)
    refused = any(p.severity is Severity.ERROR for p in problems)
    return (None if refused else node), problems


def _where(error: UnexpectedInput, end: int) -> tuple[int, str]:
    """Where reading stopped, and at which word ("" at the end)."""
    match error:
        case UnexpectedToken(token=token) if token.type != "$END":
            return token.start_pos or 0, str(token)
        case UnexpectedCharacters():
            place: Any = error.pos_in_stream
            return place, str(error.char)
        case _:
            return end, ""


def _acceptable(parser: Lark, before: str, what: str) -> frozenset[str]:
    """The terminals with which a text could go on, each tried on a copy of the parser's stack.

    The text is read again: the parser that stopped had already closed some of what was open, to see whether the wrong
    word would fit there.
    """
    reading = parser.parse_interactive(before, start=what)
    try:
        reading.exhaust_lexer()
    except UnexpectedInput:
        return frozenset()
    state: ParserState[Any] = reading.parser_state
    silent = copy(state.parse_conf)
    silent.callbacks = {}
    found = set()
    for terminal in state.parse_conf.states[state.position]:
        if not terminal.isupper():
            continue
        trial = ParserState(silent, state.lexer, list(state.state_stack), [None] * len(state.value_stack))
        try:
            trial.feed_token(Token(terminal, ""), is_end=terminal == "$END")
        except UnexpectedToken:
            continue
        found.add(terminal)
    return frozenset(found)
