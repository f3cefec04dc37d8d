"""The plugin btyd gives the published parameters of BG/NBD, gamma-gamma and sBG, on the data that they were published for."""

import csv
import os
from pathlib import Path

import pytest

from metricdsl.engine.plugin_alone import as_installed
from metricdsl.engine.project import open_project
from metricdsl.plugins.in_place import written_plugin
from metricdsl.testing import FunctionSuite

BTYD = Path(__file__).resolve().parents[2] / "plugins" / "metricdsl-btyd"


class TestBtyd(FunctionSuite):
    plugin = "btyd"
    folder = BTYD


DEFINITIONS = """
entity customer from customers {
  key id
  dimension id : text
  fact x : float
  fact t_x : float
  fact age : float
  fact mean : float
}
entity cohort from cohorts { key (kind, year)  dimension kind : text  dimension year : integer  fact left : integer }
metric frequency = sum(customer.x)
metric recency   = sum(customer.t_x)
metric age       = sum(customer.age)
metric mean      = sum(customer.mean)
metric survivors = sum(cohort.left)
metric r     = btyd.bgnbd((frequency, recency, age) per customer, "r")
metric alpha = btyd.bgnbd((frequency, recency, age) per customer, "alpha")
metric a     = btyd.bgnbd((frequency, recency, age) per customer, "a")
metric b     = btyd.bgnbd((frequency, recency, age) per customer, "b")
metric likelihood = btyd.bgnbd((frequency, recency, age) per customer, "log_likelihood")
metric expected = btyd.expected_purchases((frequency, recency, age) per customer, 39, 0.243, 4.414, 0.793, 2.426)
metric expected_by_fit = btyd.expected_purchases((frequency, recency, age) per customer, 39, total(r), total(alpha), total(a), total(b))
metric p = btyd.gamma_gamma((frequency, mean) per customer, "p")
metric q = btyd.gamma_gamma((frequency, mean) per customer, "q")
metric gamma = btyd.gamma_gamma((frequency, mean) per customer, "gamma")
metric one = btyd.sbg(survivors per cohort.year, "alpha")
metric other = btyd.sbg(survivors per cohort.year, "beta")
metric sbg_likelihood = btyd.sbg(survivors per cohort.year, "log_likelihood")
metric after_eight = btyd.sbg_survival(one, other, 8)
"""
COHORTS = {
    "regular": (1000, 631, 468, 382, 326, 289, 262, 241),
    "high end": (1000, 869, 743, 653, 593, 551, 517, 491),
}


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    folder = tmp_path_factory.mktemp("btyd")
    (folder / "definitions").mkdir()
    (folder / "data").mkdir()
    text = DEFINITIONS.replace("key (kind, year)", "key kind, year")
    (folder / "definitions" / "own.metric").write_text(text)
    (folder / "metricdsl.toml").write_text(
        '[project]\nname = "x"\nlanguage = 1\n[plugins]\nbtyd = "*"\n[connections.default]\nurl = "files:data"\n'
    )
    with (folder / "data" / "cohorts.csv").open("w", newline="") as file:
        rows = [(kind, year, left) for kind, cohort in COHORTS.items() for year, left in enumerate(cohort)]
        csv.writer(file).writerows([("kind", "year", "left"), *rows])
    with (folder / "data" / "customers.csv").open("w", newline="") as file:
        csv.writer(file).writerows([("id", "x", "t_x", "age", "mean"), *_customers()])
    with as_installed(written_plugin(BTYD).value), open_project(folder, installed_plugins=True) as project:
        assert not project.failed, project.problems
        yield project


def _customers():
    data = os.environ.get("METRICDSL_REAL_DATA")
    if not data:
        return [("1", 2, 30.43, 38.86, 22.35)]
    path = Path(data) / "cdnow" / "cdnow_customers_summary_with_transactions.csv"
    with path.open(encoding="utf-8") as file:
        return [tuple(row[name] for name in ("ID", "x", "t_x", "T", "zbar")) for row in csv.DictReader(file)]


def answer(project, query):
    with project.query(query).run() as result:
        return list(result.rows)


def test_sbg(opened):
    (high, regular) = answer(opened, "one, other, sbg_likelihood, after_eight by cohort.kind")
    assert regular[1:4] == pytest.approx((0.704, 1.182, -1680.27), rel=1e-3)
    assert high[1:4] == pytest.approx((0.668, 3.806, -1611.16), rel=1e-3)
    assert 0.2 < regular[4] < 0.241 < high[4] < 0.491


def test_expected_purchases_of_a_customer(opened):
    rows = dict(answer(opened, 'expected by customer.id where customer.id = "1"'))
    assert rows == {"1": pytest.approx(1.226, abs=1e-3)}


def test_a_base_that_is_too_small(opened):
    query = opened.query('r where customer.id = "1"')
    with query.run() as result:
        assert list(result.rows) == [(None,)]
        assert [p.code for p in result.problems] == ["X729"]


@pytest.mark.slow
def test_bgnbd_and_gamma_gamma(opened):
    if not os.environ.get("METRICDSL_REAL_DATA"):
        pytest.skip("the published parameters are those of CDNOW: set METRICDSL_REAL_DATA")
    ((r, alpha, a, b, likelihood),) = answer(opened, "r, alpha, a, b, likelihood")
    assert (r, alpha, a, b) == pytest.approx((0.243, 4.414, 0.793, 2.426), abs=1e-3)
    assert likelihood == pytest.approx(-9582.4, abs=0.1)
    ((p, q, gamma),) = answer(opened, "p, q, gamma")
    assert (p, q, gamma) == pytest.approx((6.25, 3.74, 15.44), abs=1e-2)
    rows = dict(
        answer(opened, 'expected_by_fit by customer.id where customer.id in ("1", "2") sort customer.id')
    )
    assert len(rows) == 2


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ('btyd.bgnbd((frequency, recency) per customer, "r")', "N211"),
        ('btyd.bgnbd((frequency, recency, age) per customer, "s")', "N211"),
        ("btyd.bgnbd((frequency, recency, age) per customer, age)", "N211"),
        ('btyd.bgnbd(frequency, "r")', "N211"),
        ('btyd.sbg(survivors per cohort, "alpha")', "N211"),
        ("btyd.sbg_survival(one, other, survivors per cohort)", "T308"),
    ],
)
def test_what_does_not_fit_is_refused(opened, query, code):
    assert [p.code for p in opened.query(query).problems if p.severity.name == "ERROR"] == [code]
