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
    "spark": [
        ("SELECT CAST(x AS TIMESTAMP)", "SELECT CAST(x AS TIMESTAMP_NTZ)"),
        ("SELECT EXTRACT(ISODOW FROM d)", "SELECT EXTRACT(DAYOFWEEK_ISO FROM d)"),
        ("SELECT EXTRACT(DOY FROM d)", "SELECT EXTRACT(DOY FROM d)"),
        (
            "SELECT x AT TIME ZONE 'Europe/Berlin'",
            "SELECT CONVERT_TIMEZONE('UTC', 'Europe/Berlin', CAST(x AS TIMESTAMP_NTZ))",
        ),
        (r"SELECT x ~ '^[$&]\$a$'", r"SELECT x RLIKE '^[$\\&]\\$a\\z'"),
        ("SELECT CAST(0.10 AS DOUBLE PRECISION)", "SELECT CAST('0.10' AS DOUBLE)"),
        ("SELECT CAST((-2.5) AS DOUBLE PRECISION)", "SELECT CAST('-2.5' AS DOUBLE)"),
        (
            "SELECT ROW_NUMBER() OVER (PARTITION BY x) FROM t",
            "SELECT ROW_NUMBER() OVER (PARTITION BY x ORDER BY NULL) FROM t",
        ),
        (
            "SELECT x FROM t GROUP BY x HAVING x > 1 ORDER BY SUM(y) NULLS LAST",
            (
                "SELECT `x` FROM (SELECT x, SUM(y) AS `ordered_by_0` FROM t GROUP BY x HAVING x > 1) AS `unordered` "
                "ORDER BY `ordered_by_0` NULLS LAST"
            ),
        ),
        (
            "SELECT t.x, (SELECT MIN(a) FROM u WHERE a < t.x) AS v FROM t GROUP BY t.x",
            (
                "SELECT `grouped`.`value_1` AS `x`, (SELECT MIN(a) FROM u WHERE a < `grouped`.`value_1`) AS `v` "
                "FROM (SELECT t.x AS `value_1` FROM t GROUP BY t.x) AS `grouped`"
            ),
        ),
        (
            "SELECT (SELECT MIN(a) FROM u WHERE a < (SELECT MAX(b) FROM v WHERE b < t.x)) FROM t",
            (
                "SELECT (SELECT MIN(a) FROM u CROSS JOIN (SELECT MAX(b) AS `value` FROM v WHERE b < t.x) AS `looked_up_1` "
                "WHERE a < `looked_up_1`.`value`) FROM t"
            ),
        ),
    ],
    "mariadb": [
        ("SELECT CAST(x AS TIMESTAMP)", "SELECT CAST(x AS DATETIME(6))"),
        (r"SELECT x ~ '^[$]\$a$'", r"SELECT (REGEXP_INSTR(x, '^[$]\\$a\\z') > 0)"),
        ("SELECT EXTRACT(ISODOW FROM d)", "SELECT (WEEKDAY(d) + 1)"),
        ("SELECT EXTRACT(DOY FROM d), EXTRACT(WEEK FROM d)", "SELECT DAYOFYEAR(d), WEEK(d, 3)"),
        ("SELECT EXTRACT(YEAR FROM d)", "SELECT EXTRACT(YEAR FROM d)"),
        ("SELECT CAST(0.10 AS DOUBLE PRECISION)", "SELECT 10E-2"),
        ("SELECT CAST((-2.5) AS DOUBLE PRECISION)", "SELECT (-25E-1)"),
        ("SELECT d + (INTERVAL '1' DAY)", "SELECT d + INTERVAL '1' DAY"),
        (
            "SELECT x AT TIME ZONE 'Europe/Berlin'",
            (
                "SELECT CASE WHEN NOT (x IS NULL) THEN COALESCE(CASE WHEN x >= CAST('1970-01-02 00:00:00' AS DATETIME(6)) "
                "AND x < CAST('2038-01-18 00:00:00' AS DATETIME(6)) THEN CONVERT_TZ(x, '+00:00', 'Europe/Berlin') END, "
                "CAST(IS_FREE_LOCK(CONCAT('no clock of Europe/Berlin for ', x, REPEAT(' ', 200))) AS DATETIME(6))) END"
            ),
        ),
        (
            "SELECT a.x AS v FROM a ORDER BY a.x NULLS LAST, v DESC NULLS LAST",
            (
                "SELECT `v` FROM (SELECT a.x AS v, a.x IS NULL AS `ordered_by_0`, a.x AS `ordered_by_1` FROM a) AS `unordered` "
                "ORDER BY `ordered_by_0`, `ordered_by_1`, v DESC"
            ),
        ),
        (
            "SELECT ROW_NUMBER() OVER (ORDER BY x NULLS LAST) FROM t",
            "SELECT ROW_NUMBER() OVER (ORDER BY x IS NULL, x) FROM t",
        ),
        (
            "SELECT x, SUM(y) AS kept FROM t GROUP BY x + 1 HAVING x + 1 > 2",
            "SELECT `x`, `kept` FROM (SELECT x, SUM(y) AS kept, x + 1 > 2 AS `kept_` FROM t GROUP BY x + 1) AS `grouped` WHERE `kept_`",
        ),
        (
            "SELECT x, CASE WHEN SUM(y) OVER () = z THEN 1 END AS v FROM t",
            (
                "SELECT `x`, CASE WHEN `window_1` = `window_2` THEN 1 END AS `v` "
                "FROM (SELECT x, SUM(y) OVER () AS `window_1`, z AS `window_2` FROM t) AS `windowed`"
            ),
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
