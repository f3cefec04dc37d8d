"""Habits from other languages, and what the text is likely to mean: `==`, `'won'`, `IS NOT NULL`, `group by`, `count(*)`."""

import re
import unicodedata
from collections.abc import Callable

from metricdsl.diagnostics import Edit, Fix, Problem
from metricdsl.diagnostics.problems.syntax import UnexpectedText
from metricdsl.diagnostics.problems.written import ImpossibleDate
from metricdsl.source import Span
from metricdsl.syntax.habits_of_blocks import block
from metricdsl.syntax.habits_of_columns import column_behind, named_by_a_path
from metricdsl.syntax.habits_of_conditions import LOOKS as CONDITIONS
from metricdsl.syntax.habits_of_declarations import LOOKS as DECLARATIONS
from metricdsl.syntax.habits_of_formulas import LOOKS as FORMULAS
from metricdsl.syntax.habits_of_formulas import length
from metricdsl.syntax.habits_of_heads import LOOKS as HEADS
from metricdsl.syntax.habits_of_hours import opening
from metricdsl.syntax.habits_of_levels import members
from metricdsl.syntax.habits_of_parts import part_of_a_formula
from metricdsl.syntax.habits_of_periods import (
    fiscal_year,
    in_a_period,
    moving_period,
    moving_value,
    period_alone,
    period_of_a_calendar,
    range_of_periods,
    until,
)
from metricdsl.syntax.habits_of_queries import LOOKS
from metricdsl.syntax.habits_of_tests import column_of_a_test, empty_cell, no_columns
from metricdsl.syntax.names import in_ascii_digits
from metricdsl.syntax.saying import say
from metricdsl.syntax.stop import Stop

_QUOTED = re.compile(r"'([^'\n]*)'|[“”„«]([^“”»\n]*)[“”»]|[‘’‚]([^‘’\n]*)[‘’]")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d[\d:.]*\w*")
_CONTEXT = re.compile(r"\b(?:at|via|as)\s+[\w.`]+\s*$")
_LIKE_A_PERIOD = re.compile(r"\d{4}-(?:[QWqw]?\d{1,2})(?![\w-])")

# At the place where reading stopped: pattern, sentence, what to write instead (None: only the analyst can).
# A pattern may begin up to two characters before the place.
_SIGNS: tuple[tuple[str, str, str | None], ...] = (
    ("==", "Equality is one equals sign: `=`.", "="),
    ("<>", "`<>` is written `!=`.", "!="),
    ("=>", "`=>` is written `>=`.", ">="),
    ("=<", "`=<` is written `<=`.", "<="),
    (":=", "A definition has a plain equals sign: `=`.", "="),
    ("&&", "`&&` is written `and`.", "and"),
    ("||", "`||` is written `or`; texts are joined by `concat(a, b)`.", None),
    ("//", "`//` does not begin a comment: comments begin with `#`.", "#"),
    ("/*", "`/*` does not begin a comment: comments begin with `#`, each line its own.", None),
    ("**", "A power is written `power(base, exponent)`.", None),
    ("^", "A power is written `power(base, exponent)`.", None),
    (";", "No semicolon is needed: a declaration ends where the next begins.", ""),
    ("；", "No semicolon is needed: a declaration ends where the next begins.", ""),
    ("。", "No full stop is needed: a declaration ends where the next begins.", ""),
    ("&", "`&` is written `and`.", "and"),
    ("!", "`!` is written `not`.", "not "),
    ("$", "Amounts are written as numbers, without a currency sign.", ""),
    ("€", "Amounts are written as numbers, without a currency sign.", ""),
    ("£", "Amounts are written as numbers, without a currency sign.", ""),
    ("[", "Lists stand in round parentheses.", "("),
)

