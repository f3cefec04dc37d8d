"""Questions whose rows have values made of their children, over rows with nulls, orphans and parents without children."""

from datetime import date
from decimal import Decimal

from attrs import frozen
from hypothesis import strategies as st

from metricdsl.testing.generate import Example
from metricdsl.testing.reference import Table

DEFINITIONS = """\
entity customer from customers {
  key customer_id
  dimension segment : text
  dimension rating  : integer
  dimension orders_placed = count(order)
  dimension big_orders    = count(order where amount > 2)
  dimension agents        = count(distinct order.agent)
  dimension open_agents   = count(distinct order.agent where status = "open")
  dimension spent         = sum(order.amount)
  dimension usual_amount  = avg(order.amount)
  dimension first_order_on = min(order.ordered_on)
  dimension has_items     = count(item) > 0
  dimension busy_orders   = count(order where items > 1)
}
entity agent from agents { key agent_id  dimension team : text }
entity order from orders {
  key order_id
  join customer on customer_id
  join agent    on agent_id
  time ordered_on : date
  dimension status : text in ("open", "won")
  fact amount : decimal(2)
  dimension items      = count(item)
  dimension late_items = count(item where is_late)
  dimension kinds      = count(distinct item.kind)
  dimension late_kinds = count(distinct item.kind where is_late)
  dimension has_late   = count(item where is_late) > 0
}
entity item from items {
  key item_id
  join order on order_id
  dimension kind    : text
  dimension is_late : boolean
  fact quantity : integer
}
metric orders    = count(order)
metric amount    = sum(order.amount)
metric items     = count(item)
metric quantity  = sum(item.quantity)
metric customers = count(customer)
"""

# What each metric reaches: conditions and keys by the entities whose rows are counted.
OF_CUSTOMER = (
    'customer.segment = "a"', 'customer.segment in ("a", "b")', "customer.rating > 1", "customer.orders_placed > 0",
    "customer.orders_placed = 0", "not customer.orders_placed > 0", "1 <= customer.orders_placed", "customer.big_orders < 1",
    "customer.big_orders != 0", "customer.agents > 1", "customer.agents = 1", "customer.open_agents = 1",
    "customer.spent > 2", "customer.usual_amount < 5", "customer.has_items", "not customer.has_items",
    "customer.busy_orders > 0", "customer.busy_orders = 0", "customer.first_order_on >= 2024-02-01",
    "customer.agents >= 2", "2 > customer.agents", "customer.orders_placed > 0 or customer.rating = 1",
)  # fmt: skip
OF_ORDER = (
    'order.status = "open"', "order.items > 0", "order.items = 0", "order.late_items = 0", "order.has_late",
    "not order.has_late", "order.kinds > 1", "order.kinds = 1", "order.late_kinds = 1", "order.late_kinds < 1",
    'agent.team = "x"', "(count(order) per order.customer_id) > 1", "order.amount < customer.usual_amount",
    "1 < order.kinds", "order.items >= 1 and order.late_items <= 0", 'starts_with(agent.team, "x")',
)  # fmt: skip
OF_ITEM = ('item.kind = "p"', "item.is_late", "item.quantity > 1", "item.quantity < (order.items as number)")
ASKED = {
    "customers": (OF_CUSTOMER, ("customer.segment", "customer.orders_placed", "customer.has_items")),
    "orders": (OF_CUSTOMER + OF_ORDER, ("customer.segment", "month", "order.items", "customer.agents")),
    "amount": (OF_CUSTOMER + OF_ORDER, ("customer.segment", "month", "customer", "customer.busy_orders")),
    "items": (OF_CUSTOMER + OF_ORDER + OF_ITEM, ("customer.segment", "order.has_late", "order")),
    "quantity": (OF_CUSTOMER + OF_ORDER + OF_ITEM, ("agent.team", "order.kinds", "customer.spent")),
    "orders, customers": (OF_CUSTOMER, ("customer.segment", "customer.agents")),
    "amount, big: (amount where order.late_items = 0)": (OF_CUSTOMER + OF_ORDER, ("customer.segment", "month")),
}  # fmt: skip
COUNTED = (
    "count(distinct order.customer)", "count(distinct order.agent where amount > 1)", "count(distinct order.status)",
    "orders", "amount", "avg(order.amount)",
)  # fmt: skip
MOVED = (
    "trailing({}, 3 days)", "trailing({}, 28 days)", "trailing({}, 2 weeks)", "trailing({}, 1 month)", "running({})",
    "prior({}, 1 day)", "prior({}, 1 month)", "prior(trailing({}, 28 days), 28 days)", "to_date({}, year)",
)  # fmt: skip
DAYS = (date(2024, 1, 31), date(2024, 2, 1), date(2024, 2, 29), date(2024, 3, 31))


