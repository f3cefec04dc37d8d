"""Functions that run on a result and fail, give what they should not, or never end: each is named, and the rest works.

Beside them what the others do not have: several values of a member, texts, conditions and durations, few members.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from metricdsl.engine.errors import QueryError
from metricdsl.execution import result_functions
from metricdsl.source import SourceFile
from metricdsl.testing.engines import Bench
from metricdsl.testing.reference import Settings, Table
from tests.plugins.test_host import install, manifest
from tests.plugins.test_packs import codes, project

__all__ = ["install", "project"]  # fixtures
at = datetime.fromisoformat

HOOKS = '''
import time
from datetime import date, datetime, timedelta
from decimal import Decimal
from metricdsl.spi.hooks import hookimpl
from metricdsl.spi.defs import Mismatch
from metricdsl.spi.meaning import BOOLEAN, DATE, DURATION, FLOAT, INTEGER, TEXT, TIMESTAMP, Kind, ValueType
from metricdsl.spi.result_functions import NoValue, ResultFunctionDef, Series, SeriesType

def raises(arguments):
    raise KeyError("of the author")

def exits(arguments):
    raise SystemExit(3)

def endless(arguments):
    while True:
        pass

def asleep(arguments):
    time.sleep(60)

def of_all(arguments):
    """The sum of the products of both values, and how many members there are."""
    return float(sum(float(a) * float(b) for a, b in (m.values for m in arguments[0].members) if a is not None and b is not None))

def last_key(arguments):
    return arguments[0].members[-1].key

def places(arguments):
    return ",".join(str(m.place) for m in arguments[0].members)

def told(arguments):
    return " ".join(f"{v!r}" for m in arguments[0].members for v in m.values)

def given(type, value):
    return dict(infer=lambda a: type, evaluate=lambda a: value)

def define(name, **keys):
    return ResultFunctionDef(name=name, signature="(x)", doc="Odd.", least=1, most=-1, **keys)

@hookimpl
def metricdsl_result_functions():
    return [
        define("raises", infer=lambda a: FLOAT, evaluate=raises),
        define("exits", infer=lambda a: FLOAT, evaluate=exits),
        define("endless", infer=lambda a: FLOAT, evaluate=endless),
        define("asleep", infer=lambda a: FLOAT, evaluate=asleep),
        define("nan", **given(FLOAT, float("nan"))),
        define("infinite", **given(ValueType(Kind.DECIMAL, scale=2), Decimal("Infinity"))),
        define("text", **given(FLOAT, "3")),
        define("yes", **given(INTEGER, True)),
        define("moment", **given(DATE, datetime(2026, 1, 1))),
        define("nothing", **given(FLOAT, None)),
        define("none_here", infer=lambda a: FLOAT, evaluate=lambda a: (_ for _ in ()).throw(NoValue())),
        define("badly_typed", infer=lambda a: 1 / 0, evaluate=raises),
        define("no_type", infer=lambda a: None, evaluate=raises),
        define("misfit", infer=lambda a: Mismatch("kinds", "odd.misfit takes nothing"), evaluate=raises),
        define("of_all", infer=lambda a: FLOAT, evaluate=of_all),
        define("last_key", infer=lambda a: a[0].keys[0].type, evaluate=last_key),
        define("places", infer=lambda a: TEXT, evaluate=places),
        define("told", infer=lambda a: TEXT, evaluate=told),
        define("few", infer=lambda a: FLOAT, evaluate=lambda a: 1.0, most_members=2),
        define("longer", infer=lambda a: DURATION, evaluate=lambda a: a[0] + timedelta(hours=1)),
        define("holds", infer=lambda a: BOOLEAN, evaluate=lambda a: a[0] > 2),
        define("money", infer=lambda a: a[0], evaluate=lambda a: a[0] * 2),
    ]
'''
DEFINITIONS = """
entity visit from visits {
  key visit_id
  time began_at : timestamp default
  time ended_at : timestamp
  dimension guest : text
  dimension vip : boolean
  fact paid : money(USD, 2)
}
metric visits = count(visit)
metric paid = sum(visit.paid)
metric stay = max(visit.ended_at - visit.began_at)
"""
D = Decimal
TABLES = {
    "visits": Table(
        (("visit_id", "integer"), ("began_at", "timestamp"), ("ended_at", "timestamp"), ("guest", "text"), ("vip", "boolean"), ("paid", "decimal(2)")),
        [
            (1, at("2026-01-31 10:00"), at("2026-01-31 12:00"), "ada", True, D("10.50")),
            (2, at("2026-02-01 00:30"), at("2026-02-01 01:00"), "bo;b|!", False, D("-3.25")),
            (3, at("2026-04-05 10:00"), at("2026-04-05 10:00"), "ada", None, None),
        ],
    )
}  # fmt: skip
SETTINGS = Settings(today=date(2026, 6, 30))
FILES = [SourceFile.of("own.metric", DEFINITIONS)]


@pytest.fixture
def bench(install, monkeypatch):
    monkeypatch.setattr(result_functions, "CALL_SECONDS", 0.3)
    install("fake_odd", "odd", manifest(hooks="fake_odd.hooks"), hooks=HOOKS)
    with Bench(plugins=("odd",)) as made:
        yield made


def asked(bench, query, engine="duckdb"):
    return bench.ask(engine, FILES, TABLES, query, SETTINGS)


FAILING = [
    ("odd.raises(visits)", "X728", "odd.raises of the plugin odd 1.0 failed: KeyError: 'of the author'"),
    ("odd.exits(visits)", "X728", "failed: SystemExit: 3"),
    ("odd.endless(visits)", "X728", "did not end within 0.3 seconds"),
    ("odd.asleep(visits)", "X728", "did not end within 0.3 seconds"),
    ("odd.nan(visits)", "X728", "gave nan, which is no number"),
    ("odd.infinite(visits)", "X728", "gave Infinity, which is no number"),
    ("odd.text(visits)", "X728", "gave a str, and says that it gives a float"),
    ("odd.yes(visits)", "X728", "gave a bool, and says that it gives a integer"),
    ("odd.moment(visits)", "X728", "gave a datetime, and says that it gives a date"),
    ("odd.badly_typed(visits)", "P813", "odd.badly_typed of the plugin odd 1.0 cannot tell its type here (ZeroDivisionError"),
    ("odd.no_type(visits)", "P813", "gives a NoneType for its type"),
    ("odd.misfit(visits)", "T301", "odd.misfit takes nothing"),
    ("odd.few(visits per day)", "X727", "and there are 3"),
    ("odd.few(visits per visit)", "X727", "odd.few takes 2 members in a group at most, and there are 3"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "code", "says"), FAILING, ids=[query for query, *_ in FAILING])
def test_a_function_that_fails_is_named_and_the_rest_is_answered(bench, query, code, says):
    told = [p for p in asked(bench, query).problems if p.severity.name == "ERROR"]
    assert [p.code for p in told] == [code]
    assert says in told[0].message()
    assert asked(bench, "visits").rows == ((3,),)


@pytest.mark.parametrize("engine", ["duckdb", "sqlite"])
@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("odd.few(visits per visit.guest)", 1.0),
        ("odd.of_all((paid, visits) per visit.guest)", 10.5 * 2 - 3.25),
        ("odd.of_all((paid, visits) per (visit.guest, month))", 10.5 - 3.25),
        ("odd.last_key(visits per month)", date(2026, 4, 1)),
        ("odd.last_key(visits per hour)", at("2026-04-05 10:00")),
        ("odd.places(visits per month)", "0,1,3"),
        ("odd.places(visits per quarter)", "0,1"),
        ("odd.places(visits per week)", "0,9"),
        ("odd.places(visits per hour)", "None,None,None"),
        ("odd.told(paid per month)", "Decimal('10.50') Decimal('-3.25') None"),
        ('odd.told((stay, max(visit.ended_at), visits) per visit where visit.guest = "ada")', "datetime.timedelta(seconds=7200) datetime.datetime(2026, 1, 31, 12, 0) 1 datetime.timedelta(0) datetime.datetime(2026, 4, 5, 10, 0) 1"),
        ("odd.told((paid > 1) per month)", "True False None"),
        ("odd.longer(stay)", timedelta(hours=3)),
        ("odd.longer(stay) * 2 - 30 minutes", timedelta(hours=5, minutes=30)),
        ("odd.longer(stay) / (2 hours)", 1.5),
        ("odd.holds(visits)", True),
        ("odd.holds(visits) and visits > 5", False),
        ("odd.money(paid) + paid * 0.5", D("18.125")),
        ("odd.nothing(visits)", None),
        ("odd.none_here(visits)", None),
        ('odd.raises(paid where visit.guest = "nobody")', None),
        ("odd.money(odd.money(paid))", D("29.00")),
    ],
)  # fmt: skip
def test_what_functions_are_told_and_what_they_give(bench, engine, query, wanted):
    answer = asked(bench, query, engine)
    assert not [p for p in answer.problems if p.severity.name == "ERROR"], answer.problems
    assert answer.rows == ((wanted,),)


def test_x729_a_function_that_gives_no_reason(bench):
    (told,) = asked(bench, "odd.none_here(visits)").problems
    assert (told.code, told.message()) == ("X729", "odd.none_here is null in one group: it has none there")


def test_x727_too_many_groups(bench, monkeypatch):
    from metricdsl.execution import worked_out

    monkeypatch.setattr(worked_out, "MOST_ROWS", 1)
    (told,) = asked(bench, "odd.holds(visits) by visit.guest").problems
    assert (told.code, told.most, told.number) == ("X727", 1, 2)


def test_the_deadline_of_a_question_ends_a_function(bench, monkeypatch):
    monkeypatch.setattr(result_functions, "CALL_SECONDS", 30.0)
    project = bench._project("duckdb", FILES, TABLES, SETTINGS)
    with pytest.raises(QueryError) as raised:
        project.query("odd.endless(visits)", connection="duckdb").run(deadline=0.5)
    assert [p.code for p in raised.value.problems] == ["X709"]


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ("name='Big'", "'Big' is no name"),
        ("evaluate=3", "`evaluate` of f is no function"),
        ("infer=None", "`infer` of f is no function"),
        ("doc=' '", "f has no `doc`"),
        ("most_members=0", "`most_members` of f is a number from 1 to 1,000,000"),
        ("least=3, most=2", "f takes 3 arguments at least and 2 at most"),
    ],
)
def test_p805_a_definition_that_is_wrong(install, project, given, says):
    hooks = f"""
