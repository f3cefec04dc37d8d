"""The plugin of pytest: an invariant that does not hold fails a test of a third party, with the tables that break it."""

import pytest

pytest_plugins = ["pytester"]

DEFINITIONS = """
entity deal from deals { key deal_id  dimension status : text in ("open", "won", "lost") }
metric deals = count(deal)
metric won = count(deal where status = "won")
metric lost = count(deal where status = "lost")
invariant "all are closed": won + lost = deals
invariant "some are won": won <= deals
"""
TESTS = """
def test_wrong(metric_project, verify_invariants):
    verify_invariants(metric_project, ["all are closed"], examples=40)


def test_right(metric_project, verify_invariants):
    verify_invariants(metric_project, ["some are won"], examples=20)


def test_none(metric_project, verify_invariants):
    verify_invariants(metric_project, ["nothing like it"])


def test_data(metric_project, check_invariants):
    check_invariants(metric_project)
"""
PROJECT = '[project]\nname = "p"\nlanguage = 1\n\n[connections.default]\nurl = "files:data"\n'


@pytest.fixture
def results(pytester: pytest.Pytester) -> pytest.RunResult:
    for name in ("metrics/definitions", "metrics/data"):
        (pytester.path / name).mkdir(parents=True)
    (pytester.path / "metrics" / "metricdsl.toml").write_text(PROJECT, encoding="utf-8")
    (pytester.path / "metrics" / "definitions" / "a.metric").write_text(DEFINITIONS, encoding="utf-8")
    (pytester.path / "metrics" / "data" / "deals.csv").write_text(
        "deal_id,status\n1,won\n2,open\n", encoding="utf-8"
    )
    pytester.makeini("[pytest]\nmetric_project = metrics\n")
    pytester.makeconftest('pytest_plugins = ["metricdsl.testing.pytest_plugin"]\n')
    pytester.makepyfile(TESTS)
    return pytester.runpytest_inprocess("-p", "no:cacheprovider", "-p", "no:xdist")


def test_what_does_not_hold_fails_with_its_tables(results):
    results.assert_outcomes(passed=1, failed=3)
    results.stdout.fnmatch_lines(
        [
            "*failed  all are closed*",
            "*given deal*",
            "*1  open*",
            "*won + lost  deals*",
            "*0      1*",
            "*nothing was verified*",
            "*X750*all are closed: this does not hold (won + lost 1; deals 2)*",
        ]
    )
