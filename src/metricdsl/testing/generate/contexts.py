"""Formulas that change their contexts, in any nesting: time functions, `per`, `having`, totals, shares, ranks."""

import re

from attrs import evolve
from hypothesis import strategies as st

from metricdsl.testing.generate.shops import RULES, Shop
from metricdsl.value import frozen

LADDER = ("minute", "hour", "day", "week", "month", "quarter", "year")
BIGGER = ("week", "month", "quarter", "year")
HELD = {"balance", "level"}


@frozen
class Formula:
    """A formula as written; `exact` values are the same on every engine to the last digit, `ratio` ones do not add."""

    text: str
    homes: frozenset[str]
    exact: bool = True
    ratio: bool = False
    dated: bool = False  # a stock, or what is open: `opening` has a meaning
    celled: bool = False  # has `at_start`, which needs a cell, in it


@frozen
class Around:
    """Where a formula stands: the shop, the cells around (`None`: a range), what it has been grouped by."""

    shop: Shop
    grains: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    metrics: tuple[tuple[str, Formula], ...] = ()

    @property
    def finest(self) -> str | None:
        return min(self.grains, key=LADDER.index, default=None)


def common(homes: frozenset[str], shop: Shop) -> list[str]:
    """The dimensions that all of some homes reach."""
    found = ["customer.segment", "customer", "customer.segment", "customer.customer_id"]
    found += ["region.name", "region"] if shop.region and not (shop.payer and "order" in homes) else []
    found += ["customer.orders_placed"] if shop.numbers else []
    found += ["customer.signed_on.month", "customer.left_on"]
    if len(homes) == 1:
        (home,) = homes
        if home == "order":
            found += [
                "order.status",
                "order.status",
                "order.qty",
                "order.ordered_at.month",
                "order.shipped_at.month",
            ]
            found += ["payer.segment", "order.payer"] if shop.payer else []
        elif home != "customer":
            found += [f"{home}.kind", f"{home}.kind"]
    return found


def nests(fine: str, coarse: str) -> bool:
    return fine == coarse or (LADDER.index(fine) < LADDER.index(coarse) and fine != "week")


# ---------------------------------------------------------------- conditions


@st.composite
def row_conditions(draw: st.DrawFn, homes: frozenset[str], shop: Shop) -> str:
    """A condition on rows that all homes reach."""
    forms = ['customer.segment = "a"', 'customer.segment != "a"', "customer.segment is null", "customer is not null", "customer = 1",
             "(count(order) per customer) >= 2", "(sum(order.qty) per customer) > 2", "customer.signed_on.year = 2024"]  # fmt: skip
    forms += ['region.name = "b"'] if shop.region and not (shop.payer and "order" in homes) else []
    forms += ["customer.orders_placed > 1", "customer.first_order.year = 2024"] if shop.numbers else []
    if homes == {"order"}:
        forms += [
            'order.status = "x"',
            'order.status != "x"',
            "order.qty > 1",
            "(count(order) per order.status) > 2",
        ]
    elif len(homes) == 1 and homes != {"customer"}:
        forms += [f'{min(homes)}.kind = "a"']
    return draw(st.sampled_from(forms))


# ---------------------------------------------------------------- aggregates


@st.composite
def plain(draw: st.DrawFn, shop: Shop, homes: frozenset[str] | None = None) -> Formula:
    """An aggregate of some entity."""
    allowed = [
        h
        for h in ("order", "order", "order", "customer", *shop.others, *shop.others)
        if homes is None or h in homes
    ]
    home = draw(st.sampled_from(allowed))
    where = (
        f" where {draw(row_conditions(frozenset({home}), shop))}"
        if draw(st.sampled_from((False, False, False, True)))
        else ""
    )

    def made(text: str, **known: bool) -> Formula:
        return Formula(text, frozenset({home}), **known)

    forms: list[Formula]
    match home:
        case "order":
            forms = [made(f"count(order{where})"), made(f"sum(order.amount{where})"), made(f"sum(order.qty{where})"),
                     made(f"avg(order.qty{where})", exact=False, ratio=True), made(f"count(distinct order.customer{where})"),
                     made(f"max(order.qty{where})"), made(f"median(order.qty{where})", ratio=True),
                     made(f'rate(order{where}, that: order.status = "x")', exact=False, ratio=True),
                     made(f"(count(order{where}) at shipped_at)"), made(f"(sum(order.qty{where}) while ordered_at to shipped_at)", dated=True),
                     made(f"(count(order{where}) while ordered_at to shipped_at)", dated=True)]  # fmt: skip
        case "customer":
            forms = [made(f"count(customer{where})"), made(f"(count(customer{where}) while signed_on to left_on)", dated=True),
                     made(f"(count(customer{where}) at left_on)")]  # fmt: skip
        case "balance":
            forms = [
                made(f"sum(balance.{rule}_held{where})", exact=rule != "avg", dated=True) for rule in RULES
            ]
        case "level":
            forms = [made(f"count(level{where})", dated=True), made(f"sum(level.held{where})", dated=True),
                     made(f"avg(level.held{where})", dated=True, exact=False, ratio=True)]  # fmt: skip
        case _:
            forms = [made(f"sum(plan.target{where})", exact=False)]
    return draw(st.sampled_from(forms))


