"""Functions of the amount of a row, in another currency or unit.

A function of a row that looks at the calendar beside it (working hours between two moments) has its place here too.
"""

from metricdsl.builtins.context.entry import Asked, Entry

ENTRIES = (
    Entry(
        name="convert",
        signature="convert(x: money, currency, rates: name) -> money(currency)",
        doc="The amount of a row in one currency, at the rate of the aggregate's own time in that row, by the rule of the `rates` that lead "
        "there: of the day, the mean of the month, the end of the month. A stock is converted on its date, what is open on the day looked at.",
        unit="the currency",
        nulls="where the amount, its currency or the own time is null, and where no rate is known: such rows are counted, and told "
        "with the result.",
        edges=(
            "It stands inside an aggregate, in a dimension or in a group, `by size: bucket(convert(…), …)` (N211 elsewhere): the rate is a row's.",
            "Without a currency it is the project's. `rates:` names those to take, where several lead there.",
            "Without `rates:` those of the file's own package are taken, then those of the packages it uses.",
            "Money of that currency already needs no rate.",
            "No rates, or several, that lead there: T340.",
        ),
        examples=(
            Asked(
                "sum(convert(payment.amount, USD)) by month",
                """\
month | sum(convert(payment.amount, USD))
2026-01-01 | 16.00
2026-02-01 | null
""",
            ),
        ),
    ),
    Entry(
        name="convert_unit",
        signature="convert_unit(x: number<u>, unit v) -> number<v>",
        doc="The same quantity in another unit: x times what one of its unit is in the other.",
        unit="v",
        nulls="where x is null.",
        edges=(
            "Both units are multiples of one, or one of them is of the other; otherwise T332. Currencies have rates, see `convert`.",
            "It stands in rows and over metrics alike; an exact number stays exact where the factor is.",
        ),
        examples=(
            Asked(
                "kilos: sum(convert_unit(order.weight, kilogram)) by month during 2026-Q1",
                """\
month | kilos
2026-01-01 | 1.75
2026-02-01 | 3.0
2026-03-01 | 0.75
""",
            ),
        ),
    ),
)
"""Entries of rows."""
