"""`metric verify`: what it prints, and how it ends."""

from tests.cli.running import PROJECT_FILE, metric, write

DEFINITIONS = """
entity deal from deals {
  key deal_id
  time closed_on : date
  dimension status : text in ("open", "won", "lost")
}
metric deals = count(deal)
metric won = count(deal where status = "won")
metric lost = count(deal where status = "lost")
"""
WRONG = 'invariant "a closed deal is won or lost": won + lost = deals by month\n'
RIGHT = "invariant 0 <= won <= deals\n"


def project_of(project, text):
    write(project, definitions__a_metric=DEFINITIONS + text)
    return project


def test_a_law_that_fails_is_a_finding_with_its_tables(project):
    said = metric("verify", "closed deal", cwd=project_of(project, WRONG + RIGHT), check=1)
    assert (
        said.out
        == """failed  a closed deal is won or lost

  won + lost = deals by month

given deal
deal_id  status  closed_on
───────  ──────  ──────────
      1  open    2026-04-01

got
month       won + lost  deals
──────────  ──────────  ─────
2026-04-01           0      1

"""
    )
    assert said.err == "0 held, 1 failed\n"


def test_laws_that_hold_say_in_how_many_databases(project):
    said = metric("verify", "0 <=", "--examples", "20", cwd=project_of(project, WRONG + RIGHT))
    assert said.out == "ok      0 <= won <= deals (20 databases)\n"
    assert metric("verify", "0 <=", "--examples", "9", "--quiet", cwd=project).out == ""


def test_laws_of_a_metric_are_chosen_by_its_name(project):
    said = metric("verify", "lost", "--examples", "5", "--seed", "4", cwd=project_of(project, RIGHT))
    assert said.out.splitlines() == [
        "ok      lost is never negative (5 databases)",
        "ok      lost adds up by deal.status (5 databases)",
        "ok      lost adds up by month (5 databases)",
    ]


def test_a_name_that_nothing_has_is_a_usage_error(project):
    said = metric("verify", "nothing like it", cwd=project_of(project, RIGHT), check=2)
    assert "No invariant has a title that contains nothing like it" in said.err


def test_an_invariant_that_is_wrong_itself_is_told_once(project):
    wrong = project_of(project, 'invariant "odd": won + losst = deals\n' + RIGHT)
    said = metric("verify", "odd", "0 <=", "--examples", "3", cwd=wrong, check=1)
    assert said.err.count("error[N201]") == 1
    assert "failed  odd" in said.out
    assert "ok      0 <= won <= deals" in said.out


def test_no_connection_is_needed(project):
    (project / "metricdsl.toml").write_text(PROJECT_FILE.partition("[connections")[0], encoding="utf-8")
    metric("verify", "0 <=", "--examples", "3", "--minutes", "5", cwd=project_of(project, RIGHT))
