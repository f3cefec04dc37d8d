"""Functions that run on a result: what they are told, what is made of their values, where they cannot stand, how they fail.

Each question is asked of the engines and of the reference evaluator, which is given the functions in another form: of fractions, by
bisection. The rows are typed by hand besides.
"""

from contextlib import ExitStack
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from metricdsl.engine.plugin_alone import as_installed
from metricdsl.plugins.in_place import written_plugin
from metricdsl.source import SourceFile
from metricdsl.syntax import read, read_query
from metricdsl.testing.comparing import differences
from metricdsl.testing.engines import Bench, at_hand
from metricdsl.testing.reference import Settings, Table, evaluate

FINANCE = Path(__file__).resolve().parents[2] / "plugins" / "metricdsl-finance"
DEFINITIONS = """
entity project from projects { key project_id  dimension region : text }
entity flow from flows {
  key flow_id
  join project on project_id
  time paid_on : date default
  dimension year_number : integer
  fact amount : money(EUR, 2)
  fact weight : float
}
metric paid = sum(flow.amount)
metric return "IRR" = finance.irr(paid per year)
metric premium = return - 10%
metric worth = finance.npv(10%, paid per year)
metric back = finance.payback(paid per year)
metric dated = finance.xirr(paid per day)
metric numbered = finance.npv(10%, paid per flow.year_number)
metric or_nothing = finance.irr(paid per year) where flow.project.region = "north" { empty 0% }
metric weighed = finance.npv(0%, sum(flow.weight) per day)
metric few = finance.irr(paid per year) { minimum 2 }
metric kind = if(return is null, "unknown", if(return > 17%, "good", "fair"))
"""
D = Decimal
TABLES = {
    "projects": Table(
        (("project_id", "text"), ("region", "text")), [("a", "north"), ("b", "north"), ("c", "south")]
    ),
    "flows": Table(
        (
            ("flow_id", "integer"),
            ("project_id", "text"),
            ("paid_on", "date"),
            ("year_number", "integer"),
            ("amount", "decimal(2)"),
            ("weight", "float"),
        ),
        [
            (1, "a", date(2021, 3, 1), 0, D("-10000.00"), 0.1),
            (2, "a", date(2022, 3, 1), 1, D("1000.00"), 0.2),
            (3, "a", date(2022, 7, 1), 1, D("2000.00"), 1e-17),
            (4, "a", date(2023, 3, 1), 2, D("4200.00"), 3.0),
            (5, "a", date(2024, 3, 1), 3, D("6800.00"), None),
            (6, "b", date(2021, 3, 1), 0, D("-100.00"), 5e300),
            (7, "b", date(2024, 3, 1), 3, D("180.00"), None),
            (8, "c", date(2024, 3, 1), 3, D("80.00"), None),
            (9, None, date(2024, 3, 1), None, None, None),
        ],
    ),
}
SETTINGS = Settings(today=date(2026, 6, 30), currency="EUR")


def steps(members):
    """The amounts with the number of years, or of numbered periods, behind the first."""
    numbers = [_number(key[0]) for key, _ in members]
    return [(int(number - numbers[0]), value) for number, (_, (value,)) in zip(numbers, members, strict=True)]


def _number(key):
    """The number of a cell among those of its grain, or a written number."""
    if not hasattr(key, "start"):
        return key
    months = key.start.year * 12 + key.start.month - 1
    days = key.start.toordinal()
    return {"year": months // 12, "quarter": months // 3, "month": months, "week": days // 7, "day": days}[
        key.grain
    ]


def years(members):
    days = [key[0].start for key, _ in members]
    return [
        (Fraction((day - days[0]).days, 365), value) for day, (_, (value,)) in zip(days, members, strict=True)
    ]


def value_at(flows, rate):
    return sum((float(amount) * (1 + float(rate)) ** -float(when) for when, amount in flows), 0.0)


def rate_of(flows):
    """The rate, by halves between -90 % and 1000 %; the series of these tests change their sign once."""
    if any(amount is None for _, amount in flows) or len({amount > 0 for _, amount in flows if amount}) < 2:
        return None
    low, high = (-0.9, 10.0) if max(when for when, _ in flows) < 20 else (-0.1, 0.5)
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if value_at(flows, middle) > 0 else (low, middle)
    return Fraction(low)


