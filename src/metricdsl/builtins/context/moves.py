"""Functions that look at another period."""

from metricdsl.builtins.context.entry import Asked, Entry

ENTRIES = (
    Entry(
        name="prior",
        signature="prior(m: formula, d: duration) -> as m",
        doc="m of the same period, that much earlier; what `during` leaves out is read too, `where` is not moved.",
        unit="that of m",
        nulls="where m is null in the earlier period, and in the null period. A count of nothing is 0.",
        edges=(
            "Days and weeks shift both ends; months and longer shift whole months as months, other ranges by their first and last day.",
            "A week moved by months or years is no week, and refused (G415): 52 weeks.",
            "Without a period all time is moved: all that was until then (L908).",
        ),
        examples=(
            Asked(
                "revenue, prior(revenue, 1 month), prior(revenue, 1 year) by month during 2026-Q1",
                """\
month | revenue | prior(revenue, 1 month) | prior(revenue, 1 year)
2026-01-01 | 100.00 | null | null
2026-02-01 | 50.00 | 100.00 | 40.00
2026-03-01 | 100.00 | 50.00 | null
""",
            ),
        ),
    ),
    Entry(
        name="growth",
        signature="growth(m: number, d: duration) -> change",
        doc="(m - p) / p with p = `prior(m, d)`: the change relative to the period before, in percent.",
        unit="a change; of a share the points `m - prior(m, d)` say more",
        nulls="where m or p is null, and where p is 0 or negative.",
        edges=("It has a row where either period has one.", "As for `prior` otherwise."),
        examples=(
            Asked(
                "revenue, growth(revenue, 1 month) by month during 2026-Q1",
                """\
month | revenue | growth(revenue, 1 month)
2026-01-01 | 100.00 | null
2026-02-01 | 50.00 | -50%
2026-03-01 | 100.00 | 100%
""",
            ),
        ),
    ),
    Entry(
        name="trailing",
        signature="trailing(m: formula, d: duration) -> as m",
        doc="m of the time d that ends with the last day of the period. Distinct counts, ratios and percentiles are of the rows of "
        "all of it, never added up from periods.",
        unit="that of m",
        nulls="where m is null in that time.",
        edges=(
            "If the period contains today, the time ends today.",
            "The last day is included: `28 days` are 28.",
        ),
        examples=(
            Asked(
                "revenue, two: trailing(revenue, 2 months), buyers: trailing(active, 2 months) by month during 2026-Q1",
                """\
month | revenue | two | buyers
2026-01-01 | 100.00 | 100.00 | 2
2026-02-01 | 50.00 | 150.00 | 3
2026-03-01 | 100.00 | 150.00 | 3
""",
            ),
        ),
    ),
    Entry(
        name="running",
        signature="running(m: formula) -> as m",
        doc="m from the first row ever to the end of the period, also of what `during` leaves out.",
        unit="that of m",
        nulls="where m is null until then.",
        edges=(
            "It goes by periods: without one it is of all rows with a date, and by an age of the rows of that age, not of those before.",
            "It is not added up over periods: `sum(running(m) per month)` is refused (G417).",
        ),
        examples=(
            Asked(
                "revenue, running(revenue) by month during 2026-Q1",
                """\
month | revenue | running(revenue)
2026-01-01 | 100.00 | 140.00
2026-02-01 | 50.00 | 190.00
2026-03-01 | 100.00 | 290.00
""",
            ),
        ),
    ),
    Entry(
        name="to_date",
        signature="to_date(m: formula, grain) -> as m",
        doc="m from the start of the grain that the period's last day lies in to the end of the period.",
        unit="that of m",
        nulls="where m is null in that time.",
        edges=(
            "A cell longer than the grain, or one that does not nest with it, is refused (G415).",
            "The grain may be a calendar's: `to_date(m, fiscal.year)`.",
        ),
        examples=(
            Asked(
                "revenue, to_date(revenue, quarter) by month during 2026-Q1",
                """\
month | revenue | to_date(revenue, quarter)
2026-01-01 | 100.00 | 100.00
2026-02-01 | 50.00 | 150.00
2026-03-01 | 100.00 | 250.00
""",
            ),
        ),
    ),
    Entry(
        name="at_start",
        signature="at_start(m: formula, grain) -> as m",
        doc="m of the first cell of the grain, in the grain that the question asks by: by month, with `quarter`, of the quarter's first month.",
        unit="that of m",
        nulls="where m is null in that cell.",
        edges=(
            "A cell that does not nest with the grain, or a question without a period, is refused (G415).",
        ),
        examples=(
            Asked(
                "revenue, at_start(revenue, quarter) by month during 2026-Q1",
                """\
month | revenue | at_start(revenue, quarter)
2026-01-01 | 100.00 | 100.00
2026-02-01 | 50.00 | 100.00
2026-03-01 | 100.00 | 100.00
""",
            ),
        ),
    ),
    Entry(
        name="opening",
        signature="opening(m: stock) -> as m",
        doc="A stock when the period opens: its last date before the period, or what `while` finds open on the day before.",
        unit="that of m",
        nulls="where the period has no start, and where there is no date before it.",
        edges=(
            "A ratio of stocks is the ratio of their openings.",
            "What flows has no opening, and is refused (G416): `prior` or `running` may be meant.",
        ),
        examples=(
            Asked(
                "balance, opening(balance) by month during 2026-Q1",
                """\
month | balance | opening(balance)
2026-01-01 | 150.00 | null
2026-02-01 | 120.00 | 150.00
2026-03-01 | 100.00 | 120.00
""",
            ),
        ),
    ),
    Entry(
        name="during",
        signature="during(m: formula, period), during(m: formula, first, last) -> as m",
        doc="m of a period that stands still, whatever period is asked for: a year, quarter, month, week or day as written, or all from the first to the last.",
        unit="that of m",
        nulls="where m is null in that time.",
        edges=(
            "Groups and conditions stay; the period of the question and its cells are put aside, as `total` puts aside coordinates. It brings the groups of m itself.",
            "Frozen at a date: `during(trailing(m, 12 months), 2025-12-31)`.",
            "Added up over periods it would be counted once in each, and is refused (G417).",
        ),
        examples=(
            Asked(
                "revenue, during(revenue, 2026-01), during(revenue, 2026-02, 2026-03) by month during 2026-Q1",
                """\
month | revenue | during(revenue, 2026-01) | during(revenue, 2026-02, 2026-03)
2026-01-01 | 100.00 | 100.00 | 150.00
2026-02-01 | 50.00 | 100.00 | 150.00
2026-03-01 | 100.00 | 100.00 | 150.00
""",
            ),
        ),
    ),
)
"""Entries of what moves the period."""
