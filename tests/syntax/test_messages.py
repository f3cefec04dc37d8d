"""What is said about wrong text, and what the fixes make of it."""

import re

import pytest

from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problems import syntax as problems
from metricdsl.source import SourceFile
from metricdsl.syntax import read, read_query


def applied(text, fix):
    for edit in sorted(fix.edits, key=lambda e: e.span.start, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


# wrong text, code, the marked text, what the first fix makes of it (None: no edit); `=` in front of the last: it reads cleanly
WRONG = [
    ("metric a = x == 3", "S101", "==", "=metric a = x = 3"),
    ("metric a == 3", "S101", "==", "=metric a = 3"),
    ("metric a := 3", "S101", ":=", "=metric a = 3"),
    ("metric a = x <> 3", "S101", "<>", "=metric a = x != 3"),
    ("metric a = x => 3", "S101", "=>", "=metric a = x >= 3"),
    ("metric a = x = 'won'", "S101", "'won'", '=metric a = x = "won"'),
    ("metric a = x = “won”", "S101", "“won”", '=metric a = x = "won"'),
    ("metric a = count(o where s AND t)", "S101", "AND", "=metric a = count(o where s and t)"),
    ("metric a = count(o where NOT t)", "S101", "NOT", "=metric a = count(o where not t)"),
    (
        "metric a = count(o where s IS NOT NULL)",
        "S101",
        "IS NOT NULL",
        "=metric a = count(o where s is not null)",
    ),
    ("metric a = if(s is 3, 1, 2)", "S101", "is", "=metric a = if(s = 3, 1, 2)"),
    ("metric a = count(o filter x)", "S101", "filter", "=metric a = count(o where x)"),
    ("metric a = count(*)", "S101", "*", None),
    ("metric a = b;", "S101", ";", "=metric a = b"),
    ("metric a = b // c", "S101", "//", "=metric a = b # c"),
    ("metric a = b -- c", "S101", "--", "=metric a = b # c"),
    ("metric a = f(b, c,)", "S101", ",", "=metric a = f(b, c)"),
    ("metric a = sum(x wher y)", "S101", "wher", "=metric a = sum(x where y)"),
    ("metric a = b c", "S101", "c", None),
    ("metric a sum(b)", "S101", "sum", "=metric a = sum(b)"),
    ("metric = 5", "S101", "=", None),
    ("metric a =", "S101", "=", None),
    ("metric a = .5", "S101", ".5", "=metric a = 0.5"),
    ("metric a = 30 %", "S101", " %", "=metric a = 30%"),
    ("metric a = b\u00a0+ c", "S101", "\u00a0", "=metric a = b + c"),
    ("metric a = b，c", "S101", "，", "metric a = b,c"),
    ("metric a = b ≤ c", "S101", "≤", "=metric a = b <= c"),
    ("metric a = !b", "S101", "!", "=metric a = not b"),
    ("metric a = x between 1 and 2", "S101", "x between 1 and 2", "=metric a = 1 <= x <= 2"),
    ('metric a = x like "a"', "S101", 'x like "a"', '=metric a = x = "a"'),
    ("metric a = case when x then y", "S101", "when", None),
    ("metric a = x in [1]", "S101", "[1]", "=metric a = x in (1)"),
    ("metric a = x > 2026-01-10T10:00", "S101", "2026-01-10T10:00", None),
    ("metric a = b metric c = d", "S101", "metric", "=metric a = b \nmetric c = d"),
    ("entity e from t { dimenson x : text }", "S101", "dimenson", "=entity e from t { dimension x : text }"),
    (
        "entity e from t { key a, dimension x : text }",
        "S101",
        ",",
        "=entity e from t { key a dimension x : text }",
    ),
    ("report r = a, by month", "S101", ",", "=report r = a by month"),
    ("report r = a group by month", "S101", "group by", "=report r = a by month"),
    ("report r = a order by a", "S101", "order by", "=report r = a sort a"),
    ("report r = select a", "S101", "select ", "=report r = a"),
    ("report r = a from orders", "S101", "from", None),
    ("report r = a as b by c", "S101", "as", "=report r = b: a by c"),
    ("report r = a at b by c", "S101", "at", None),
    ("report r = a limit 3.5", "S101", "3.5", None),
    ("foo", "S101", "foo", None),
    ('metric a = "abc', "S102", '"abc', '=metric a = "abc"'),
    ('metric a = f(b, "c), 0)', "S102", '"c), 0)', 'metric a = f(b, "c"), 0)'),
    ("metric a = `abc", "S102", "`abc", "=metric a = `abc`"),
    ("metric a = (1 + 2", "S103", "(", "=metric a = (1 + 2)"),
    ("metric a = 1 + 2)", "S103", ")", "=metric a = 1 + 2"),
    ("metric a = sum(a}", "S103", "}", "=metric a = sum(a)"),
    ("entity e from t {\n  key a", "S103", "{", "=entity e from t {\n  key a\n}"),
    ("metrik a = 1", "S104", "metrik", "=metric a = 1"),
    ("metric a = x > 2026-02-30", "S108", "2026-02-30", None),
    ("metric a = x > 2026-1-5", "S108", "2026-1-5", "=metric a = x > 2026-01-05"),
    ("metric a = x > 2026-W54", "S108", "2026-W54", None),
    ("report r = a during 2026-13", "S108", "2026-13", None),
    ("report r = a during 2026-Q5", "S108", "2026-Q5", None),
    ("report r = a limit 1 limit 2", "S109", "limit 2", None),
    ("goal g => 3", "S101", "=>", "=goal g >= 3"),
    ("goal g >= 3 fo 2026", "S101", "fo", "=goal g >= 3 for 2026"),
    ("goal g >= 3 for 2026-13", "S108", "2026-13", None),
    ("goal g >= 3 for 2026 for 2027", "S109", "for 2027", None),
    ("goal g >= 3 {\n  from 1\n}", "S101", "}", None),
    ("invariant a = b by month by day", "S101", "by", None),
    ("event 2026-03-01", "S101", "2026-03-01", None),
    ('event "a" 2026-03-01', "S101", "2026-03-01", '=event "a" on 2026-03-01'),
    ('event "a" on 2026-02-30', "S108", "2026-02-30", None),
    (
        'event "a" on 2026-03-01 { contrl r = "US" }',
        "S101",
        "contrl",
        '=event "a" on 2026-03-01 { control r = "US" }',
    ),
    ("scorecard s { by month }", "S101", "s", None),
    ("scorecard s { metrics a  by b  by c }", "S109", "by c", None),
    ("param p 30", "S101", "30", "=param p = 30"),
    ("param = 30", "S101", "=", None),
    ("unit u = byte", "S101", "byte", None),
    ("rates r from t by week { day d }", "S101", "week", None),
    ("rates r from t by month { day d }", "S101", "{", None),
    ("calendar c { year starts 02-29 }", "S101", "02-29", None),
    ("calendar c { year startz 02-01 }", "S101", "startz", "=calendar c { year starts 02-01 }"),
    ("calendar c { quarter 4-4-0 }", "S101", "4-4-0", None),
    ("calendar c { hours monday 09:00 to 24:30 }", "S101", "24:30", None),
    ("calendar c { hours monday 9:75 to 12:00 }", "S101", "9:75", None),
    (
        "calendar c { hours monday 09:00-17:30 }",
        "S101",
        "-",
        "=calendar c { hours monday 09:00 to 17:30 }",
    ),
    ("calendar c { hours monday 9am to 12:00 }", "S101", "9am", "calendar c { hours monday 09:00 to 12:00 }"),
    (
        "calendar c { hours monday from 9:00 to 12:00 }",
        "S101",
        "from",
        "=calendar c { hours monday  9:00 to 12:00 }",
    ),
    ("calendar c { holidays 2026-12-24 to 2026-12-28 }", "S101", "to", None),
    ("calendar c { hours monday }", "S101", "}", None),
    (
        "calendar c { houres monday 09:00 to 12:00 }",
        "S101",
        "houres",
        "=calendar c { hours monday 09:00 to 12:00 }",
    ),
    ("calendar c { holidays 2026-02-30 }", "S108", "2026-02-30", None),
    ("calendar c { holidays 2026-12-24 12:00 }", "S101", "}", None),
    ("policy opened on e", "S101", "opened", "=policy open on e"),
    ("policy on e { }", "S101", "}", None),
    ("polcy on e { a = context.a }", "S104", "polcy", "=policy on e { a = context.a }"),
    ("gaol g >= 3", "S104", "gaol", "=goal g >= 3"),
]


@pytest.mark.parametrize(("text", "code", "marked", "fixed"), WRONG, ids=[w[0] for w in WRONG])
def test_a_wrong_text_is_told_and_mended(text, code, marked, fixed):
    source = SourceFile.of("f.metric", text)
    (problem,) = read(source).problems
    assert problem.code == code
    assert source.slice(problem.span) == marked
    assert problem.message().endswith((".", "?"))
    edits = [fix for fix in problem.fixes() if fix.edits]
    if fixed is None:
        assert not edits
        return
    assert applied(text, edits[0]) == fixed.removeprefix("=")
    if fixed.startswith("="):
        assert not read(SourceFile.of("f.metric", fixed[1:])).problems


@pytest.mark.parametrize("text", ["", "  # nothing", "sum(", "a by", "values", "a,", "a where", "a b"])
def test_an_incomplete_query_is_told(text):
    (problem,) = read_query(SourceFile.of("q", text)).problems
    assert problem.span is not None
    assert "query" in problem.message() or problem.message()


def test_no_message_speaks_of_the_machinery():
    said = " ".join(
        f"{p.message()} {p.label()} {p.reason()} {' '.join(f.title for f in p.fixes())}"
        for text, *_ in WRONG
        for p in read(SourceFile.of("f", text)).problems
    )
    assert not re.search(
        r"(?i)\b(token|pars\w+|ast|syntax|node|lexer|terminal|EOF|RPAR|LBRACE|\$END)\b", said
    )


PAGES = [c for c in vars(problems).values() if isinstance(c, type) and getattr(c, "code", "").startswith("S")]


@pytest.mark.parametrize("page", PAGES, ids=lambda c: c.code)
def test_the_example_of_a_page_raises_it_and_the_other_does_not(page):
    parts = re.split(r"^\s*## (Why|Example|Instead)$", page.__doc__, flags=re.MULTILINE)
    assert parts[1::2] == ["Why", "Example", "Instead"]
    for heading, body in zip(parts[3::2], parts[4::2], strict=True):
        for block in re.findall(r"```metric\n(.*?)```", body, re.DOTALL):
            lines = block.splitlines()
            text = "\n".join(line.removeprefix("    ") for line in lines)
            codes = [p.code for p in read(SourceFile.of("page", text)).problems]
            assert codes == ([page.code] if heading == "Example" else [])


def test_near_names():
    names = ["win_rate", "won_revenue", "account.region", "rep.team", "Where", "a_b"]
    assert near("win_rte", names)[0] == "win_rate"
    assert near("WinRate", names)[0] == "win_rate"
    assert near("wehre", names) == ("Where",)
    assert near("region", names) == ("account.region",)
    assert near("AB", names) == ("a_b",)
    assert near("zzz", names) == ()
    assert near("", names) == ()
    assert near("win_rate", names) == ()
    assert len(near("aaaa", [f"aaa{c}" for c in "bcdefg"])) == 3
