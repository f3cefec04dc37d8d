"""Questions: chains of constructs around a leaf, in a query with groups, a range, conditions and an order."""

from random import Random

from attrs import field, frozen

from tests.matrix.grid import CONSTRUCTS, LEAVES, name_of

GROUPS = ("none", "one", "two", "time")
HOMES = {"held": "levels"}
"""The table of a leaf, where it is not `orders`."""

DATED = ("held", "pending")
"""What can be opened: a stock, and what is open."""

DIMENSIONS = ("customer.region", "customer", "customer.joined_on.month", "customer.joined_on.year")
AGE = "age(customer.joined_on, month)"
"""Without it there is no `at_age`."""

TIMES = (
    "month",
    "month",
    "quarter",
    "year",
    "quarter, customer.region",
    "customer, month",
    "year, month",
    "day",
    "week",
)
RANGES = (
    "2024-02",
    "2024-02 to 2024-03",
    "2024",
    "2023-12 to 2025-01",
    "2024-Q1",
    "last 12 months",
    "2024-02-10 to",
    "2024-03-20 to 2024-04-10",
)
NOTHING = ("2022-05", "2022-Q4", "2021-02-28", "2026-01 to 2026-02")
"""Ranges in which no row lies."""

WHERES = (
    'customer.region != "US"',
    "customer.region is null",
    "customer is not null",
    "customer.joined_on >= 2024-01-01",
)
NOWHERE = 'customer.region = "nowhere"'
Pair = tuple[str, str]


@frozen
class Column:
    """Constructs in one another, the outermost first, around a leaf."""

    constructs: tuple[str, ...]
    leaf: str

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """Each construct with the one inside it."""
        return tuple(zip(self.constructs, self.constructs[1:], strict=False))

    @property
    def home(self) -> str:
        """The table that the leaf reads."""
        return HOMES.get(self.leaf, "orders")

    @property
    def text(self) -> str:
        """As written: metrics for what is innermost, and for what has `empty 0`."""
        *outer, last = self.constructs
        if outer and outer[-1] == "empty 0":
            outer, made = outer[:-1], name_of(last, self.leaf, empty=True)
        else:
            made = name_of(last, self.leaf)
        for construct in reversed(outer):
            made = CONSTRUCTS[construct].format(m=made)
        return made


@frozen
class Question:
    """A query in its parts."""

    columns: tuple[Column, ...]
    groups: str
    by: str = ""
    where: str = ""
    during: str = ""
    fill: bool = False
    having: str = ""
    sort: str = ""
    limit: int | None = None
    empty: bool = field(default=False, eq=False)

    @property
    def text(self) -> str:
        """The query as written; its columns are x, x2, x3."""
        parts = [", ".join(f"x{n if n > 1 else ''}: {c.text}" for n, c in enumerate(self.columns, 1))]
        parts += [f"by {self.by}"] if self.by else []
        parts += [f"where {self.where}"] if self.where else []
        parts += [f"during {self.during}"] if self.during else []
        parts += ["fill"] if self.fill else []
        parts += [f"having {self.having}"] if self.having else []
        parts += [f"sort {self.sort}"] if self.sort else []
        parts += [f"limit {self.limit}"] if self.limit is not None else []
        return " ".join(parts)


def leaf_for(rng: Random, constructs: tuple[str, ...]) -> str:
    """A leaf that fits: an opening needs something that is there before the period."""
    return rng.choice(DATED if "opening" in constructs else tuple(LEAVES))


def asked(rng: Random, columns: tuple[Column, ...], groups: str, *, empty: bool) -> Question:
    """A question of these columns, its other parts by chance; with `empty` no row can be in it."""
    by = {
        "none": "",
        "one": rng.choice(DIMENSIONS),
        "two": ", ".join(rng.sample(DIMENSIONS, 2)),
        "time": rng.choice(TIMES),
    }[groups]
    if by and (rng.random() < 0.05 or any("at age" in column.constructs for column in columns)):
        by = AGE if groups == "one" else f"{by.partition(', ')[0]}, {AGE}"
    where = rng.choice(WHERES) if rng.random() < 0.25 else ""
    during = rng.choice(RANGES) if rng.random() < 0.4 or by == "day" else ""
    if empty and rng.random() < 0.5:
        where = NOWHERE
    elif empty:
        during = rng.choice(NOTHING)
    by_day = by == "day"
    if by_day and not empty:
        during = rng.choice(("2024-02", "2024-02-10 to 2024-03-10"))
    return Question(
        columns=columns,
        groups=groups,
        by=by,
        where=where,
        during=during,
        fill=groups == "time" and rng.random() < 0.25,
        having=rng.choice(("x is not null", "x is null")) if rng.random() < 0.15 else "",
        sort=rng.choice(("x", "x desc")) if rng.random() < 0.1 else "",
        limit=rng.choice((1, 3)) if rng.random() < 0.1 else None,
        empty=empty,
    )
