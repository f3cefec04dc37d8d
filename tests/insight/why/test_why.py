"""Why a metric moved, by hand: deals won in March and April."""

from datetime import date
from fractions import Fraction

import pytest

from metricdsl import QueryError
from metricdsl.insight.decomposition import Standing
from metricdsl.model.period import Period

HALF = Fraction(1, 2)


def parts(found, dimension):
    (one,) = (d for d in found.dimensions if d.name == dimension)
    return {piece.member: piece.part for piece in one.pieces}


def codes(project, *asked, **options):
    with pytest.raises(QueryError) as refused:
        project.why(*asked, **options)
    return [p.code for p in refused.value.problems if p.severity.value == "error"]


def test_what_adds_up(project):
    found = project.why("won_revenue")
    assert (found.before, found.now, found.change) == (280, 240, -40)
    assert (found.period, found.against.period) == (
        Period(date(2026, 4, 1), date(2026, 5, 1)),
        Period(date(2026, 3, 1), date(2026, 4, 1)),
    )
    assert parts(found, "deal.channel") == {"partner": -150, "fair": 60, "web": 50}
    assert parts(found, "customer.region") == {"EU": -100, None: 60, "US": 0}
    assert [one.rest for one in found.dimensions] == [0, 0]
    assert [one.name for one in found.dimensions] == ["deal.channel", "customer.region"]
    assert found.dimensions[0].needed == 3


def test_a_ratio_by_mix_and_rate(project):
    found = project.why("win_rate", by=["deal.channel"])
    (channels,) = found.dimensions
    partner = next(piece for piece in channels.pieces if piece.member == "partner")
    middle = (Fraction(4, 6) + Fraction(5, 8)) / 2
    assert partner.mix == (Fraction(1, 8) - Fraction(4, 6)) * (Fraction(7, 8) - middle)
    assert partner.rate == Fraction(1, 4) * (Fraction(1, 8) + Fraction(4, 6)) / 2
    assert sum(parts(found, "deal.channel").values()) == Fraction(5, 8) - Fraction(4, 6)
    assert channels.against_total
    assert abs(channels.rest) < Fraction(1, 10**15)


@pytest.mark.parametrize(
    ("metric", "before", "now"),
    [
        ("lost_rate", Fraction(2, 6), Fraction(3, 8)),
        ("lead", Fraction(2, 6), Fraction(2, 8)),
        ("mean_amount", 60, Fraction(365, 8)),
        ("guarded", 70, 48),
        ("weighted", Fraction(200 + 320 + 300 + 480 + 400, 330), Fraction(235 + 9 * 130, 365)),
        ("typical_customer", 120, 73),
    ],
)
def test_other_ratios_are_made_of_their_sums(project, metric, before, now):
    found = project.why(metric, by=["deal.channel", "customer.region"])
    whole = Fraction(before) - Fraction(now)
    for one in found.dimensions:
        assert one.kind == "mix and rate"
        assert sum(piece.part for piece in one.pieces) == -whole
    assert len(found.dimensions) == 2


def test_members_that_overlap_are_left_out_and_said_so(project):
    by_region = project.why("buyers", by=["customer.region"])
    assert parts(by_region, "customer.region") == {"EU": 0, "US": 1, None: 1}
    for metric in ("buyers", "typical_customer", "deals_per_buyer"):  # a customer has several deals
        found = project.why(metric, by=["deal.lasted"])
        assert found.dimensions == ()
        assert [(one.name, one.reason) for one in found.left_out] == [
            ("deal.lasted", "the same thing is counted in several of its members")
        ]


def test_factors_and_terms(project):
    found = project.why("revenue_by_its_factors", by=["customer.region"])
    assert [one.name for one in found.factors] == ["buyers", "deals_per_buyer", "deal_size"]
    assert [round(float(one.part), 2) for one in found.factors] == [138.89, -77.44, -101.44]
    assert sum(one.part for one in found.factors) == pytest.approx(-40)
    assert parts(found, "customer.region") == {"EU": -100, None: 60, "US": 0}
    terms = project.why("open_value", by=["deal.channel"])
    assert [(one.name, one.part, one.power) for one in terms.terms] == [
        ("asked", 5, 1),
        ("won_revenue", 40, -1),
    ]
    assert parts(terms, "deal.channel") == {"fair": 70, "partner": -50, "web": 25}


