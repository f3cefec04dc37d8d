"""The parser of grammar.lark, made of tables that lie beside it, and the lexers of its states."""

from collections.abc import Collection, Iterator
from copy import copy
from functools import lru_cache
from threading import Lock
from typing import Any

from lark import Lark, Token
from lark import __version__ as lark_version
from lark.common import LexerConf
from lark.grammar import Rule
from lark.lark import PostLex
from lark.lexer import BasicLexer, ContextualLexer, TerminalDef

from metricdsl.syntax.grammar import GRAMMAR_OPTIONS, grammar_text, saved_tables, write_tables
from metricdsl.syntax.rules_declaration import Builder

LOCK = Lock()  # one parser and builder of each kind for the process; a text is read in one go


@lru_cache(maxsize=2)
def made_parser(*, ascii_names: bool) -> tuple[Lark, Builder]:
    """The parser of grammar.lark and what makes its nodes: from the tables saved beside it, else made anew."""
    builder = Builder()
    tables = saved_tables(lark_version, ascii_names=ascii_names)
    if tables is None:
        return Lark(grammar_text(), transformer=builder, postlex=_WholeWords(), **GRAMMAR_OPTIONS), builder
    load = Lark.__new__(Lark)._load  # noqa: SLF001 (what its `load` calls)
    lexers = {"ContextualLexer": _LexersOfStates}
    return load(tables, transformer=builder, postlex=_WholeWords(), _plugins=lexers), builder


class _WholeWords(PostLex):
    """Has a name tried in every state, so that where only `or` fits, `orders` is still one word and not `or`, `ders`."""

    always_accept = ("NAME",)

    def process(self, stream: Iterator[Token]) -> Iterator[Token]:
        return stream


class _LexersOfStates(ContextualLexer):
    """Makes the lexer of a state when a text first leads there: a file meets a few of hundreds of states."""

    def __init__(
        self, conf: LexerConf, states: dict[int, Collection[str]], always_accept: Collection[str] = ()
    ) -> None:
        conf = copy(conf)
        conf.skip_validation = True  # the grammar's test has validated its terminals
        self.root_lexer = BasicLexer(conf)
        self.lexers = _Lexers(conf, states, frozenset(always_accept) | frozenset(conf.ignore))


class _Lexers(dict[int, Any]):
    """The lexers by their states; those of states that accept the same are one."""

    def __init__(self, conf: LexerConf, states: dict[int, Collection[str]], always: frozenset[str]) -> None:
        super().__init__()
        self._conf, self._states, self._always = conf, states, always
        self._accepting: dict[frozenset[str], BasicLexer] = {}

    def __missing__(self, state: int) -> BasicLexer:
        accepted = frozenset(self._states[state]) | self._always
        lexer = self._accepting.get(accepted)
        if lexer is None:
            conf, named = copy(self._conf), self._conf.terminals_by_name
            conf.terminals = [named[name] for name in accepted if name in named]
            lexer = self._accepting[accepted] = BasicLexer(conf)
        self[state] = lexer
        return lexer


def save_tables() -> None:
    """Make the parser of grammar.lark anew and save its tables beside it: after a change of the grammar."""
    data, memo = Lark(grammar_text(), **GRAMMAR_OPTIONS).memo_serialize([TerminalDef, Rule])
    write_tables(lark_version, data, memo)
