"""Laws of reading and formatting: nothing changes what was said, nothing written is lost, no text leads to an exception."""

import re
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metricdsl.source import SourceFile
from metricdsl.syntax import format_document, format_query, read, read_query
from metricdsl.syntax import nodes as n
from tests.syntax.documents import queries
from tests.syntax.whole_documents import documents

pytestmark = pytest.mark.timeout(900)

CORPUS = sorted(Path(__file__).parent.parent.joinpath("syntax", "corpus").glob("*.metric"))
TOKEN = re.compile(r'"(?:\\.|[^"\\\n])*"|`[^`\n]*`|#[^\n]*|[^\W\d]\w*|\d[\w.%-]*|[<>!]=|\S')


def reading(text):
    source = SourceFile.of("law.metric", text)
    outcome = read(source)
    for problem in outcome.problems:
        assert problem.message()
        assert problem.span is not None
        assert 0 <= problem.span.start <= problem.span.end <= len(source.text)
        for fix in problem.fixes():
            assert all(0 <= edit.span.start <= edit.span.end <= len(source.text) for edit in fix.edits)
    return outcome


@lru_cache
def undamaged(path):
    """The declarations of a file of the corpus (read once: damage is done hundreds of times)."""
    return reading(path.read_text(encoding="utf-8")).value.declarations


@given(documents)
@settings(max_examples=150, deadline=None)
def test_what_is_formatted_is_read_as_it_was(document):
    text = format_document(document)
    outcome = reading(text)
    assert not outcome.problems, (text, outcome.problems[0])
    assert outcome.value == document, text
    assert format_document(outcome.value) == text


@given(queries)
@settings(max_examples=100, deadline=None)
def test_a_formatted_query_is_read_as_it_was(query):
    text = format_query(query)
    outcome = read_query(SourceFile("q", text))
    assert not outcome.problems, (text, outcome.problems[0])
    assert outcome.value == query, text
    assert [c.text for c in outcome.value.columns] == [c.text for c in query.columns], text
    assert format_query(outcome.value) == text


@given(st.data(), st.sampled_from(CORPUS))
@settings(max_examples=60, deadline=None)
def test_comments_and_blank_lines_anywhere_are_kept(data, path):
    """Comments and blank lines put between any two words of a file are all there after formatting, and it is stable."""
    text = path.read_text(encoding="utf-8")
    for place in sorted(data.draw(st.lists(st.integers(0, 10**6), max_size=6)), reverse=True):
        ends = [m.end() for m in TOKEN.finditer(text) if not m[0].startswith("#")]
        at = ends[place % len(ends)]
        text = (
            text[:at] + data.draw(st.sampled_from((f"  # c{place}\n", f"\n\n  # c{place}\n\n"))) + text[at:]
        )
    before = reading(text)
    formatted = format_document(before.value)
    after = reading(formatted)
    assert after.value == before.value, formatted
    assert sorted(c for _, c in after.value.comments) == sorted(c for _, c in before.value.comments)
    assert format_document(after.value) == formatted


def damaged(text, data):
    """The text with one of its words left out, doubled, swapped with the next, or cut off there; and where."""
    tokens = [m for m in TOKEN.finditer(text) if not m[0].startswith("#")]
    i = data.draw(st.integers(0, len(tokens) - 2))
    here, following = tokens[i], tokens[i + 1]
    other = data.draw(
        st.sampled_from(
            ("(", "}", '"', "`", ",", "=", "metric", "where", "and", "'", "é", "\x00", "1", "|", "#", "--")
        )
    )
    match data.draw(st.sampled_from(("leave out", "insert", "replace", "swap"))):
        case "leave out":
            return text[: here.start()] + text[here.end() :], here.start()
        case "insert":
            return f"{text[: here.start()]}{other} {text[here.start() :]}", here.start()
        case "replace":
            return text[: here.start()] + other + text[here.end() :], here.start()
        case _:
            swapped = following[0] + text[here.end() : following.start()] + here[0]
            return text[: here.start()] + swapped + text[following.end() :], here.start()


@given(st.data(), st.sampled_from(CORPUS))
@settings(max_examples=120, deadline=None)
def test_one_damaged_word_hides_no_other_declaration(data, path):
    whole = path.read_text(encoding="utf-8")
    text, _ = damaged(whole, data)
    outcome = reading(text)
    if "\0" in text:
        assert [p.code for p in outcome.problems] == ["S105"]
        return
    # one declaration is damaged, a second one where a keyword was
    before = list(undamaged(path))
    after = list(outcome.value.declarations)
    survived = sum(1 for declaration in before if declaration in after)
    assert survived >= len(before) - 2, [p.message() for p in outcome.problems]
    assert survived >= 0.9 * (len(before) - 1) - 1
    formatted = format_document(outcome.value)
    assert reading(formatted).value == outcome.value, formatted


@given(st.data(), st.sampled_from(CORPUS))
@settings(max_examples=100, deadline=None)
def test_half_a_file_is_read_as_far_as_it_goes(data, path):
    whole = path.read_text(encoding="utf-8")
    text = whole[: data.draw(st.integers(0, len(whole)))]
    outcome = reading(text)
    before, after = undamaged(path), outcome.value.declarations
    complete = max(0, len(after) - 1)
    assert after[:complete] == before[:complete]
    assert len(outcome.problems) <= 1


@given(st.text(max_size=80))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_or_refused_in_words(text):
    reading(text)
    read_query(SourceFile.of("q", text))


words = st.sampled_from(
    [
        "entity",
        "metric",
        "test",
        "given",
        "expect",
        "report",
        "goal",
        "baseline",
        "event",
        "for",
        "where",
        "at",
        "(",
        ")",
        "{",
        "}",
        "[",
        ",",
        ":",
        "=",
        "!=",
        '"',
        "`",
        "|",
        "1",
        "50%",
        "2026-01-01",
        "2026-Q1",
        "3",
        "days",
        "a",
        "b.c",
        "#",
        "-",
        "--",
        "+",
        "not",
        "in",
        "is",
        "null",
        "\n",
        "\nmetric",
        "\n\n",
    ]
)


@given(st.lists(words, max_size=30).map(" ".join))
@settings(max_examples=120, deadline=None)
def test_any_words_are_read_or_refused_and_formatting_is_stable(text):
    outcome = reading(text)
    formatted = format_document(outcome.value)
    again = reading(formatted)
    assert again.value == outcome.value, formatted
    assert format_document(again.value) == formatted


@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.stem)
def test_the_corpus_is_read(path):
    outcome = reading(path.read_text(encoding="utf-8"))
    assert not outcome.problems
    assert not any(isinstance(d, n.Broken) for d in outcome.value.declarations)
