"""Functions that look at other groups."""

from metricdsl.builtins.context.entry import Asked, Entry

OVER = "an entity stands for all its dimensions, a grain for that period"

ENTRIES = (
    Entry(
        name="total",
        signature="total(m: formula) -> as m; total(m: formula, over: dimension | entity | grain) -> as m",
        doc="m without the groups: of all of them, those of an enclosing `per` too, in the same period. With `over:` without that "
        f"dimension alone; {OVER}.",
        unit="that of m",
        nulls="where m is null of all groups.",
        edges=(
            "The group's period stays: by month `total(revenue)` is the month's. `total(revenue, over: month)` is that of the range (L911).",
            "Conditions stay: `total(revenue)` where a region is asked for is the total of that region.",
            "Nothing is dropped where the question is not grouped by it (L907).",
            "A distinct count is counted once over all groups, never added up.",
        ),
        examples=(
            Asked(
                "revenue, total(revenue) by customer.region",
                """\
customer.region | revenue | total(revenue)
"EU" | 270.00 | 290.00
"US" | 20.00 | 290.00
""",
            ),
            Asked(
                "revenue, both: total(revenue, over: customer.region) by customer.region, month during 2026-Q1",
                """\
customer.region | month | revenue | both
"EU" | 2026-01-01 | 100.00 | 100.00
"EU" | 2026-02-01 | 30.00 | 50.00
"EU" | 2026-03-01 | 100.00 | 100.00
"US" | 2026-02-01 | 20.00 | 50.00
""",
            ),
        ),
    ),
    Entry(
        name="share",
        signature="share(m: number, of: dimension | entity | grain) -> share",
        doc="m / `total(m, over: …)`: the part of a group among those that differ in this dimension alone.",
        unit="a share, shown in percent",
        nulls="where m is null, and where the total is null or 0.",
        edges=("100 % where the question is not grouped by it (L907).",),
        examples=(
            Asked(
                "part: share(revenue, of: customer.region) by customer.region, month during 2026-02",
                """\
customer.region | month | part
"EU" | 2026-02-01 | 60%
"US" | 2026-02-01 | 40%
""",
            ),
        ),
    ),
    Entry(
        name="rank",
        signature="rank(m: number | time, over: dimension | entity | grain) -> integer",
        doc="The place among the groups that differ in this dimension alone. The first is the best by the metric's `better`, else the "
        "greatest.",
        unit="none",
        nulls="where m or the dimension is null, and where the question is not grouped by it (L907).",
        edges=("Equal values share the best of their places: 1, 2, 2, 4.",),
        examples=(
            Asked(
                "revenue, place: rank(revenue, over: customer), upper: rank_share(revenue, over: customer) by customer",
                """\
customer | revenue | place | upper
1 | 130.00 | 2 | 1/3
2 | 140.00 | 1 | 0%
3 | 20.00 | 3 | 2/3
""",
            ),
        ),
    ),
    Entry(
        name="rank_share",
        signature="rank_share(m: number | time, over: dimension | entity | grain) -> share",
        doc="(rank - 1) / the number of groups that have a rank: `< 20%` is the best fifth.",
        unit="a share",
        nulls="as `rank`.",
        edges=("The best is 0 %, and none is 100 %.",),
        examples=(
            Asked(
                "revenue by customer having rank_share(revenue, over: customer) < 34%",
                """\
customer | revenue
1 | 130.00
2 | 140.00
""",
            ),
        ),
    ),
    Entry(
        name="top",
        signature="top(dimension | entity, n: integer, by: m)",
        doc="A group of a question: the n best of the dimension by m, each by itself, and one group of all others together, shown as `others`.",
        unit="that of the dimension",
        nulls="the null group is among the others.",
        edges=(
            "It stands in `by` alone (Q509), and not for periods (Q508).",
            "Which are the best is decided under the conditions and in the range of the question, the same for every column.",
            "Columns of the others are made from their rows, so that averages and distinct counts hold.",
        ),
        examples=(
            Asked(
                "revenue, orders by top(customer, 1, by: revenue)",
                """\
top(customer, 1, by: revenue) | revenue | orders
2 | 140.00 | 2
others | 150.00 | 4
""",
            ),
        ),
    ),
)
"""Entries of what changes the groups."""
