"""Functions of cohorts and of what follows what."""

from metricdsl.builtins.context.entry import Asked, Entry

ENTRIES = (
    Entry(
        name="age",
        signature="age(t: date | timestamp, grain) -> integer",
        doc="How many boundaries of the grain lie between t and the aggregate's own time in the same row: of an order of February by "
        "a customer of January, 1 month.",
        unit="none",
        nulls="where t or the own time is null. A cell whose cohort plus age begins after today is null, not 0.",
        edges=(
            "It is a value of a row: in `by`, in `where`, inside an aggregate; elsewhere it is refused (N211).",
            "The 31st of January and the 1st of February are 1 month apart, the 1st and the 31st of January 0.",
        ),
        examples=(
            Asked(
                "orders by age: age(customer.joined_on, month)",
                """\
age | orders
0 | 2
1 | 1
2 | 1
12 | 1
13 | 1
""",
            ),
        ),
    ),
    Entry(
        name="at_age",
        signature="at_age(m: formula, n: integer) -> as m",
        doc="m of the group's cohort at the age n, whatever the group's own age: what a rate of return divides by.",
        unit="that of m",
        nulls="where the cohort is not that old yet, and where m is null there.",
        edges=("The question is grouped by one age; by none or by two it is refused (N211).",),
        examples=(
            Asked(
                "active, began: at_age(active, 0) by customer.joined_on.month, age: age(customer.joined_on, month) "
                "where customer.joined_on >= 2026-01-01",
                """\
customer.joined_on.month | age | active | began
2026-01-01 | 0 | 1 | 1
2026-01-01 | 2 | 1 | 1
2026-02-01 | 0 | 1 | 1
""",
            ),
        ),
    ),
    Entry(
        name="conversion",
        signature="conversion(a: entity, b: entity, by: entity | dimension, within: duration, credit: last | first | every = last) -> share",
        doc="The part of the a's that a b follows. Every b is credited to the latest a of the same `by`, at or before it and with a "
        "window that holds it, both ends included; `credit: first` to the earliest such a, `credit: every` to each.",
        unit="a share",
        nulls="where no a counts.",
        edges=(
            "a's whose window has not ended today are left out of both sides.",
            "Conditions, groups and periods choose a's only, by the time of a; a b may lie outside of the period.",
            "An a whose `by` is null, or whose time is, converts never.",
            "From an entity to itself no row follows itself; of two at one time the one with the greater key is the later.",
            "a and b may have their own `where` and `at`; `by: (user, session)` takes several.",
        ),
        examples=(
            Asked(
                "conversion(visit, order, by: customer, within: 7 days) by month during 2026-Q1",
                """\
month | conversion(visit, order, by: customer, within: 7 days)
2026-01-01 | 100%
2026-02-01 | 50%
""",
            ),
        ),
    ),
    Entry(
        name="conversions",
        signature="conversions(a: entity, b: entity, by: entity | dimension, within: duration, credit: last | first | every = last) -> integer",
        doc="How many a's a b follows, with the same ones left out as by `conversion`.",
        unit="that of a count of a",
        nulls="never: of no a it is 0.",
        edges=(
            "Visit 5 is of the 12th of April: its window ends after today, the 15th, so that it is in neither number.",
        ),
        examples=(
            Asked(
                "part: conversion(visit, order, by: customer, within: 7 days), number: conversions(visit, order, by: customer, within: 7 days)",
                """\
part | number
75% | 3
""",
            ),
        ),
    ),
)
"""Entries of cohorts and conversions."""
