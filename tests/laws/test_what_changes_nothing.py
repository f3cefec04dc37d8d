"""Changes that must not change an answer, on engines: M6, M7, M11, M12, M15, M16."""

from unittest.mock import patch

import pytest
from attrs import evolve
from hypothesis import assume, given, reject
from hypothesis import strategies as st

from metricdsl.diagnostics import Severity
from metricdsl.plan import rewrite
from metricdsl.plan.nodes import Plan
from metricdsl.plan.rewrite import OPTIONAL, RULES, Rule
from metricdsl.registry import Registry
from metricdsl.spi.defs import Capability, DialectDef, Support
from metricdsl.syntax import read
from metricdsl.testing.comparing import differences
from metricdsl.testing.engines import Bench
from metricdsl.testing.generate import Example, nested_examples
from metricdsl.testing.generate.nested import Definitions
from tests.laws.shop_asked import (
    ADDED,
    DIMENSIONS,
    ENGINES,
    FEW,
    OTHERS,
    Shopping,
    none_is_0,
    same,
    shoppings,
    stocks,
)

pytestmark = [pytest.mark.timeout(1800), pytest.mark.parametrize("engine", ENGINES)]


@FEW
@given(data=st.data(), asked=shoppings())
def test_m6_rows_that_nothing_asks_for(bench: Bench, engine: str, data: st.DataObject, asked: Shopping):
    """Rows more in tables that a query does not read change nothing, nor do customers without orders."""
    column = data.draw(st.sampled_from((*ADDED[:5], *OTHERS)))
    by = data.draw(st.sampled_from(("order.status", "customer", "month")))
    before = asked.groups(bench, engine, f"x: {column}", (by,))
    for name in asked.tables:
        if name != "orders":
            rows = asked.rows(name)
            new = (max((row[0] for row in rows), default=0) + 500, *(rows[0][1:] if rows else (None,) * 9))
            asked = asked.with_rows(name, [*rows, new[: len(asked.tables[name].columns)]])
    assert asked.groups(bench, engine, f"x: {column}", (by,)) == before


@FEW
@given(asked=shoppings())
def test_m6_a_key_that_is_there_twice(bench: Bench, engine: str, asked: Shopping):
    """A repeated key in a table that is joined is told, and never a bigger number."""
    customers = asked.rows("customers")
    assume(customers)
    twice = asked.with_rows("customers", [*customers, customers[0]])
    told = twice.answer(bench, engine, "count(order) by customer.segment")
    if engine == "duckdb":  # where the guard is on by default
        assert {problem.code for problem in told.problems if problem.severity is Severity.ERROR} == {"X708"}


@FEW
@given(data=st.data(), asked=shoppings())
def test_m7_metrics_together(bench: Bench, engine: str, data: st.DataObject, asked: Shopping):
    """A metric beside metrics of other entities is what it is alone."""
    columns = [
        "count(order)",
        "sum(order.qty)",
        "count(customer)",
        "running(count(order))",
        *stocks(asked.shop),
    ]
    columns += ["(count(order) while ordered_at to shipped_at)", "count(customer having count(order) > 1)"]
    chosen = data.draw(st.lists(st.sampled_from(columns), min_size=2, max_size=4, unique=True))
    by = data.draw(st.sampled_from((("customer.segment",), ("month",), ("customer", "year"), ())))
    rest = data.draw(st.sampled_from(("", "where customer.segment is null", "during 2024")))
    whole = asked.groups(bench, engine, ", ".join(f"c{i}: {c}" for i, c in enumerate(chosen)), by, rest)
    union = set()
    for index, column in enumerate(chosen):
        alone = asked.groups(bench, engine, f"x: {column}", by, rest)
        union |= set(alone)
        for group, (value,) in alone.items():
            assert same(whole[group][index], value), (column, group)
    assert set(whole) == union


@FEW
@given(data=st.data(), example=nested_examples())
def test_m11_order_and_names(bench: Bench, engine: str, data: st.DataObject, example: Example):
    """Rows, definitions, groupings in another order, and columns by other names: the same answer, of the same SQL for definitions."""
    asked = evolve(example.asked, sort=(), limit=None, having="")
    example = example.asking(asked)
    before = bench.ask(engine, example.files, example.tables, asked.text, example.settings)
    if not before.columns:
        reject()
    document = read(example.files[0]).value
    parts = [example.model.text[d.span.start : d.span.end] for d in document.declarations]
    other = Definitions("\n".join(data.draw(st.permutations(parts))) + "\n")
    moved = evolve(example, model=other)
    after = bench.ask(engine, moved.files, moved.tables, asked.text, moved.settings)
    assert after.sql == before.sql
    assert after.rows == before.rows
    tables = {
        name: evolve_rows(table, data.draw(st.permutations(table.rows)))
        for name, table in example.tables.items()
    }
    after = bench.ask(engine, example.files, tables, asked.text, example.settings)
    assert not differences(after.columns, after.rows, before.columns, before.rows)
    grains = {"day", "week", "month", "quarter", "year"}
    by = asked.by  # several grains are one period, of which the last is the cell
    if len(grains & set(by)) < 2:
        by = tuple(data.draw(st.permutations(by)))
    renamed = evolve(asked, by=by, columns=tuple(f"z{c}" for c in asked.columns))
    after = bench.ask(engine, example.files, example.tables, renamed.text, example.settings)
    places = [*(by.index(b) for b in asked.by), *range(len(by), len(after.columns))]
    back = sorted(([row[p] for p in places] for row in after.rows), key=repr)
    assert not differences(before.columns, back, before.columns, sorted(map(list, before.rows), key=repr))


