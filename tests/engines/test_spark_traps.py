"""Where Spark means other things by the same SQL: all traps of functions and of texts, as for the other engines; those of whole
queries against the reference evaluator; and what its session could be set up to say otherwise. One Spark serves them all."""

# ruff: noqa: DTZ001 - a moment without a zone is what is stored

from datetime import UTC, date, datetime

import pytest

from metricdsl.source import SourceFile
from metricdsl.spi.values import Limits, Statement
from metricdsl.testing.engines import Bench
from metricdsl.testing.reference import Settings, Table
from tests.builtins.engines import engine_of_a_plugin
from tests.engines.test_text_traps import *  # noqa: F403 - its tests, with the engine of this file
from tests.engines.test_traps import *  # noqa: F403
from tests.engines.whole_queries import ASKED, agrees

pytestmark = [pytest.mark.spark, pytest.mark.timeout(600)]
pytest.importorskip(
    "metricdsl_spark.adapter", reason="no driver of spark: say `make spark`", exc_type=ImportError
)


@pytest.fixture(scope="module")
def engine():
    found = engine_of_a_plugin("spark")
    yield found
    found.connection.close()


@pytest.fixture(scope="module")
def bench():
    with Bench() as made:
        yield made


@pytest.mark.parametrize("query", ASKED.values(), ids=ASKED)
def test_as_the_reference_answers(bench, query):
    agrees(bench, "spark", query)


def asked(bench, text, tables, query, timezone="UTC"):
    settings = Settings(today=date(2026, 11, 30), timezone=timezone)
    return bench.ask("spark", (SourceFile.of("case.metric", text),), tables, query, settings)


NUMBERS = "entity row from rows { key n  fact a : integer  fact b : integer }\n"


def test_10_a_sum_beyond_64_bits_is_exact_and_a_product_an_error(bench):
    text = NUMBERS + "metric s = sum(row.a)\nmetric p = sum(row.a * row.b)\n"
    columns = (("n", "integer"), ("a", "integer"), ("b", "integer"))
    tables = {"rows": Table(columns, ((1, 2**62, 4), (2, 2**62, 1)))}
    assert list(asked(bench, text, tables, "s").rows) == [(2**63,)]
    assert {p.code for p in asked(bench, text, tables, "p").problems} == {"X716"}


def test_2_a_product_of_decimals_keeps_its_digits(bench):
    """With Spark's own rule it would be cut to six."""
    text = "entity row from rows { key n  fact a : decimal(6)  fact b : decimal(6) }\nmetric p = sum(row.a * row.b)\n"
    columns = (("n", "integer"), ("a", "decimal(6)"), ("b", "decimal(6)"))
    found = asked(bench, text, {"rows": Table(columns, ((1, "0.000001", "0.000003"),))}, "p")
    ((value,),) = found.rows
    assert str(value) in {"3E-12", "0.000000000003"}


SEEN = "entity visit from visits { key n  time seen : timestamp }\nmetric visits = count(visit)\n"


def test_22_instants_are_read_by_the_clock_of_the_project(bench):
    moments = (datetime(2026, 3, 28, 23, 30), datetime(2026, 3, 29, 1, 30), datetime(2026, 10, 25, 0, 30))
    cells = tuple((n, moment.replace(tzinfo=UTC)) for n, moment in enumerate(moments))
    tables = {"visits": Table((("n", "integer"), ("seen", "instant")), cells)}
    answer = asked(bench, SEEN, tables, "visits by hour", "Europe/Berlin")
    hours = [datetime(2026, 3, 29, 0), datetime(2026, 3, 29, 3), datetime(2026, 10, 25, 2)]
    assert list(answer.rows) == [(hour, 1) for hour in hours]


@pytest.mark.parametrize(("value", "told"), [("31.02.2026", "2026-02-31"), ("2026-02-01", "2026-02-01")])
def test_40_a_text_that_is_no_day_is_an_error(bench, value, told):
    text = 'entity row from rows { key n  time day : date "DD.MM.YYYY" }\nmetric rows = count(row)\n'
    tables = {"rows": Table((("n", "integer"), ("day", "text")), ((1, "28.02.2026"), (2, value)))}
    answer = asked(bench, text, tables, "rows by row.day")
    assert {problem.code for problem in answer.problems} == {"X706"}
    assert told in answer.problems[0].message()


SPELT = {
    "3 a bare division by zero is an error, so ours is guarded": ("SELECT 1 / 0", "DIVIDE_BY_ZERO"),
    "16 there is no interval of a quarter": ("SELECT DATE '2026-01-31' + INTERVAL '1' QUARTER", "INVALID_TYPED_LITERAL"),
    "10 a bare sum of 64 bits is an error, so ours is a decimal": (
        "SELECT SUM(x) FROM VALUES (9223372036854775807), (1) AS t(x)", "OVERFLOW",
    ),
    "44 a number is no column": ("SELECT COUNT(*) FROM VALUES (1) AS t(x) GROUP BY 1 HAVING x = 1", "UNRESOLVED_COLUMN"),
    "7 a name beside is no column": ("SELECT 1 AS a, a + 1 AS b", "UNRESOLVED_COLUMN"),
}  # fmt: skip


@pytest.mark.parametrize(("sql", "said"), SPELT.values(), ids=SPELT)
def test_what_spark_itself_says(engine, sql, said):
    with pytest.raises(Exception) as raised:
        engine.rows(sql)
    assert said in raised.value.problem.detail


PLAIN = {
    "1 whole numbers": ("SELECT 7 / 2", 3.5),
    "9 nulls come first by themselves": ("SELECT x FROM VALUES (1), (NULL) AS t(x) ORDER BY x LIMIT 1", None),
    "13 halves of doubles": ("SELECT ROUND(CAST(2.5 AS DOUBLE))", 3.0),
    "31 a logarithm is the natural one": ("SELECT ROUND(LOG(EXP(1D)), 6)", 1.0),
    "32 nulls are not chosen": ("SELECT GREATEST(1, NULL)", 1),
    "28 a percentile is exact": ("SELECT PERCENTILE(x, 0.25) FROM VALUES (1), (2), (3), (4) AS t(x)", 1.75),
    "texts are not filled in": ("SELECT '${spark.app.name}'", "${spark.app.name}"),
    "capitals count": ("SELECT COUNT(`a`) FROM VALUES (1, 2) AS t(`a`, `A`)", 1),
}


@pytest.mark.parametrize(("sql", "value"), PLAIN.values(), ids=PLAIN)
def test_what_the_session_is_pinned_to(engine, sql, value):
    assert engine.rows(sql) == [(value,)]


def test_17_a_recursion_of_more_than_a_hundred_steps(engine):
    deep = (
        "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 150) SELECT COUNT(*) FROM c"
    )
    assert engine.rows(deep) == [(150,)]


def test_47_rows_come_up_to_their_limit_in_order(engine):
    adapter = engine.connection._adapter
    made = Statement(sql="SELECT id FROM RANGE(100000) ORDER BY id DESC")
    found = [row for batch in adapter.execute(made, Limits(rows=3)) for row in batch]
    assert found == [(99999,), (99998,), (99997,)]
