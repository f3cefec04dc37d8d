"""Traps of text: where engines differ in what is equal, in order, patterns and parts. Numbers are those of the list of traps."""

import pytest
from sqlglot import exp

from metricdsl.model.types import BOOLEAN, INTEGER, TEXT, Kind, ValueType
from metricdsl.spi.lowering import Operand
from tests.builtins.formulas import Literal, column


def test_37_text_compares_exactly(call, total):
    for other in ("ABC", "abc ", "ábc", "abc\t", ""):
        assert call("equal", column("abc", TEXT), column(other, TEXT)) is False, other
        assert call("in", column("abc", TEXT), column(other, TEXT), Literal("x", TEXT)) is False
    texts = ["abc", "ABC", "abc ", "ábc", "abc"]
    assert total("count_distinct", texts, TEXT) == 4
    assert total("min", ["b", "B", "á", "a"], TEXT) == "B"
    assert total("max", ["b", "B", "á", "a"], TEXT) == "á"
    assert call("less", column("Z", TEXT), column("a", TEXT)) is True
    assert call("less", column("z", TEXT), column("á", TEXT)) is True
    assert call("greatest", column("z", TEXT), column("Ä", TEXT)) == "Ä"


def test_37_a_column_that_ignores_case_compares_exactly(registry, engine):
    if engine.name != "sqlite":
        pytest.skip("SQLite lets a column say so")
    engine.connection.execute("create temp table cased (x text collate nocase)")
    engine.connection.execute("insert into cased values ('a'), ('A'), ('b')")
    emit = engine.emitter(registry)
    x = Operand(sql=exp.column("x"), type=TEXT)
    a = emit.constant("a", TEXT)
    for function in ("equal", "in"):
        sql = emit.call(function, x, a, result=BOOLEAN).sql.sql("sqlite")
        assert engine.rows(f"select count(*) from cased where {sql}") == [(1,)]
    distinct = emit.aggregate("count_distinct", [x], INTEGER).sql("sqlite")
    assert engine.rows(f"select {distinct}, {emit.aggregate('max', [x], TEXT).sql('sqlite')} from cased") == [
        (3, "b")
    ]


@pytest.mark.parametrize("wild", ["%", "_", "[a]", "*", "?", "\\", "'"])
def test_38_signs_of_patterns_are_letters(call, wild):
    assert call("contains", column("abc", TEXT), column(wild, TEXT)) is False
    assert call("starts_with", column("abc", TEXT), column(wild, TEXT)) is False
    assert call("ends_with", column("abc", TEXT), column(wild, TEXT)) is False
    for function in ("contains", "starts_with", "ends_with"):
        assert call(function, column(wild, TEXT), Literal(wild, ValueType(Kind.TEXT))) is True
    assert call("starts_with", column("Abc", TEXT), column("a", TEXT)) is False


def test_39_joined_texts_lengths_and_backslashes(call):
    assert call("concat", column("a", TEXT), column(None, TEXT)) is None
    assert call("length", column("赢单率", TEXT)) == 3
    assert call("length", column("a\\'b", TEXT)) == 4
    assert call("concat", column("\\", TEXT), Literal("\\n'", ValueType(Kind.TEXT))) == "\\\\n'"
    assert call("replace", column("a\\b", TEXT), column("\\", TEXT), column("/", TEXT)) == "a/b"


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("^a.c$", "abc", True),
        ("^a.c$", "a\nc", False),
        ("b$", "ab\n", False),
        ("[^a]", "\n", True),
        (r"\d+", "x12", True),
        (r"\w\s\w", "a b", True),
        (r"\.", "abc", False),
        ("a{2,3}", "baab", True),
        ("^(ab|cd)+$", "abcdab", True),
        ("[]x]", "]", True),
        ("[a-c]", "B", False),
        ("é", "é", True),
        (r"\d", "٣", False),
        ("", "", True),
        ("[+-]", "-", True),
        ("a|^b", "cb", False),
    ],
)
def test_patterns_mean_the_same(registry, engine, call, pattern, text, found):
    if engine.name == "sqlite":
        emit = engine.emitter(registry)
        emit.call("matches", emit.constant(text, TEXT), emit.constant(pattern, TEXT), result=BOOLEAN)
        assert [p.code for p in emit.problems] == ["D601"]
    else:
        assert call("matches", column(text, TEXT), Literal(pattern, ValueType(Kind.TEXT))) is found


@pytest.mark.parametrize("separator", [",", ", ", "-", "n", '"', "\\", "u0", "'", "a", "é"])
def test_parts_of_a_text(call, separator):
    for pieces in (["one", "", "three"], ['x\n"y"', "\\n", "1"], [""], ["only"]):
        text = separator.join(pieces)
        cut = text.split(separator)
        for n in range(1, 5):
            wanted = cut[n - 1] if n <= len(cut) else None
            assert (
                call(
                    "part",
                    column(text, TEXT),
                    Literal(separator, ValueType(Kind.TEXT)),
                    Literal(n, ValueType(Kind.INTEGER)),
                )
                == wanted
            )
