"""Steps made of other steps: what `sources` gives is what `with_sources` takes, for every sort of step that questions are made of."""

from pathlib import Path

import pytest

from metricdsl.plan import build, rewrite
from metricdsl.plan.nodes import Attach, Combine, Conversion, Exchange, Join, Limit, Lookup, SemiJoin, Sort
from metricdsl.plan.walk import sources, with_sources
from metricdsl.testing.cases import read_case_file
from metricdsl.testing.engines import Bench
from tests.sql.shop_rows import REGISTRY

MEANING = Path(__file__).parent.parent / "cases" / "meaning"
PAGES = {
    "child_dimensions/through-two-joins": Lookup,
    "child_dimensions/what-a-customer-has-done": SemiJoin,
    "money/into-the-projects-currency": Exchange,
    "conversion/trials-that-become-purchases": Conversion,
    "top/with-other-things": Sort,
    "levels/two-levels": Combine,
    "detail/totals-and-shares": Attach,
    "joins/several-hops": Join,
}


def plans(page: str):
    with Bench() as bench:
        for case in read_case_file(MEANING / f"{page}.md").cases:
            for step in case.steps:
                if step.expect is not None:
                    project = bench._project("duckdb", case.files, case.tables, step.settings)
                    asked = project.query(step.query, principal=dict(step.settings.principal))
                    yield rewrite(build(asked._must_resolve()), REGISTRY, REGISTRY.dialects["duckdb"])


def steps(node):
    """A step and all that it is made of."""
    yield node
    for part in sources(node):
        yield from steps(part)


@pytest.mark.parametrize("page", PAGES)
def test_a_step_is_made_of_what_its_sources_are(page):
    several = 0
    for plan in plans(page):
        for step in steps(plan.root):
            parts = sources(step)
            several += isinstance(step, PAGES[page]) and bool(parts)
            assert with_sources(step, parts) is step
            others = tuple(Limit(source=part, count=1) for part in parts)
            assert sources(with_sources(step, others)) == others
            for place, other in enumerate(others):
                one = (*parts[:place], other, *parts[place + 1 :])
                assert sources(with_sources(step, one)) == one
    assert several
