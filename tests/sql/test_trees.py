"""The text says what the tree says: what was emitted parses to the same operators with the same operands."""

import pytest
from sqlglot import exp, parse_one

from metricdsl.plan import build, rewrite
from metricdsl.sql import compile as compiling
from metricdsl.sql import trees
from metricdsl.sql.emitter import Emitter
from metricdsl.sql.result import result
from tests.plan.requests import REQUESTS
from tests.sql.shop_rows import REGISTRY

OPERATORS = (exp.Binary, exp.Unary, exp.In, exp.Case, exp.Cast, exp.Select, exp.SetOperation)


def built(request, dialect):
    """The tree as it is built, before it is text."""
    definition = REGISTRY.dialects[dialect]
    plan = rewrite(build(request), REGISTRY, definition)
    emit = Emitter(REGISTRY, definition, "UTC", 1)
    return result(plan, compiling.reader_of(plan, plan.setting, None, emit, plan.extents))


def structure(tree, dialect):
    """Each operator with the texts of its operands: the same for two trees only if they nest alike.

    In capitals, since a parser writes the names of units so.
    """

    def operands(node):
        if isinstance(node, exp.Binary):
            return [said(node.this, dialect), said(node.expression, dialect)]
        return sorted(said(part, dialect) for part in node.iter_expressions())

    return sorted(
        (type(node).__name__, *operands(node)) for node in tree.walk() if isinstance(node, OPERATORS)
    )


def said(node, dialect):
    return node.sql(dialect).upper().replace("SUBSTRING(", "SUBSTR(")


@pytest.mark.parametrize("dialect", ["duckdb", "sqlite", "postgres"])
@pytest.mark.parametrize("name", REQUESTS)
def test_parsing_what_is_emitted_gives_the_tree(name, dialect):
    tree = built(REQUESTS[name], dialect)
    text = tree.sql(dialect)
    parsed = parse_one(text, dialect=dialect)
    assert said(parsed, dialect) == text.upper()
    assert structure(parsed, dialect) == structure(tree, dialect)


def test_the_check_sees_a_missing_parenthesis():
    a, b, c = (trees.column(name) for name in "abc")
    bare = exp.Mul(this=exp.Sub(this=a, expression=b), expression=c)
    assert structure(parse_one(bare.sql()), None) != structure(bare, None)
    right = trees.binary(exp.Mul, exp.Sub(this=a.copy(), expression=b.copy()), c.copy())
    assert structure(parse_one(right.sql()), None) == structure(right, None)


def test_operands_stand_in_parentheses():
    a, b, c = (lambda name=name: trees.column(name) for name in "abc")
    minus = trees.binary(exp.Sub, a(), trees.binary(exp.Sub, b(), c()))
    assert minus.sql() == '"a" - ("b" - "c")'
    either = trees.binary(exp.And, trees.binary(exp.Or, a(), b()), c())
    assert either.sql() == '("a" OR "b") AND "c"'
    chain = trees.all_of([trees.binary(exp.EQ, a(), b()), trees.binary(exp.And, b(), c())])
    assert chain.sql() == '"a" = "b" AND "b" AND "c"'
    assert trees.is_null(trees.binary(exp.Add, a(), b())).sql() == '("a" + "b") IS NULL'
