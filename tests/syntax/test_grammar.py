"""The grammar: no conflict, no two terminals for one text, tables that belong to it."""

import json
import re
from pathlib import Path

import lark
import pytest

from metricdsl.source import SourceFile
from metricdsl.syntax import format_words, grammar, reader, split
from metricdsl.syntax.names import in_ascii
from metricdsl.syntax.parser import save_tables

DEFINITIONS = Path(__file__).parents[2] / "definitions"
interegular = pytest.importorskip("interegular")


@pytest.fixture(scope="module")
def strict():
    return lark.Lark(grammar.grammar_text(), strict=True, **grammar.GRAMMAR_OPTIONS)


def test_it_has_no_conflict_and_no_colliding_terminals(strict):
    assert strict.rules


def test_an_equals_sign_of_a_definition_never_meets_one_of_a_comparison(strict):
    for accepts in strict.parser.parser._parse_table.states.values():
        assert not {"EQUAL", "COMPARE"} <= set(accepts)


def test_every_rule_has_its_method(strict):
    from metricdsl.syntax.rules_declaration import Builder

    named = {rule.alias or (rule.origin.name if not rule.options.expand1 else None) for rule in strict.rules}
    wanted = {name for name in named if name and not name.startswith("_")}
    assert not {name for name in wanted if not hasattr(Builder, name)}


def test_the_saved_tables_are_of_this_grammar(tmp_path, monkeypatch):
    saved = json.loads(grammar.TABLES.read_text(encoding="utf-8"))
    assert saved["of"] == grammar.fingerprint(lark.__version__), "run tools/grammar_tables.py"
    monkeypatch.setattr(grammar, "TABLES", tmp_path / "tables.json")
    save_tables()
    made = json.loads(grammar.TABLES.read_text(encoding="utf-8"))
    assert (
        made["data"]["parser"]["parser"]["states"].keys()
        == saved["data"]["parser"]["parser"]["states"].keys()
    )


@pytest.mark.parametrize("content", [None, "", "{", "[]", '{"of": "another"}'])
def test_without_fitting_tables_the_grammar_is_built(tmp_path, monkeypatch, content):
    monkeypatch.setattr(grammar, "TABLES", tmp_path / "tables.json")
    if content is not None:
        grammar.TABLES.write_text(content, encoding="utf-8")
    assert grammar.saved_tables(lark.__version__, ascii_names=True) is None


def keywords(parser):
    return {
        terminal.pattern.value
        for terminal in parser.terminals
        if terminal.pattern.type == "str" and terminal.pattern.value.isalpha()
    }


def test_the_formatter_knows_every_word_that_a_name_may_be_taken_for(strict):
    """In an entity a property may be called anything but a word that goes on with the formula before it."""
    literal = {"true", "false", "distinct", "every"}
    elsewhere = {"given", "expect", "prior", "last", "this", "values", "higher", "lower", "of"}
    elsewhere |= {"open", "starts", "nearest", "day", "month", "average", "end"}
    words = keywords(strict) - set(split.KEYWORDS) - literal - elsewhere
    assert words <= format_words.IN_ENTITY


def test_declaration_keywords_are_those_of_the_grammar(strict):
    assert set(split.KEYWORDS) <= keywords(strict)


HEAVY = 5_000


@pytest.mark.parametrize(
    "text",
    [
        '"' + "\\" * HEAVY,
        '"' + "\\a" * HEAVY,
        "1" * HEAVY,
        "1 " + "\t" * HEAVY,
        "2026-" * HEAVY,
        "`" * HEAVY,
        "#" * HEAVY,
        "a." * HEAVY,
        "\n" * HEAVY,
        "metric a = " + "-" * HEAVY,
        "metric a = " + "- " * HEAVY,
        "metric a = " + "(" * HEAVY,
        "metric a = " + "not " * HEAVY + "b",
        "metric a = " + "b + " * HEAVY + "b",
        "metric a = " + "“" * HEAVY,
        "{" * HEAVY + "\nmetric a = 1" * 200,
        "metric a = b" + "\n# comment" * HEAVY + "\nc",
        "metric a = x in (" + "1, " * HEAVY + "1)",
    ],
)
@pytest.mark.timeout(60)
def test_no_text_takes_long(text):
    from metricdsl.source import SourceFile
    from metricdsl.syntax import format_document, read

    outcome = read(SourceFile("heavy", text))
    format_document(outcome.value)


def test_a_name_is_the_same_in_the_grammar_and_outside(strict):
    import re

    from metricdsl.syntax.names import NAME

    name = re.sub(r"\\u(....)", lambda m: chr(int(m[1], 16)), NAME)
    (terminal,) = (t for t in strict.terminals if t.name == "NAME")
    assert terminal.pattern.value.replace("\\n", "\n") == name + "|`[^`\n]+`"


def test_every_mark_may_stand_in_a_name():
    import re
    import unicodedata

    from metricdsl.syntax.names import NAME

    marks = [chr(c) for c in range(0x10000) if unicodedata.category(chr(c)) in {"Mn", "Mc"}]
    assert [mark for mark in marks if not re.fullmatch(NAME, "a" + mark)] == []
    outside = "()[]{}.,:;=<>!+-*/|#\"'`%&^~$€ \n\t“”‘’„«»，（）：；×÷≤≥≠−–—。、·"
    assert [sign for sign in outside if re.fullmatch(NAME, "a" + sign)] == []


def test_a_column_of_a_source_may_be_called_like_any_word(strict):
    from metricdsl.source import SourceFile
    from metricdsl.syntax import format_document, read

    words = sorted(keywords(strict) | set(split.KEYWORDS))
    for word in words:
        text = f"source s from t {{\n  id = i\n  {word} = upper(x)\n  z = null  {word}2 = null\n  {word} = not a\n}}\n"
        outcome = read(SourceFile("f", text))
        assert not outcome.problems, word
        laid_out = format_document(outcome.value)
        assert read(SourceFile("f", laid_out)).value.declarations == outcome.value.declarations, laid_out
        assert word == "null" or "`" not in laid_out


@pytest.mark.parametrize("damaged", [False, True])
def test_names_in_ascii_are_read_as_by_the_whole_grammar(monkeypatch, damaged):
    texts = [file.read_text(encoding="utf-8") for file in sorted(DEFINITIONS.rglob("*.metric"))]
    if damaged:  # one word less in each declaration
        texts = [re.sub(r"(?m)^(metric .*?) (\S+)$", r"\1", text) for text in texts]
    sources = [SourceFile("a.metric", text) for text in texts]
    assert any(in_ascii(source.text) for source in sources)
    before = [reader.read(source) for source in sources]
    monkeypatch.setattr(reader, "in_ascii", lambda _: False)
    monkeypatch.setattr(split, "in_ascii", lambda _: False)
    assert [reader.read(source) for source in sources] == before
    assert damaged == any(outcome.problems for outcome in before)


def test_what_is_quoted_or_remarked_may_be_in_any_script():
    assert in_ascii('metric a "赢" = count(order)  # 赢\n  `é` "\\"é"')
    assert not in_ascii('metric a "x" = count(é)')
