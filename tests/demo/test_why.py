"""Why numbers moved in a company of the canonical model: the planted mix shift is told from a rate change, and every metric of the pack
has parts that add up, or is refused."""

from fractions import Fraction

import pytest

from metricdsl import QueryError
from metricdsl.demo.library import make_library
from metricdsl.engine.project import open_project
from metricdsl.insight import drivers
from metricdsl.insight.why_answer import Why

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800), pytest.mark.xdist_group("library why")]

REFUSED = {"Q521", "Q522", "G406"}
"""No parts; no value in one of the periods; no time."""


@pytest.fixture(scope="module", params=[30_000])
def library(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("library")
    make_library(folder, request.param, 7)
    with open_project(folder, installed_plugins=True) as project:
        yield project


def test_the_planted_mix_shift_is_told_from_a_rate_change(library):
    """Each channel converts as ever, and the mix moves from partners to the web (02-selling.sql)."""
    found = library.why("lead_conversion_rate", period="2026-01 to 2026-09", vs="prior year")
    assert found.change < 0
    first, *others = found.dimensions
    assert first.name in {"lead.source", "lead.channel.name", "channel.name"}
    assert first.mix < 0
    assert abs(first.mix) > 4 * abs(first.rate)
    assert {piece.member for piece in first.pieces[:2]} == {"web", "partner"}
    assert all(abs(one.rate) > 5 * abs(one.mix) for one in others if one.name.startswith("campaign."))


def test_a_planted_rate_change_is_no_mix_shift(library):
    """Recommendation falls in 2026, whoever is asked (07-voice.sql)."""
    found = library.why("nps", period="2026-01 to 2026-05", vs="prior year")
    assert found.change < 0
    assert found.dimensions
    assert sum(abs(one.rate) > 4 * abs(one.mix) for one in found.dimensions) > len(found.dimensions) / 2


def explained(library, name: str) -> "Why | set[str]":
    """Why a metric moved, or the codes that it is refused with."""
    try:
        return library.why(name, period="2026-01 to 2026-06", vs="prior 6 months")
    except QueryError as error:
        return {p.code for p in error.problems if p.severity.value == "error"}


@pytest.mark.parametrize("library", [3_000], indirect=True)
def test_every_metric_has_parts_that_add_up_or_is_refused(library, monkeypatch):
    monkeypatch.setattr(drivers, "MOST_DIMENSIONS", 2)
    parted, refused, nothing = [], [], []
    for name in library.model.metrics:
        found = explained(library, name)
        if not isinstance(found, Why):
            assert found <= REFUSED, name
            refused.append(name)
            continue
        beside = max(abs(found.before), abs(found.now))
        for one in found.dimensions:
            sizes = [beside, *(abs(piece.part) for piece in one.pieces)]
            assert sum(piece.part for piece in one.pieces) + one.rest == found.change
            assert abs(one.rest) <= Fraction(1, 10**9) * max(sizes), (name, one.name)
        for made in (found.factors, found.terms):
            sizes = [beside, *(abs(part.part) for part in made)]
            assert not made or abs(sum(part.part for part in made) - found.change) <= Fraction(
                1, 10**9
            ) * max(sizes)
        some = found.dimensions or found.factors or found.terms
        (parted if some else nothing).append(name)
        assert some or found.left_out, name
    assert len(parted) > 0.7 * len(library.model.metrics), (len(refused), nothing)
