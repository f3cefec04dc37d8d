"""Where MariaDB means other things by the same SQL: traps of whole queries, by their number in the list of traps, against the
reference evaluator. Those of single functions are in test_traps.py, for every engine."""

# ruff: noqa: DTZ001 - a moment without a zone is what is stored

from datetime import UTC, date, datetime

import pytest

from metricdsl.source import SourceFile
from metricdsl.testing.reference import Settings, Table
from tests.engines.whole_queries import ASKED, SETTINGS, agrees

pytestmark = pytest.mark.mariadb


@pytest.mark.parametrize("query", ASKED.values(), ids=ASKED)
def test_as_the_reference_answers(mariadb_bench, query):
    agrees(mariadb_bench, "mariadb", query)


SEEN = SourceFile.of(
    "case.metric", "entity visit from visits { key n  time seen : timestamp }\nmetric visits = count(visit)\n"
)


def visits(*moments):
    cells = tuple((n, moment.replace(tzinfo=UTC)) for n, moment in enumerate(moments))
    return {"visits": Table((("n", "integer"), ("seen", "instant")), cells)}


def test_22_instants_are_read_by_the_clock_of_the_project(mariadb_bench):
    tables = visits(
        datetime(2026, 3, 28, 23, 30), datetime(2026, 3, 29, 1, 30), datetime(2026, 10, 25, 0, 30)
    )
    settings = Settings(today=date(2026, 11, 30), timezone="Europe/Berlin")
    answer = mariadb_bench.ask("mariadb", (SEEN,), tables, "visits by hour", settings)
    hours = [datetime(2026, 3, 29, 0), datetime(2026, 3, 29, 3), datetime(2026, 10, 25, 2)]
    assert list(answer.rows) == [(hour, 1) for hour in hours]


LATER = SourceFile.of(
    "case.metric",
    'entity visit from visits { key n  time seen : timestamp "YYYY-MM-DDTHH24:MI:SSZ" }\nmetric visits = count(visit)\n',
)


@pytest.mark.parametrize("seen", ["2040-07-01T12:00:00Z", "1969-07-20T20:17:00Z"])
def test_22_where_the_server_knows_no_clocks_it_says_so(mariadb_bench, seen):
    tables = {"visits": Table((("n", "integer"), ("seen", "text")), ((1, seen),))}
    settings = Settings(today=date(2041, 1, 1), timezone="Europe/Berlin")
    answer = mariadb_bench.ask("mariadb", (LATER,), tables, "visits by hour", settings)
    assert [problem.code for problem in answer.problems] == ["X720"]
    assert "no clock of Europe/Berlin" in answer.problems[0].message()


READ = SourceFile.of(
    "case.metric",
    """
entity row from rows {
  key n
  time day : date "DD.MM.YYYY"
  fact whole : integer
  fact amount : decimal(2) "1.234,56"
  dimension ok : boolean
}
metric rows = count(row)
metric amount = sum(row.amount)
metric whole = sum(row.whole)
""",
)


@pytest.mark.parametrize(
    ("column", "value", "query"),
    [
        ("day", "31.02.2026", "rows by row.day"),
        ("day", "2026-02-01", "rows by row.day"),
        ("amount", "12,345", "amount"),
        ("amount", "abc", "amount"),
        ("amount", "1,5\n", "amount"),
        ("whole", "7x", "whole"),
        ("ok", "maybe", "rows by row.ok"),
    ],
)
def test_40_a_text_that_does_not_convert_is_an_error_and_never_0(mariadb_bench, column, value, query):
    good = {"n": 1, "day": "28.02.2026", "whole": "7", "amount": "1.234,50", "ok": "yes"}
    kinds = tuple((name, "integer" if name == "n" else "text") for name in good)

    def asked(*given):
        table = Table(kinds, tuple(tuple(one.values()) for one in given))
        return mariadb_bench.ask("mariadb", (READ,), {"rows": table}, query, SETTINGS)

    assert not asked(good).problems
    answer = asked(good, {**good, "n": 2, column: value})
    assert {problem.code for problem in answer.problems} == {"X706"}
    assert value.strip() in answer.problems[0].message()


