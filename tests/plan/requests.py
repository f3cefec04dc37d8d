"""Requests of the shop that tests and the benchmark share, by name."""

from datetime import date

from metricdsl.model.period import Period
from metricdsl.model.types import FLOAT, INTEGER
from tests.plan.shop import (
    CUSTOMER,
    ITEM,
    MONEY,
    MONTH,
    ORDER,
    TICKET,
    agg,
    both,
    call,
    col,
    const,
    dimension,
    empty,
    equal,
    month,
    named,
    ratio,
    request,
    values,
)

WON = equal(col(ORDER, "status"), "won")
BIG = call("greater", col(ORDER, "amount"), const(100))
QUARTER = Period(date(2026, 1, 1), date(2026, 4, 1))
BY_SEGMENT = (dimension("customer.segment"), month())
ORDER_KEYS = (col(ORDER, "customer.segment"), MONTH)
TICKET_KEYS = (col(TICKET, "customer.segment"), MONTH)


def won_revenue(keys=()):
    return agg("sum", ORDER, col(ORDER, "amount"), where=WON, keys=keys, metric="won_revenue", type=MONEY)


def won_orders(keys=()):
    return agg("count_rows", ORDER, where=WON, keys=keys, metric="won_orders")


def big_orders(keys=()):
    return agg("count_rows", ORDER, where=both(WON, BIG), keys=keys, metric="big_orders")


def lost_orders(keys=()):
    return agg(
        "count_rows", ORDER, where=equal(col(ORDER, "status"), "lost"), keys=keys, metric="lost_orders"
    )


def orders(keys=()):
    return agg("count_rows", ORDER, keys=keys, metric="orders")


def tickets(keys=()):
    return agg("count_rows", TICKET, keys=keys, metric="tickets")


def solved(keys=()):
    return agg("rate", TICKET, col(TICKET, "solved"), keys=keys, metric="solved", type=FLOAT)


def median_minutes(keys=()):
    return agg("median", TICKET, col(TICKET, "minutes"), keys=keys, metric="median_minutes", type=FLOAT)


def slow_minutes(keys=()):
    return agg(
        "percentile", TICKET, col(TICKET, "minutes"), const(0.9), keys=keys, metric="slow_minutes", type=FLOAT
    )


def paid(keys=()):
    return agg(
        "sum",
        ORDER,
        col(ORDER, "amount"),
        time=col(ORDER, "paid_at"),
        time_name="paid_at",
        keys=keys,
        metric="paid",
        type=MONEY,
    )


def items(keys=()):
    return agg("sum", ITEM, col(ITEM, "quantity"), keys=keys, metric="items", type=INTEGER)


def three_metrics():
    """Three metrics by two dimensions over two facts."""
    outputs = {
        "won_revenue": named("won_revenue", won_revenue(ORDER_KEYS)),
        "deal_size": named("deal_size", ratio(won_revenue(ORDER_KEYS), won_orders(ORDER_KEYS))),
        "tickets": named("tickets", tickets(TICKET_KEYS)),
    }
    return request(outputs, BY_SEGMENT, during=QUARTER)


REQUESTS = {
    "one_metric": request({"won_revenue": won_revenue()}),
    "by_month": request({"won_revenue": won_revenue((MONTH,))}, (month(),), during=QUARTER),
    "ratio_top": request(
        {"deal_size": ratio(won_revenue(ORDER_KEYS), won_orders(ORDER_KEYS))},
        BY_SEGMENT,
        sort=["-deal_size"],
        limit=10,
    ),
    "one_scan": request(
        {
            "won": won_orders(ORDER_KEYS),
            "lost": lost_orders(ORDER_KEYS),
            "big": big_orders(ORDER_KEYS),
        },
        BY_SEGMENT,
        during=QUARTER,
    ),
    "three_metrics": three_metrics(),
    "two_facts_no_groups": request({"per_order": ratio(tickets(), orders()), "solved": solved()}),
    "two_times": request(
        {"ordered": won_revenue((MONTH,)), "paid": paid((MONTH,))}, (month(),), during=QUARTER
    ),
    "having_brings_none": request(
        {"won_revenue": won_revenue(ORDER_KEYS)},
        BY_SEGMENT,
        having=call("at_least", orders(ORDER_KEYS), const(2)),
    ),
    "having_of_another_fact": request(
        {"won_revenue": won_revenue(ORDER_KEYS)},
        BY_SEGMENT,
        having=call("greater", tickets(TICKET_KEYS), const(0)),
    ),
    "empty": request(
        {"revenue": empty(won_revenue(ORDER_KEYS)), "tickets": tickets(TICKET_KEYS)}, BY_SEGMENT
    ),
    "percentiles": request(
        {
            "tickets": tickets(TICKET_KEYS),
            "median": median_minutes(TICKET_KEYS),
            "p90": slow_minutes(TICKET_KEYS),
        },
        BY_SEGMENT,
    ),
    "fill_range": request({"tickets": tickets(TICKET_KEYS)}, BY_SEGMENT, during=QUARTER, fill=True),
    "fill_found": request(
        {"revenue": won_revenue((MONTH,)), "tickets": tickets((MONTH,))}, (month(),), fill=True
    ),
    "three_hops": request(
        {"items": items((col(ITEM, "order.customer.region.name"),))},
        (dimension("order.customer.region.name"),),
    ),
    "values": values(
        CUSTOMER, {"segment": col(CUSTOMER, "segment")}, where=equal(col(CUSTOMER, "region.name"), "North")
    ),
}
