"""Databases that break an invariant are found and made small; what must hold is not refuted."""

from datetime import date
from random import Random

import pytest

from metricdsl.engine.verifying.databases import made_up
from metricdsl.engine.verifying.laws import Answer
from metricdsl.engine.verifying.shapes import ColumnShape, JoinShape, Shapes, TableShape
from metricdsl.engine.verifying.shrinking import shrunk
from metricdsl.engine.verifying.verify import Effort
from metricdsl.model.types import DATE, INTEGER, TEXT

PROJECT = '[project]\nname = "p"\nlanguage = 1\ntoday = 2026-04-15\n'
DEFINITIONS = """
entity account from accounts { key account_id  dimension region : text }
entity deal from deals {
  key deal_id
  join account on account_id
  time created_on : date default
  time closed_on : date
  dimension status : text in ("open", "won", "lost")
  fact amount : decimal(2)
}
metric deals = count(deal) at closed_on
metric won = count(deal where status = "won") at closed_on
metric lost = count(deal where status = "lost") at closed_on
metric created = count(deal)
metric revenue = sum(deal.amount)
metric eu = sum(deal.amount where account.region = "EU")
metric rest = sum(deal.amount where account.region != "EU")
metric win_rate = won / created
metric won_share = rate(deal, that: status = "won")
metric wait = sum(deal.closed_on - deal.created_on)
"""


def verified(shop, invariants="", names=(), **effort):
    project = shop(f"{DEFINITIONS}{invariants}\n", project=PROJECT)
    assert not project.failed, [p.message() for p in project.problems]
    return list(project.verify(names, Effort(**{"examples": 60, **effort})))


def only(shop, invariant, **effort):
    [one] = [law for law in verified(shop, invariant, ["the law"], **effort) if law.declared]
    return one


def rows(answer: Answer):
    return [dict(zip((c.name for c in answer.columns), row, strict=True)) for row in answer.rows]


def test_a_law_that_does_not_hold_is_shown_by_the_smallest_tables(shop):
    one = only(shop, 'invariant "the law": won + lost = deals by month')
    assert not one.held
    assert list(one.failure.tables) == ["deal"]
    [deal] = rows(one.failure.tables["deal"])
    assert (deal["deal_id"], deal["status"]) == (1, "open")
    [broken] = rows(one.failure.answer)
    assert broken == {"month": deal["closed_on"].replace(day=1), "won + lost": 0, "deals": 1}
    assert one.failure.asked == "won + lost = deals by month"


def test_orphans_and_rows_without_a_region_are_tried(shop):
    one = only(shop, 'invariant "the law": eu + rest = revenue')
    assert not one.held
    [broken] = rows(one.failure.answer)
    assert broken["eu + rest"] != broken["revenue"]
    known = {row["account_id"] for row in rows(one.failure.tables["account"]) if row["region"] is not None}
    assert any(row["account_id"] not in known for row in rows(one.failure.tables["deal"]))


def test_a_number_just_beyond_what_is_written_is_tried(shop):
    law = 'metric great = count(deal where amount > 250)\ninvariant "the law": great = 0'
    [deal] = rows(only(shop, law).failure.tables["deal"])
    assert deal["amount"] > 250


@pytest.mark.parametrize(
    "invariant",
    [
        'invariant "the law": 0 <= won <= deals by month',
        'invariant "the law": won + lost <= deals',
        'invariant "the law": 1 / (won - won) > 5',  # null everywhere: it is not evaluated
        'invariant "the law": won_share <= 100% by deal.status, month',
    ],
)
def test_a_law_that_holds_is_not_refuted(shop, invariant):
    one = only(shop, invariant)
    assert one.held, one
    assert one.databases == 60
    assert one.beyond is None


def test_what_holds_in_total_alone_is_told_without_failing(shop):
    one = only(shop, 'invariant "the law": deals <= created')
    assert one.held
    assert one.databases == 60
    assert one.beyond.asked == "deals <= created by month"
    [broken] = rows(one.beyond.answer)
    assert broken["deals"] > broken["created"]


