"""Words for what is given with a cell: its period, today, its goal."""

from metricdsl.builtins.context.entry import Asked, Entry

PERIOD = "revenue, period.start, period.end, period.length by month during 2026-01 to 2026-02"
PERIODS = """\
month | revenue | period.start | period.end | period.length
2026-01-01 | 100.00 | 2026-01-01 | 2026-02-01 | 31 days
2026-02-01 | 50.00 | 2026-02-01 | 2026-03-01 | 28 days
"""
ALONE = "It stands in a formula over metrics, not in a row's (N209), and asks nothing by itself (Q503)."

ENTRIES = (
    Entry(
        name="period.start",
        signature="period.start -> date | timestamp",
        doc="The first day of the cell's period, cut by the range of the question; of an hour or a minute its first moment.",
        unit="none",
        nulls="where the period has no start: without a period or a range, and in the null period.",
        edges=(ALONE, "Time functions move it: `prior(period.start, 1 year)`."),
        examples=(Asked(PERIOD, PERIODS),),
    ),
    Entry(
        name="period.end",
        signature="period.end -> date | timestamp",
        doc="The day after the last of the cell's period, so that end - start is the length; the last day is `period.end - 1 day`.",
        unit="none",
        nulls="where the period has no end, and in the null period.",
        edges=(ALONE, "Of a period that is not over it is the end of the whole period, not today."),
        examples=(
            Asked(
                "revenue, period.start, period.end by month during 2026-02-10 to 2026-03",
                """\
month | revenue | period.start | period.end
2026-02-01 | 20.00 | 2026-02-10 | 2026-03-01
2026-03-01 | 100.00 | 2026-03-01 | 2026-04-01
""",
            ),
        ),
    ),
    Entry(
        name="period.length",
        signature="period.length -> duration",
        doc="From the start of the period to its end: `m / (period.length / 1 day)` is m a day.",
        unit="a duration",
        nulls="as `period.start`.",
        edges=(ALONE,),
        examples=(
            Asked(
                "a_day: revenue / (period.length / 1 day) by month during 2026-02",
                """\
month | a_day
2026-02-01 | 50/28
""",
            ),
        ),
    ),
    Entry(
        name="today",
        signature="today -> date",
        doc="The day on which is asked, in the project's time zone. It is a parameter, so that results can be made again.",
        unit="none",
        nulls="never.",
        edges=(
            "Time functions do not move it.",
            "In a `test` it is the day behind `on`, else the latest day given.",
        ),
        examples=(
            Asked(
                "recent: count(order where today - ordered_on <= 60 days), waiting: min(today - order.ordered_on)",
                """\
recent | waiting
2 | 36 days
""",
            ),
        ),
    ),
    Entry(
        name="goal",
        signature="goal(m: metric) -> as m",
        doc="The goal set for m for exactly the cell's period and groups; it is never shared out among them.",
        unit="that of m",
        nulls="where none is set.",
        edges=(
            "A goal of a range (`20 to 30`) has two values, and none to show here.",
            "Inside functions that move the period or change the groups it is refused (N212): the goal of another cell.",
            "It brings no groups: a month without rows and with a goal is not shown, unless `fill` asks for it.",
        ),
        examples=(
            Asked(
                "revenue, goal(revenue), ahead: revenue - goal(revenue) by month during 2026-Q1",
                """\
month | revenue | goal(revenue) | ahead
2026-01-01 | 100.00 | 90 | 10.00
2026-02-01 | 50.00 | 60 | -10.00
2026-03-01 | 100.00 | null | null
""",
            ),
        ),
    ),
    Entry(
        name="baseline",
        signature="baseline(m: metric) -> as m",
        doc="What m is compared with: the formula that `baseline m = …` declares, in the context it stands in.",
        unit="that of the formula, from which m can be taken",
        nulls="where the formula is null.",
        edges=(
            "A metric without a baseline has none here (N215); in `compare baseline` it has nulls.",
            "It brings the groups that its formula has rows in, as any formula does.",
        ),
        examples=(
            Asked(
                "revenue, baseline(revenue), more: revenue - baseline(revenue) by month during 2026-Q1",
                """\
month | revenue | baseline(revenue) | more
2026-01-01 | 100.00 | null | null
2026-02-01 | 50.00 | 100.00 | -50.00
2026-03-01 | 100.00 | 50.00 | 50.00
""",
            ),
        ),
    ),
)
"""Entries of what is given with a cell."""
