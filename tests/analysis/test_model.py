"""What resolved definitions hold: types, units, additivity, times, conditions; laws about order; pickling; depth."""

import pickle
import random

import pytest

from metricdsl.analysis import explain_dimensions
from metricdsl.model.metric import Additivity
from metricdsl.model.settings import Settings
from metricdsl.model.types import INTEGER, TEXT, Kind
from metricdsl.spi.values import Catalog, TableColumn, TableInfo
from tests.analysis.reading import REGISTRY, ask, resolve, told

CRM = """
entity rep from reps { key rep_id  dimension team "Team" : text }
entity account from accounts { key account_id  join owner: rep on owner_id  dimension region : text }
entity deal "Deal" from deals {
  where deleted_at is null
  key deal_id
  join account on account_id
  join creator: rep on creator_id
  time created_at : date default
  time closed_at : date
  dimension status : text in ("open", "won", "lost")
  dimension deleted_at : date
  dimension is_won = status = "won"
  dimension cycle = closed_at - created_at
  dimension region = account.region
  fact amount : money(USD, 2)
}
segment eu = account.region = "EU"
metric won      = count(deal where is_won) at closed_at
metric closed   = count(deal where status != "open") at closed_at
metric revenue "Won revenue" = sum(deal.amount where is_won) at closed_at { about "What was won."  label zh "收入" }
metric size     = revenue / won
metric win_rate = won / closed
metric cycle    = avg(deal.cycle)
metric eu_share = (revenue where eu) / revenue
metric losses   = won - closed
metric half     = revenue / 2
metric accounts = count(distinct deal.account)
metric first    = min(deal.created_at)
"""

TYPES = [
    ("won", Kind.INTEGER, "deal", Additivity.ADDITIVE),
    ("revenue", Kind.DECIMAL, "USD", Additivity.ADDITIVE),
    ("size", Kind.FLOAT, "USD per deal", Additivity.NON_ADDITIVE),
    ("win_rate", Kind.FLOAT, "share", Additivity.NON_ADDITIVE),
    ("cycle", Kind.DURATION, "number", Additivity.NON_ADDITIVE),
    ("eu_share", Kind.FLOAT, "share", Additivity.NON_ADDITIVE),
    ("losses", Kind.INTEGER, "deal", Additivity.ADDITIVE),
    ("half", Kind.FLOAT, "USD", Additivity.ADDITIVE),
    ("accounts", Kind.INTEGER, "account", Additivity.NON_ADDITIVE),
    ("first", Kind.DATE, "number", Additivity.NON_ADDITIVE),
]


@pytest.fixture(scope="module")
def crm():
    outcome = resolve(CRM)
    assert outcome.problems == ()
    return outcome


@pytest.mark.parametrize(("name", "kind", "unit", "additivity"), TYPES)
def test_type(crm, name, kind, unit, additivity):
    metric = crm.value.model.metrics[name]
    assert (metric.type.kind, metric.type.unit.text, metric.additivity) == (kind, unit, additivity)


def test_what_is_said_of_a_metric(crm):
    metric = crm.value.model.metrics["revenue"]
    assert (metric.label, metric.about, metric.labels) == ("Won revenue", "What was won.", {"zh": "收入"})
    assert metric.text == "sum(deal.amount where is_won) at closed_at"


def test_derived_columns_are_put_in(crm):
    request = ask(crm, "revenue by deal.region, account.owner.team, month").value
    (output,) = request.outputs
    region, team, _ = output.formula.body.keys
    assert (region.path, region.entity, region.column) == (("account",), "account", "region")
    assert (team.path, team.entity) == (("account", "owner"), "rep")
    assert set(request.entities) == {"deal", "account", "rep"}
    assert [g.grain for g in request.groupings] == [None, None, "month"]


def test_the_own_time_is_the_period_and_another_time_a_dimension(crm):
    request = ask(crm, "won, new: count(deal) by deal.closed_at.month").value
    won, new = (output.formula for output in request.outputs)
    assert type(won.body.keys[0]).__name__ == "PeriodKey"
    assert new.keys[0].function == "start_of"
    assert request.groupings[0].grain is None


def test_a_key_of_two_columns_is_two_columns():
    text = """
    entity store from stores { key country, number }
    entity sale from sales { key sale_id  join store on c, n }
    metric sales = count(sale)
    """
    request = ask(resolve(text), "sales by store sort store desc").value
    assert [g.name for g in request.groupings] == ["store.country", "store.number"]
    assert [s.name for s in request.sort] == ["store.country", "store.number"]


def test_dimensions_of_an_entity_and_of_a_metric(crm):
    names = {d.name: d.path for d in explain_dimensions(crm.value, "deal")}
    assert names["deal.status"] == ()
    assert names["account.region"] == ("account",)
    assert names["creator.team"] == ("creator",)
    assert names["owner.team"] == ("account", "owner")
    assert "account.region" in {d.name for d in explain_dimensions(crm.value, "win_rate")}
    assert explain_dimensions(crm.value, "nothing") == ()


def test_an_analysis_pickles_without_its_registry(crm):
    again = pickle.loads(pickle.dumps(crm.value)).attached(REGISTRY)
    query = "revenue, win_rate by month, account.region where eu"

    class Outcome:
        value = again

    assert ask(Outcome, query).value == ask(crm, query).value


