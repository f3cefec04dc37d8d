"""What comes out, by hand: the shop's rows asked on DuckDB and on SQLite."""

from datetime import date
from decimal import Decimal

import pytest

from metricdsl.model.formula import GroupingRef
from metricdsl.model.period import Period
from metricdsl.model.types import DATE, INTEGER, TEXT
from tests.plan.requests import (
    BY_SEGMENT,
    MONTH,
    ORDER_KEYS,
    QUARTER,
    REQUESTS,
    TICKET_KEYS,
    big_orders,
    lost_orders,
    orders,
    paid,
    tickets,
    won_orders,
    won_revenue,
)
from tests.plan.shop import (
    CUSTOMER,
    ITEM,
    MONEY,
    ORDER,
    PeriodKey,
    agg,
    call,
    col,
    const,
    dimension,
    empty,
    month,
    ratio,
    request,
    values,
)
from tests.sql.shop_rows import ask

D = Decimal
JAN, FEB, MAR, APR = (date(2026, m, 1) for m in (1, 2, 3, 4))


def test_no_groupings_is_one_row_even_of_nothing(engine):
    nothing = request(
        {"n": orders(), "revenue": won_revenue()}, during=Period(date(2030, 1, 1), date(2031, 1, 1))
    )
    assert ask(nothing, engine) == [(0, None)]


def test_a_sum_leaves_out_null_amounts(engine):
    assert ask(REQUESTS["one_metric"], engine) == [(D("356.85"),)]


def test_a_period_is_half_open_and_null_times_fall_out_under_it(engine):
    assert ask(REQUESTS["by_month"], engine) == [(JAN, D("100.00")), (FEB, D("255.75")), (MAR, None)]


def test_without_a_range_rows_without_a_time_are_in_the_null_period_at_the_end(engine):
    by_month = request({"n": won_orders((MONTH,))}, (month(),))
    assert ask(by_month, engine) == [(JAN, 1), (FEB, 2), (MAR, 1), (None, 1)]


def test_an_unknown_foreign_key_is_in_the_null_group(engine):
    by_segment = request({"n": won_orders((ORDER_KEYS[0],))}, (BY_SEGMENT[0],))
    assert ask(by_segment, engine) == [("ENT", 2), ("SMB", 1), (None, 2)]


def test_an_entity_as_a_dimension_is_the_key_of_the_row_found(engine):
    found = col(ORDER, "customer.customer_id")
    raw = col(ORDER, "customer_id")
    names = (dimension("customer", INTEGER), dimension("customer_id", INTEGER))
    n = agg("count_rows", ORDER, keys=(found, raw))
    assert ask(request({"n": n}, names), engine) == [
        (1, 1, 2),
        (2, 2, 2),
        (3, 3, 1),
        (None, 99, 1),
        (None, None, 1),
    ]


def test_one_scan_for_several_filters_brings_only_their_groups(engine):
    assert ask(REQUESTS["one_scan"], engine) == [
        ("ENT", FEB, 1, 0, 1),
        ("SMB", JAN, 1, 1, 0),
        (None, FEB, 1, 0, 0),
        (None, MAR, 1, 0, 0),
    ]


def test_two_facts_are_put_side_by_side_null_safe(engine):
    both = request({"won": won_orders(ORDER_KEYS), "tickets": tickets(TICKET_KEYS)}, BY_SEGMENT)
    assert ask(both, engine) == [
        ("ENT", FEB, 1, 0),
        ("ENT", date(2026, 6, 1), 0, 1),
        ("ENT", None, 1, 0),
        ("SMB", JAN, 1, 3),
        ("SMB", MAR, 0, 1),
        (None, FEB, 1, 0),
        (None, MAR, 1, 0),
    ]


def test_selecting_more_never_changes_what_was_selected(engine):
    alone = ask(request({"won": won_orders((ORDER_KEYS[0],))}, (BY_SEGMENT[0],)), engine)
    beside = ask(
        request(
            {
                "tickets": tickets((TICKET_KEYS[0],)),
                "won": won_orders((ORDER_KEYS[0],)),
                "lost": lost_orders((ORDER_KEYS[0],)),
            },
            (BY_SEGMENT[0],),
        ),
        engine,
    )
    assert [(row[0], row[2]) for row in beside] == alone