def test_a_product_that_does_not_add_up_has_its_factors_alone(project):
    found = project.why("squared")
    assert [(one.name, one.part) for one in found.factors] == [("won_deals", 7), ("closed_deals", 9)]
    assert found.dimensions == ()
    assert found.notes == (
        "not by members: a product of several things that each add up does not add up itself; ask about its factors, each by itself",
    )


def test_the_difference_to_a_goal(project):
    found = project.why("won_revenue", vs="goal")
    assert (found.before, found.now) == (300, 240)
    (channels,) = found.dimensions
    assert (channels.kind, channels.rest) == ("goals", -30)
    assert parts(found, "deal.channel") == {"fair": -30, "partner": 0, "web": 0}
    assert {one.name: one.reason for one in found.left_out}["customer.region"] == (
        "no goal is set for each of its members"
    )


def test_the_goal_of_a_rate_is_weighted_by_what_there_is_now(project):
    found = project.why("win_rate", vs="goal", by=["deal.channel"])
    (channels,) = found.dimensions
    assert parts(found, "deal.channel") == {
        "partner": Fraction(1, 8) * HALF,
        "web": Fraction(5, 8) * Fraction(1, 10),
        "fair": 0,
    }
    assert float(channels.rest) == pytest.approx(0.5 - 0.7)


def test_baselines(project):
    found = project.why("a_year_on", vs="baseline", by=["deal.channel"])
    assert parts(found, "deal.channel") == {"partner": -150, "fair": 60, "web": 50}
    rate = project.why("win_rate", vs="baseline")
    assert (rate.before, float(rate.now), rate.dimensions) == (HALF, 0.625, ())
    assert rate.notes == (
        "not by members: a fixed number is no part of any member; ask about what is beside it",
    )


def test_other_periods(project):
    assert project.why("asked", period="2026-04", vs="2026-03").change == 5
    assert project.why("asked", period="2026-04", vs="prior 1 month").change == 5
    days = project.why("asked", period="2026-04-08 to 2026-04-14", vs="prior")
    assert (days.before, days.now) == (130, 60)
    assert days.against.period == Period(date(2026, 4, 1), date(2026, 4, 8))
    day = project.why("asked", period="2026-03-04", vs="2026-03-02")
    assert (day.before, day.now) == (100, 80)


def test_a_period_that_is_not_over_is_compared_over_the_same_days(project):
    found = project.why("asked", period="this month", today=date(2026, 4, 11))
    assert (found.before, found.now) == (230, 190)
    assert found.period == Period(date(2026, 4, 1), date(2026, 4, 11))
    assert found.against.period == Period(date(2026, 3, 1), date(2026, 3, 11))
    assert found.unfinished == "the period is not over: its first 10 days are compared with the same days"


def test_a_condition_holds_for_both_periods(project):
    found = project.why("asked", where='customer.region = "EU"', by=["deal.channel"])
    assert (found.before, found.now) == (250, 150)
    assert parts(found, "deal.channel") == {"partner": -90, "web": -10}


@pytest.mark.parametrize("metric", ["typical_deal", "rounded"])
def test_what_has_no_parts_is_refused(project, metric):
    assert codes(project, metric) == ["Q521"]


def test_a_share_adds_up_over_what_it_is_a_share_of_and_over_nothing_else(project):
    found = project.why("shared", by=["deal.channel", "customer.region"])
    assert (found.before, found.now, found.change) == (1, 1, 0)
    shares = {name: round(float(part), 6) for name, part in parts(found, "deal.channel").items()}
    assert shares == {
        "partner": round(90 / 365 - 290 / 360, 6),
        "web": round(145 / 365 - 70 / 360, 6),
        "fair": round(130 / 365, 6),
    }
    assert [(one.name, one.reason) for one in found.left_out] == [
        ("customer.region", "a total over some dimensions is another number for each member")
    ]