def npv(given):
    rate, flows = given[0], steps(given[1])
    if any(amount is None for _, amount in flows) or rate <= -1:
        return None
    return sum((amount / (1 + rate) ** (when + 1) for when, amount in flows), Fraction(0))


def payback(given):
    flows, total = dict(steps(given[0])), Fraction(0)
    if any(amount is None for amount in flows.values()):
        return None
    back = None
    for when in range(max(flows) + 1):
        came = flows.get(when, Fraction(0))
        if total < 0 <= total + came:
            back = Fraction(when - 1) + -total / came
        total += came
        back = None if total < 0 else Fraction(when) if back is None else back
    return back


INDEPENDENT = (
    ("finance.irr", lambda given: rate_of(steps(given[0]))),
    ("finance.xirr", lambda given: rate_of(years(given[0]))),
    ("finance.npv", npv),
    ("finance.payback", payback),
)


@pytest.fixture(scope="module")
def finance():
    with as_installed(written_plugin(FINANCE).value):
        yield


@pytest.fixture(scope="module")
def bench(finance):
    with Bench(plugins=("finance",)) as made:
        yield made


@pytest.fixture
def postgres(finance, postgres_url):
    with Bench(postgres_url, plugins=("finance",)) as made:
        yield made


@pytest.fixture
def mariadb(finance, mariadb_url):
    with Bench(mariadb_url=mariadb_url, plugins=("finance",)) as made:
        yield made


FILES = [SourceFile.of("own.metric", DEFINITIONS)]
A, B = 0.163405600, 0.2164403991
ANSWERED = [
    ("return, premium by flow.project", [("a", A, A - 0.1), ("b", B, B - 0.1), ("c", None, None), (None, None, None)]),
    ("return", [(0.1668299913,)]),
    ("worth by flow.project", [("a", 1188.443412), ("b", 32.033331), ("c", 72.727273), (None, None)]),
    ("back by flow.project", [("a", 1 + 1 + 2800 / 6800), ("b", 2 + 100 / 180), ("c", 0.0), (None, None)]),
    ("dated by flow.project having dated is not null", [("a", 0.1588997), ("b", 0.2162230)]),
    ("numbered by flow.project", [("a", 1188.443412), ("b", 32.033331), ("c", 72.727273)]),
    ("return by flow.project sort return desc", [("b", B), ("a", A), ("c", None), (None, None)]),
    ("return by flow.project sort return", [("a", A), ("b", B), ("c", None), (None, None)]),
    ("return by flow.project sort return desc limit 1", [("b", B)]),
    ("paid by flow.project having return > 20%", [("b", D("80.00"))]),
    ("kind by flow.project", [("a", "fair"), ("b", "good"), ("c", "unknown"), (None, "unknown")]),
    ("paid, kind by flow.project.region sort kind, paid desc", [("north", D("4080.00"), "fair"), ("south", D("80.00"), "unknown"), (None, None, "unknown")]),
    ("total(return), return by flow.project having return > 20%", [("b", 0.1668299913, B)]),
    ("return / total(return) by flow.project having paid > 100", [("a", A / 0.1668299913)]),
    ("return by flow.project.region, flow.project sort flow.project.region desc, return", [("south", "c", None), ("north", "a", A), ("north", "b", B), (None, None, None)]),
    ("or_nothing by flow.project", [("a", A), ("b", B)]),
    ("paid, or_nothing by flow.project having paid = 80", [("b", D("80.00"), B), ("c", D("80.00"), 0)]),
    ("worth, before: prior(worth, 1 year), more: growth(worth, 1 year) by year having worth > 0 or before > 0 during 2021 to 2024", [
        (date(2022, 1, 1), 2727.272727, -9181.818182, None),
        (date(2023, 1, 1), 3818.181818, 2727.272727, 0.4),
        (date(2024, 1, 1), 6418.181818, 3818.181818, 0.680952381),
    ]),
    ("round(return, 2), abs(-return), coalesce(return, 0%), return in (1%, 2%), not (return > 0%) by flow.project having paid < 100", [("b", 0.22, B, B, False, False), ("c", None, None, 0, None, None)]),
    ("finance.irr(coalesce(paid, 0) per every year) by flow.project having paid = 80", [("b", B), ("c", None)]),
    ("finance.irr(paid where flow.amount > -100 per year), finance.irr(paid per year having paid > -200) by flow.project having paid < 100", [("b", None, B), ("c", None, None)]),
]  # fmt: skip
AGREED = [
    "return, worth by flow.project compare prior year during 2024",
    "worth by year compare prior year, prior 2 years",
    "worth, paid by year fill during 2021 to 2025 having coalesce(worth, 0) >= 0 or paid is null",
    "few by flow.project",
    "few by flow.project.region, flow.project sort few desc",
    "paid by flow.project having few > 0%",
    "paid by flow.project sort few desc, flow.project desc",
    "running(worth), to_date(worth, year), trailing(worth, 2 years) by year",
    "trailing(return, 3 years) by year having paid is not null sort year desc limit 3",
    "share(worth, of: flow.project) by flow.project",
    "total(worth, over: flow.project.region) by flow.project.region, flow.project",
    "during(worth, 2024) by flow.project",
    "finance.npv(prior(paid, 1 year) / total(paid), coalesce(paid, 0) per year) by year",
    "finance.irr(paid per flow.year_number) by flow.project.region where flow.amount != 80",
    "coalesce(prior(return, 1 year), -1%) by year",
    "x: if(paid > 100, return, worth / total(worth)) by flow.project sort x",
    "finance.irr(paid per quarter), finance.irr(paid per month), finance.irr(paid per week), finance.irr(paid per day) by flow.project",
]  # fmt: skip


