"""Functions of spreadsheets and SQL: the fix is the same number in the words of the language."""

import pytest

from tests.analysis.reading import resolve

MODEL = """
entity deal from deals {
  key deal_id
  time created_on : date
  time closed_on : date
  dimension status : text
  fact amount : money(USD, 2)
  fact size : integer
}
"""
CALLS = [
    ('COUNTIF(deal.status = "won")', 'count(deal where deal.status = "won")'),
    ("count_distinct(deal.status)", "count(distinct deal.status)"),
    ("DISTINCTCOUNT(deal.status)", "count(distinct deal.status)"),
    ('sumif(deal.amount, deal.status = "won")', 'sum(deal.amount where deal.status = "won")'),
    ('averageif(deal.status = "won", deal.amount)', 'avg(deal.amount where deal.status = "won")'),
    ("p90(deal.amount)", "percentile(deal.amount, 90%)"),
    ("quantile(deal.amount, 0.25)", "percentile(deal.amount, 25%)"),
    ("average(deal.amount)", "avg(deal.amount)"),
    ("ifnull(sum(deal.size), 0)", "coalesce(sum(deal.size), 0)"),
    ("safe_divide(sum(deal.size), count(deal))", "(sum(deal.size) / count(deal))"),
    ("sum(iff(deal.size > 3, deal.size, 0))", "sum(if(deal.size > 3, deal.size, 0))"),
    ("avg(datediff(deal.created_on, deal.closed_on))", "avg(days_between(deal.created_on, deal.closed_on))"),
    ("avg(days(deal.closed_on - deal.created_on))", "avg(((deal.closed_on - deal.created_on) / 1 day))"),
]


@pytest.mark.parametrize(("written", "meant"), CALLS)
def test_the_fix_writes_the_whole_call(written, meant):
    text = f"{MODEL}metric m = {written}\n"
    [problem] = resolve(text).problems
    assert problem.code == "N210"
    [fix] = problem.fixes()
    [edit] = fix.edits
    mended = text[: edit.span.start] + edit.text + text[edit.span.end :]
    assert mended == f"{MODEL}metric m = {meant}\n"
    assert [p.message() for p in resolve(mended).problems if p.severity.value == "error"] == []


def test_a_list_needs_what_is_looked_for():
    [problem] = resolve(f'{MODEL}metric m = count(deal where in("won", "lost"))\n').problems
    [fix] = problem.fixes()
    assert "in (" in fix.title
    assert fix.edits == ()
