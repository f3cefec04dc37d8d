"""Business time on calendars and moments that are made up: every engine gives what counting day by day gives.

Besides, on each engine: from a to b and on to c is as long as from a to c.
"""

from datetime import date, datetime, timedelta

import pytest
from attrs import frozen
from hypothesis import example, given, note
from hypothesis import strategies as st

from metricdsl.diagnostics import Severity
from metricdsl.source import SourceFile
from metricdsl.syntax import read, read_query
from metricdsl.testing.comparing import differences
from metricdsl.testing.engines import Bench
from metricdsl.testing.reference import Settings, Table, evaluate

pytestmark = pytest.mark.timeout(1800)

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FIRST = date(2023, 12, 25)
SPAN = 400
DEFINITIONS = """{calendar}
entity t from tests {{
  key n
  time a : timestamp default
  time b : timestamp
  time c : timestamp
  time d : date
  time e : date
  dimension open     = business_time(a, b, office)
  dimension dated    = business_time(d, e, office)
  dimension mixed    = business_time(a, e, office)
  dimension computed = business_time(coalesce(a, b), date(c), office)
  dimension there    = business_time(a, b, office) + business_time(b, c, office) - business_time(a, c, office)
  dimension brief    = business_time(a, b, office) <= 8 hours
  dimension bounded  = business_time(a, 2024-03-01, office)
}}
metric total = sum(t.open)
metric whole = business_time(min(t.a), max(t.c), office)
"""
QUERIES = (
    "values t.n, t.open, t.dated, t.mixed, t.computed, t.there, t.brief, t.bounded",
    "total, whole by t.brief where t.mixed is not null",
)


@frozen
class Asked:
    """A calendar as written, and rows of moments."""

    calendar: str
    rows: tuple[tuple[object, ...], ...]


minutes = st.integers(0, 1440) | st.sampled_from((0, 540, 720, 780, 1050, 1439, 1440))
patterns = st.lists(minutes, min_size=2, max_size=6, unique=True).map(
    lambda cuts: [(a, b) for a, b in zip(sorted(cuts)[::2], sorted(cuts)[1::2], strict=False)]
)


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def stretch(part: tuple[int, int]) -> str:
    return f"{clock(part[0])} to {clock(part[1])}"


@st.composite
def calendars(draw) -> str:
    """One line of hours for each pattern, and holidays, few or many, of which some are a part of a day."""
    choices = draw(st.lists(patterns, min_size=1, max_size=3))
    chosen = draw(
        st.lists(st.integers(-1, len(choices) - 1), min_size=7, max_size=7).filter(lambda c: max(c) >= 0)
    )
    lines = [
        f"hours {', '.join(d for d, at in zip(DAYS, chosen, strict=True) if at == number)} {', '.join(map(stretch, pattern))}"
        for number, pattern in enumerate(choices)
        if number in chosen
    ]
    near = st.integers(0, SPAN).map(lambda n: FIRST + timedelta(n))
    listed = [str(day) for day in draw(st.lists(near, max_size=8))]
    parts = st.tuples(minutes, minutes).filter(lambda p: p[0] != p[1])
    listed += [
        f"{day} {stretch(tuple(sorted(part)))}"
        for day, part in draw(st.lists(st.tuples(near, parts), max_size=3))
    ]
    step = draw(st.sampled_from((0, 0, 0, 0, 30, 5)))
    listed += [str(FIRST + timedelta(n)) for n in range(0, SPAN, step)] if step else []
    lines += [f"holidays {', '.join(listed)}"] if listed else []
    return "calendar office {\n  " + "\n  ".join(lines) + "\n}"


moments = st.builds(
    lambda day, minute, micro: (
        datetime.combine(FIRST + timedelta(day), datetime.min.time())
        + timedelta(minutes=min(minute, 1439), microseconds=micro)
    ),
    st.integers(0, SPAN) | st.integers(60, 75),
    minutes,
    st.sampled_from((0, 0, 1, -1, 59_999_999, 500_000)),
)
dates = st.integers(0, SPAN).map(lambda n: FIRST + timedelta(n))
rows = st.lists(
    st.tuples(*[st.none() | moments for _ in "abc"], *[st.none() | dates for _ in "de"]),
    min_size=1,
    max_size=12,
).map(lambda found: tuple((number, *row) for number, row in enumerate(found, 1)))
asked = st.builds(Asked, calendars(), rows)


EVERY_OTHER_DAY = ", ".join(str(FIRST + timedelta(n)) for n in range(0, SPAN, 2))
MANY = Asked(
    f"calendar office {{ hours monday to saturday 09:00 to 17:30  holidays {EVERY_OTHER_DAY} }}",
    (
        (
            1,
            *(
                datetime.fromisoformat(at)
                for at in ("2023-12-25T17:00", "2025-01-20T09:01", "2024-07-01T00:00")
            ),
            *(FIRST, date(2025, 1, 28)),
        ),
    ),
)
"""Two hundred holidays."""


@example(asked=MANY)
@given(asked=asked)
def test_embedded_engines(bench: Bench, asked: Asked):
    _compare(bench, ("duckdb", "sqlite"), asked)


@pytest.mark.postgres
@example(asked=MANY)
@given(asked=asked)
def test_postgres(postgres_bench: Bench, asked: Asked):
    _compare(postgres_bench, ("postgres",), asked)


def _compare(bench: Bench, engines: tuple[str, ...], asked: Asked):
    file = SourceFile.of("office.metric", DEFINITIONS.format(calendar=asked.calendar))
    columns = (("n", "integer"), *((name, "timestamp") for name in "abc"), *((name, "date") for name in "de"))
    tables = {"tests": Table(columns, asked.rows)}
    settings = Settings(today=date(2024, 3, 1))
    note(file.text)
    note(str(asked.rows))
    for query in QUERIES:
        document, question = read(file), read_query(SourceFile.of("query", query))
        assert not document.problems
        wanted = evaluate([document.value], question.value, tables, settings)
        for engine in engines:
            got = bench.ask(engine, (file,), tables, query, settings)
            assert not [p.message() for p in got.problems if p.severity is Severity.ERROR], engine
            found = differences(got.columns, got.rows, wanted.columns, wanted.rows)
            assert not found, "\n".join((engine, *found))
            for row in got.rows if "t.there" in got.columns else ():
                there = row[got.columns.index("t.there")]
                assert there is None or there == timedelta(0), (engine, row)