# Words at the place, whatever their case: pattern, sentence, what to write instead.
_WORDS: tuple[tuple[str, str, str | None], ...] = (
    (
        r"is\s+not\s+null\b",
        "The words of the language are written in small letters: `is not null`.",
        "is not null",
    ),
    (r"is\s+null\b", "The words of the language are written in small letters: `is null`.", "is null"),
    (r"not\s+in\b", "The words of the language are written in small letters: `not in`.", "not in"),
    (r"filter\b(?!\s*\()", "A condition is introduced by `where`.", "where"),
    (r"filter\b", "A condition stands in the parentheses: `sum(order.amount where paid)`.", None),
    (r"(?:group|grouped)\s+by\b", "Groups are asked for by `by` alone.", "by"),
    (r"order(?:ed)?\s+by\b", "The order is asked for by `sort`.", "sort"),
    (
        r"when\b",
        "Cases are written as a function: `case(condition, value, condition, value, otherwise)`.",
        None,
    ),
    (
        r"over\b",
        "Windows are written with functions: `running(m)`, `trailing(m, 28 days)`, `rank(m, over: entity)`.",
        None,
    ),
    (r"mod\b|div\b", "There is no such operator.", None),
)


def habit(stop: Stop) -> Problem | None:
    """The problem where the text looks like another language's, or None."""
    for look in _LOOKS:
        problem = look(stop)
        if problem is not None:
            return problem
    return None


def _quotes(stop: Stop) -> Problem | None:
    quoted = _QUOTED.match(stop.text, stop.at)
    if quoted is None:
        return None
    said = (
        next(group for group in quoted.groups() if group is not None)
        .replace("\\", "\\\\")
        .replace('"', '\\"')
    )
    return say(
        stop, quoted.start(), quoted.end(), 'Texts stand in straight double quotes: `"…"`.', f'"{said}"'
    )


def _characters(stop: Stop) -> Problem | None:
    """A blank or a punctuation mark of another script."""
    character = stop.text[stop.at : stop.at + 1]
    if not character or character.isascii() or character.isalnum():
        return None
    plain = unicodedata.normalize("NFKC", character)
    number = f"U+{ord(character):04X}"
    name = unicodedata.name(character, "").lower()
    if unicodedata.category(character) == "Cf":
        sentence = f"Here stands a sign that is not seen: {number} {name}."
        return say(stop, stop.at, stop.at + 1, sentence, "", joined=True)
    if unicodedata.category(character) in {"Zs", "Zl", "Zp"}:
        return say(stop, stop.at, stop.at + 1, f"This blank is no ordinary space: {number} {name}.", " ")
    plain = {
        "−": "-",
        "–": "-",
        "—": "-",
        "×": "*",
        "÷": "/",
        "≤": "<=",
        "≥": ">=",
        "≠": "!=",
        "，": ",",
        "、": ",",
        "；": "；",
    }.get(character, plain)
    if plain.isascii() and plain.isprintable() and not plain.isalnum():
        return say(stop, stop.at, stop.at + 1, f"`{character}` is written `{plain}`.", plain)
    return None


def _signs(stop: Stop) -> Problem | None:
    for sign, sentence, instead in _SIGNS:
        for start in range(stop.at - len(sign) + 1, stop.at + 1):
            if start >= stop.start and stop.text.startswith(sign, start):
                whole = instead
                if sign == "!" and stop.text[stop.at : stop.at + 2] == "! ":
                    whole = "not"
                return say(
                    stop,
                    start,
                    start + len(sign),
                    sentence,
                    whole,
                    safe=sign not in {"//", "$", "€", "£", "["},
                )
    return None


def _star(stop: Stop) -> Problem | None:
    begin = max(stop.start, stop.at - 60)
    called = re.search(r"(\w+)\s*\(\s*(?:(?P<of>[\w.]+)\.\s*)?$", stop.text[begin : stop.at])
    if stop.word != "*" or called is None:
        return None
    entity = called["of"] or _entity(stop)
    if called[1] != "count":
        return say(stop, stop.at, stop.at + 1, f"`{called[1]}(*)` does not say of what: name the column.")
    sentence = (
        f"`{called[1]}(*)` does not say what is counted: name the entity, as in `count({entity or 'order'})`."
    )
    start = begin + called.start("of") if called["of"] else stop.at
    mark = "the entity's name belongs here"
    return say(stop, start, stop.at + 1, sentence, entity, safe=False, mark=mark)


_DECLARED_ENTITY = re.compile(r"^[ \t]*entity[ \t]+([^\W\d]\w*)", re.MULTILINE)
_DOTTED = re.compile(r"(?<![\w.\"])([^\W\d]\w*)\.[^\W\d]\w*")


