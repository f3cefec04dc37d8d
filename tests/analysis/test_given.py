"""Tests in definition files, resolved: tables and requests."""

from datetime import date, datetime
from decimal import Decimal

from metricdsl.analysis import resolve_test
from tests.analysis.reading import resolve

TEXT = """
entity deal from deals {
  key deal_id
  time closed_at : timestamp
  dimension status : text
  dimension is_won = status = "won"
  fact amount : money(USD, 2)
}
metric win_rate = rate(deal where status in ("won", "lost"), that: is_won)
test "a lost deal" {
  given deal {
    deal_id, status, closed_at, amount
    | 1, "won", 2026-01-10, 5
    | 2, lost, "2026-01-12T10:00:00", null
  }
  expect win_rate by month {
    month, win_rate
    | 2026-01-01, 50%
  }
}
"""


def _resolved(text):
    outcome = resolve(text)
    assert outcome.problems == ()
    (declared,) = outcome.value.world.directory.tests
    found = resolve_test(outcome.value, declared.node, declared.scope)
    assert found.problems == ()
    return found.value


def test_tables_and_expectations():
    test = _resolved(TEXT)
    table = test.given["deal"]
    assert table.columns == ("deal_id", "status", "closed_at", "amount")
    assert [[cell.value for cell in row] for row in table.rows] == [
        [1, "won", datetime.fromisoformat("2026-01-10"), Decimal(5)],
        [2, "lost", datetime.fromisoformat("2026-01-12T10:00"), None],
    ]
    (expectation,) = test.expectations
    assert expectation.columns == ("month", "win_rate")
    assert [cell.value for cell in expectation.rows[0]] == [date(2026, 1, 1), Decimal("0.5")]


def test_today_is_the_latest_day_given_or_the_one_named():
    assert _resolved(TEXT).today == date(2026, 1, 12)
    assert _resolved(TEXT.replace('deal" {', 'deal" on 2026-02-01 {')).today == date(2026, 2, 1)
