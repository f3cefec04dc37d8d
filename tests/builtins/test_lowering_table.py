"""The page of the lowering table is that of the definitions; a gap is an error."""

import pytest
from attrs import evolve

from metricdsl.plugins import builtin_registry
from metricdsl.spi.defs import Capability
from metricdsl.sql.dialects.operators import OPERATORS
from tools import lowering_table

REGISTRY = builtin_registry()


def test_the_page_is_up_to_date():
    assert lowering_table.main(["--check"]) == 0, "run `python -m tools.lowering_table`"


def test_each_engine_has_a_column_and_each_operator_a_row():
    page = lowering_table.page()
    for name in (*REGISTRY.functions, *REGISTRY.aggregations, *(operator.name for operator in OPERATORS)):
        rows = [line for line in page.splitlines() if line.startswith(f"| `{name}` |")]
        assert len(rows) == 1, name
        cells = [cell.strip() for cell in rows[0].strip("|").split("|")][-len(REGISTRY.dialects) :]
        assert set(cells) <= {"native", "emulated", "refused (D601)"}, rows[0]


@pytest.mark.parametrize("name", ["lower", "matches", "median"])
def test_a_function_without_a_row_is_an_error(name):
    definition = REGISTRY.functions.get(name) or REGISTRY.aggregations[name]
    less = evolve(definition, lower={k: v for k, v in definition.lower.items() if k != "mariadb"})
    with pytest.raises(lowering_table.Missing, match=f"{name} has no row for mariadb"):
        lowering_table.of_definition(less, "mariadb", REGISTRY)


@pytest.mark.parametrize(
    ("dialect", "name"), [("mariadb", "scan.date"), ("sqlite", "scan.time"), ("sqlite", "scan.scaled")]
)
def test_an_operator_without_a_row_is_an_error(dialect, name):
    known = REGISTRY.dialects[dialect]
    less = evolve(known, overrides={k: v for k, v in known.overrides.items() if k != name})
    operator = next(one for one in OPERATORS if one.name == name)
    assert lowering_table.of_operator(operator, known).word in {"native", "emulated"}
    with pytest.raises(lowering_table.Missing, match=f"{name} has no row for {dialect}"):
        lowering_table.of_operator(operator, less)


def test_a_capability_without_a_row_is_an_error():
    known = REGISTRY.dialects["mariadb"]
    less = evolve(known, capabilities={})
    with pytest.raises(lowering_table.Missing, match="MOMENTS"):
        lowering_table.capability(Capability.MOMENTS, less)


def test_a_row_for_what_there_is_not_is_an_error():
    dialect = REGISTRY.dialects["mariadb"]
    stranger = evolve(dialect, overrides={**dialect.overrides, "scan.dates": dialect.overrides["scan.date"]})
    more = evolve(REGISTRY, dialects={**REGISTRY.dialects, "mariadb": stranger})
    assert lowering_table.strangers(REGISTRY) == []
    assert lowering_table.strangers(more) == ["mariadb: scan.dates"]