def test_two_times_of_one_fact(engine):
    assert ask(REQUESTS["two_times"], engine) == [
        (JAN, D("100.00"), None),
        (FEB, D("255.75"), D("350.50")),
        (MAR, None, D("5.25")),
    ]


def test_a_ratio_is_of_sums_and_null_over_zero(engine):
    share = request({"share": ratio(big_orders(ORDER_KEYS), lost_orders(ORDER_KEYS))}, BY_SEGMENT)
    assert ask(share, engine) == [("ENT", FEB, None), ("SMB", JAN, 0.0)]


def test_two_facts_without_groupings(engine):
    assert ask(REQUESTS["two_facts_no_groups"], engine) == [(5 / 7, 3 / 4)]


def test_having_brings_no_groups(engine):
    assert ask(REQUESTS["having_brings_none"], engine) == [("SMB", JAN, D("100.00"))]
    lost = request(
        {"lost": lost_orders((ORDER_KEYS[0],))},
        (BY_SEGMENT[0],),
        having=call("greater", orders((ORDER_KEYS[0],)), const(0)),
    )
    assert ask(lost, engine) == [("SMB", 1)]


def test_having_by_another_fact(engine):
    assert ask(REQUESTS["having_of_another_fact"], engine) == [("SMB", JAN, D("100.00"))]
    none = request(
        {"won": won_orders(ORDER_KEYS)}, BY_SEGMENT, having=call("equal", tickets(TICKET_KEYS), const(0))
    )
    assert ask(none, engine) == [("ENT", FEB, 1), ("ENT", None, 1), (None, FEB, 1), (None, MAR, 1)]


def test_having_by_the_period(engine):
    not_january = call("not_equal", GroupingRef(index=0, type=DATE), const(JAN))
    chosen = request({"n": won_orders((MONTH,))}, (month(),), having=not_january)
    assert ask(chosen, engine) == [(FEB, 2), (MAR, 1)]


def test_having_without_groupings(engine):
    assert ask(request({"n": orders()}, having=call("greater", tickets(), const(100))), engine) == []


def test_empty_is_for_no_row_and_not_for_an_unknown_amount(engine):
    asked = request({"revenue": empty(won_revenue(ORDER_KEYS)), "tickets": tickets(TICKET_KEYS)}, BY_SEGMENT)
    assert ask(asked, engine) == [
        ("ENT", FEB, D("250.50"), 0),
        ("ENT", date(2026, 6, 1), D(0), 1),
        ("ENT", None, D("1.10"), 0),
        ("SMB", JAN, D("100.00"), 3),
        ("SMB", MAR, D(0), 1),
        (None, FEB, D("5.25"), 0),
        (None, MAR, None, 0),
    ]


def test_empty_in_a_scan_that_is_shared(engine):
    asked = request(
        {
            "lost": empty(
                agg(
                    "sum",
                    ORDER,
                    col(ORDER, "amount"),
                    where=call("equal", col(ORDER, "status"), const("lost")),
                    keys=(ORDER_KEYS[0],),
                    type=MONEY,
                )
            ),
            "n": orders((ORDER_KEYS[0],)),
        },
        (BY_SEGMENT[0],),
    )
    assert ask(asked, engine) == [("ENT", D(0), 2), ("SMB", D("20.00"), 2), (None, D(0), 3)]


def test_medians_and_percentiles_keep_groups_of_nulls(engine):
    assert ask(REQUESTS["percentiles"], engine) == [
        ("ENT", date(2026, 6, 1), 1, 7.0, 7.0),
        ("SMB", JAN, 3, 20.0, pytest.approx(32.0)),
        ("SMB", MAR, 1, None, None),
    ]


def test_a_median_of_dates_is_the_earlier(engine):
    middle = agg("median", ORDER, col(ORDER, "ordered_at"), type=DATE)
    assert ask(request({"middle": middle}), engine) == [(date(2026, 2, 1),)]


def test_fill_within_a_range(engine):
    assert ask(REQUESTS["fill_range"], engine) == [
        ("SMB", JAN, 3),
        ("SMB", FEB, 0),
        ("SMB", MAR, 1),
    ]


def test_fill_from_the_first_found_to_the_last_keeps_the_null_period(engine):
    assert ask(REQUESTS["fill_found"], engine) == [
        (JAN, D("100.00"), 3),
        (FEB, D("255.75"), 0),
        (MAR, None, 1),
        (APR, None, 0),
        (date(2026, 5, 1), None, 0),
        (date(2026, 6, 1), None, 1),
        (None, D("1.10"), 0),
    ]


