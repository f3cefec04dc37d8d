"""Who asks reaches every question, and no message tells of rows that may not be seen."""

import sqlite3

import pytest

from metricdsl.engine.errors import QueryError
from metricdsl.engine.project import open_project

DEFINITIONS = """
entity rep from reps { key rep_id  dimension team : text }
entity deal from deals {
  key deal_id
  join owner: rep on owner_id
  time closed_on : date
  fact amount : integer
}
entity note from notes { key note_id  join deal on deal_id }
policy on deal { owner.team = context.team }
policy open on note
metric deals = count(deal)
metric amount = sum(deal.amount)
metric notes = count(note)
test "of one team" {
  given rep { rep_id, team
    | 1, "EU"
    | 2, "US"
  }
  given deal { deal_id, owner_id
    | 1, 1
    | 2, 2
  }
  expect deals { deals
    | 1
  }
}
"""
REPS = "rep_id,team\n1,EU\n2,US\n"
DEALS = "deal_id,owner_id,closed_on,amount\n1,1,2026-01-05,10\n2,1,2026-02-05,20\n3,2,2026-02-06,40\n"
NOTES = "note_id,deal_id\n1,1\n2,3\n"


@pytest.fixture
def shop(tmp_path):
    def made(*, deals=DEALS, reps=REPS, project="", url="files:data", cache=None, principal=None):
        for name, text in (("deals", deals), ("reps", reps), ("notes", NOTES)):
            (tmp_path / "data").mkdir(exist_ok=True)
            (tmp_path / "data" / f"{name}.csv").write_text(text, encoding="utf-8")
        (tmp_path / "definitions").mkdir(exist_ok=True)
        (tmp_path / "definitions" / "all.metric").write_text(DEFINITIONS, encoding="utf-8")
        lines = f'[project]\nname = "p"\nlanguage = 1\n{project}\n[connections.default]\nurl = "{url}"\n'
        (tmp_path / "metricdsl.toml").write_text(lines, encoding="utf-8")
        return open_project(tmp_path, cache=cache, principal=principal)

    return made


def rows(query):
    with query.run() as result:
        return [tuple(row) for row in result.rows]


def test_each_asker_has_an_answer_of_his_own_from_the_cache_too(shop, tmp_path):
    for _ in range(2):
        with shop(cache=tmp_path / "cache") as project:
            assert rows(project.query("deals", principal={"team": "EU"})) == [(2,)]
            assert rows(project.query("deals", principal={"team": "US"})) == [(1,)]
            assert [p.code for p in project.query("deals").problems] == ["Q510"]
            assert rows(project.query("deals", principal={"team": "EU"})) == [(2,)]
            assert rows(project.query("notes by deal", principal={"team": "EU"})) == [("1", 1), (None, 1)]


def test_who_asks_is_said_in_the_project_file_or_on_opening_it(shop):
    with shop(project='principal = { team = "EU", level = 3 }') as project:
        assert rows(project.query("deals")) == [(2,)]
        assert rows(project.query("deals", principal={"team": "US"})) == [(1,)]
        # What is said with the question takes the place of all that the file says.
        assert [p.code for p in project.query("deals", principal={"level": 3}).problems] == ["Q510"]
        assert all(outcome.passed for outcome in project.run_tests())
    with shop(principal={"team": "US"}) as project:
        assert rows(project.query("deals")) == [(1,)]


def test_a_test_block_without_anybody_who_asks_says_so(shop):
    with shop() as project:
        (outcome,) = project.run_tests()
        assert [p.code for p in outcome.problems] == ["Q510"]


def test_a_repeated_key_of_rows_that_are_not_seen_is_told_without_its_value(shop):
    with shop(reps=REPS + "2,US\n") as project, pytest.raises(QueryError) as caught:
        project.query("deals", principal={"team": "EU"}).run()
    (problem,) = caught.value.problems
    assert problem.code == "X708"
    assert problem.values == ()


def test_a_value_that_does_not_convert_is_told_without_the_value(shop):
    with (
        shop(deals=DEALS + "4,2,2026-02-07,a lot\n") as project,
        pytest.raises(QueryError) as caught,
    ):
        list(project.query("amount", principal={"team": "EU"}).run().rows)
    assert caught.value.problems
    for problem in caught.value.problems:
        assert "a lot" not in problem.message() + problem.reason()


def test_a_format_that_is_not_known_is_told_without_an_example(shop):
    deals = "deal_id,owner_id,closed_on,amount\n1,1,01-02-2026,10\n3,2,03-04-2026,40\n"
    with shop(deals=deals) as project:
        (problem,) = project.query("deals by month", principal={"team": "EU"}).problems
        assert problem.code == "X707"
        assert "2026" not in problem.message() + problem.reason()


def test_a_live_check_tells_nothing_of_rows_that_policies_hide(shop):
    deals = DEALS + "3,9,2026-02-06,40\n"
    with shop(deals=deals) as project:
        assert [p.code for p in project.check(live=True)] == []
    with shop(deals=deals, principal={"team": "US"}) as project:
        found = project.check(live=True)
        assert "9" not in " ".join(p.message() for p in found)


def test_stored_values_of_hidden_rows_are_not_told(shop, tmp_path):
    database = sqlite3.connect(tmp_path / "shop.db")
    database.executescript(
        "CREATE TABLE deals (deal_id INTEGER, owner_id INTEGER, closed_on TEXT, amount INTEGER);"
        "CREATE TABLE reps (rep_id INTEGER, team TEXT);"
        "INSERT INTO reps VALUES (1, 'EU'), (2, 'US');"
        "INSERT INTO deals VALUES (1, 1, '2026-01-01', 5), (2, 2, '2026-01-01', 'secret');"
    )
    database.close()
    with shop(url="sqlite:///shop.db") as project, pytest.raises(QueryError) as caught:
        project.query("amount", principal={"team": "EU"}).run()
    (problem,) = caught.value.problems
    assert problem.code == "X722"
    assert "secret" not in problem.message()
