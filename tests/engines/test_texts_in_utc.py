"""Texts in UTC over a change of the clocks: instants on the engines that know time zones, refused on the one that does not."""

from datetime import date, datetime, timedelta

import pytest

from metricdsl.source import SourceFile
from metricdsl.syntax import read, read_query
from metricdsl.testing.comparing import differences
from metricdsl.testing.engines import Bench
from metricdsl.testing.reference import Settings, Table, evaluate

DEFINITIONS = SourceFile.of(
    "case.metric",
    """
entity ticket from tickets {
  key ticket_id
  time created_at : timestamp "YYYY-MM-DDTHH24:MI:SSZ" default
  time solved_at : timestamp "YYYY-MM-DDTHH24:MI:SSZ"
  time day : date "YYYY-MM-DDTHH24:MI:SSZ"
}
metric tickets = count(ticket)
metric took = avg(ticket.solved_at - ticket.created_at)
""",
)
COLUMNS = (("ticket_id", "integer"), ("created_at", "text"), ("solved_at", "text"), ("day", "text"))
ROWS = (
    (1, "2026-03-29T00:30:00Z", "2026-03-29T01:30:00Z", "2026-03-29T00:30:00Z"),
    (2, "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", "2026-03-28T23:00:00Z"),
    (3, "2026-03-28T22:59:59Z", None, "2026-03-28T22:59:59Z"),
    (4, "2026-10-25T00:30:00Z", "2026-10-25T01:10:00Z", ""),
)
TABLES = {"tickets": Table(COLUMNS, ROWS)}
SETTINGS = Settings(today=date(2026, 11, 30), timezone="Europe/Berlin")


def moment(text):
    """A reading of the local clock, which has no zone."""
    return datetime.fromisoformat(text)


TOOK = [
    (1, timedelta(hours=1), moment("2026-03-29T01:30:00"), moment("2026-03-29T03:30:00")),
    (2, timedelta(hours=23), moment("2026-03-29T00:00:00"), moment("2026-03-30T00:00:00")),
    (3, None, moment("2026-03-28T23:59:59"), None),
    (4, timedelta(minutes=40), moment("2026-10-25T02:30:00"), moment("2026-10-25T02:10:00")),
]
QUERY = "took, a: max(ticket.created_at), b: max(ticket.solved_at) by ticket.ticket_id"
ASKED = [
    QUERY,
    "tickets by day, ticket.day",
    "took, min(ticket.created_at) by hour",
    "tickets where ticket.solved_at - ticket.created_at <= 1 hour",
    "x: max((ticket.created_at + 4 hours) - ticket.created_at), y: max(ticket.created_at - 90 minutes) by ticket.ticket_id",
]


SERVERS = [pytest.param(name, marks=getattr(pytest.mark, name)) for name in ("postgres", "mariadb")]


@pytest.fixture(params=["duckdb", *SERVERS])
def ask(request):
    server = f"{request.param}_url"
    urls = {server: request.getfixturevalue(server)} if request.param in {"postgres", "mariadb"} else {}
    with Bench(**urls) as bench:
        yield lambda query: bench.ask(request.param, (DEFINITIONS,), TABLES, query, SETTINGS)


def test_they_are_shown_by_the_local_clock_and_told_apart_by_the_time_that_passed(ask):
    answer = ask(QUERY)
    assert not answer.problems
    assert list(answer.rows) == TOOK


@pytest.mark.parametrize("query", ASKED)
def test_as_the_reference_reads_them(ask, query):
    answer = ask(query)
    wanted = evaluate(
        [read(DEFINITIONS).value], read_query(SourceFile.of("query", query)).value, TABLES, SETTINGS
    )
    assert not differences(answer.columns, answer.rows, wanted.columns, wanted.rows)


def test_sqlite_knows_no_time_zones():
    with Bench() as bench:
        answer = bench.ask("sqlite", (DEFINITIONS,), TABLES, QUERY, SETTINGS)
        assert {problem.code for problem in answer.problems} == {"D601"}
        in_utc = bench.ask(
            "sqlite", (DEFINITIONS,), TABLES, "tickets by day", Settings(today=date(2026, 11, 30))
        )
        days = [(date(2026, 3, 28), 2), (date(2026, 3, 29), 1), (date(2026, 10, 25), 1)]
        assert list(in_utc.rows) == days