def reference(query):
    documents = [read(file).value for file in FILES]
    settings = Settings(today=SETTINGS.today, currency="EUR", functions=INDEPENDENT)
    return evaluate(documents, read_query(SourceFile.of("query", query)).value, TABLES, settings)


def near(rows, wanted):
    """Whether rows are those typed by hand, to six digits."""
    return len(rows) == len(wanted) and all(
        len(row) == len(want)
        and all(
            float(cell) == pytest.approx(float(other), rel=1e-6, abs=1e-6)
            if isinstance(other, float | Decimal) and cell is not None
            else cell == other
            for cell, other in zip(row, want, strict=True)
        )
        for row, want in zip(rows, wanted, strict=True)
    )


@pytest.mark.parametrize(("query", "wanted"), ANSWERED, ids=[query for query, _ in ANSWERED])
def test_the_reference_evaluator(query, wanted):
    assert near(reference(query).rows, wanted), reference(query).rows


@pytest.mark.parametrize("engine", ["duckdb", "sqlite"])
@pytest.mark.parametrize(("query", "wanted"), ANSWERED, ids=[query for query, _ in ANSWERED])
def test_an_engine(bench, engine, query, wanted):
    answer = bench.ask(engine, FILES, TABLES, query, SETTINGS)
    assert not [p for p in answer.problems if p.severity.name == "ERROR"], answer.problems
    assert near(answer.rows, wanted), answer.rows
    expected = reference(query)
    assert not differences(answer.columns, answer.rows, expected.columns, expected.rows)


@pytest.mark.parametrize("engine", ["duckdb", "sqlite"])
@pytest.mark.parametrize("query", AGREED)
def test_an_engine_and_the_reference_agree(bench, engine, query):
    answer = bench.ask(engine, FILES, TABLES, query, SETTINGS)
    assert not [p for p in answer.problems if p.severity.name == "ERROR"], answer.problems
    expected = reference(query)
    assert not differences(answer.columns, answer.rows, expected.columns, expected.rows)


@pytest.mark.postgres
def test_postgres(postgres):
    for query in AGREED:
        answer = postgres.ask("postgres", FILES, TABLES, query, SETTINGS)
        expected = reference(query)
        assert not differences(answer.columns, answer.rows, expected.columns, expected.rows)
    for query, wanted in ANSWERED:
        answer = postgres.ask("postgres", FILES, TABLES, query, SETTINGS)
        assert near(answer.rows, wanted), (query, answer.rows, answer.problems)


@pytest.mark.mariadb
def test_mariadb(mariadb):
    for query, wanted in ANSWERED:
        answer = mariadb.ask("mariadb", FILES, TABLES, query, SETTINGS)
        assert near(answer.rows, wanted), (query, answer.rows, answer.problems)


@pytest.mark.parametrize("engine", ["datafusion", "clickhouse"])
def test_an_engine_of_a_plugin(bench, engine):
    if not at_hand(engine):
        pytest.skip(f"no driver of {engine}: say `make engines`")
    for query, wanted in ANSWERED:
        answer = bench.ask(engine, FILES, TABLES, query, SETTINGS)
        assert near(answer.rows, wanted), (query, answer.rows, answer.problems)