def _entity(stop: Stop) -> str | None:
    """The entity that is likely to be meant: the one that is named beside, or that the file declares; None where it is not one."""
    end = len(stop.text) if (line := stop.text.find("\n", stop.at)) < 0 else line
    named = set(_DOTTED.findall(stop.text[stop.start : end])) or set(
        _DECLARED_ENTITY.findall(stop.source.text)
    )
    return next(iter(named)) if len(named) == 1 else None


def _moment(stop: Stop) -> Problem | None:
    moment = _MOMENT.search(stop.text, max(stop.start, stop.at - 12), stop.at + 30)
    if moment is None or not moment.start() <= stop.at < moment.end():
        return None
    if stop.text.startswith("test", stop.start):
        sentence = "In the rows of a test a moment is written as a text."
        return say(stop, *moment.span(), sentence, f'"{moment[0].strip()}"')
    return say(
        stop,
        *moment.span(),
        "A formula names days and longer periods, no time of day; for hours there are `by hour` and `hour_of_day(t)`.",
        None,
    )


def _period(stop: Stop) -> Problem | None:
    written = _LIKE_A_PERIOD.search(stop.text, max(stop.start, stop.at - 5), stop.at + 12)
    if written is None or not written.start() <= stop.at < written.end():
        return None
    plain = in_ascii_digits(written[0])
    instead = plain if plain != written[0] else ""
    return ImpossibleDate(span=Span(stop.file, *written.span()), written=written[0], instead=instead)


def _decimal(stop: Stop) -> Problem | None:
    number = re.compile(r"\.(\d+)").match(stop.text, stop.at)
    if number is None or stop.word != ".":
        return None
    return say(stop, *number.span(), "A number begins with a digit.", f"0{number[0]}")


def _percent(stop: Stop) -> Problem | None:
    if stop.word != "%" or not stop.text[: stop.at].rstrip()[-1:].isdigit():
        return None
    end = len(stop.text[: stop.at].rstrip())
    return say(stop, end, stop.at + 1, "The percent sign stands directly behind the number: `30%`.", "%")


def _is_something(stop: Stop) -> Problem | None:
    """`status is "won"`: `is` goes with null alone."""
    if not {"NULL", "NOT"} & stop.expected or "NAME" in stop.expected:
        return None
    said = re.search(r"\bis(\s+not)?\s*$", stop.text[max(stop.start, stop.at - 30) : stop.at])
    if said is None or not stop.word or stop.word.lower() in {"null", "not"}:
        return None
    start = max(stop.start, stop.at - 30) + said.start()
    sign = "!=" if said[1] else "="
    end = start + len(said[0].rstrip())
    return say(stop, start, end, f"`is` goes with null alone; other values are compared by `{sign}`.", sign)


def _words(stop: Stop) -> Problem | None:
    if not stop.word[:1].isalpha():
        return None
    for pattern, sentence, instead in _WORDS:
        said = re.compile(pattern, re.IGNORECASE).match(stop.text, stop.at)
        if said is not None and said[0] != instead:
            return say(stop, said.start(), said.end(), sentence, instead)
    return None


_FILTER = re.compile(r"filter\s*\(\s*(?:where\s+)?(?P<condition>(?:[^()]|\([^()]*\))*)\)", re.IGNORECASE)


def _filtered(stop: Stop) -> Problem | None:
    """`count(order) filter (where status = "won")`: the condition stands in the call."""
    found = _FILTER.match(stop.text, stop.at)
    before = stop.behind.start
    if found is None or stop.text[before - 1 : before] != ")":
        return None
    where = f" where {found['condition'].strip()})"
    sentence = "A condition stands in the parentheses: `sum(order.amount where paid)`."
    return say(stop, before - 1, found.end(), sentence, where, safe=False)


