"""Over what the values of a metric may be added: everything, everything but time, nothing."""

import pytest

from metricdsl.model.metric import Additivity
from tests.analysis.reading import resolve

MODEL = """
entity account from accounts { key account_id  dimension region : text }
entity deal from deals {
  key deal_id
  join account on account_id
  time closed_on : date
  dimension is_won : boolean
  fact amount : money(USD, 2)
}
entity balance from balances {
  key account_id, day
  join account on account_id
  time day : date
  fact held : money(USD, 2) stock last by day
}
entity contract from contracts {
  key contract_id
  join account on account_id
  time starts_on : date default
  time ends_on : date
  fact fee : money(USD, 2)
}
metric deals = count(deal)
metric amount = sum(deal.amount)
"""
EVERYTHING, NOT_TIME, NOTHING = Additivity.ADDITIVE, Additivity.SEMI_ADDITIVE, Additivity.NON_ADDITIVE
FORMULAS = {
    "count(deal)": EVERYTHING,
    "sum(deal.amount where is_won)": EVERYTHING,
    "amount - sum(deal.amount where is_won)": EVERYTHING,
    "-amount": EVERYTHING,
    "amount * 2": EVERYTHING,
    "2 * amount": EVERYTHING,
    "amount / 100": EVERYTHING,
    "sum(amount per account)": EVERYTHING,
    "sum(balance.held)": NOT_TIME,
    "sum(balance.held) + amount": NOT_TIME,
    "sum(contract.fee) while starts_on to ends_on": NOT_TIME,
    "count(contract) while starts_on to ends_on": NOT_TIME,
    "prior(amount, 1 month)": NOT_TIME,
    "trailing(amount, 3 months)": NOT_TIME,
    "running(amount)": NOT_TIME,
    "count(distinct deal.account)": NOTHING,
    "avg(deal.amount)": NOTHING,
    "avg(balance.held)": NOTHING,
    "max(deal.amount)": NOTHING,
    "median(deal.amount)": NOTHING,
    "amount / deals": NOTHING,
    "deals * deals": NOTHING,
    "rate(deal, that: is_won)": NOTHING,
    "avg(amount per account)": NOTHING,
    "sum(amount per account having deals > 1)": NOTHING,
    "if(deals > 1, amount, amount)": NOTHING,
}


@pytest.mark.parametrize(("formula", "expected"), FORMULAS.items())
def test_additivity(formula: str, expected: Additivity):
    outcome = resolve(MODEL + f"metric asked = {formula}\n")
    assert outcome.value.model.metrics["asked"].additivity is expected
