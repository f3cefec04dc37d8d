"""A shop with all sorts of facts: orders, open periods, stocks by every rule, snapshots, plans spread over days; and its rows."""

from datetime import date, datetime
from typing import Any

from hypothesis import strategies as st

from metricdsl.testing.generate.data import TIMES, nullable
from metricdsl.testing.reference import Table
from metricdsl.value import frozen

RULES = ("last", "first", "avg", "max", "min")


@frozen
class Season:
    """When rows lie: days around a turn of the year, a leap day, ends of months; what may be today there."""

    days: tuple[date, ...]
    todays: tuple[str, ...]
    ranges: tuple[str, ...]


def _days(*texts: str) -> tuple[date, ...]:
    return tuple(map(date.fromisoformat, texts))


LEAP = Season(
    _days("2024-01-30", "2024-01-31", "2024-02-01", "2024-02-04", "2024-02-05", "2024-02-28", "2024-02-29", "2024-03-01",
          "2024-03-03", "2024-03-29", "2024-03-30", "2024-03-31"),
    ("2024-02-29", "2024-03-01", "2024-03-31"),
    ("2024-02", "2024-Q1", "2024", "2024-02-29", "2024-02-28 to 2024-03-01", "2024-01 to 2024-03", "last 2 weeks", "2024-03 to", "this month",
     "last month", "2024-W05"),
)  # fmt: skip
NEW_YEAR = Season(
    _days("2024-12-01", "2024-12-15", "2024-12-28", "2024-12-29", "2024-12-30", "2024-12-31", "2025-01-01", "2025-01-02", "2025-01-05",
          "2025-01-06", "2025-01-31", "2025-02-01"),
    ("2024-12-31", "2025-01-01", "2025-01-06", "2025-02-03"),
    ("2024-12", "2025-01", "2024-12 to 2025-01", "2025-W01", "2024-12-30 to", "last 7 days", "this year", "2024", "2025-Q1", "2025-01 to"),
)  # fmt: skip
YEARS = Season(
    _days("2023-02-28", "2023-12-31", "2024-01-31", "2024-02-28", "2024-02-29", "2024-03-31", "2024-06-30", "2024-12-31", "2025-01-01",
          "2025-02-28", "2025-03-31", "2025-07-01"),
    ("2024-12-31", "2025-02-28", "2025-07-01"),
    ("2024", "2025", "2024-Q1", "2024 to 2025", "2024-02 to 2025-02", "last 12 months", "this year", "last quarter", "2024-02-29 to",
     "2025-Q1"),
)  # fmt: skip


@frozen
class Shop:
    """The entities of a shop as they are declared, and the ways in which they differ."""

    text: str
    timestamps: bool
    region: bool
    payer: bool
    numbers: bool  # whether customers have dimensions made of their orders
    others: tuple[str, ...]  # of balance, level, plan


@st.composite
def shops(draw: st.DrawFn) -> Shop:
    """Customers and orders, and some of the other entities."""
    timestamps = draw(st.booleans())
    region, payer, numbers = (
        draw(st.booleans()),
        draw(st.sampled_from((False, False, True))),
        draw(st.booleans()),
    )
    others = tuple(sorted(draw(st.sets(st.sampled_from(("balance", "level", "plan")), max_size=2))))
    series = {e: draw(st.booleans()) for e in ("balance", "level")}
    customer = [
        "key customer_id",
        "time signed_on : date default",
        "time left_on : date",
        "dimension segment : text",
    ]
    customer += ["join region on region_id"] if region else []
    if numbers:
        customer += [
            "dimension orders_placed = count(order)",
            "dimension first_order = min(order.ordered_at)",
        ]
    order = [
        "key order_id",
        "join customer on customer_id",
        "dimension status : text",
        "fact amount : decimal(2)",
        "fact qty : integer",
    ]
    order += ["join payer: customer on payer_id"] if payer else []
    kind = "timestamp" if timestamps else "date"
    order += [f"time ordered_at : {kind} default", "time shipped_at : date"]
    of_customer = ["join customer on customer_id", "dimension kind : text"]
    per = " per customer_id" if series["balance"] else ""
    stocks = [f"fact {rule}_held : integer = held stock {rule} by as_of{per}" for rule in RULES]
    balance = ["key row_id", *of_customer, "time as_of : date", "fact held : integer", *stocks]
    per = " per customer_id" if series["level"] else ""
    level = [
        "key row_id",
        *of_customer,
        "time as_of : date",
        f"snapshot by as_of{per}",
        "fact held : integer",
    ]
    plan = [
        "key row_id",
        *of_customer,
        "time from_day : date default",
        "time to_day : date",
        "fact target : integer spread from from_day to to_day",
    ]
    bodies = {"region": ["key region_id", "dimension name : text"]} if region else {}
    bodies |= {"customer": customer, "order": order}
    bodies |= {e: b for e, b in (("balance", balance), ("level", level), ("plan", plan)) if e in others}
    text = "".join(
        "\n".join((f"entity {e} from {e}s {{", *(f"  {line}" for line in body), "}\n"))
        for e, body in bodies.items()
    )
    return Shop(text, timestamps, region, payer, numbers, others)


