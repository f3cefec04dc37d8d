"""The campaign: what it asks, what it counts, what it makes small; and a slice of it."""

import random
from collections import Counter
from pathlib import Path

import pytest

from metricdsl.plan import build
from metricdsl.testing.cases import read_case_file
from metricdsl.testing.engines import Bench
from tests.matrix.judging import files
from tools.campaign.asking import AGREES, REFUSED, came
from tools.campaign.coverage import NAMES, TIMES, Coverage, cells
from tools.campaign.journal import Difference, Tally, read, written
from tools.campaign.questions import GROUPS, Column, asked
from tools.campaign.rows import TRAITS, data_set
from tools.campaign.shapes import shape
from tools.campaign.shrinking import Found, case_of, differs_on, shrunk
from tools.campaign.work import asked_of


def test_a_data_set_is_the_same_each_time_and_has_what_it_says():
    assert data_set(1, 7).tables == data_set(1, 7).tables
    assert data_set(1, 7).tables != data_set(2, 7).tables
    found = Counter(trait for number in range(40) for trait in data_set(1, number).traits["orders"])
    assert set(found) == set(TRAITS)
    for number in range(40):
        data = data_set(1, number)
        rows = data.tables["orders"].rows
        assert ("null" in data.traits["orders"]) == any(cell is None for row in rows for cell in row)
        assert ("empty" in data.traits["orders"]) == (not rows)


def test_columns_have_the_pair_asked_for_and_say_so():
    chance = random.Random(1)
    coverage = Coverage()
    wanting = coverage.wanting(TIMES)
    assert set(wanting) == {(groups, empty) for groups in GROUPS for empty in (False, True)}
    for _ in range(300):
        groups, empty = chance.choice(list(wanting))
        pair = chance.choice(wanting[groups, empty])
        columns = coverage.columns(chance, pair, groups, wanting[groups, empty])
        assert columns[0].pairs[0] == pair
        assert all("empty 0" not in column.constructs[:-2] for column in columns)


def test_each_construct_is_written_in_the_formula():
    assert (
        Column(("prior month", "share", "running"), "revenue").text
        == "prior(share(running_of_revenue, of: customer.region), 1 month)"
    )
    assert Column(("total", "empty 0", "running"), "held").text == "total(running_of_held_or_0)"
    assert Column(("empty 0", "rank"), "orders").text == "rank_of_orders_or_0"


def test_what_is_left_to_ask():
    coverage = Coverage()
    assert len(coverage.unreached(1)) == len(list(cells())) == len(NAMES) ** 2 * len(GROUPS) * len(TRAITS)
    coverage.add([("total", "share")], "one", ["null", "tie"])
    assert len(coverage.unreached(1)) == len(list(cells())) - 2
    assert ("total", "share") not in [c[:2] for c in coverage.unreached(1) if c[2:] == ("one", "tie")]


def test_a_journal_says_what_was_done(tmp_path: Path):
    tally = Tally(questions=3, comparisons=9, shapes={"a", "b"}, outcomes=Counter(agrees=3))
    tally.coverage.add([("total", "share")], "one", ["null"])
    tally.differences.append(Difference(4, 0, "x: m", "2024-01-01", "no", (("total", "share"),)))
    (tmp_path / "4-0.jsonl").write_text(
        written(0, tally) + "\n" + written(2, tally) + "\n" + '{"set": 4, "que', "utf-8"
    )
    (tmp_path / "5-0.jsonl").write_text(written(1, tally) + "\n", "utf-8")
    found = read(tmp_path, 4)
    assert (found.sets, found.questions, found.comparisons, found.shapes) == ({0, 2}, 6, 18, {"a", "b"})
    assert found.coverage.counts == {("total", "share", "one", "null"): 2}
    assert found.differences == tally.differences * 2


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("x: sum(order.amount) by customer.region", "y: sum(level.held) by customer", False),
        ('x: sum(order.amount where status = "paid")', 'other: sum(order.amount where status = "open")', True),
        ("x: prior(revenue, 1 month) by month", "x: prior(revenue, 2 months) by month", True),
        ("x: prior(revenue, 1 month) by month", "x: trailing(revenue, 1 month) by month", False),
        ("x: sum(order.amount)", "x: max(order.amount)", False),
        ("x: sum(order.amount)", "x: sum(order.amount) during 2024", False),
        ("x: sum(order.amount) by month", "x: sum(order.amount) by year", False),
    ],
)  # fmt: skip
def test_shapes_of_plans(bench: Bench, one: str, other: str, alike: bool):
    shapes = []
    for query in (one, other):
        question = asked_of(data_set(1, 0), query)
        request = bench.request("duckdb", question.files, question.tables, query, question.settings)
        assert request is not None
        shapes.append(shape(build(request)))
    assert (shapes[0] == shapes[1]) == alike


def test_a_difference_is_made_small(tmp_path: Path):
    """Of what differs where `running` is asked of an order of 5.00 there is left: that order, and that question."""
    data = data_set(1, 0)
    rows = [tuple(row) for row in data.tables["orders"].rows]
    amounts = [row[-1] for row in rows]
    wanted = next(amount for amount in amounts if amount is not None)

    def differs(found: Found) -> bool:
        there = [row[-1] for row in found.tables["orders"].rows]
        return "running" in found.query and wanted in there and "metric revenue " in found.text

    query = "x: total(running_of_revenue), x2: orders by customer, month where customer is not null during 2024 fill limit 3"
    small = shrunk(Found(files()[0].text, data.tables, query, data.today), differs)
    assert small.query == "x: (running(revenue))"
    assert [row[-1] for row in small.tables["orders"].rows] == [wanted]
    assert all(not table.rows for name, table in small.tables.items() if name != "orders")
    assert small.text.count("metric ") == 1
    path = tmp_path / "case.md"
    path.write_text(case_of(small, "Running", "duckdb: no"), encoding="utf-8")
    (case,) = read_case_file(path).cases
    assert [step.query for step in case.steps] == [small.query]
    assert case.steps[0].expect is not None


def test_what_agrees_is_no_difference(bench: Bench):
    data = data_set(1, 0)
    test = differs_on(bench, ("duckdb",), "duckdb: row 1")
    assert not test(Found(files()[0].text, data.tables, "x: revenue by customer", data.today))
    assert not test(Found(files()[0].text, data.tables, "x: revenue by", data.today))


@pytest.mark.slow
def test_a_slice(bench: Bench):
    """Some questions of one data set: each agrees on the embedded engines, or is refused."""
    chance = random.Random(11)
    data = data_set(3, 1)
    coverage = Coverage()
    wanting = coverage.wanting(TIMES)
    outcomes: Counter[str] = Counter()
    for _ in range(30):
        groups, empty = chance.choice(list(wanting))
        pairs = wanting[groups, empty]
        question = asked(
            chance, coverage.columns(chance, chance.choice(pairs), groups, pairs), groups, empty=empty
        )
        found = came(asked_of(data, question.text), bench, ("duckdb", "sqlite"))
        outcomes[found.outcome] += 1
        assert found.outcome in {AGREES, REFUSED}, (question.text, found.said)
    assert outcomes[AGREES] > 10
