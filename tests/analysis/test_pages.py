"""The page of each problem that analysis finds: its example raises it and nothing else, what it says instead nothing."""

import re
from textwrap import dedent

import pytest

from metricdsl.diagnostics import catalogue
from tests.analysis.reading import resolve

MINE = [
    (code, cls)
    for code, cls in catalogue().items()
    if code[0] in "NTGQL" and cls.__module__.startswith("metricdsl.")
]

WHERE_ASKED = {"Q514", "Q521", "Q522", "Q523", "Q524"}
"""Codes that definitions do not raise: what they speak of is asked of an engine (tests/engine/test_accounting.py, tests/insight)."""


def _blocks(page, title):
    sections = re.split(r"^## (\w+)$", dedent(page.partition("\n")[2]), flags=re.MULTILINE)
    text = dict(zip(sections[1::2], sections[2::2], strict=True))[title]
    return re.findall(r"```metric\n(.*?)```", text, flags=re.DOTALL)


@pytest.mark.parametrize(("code", "cls"), MINE)
def test_example(code, cls):
    blocks = _blocks(cls.__doc__, "Example")
    if blocks:
        assert [p.code for p in resolve(*blocks).problems] == ([] if code in WHERE_ASKED else [code])


@pytest.mark.parametrize(("code", "cls"), MINE)
def test_instead(code, cls):
    blocks = _blocks(cls.__doc__, "Instead")
    if blocks:
        assert [(p.code, p.message()) for p in resolve(*blocks).problems] == []


@pytest.mark.parametrize(("code", "cls"), MINE)
def test_page_is_whole(code, cls):
    for title in ("Why", "Example", "Instead"):
        assert f"## {title}" in cls.__doc__
