"""What a metric can be sliced by: every name that is listed works in a question, every one that is refused is refused there too."""

import pytest

from metricdsl.analysis import explain_dimensions
from tests.analysis.reading import ask, resolve

SALES = """
entity region from regions { key region_id  dimension name : text }
entity rep from reps { key rep_id  join home: region on region_id  dimension team : text }
entity customer from customers {
  key customer_id
  join region on region_id
  join agent: rep on agent_id
  dimension segment : text
}
entity shop from shops { key country, number  dimension size : text }
entity order from orders {
  key order_id
  join customer on customer_id
  join owner: rep on owner_id
  join creator: rep on creator_id
  join shop on shop_country, shop_number
  time made_on : date
  dimension status : text
  fact amount : money(USD)
}
entity ticket from tickets { key ticket_id  join customer on customer_id  join rep on rep_id  time at_on : date }
metric revenue = sum(order.amount)
metric per_ticket = revenue / count(ticket)
"""


@pytest.fixture(scope="module")
def sales():
    outcome = resolve(SALES)
    assert not outcome.problems
    return outcome


def listed(outcome, name):
    return {d.name: d.refusal or d.path for d in explain_dimensions(outcome.value, name)}


def test_dimensions_keys_of_joins_and_foreign_keys(sales):
    assert listed(sales, "order") == {
        "order.made_on": (),
        "order.status": (),
        "order.order_id": (),
        "order.customer_id": (),
        "order.owner_id": (),
        "order.creator_id": (),
        "order.shop_country": (),
        "order.shop_number": (),
        "order.customer": ("customer",),
        "order.owner": ("owner",),
        "order.creator": ("creator",),
        "order.shop": ("shop",),
        "creator.team": ("creator",),
        "creator.region_id": ("creator",),
        "creator.home": ("creator", "home"),
        "customer.segment": ("customer",),
        "customer.region_id": ("customer",),
        "customer.agent_id": ("customer",),
        "customer.region": ("customer", "region"),
        "customer.agent": ("customer", "agent"),
        "owner.team": ("owner",),
        "owner.region_id": ("owner",),
        "owner.home": ("owner", "home"),
        "shop.size": ("shop",),
        "agent.team": ("customer", "agent"),
        "agent.region_id": ("customer", "agent"),
        "agent.home": ("customer", "agent", "home"),
        "rep.team": "from order by owner and creator: say owner.team or creator.team",
        "rep": "from order by owner and creator: say owner or creator",
        "home.name": "from order by owner.home and creator.home: say owner.home.name or creator.home.name",
        "home": "from order by owner.home and creator.home: say owner.home or creator.home",
        "region.name": "from order by customer.region, owner.home and creator.home: "
        "say customer.region.name, owner.home.name or creator.home.name",
        "region": "from order by customer.region, owner.home and creator.home: "
        "say customer.region, owner.home or creator.home",
    }


def test_several_homes_share_the_names_that_lead_to_one_entity_from_each(sales):
    found = listed(sales, "per_ticket")
    assert found["customer"] == ("customer",)
    assert found["customer.segment"] == ("customer",)
    assert found["rep.team"] == "from order by owner and creator: say owner.team or creator.team"
    assert not {"order.customer", "owner.team", "shop.size", "ticket.at_on"} & found.keys()


@pytest.mark.parametrize("metric", ["revenue", "per_ticket"])
def test_what_is_listed_can_be_asked(sales, metric):
    for name, way in listed(sales, metric).items():
        codes = [problem.code for problem in ask(sales, f"{metric} by {name}").problems]
        assert codes == (["G404"] if isinstance(way, str) else []), name


def test_a_default_join_settles_a_tie():
    found = listed(resolve(SALES.replace("on owner_id", "on owner_id default")), "order")
    assert found["home.name"] == ("owner", "home")
    assert found["rep.team"] == ("owner",)


def test_an_entity_joined_to_itself():
    outcome = resolve(
        "entity account from accounts { key id  join parent: account on parent_id  dimension size : text }"
    )
    assert listed(outcome, "account") == {
        "account.size": (),
        "account.id": (),
        "account.parent_id": (),
        "account.parent": ("parent",),
        "parent.size": ("parent",),
        "parent.parent_id": ("parent",),
        "parent.parent": ("parent", "parent"),
    }
