"""Paths, roles, packages, parameters."""

import pytest

from metricdsl.testing.reference import Refused
from tests.reference.asking import ask, table

ROLES = """
entity team from teams { key team_id  dimension name : text }
entity rep from reps { key rep_id  join team on team_id  dimension level : text }
entity deal from deals {
  key deal_id
  join owner: rep on owner_id %s
  join creator: rep on creator_id
  fact amount : integer
}
entity task from tasks { key task_id  join deal on deal_id }
metric won = sum(deal.amount)
metric tasks = count(task)
"""
TABLES = {
    "teams": table("team_id name", (1, "red"), (2, "blue")),
    "reps": table("rep_id team_id level", (1, 1, "hi"), (2, 2, "lo"), (3, 9, "hi")),
    "deals": table(
        "deal_id owner_id creator_id amount", (1, 1, 2, 10), (2, 2, 2, 5), (3, 3, 1, 1), (4, None, 3, 7)
    ),
    "tasks": table("task_id deal_id", (1, 1), (2, 1), (3, 4), (4, 8)),
}


def test_a_role_leads_to_its_entity_and_on():
    assert ask(ROLES % "", "won by owner.team.name", TABLES) == [("blue", 5), ("red", 10), (None, 8)]
    assert ask(ROLES % "", "won by creator.level", TABLES) == [("hi", 8), ("lo", 15)]
    assert ask(ROLES % "", "won by deal.owner.level", TABLES) == [("hi", 11), ("lo", 5), (None, 7)]


def test_a_role_is_found_from_further_below():
    assert ask(ROLES % "", "tasks by owner.level", TABLES) == [("hi", 2), (None, 2)]


def test_a_tie_is_refused_and_settled_by_default_or_via():
    with pytest.raises(Refused, match="more than one path"):
        ask(ROLES % "", "won by rep.level", TABLES)
    by_owner = [("hi", 11), ("lo", 5), (None, 7)]
    assert ask(ROLES % "default", "won by rep.level", TABLES) == by_owner
    assert ask(ROLES % "", "(won via owner) by rep.level", TABLES) == by_owner
    assert ask(ROLES % "default", "(won via creator) by rep.level", TABLES) == [("hi", 8), ("lo", 15)]
    assert ask(ROLES % "", "(won via creator) by team.name", TABLES) == [("blue", 15), ("red", 1), (None, 7)]


def test_two_facts_must_end_at_the_same_entity():
    definitions = """
    entity a from t { key k }
    entity b from t { key k }
    entity x from t { key k  join who: a on k }
    entity y from t { key k  join who: b on k }
    metric xs = count(x)
    metric ys = count(y)
    """
    with pytest.raises(Refused, match="different entities"):
        ask(definitions, "xs, ys by who", {"t": table("k", (1,))})


def test_no_path_is_refused():
    with pytest.raises(Refused, match="no path"):
        ask(ROLES % "", "won by task", TABLES)


def test_a_repeated_key_is_refused_not_multiplied():
    twice = {**TABLES, "reps": table("rep_id team_id level", (1, 1, "hi"), (1, 2, "lo"))}
    with pytest.raises(Refused, match="more than once"):
        ask(ROLES % "", "won by owner.level", twice)


def test_packages_used_and_full_names():
    core = "package core\nentity order from orders { key order_id  fact amount : integer }\nmetric n = count(order)"
    sales = "package sales\nuse core\nmetric revenue = sum(order.amount)\nmetric full = sum(core.order.amount) / core.n"
    tables = {"orders": table("order_id amount", (1, 4), (2, 6))}
    assert ask(
        [core, sales], "revenue, full, sales.revenue by core.order where order.order_id < 2", tables
    ) == [(1, 4, 4, 4)]


def test_a_define_substitutes_by_meaning():
    definitions = """
    entity order from orders { key order_id  dimension paid : boolean  fact amount : integer  fact fee : integer }
    define only_paid(x) = sum(x where paid)
    define ratio(a, b = count(order)) = a / b
    define net(x) = x - order.fee
    metric paid_amount = only_paid(order.amount)
    metric mean = ratio(sum(order.amount), b: 2)
    metric plain = ratio(sum(order.amount))
    metric netto = sum(net(order.amount))
    """
    tables = {"orders": table("order_id paid amount fee", (1, True, 4, 1), (2, False, 6, 1), (3, None, 2, 1))}
    assert ask(definitions, "paid_amount, mean, plain, netto", tables) == [(4, 6, 4, 9)]


def test_a_source_maps_and_scopes():
    definitions = """
    source orders from raw.sales { where not dropped  order_id = id  amount = cents / 100 }
    entity order from orders { key order_id  where amount > 1  fact amount : integer }
    metric revenue = sum(order.amount)
    """
    raw = table("id cents dropped", (1, 500, False), (2, 300, True), (3, 100, False), (4, 200, None))
    assert ask(definitions, "revenue, count(order)", {"raw.sales": raw}) == [(5, 1)]


def test_rows_that_do_not_count_are_no_parents():
    definitions = """
    entity rep from reps { key rep_id  where level = "hi"  dimension level : text }
    entity deal from deals { key deal_id  join rep on owner_id }
    metric deals = count(deal)
    """
    assert ask(definitions, "deals by rep", TABLES) == [(1, 1), (3, 1), (None, 2)]


def test_segments_from_any_home():
    definitions = (
        ROLES % "default" + '\nsegment high = rep.level = "hi"\nmetric high_won = sum(deal.amount where high)'
    )
    assert ask(definitions, "high_won, won, tasks where high", TABLES) == [(11, 11, 2)]