def test_a_growth_from_nothing_has_no_value_to_explain(project):
    assert codes(project, "grown") == ["Q522"]


@pytest.mark.parametrize(
    ("metric", "options", "code"),
    [
        ("won_revenue", {"period": "2026-02"}, "Q522"),
        ("won_revenue", {"period": "2026-03"}, "Q522"),
        ("won_revenue", {"period": "2026-03", "vs": "goal"}, "Q522"),
        ("asked", {"vs": "goal"}, "Q522"),
        ("few", {"period": "2026-03-04", "vs": "2026-03-02"}, "Q522"),
        ("asked", {"period": "2026-03-02", "vs": "2026-03-04"}, "Q502"),
        ("asked", {"period": "this month", "today": date(2026, 5, 1)}, "Q523"),
        ("asked", {"period": "2026-06"}, "Q523"),
        ("closed_deals", {"period": "this month", "vs": "goal"}, "Q523"),
        ("asked", {"period": "2026-04 to"}, "Q523"),
        ("asked / won_deals", {}, "Q524"),
        ("asked, won_deals", {}, "Q524"),
        ("asked by deal.channel", {}, "Q524"),
        ("asked", {"period": "2026-04 limit 1"}, "Q524"),
        ("asked", {"period": "2026-04 having asked > 1"}, "Q524"),
        ("asked", {"vs": "2026-03 fill"}, "N211"),
        ("asked", {"vs": "prior month, baseline, prior year"}, "N215"),
        ("asked", {"by": ["deal.channel sort asked"]}, "Q524"),
        (
            "asked",
            {"where": 'deal.channel = "web"', "by": ["customer.region limit 3 by deal.channel"]},
            "S109",
        ),
        ("nothing", {}, "N201"),
        ("asked", {"vs": "2025"}, "Q502"),
        ("asked", {"by": ["deal.nothing"]}, "N201"),
        ("asked", {"vs": "baseline"}, "N215"),
    ],
)
def test_refusals(project, metric, options, code):
    assert codes(project, metric, **options) == [code]


def test_the_dimensions_that_are_looked_at(project):
    found = project.why("win_rate")
    reasons = {one.name: one.reason for one in found.left_out}
    assert {one.name for one in found.dimensions} == {"deal.channel", "customer.region"}
    assert reasons["deal.is_won"] == "the metric's own conditions are made of it"
    assert reasons["deal.lasted"] == "an integer: name it with --by, or make ranges with `bucket`"
    assert reasons["deal.customer"] == "a key, with as many values as rows: name it with --by"
    assert reasons["deal.closed_on"].startswith("a time")
    assert [one.standing for one in found.dimensions[0].pieces].count(Standing.NEW) == 1


@pytest.mark.parametrize("period", ["deal.closed_on.month", "month", "day"])
def test_the_period_itself_is_no_dimension(project, period):
    found = project.why("asked", by=[period, "deal.channel"])
    assert [one.name for one in found.dimensions] == ["deal.channel"]
    assert [(one.name, one.reason) for one in found.left_out] == [
        (period, "it is the period of the metric, and that is what is compared")
    ]


def test_the_best_and_all_others_are_members_too(project):
    found = project.why("won_revenue", by=["top(deal.channel, 1, by: won_revenue)"])
    (channels,) = found.dimensions
    assert sum(piece.part for piece in channels.pieces) == found.change == -40


def test_withheld_members_are_not_told(project):
    found = project.why("few")
    assert "some of its members are withheld: too few rows make them" in {
        one.reason for one in found.left_out
    }
    assert all(one.name != "deal.channel" for one in found.dimensions)


def test_a_project_that_cannot_be_asked_says_so(project):
    assert codes(project, "asked", connection="elsewhere") == ["X713"]
