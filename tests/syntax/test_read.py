"""Reading: nodes, places, names, limits."""

import subprocess
import sys
from datetime import date
from decimal import Decimal

import pytest

import metricdsl
from metricdsl.source import SourceFile
from metricdsl.syntax import nodes as n
from metricdsl.syntax import read, read_bytes, read_query
from metricdsl.syntax.scan import MOST_LEVELS


def declared(text):
    outcome = read(SourceFile.of("f.metric", text))
    assert not outcome.problems, [p.message() for p in outcome.problems]
    return outcome.value.declarations


def formula(text):
    return declared(f"metric m = {text}")[0].formula


def codes(text):
    return [p.code for p in read(SourceFile.of("f.metric", text)).problems]


def show(node):
    """A formula with all its parentheses."""
    match node:
        case n.Name():
            return node.text
        case n.Number() | n.Percent():
            return str(node.value)
        case n.Binary():
            return f"({show(node.left)} {node.operator} {show(node.right)})"
        case n.Negation():
            return f"(-{show(node.operand)})"
        case n.Not():
            return f"(not {show(node.operand)})"
        case n.Comparison():
            return "(" + show(node.first) + "".join(f" {sign} {show(x)}" for sign, x in node.rest) + ")"
        case n.InContext():
            return f"[{show(node.body)} " + " ".join(type(w).__name__.lower() for w in node.words) + "]"
        case n.Call():
            return f"{node.function}({', '.join(show(a.value) for a in node.arguments)})"
        case _:
            return type(node).__name__


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a - b - c", "((a - b) - c)"),
        ("a - (b - c)", "(a - (b - c))"),
        ("a + b * c / d", "(a + ((b * c) / d))"),
        ("-a * b", "((-a) * b)"),
        ("- -a", "(-(-a))"),
        ("not a = b and c or d", "(((not (a = b)) and c) or d)"),
        ("a <= b <= c", "(a <= b <= c)"),
        ("((a))", "a"),
        ("a / b at x", "[(a / b) at]"),
        ("count(a at x) / count(b at y)", "(count([a at]) / count([b at]))"),
        ("a where b and c at d", "[a where at]"),
        ("(a at x) + b", "([a at] + b)"),
        ("a where b = c per (d, e) having f > 1 as share", "[a where per having as]"),
        ("trailing(a, 28 days) + 2026-01", "(trailing(a, DurationLiteral) + PeriodLiteral)"),
        ("1000-10", "(1000 - 10)"),
        ("2026-01-31", "DateLiteral"),
        ("50%", "0.50"),
        ("core.yoy(a)", "core.yoy(a)"),
    ],
)
def test_what_binds_to_what(text, shown):
    assert show(formula(text)) == shown


def test_literals():
    items = formula(
        '(1.50, 7%, "a\\"b\\n\\d", 2026-02-28, 2026-Q3, 2026-W05, 2024-11, 1 year, 1.5 hours, true, false, null)'
    ).items
    assert [type(i).__name__ for i in items[-3:]] == ["Boolean", "Boolean", "Null"]
    assert items[0].value == Decimal("1.50")
    assert items[1].value == Decimal("0.07")
    assert items[2].value == 'a"b\n\\d'
    assert items[3].value == date(2026, 2, 28)
    assert [(i.grain, i.year, i.ordinal) for i in items[4:7]] == [
        ("quarter", 2026, 3),
        ("week", 2026, 5),
        ("month", 2024, 11),
    ]
    assert [(i.amount, i.unit) for i in items[7:9]] == [(Decimal(1), "year"), (Decimal("1.5"), "hour")]


def test_a_percentage_is_exact_whatever_its_length():
    assert formula("1." + "123456789" * 9 + "%").value == Decimal("0.01" + "123456789" * 9)


def test_tokens_that_trees_lose():
    call = formula("f(distinct a, a, that: b)")
    assert [(a.distinct, a.name) for a in call.arguments] == [(True, None), (False, None), (False, "that")]
    assert isinstance(formula("not a"), n.Not)
    assert isinstance(formula("-a"), n.Negation)
    assert [formula(f"a {sign} b").operator for sign in "+-*/"] == list("+-*/")
    membership = formula("a not in (1, 2)")
    assert (membership.negated, len(membership.items)) == (True, 2)
    assert [formula(t).negated for t in ("a is null", "a is not null")] == [False, True]