@pytest.mark.parametrize("engine", ["duckdb", "sqlite"])
def test_floats_arrive_with_all_their_digits(bench, engine):
    (row,) = bench.ask(
        engine, FILES, TABLES, 'weighed where flow.project = "b" and flow.weight > 4', SETTINGS
    ).rows
    assert row == (5e300,)
    (row,) = bench.ask(
        engine, FILES, TABLES, 'weighed where flow.project = "a" and flow.amount = 2000', SETTINGS
    ).rows
    assert row == (1e-17,)


@pytest.mark.parametrize("alone", ["return", "paid", "worth"])
def test_more_columns_change_nothing(bench, alone):
    every = "return, paid, worth, back, kind by flow.project"
    together = bench.ask("duckdb", FILES, TABLES, every, SETTINGS)
    at = together.columns.index(alone)
    asked = bench.ask("duckdb", FILES, TABLES, f"{alone} by flow.project", SETTINGS)
    assert [(row[0], row[at]) for row in together.rows] == list(asked.rows)


def test_x729_why_there_is_no_value_is_told_with_the_result(bench):
    answer = bench.ask("duckdb", FILES, TABLES, "return by flow.project", SETTINGS)
    assert [(p.code, p.message()) for p in answer.problems] == [
        (
            "X729",
            "finance.irr is null in one group: nothing comes back of what is paid, or nothing is paid for what comes back",
        ),
        ("X729", "finance.irr is null in one group: an amount is not known"),
    ]


@pytest.mark.parametrize(
    "query", ["finance.npv(-150%, paid per year)", "finance.payback(paid per year) where flow.amount < 0"]
)
def test_x729_other_reasons(bench, query):
    answer = bench.ask("duckdb", FILES, TABLES, query, SETTINGS)
    assert answer.rows == ((None,),)
    assert [p.code for p in answer.problems] == ["X729"]


REFUSED = [
    ("avg(return per flow.project)", "P817"),
    ("sum(worth per flow.project)", "P817"),
    ("count(project having return > 10%)", "P817"),
    ("rank(return, over: project) by flow.project", "P817"),
    ("return by top(flow.project, 1, by: return)", "P817"),
    ("paid where finance.irr(paid per year) > 10%", "P817"),
    ("paid where (return per project) > 10%", "P817"),
    ("bucket(return, 10%, 20%) by flow.project", "P817"),
    ("finance.irr(finance.npv(10%, paid per month) per year)", "P817"),
    ("finance.irr(paid)", "N211"),
    ("finance.irr(paid per flow.project)", "N211"),
    ("finance.irr()", "N211"),
    ("finance.irr(paid per year, paid per year)", "N211"),
    ("finance.irr((paid, paid) per year)", "T308"),
    ("finance.irr((paid, max(project.region)) per year)", "N211"),
    ("finance.npv(paid, paid per year)", "T302"),
    ("finance.npv(paid per year, 10%)", "N211"),
    ("finance.irr(rate: paid per year)", "N211"),
    ("finance.irr(max(flow.paid_on) per year)", "T308"),
    ("return + paid", "T302"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "code"), REFUSED, ids=[query for query, _ in REFUSED])
def test_what_cannot_be_is_refused(bench, query, code):
    answer = bench.ask("duckdb", FILES, TABLES, query, SETTINGS)
    assert [p.code for p in answer.problems if p.severity.name == "ERROR"] == [code], answer.problems


def test_the_plan_tells_what_is_done_behind_sql(bench):
    told = dict(
        bench.plans(
            "duckdb",
            FILES,
            TABLES,
            "premium by flow.project having return > 1% sort premium desc limit 2",
            SETTINGS,
        )
    )
    assert told["on the result"].splitlines() == [
        "on the result: finance.irr",
        "  series: a series per year",
        "  column = (finance.irr(series) - 0.10)",
        "  having (finance.irr(series) > 0.01)",
        "  sort (finance.irr(series) - 0.10) desc",
        "  limit 2",
    ]


def test_rows_are_counted_behind_the_choice(finance):
    with Bench(plugins=("finance",)) as bench, ExitStack():
        project = bench._project("duckdb", FILES, TABLES, SETTINGS)
        assert (
            project.query("return by flow.project having return > 0%", connection="duckdb").count_rows() == 2
        )
        with project.query("return by flow.project", connection="duckdb").run(limit_rows=1) as result:
            assert len(result.rows) == 1