def evolve_rows(table, rows):
    """The table with its rows in another order."""
    return type(table)(table.columns, tuple(rows))


@FEW
@given(data=st.data(), asked=shoppings())
def test_m12_rows_without_a_value(bench: Bench, engine: str, data: st.DataObject, asked: Shopping):
    """A row whose measure is null changes counts of rows alone; one that does not pass the metric's filter changes nothing."""
    rows = asked.rows("orders")
    status, qty = asked.place("orders", "status"), asked.place("orders", "qty")
    new = [99_001, *([None] * (len(asked.tables["orders"].columns) - 1))]
    new[status] = "y"
    more = asked.with_rows("orders", [*rows, tuple(new)])
    for column in (
        "sum(order.qty)",
        "max(order.qty)",
        "avg(order.qty)",
        "median(order.qty)",
        "count(order.qty)",
    ):
        assert asked.value(bench, engine, column) == more.value(bench, engine, column), column
    assert more.value(bench, engine, "count(order)") == asked.value(bench, engine, "count(order)") + 1
    new[qty] = 7
    failing = asked.with_rows("orders", [*rows, tuple(new)])
    columns = 'x: sum(order.qty where status = "x"), y: count(order where status = "x")'
    by = data.draw(st.sampled_from(((), ("order.qty",), ("month",), ("customer.segment",))))
    assert asked.groups(bench, engine, columns, by) == failing.groups(bench, engine, columns, by)


@FEW
@given(data=st.data(), asked=shoppings())
def test_m15_no_rows(bench: Bench, engine: str, data: st.DataObject, asked: Shopping):
    """Of no rows the total is one row, of groups there is none, and `fill` fills the range alone where a group is found."""
    nothing = asked.with_rows("orders", [])
    nothing = evolve(nothing, more="metric known = sum(order.qty) { empty 0 }\n")
    columns = "a: count(order), b: sum(order.qty), c: known, d: max(order.amount), e: count(distinct order.customer)"
    assert list(nothing.groups(bench, engine, columns).values()) == [(0, None, 0, None, 0)]
    by = data.draw(st.sampled_from(DIMENSIONS))
    assert nothing.groups(bench, engine, columns, (by,)) == {}
    one = asked.with_rows("orders", asked.rows("orders")[:1])
    filled = one.groups(bench, engine, "x: count(order)", ("month",), "during 2023-11 to 2025-08 fill")
    found = one.groups(bench, engine, "x: count(order)", ("month",), "during 2023-11 to 2025-08")
    assert len(filled) == (22 if found else 0)
    assert sum(none_is_0(x) for (x,) in filled.values()) == sum(x for (x,) in found.values())


LACKING = dict.fromkeys((Capability.MOMENTS, Capability.ORDERED_AGGREGATES), Support.EMULATED)


@FEW
@given(example=nested_examples(), left_out=st.sampled_from((*OPTIONAL, None)))
def test_m16_rewrites_keep_the_result(bench: Bench, engine: str, example: Example, left_out: Rule | None):
    """A plan without one of its rewrites gives the same; those that make what an engine lacks give the same on one that has it."""
    before = bench.ask(engine, example.files, example.tables, example.asked.text, example.settings)
    if not before.columns:
        reject()

    def other(plan: Plan, registry: Registry, dialect: DialectDef) -> Plan:
        if left_out is None:
            dialect = evolve(dialect, capabilities={**dialect.capabilities, **LACKING})
        return rewrite(plan, registry, dialect, tuple(rule for rule in RULES if rule is not left_out))

    bench.forget(engine)
    with patch("metricdsl.sql.compile.rewrite", other):
        after = bench.ask(engine, example.files, example.tables, example.asked.text, example.settings)
    bench.forget(engine)
    found = differences(after.columns, after.rows, before.columns, before.rows)
    assert not found, "\n".join((getattr(left_out, "__name__", "emulated"), after.sql, *found))