def test_places_are_of_the_whole_text():
    text = '# first\n\nmetric a = 1\n\n  metric b "B" = sum(order.amount where (x)) at y  # c\n'
    source = SourceFile.of("f.metric", text)
    _, b = read(source).value.declarations
    assert source.slice(b.span) == 'metric b "B" = sum(order.amount where (x)) at y'
    assert source.slice(b.name_span) == "b"
    assert source.slice(b.formula.span) == "sum(order.amount where (x)) at y"
    call = b.formula.body
    assert source.slice(call.function_span) == "sum"
    assert source.slice(call.arguments[0].span) == "order.amount where (x)"
    assert source.slice(call.arguments[0].value.words[0].condition.span) == "(x)"
    assert [(source.slice(s), t) for s, t in read(source).value.comments] == [
        ("# first", "# first"),
        ("# c", "# c"),
    ]


def test_names_are_composed_and_without_their_quotes():
    (metric,) = declared("metric `net revenue` = cafe\u0301.`a b`.客户")
    assert metric.name == "net revenue"
    assert metric.formula.parts == ("caf\u00e9", "a b", "客户")
    assert type(metric.formula.parts[0]) is str


def test_columns_of_a_query_are_called_as_written():
    outcome = read_query(
        SourceFile.of(
            "q",
            'a  /\n b # why\n , size: c/d, (x at y), `net w`, coalesce(t, "two  blanks") by age(d,  month), o.r',
        )
    )
    assert [(c.name, c.text) for c in outcome.value.columns] == [
        (None, "a / b"),
        ("size", "c/d"),
        (None, "(x at y)"),
        (None, "net w"),
        (None, 'coalesce(t, "two  blanks")'),
    ]
    assert [g.text for g in outcome.value.by] == ["age(d, month)", "o.r"]


def test_conditions_of_a_query_are_anded_and_other_clauses_stand_once():
    query = read_query(SourceFile.of("q", "a where b limit 3 where c or d")).value
    assert show(query.where) == "(b and (c or d))"
    twice = read_query(SourceFile.of("q", "a by b by c limit 1 limit 2"))
    assert [p.code for p in twice.problems] == ["S109", "S109"]
    assert twice.value is None


@pytest.mark.parametrize(
    ("text", "during"),
    [
        (
            "last 12 months",
            n.During(
                relative="last",
                span_of=n.DurationLiteral(amount=Decimal(12), unit="month", span=None),
                span=None,
            ),
        ),
        ("last month", n.During(relative="last", span_of="month", span=None)),
        ("this quarter", n.During(relative="this", span_of="quarter", span=None)),
        ("2026", n.During(start=n.Number(value=Decimal(2026), span=None), span=None)),
        (
            "2026-01-01 to",
            n.During(start=n.DateLiteral(value=date(2026, 1, 1), span=None), open_end=True, span=None),
        ),
    ],
)
def test_during(text, during):
    assert read_query(SourceFile.of("q", f"a during {text} by month")).value.during == during


@pytest.mark.parametrize(
    "word",
    [
        "time",
        "key",
        "goal",
        "limit",
        "by",
        "sort",
        "at",
        "per",
        "where",
        "having",
        "fill",
        "during",
        "compare",
        "join",
        "fact",
        "dimension",
        "label",
        "about",
        "default",
        "desc",
        "to",
        "in",
        "is",
        "and",
        "or",
        "stock",
        "spread",
        "snapshot",
        "valid",
        "values",
        "last",
        "this",
        "prior",
        "every",
        "metric",
        "test",
        "use",
        "source",
        "report",
        "asc",
        "via",
        "while",
        "as",
        "on",
        "of",
        "from",
        "for",
        "each",
        "affects",
        "control",
        "metrics",
        "year",
        "quarter",
        "event",
        "unit",
        "open",
        "month",
    ],
)
def test_a_column_may_be_called_like_a_word(word):
    declared(
        f"entity e from t {{ key {word}  time {word} : date  dimension {word} : text  fact {word} = a  join {word} on {word} }}"
    )
    declared(f"source {word} from t {{ a = b where {word} > 1 }}")
    declared(f"metric {word} = sum(e.{word} where e.{word} > 1) at e.{word}")
    assert read_query(
        SourceFile.of(
            "q", f"a by e.{word}, {word} where {word if word not in _LITERAL else 'x'} = 1 sort {word} desc"
        )
    ).value


_LITERAL = {"not", "every"}


def test_declarations_may_be_indented_or_on_one_line():
    text = "\n    entity a from t { key x  dimension d : text }\n    metric b =\n      count(a)\n      / 2\n    metric c = b\n"
    assert [d.name for d in declared(text)] == ["a", "b", "c"]


