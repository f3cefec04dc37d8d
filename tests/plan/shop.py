"""A small shop, resolved by hand: orders of customers, their items, tickets; and short words to write requests with."""

from datetime import date
from decimal import Decimal
from types import MappingProxyType

from metricdsl.model.entity import Column, Entity, Join, Role, Table
from metricdsl.model.formula import Aggregate, Call, ColumnRef, Constant, Named, PeriodKey, WithEmpty
from metricdsl.model.period import ALL_TIME
from metricdsl.model.request import Context, Grouping, Output, Request, SortKey, ValuesRequest
from metricdsl.model.types import BOOLEAN, DATE, FLOAT, INTEGER, TEXT, TIMESTAMP, Kind, ValueType

MONEY = ValueType(Kind.DECIMAL, scale=2)
TODAY = date(2026, 6, 30)


def entity(name, table, key, columns, joins=(), scope=None, supplies=None, time=None):
    return Entity(
        name=name,
        label=None,
        table=Table(name=table),
        key=tuple(key),
        columns=MappingProxyType({c: Column(name=c, type=t, role=Role.COLUMN) for c, t in columns.items()}),
        joins=MappingProxyType({j: Join(name=j, target=t, columns=tuple(c)) for j, t, c in joins}),
        scope=scope,
        supplies=supplies or {},
        time=time,
    )


REGION = entity("shop.region", "regions", ["region_id"], {"region_id": INTEGER, "name": TEXT})
CUSTOMER = entity(
    "shop.customer",
    "customers",
    ["customer_id"],
    {"customer_id": INTEGER, "segment": TEXT, "region_id": INTEGER, "signed_up_at": DATE},
    joins=[("region", "shop.region", ["region_id"])],
)
ORDER = entity(
    "shop.order",
    "orders",
    ["order_id"],
    {
        "order_id": INTEGER,
        "customer_id": INTEGER,
        "ordered_at": DATE,
        "paid_at": TIMESTAMP,
        "status": TEXT,
        "amount": MONEY,
    },
    joins=[("customer", "shop.customer", ["customer_id"])],
    time="ordered_at",
)
ITEM = entity(
    "shop.item",
    "order_items",
    ["item_id"],
    {"item_id": INTEGER, "order_id": INTEGER, "quantity": INTEGER, "price": MONEY},
    joins=[("order", "shop.order", ["order_id"])],
)
TICKET = entity(
    "shop.ticket",
    "tickets",
    ["ticket_id"],
    {"ticket_id": INTEGER, "customer_id": INTEGER, "opened_at": DATE, "minutes": INTEGER, "solved": BOOLEAN},
    joins=[("customer", "shop.customer", ["customer_id"])],
    time="opened_at",
)
ENTITIES = {e.name: e for e in (REGION, CUSTOMER, ORDER, ITEM, TICKET)}


def col(home, dotted, entities=ENTITIES):
    """`col(ORDER, "customer.region.name")`"""
    *path, column = dotted.split(".")
    at = home
    for step in path:
        at = entities[at.joins[step].target]
    return ColumnRef(path=tuple(path), entity=at.name, column=column, type=at.columns[column].type)


def const(value):
    kinds = {bool: BOOLEAN, int: INTEGER, str: TEXT, float: FLOAT, date: DATE}
    if isinstance(value, Decimal):
        return Constant(value=value, type=ValueType(Kind.DECIMAL, scale=-value.as_tuple().exponent))
    return Constant(value=value, type=kinds[type(value)])


def call(function, *arguments, type=BOOLEAN):
    return Call(function=function, arguments=tuple(arguments), type=type)


def equal(left, right):
    return call("equal", left, const(right))


def both(left, right):
    return call("and", left, right)


def agg(function, home, *arguments, where=None, time=None, keys=(), metric=None, type=INTEGER, time_name=""):
    default = col(home, home.time) if home.time else None
    return Aggregate(
        function=function,
        home=home.name,
        arguments=arguments,
        where=where,
        time=time if time is not None else default,
        time_name=time_name or (home.time or ""),
        keys=tuple(keys),
        metrics=(f"shop.{metric}",) if metric else (),
        type=type,
    )


MONTH = PeriodKey(grain="month")


def month(name="month", grain="month"):
    return Grouping(name=name, type=DATE, grain=grain)


def dimension(name, type=TEXT):
    return Grouping(name=name, type=type)


def output(name, formula):
    return Output(name=name, formula=formula, type=formula.type)


def ratio(over, under):
    return call("divide", over, under, type=FLOAT)


def empty(body, value=0):
    return WithEmpty(body=body, value=const(value), type=body.type)


def named(metric, body):
    return Named(metric=f"shop.{metric}", body=body, type=body.type)


def request(
    outputs,
    groupings=(),
    *,
    having=None,
    during=ALL_TIME,
    sort=(),
    limit=None,
    fill=False,
    entities=ENTITIES,
    **setting,
):
    return Request(
        groupings=tuple(groupings),
        outputs=tuple(output(name, formula) for name, formula in outputs.items()),
        entities=entities,
        during=during,
        having=having,
        sort=tuple(SortKey(name=s.lstrip("-"), descending=s.startswith("-")) for s in sort),
        limit=limit,
        fill=fill,
        context=Context(**{"today": TODAY, **setting}),
    )


def values(home, expressions, *, where=None, sort=(), limit=None, entities=ENTITIES):
    return ValuesRequest(
        home=home.name,
        groupings=tuple(Grouping(name=name, type=e.type) for name, e in expressions.items()),
        expressions=tuple(expressions.values()),
        where=where,
        entities=entities,
        sort=tuple(SortKey(name=s.lstrip("-"), descending=s.startswith("-")) for s in sort),
        limit=limit,
        context=Context(today=TODAY),
    )