def test_the_same_seed_finds_the_same(shop):
    law = 'invariant "the law": eu + rest = revenue'
    first, second = only(shop, law, seed=3), only(shop, law, seed=3)
    assert [a.rows for a in first.failure.tables.values()] == [a.rows for a in second.failure.tables.values()]
    assert first.databases == second.databases


def test_what_types_imply(shop):
    found = verified(shop, names=["won", "won_share", "revenue", "wait"], examples=25)
    assert [one.title for one in found] == [
        "won is never negative",
        "won adds up by deal.status",
        "won adds up by month",
        "revenue adds up by deal.status",
        "revenue adds up by month",
        "won_share lies between 0% and 100%",
        "wait adds up by deal.status",
        "wait adds up by month",
    ]
    assert all(one.held for one in found), [one.title for one in found if not one.held]


def test_time_that_is_up_leaves_the_rest_out(shop):
    assert verified(shop, 'invariant "the law": won <= deals', until=0.0) == []


def test_no_two_rates_of_a_day_and_no_two_rows_valid_at_once(shop):
    more = """
rates spot from fx by day { day on_day  currency code  into target  rate price }
entity price from prices {
  key item, valid_from
  valid from valid_from to valid_to
  time valid_from : date
  time valid_to : date
  fact amount : decimal(2)
}
entity sale from sales {
  key sale_id
  join price on item as of sold_on
  time sold_on : date
  dimension currency : text
  fact paid : money(currency, 2)
}
metric converted = sum(convert(sale.paid, USD))
metric listed = count(sale where price.amount > 0)
metric sales = count(sale)
invariant "the law of listed": listed <= sales
invariant "the law of rates": round(converted - converted, 2) = 0
"""
    found = verified(shop, more, ["the law"], examples=40)
    assert [one.held for one in found] == [True, True]
    assert all(one.databases > 0 for one in found)


# ---------------------------------------------------------------- databases and shrinking


def shapes() -> Shapes:
    link = ("one", "key")
    ids = tuple(range(1, 7))
    one = TableShape(
        entity="one",
        columns=(
            ColumnShape(name="key", type=INTEGER, pool=ids, link=link),
            ColumnShape(name="text", type=TEXT, pool=("a", "b", "c")),
        ),
        key=(0,),
        joins=(),
    )
    many = TableShape(
        entity="many",
        columns=(
            ColumnShape(name="one_id", type=INTEGER, pool=ids, link=link),
            ColumnShape(name="day", type=DATE, pool=(date(2026, 1, 1), date(2026, 2, 1))),
            ColumnShape(name="number", type=INTEGER, pool=(0, 1, 2, 3, 10)),
        ),
        key=(0, 1),
        joins=(JoinShape(columns=(0,), target="one"),),
    )
    return Shapes(
        tables={"one": one, "many": many}, days=(date(2026, 1, 1), date(2026, 2, 1)) * 2, week_start=1
    )


def test_made_up_databases_have_unique_keys_and_sometimes_orphans_nulls_and_nothing():
    random = Random(1)
    found = [made_up(shapes(), 5, random) for _ in range(200)]
    for database in found:
        for name, key in (("one", (0,)), ("many", (0, 1))):
            keys = [tuple(row[at] for at in key) for row in database[name]]
            assert len(keys) == len(set(keys))
            assert not any(None in one for one in keys)
            assert len(keys) <= 5
    assert any(not any(database.values()) for database in found)
    assert any({row[0] for row in d["many"]} - {row[0] for row in d["one"]} for d in found)
    assert any({row[0] for row in d["many"]} & {row[0] for row in d["one"]} for d in found)
    assert any(row[2] is None for d in found for row in d["many"])


def test_shrinking_leaves_only_what_matters():
    database = {
        "one": ((4, "c"), (5, "b")),
        "many": ((4, date(2026, 2, 1), 10), (5, date(2026, 1, 1), 3), (5, date(2026, 2, 1), 2)),
    }

    def breaks(found):
        """Some row of `many` with a number above 1 leads to a row of `one`."""
        return any(
            m[2] is not None and m[2] > 1 and m[0] == o[0] for m in found["many"] for o in found["one"]
        )

    smallest = shrunk(database, shapes(), breaks)
    assert smallest == {"one": ((1, "a"),), "many": ((1, smallest["many"][0][1], 2),)}