def test_a_broken_declaration_hides_no_other():
    text = 'metric a = (1\nmetric b = 2\nentity e {\n key x\nmetric c = "un\nmetric d = 4 }\ngoal g >= >= 3\nmetrik f = 1\nmetric h = 5\n'
    outcome = read(SourceFile.of("f", text))
    assert [p.code for p in outcome.problems] == ["S103", "S103", "S102", "S103", "S101", "S104"]
    kinds = [(type(d).__name__, d.name) for d in outcome.value.declarations]
    assert kinds == [
        ("Broken", "a"),
        ("MetricDecl", "b"),
        ("Broken", "e"),
        ("Broken", "c"),
        ("Broken", "d"),
        ("Broken", ""),
        ("Broken", "f"),
        ("MetricDecl", "h"),
    ]


def test_properties_and_tables_may_begin_a_line_with_a_keyword():
    text = 'metric m = 1 {\nsource "the handbook"\nowner "x"\n}\ntest "t" {\ngiven e {\nmetric, test\n| 1, 2\n}\nexpect m {\nm\n| 1\n}\n}\n'
    metric, test = declared(text)
    assert [p.word for p in metric.properties] == ["source", "owner"]
    assert [c.text for c in test.given[0].columns] == ["metric", "test"]


# ---------------------------------------------------------------- limits and bytes


def test_depth_is_limited():
    for opening, closing in (("(", ")"), ("f(", ")"), ("(a, ", ")"), ("a in (", ")")):
        fine, deep = MOST_LEVELS, MOST_LEVELS + 1
        assert codes(f"metric m = {opening * fine}b{closing * fine}") == [], opening
        assert codes(f"metric m = {opening * deep}b{closing * deep}") == ["S107"], opening
    assert codes("metric m = " + "(" * 10_000 + "\nmetric k = 1") == ["S107"]
    for chain in ("a + ", "a or ", "not ", "- ", "a * ", "a and not "):
        assert codes(f"metric m = {chain * 10_000}b") == ["S107"], chain
        assert codes(f"metric m = {chain * 90}b") == [], chain
    for chain in ("a + ", "a - ", "a + b - c - ", "a or ", "a * ", "a and not "):  # long, and not deep
        assert codes(f"metric m = {chain * 1_000}b") == [], chain
    assert codes("metric m = a in (" + "1, " * 10_000 + "1)") == []


def test_bytes():
    def said(data, limit=1000):
        outcome = read_bytes("f.metric", data, limit)
        return [p.code for p in outcome.problems], [d.name for d in outcome.value.declarations]

    assert said("\ufeffmetric é = 1\r\nmetric b = 2\r\n".encode()) == ([], ["é", "b"])
    assert said(b"metric \xff = 1") == (["S105"], [])
    assert said("metric a = 1".encode("utf-16")) == (["S105"], [])
    assert said(b"metric a = 1\0") == (["S105"], [])
    assert said(bytes(range(256))) == (["S105"], [])
    assert said(b"#" * 1001) == (["S106"], [])
    assert said(b"#" * 1000) == ([], [])
    assert said("é".encode() * 1000)[0] == ["S101"]
    assert said(b"#" * 1_000_000) == (["S106"], [])


def test_nothing_is_loaded_before_something_is_read():
    code = "import sys, metricdsl.syntax, metricdsl.diagnostics.report; assert 'lark' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_several_threads_may_read():
    from concurrent.futures import ThreadPoolExecutor

    def one(i):
        text = f"metric m{i} = {' + '.join(f'a{i}' for _ in range(50))}\nmetric k{i} = 2026-02-30\n"
        outcome = read(SourceFile(f"f{i}", text))
        return [d.name for d in outcome.value.declarations], [p.span.file for p in outcome.problems]

    with ThreadPoolExecutor(4) as pool:
        for i, (names, files) in enumerate(pool.map(one, range(60))):
            assert names == [f"m{i}", f"k{i}"]
            assert files == [f"f{i}"]


def test_a_declaration_that_could_not_be_read_holds_its_problem():
    """Where the character that stopped the reading looks like a blank: a query that needs the entity tells it."""
    document = read(
        SourceFile.of("d.metric", "entity order from orders \x1e\nmetric orders = count(order)\n")
    )
    broken = document.value.declarations[0]
    [problem] = document.problems
    assert broken.span.start <= problem.span.start < problem.span.end <= broken.span.end
    compiled = metricdsl.compile("entity order from orders \x1e\nmetric orders = count(order)\n", "orders")
    assert [p.code for p in compiled.problems] == ["S101"]
