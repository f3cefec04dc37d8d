"""Every kind of step shows a table before and after, every rewrite a plan before and after."""

import inspect
import sys
from typing import get_args

import pytest

from metricdsl.plan.nodes import Node
from metricdsl.plan.rewrite import RULES

KINDS = get_args(Node)


def test_there_are_many_kinds():
    assert len(KINDS) > 20


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_a_step_shows_a_table(kind):
    said = inspect.getdoc(kind)
    first, *_ = said.splitlines()
    assert first.endswith((".", "…")), first
    assert "→" in said
    assert "|" in said


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_rewrite_shows_a_plan(rule):
    assert "→" in inspect.getdoc(sys.modules[rule.__module__])
    assert inspect.getdoc(rule)
