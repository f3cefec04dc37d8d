"""MySQL is written as MariaDB is, but for what its server names otherwise; no server of it is at hand, so it is looked at as a text."""

from pathlib import Path

import pytest

from metricdsl.testing.cases import read_case_file
from metricdsl.testing.engines import Bench

CASES = Path(__file__).parent.parent / "cases"
PAGES = ("functions/text", "meaning/queries/groups-selected-by-value", "meaning/time/rows-without-a-time")
OTHERWISE = {
    "utf8mb4_uca1400_nopad_as_cs": "utf8mb4_0900_as_cs",
    "utf8mb4_nopad_bin": "utf8mb4_0900_bin",
}


@pytest.mark.parametrize("name", PAGES)
def test_it_differs_by_names_alone(bench: Bench, name: str):
    compared = 0
    for case in read_case_file(CASES / f"{name}.md").cases:
        for step in (step for step in case.steps if step.expect is not None):
            maria, mysql = (
                bench.sql(dialect, case.files, case.tables, step.query, step.settings)
                for dialect in ("mariadb", "mysql")
            )
            for ours, its in OTHERWISE.items():
                maria = maria.replace(ours, its)
            if "REGEXP" in maria:
                assert "REGEXP_INSTR" in maria
                assert "REGEXP_LIKE" in mysql
                assert "REGEXP_INSTR" not in mysql
            else:
                assert mysql == maria
            compared += 1
    assert compared > 3


def test_patterns_end_with_the_text(bench: Bench):
    """`$` is before a line's end too where it stands at the end, on both."""
    case = read_case_file(CASES / "functions" / "text.md").cases[0]
    query = 'count(t where matches(t.x, "c$"))'
    found = [
        bench.sql(dialect, case.files, case.tables, query, case.steps[0].settings)
        for dialect in ("mariadb", "mysql")
    ]
    assert all(r"'c\\z'" in sql for sql in found)
