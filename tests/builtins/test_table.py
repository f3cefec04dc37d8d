"""The lowering table has a row for every function and aggregation on every engine, and each row makes SQL."""

import subprocess
import sys

import pytest

from metricdsl.model.types import Kind
from metricdsl.plugins import builtin_registry
from metricdsl.spi.lowering import Refused

REGISTRY = builtin_registry()
DEFINITIONS = [*REGISTRY.functions.values(), *REGISTRY.aggregations.values()]
ENGINES = tuple(REGISTRY.dialects)
REFUSED = {("matches", "sqlite")}
OPERATORS = {
    *(
        "add",
        "subtract",
        "multiply",
        "divide",
        "negate",
        "and",
        "or",
        "not",
        "in",
        "is_null",
        "if",
        "case",
        "coalesce",
    ),
    *("equal", "not_equal", "less", "at_most", "greater", "at_least"),
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda d: d.name)
def test_every_pair_has_a_row(definition, engine):
    assert (
        engine in definition.lower
        or "*" in definition.lower
        or definition.name in REGISTRY.dialects[engine].overrides
    )
    row = REGISTRY.row(definition, engine)
    assert isinstance(row, Refused) == ((definition.name, engine) in REFUSED)
    if isinstance(row, Refused):
        assert row.why, "a refusal says why, and what to do"


def test_every_operator_of_the_model_is_there():
    assert set(REGISTRY.functions) >= OPERATORS


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda d: d.name)
def test_every_definition_is_documented(definition):
    assert definition.doc.endswith(".")
    assert definition.examples or definition.name in {
        "as_timestamp",
        "count_rows",
        "days_later",
        "first_from",
        "last_begun",
        "first",
        "last",
        "ordinal",
        "packed_values",
        "series_of_members",
    }
    assert "->" in definition.signature


@pytest.mark.parametrize("definition", REGISTRY.aggregations.values(), ids=lambda d: d.name)
def test_what_merges_merges_by_an_aggregation(definition):
    assert definition.merge is None or definition.merge in REGISTRY.aggregations
    assert definition.identity in {0, None}


def test_a_check_loads_no_sqlglot():
    code = (
        "import sys\n"
        "from metricdsl.plugins import builtin_registry\n"
        "from metricdsl.model.types import INTEGER, TEXT\n"
        "r = builtin_registry()\n"
        "r.functions['add'].infer((INTEGER, INTEGER)); r.functions['lower'].infer((TEXT,))\n"
        "r.aggregations['sum'].infer((INTEGER,))\n"
        "print([m for m in ('sqlglot', 'duckdb', 'psycopg', 'sqlite3', 'lark') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_kinds_have_a_noun_each():
    from metricdsl.builtins.kinds import _NOUNS

    assert set(_NOUNS) == set(Kind)
