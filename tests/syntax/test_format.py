"""The one formatting, as a reader sees it."""

from textwrap import dedent

import pytest

from metricdsl.source import SourceFile
from metricdsl.syntax import format_document, format_query, read, read_query
from metricdsl.syntax.format_formula import flat


def formatted(text):
    return format_document(read(SourceFile.of("f.metric", dedent(text))).value)


def test_members_of_an_entity_stand_in_columns():
    assert formatted("""
        entity order "Order" from orders { where removed is null # rows that count
        key order_id


        join owner: rep on owner_id, x as of day default
        # when
        time ordered_at : date "DD-MM-YY" or null default
        fact net "Net" : money(USD) = gross-discount  stock last by day per a, b
        label de "Auftrag" }
        """) == dedent("""\
        entity order "Order" from orders {
          where      removed is null  # rows that count
          key        order_id

          join       owner: rep on owner_id, x as of day default
          # when
          time       ordered_at : date "DD-MM-YY" or null default
          fact       net "Net"  : money(USD) = gross - discount stock last by day per a, b
          label      de "Auftrag"
        }
        """)


def test_comments_and_single_blank_lines_stay_where_they_were():
    assert formatted("""


        # the file

        package   a.b   # its package



        # about m
        metric m = 1   # one
        metric n =     # two
          1            # three
          +   2        # four
        metric o = 3 { # five
          owner "x"    # six
          # seven
        }
        # eight


        # nine
        """) == dedent("""\
        # the file

        package a.b  # its package

        # about m
        metric m = 1  # one
        # two
        # three
        metric n = 1 + 2  # four
        metric o = 3 {  # five
          owner "x"  # six
          # seven
        }
        # eight

        # nine
        """)


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("a-(b-c)", "a - (b - c)"),
        ("(a-b)-c", "a - b - c"),
        ("a-(-b)", "a - -b"),
        ("-(-a)", "- -a"),
        ("not(a=b)and(c or d)", "not a = b and (c or d)"),
        ("(a and b)or c", "a and b or c"),
        ("(a at x)+b", "(a at x) + b"),
        ("((a))", "a"),
        ("(a = b) = c", "(a = b) = c"),
        ("f( distinct a , that : b )", "f(distinct a, that: b)"),
        ("1.50", "1.50"),
        ("28    days", "28 days"),
        ("1 days", "1 day"),
        ("`plain`.`not plain`", "plain.`not plain`"),
        ("`true`", "`true`"),
        ('"a\\\\nb\\d"', '"a\\\\nb\\d"'),
    ],
)
def test_a_formula_keeps_its_meaning_with_the_fewest_parentheses(written, kept):
    assert formatted(f"metric m = {written}\n") == f"metric m = {kept}\n"


def test_a_long_formula_is_broken_at_its_loosest_places():
    names = [f"a_rather_long_name_{i}" for i in range(4)]
    assert formatted(
        f"metric m = {' + '.join(names)} - f({', '.join(names)}, that: {names[0]}) at closed_at where x\n"
    ) == dedent("""\
        metric m =
          a_rather_long_name_0
          + a_rather_long_name_1
          + a_rather_long_name_2
          + a_rather_long_name_3
          - f(
            a_rather_long_name_0,
            a_rather_long_name_1,
            a_rather_long_name_2,
            a_rather_long_name_3,
            that: a_rather_long_name_0
          )
          at closed_at
          where x
        """)


def test_brackets_close_under_what_opened_them_and_words_follow_them():
    texts = ", ".join(f'"a rather long text {i}"' for i in range(5))
    assert formatted(f"""
        metric m = sum(deal.amount where status in ({texts})) at closed_at as EUR
        metric n = case(a > 10, "more than ten of them", a > 5, "more than five of them", b, concat("x", {texts}), "none")
        """) == dedent("""\
        metric m =
          sum(
            deal.amount
              where status in (
                "a rather long text 0", "a rather long text 1", "a rather long text 2",
                "a rather long text 3", "a rather long text 4"
              )
          ) at closed_at as EUR
        metric n =
          case(
            a > 10, "more than ten of them",
            a > 5, "more than five of them",
            b,
            concat(
              "x",
              "a rather long text 0",
              "a rather long text 1",
              "a rather long text 2",
              "a rather long text 3",
              "a rather long text 4"
            ),
            "none"
          )
        """)