def test_10_sums_and_products_beyond_the_digits_are_errors(mariadb_bench):
    text = "entity row from rows { key n  fact a : integer  fact b : integer }\n"
    text += "metric s = sum(row.a)\nmetric p = sum(row.a * row.b)\n"
    tables = {
        "rows": Table((("n", "integer"), ("a", "integer"), ("b", "integer")), ((1, 2**62, 4), (2, 2**62, 1)))
    }
    files = (SourceFile.of("case.metric", text),)
    assert list(mariadb_bench.ask("mariadb", files, tables, "s", SETTINGS).rows) == [(2**63,)]
    assert {p.code for p in mariadb_bench.ask("mariadb", files, tables, "p", SETTINGS).problems} == {"X716"}


def test_43_names_of_two_letters_cases_and_with_signs_of_their_own(mariadb_bench):
    text = "entity row from `odd table` { key n  fact `per cent` : integer }\nmetric total of it = sum(row.`per cent`)\n"
    text = text.replace("total of it", "total_of_it")
    tables = {"odd table": Table((("n", "integer"), ("per cent", "integer")), ((1, 5), (2, 6)))}
    answer = mariadb_bench.ask(
        "mariadb", (SourceFile.of("case.metric", text),), tables, "total_of_it", SETTINGS
    )
    assert list(answer.rows) == [(11,)], answer.problems


PLAIN = SourceFile.of(
    "case.metric",
    """
entity line from lines {
  key n
  time day : date
  dimension code : text
  fact a : integer
  fact b : integer
  dimension ok : boolean
}
metric lines = count(line)
metric less  = sum(line.a - line.b)
""",
)
LINES = Table(
    (
        ("n", "integer"),
        ("day", "date"),
        ("code", "text"),
        ("a", "integer"),
        ("b", "integer"),
        ("ok", "boolean"),
    ),
    (
        (1, date(2026, 1, 31), "a", 1, 2, True),
        (2, date(2026, 2, 1), "A", 1, 5, False),
        (3, None, "á", 0, 1, None),
        (4, date(9999, 12, 31), "a ", 3, 1, True),
    ),
)
CHANGES = {
    "37 another character set": "MODIFY code VARCHAR(40) CHARACTER SET latin1 COLLATE latin1_general_ci",
    "37 a fixed length": "MODIFY code CHAR(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin",
    "37 one of some texts": "MODIFY code ENUM('a', 'A', 'á') CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin",
    "numbers without a sign": "MODIFY a INT UNSIGNED, MODIFY b BIGINT UNSIGNED ZEROFILL",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_columns_as_people_have_them(mariadb_bench, change):
    own = Table((("n", "integer"),), ((len(change),),))  # so that the tables are loaded for this change alone
    tables = {"lines": LINES, "own": own}
    questions = ("lines by line.code", "less by line.ok", 'lines where line.code = "a"')
    before = [mariadb_bench.ask("mariadb", (PLAIN,), tables, q, SETTINGS).rows for q in questions]
    assert before[0] == (("A", 1), ("a", 1), ("a ", 1), ("á", 1))
    if "CHAR(10)" in change or "ENUM" in change:  # they keep no blanks at the end
        before = [(("A", 1), ("a", 2), ("á", 1)), before[1], ((2,),)]
    server = mariadb_bench._mariadb
    with server._connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {server._made[-1]}.`lines` {change}")
    mariadb_bench.forget("mariadb")
    answers = [mariadb_bench.ask("mariadb", (PLAIN,), tables, q, SETTINGS) for q in questions]
    assert [answer.rows for answer in answers] == before, [answer.problems for answer in answers]