@frozen
class Written:
    """Definitions as text."""

    text: str


@frozen
class Question:
    """A query and the day it is asked."""

    text: str
    today: str = "2024-03-31"


@st.composite
def lookups(draw: st.DrawFn) -> Example:
    """A question over some rows."""
    return Example(model=Written(DEFINITIONS), tables=draw(_tables()), asked=Question(draw(_questions())))


@st.composite
def windows(draw: st.DrawFn) -> Example:
    """A question over windows of time."""
    today = draw(st.sampled_from(("2024-03-31", "2024-02-10", "2023-12-31")))
    return Example(
        model=Written(DEFINITIONS), tables=draw(_tables()), asked=Question(draw(_of_windows()), today)
    )


@st.composite
def _tables(draw: st.DrawFn) -> dict[str, Table]:
    sizes = st.sampled_from((0, 1, 3, 6, 9))
    customers = [(key, draw(_or_null("a", "b", "c")), draw(_or_null(1, 2, 3))) for key in range(draw(sizes))]
    agents = [(key, draw(_or_null("x", "y"))) for key in range(draw(st.integers(0, 3)))]
    orders = [
        (
            key,
            draw(_or_null(*range(6))),
            draw(_or_null(*range(4))),
            draw(_or_null(*DAYS)),
            draw(_or_null("open", "won")),
            draw(_or_null(*map(Decimal, ("0.00", "1.50", "2.50", "9.99")))),
        )
        for key in range(draw(sizes))
    ]
    items = [
        (
            key,
            draw(_or_null(*range(7))),
            draw(_or_null("p", "q")),
            draw(_or_null(True, False)),
            draw(_or_null(0, 1, 2, 7)),
        )
        for key in range(draw(sizes))
    ]
    return {
        "customers": _table("customer_id integer, segment text, rating integer", customers),
        "agents": _table("agent_id integer, team text", agents),
        "orders": _table(
            "order_id integer, customer_id integer, agent_id integer, ordered_on date, status text, amount decimal(2)",
            orders,
        ),
        "items": _table(
            "item_id integer, order_id integer, kind text, is_late boolean, quantity integer", items
        ),
    }


@st.composite
def _of_windows(draw: st.DrawFn) -> str:
    inner = draw(st.sampled_from(COUNTED))
    moved = draw(st.sampled_from(MOVED)).format(inner)
    nests = "month" not in moved and "year" not in moved  # no week lies in one month or year
    by = [draw(st.sampled_from(("day", "week", "month") if nests else ("day", "month")))]
    by += draw(st.lists(st.sampled_from(("customer.segment", "order.status")), max_size=1))
    where = draw(st.sampled_from(("", "", ' where order.status = "open"')))
    during = draw(st.sampled_from(("", " during 2024-02", " during 2024-01-15 to 2024-03")))
    return f"c: {moved} by {', '.join(by)}{where}{during}"


@st.composite
def _questions(draw: st.DrawFn) -> str:
    metric = draw(st.sampled_from(list(ASKED)))
    conditions, keys = ASKED[metric]
    by = draw(st.lists(st.sampled_from(keys), max_size=2, unique=True))
    where = draw(st.lists(st.sampled_from(conditions), min_size=1, max_size=3, unique=True))
    during = (
        draw(st.sampled_from(("", "", " during 2024-01 to 2024-02")))
        if metric in ("orders", "amount")
        else ""
    )
    return f"{metric}{' by ' if by else ''}{', '.join(by)} where {' and '.join(map('({})'.format, where))}{during}"


def _or_null(*values: object) -> st.SearchStrategy[object]:
    return st.sampled_from((*values, None))


def _table(columns: str, rows: list[tuple[object, ...]]) -> Table:
    named = [tuple(column.rsplit(" ", 1)) for column in columns.split(", ")]
    return Table(columns=tuple(named), rows=tuple(rows))
