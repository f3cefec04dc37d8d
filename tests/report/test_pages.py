"""The pages of a scorecard, in every form: they say the same, cut no digit, and need nothing else to be read."""

import re
from datetime import date, timedelta
from decimal import Decimal
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from metricdsl.analysis.goals_held import HeldGoal
from metricdsl.execution.shown import people
from metricdsl.insight.comparisons import change
from metricdsl.insight.goals import Elapsed, Status, judge
from metricdsl.insight.scorecard import Band, Note, Occurrence, Point, Row, Scorecard
from metricdsl.insight.usual_range import Observation, usual_range
from metricdsl.model.metric import Additivity
from metricdsl.model.period import Period
from metricdsl.model.types import Kind, ValueType
from metricdsl.model.unit import SHARE
from metricdsl.report.pages import page
from metricdsl.report.sparkline import sparkline

JULY = Period(date(2026, 7, 1), date(2026, 8, 1))
TYPES = {
    "amount": ValueType(Kind.DECIMAL),
    "count": ValueType(Kind.INTEGER),
    "share": ValueType(Kind.FLOAT, SHARE),
    "time": ValueType(Kind.DURATION),
}
VALUES = {
    "amount": st.decimals(-(10**12), 10**12, places=2),
    "count": st.integers(0, 10**12),
    "share": st.floats(0, 1),
    "time": st.integers(0, 10**14).map(lambda micros: timedelta(microseconds=micros)),
}
LABELS = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=30)


FEW = settings(max_examples=15)
"""A page is long, and one example shows many numbers."""