# ---------------------------------------------------------------- rows

SEGMENTS = nullable(st.sampled_from(("a", "b")))
QUANTITIES = nullable(st.sampled_from((0, 1, 2, 2, 3, 5, -1)))
AMOUNTS = nullable(st.sampled_from(("0.00", "1.00", "2.50", "2.50", "10.00", "-0.05")))
CUSTOMERS = st.sampled_from((1, 1, 2, 2, 3, 4, 99, None))  # an orphan, and none
SIZES = st.sampled_from((6, 4, 8, 2, 10, 0))


@st.composite
def rows_of(draw: st.DrawFn, shop: Shop, season: Season) -> dict[str, Table]:
    """Rows of all tables of a shop."""
    day = nullable(st.sampled_from(season.days))
    region: tuple[tuple[tuple[str, str], Any], ...] = (
        (("region_id", "integer"), st.sampled_from((1, 2, 2, 9, None))),
    )
    payer: tuple[tuple[tuple[str, str], Any], ...] = ((("payer_id", "integer"), CUSTOMERS),)
    moment = (
        nullable(st.tuples(st.sampled_from(season.days), st.sampled_from(TIMES)).map(_moment))
        if shop.timestamps
        else day
    )
    of_customer = ((("customer_id", "integer"), CUSTOMERS), (("kind", "text"), SEGMENTS))
    from_day = nullable(st.sampled_from(season.days))
    made = {
        "customers": draw(_table("customer_id", st.sampled_from((3, 4, 2, 0)), *(region if shop.region else ()),
            (("signed_on", "date"), day), (("left_on", "date"), day), (("segment", "text"), SEGMENTS))),
        "orders": draw(_table("order_id", SIZES, (("customer_id", "integer"), CUSTOMERS), *(payer if shop.payer else ()),
            (("ordered_at", "timestamp" if shop.timestamps else "date"), moment), (("shipped_at", "date"), day),
            (("status", "text"), nullable(st.sampled_from(("x", "y")))), (("amount", "decimal(2)"), AMOUNTS.map(_decimal)), (("qty", "integer"), QUANTITIES))),
    }  # fmt: skip
    if shop.region:
        made["regions"] = draw(_table("region_id", st.just(2), (("name", "text"), SEGMENTS)))
    for entity in shop.others:
        if entity == "plan":
            columns = (
                (("from_day", "date"), from_day),
                (("to_day", "date"), from_day),
                (("target", "integer"), QUANTITIES),
            )
            made["plans"] = draw(_table("row_id", SIZES, *of_customer, *columns))
        else:
            made[f"{entity}s"] = draw(
                _table(
                    "row_id", SIZES, *of_customer, (("as_of", "date"), day), (("held", "integer"), QUANTITIES)
                )
            )
    return made


def _moment(pair: tuple[date, str]) -> datetime:
    return datetime.fromisoformat(f"{pair[0].isoformat()}T{pair[1]}")


def _decimal(text: str | None) -> Any:
    from decimal import Decimal

    return None if text is None else Decimal(text)


@st.composite
def _table(
    draw: st.DrawFn, key: str, size: st.SearchStrategy[int], *columns: tuple[tuple[str, str], Any]
) -> Table:
    rows = tuple((number, *(draw(c) for _, c in columns)) for number in range(1, draw(size) + 1))
    return Table(((key, "integer"), *(header for header, _ in columns)), rows)
