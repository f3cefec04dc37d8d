"""Joins by time on every engine: as a loop over all pairs finds them, and refused where two rows are valid at once."""

from datetime import date, datetime, timedelta
from random import Random

import pytest

from metricdsl.source import SourceFile
from metricdsl.testing.engines import Bench
from metricdsl.testing.reference import Settings, Table

DEFINITIONS = SourceFile.of(
    "case.metric",
    """
entity deal from deals {
  key deal_id
  join previous: deal on account before at
  join next: deal on account after at
  join span on account as of at
  join other: mark on account before at
  join later: mark on account after at
  time at : timestamp
}
entity span from spans {
  key account, since
  time since : date
  time until : date
  valid from since to until
}
entity mark from marks { key account, name  time made_on : date  dimension name : text }
metric deals = count(deal)
""",
)


def moment(text):
    """A reading of the local clock, which has no zone."""
    return datetime.fromisoformat(text)


START = moment("2026-01-01")
TABLES = {
    "deals": (("deal_id", "integer"), ("account", "integer"), ("at", "timestamp")),
    "spans": (("account", "integer"), ("since", "date"), ("until", "date")),
    "marks": (("account", "integer"), ("name", "text"), ("made_on", "date")),
}


def tables(deals, spans, marks):
    rows = {"deals": deals, "spans": spans, "marks": marks}
    return {name: Table(columns, tuple(rows[name])) for name, columns in TABLES.items()}


SERVERS = [pytest.param(name, marks=getattr(pytest.mark, name)) for name in ("postgres", "mariadb")]


@pytest.fixture(params=["duckdb", "sqlite", *SERVERS])
def asked(request):
    server = f"{request.param}_url"
    urls = {server: request.getfixturevalue(server)} if request.param in {"postgres", "mariadb"} else {}
    with Bench(**urls) as bench:

        def ask(data, query):
            settings = Settings(today=date(2026, 6, 30))
            return bench.ask(request.param, [DEFINITIONS], data, query, settings)

        yield ask


def midnight(day):
    return None if day is None else moment(day.isoformat())


def nearest(rows, account, at, *, before):
    """The key of the neighbour among (account, time, key), by looking at each."""
    if account is None or at is None:
        return None
    found = [(t, k) for a, t, k in rows if a == account and t is not None and (t < at if before else t > at)]
    return (max(found) if before else min(found))[1] if found else None


def test_neighbours_are_those_that_a_loop_finds(asked):
    random = Random(7)
    deals = [
        (
            number,
            random.choice([1, 2, 3, None]),
            random.choice([None, *[START + timedelta(hours=6 * random.randrange(24)) for _ in range(6)]]),
        )
        for number in range(1, 80)
    ]
    marks = [
        (account, name, random.choice([None, *[START.date() + timedelta(days=n) for n in range(6)]]))
        for account in (1, 2)
        for name in ("a", "B", "c", "Z", "é")
    ]
    spans = []
    for account in (1, 2):
        day = START.date() - timedelta(days=1)
        for _ in range(4):
            end = day + timedelta(days=random.randrange(3))
            spans.append((account, day, end))
            day = end + timedelta(days=random.randrange(1, 3))
    spans.append((2, day, None))
    wanted = []
    own = [(account, at, number) for number, account, at in deals]
    others = [(account, midnight(day), name) for account, name, day in marks]
    for number, account, at in deals:
        valid = [
            since
            for a, since, until in spans
            if a == account
            and at is not None
            and midnight(since) <= at
            and (until is None or at < midnight(until))
        ]
        assert len(valid) < 2
        wanted.append(
            (
                number,
                nearest(own, account, at, before=True),
                nearest(own, account, at, before=False),
                valid[0] if valid else None,
                nearest(others, account, at, before=True),
                nearest(others, account, at, before=False),
            )
        )
    query = (
        "values deal.deal_id, p: deal.previous.deal_id, n: deal.next.deal_id, s: deal.span.since, "
        "o: deal.other.name, l: deal.later.name"
    )
    answer = asked(tables(deals, spans, marks), query)
    assert not [p.message() for p in answer.problems]
    assert sorted(answer.rows) == wanted


@pytest.mark.parametrize(
    "spans",
    [
        [(1, date(2026, 1, 1), date(2026, 2, 1)), (1, date(2026, 1, 31), None)],
        [(1, date(2026, 1, 1), None), (1, date(2026, 3, 1), date(2026, 4, 1))],
        [
            (1, date(2026, 1, 1), date(2026, 9, 1)),
            (1, date(2026, 2, 1), date(2026, 3, 1)),
            (1, date(2026, 4, 1), None),
        ],
    ],
)
def test_two_rows_valid_at_once_are_refused_by_their_key(asked, spans):
    data = tables([(1, 1, START)], [(2, date(2026, 1, 1), None), *spans], [])
    answer = asked(data, "deals by deal.span.since")
    assert [p.code for p in answer.problems] == ["X730"]
    (said,) = [p.message() for p in answer.problems]
    assert "(1)" in said
    assert spans[1][1].isoformat() in said


def test_a_row_ends_where_the_next_begins(asked):
    spans = [(1, date(2026, 1, 1), date(2026, 2, 1)), (1, date(2026, 2, 1), None)]
    data = tables([(1, 1, moment("2026-02-01")), (2, 1, moment("2026-01-31T23:00:00"))], spans, [])
    answer = asked(data, "deals by since: deal.span.since")
    assert answer.rows == ((date(2026, 1, 1), 1), (date(2026, 2, 1), 1))