def months(number):
    return [date(2024 + at // 12, at % 12 + 1, 1) for at in range(number)][-number:]


@st.composite
def rows(draw):
    kind = draw(st.sampled_from(sorted(TYPES)))
    values = draw(st.lists(st.none() | VALUES[kind], min_size=1, max_size=16))
    limit = draw(st.none() | VALUES[kind])
    goal = None
    if limit is not None:
        micros = limit // timedelta(microseconds=1) if isinstance(limit, timedelta) else limit
        goal = HeldGoal(
            title=draw(LABELS), sides=((draw(st.sampled_from([">=", "<="])), micros),), period=JULY, each=None
        )
    starts = months(31)[-len(values) :]
    known = [
        Observation(
            starts=at, value=float(one / timedelta(microseconds=1) if isinstance(one, timedelta) else one)
        )
        for at, one in zip(starts, values, strict=True)
        if one is not None
    ]
    usual = usual_range(known)
    return Row(
        name="m",
        label=draw(LABELS),
        members=draw(st.just(()) | st.tuples(st.tuples(st.just("team"), st.none() | LABELS))),
        type=TYPES[kind],
        better=draw(st.sampled_from(["higher", "lower", ""])),
        value=values[-1],
        judgement=judge(values[-1], goal, JULY, Additivity.NON_ADDITIVE, None, date(2026, 9, 1)),
        series=tuple(
            Point(starts=at, text=f"{at:%Y-%m}", value=one) for at, one in zip(starts, values, strict=True)
        ),
        changes=(change("prior month", "2026-06", values[-1], values[0], TYPES[kind]),),
        usual=usual,
        phases=() if usual is None else (usual,),
        history=len(known),
        note=Note(formula="count(a)", words="the number of a", about=draw(LABELS)),
    )


def card(*shown: Row, **said) -> Scorecard:
    return Scorecard(
        name="board",
        label=said.pop("label", "Board"),
        period=JULY,
        grain="month",
        period_text="2026-07",
        today=date(2026, 9, 1),
        comparisons=("prior month",),
        bands=(Band(title="", rows=shown),),
        events=(Occurrence(title="Fair <b>", start=date(2026, 7, 3)),),
        **said,
    )


def table_lines(out: str) -> list[str]:
    return [line for line in out.splitlines() if re.match(r"[✔●!✘?·] [a-z]", line)]


@FEW
@given(st.lists(rows(), min_size=1, max_size=4), st.integers(10, 200))
def test_a_terminal_of_any_width_shows_each_value_whole(shown, width):
    out = page(card(*shown), "table", width=width)
    told = [line for line in table_lines(out) if "judged" not in line]
    assert len(told) >= len(shown)
    for row in shown:
        assert any(people(row.value, row.type) in line for line in told), "no digit is cut"
        assert any(row.status.value in line for line in told)
    table = out.split("\n\n")[1].splitlines()
    assert len({cell_len(line.rstrip()) for line in table[1:2]}) == 1


@FEW
@given(st.lists(rows(), min_size=1, max_size=3), st.sampled_from(["md", "html", "svg", "table", "json"]))
def test_every_form_shows_each_value_and_its_status(shown, form):
    out = page(card(*shown), form, width=10_000)
    for row in shown:
        if form != "json":
            assert people(row.value, row.type).replace(">", "&gt;") in out
        assert row.status.value in out


class Reading(HTMLParser):
    """What a page is made of: whether its tags close, its words, its ids and links."""

    EMPTY = frozenset({"meta", "rect", "polyline", "polygon", "circle", "line"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.words.append(data)


def read(text: str) -> Reading:
    reading = Reading()
    reading.feed(text)
    reading.close()
    assert reading.open == []
    return reading


@FEW
@given(st.lists(rows(), min_size=1, max_size=3), LABELS)
def test_the_page_is_whole_and_needs_no_network(shown, label):
    out = page(card(*shown, label=label), "html")
    reading = read(out)
    ids = [said["id"] for _, said in reading.tags if "id" in said]
    assert len(ids) == len(set(ids))
    links = [said["href"] for tag, said in reading.tags if tag == "a"]
    assert {link.removeprefix("#") for link in links} <= set(ids)
    assert not re.search(r"https?://|@import|url\(|<script|<link|<img", out)


@FEW
@given(st.lists(rows(), min_size=1, max_size=3))
def test_every_chart_has_its_table(shown):
    reading = read(page(card(*shown), "html"))
    trends = [said for tag, said in reading.tags if tag == "svg" and said.get("class") == "trend"]
    tables = [tag for tag, said in reading.tags if tag == "details"]
    assert len(trends) == len(tables) == sum(any(p.value is not None for p in row.series) for row in shown)
    for said in trends:
        assert said["role"] == "img"
        assert said["aria-label"]


@FEW
@given(st.lists(rows(), min_size=1, max_size=3))
def test_the_picture_is_a_picture(shown):
    root = ET.fromstring(page(card(*shown), "svg"))
    assert root.tag.endswith("svg")
    assert root.get("aria-label")


def test_what_others_wrote_is_text_and_nothing_else():
    row = Row(
        name="m",
        label='<script>alert("x")</script>',
        members=(("team", "a|b\x1b[31m`*"),),
        type=TYPES["count"],
        value=3,
        judgement=judge(3, None, JULY, Additivity.ADDITIVE, None, date(2026, 9, 1)),
        series=(Point(starts=date(2026, 7, 1), text="2026-07", value=3),),
        changes=(change("prior month", "2026-06", 3, None, TYPES["count"]),),
    )
    for form in ("html", "svg", "table", "md"):
        out = page(card(row), form)
        assert form in {"table", "md"} or "<script>" not in out
        assert form != "md" or "<script>" not in out.replace("\\<", "")
        assert "\x1b" not in out
    assert "| ? no data" not in page(card(row), "md")
    [line] = [line for line in page(card(row), "md").splitlines() if line.startswith("| · no goal")]
    assert line.count(" | ") == page(card(row), "md").splitlines()[6].count(" | ")


def test_an_unfinished_period_is_dashed_and_not_judged_by_its_range():
    starts = months(31)
    values = [10 + at % 3 for at in range(31)]
    usual = usual_range(
        [Observation(starts=at, value=float(v)) for at, v in zip(starts[:-1], values, strict=False)]
    )
    row = Row(
        name="m",
        label="M",
        type=TYPES["count"],
        value=500,
        judgement=judge(500, None, JULY, Additivity.ADDITIVE, None, date(2026, 7, 9)),
        series=tuple(
            Point(starts=at, text=f"{at:%Y-%m}", value=v, finished=at != starts[-1])
            for at, v in zip(starts, values, strict=True)
        ),
        changes=(change("prior month", "2026-06", 500, 10, TYPES["count"], same_days=8),),
        usual=usual,
        phases=(usual,) if usual else (),
        history=30,
    )
    shown = card(row, elapsed=Elapsed(over=8, of=31, counted="days"))
    out = page(shown, "html")
    assert 'class="line unfinished"' in out
    assert out.count('class="open"') == 2, "in the sheet and in the card"
    assert "8 of its 31 days" in out
    assert "not over" in page(shown, "table")
    assert "the first 8 days of both" in page(shown, "md")


@pytest.mark.parametrize(
    ("values", "drawn"),
    [
        ([], ""),
        ([1, 2, 3], "▁▅█"),
        ([None, 5, None], "·▅·"),
        ([2, 2], "▅▅"),
        ([-5, 0, 5], "▁▅█"),
        ([None], "·"),
    ],
)
def test_sparklines(values, drawn):
    assert sparkline(values) == drawn


@given(st.lists(st.none() | st.floats(-1e9, 1e9), max_size=30))
def test_a_sparkline_has_a_character_for_each(values):
    assert len(sparkline(values)) == len(values)


def test_numbers_in_json_keep_all_digits():
    exact = Decimal("12345678901234567890.12")
    row = Row(
        name="m",
        label="M",
        type=TYPES["amount"],
        value=exact,
        judgement=judge(exact, None, JULY, Additivity.ADDITIVE, None, date(2026, 9, 1)),
        series=(Point(starts=date(2026, 7, 1), text="2026-07", value=exact),),
    )
    assert "12345678901234567890.12" in page(card(row), "json")
    assert row.status is Status.NO_GOAL


def test_another_form_is_told():
    with pytest.raises(ValueError, match="no form pdf"):
        page(card(), "pdf")