# ---------------------------------------------------------------- formulas

MOVES = ("prior", "growth", "trailing", "to_date", "at_start", "running", "opening")
NOT_SUMMED = re.compile(
    r"held|level|while|distinct|running|opening|trailing|to_date|at_start|over:|prior.*(month|year)|\bm\d"
)
LEVELS = ("per", "per", "per", "count having")
DETAIL = ("total", "total", "share", "rank", "rank_share")
PLAIN = ("where", "divide", "add", "coalesce", "metric")


@st.composite
def formulas(draw: st.DrawFn, around: Around, depth: int = 3, homes: frozenset[str] | None = None) -> Formula:
    """A formula of up to so many constructs in one another."""
    if depth == 0 or draw(st.sampled_from((False, False, False, True))):
        known = [f for _, f in around.metrics if homes is None or f.homes <= homes]
        named: bool = draw(st.booleans()) if known else False
        if named:
            name = draw(st.sampled_from([m for m in around.metrics if homes is None or m[1].homes <= homes]))
            return evolve(name[1], text=name[0])
        return draw(plain(around.shop, homes))
    match draw(st.sampled_from((*MOVES, *LEVELS, *DETAIL, *PLAIN))):
        case "per":
            return draw(_per(around, depth, homes))
        case "count having":
            return draw(_count_having(around, depth))
        case "divide" | "add" as form:
            one = draw(formulas(around, depth - 1, homes))
            other = draw(formulas(around, depth - 1, one.homes if homes is None else homes))
            both = one.homes | other.homes
            if form == "divide":
                return Formula(
                    f"({one.text} / {other.text})",
                    both,
                    exact=False,
                    ratio=True,
                    celled=one.celled or other.celled,
                )
            text = f"(({one.text} as number) + ({other.text} as number))"
            celled = one.celled or other.celled
            return Formula(
                text,
                both,
                one.exact and other.exact,
                one.ratio or other.ratio,
                one.dated and other.dated,
                celled,
            )
        case "where":
            body = draw(formulas(around, depth - 1, homes))
            return evolve(body, text=f"({body.text} where {draw(row_conditions(body.homes, around.shop))})")
        case "coalesce" | "metric":
            body = draw(formulas(around, depth - 1, homes))
            return evolve(body, text=f"coalesce({body.text} as number, 0)", dated=False)
        case "total" | "share" | "rank" | "rank_share" as function:
            return draw(_detail(function, around, depth, homes))
        case function:
            return draw(_moved(function, around, depth, homes))


@st.composite
def _moved(
    draw: st.DrawFn, function: str, around: Around, depth: int, homes: frozenset[str] | None
) -> Formula:
    grains = around.grains
    month = "week" not in grains
    lengths = ["1 day", "7 days", "2 weeks", "1 week"] + (
        ["1 month", "1 month", "1 year", "2 months"] if month else ["52 weeks"]
    )
    inner = around
    match function:
        case "prior" | "growth":
            length = draw(st.sampled_from(lengths))
            argument = f", {length}"
        case "trailing":
            length = draw(st.sampled_from(("7 days", "28 days", "2 weeks", "1 month", "3 months")))
            argument = f", {length}"
        case "to_date":
            units = [u for u in ("week", "month", "quarter", "year") if all(nests(g, u) for g in grains)]
            if not units:
                return draw(formulas(around, depth - 1, homes))
            argument = f", {draw(st.sampled_from(units))}"
        case "at_start":
            finest = around.finest
            units = [u for u in ("week", "month", "year") if finest and all(nests(g, u) for g in grains)]
            if not units:
                return draw(formulas(around, depth - 1, homes))
            argument = f", {draw(st.sampled_from(units))}"
        case "opening":
            body = draw(plain(around.shop, homes))
            while_text = "(count(order) while ordered_at to shipped_at)"
            if not body.dated and (homes is None or "order" in homes):
                body = Formula(while_text, frozenset({"order"}), dated=True)
            return evolve(body, text=f"opening({body.text})") if body.dated else body
        case _:
            argument = ""
    body = draw(formulas(inner, depth - 1, homes))
    if function in {"trailing", "to_date", "running"} and body.celled:
        return body
    found = evolve(
        body, text=f"{function}({body.text}{argument})", celled=body.celled or function == "at_start"
    )
    return evolve(found, exact=False, ratio=True, dated=False) if function == "growth" else found


