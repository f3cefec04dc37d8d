"""Functions that say how far a number may be off by chance."""

from metricdsl.builtins.context.entry import Asked, Entry

SAMPLED = "The members behind `per` are what came by chance: customers, where a customer has many orders. Rows of one member are taken together."
PARTS = "The formula is made of sums, counts, averages and rates by `+ - * /`, also in another period: `revenue - prior(revenue, 1 month)`. Stocks, distinct counts and percentiles are refused (G419)."
WORDS = 'What a condition is needed for stands in parentheses: `standard_error((win_rate where region = "EU") per account)`.'

ENTRIES = (
    Entry(
        name="standard_error",
        signature="standard_error(m: number | duration per u) -> as m; of a share in points",
        doc=f"How far m may be off by chance: the square root of the sum, over the members u, of the square of what each adds to m. {SAMPLED} [How it is "
        "calculated](uncertainty.md).",
        unit="that of m; of a share points",
        nulls="where there is no member, and of a ratio or mean where there is one.",
        edges=(PARTS, WORDS, "Members without a row add nothing and do not count."),
        examples=(
            Asked(
                "size: revenue / orders, error: standard_error(revenue / orders per order), by_customer: standard_error(revenue / orders per customer) by customer.region",
                """\
customer.region | size | error | by_customer
"EU" | 54.00 | 12.489995996796797 | 12.80
"US" | 20.00 | null | null
""",
            ),
        ),
    ),
    Entry(
        name="interval_low",
        signature="interval_low(m: number | duration per u) -> as m; interval_low(m per u, level: 99%) -> as m",
        doc="The lower end of the interval in which the true value lies, in 95 of 100 samples, or as many as `level:` says: of a rate by Wilson, of all others m less so "
        "many standard errors as Student's t says.",
        unit="that of m",
        nulls="with fewer than 10 members: too little is known of how they differ.",
        edges=(PARTS, "`level:` is from 50% to 99.9%."),
        examples=(
            Asked(
                "low: interval_low(orders per order)",
                """\
low
null
""",
            ),
        ),
    ),
    Entry(
        name="interval_high",
        signature="interval_high(m: number | duration per u) -> as m; interval_high(m per u, level: 99%) -> as m",
        doc="The upper end of the interval, as `interval_low` is the lower one.",
        unit="that of m",
        nulls="with fewer than 10 members.",
        edges=(PARTS,),
        examples=(
            Asked(
                "high: interval_high(orders per order, level: 90%)",
                """\
high
null
""",
            ),
        ),
    ),
)