def test_fill_stops_today(engine):
    asked = request(
        {"n": tickets((MONTH,))},
        (month(),),
        during=Period(date(2026, 1, 1), None),
        fill=True,
        today=date(2026, 4, 15),
    )
    assert ask(asked, engine) == [(JAN, 3), (FEB, 0), (MAR, 1), (APR, 0), (date(2026, 6, 1), 1)]


def test_fill_of_nothing_is_nothing(engine):
    asked = request(
        {"n": tickets((MONTH,))}, (month(),), during=Period(date(2020, 1, 1), date(2020, 4, 1)), fill=True
    )
    assert ask(asked, engine) == []


def test_fill_gives_a_having_only_metric_its_value_in_filled_cells(engine):
    asked = request(
        {"lost": lost_orders((MONTH,))},
        (month(),),
        during=QUARTER,
        fill=True,
        having=call("equal", orders((MONTH,)), const(2)),
    )
    assert ask(asked, engine) == [(JAN, 1), (FEB, 0)]


def test_weeks_are_cut_at_the_ends_of_months(engine):
    keys = (MONTH, PeriodKey(grain="week"))
    asked = request(
        {"n": tickets(keys)}, (month(), month("week", "week")), during=Period(JAN, date(2026, 1, 16))
    )
    assert ask(asked, engine) == [(JAN, date(2025, 12, 29), 3)]
    filled = request(
        {"n": tickets(keys)},
        (month(), month("week", "week")),
        during=Period(JAN, date(2026, 2, 4)),
        fill=True,
    )
    assert ask(filled, engine) == [
        (JAN, date(2025, 12, 29), 3),
        (JAN, date(2026, 1, 5), 0),
        (JAN, date(2026, 1, 12), 0),
        (JAN, date(2026, 1, 19), 0),
        (JAN, date(2026, 1, 26), 0),
        (FEB, date(2026, 1, 26), 0),
        (FEB, date(2026, 2, 2), 0),
    ]


def test_sorting_is_total_and_nulls_come_last_both_ways(engine):
    asked = request({"n": won_orders((ORDER_KEYS[0],))}, (BY_SEGMENT[0],), sort=["-customer.segment"])
    assert [row[0] for row in ask(asked, engine)] == ["SMB", "ENT", None]
    asked = request({"r": won_revenue(ORDER_KEYS)}, BY_SEGMENT, sort=["-r"], limit=2)
    assert ask(asked, engine) == [("ENT", FEB, D("250.50")), ("SMB", JAN, D("100.00"))]


def test_several_hops_keep_every_row(engine):
    assert ask(REQUESTS["three_hops"], engine) == [("North", 3), ("South", 5), (None, 9)]


def test_values_are_distinct_and_hold_null(engine):
    segments = values(CUSTOMER, {"segment": col(CUSTOMER, "segment")})
    assert ask(segments, engine) == [("ENT",), ("SMB",), (None,)]
    assert ask(REQUESTS["values"], engine) == [("SMB",)]


def test_a_column_of_a_constant_has_it_in_every_group_and_brings_none(engine):
    one = request({"x": const(1), "n": lost_orders((ORDER_KEYS[0],))}, (BY_SEGMENT[0],))
    assert ask(one, engine) == [("SMB", 1, 1)]
    assert ask(request({"x": const(1)}), engine) == [(1,)]
    assert ask(request({"x": const(1)}, (BY_SEGMENT[0],)), engine) == []


def test_a_grouping_by_a_constant(engine):
    asked = request({"n": orders((const("web"),))}, (dimension("channel", TEXT),))
    assert ask(asked, engine) == [("web", 7)]


def test_sums_of_products_keep_the_digits(engine):
    product = call("multiply", col(ITEM, "quantity"), col(ITEM, "price"), type=MONEY)
    assert ask(request({"value": agg("sum", ITEM, product, type=MONEY)}), engine) == [(D("359.50"),)]


def test_a_timestamp_is_in_the_month_of_its_day(engine):
    asked = request({"paid": paid((MONTH,))}, (month(),))
    assert ask(asked, engine) == [(FEB, D("350.50")), (MAR, D("5.25")), (None, D("28.10"))]