@st.composite
def _per(draw: st.DrawFn, around: Around, depth: int, homes: frozenset[str] | None) -> Formula:
    grains = [
        g
        for g in ("day", "week", "month", "quarter", "year")
        if all(nests(g, cell) for cell in around.grains)
    ]
    which = draw(st.sampled_from(("dimension", "dimension", "grain", "both") if grains else ("dimension",)))
    grain = draw(st.sampled_from(grains)) if which in {"grain", "both"} else None
    inside = evolve(around, grains=(*around.grains, grain) if grain else around.grains)
    body = draw(formulas(inside, depth - 1, homes))
    keys = [grain] if grain else []
    if which != "grain":
        fitting = [
            d for d in common(body.homes, around.shop) if d != "order.ordered_at.month" or not inside.grains
        ]
        keys.append(draw(st.sampled_from(fitting)))
    every = (
        "every "
        if len(keys) == 1 and draw(st.sampled_from((False, False, True))) and "." not in keys[0]
        else ""
    )
    key = keys[0] if len(keys) == 1 else f"({', '.join(keys)})"
    having = ""
    if draw(st.sampled_from((False, False, True))):
        having = f" having {draw(group_conditions(inside, depth - 1, body.homes))}"
    functions = (
        ["avg", "max", "min", "count", "median"]
        if body.ratio
        else ["sum", "sum", "avg", "max", "min", "count", "median"]
    )
    functions = [f for f in functions if body.exact or f != "count"]
    if NOT_SUMMED.search(
        body.text
    ):  # levels over time, windows that overlap, distinct counts: their sums are refused
        functions = [f for f in functions if f != "sum"]
    function = draw(st.sampled_from(functions))
    exact = body.exact and function not in {"avg", "median"}
    return Formula(
        f"{function}({body.text} per {every}{key}{having})",
        body.homes,
        exact,
        ratio=function not in {"sum", "count"},
        celled=body.celled or "at_start" in having,
    )


@st.composite
def group_conditions(draw: st.DrawFn, around: Around, depth: int, homes: frozenset[str] | None) -> str:
    """A condition on a formula of groups."""
    one = draw(formulas(around, min(depth, 1), homes))
    if not one.exact:
        return f"{one.text} is not null"
    return draw(
        st.sampled_from(
            (
                f"({one.text} as number) > 0",
                f"({one.text} as number) = 0",
                f"({one.text} as number) >= 2",
                f"{one.text} is null",
            )
        )
    )


@st.composite
def _count_having(draw: st.DrawFn, around: Around, depth: int) -> Formula:
    one = draw(formulas(around, depth - 1))
    test = draw(st.sampled_from(("> 0", "= 0", ">= 2", "!= 1"))) if one.exact else None
    condition = f"({one.text} as number) {test}" if test else f"{one.text} is not null"
    where = (
        f" where {draw(row_conditions(frozenset({'customer'}), around.shop))}"
        if draw(st.sampled_from((False, False, True)))
        else ""
    )
    return Formula(f"count(customer{where} having {condition})", one.homes, celled=one.celled)


@st.composite
def _detail(
    draw: st.DrawFn, function: str, around: Around, depth: int, homes: frozenset[str] | None
) -> Formula:
    body = draw(formulas(around, depth - 1, homes))
    dimensions = [b for b in around.by if b in common(body.homes, around.shop)] * 3
    dimensions += ["customer", "customer.segment"]
    over = draw(st.sampled_from(dimensions))
    match function:
        case "total":
            wide = draw(
                st.sampled_from(("", "", f", over: {over}", *(f", over: {g}" for g in around.grains[:1])))
            )
            return evolve(body, text=f"total({body.text}{wide})")
        case "share":
            return evolve(body, text=f"share({body.text}, of: {over})", exact=False, ratio=True, dated=False)
        case _ if not body.exact:
            return body
        case _:
            return evolve(
                body,
                text=f"{function}({body.text}, over: {over})",
                exact=function == "rank",
                ratio=True,
                dated=False,
            )