def test_a_chain_read_in_blocks_is_written_as_one():
    def flat_of(text):
        return flat(read_query(SourceFile.of("query", text)).value.columns[0].value)

    for sign in ("+", "*", "and", "or"):
        long = f" {sign} ".join(f"m{n}" for n in range(100))
        assert flat_of(long) == long
        assert flat_of(f"{long} {sign} (a {sign} b)") == f"{long} {sign} (a {sign} b)"
        assert flat_of(f"({long}) {sign} c") == f"{long} {sign} c"
        assert flat_of(f"c {sign} ({long})") == f"c {sign} ({long})"
    for signs in ("-", "-+", "+--", "--+-+"):
        long = "m" + "".join(f" {signs[n % len(signs)]} m{n}" for n in range(200))
        assert flat_of(long) == long
        assert flat_of(f"{long} - (a - b + c)") == f"{long} - (a - b + c)"
        assert flat_of(f"c - ({long})") == f"c - ({long})"
    parted = " - b + ".join(["a", *map(" + ".join, [["c"] * 40] * 3)])
    assert flat_of(parted) == parted
    written = formatted("metric m = " + " + ".join(f"m{n}" for n in range(100)))
    assert formatted(written) == written
    assert written.count("\n  + ") == 99


def test_a_long_report_has_a_line_for_each_clause():
    columns = ", ".join(f"a_rather_long_name_{i}" for i in range(5))
    assert formatted(f"report r = {columns} where x=1 by month limit 3 fill\n") == dedent("""\
        report r =
          a_rather_long_name_0, a_rather_long_name_1, a_rather_long_name_2, a_rather_long_name_3,
          a_rather_long_name_4
          by month
          where x = 1
          limit 3 fill
        """)


def test_a_column_without_a_name_keeps_the_spelling_that_names_it():
    query = read_query(SourceFile("q", "a/b,  size: a/b, (a  at x) by age(d,month)")).value
    assert format_query(query) == "a/b, size: a / b, (a at x) by age(d,month)"


def test_cells_of_a_test_stand_below_one_another():
    assert formatted("""
        test "t" on 2026-01-31 { given 客户 { 编号, 名 | 1, "赢单率", 2 | 100, "a", 3 } expect m by month { month, m } }
        """) == dedent("""\
        test "t" on 2026-01-31 {
          given 客户 {
            编号, 名
            | 1,   "赢单率", 2
            | 100, "a",      3
          }
          expect m by month {
            month, m
          }
        }
        """)


def test_goals_events_and_scorecards_have_a_line_for_each_word():
    assert formatted("""
        goal "More":win_rate>=30% where a=1 for 2026-Q4 each owner,b { warn 27% from 26% on 2026-01-01 }
        goal (not a)
        goal `by` > 1
        goal a_rather_long_name_1 + a_rather_long_name_2 >= a_rather_long_name_3 + a_rather_long_name_4 + 1 each owner
        invariant 0%<=win_rate<=100% by month
        event "x" on 2026-03-01 { where r="EU"  # theirs
          control r="US" affects a, b }
        scorecard s "S" { compare prior year, goal by month metrics a, size: a/b }
        unit kb = 1000 byte
        rates r "R" from t by month end { day d }
        calendar c { quarter 4-4-5 year starts sunday on or after 9-25 }
        calendar open { about "O" hours monday to thursday , saturday 9:00 to 12:00,13:00 to 17:30 # theirs
          hours friday 9:00 to 24:00 holidays 2026-12-24   12:00 to 24:00,2026-12-25 }
        policy on e { a=context.a }
        """) == dedent("""\
        goal "More": win_rate >= 30% for 2026-Q4 where a = 1 each owner, b {
          warn 27%
          from 26% on 2026-01-01
        }
        goal not a
        goal `by` > 1
        goal a_rather_long_name_1 + a_rather_long_name_2 >= a_rather_long_name_3 + a_rather_long_name_4 + 1
          each owner
        invariant 0% <= win_rate <= 100% by month
        event "x" on 2026-03-01 {
          where   r = "EU"  # theirs
          control r = "US"
          affects a, b
        }
        scorecard s "S" {
          compare prior year, goal
          by      month
          metrics a, size: a / b
        }
        unit kb = 1000 byte
        rates r "R" from t by month end {
          day d
        }
        calendar c {
          quarter 4-4-5
          year    starts sunday on or after 09-25
        }
        calendar open {
          about    "O"
          hours    monday to thursday, saturday 09:00 to 12:00, 13:00 to 17:30  # theirs
          hours    friday 09:00 to 24:00
          holidays 2026-12-24 12:00 to 24:00, 2026-12-25
        }
        policy on e { a = context.a }
        """)


def test_what_cannot_be_read_stays_as_it_is():
    text = "metric a =  (1   # why\n\n    metric   b = = 2  # so\nfoo   bar\n"
    assert formatted(text) == text


def test_nothing_is_nothing():
    assert formatted("") == ""
    assert formatted("\n\n  # only  \n") == "# only\n"


def test_what_cannot_be_read_ends_before_the_next_declaration():
    text = "define halfackage board\nuse core as k\nmetric n = k.old_n * 2\n"
    assert formatted(text) == text