from attrs import evolve
from metricdsl.spi.hooks import hookimpl
from metricdsl.spi.meaning import FLOAT
from metricdsl.spi.result_functions import ResultFunctionDef

@hookimpl
def metricdsl_result_functions():
    good = ResultFunctionDef(name="f", signature="(x)", infer=lambda a: FLOAT, evaluate=lambda a: 1.0, doc="One.")
    return [evolve(good, {given})]
"""
    install("fake_wrong", "wrong", manifest(hooks="fake_wrong.hooks"), hooks=hooks)
    opened = project("wrong", text="metric one = 1\n")
    assert codes(opened) == ["P805"]
    assert says in next(p for p in opened.problems if p.code == "P805").message()


@pytest.mark.parametrize("cut", ["2:1;5$", "2:1;5$|2;3", "2:1;5$|2;", "2:"])
def test_x728_an_engine_that_cuts_a_long_text_is_found_out(cut):
    from metricdsl.execution.series import series_from
    from metricdsl.spi.adapter import AdapterError
    from metricdsl.spi.meaning import FLOAT, INTEGER
    from metricdsl.spi.result_functions import KeyType, ResultFunctionDef, SeriesType

    function = ResultFunctionDef(
        name="f", signature="(x)", infer=lambda _: FLOAT, evaluate=lambda _: 1.0, doc="One."
    )
    type_ = SeriesType(keys=(KeyType(name="n", type=INTEGER),), values=(INTEGER,))
    assert [m.values for m in series_from("2:1;5$|2;30$", type_, function).members] == [(5,), (30,)]
    with pytest.raises(AdapterError) as raised:
        series_from(cut, type_, function)
    assert raised.value.problem.code == "X728"
