"""Every construct inside every other, in queries of several shapes: formulas whose answers two programs are asked for."""

from collections.abc import Iterator

from attrs import frozen

LEAVES = {
    "revenue": "sum(order.amount)",
    "orders": "count(order)",
    "buyers": "count(distinct order.customer_id)",
    "typical": "median(order.amount)",
    "held": "sum(level.held)",
    "pending": "count(order) while ordered_on to closed_on",
}
"""Metrics of rows: added up, counted, of different values, of ordered ones, a stock, what is open."""

CONSTRUCTS = {
    "as it is": "{m}",
    "empty 0": "{m}",
    "where": '({m} where customer.region != "US")',
    "at": "({m} at order.paid_on)",
    "times 2": "({m} * 2)",
    "by orders": "({m} / orders)",
    "of two facts": "({m} / held)",
    "coalesce": "coalesce({m}, 0)",
    "if": "if({m} > 4, {m}, 0)",
    "prior month": "prior({m}, 1 month)",
    "prior year": "prior({m}, 1 year)",
    "growth": "growth({m}, 1 month)",
    "trailing months": "trailing({m}, 2 months)",
    "trailing days": "trailing({m}, 40 days)",
    "running": "running({m})",
    "to date": "to_date({m}, year)",
    "opening": "opening({m})",
    "at start": "at_start({m}, quarter)",
    "during": "during({m}, 2024-01, 2024-02)",
    "total": "total({m})",
    "total over": "total({m}, over: customer.region)",
    "share": "share({m}, of: customer.region)",
    "rank": "rank({m}, over: customer.region)",
    "avg per customer": "avg({m} per customer)",
    "sum per customer": "sum({m} per customer)",
    "max per month": "max({m} per month)",
    "avg per every month": "avg({m} per every month)",
    "avg per every day": "avg({m} per every day)",
    "median per every customer": "median({m} per every customer)",
    "per two": "max({m} per (customer, month))",
    "per having": "avg({m} per customer having {m} > 4)",
    "count having": "count(customer having {m} > 4)",
    "at age": "at_age({m}, 0)",
    "error": "standard_error({m} per customer)",
}
"""A metric inside each function of the language; `empty 0` says what the metric is where it has no row."""

SHAPES = {
    "none": "",
    "one": "by customer.region",
    "two": "by customer.region, customer",
    "month": "by month",
    "quarter and one": "by quarter, customer.region",
    "day of a month": "by day during 2024-02",
    "range": "by customer.region during 2024-02 to 2024-03",
    "fill": "by month during 2023-12 to 2024-04 fill",
    "chosen": 'by month, customer.region where customer.region != "UK" having x is not null sort x desc limit 4',
}
"""Without groups, by one and two dimensions, by time, over a range, filled, chosen and put in order."""

TODAYS = ("2024-02-29", "2025-03-10")


@frozen
class Cell:
    """A construct inside another, of one leaf, in a query of one shape, on a day."""

    outer: str
    inner: str
    leaf: str
    shape: str
    today: str

    @property
    def query(self) -> str:
        """The query as written; its column is x."""
        formula = CONSTRUCTS[self.outer].format(
            m=name_of(self.inner, self.leaf, empty=self.outer == "empty 0")
        )
        return f"x: {formula} {SHAPES[self.shape]}".strip()


def name_of(construct: str, leaf: str, *, empty: bool = False) -> str:
    """The metric of a construct of a leaf."""
    words = construct.replace(" ", "_")
    return f"{words}_of_{leaf}{'_or_0' if empty else ''}"


def definitions() -> str:
    """The metrics of all constructs of all leaves."""
    lines = [f"metric {name} = {formula}" for name, formula in LEAVES.items()]
    for construct, formula in CONSTRUCTS.items():
        for leaf in LEAVES:
            made = formula.format(m=leaf)
            block = " { empty 0 }" if construct == "empty 0" else ""
            lines.append(f"metric {name_of(construct, leaf)} = {made}{block}")
            lines.append(f"metric {name_of(construct, leaf, empty=True)} = {made} {{ empty 0 }}")
    return "\n".join(lines)


def cells() -> Iterator[Cell]:
    """All cells of the grid: each construct in each other in each shape, the leaves and days in turn."""
    leaves = list(LEAVES)
    number = 0
    for shape in SHAPES:
        for outer in CONSTRUCTS:
            for inner in CONSTRUCTS:
                number += 1
                yield Cell(
                    outer, inner, leaves[number % len(leaves)], shape, TODAYS[number // 7 % len(TODAYS)]
                )
