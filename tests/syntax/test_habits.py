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
    ("m > 5 USD", "(5 as USD)"),
    ("m by month having m > 5.5 eur / month", "(5.5 as EUR / month)"),
    ("prior(m, 1 yr)", "1 year"),
    ("trailing(m, 28 d)", "28 days"),
    ("m where e.t > today - 3 mos", "3 months"),
    ("sum e.a", "sum(e.a)"),
    ("count distinct e.a by month", "count(distinct e.a)"),
    ("avg of e.a where e.v = 1", "avg(e.a)"),
    ("if m > 5 then 1 else 0", "if(m > 5, 1, 0)"),
    ("if (m > 5) then n + 1 else 0 end, n", "if(m > 5, n + 1, 0)"),
    ("coalesce(case when m > 5 then 1 when m > 3 then 2 else 0 end, 7)", "case(m > 5, 1, m > 3, 2, 0)"),
    ("abs(m > 5 ? 1 : 0)", "if(m > 5, 1, 0)"),
    ("m > 5 ? 1 : 0", "if(m > 5, 1, 0)"),
    ("m % 2", "(m - 2 * floor(m / 2))"),
    ("abs(m / n %)", "as share"),
    ("m last month", "during last month"),
    ("m by e.a this year", "during this year"),
    ("m by month in 2026", "during 2026"),
    ("m for last 3 months", "during last 3 months"),
]
TOLD = [
    ("f(m > 5, m > 3 ? 1 : 0)", "if(condition, value, otherwise)"),
    ("m %", "`as share`"),
    ("report r", "by its name alone"),
    ("m during 31/03/2026", "year first"),
    ("m during next month", "to come"),
    ("m during to 2026-07-02", "two ends"),
    ("m by month fill 0", "`empty 0`"),
    ("m during 2026 top 5", "`limit`"),
    ("m by e.a sort m desc offset 5", "`offset`"),
    ("m where e.a > 1e6", "plain digits"),
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
    ("entity o from os { key id  measure a : integer }\n", "fact"),
    ("entity o from os { key id  column a : text }\n", "dimension"),
    ("entity o from os { key id  field a : date }\n", "time"),
    ("metric a : USD per month = b\n", "/"),
    ("metric a(m) = m\n", "define"),
    ("define a = b\n", "metric"),
    ('event "e" on 2026-03 { affects a }\n', "2026-03-01"),
    ('event "e" on 2026 { affects a }\n', "2026-01-01"),
    ("goal a >= 5 USD for 2026\n", "5"),
    ("param p = 100 USD\n", " : money(USD) = 100"),
    ("param p : money(USD) = 100 USD\n", "100"),
    ("metric a = if b > 5 then 1 else 0\n", "if(b > 5, 1, 0)"),
    ("metric a = b > 5 ? 1 : 0\n", "if(b > 5, 1, 0)"),
]


@pytest.mark.parametrize(("text", "instead"), DECLARATIONS)
def test_the_fix_of_a_declaration_writes_what_is_meant(text, instead):
    [problem] = read(SourceFile.of("d.metric", text)).problems
    [fix] = problem.fixes()
    [edit] = fix.edits
    assert edit.text == instead
    mended = text[: edit.span.start] + edit.text + text[edit.span.end :]
    if not text.startswith("invariant") and not text.startswith('goal "'):
        assert read(SourceFile.of("d.metric", mended)).problems == ()


def test_words_of_context_end_a_formula():
    [problem] = read(SourceFile.of("d.metric", "metric a = count(b) at c / d\n")).problems
    assert "`at c` ends the formula" in problem.message()
    assert "parentheses" in problem.fixes()[0].title


OF_A_QUESTION = [
    ("metric a = b by month\n", "metric a = b\n", None),
    ('metric a = b by e.a, month { about "x" }\n', 'metric a = b { about "x" }\n', None),
    ("metric a = b last month\n", "metric a = b\n", "metric a = prior(b, 1 month)\n"),
    ("metric a = b / c for last 30 days\n", "metric a = b / c\n", "metric a = trailing(b / c, 30 days)\n"),
    ("metric a = b YTD\n", "metric a = b\n", "metric a = to_date(b, year)\n"),
    ("metric a = b this quarter\n", "metric a = b\n", "metric a = to_date(b, quarter)\n"),
    ("metric a = b in 2026\n", "metric a = b\n", None),
    ("metric a = b during 2026-01 to 2026-03\n", "metric a = b\n", None),
]


@pytest.mark.parametrize(("text", "without", "moved"), OF_A_QUESTION)
def test_what_belongs_to_a_question_is_taken_out_of_a_metric(text, without, moved):
    [problem] = read(SourceFile.of("d.metric", text)).problems
    edits = [edit for fix in problem.fixes() for edit in fix.edits]
    written = [text[: edit.span.start] + edit.text + text[edit.span.end :] for edit in edits]
    assert written == [without, *([] if moved is None else [moved])]
    assert all(read(SourceFile.of("d.metric", one)).problems == () for one in written)


def test_a_fiscal_year_of_a_goal_is_written_by_its_ends():
    for text in ("goal a >= 5 for fiscal.2026\n", "goal a >= 5 for fiscal 2026\n"):
        [problem] = read(SourceFile.of("d.metric", text)).problems
        assert "`for 2026-04 to 2027-03`" in problem.message()
        assert problem.fixes() == ()


@pytest.mark.parametrize(
    ("written", "mended"),
    [
        (
            "entity e from t { key a; dimension b : text;dimension c : text }",
            "key a dimension b : text dimension c",
        ),
        ("metric m = count(e where a&&b)", "a and b"),
        ("metric m = count(e where `a`&&`b`)", "`a` and `b`"),
        ("metric m = count(e);", "count(e)"),
    ],
)
def test_what_is_put_in_joins_no_words(written, mended):
    text = written
    for _ in range(5):
        problems = read(SourceFile.of("a.metric", text)).problems
        if not problems:
            break
        (edit,) = problems[0].fixes()[0].edits
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    assert not read(SourceFile.of("a.metric", text)).problems
    assert mended in text
