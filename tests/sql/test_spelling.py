"""What is written otherwise than sqlglot would: each line of the docstrings, before and after."""

import pytest
from sqlglot import parse_one

from metricdsl.plugins import builtin_registry
from metricdsl.sql.rendering import in_spelling

DIALECTS = builtin_registry().dialects
AFTER = {
    "datafusion": [
        ("SELECT CAST(x AS TIMESTAMP)", "SELECT CAST(x AS TIMESTAMP(6))"),
        (
            "SELECT x AT TIME ZONE 'Europe/Berlin'",
            "SELECT CAST(TO_LOCAL_TIME(x AT TIME ZONE 'Europe/Berlin') AS TIMESTAMP(6))",
        ),
        (
            "SELECT 1 FROM t WHERE a IS NOT DISTINCT FROM b AND c",
            "SELECT 1 FROM t WHERE (a IS NOT DISTINCT FROM b) AND c",
        ),
        ("SELECT CAST(0.1 AS DOUBLE PRECISION)", "SELECT CAST('0.1' AS DOUBLE PRECISION)"),
        ("SELECT CAST((-0.5) AS DOUBLE PRECISION)", "SELECT CAST('-0.5' AS DOUBLE PRECISION)"),
        ("SELECT CAST(x AS DATE) FROM t", "SELECT CAST(x AS DATE) FROM t"),
        ("SELECT MAX(CAST(x AS DATE)) FROM t", "SELECT MAX(ARROW_CAST(x, 'Date32')) FROM t"),
        (
            "SELECT CAST(CAST(x AS BIGINT) AS DECIMAL(38, 2)) FROM t GROUP BY x",
            "SELECT ARROW_CAST(ARROW_CAST(x, 'Int64'), 'Decimal128(38, 2)') FROM t GROUP BY x",
        ),
    ],
    "clickhouse": [
        ("SELECT CAST(x AS DATE)", "SELECT CAST(x AS Nullable(Date32))"),
        ("SELECT CAST(x AS TIMESTAMP)", "SELECT CAST(x AS Nullable(DateTime64(6, 'UTC')))"),
        ("SELECT EXTRACT(ISODOW FROM d)", "SELECT toDayOfWeek(d)"),
        (
            "SELECT x AT TIME ZONE 'Europe/Berlin'",
            "SELECT addSeconds(x, timeZoneOffset(toTimeZone(x, 'Europe/Berlin')))",
        ),
        ("SELECT 0.1 + x", "SELECT CAST('0.1' AS Nullable(Decimal(38, 1))) + x"),
        ("SELECT CAST(0.1 AS DOUBLE PRECISION)", "SELECT CAST('0.1' AS Nullable(Float64))"),
        ("SELECT 3600000000 + x", "SELECT CAST(3600000000 AS Nullable(Int64)) + x"),
        ("SELECT COUNT(x) FROM t", "SELECT CAST(COUNT(x) AS Nullable(Int64)) FROM t"),
        ("SELECT NULLIF(x, 0)", "SELECT CASE WHEN NOT (x = 0) THEN x END"),
        ("SELECT a.x, b.y AS z FROM a, b", "SELECT a.x AS x, b.y AS z FROM a, b"),
        (
            "SELECT a.x AS v FROM a ORDER BY v DESC, a.x, SUM(a.x) LIMIT 2",
            (
                'SELECT "v" FROM (SELECT a.x AS v, a.x AS "ordered_by_1", SUM(a.x) AS "ordered_by_2" FROM a) AS "unordered" '
                'ORDER BY v DESC NULLS FIRST, "ordered_by_1", "ordered_by_2" LIMIT 2'
            ),
        ),
        (
            "SELECT ROW_NUMBER() OVER (ORDER BY x) FROM t",
            "SELECT CAST(ROW_NUMBER() OVER (ORDER BY x) AS Nullable(Int64)) FROM t",
        ),
    ],
}


@pytest.mark.parametrize(
    ("dialect", "before", "after"), [(d, *pair) for d, pairs in AFTER.items() for pair in pairs]
)
def test_it_is_written_so(dialect, before, after):
    definition = DIALECTS[dialect]
    tree = parse_one(before, dialect="postgres")
    assert in_spelling(tree, definition).sql(definition.sqlglot) == after


@pytest.mark.parametrize("dialect", ["duckdb", "sqlite", "postgres"])
def test_others_are_written_as_they_stand(dialect):
    tree = parse_one("SELECT CAST(x AS TIMESTAMP)", dialect="postgres")
    assert in_spelling(tree, DIALECTS[dialect]) is tree


def test_the_tree_itself_stays():
    tree = parse_one("SELECT CAST(x AS TIMESTAMP)", dialect="postgres")
    before = tree.sql("postgres")
    in_spelling(tree, DIALECTS["datafusion"])
    assert tree.sql("postgres") == before
