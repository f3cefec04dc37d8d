"""All that the cases of tests/cases make parses to the tree it was made from, in every dialect.

A parser knows some functions by other names and with other arguments. So a function is a leaf of the tree, and what stands
in its arguments is a tree of its own: operators must have the operands that they were given.
"""

from functools import cache
from pathlib import Path
from unittest.mock import patch

import pytest
from sqlglot import exp, parse_one

from metricdsl.engine.errors import QueryError
from metricdsl.plugins import builtin_registry
from metricdsl.sql import compile as compiling
from metricdsl.sql.rendering import in_spelling, rendered
from metricdsl.testing.cases import case_paths, read_case_file
from metricdsl.testing.engines import ENGINES, Bench

CASES = Path(__file__).parent.parent / "cases"
LEAST = 500
READ_AS = {"datafusion": "duckdb", "spark": "databricks"}
"""The first is written as PostgreSQL is, but for functions of the items of lists, which its session reads as DuckDB does; of the second
the parser takes casts for such as give null, which they do without ANSI alone."""
OPERATORS = (exp.And, exp.Or, exp.Case, exp.If, exp.Cast, exp.Exists)
"""Functions to the parser, operators to us."""
PAGES = {path.relative_to(CASES).with_suffix("").as_posix(): path for path in case_paths(CASES)}


@cache
def page(name):
    return read_case_file(PAGES[name])


@pytest.mark.parametrize("name", PAGES)
def test_what_a_page_of_cases_makes_parses_back(bench: Bench, name: str):
    wrong = []
    for case in page(name).cases:
        for step in (step for step in case.steps if step.expect is not None):
            for dialect in ENGINES:
                for tree in made(bench, dialect, case, step):
                    found = different(tree, dialect)
                    wrong += [] if found is None else [f"{case.path}:{step.line} {dialect}: {found}"]
    assert not wrong, "\n".join(wrong[:20])


def test_there_are_many_of_them():
    asked = [step for name in PAGES for case in page(name).cases for step in case.steps if step.expect]
    assert len(asked) > LEAST


def made(bench, dialect, case, step):
    """The trees that a query of a case becomes; none where the dialect cannot say it."""
    trees = []

    def keep(query, definition):
        trees.append(in_spelling(query.copy(), definition))
        return rendered(query, definition)

    def ask():
        with patch.object(compiling, "rendered", keep):
            try:
                return bench.sql(dialect, case.files, case.tables, step.query, step.settings)
            except QueryError:
                return ""

    if ask() and not trees:
        bench.forget("duckdb")  # it was asked before, with other parameters say
        ask()
        assert trees, f"{case.path}:{step.line}: what is compiled anew is rendered"
    return trees


def different(tree, dialect):
    name = builtin_registry().dialects[dialect].sqlglot
    text = tree.sql(name)
    here, there = trees_of(tree), trees_of(parse_one(text, dialect=READ_AS.get(dialect, name)))
    if here == there:
        return None
    return f"{[one for one in here if one not in there]} became {[one for one in there if one not in here]} in\n{text}"


def trees_of(query):
    """The query and what stands in the arguments of functions, each as nested operators and leaves."""
    found = [shape(query)]
    for node in parts(query):
        if is_function(node):
            arguments = [argument.unnest() for argument in node.iter_expressions()]
            found += [
                shape(one)
                for one in arguments
                if isinstance(one, exp.Binary | exp.Case) and not is_function(one)
            ]
    return sorted(map(repr, found))


def parts(node):
    """All nodes, but for the places of brackets: the parser counts them from 0 and calculates them anew."""
    yield node
    for part in [node.this] if isinstance(node, exp.Bracket) else node.iter_expressions():
        yield from parts(part)


def is_function(node):
    return isinstance(node, exp.Func) and not isinstance(node, OPERATORS)


def shape(node):
    """A tree without parentheses, its operands in the order in which they stand; a type is a type."""
    if isinstance(node, exp.Paren):
        return shape(node.unnest())
    if isinstance(node, exp.Ordered):
        return shape(node.this)
    if isinstance(node, exp.WindowSpec):  # its ends are words in one tree, numbers in the other
        return node.sql().upper()
    if isinstance(node, exp.Bracket):
        return ("Bracket", shape(node.this))
    if is_function(node) or isinstance(node, exp.DataType):
        return "function" if is_function(node) else "type"
    operands = [
        shape(part)
        for name in sorted(node.args)
        for part in (node.args[name] if isinstance(node.args[name], list) else [node.args[name]])
        if isinstance(part, exp.Expression)
    ]
    return (type(node).__name__, *operands) if operands else node.sql().upper()


def test_the_check_sees_a_missing_parenthesis():
    a, b, c = (exp.column(name) for name in "abc")
    assert (
        different(exp.select(exp.Mul(this=exp.Sub(this=a, expression=b), expression=c)), "duckdb") is not None
    )
