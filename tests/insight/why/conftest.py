"""Deals of five customers, in March and April: the table of docs/reference/why.md, and some more metrics."""

from pathlib import Path

import pytest

import metricdsl

DEALS = """deal_id,customer_id,channel,closed_on,is_won,amount,lasted
1,1,partner,2026-03-02,true,100.00,2
2,1,partner,2026-03-04,true,80.00,4
3,2,partner,2026-03-09,false,50.00,6
4,2,partner,2026-03-15,true,60.00,8
5,3,web,2026-03-18,true,40.00,10
6,3,web,2026-03-28,false,30.00,
7,1,partner,2026-04-02,true,90.00,1
8,2,web,2026-04-03,true,40.00,1
9,3,web,2026-04-08,true,30.00,1
10,3,web,2026-04-10,false,30.00,1
11,4,web,2026-04-16,true,20.00,1
12,4,web,2026-04-22,false,25.00,1
13,5,fair,2026-04-24,false,70.00,9
14,5,fair,2026-04-29,true,60.00,9
"""
CUSTOMERS = "customer_id,region\n1,EU\n2,US\n3,EU\n4,US\n5,\n"
DEFINITIONS = """
entity customer from customers { key customer_id  dimension region : text }
entity deal from deals {
  key deal_id
  join customer on customer_id
  time closed_on : date
  dimension channel : text
  dimension is_won : boolean
  dimension lasted : integer
  fact amount : money(USD, 2)
}
metric won_revenue "Won revenue" = sum(deal.amount where is_won) { better higher }
metric asked = sum(deal.amount)
metric closed_deals = count(deal)
metric won_deals = count(deal where is_won)
metric buyers = count(distinct deal.customer where is_won)
metric win_rate = rate(deal, that: is_won) { better higher }
metric lost_rate = 1 - win_rate
metric lead = win_rate - lost_rate
metric deals_per_buyer = won_deals / buyers
metric deal_size = won_revenue / won_deals
metric revenue_by_its_factors = buyers * deals_per_buyer * deal_size
metric squared = won_deals * closed_deals as number
metric typical_deal = median(deal.amount)
metric open_value = asked - won_revenue
metric mean_amount = avg(deal.amount)
metric weighted = avg(deal.lasted, weight: deal.amount)
metric typical_customer = avg(asked per deal.customer)
metric big = count(deal having asked > 60)
metric a_year_on = won_revenue
metric guarded = if(won_deals > 0, won_revenue / won_deals, null)
metric grown = growth(asked, 1 month)
metric shared = share(asked, of: deal.channel)
metric rounded = round(asked)
metric few = sum(deal.amount) { minimum 3 }
baseline a_year_on = prior(a_year_on, 1 month)
baseline win_rate = 0.5 as share
goal won_revenue >= 300 for 2026-04
goal won_revenue >= 90 for 2026-04 each deal.channel
goal win_rate >= 70% for 2026-04
goal win_rate >= 50% for 2026-04 each deal.channel
goal closed_deals >= 10 for 2026-05
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "deals.csv").write_text(DEALS)
    (tmp_path / "data" / "customers.csv").write_text(CUSTOMERS)
    (tmp_path / "deals.metric").write_text(
        DEFINITIONS.replace(
            "metric closed_deals = count(deal)", "metric closed_deals = count(deal) { better higher }"
        )
    )
    (tmp_path / "metricdsl.toml").write_text(
        '[project]\nname = "why"\nlanguage = 1\ntoday = 2026-05-11\ndefinitions = ["deals.metric"]\n'
        '[connections.default]\nurl = "files:data"\n'
    )
    return tmp_path


@pytest.fixture
def project(folder: Path):
    with metricdsl.open(folder) as opened:
        assert [p.message() for p in opened.problems if p.severity.value == "error"] == []
        yield opened
