"""Problems as text."""

import json

import pytest

from metricdsl.diagnostics import Edit, Fix, Problem, Severity
from metricdsl.diagnostics.report import Style, render
from metricdsl.diagnostics.width import shown, width
from metricdsl.source import SourceFile, Span


class Example(Problem):
    """An example.

    ## Why
    """

    code = "S1"
    slug = "example"

    def message(self):
        return "this is wrong"

    def label(self):
        return "here"

    def reason(self):
        return "because " * 20

    def fixes(self):
        return (Fix("write `b`", (Edit(self.span, "b"),), safe=True),) if self.span else (Fix("think"),)


class Gentle(Example):
    code = "L9"
    severity = Severity.HINT


SOURCE = SourceFile("dir/a b.metric", "# first\nmetric 赢单率 = \tsum(x)\nmetric b =\n  c\n")


def at(text):
    start = SOURCE.text.index(text)
    return Span(SOURCE.path, start, start + len(text))


def test_full():
    said = render([Example(span=at("sum(x)"))], [SOURCE], Style.FULL)
    assert said == (
        "error[S1] example: this is wrong\n"
        "  --> dir/a b.metric:2:15\n"
        "  |\n"
        "1 | # first\n"
        "2 | metric 赢单率 =     sum(x)\n"
        "  |                     ^^^^^^ here\n"
        "  |\n"
        "  = why: because because because because because because because because because because because\n"
        "         because because because because because because because because because\n"
        "  = help: write `b`\n"
        "          metric 赢单率 =     b\n"
        "  = more: metric explain S1\n\n"
    )


def test_full_over_several_lines_and_without_a_place():
    said = render([Example(span=at("metric b =\n  c"))], {SOURCE.path: SOURCE}, "full")
    assert "3 | metric b =\n  | ^^^^^^^^^^\n4 |   c\n  |   ^ here\n" in said
    assert render([Example(span=None)], [], "full").startswith("error[S1] example: this is wrong\n  = why")
    assert "--> elsewhere\n" in render([Example(span=Span("elsewhere", 3, 4))], [SOURCE], "full")


def test_colour_only_when_asked():
    assert "\x1b[1;31m" in render([Example(span=at("x"))], [SOURCE], "full", colour=True)
    assert "\x1b" not in render([Example(span=at("x"))], [SOURCE], "full")


def test_what_would_steer_a_terminal_is_not_shown():
    evil = SourceFile("e", "metric \x1b[31m\u202e = 1\n")
    said = render([Example(span=Span("e", 7, 8))], [evil], "full")
    assert "\x1b" not in said
    assert "\u202e" not in said
    assert width("赢e\u0301") == 3
    assert shown("a\tb") == "a    b"


def test_concise_and_github():
    found = [Example(span=at("x")), Gentle(span=None)]
    assert render(found, [SOURCE], "concise") == (
        "dir/a b.metric:2:19: error[S1] this is wrong\nhint[L9] this is wrong\n"
    )
    first, second = render(found, [SOURCE], "github").splitlines()
    assert first.startswith(
        "::error file=dir/a b.metric,line=2,endLine=2,col=19,endColumn=20,title=S1 example::this is wrong%0A"
    )
    assert second.startswith("::notice title=L9 example::")


def test_json():
    (one,) = json.loads(render([Example(span=at("x"))], [SOURCE], "json"))
    place = {"file": "dir/a b.metric", "line": 2, "column": 19, "end_line": 2, "end_column": 20}
    assert one == {
        "code": "S1",
        "name": "example",
        "severity": "error",
        "message": "this is wrong",
        "label": "here",
        "reason": "because " * 20,
        "used": None,
        **place,
        "fixes": [{"title": "write `b`", "safe": True, "edits": [{**place, "text": "b"}]}],
    }


def test_sarif():
    log = json.loads(render([Example(span=at("x")), Gentle(span=None)], [SOURCE], "sarif"))
    run = log["runs"][0]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["L9", "S1"]
    first, second = run["results"]
    assert (first["ruleId"], first["ruleIndex"], first["level"]) == ("S1", 1, "error")
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "dir/a%20b.metric"
    assert place["region"] == {"startLine": 2, "startColumn": 19, "endLine": 2, "endColumn": 20}
    assert first["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"] == "b"
    assert second["level"] == "note"
    assert "locations" not in second


@pytest.mark.parametrize("style", Style)
def test_nothing_wrong_says_nothing(style):
    said = render([], [], style)
    assert said in {"", "[]\n"} or json.loads(said)["runs"][0]["results"] == []
