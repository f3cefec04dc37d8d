"""What people bring along from other languages: the sentence says what is meant, and the fix writes it."""

import pytest

from metricdsl.source import SourceFile
from metricdsl.syntax import read, read_query

QUERIES = [
    ("m during Q2 2026", "2026-Q2"),
    ("m during 2026 Q3", "2026-Q3"),
    ("m during March 2026", "2026-03"),
    ("m during 2026 dec", "2026-12"),
    ("m by month during the last 3 months", ""),
    ("m during since 2026-06", "2026-06 to today"),
    ("m during from 2026-06", "2026-06 to today"),
    ("m by e.a sort by m", ""),
    ("m by e.a and e.b", ","),
    ("m during last 12 mnths", "months"),
    ("m during last 2 quaters", "quarters"),
    ("m where max(e.t).year = 2026", "start_of(max(e.t), year)"),
    ("m where (e.a + 3 days). month = 2026-01-01", "start_of((e.a + 3 days), month)"),
]
TOLD = [
    ("m during 31/03/2026", "year first"),
    ("m during next month", "to come"),
    ("m during to 2026-07-02", "two ends"),
    ("m by month fill 0", "`empty 0`"),
    ("m during 2026 top 5", "`limit`"),
    ("m by e.a sort m desc offset 5", "`offset`"),
    ("m where e.a > 1_000", "plain digits"),
    ("m where e.a > 1k", "plain digits"),
    ("m where e.a > 1e3", "plain digits"),
]


def problem_of(text: str):
    [problem] = read_query(SourceFile.of("query", text)).problems
    assert problem.code == "S101"
    assert "__" not in problem.message()
    return problem


@pytest.mark.parametrize(("text", "instead"), QUERIES)
def test_the_fix_writes_what_is_meant(text, instead):
    [fix] = problem_of(text).fixes()
    [edit] = fix.edits
    assert edit.text == instead
    mended = text[: edit.span.start] + edit.text + text[edit.span.end :]
    assert read_query(SourceFile.of("query", mended)).problems == ()


@pytest.mark.parametrize(("text", "said"), TOLD)
def test_the_sentence_says_what_to_do(text, said):
    assert said in problem_of(text).message()


@pytest.mark.parametrize("text", ["m by e.v / 2", "m by month desc", "m by e.v > 0", "m sort m desc asc"])
def test_no_word_of_the_grammar_itself_is_shown(text):
    problem_of(text)


DECLARATIONS = [
    ('invariant "t" revenue >= 0\n', ":"),
    ('invariant "t" = revenue = 0 EUR\n', ":"),
    ('goal "t" revenue in 2026 = 3\n', ":"),
    ("entity o from os { key id : integer }\n", "\n  dimension id :"),
]


@pytest.mark.parametrize(("text", "instead"), DECLARATIONS)
def test_the_fix_of_a_declaration_writes_what_is_meant(text, instead):
    [problem] = read(SourceFile.of("d.metric", text)).problems
    [fix] = problem.fixes()
    [edit] = fix.edits
    assert edit.text == instead
    mended = text[: edit.span.start] + edit.text + text[edit.span.end :]
    if text.startswith("entity"):
        assert read(SourceFile.of("d.metric", mended)).problems == ()


def test_words_of_context_end_a_formula():
    [problem] = read(SourceFile.of("d.metric", "metric a = count(b) at c / d\n")).problems
    assert "`at c` ends the formula" in problem.message()
    assert "parentheses" in problem.fixes()[0].title