def test_the_order_of_declarations_and_files_changes_nothing():
    lines = CRM.strip().replace("\n  ", " ").replace("\n}", " }").splitlines()
    want = resolve("\n".join(lines))
    for seed in range(8):
        order = random.Random(seed)
        order.shuffle(lines)
        got = resolve("\n".join(lines[:6]), "\n".join(lines[6:]))
        assert got.problems == ()
        assert dict(got.value.model.metrics.items()) == dict(want.value.model.metrics.items())
        assert dict(got.value.model.entities.items()) == dict(want.value.model.entities.items())


def test_a_chain_of_thousands_of_metrics_is_refused_not_recursed():
    lines = [f"metric m{n} = m{n - 1} + orders" for n in range(3000, 0, -1)]
    text = "\n".join(
        [*lines, "metric m0 = orders", "entity order from orders { key id }", "metric orders = count(order)"]
    )
    outcome = resolve(text)
    assert {p.code for p in outcome.problems if p.code[0] != "L"} == {"N213"}


def test_aliases_of_aliases_and_doublings_end():
    aliases = "\n".join(f"metric m{n} = m{n - 1}" for n in range(1, 1500))
    doubled = "\n".join(f"metric d{n} = d{n - 1} + d{n - 1}" for n in range(1, 60))
    text = f"entity order from orders {{ key id }}\nmetric m0 = count(order)\nmetric d0 = m0\n{aliases}\n{doubled}"
    codes = {p.code for p in resolve(text).problems}
    assert "N213" in codes
    assert codes <= {"N213", "L904"}


def test_a_chain_of_columns_and_a_circle_of_columns():
    chain = "\n".join(f"dimension c{n} = c{n - 1} + 1" for n in range(2000, 0, -1))
    text = f"entity order from orders {{ key id\n{chain}\nfact c0 : integer }}\nmetric n = sum(order.c2000)"
    resolve(text)  # refused or not: it ends
    text = "entity order from orders { key id  dimension a = b + 1  dimension b = a - 1 }\nmetric n = sum(order.a)"
    assert [p.code for p in resolve(text).problems] == ["N204"]


def test_a_default_time_that_is_wrong_makes_no_other_time_the_default():
    text = """
    entity order from orders { key id  time a : dat default  time b : date }
    metric orders = count(order)
    """
    outcome = resolve(text)
    assert [p.code for p in outcome.problems] == ["T306"]
    asked = ask(outcome, "orders by month")
    assert asked.value is None
    assert told(asked.problems, text, "orders by month") == [("T306", "dat")]


WRONG_ROWS = [
    ("where amont > 5", "N201"),
    ("where status", "T305"),
    ("snapshot by id", "T301"),
    ("where big  dimension big : txt", "T306"),
    ("where big  dimension big = a  dimension a = big", "N204"),
]


@pytest.mark.parametrize(("member", "code"), WRONG_ROWS)
def test_a_query_of_an_entity_whose_rows_are_not_told_is_refused(member, code):
    text = f"""
    entity order from orders {{ key id  {member}  dimension status : text  fact amount : integer }}
    metric orders = count(order)
    """
    catalog = Catalog(
        {
            "orders": TableInfo(
                name="orders",
                parts=("orders",),
                columns=tuple(
                    TableColumn(name=n, type=t, native="") for n, t in (("id", INTEGER), ("status", TEXT), ("amount", INTEGER))
                ),
            )
        }
    )  # fmt: skip
    outcome = resolve(text, catalog=catalog)
    assert [p.code for p in outcome.problems] == [code]
    asked = ask(outcome, "orders")
    assert asked.value is None
    assert [p.code for p in asked.problems] == [code]


def test_a_source_renames_calculates_and_restricts():
    text = """
    source orders from shop.order_rows { where not is_deleted  order_id = id  amount = cents / 100  status = lower(state) }
    entity order from orders { key order_id  where status != "draft"  dimension status : text  fact amount : money(EUR, 2) }
    metric revenue = sum(order.amount)
    """
    outcome = resolve(text)
    assert outcome.problems == ()
    entity = outcome.value.model.entities["order"]
    assert entity.table.name == "shop.order_rows"
    assert set(entity.supplies) == {"order_id", "amount", "status"}
    assert entity.columns["is_deleted"].type.kind is Kind.UNKNOWN
    assert entity.scope.function == "and"


def test_a_source_may_use_a_column_of_the_table_that_it_also_redefines():
    text = """
    source orders from t { where amount > 5  amount = amount / 100 }
    entity order from orders { key order_id  fact amount : money(EUR, 2) }
    """
    entity = resolve(text).value.model.entities["order"]
    (compared, _) = entity.scope.arguments
    assert compared.column == "amount_of_table"
    assert entity.supplies["amount_of_table"].column == "amount"


def test_money_without_a_currency_is_the_projects():
    text = "entity order from orders { key id  fact amount : money }\nmetric revenue = sum(order.amount)"
    outcome = resolve(text, settings=Settings(currency="EUR"))
    assert outcome.value.model.metrics["revenue"].type.unit.text == "EUR"