def _word_before(stop: Stop) -> Problem | None:
    """A word of another language that was read as a name, so that reading stopped behind it."""
    span = stop.last_word()
    before = stop.source.slice(span)
    if before.lower() == "select":
        return say(stop, span.start, stop.at, "A query begins with what is asked: `revenue by region`.", "")
    if before != before.lower() and before.lower() in {"not", "distinct", "every", "values"}:
        low = before.lower()
        return say(
            stop,
            span.start,
            span.end,
            f"The words of the language are written in small letters: `{low}`.",
            low,
        )
    comma = stop.text[stop.start : span.start].rstrip()
    if before in _CLAUSES and comma.endswith(","):
        at = stop.start + len(comma) - 1
        return say(stop, at, at + 1, f"No comma before `{before}`: the list ends here.", "")
    return None


_CLAUSES = frozenset({"by", "where", "during", "having", "sort", "limit", "compare", "fill"})


def _comma(stop: Stop) -> Problem | None:
    if stop.before == "," and (stop.word in {")", "}", "|", "{", ""} or stop.word in _CLAUSES):
        at = stop.behind.end - 1
        return say(stop, at, at + 1, "A comma with nothing behind it.", "", mark="one too many")
    if stop.word == "," and "COMMA" not in stop.expected and "RBRACE" in stop.expected:
        return say(stop, stop.at, stop.at + 1, "No commas stand between these.", "", mark="not needed")
    return None


def _equals_missing(stop: Stop) -> Problem | None:
    if "EQUAL" not in stop.expected or "NAME" in stop.expected or "RBRACE" in stop.expected or not stop.word:
        return None
    if not re.match(r"[\w(\"`-]", stop.word):
        return None
    return UnexpectedText(
        span=stop.span,
        sentence="An equals sign is missing before the formula.",
        mark="the formula begins here",
        remedies=(Fix("write `=` before it", (Edit(Span(stop.file, stop.at, stop.at), "= "),)),),
    )


def _list_without_parentheses(stop: Stop) -> Problem | None:
    said = stop.text[stop.start : stop.at].rstrip()
    if not re.search(r"\bin$", said) or stop.expected != {"LPAR"} or not stop.word:
        return None
    sentence = '`in` takes a list in parentheses: `in ("a", "b")`.'
    bracketed = re.compile(r"\[(?P<items>[^\[\]\n]*\S[^\[\]\n]*)\]").match(stop.text, stop.at)
    if bracketed is not None:
        return say(stop, *bracketed.span(), sentence, f"({bracketed['items']})", safe=False)
    listed = _LISTED.match(stop.text, stop.at)
    if listed is None:
        return say(stop, stop.at, stop.at + len(stop.word), sentence, None)
    return say(stop, *listed.span(), sentence, f"({listed[0]})", safe=False)


_LISTED = re.compile(r'(?:"[^"\n]*"|[\w.]+)(?:\s*,\s*(?:"[^"\n]*"|\d[\w.-]*))*')


def _behind_context(stop: Stop) -> Problem | None:
    """`count(deal) at closed_on / won`: words of context end a formula."""
    said = _CONTEXT.search(stop.text, max(stop.start, stop.at - 80), stop.at)
    if stop.word not in {"+", "-", "*", "/"} or said is None or "LIMIT" in stop.expected:
        return None
    words = " ".join(said[0].split())
    sentence = f"`{words}` ends the formula and holds for all that stands before it."
    remedy = Fix(
        f"put the part that it belongs to in parentheses: `(… {words}) {stop.word} …`, or write it at the end"
    )
    return UnexpectedText(span=stop.span, sentence=sentence, mark="cannot follow", remedies=(remedy,))


_LOOKS: tuple[Callable[[Stop], Problem | None], ...] = (
    column_of_a_test,
    no_columns,
    empty_cell,
    length,
    moving_period,
    until,
    fiscal_year,
    range_of_periods,
    period_of_a_calendar,
    period_alone,
    in_a_period,
    *LOOKS,
    column_behind,
    named_by_a_path,
    *DECLARATIONS,
    *HEADS,
    block,
    opening,
    _quotes,
    _characters,
    *CONDITIONS,
    moving_value,
    *FORMULAS,
    _star,
    _moment,
    _list_without_parentheses,
    _signs,
    _decimal,
    _percent,
    _period,
    _is_something,
    _filtered,
    _words,
    _word_before,
    members,
    part_of_a_formula,
    _comma,
    _behind_context,
    _equals_missing,
)
