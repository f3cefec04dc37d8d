"""Problems in every style, with their exit status: what is wrong with definitions, with a question, with the command itself."""

import json
import re
from pathlib import Path
from shutil import copytree

import pytest

from tests.cli.running import metric, write

WRONG = """entity order from orders {
  key  order_id
  join customer on customer_id
  time ordered_at : date "YYYY-MM-DD"
  fact amount : money(EUR, 2)
}
entity customer from customers { key customer_id  dimension region : text }
metric orders  = count(order)
metric revenue = sum(order.amont)
metric odd     = sum(order.amount) + count(order)
metrik lost    = 1
metric broken  = (1 + 2
metric mean    = revenue / orders
"""
CODES = ["N201", "T302", "S104", "S103"]
LINES = [9, 10, 11, 12]


@pytest.fixture(scope="module")
def wrong(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wrong")
    (folder / "home").mkdir()
    toml = (shop / "metricdsl.toml").read_text(encoding="utf-8").split("[connections.duck]")[0]
    write(folder, metricdsl_toml=toml, definitions__shop_metric=WRONG)
    copytree(shop / "data", folder / "data")
    return folder


def test_full_is_for_people(wrong):
    said = metric("check", cwd=wrong, check=1)
    assert said.out == ""
    assert re.findall(r"error\[(\w+)\]", said.err) == CODES
    assert [int(n) for n in re.findall(r"--> definitions/shop.metric:(\d+):", said.err)] == LINES
    assert "order.amount" in said.err, "the near name"
    assert "metric explain N201" in said.err
    assert said.err.splitlines()[-1].startswith("4 errors")


def test_concise_is_a_line_each(wrong):
    lines = metric("check", "--format", "concise", cwd=wrong, check=1).out.splitlines()
    assert [
        re.match(r"definitions/shop.metric:(\d+):\d+: error\[(\w+)\] .", line).groups() for line in lines
    ] == [(str(n), code) for n, code in zip(LINES, CODES, strict=True)]


def test_json_has_code_place_and_fixes(wrong):
    said = metric("check", "--format", "json", cwd=wrong, check=1)
    assert said.err == ""
    assert [(p["code"], p["line"]) for p in said.data] == list(zip(CODES, LINES, strict=True))
    first = said.data[0]
    assert first["name"] == "unknown-name"
    assert first["severity"] == "error"
    assert first["file"] == "definitions/shop.metric"
    assert WRONG.splitlines()[8][first["column"] - 1 : first["end_column"] - 1] == "order.amont"
    assert first["fixes"][0]["edits"][0]["text"] == "order.amount"


def test_sarif_is_a_log(wrong):
    log = metric("check", "--format", "sarif", cwd=wrong, check=1).data
    assert log["version"] == "2.1.0"
    [run] = log["runs"]
    assert [result["ruleId"] for result in run["results"]] == CODES
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert set(CODES) == set(rules)
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "definitions/shop.metric"
    assert place["region"]["startLine"] == 9


def test_github_lines_are_commands(wrong):
    lines = metric("check", "--format", "github", cwd=wrong, check=1).out.splitlines()
    assert len(lines) == 4
    assert lines[0].startswith("::error file=definitions/shop.metric,line=9,endLine=9,col=")


def test_a_project_with_errors_still_answers(wrong):
    said = metric("query", "orders by customer.region", "--format", "json", cwd=wrong)
    assert said.data["rows"] == [["EU", 2], ["US", 1], [None, 1]]
    assert said.err == ""


def test_what_is_wrong_is_refused_with_its_root_cause(wrong):
    for question, code in (
        ("mean", "N201"),
        ("orders, revenue by customer.region", "N201"),
        ("broken", "S103"),
    ):
        said = metric("query", question, cwd=wrong, check=1)
        assert said.out == ""
        assert re.findall(r"error\[(\w+)\]", said.err) == [code], question


def test_a_wrong_question_points_into_itself(shop):
    said = metric("query", "orders, revenu by custmer.region limit 0", cwd=shop, check=1)
    assert said.out == ""
    assert set(re.findall(r"error\[(\w+)\]", said.err)) == {"N201", "Q505"}
    assert "--> query:1:9" in said.err
    assert "revenue" in said.err
    nothing = metric("query", "", cwd=shop, check=1)
    assert re.findall(r"error\[(\w+)\]", nothing.err) == ["S101"]


def test_a_clean_project_is_clean(shop):
    said = metric("check", cwd=shop)
    assert said.out == ""
    assert said.err == "6 metrics in 1 file can be queried.\n"
    assert metric("check", "--format", "json", "-q", cwd=shop).data == []
    assert metric("test", cwd=shop).status == 0


def test_a_missing_table_is_no_traceback(shop, project):
    (project / "definitions" / "a.metric").write_text(
        "entity sale from salez { key sale_id }\nmetric sales = count(sale)\n"
        "entity customer from customers { key customer_id  dimension country : text }\n"
        "metric customers = count(customer)\n",
        encoding="utf-8",
    )
    said = metric("query", "sales", cwd=project, check=2)
    assert "X701" in said.err
    assert "definitions/a.metric:1" in said.err
    assert metric("query", "customers", "--format", "csv", cwd=project).out.split() == ["customers", "2"]
    column = metric("query", "customers by customer.country", cwd=project, check=2)
    assert "X702" in column.err
    live = metric("check", "--live", "--format", "json", cwd=project, check=1)
    assert live.codes == ["X701", "X731", "X702"]
    assert metric("check", cwd=project).status == 0


def test_a_value_that_does_not_convert_names_its_line(project):
    (project / "data" / "visits.csv").write_text(
        "visit_id,day\n1,2026-01-31\n2,2026-02-30\n", encoding="utf-8"
    )
    (project / "definitions" / "a.metric").write_text(
        'entity visit from visits { key visit_id  time day : date "YYYY-MM-DD" }\nmetric visits = count(visit)\n',
        encoding="utf-8",
    )
    said = metric("query", "visits by month", cwd=project, check=2)
    assert "X706" in said.err
    assert "visits.csv, line 3" in said.err
    assert "2026-02-30" in said.err
    assert said.out == ""


def test_a_page_for_each_code(shop):
    page = metric("explain", "G401", cwd=shop)
    assert page.err == ""
    assert page.out.splitlines()[0] == "# G401 fan-out"
    assert "order_item" in page.out
    assert metric("explain", "g401", cwd=shop).out == page.out
    assert metric("explain", "fan-out", cwd=shop).out == page.out
    unknown = metric("explain", "G499", cwd=shop, check=2)
    assert unknown.out == ""
    assert "G4" in unknown.err


def test_json_problems_of_a_query_are_in_the_result(project):
    (project / "definitions" / "a.metric").write_text(
        "entity customer from customers { key customer_id }\n"
        "metric customers = count(customer)\n"
        "metric buyers = count(customer) { status deprecated  replaced by customers }\n",
        encoding="utf-8",
    )
    said = metric("query", "buyers", "--format", "json", cwd=project)
    assert said.data["rows"] == [[2]]
    assert [p["code"] for p in said.data["problems"]] == ["N214"]
    assert json.loads(said.out)["problems"][0]["severity"] == "warning"


def test_a_problem_in_a_define_says_the_call_that_led_there(project):
    (project / "definitions" / "a.metric").write_text(
        "entity order from orders { key order_id  fact amount : money(USD) }\n"
        "define more(x) = sum(x) + 5\n"
        "define twice(x) = more(x) * 2\n"
        "metric odd = twice(order.amount)\n",
        encoding="utf-8",
    )
    said = metric("check", cwd=project, check=1).err
    assert "a.metric:2:18" in said
    assert "used: by `twice(order.amount)` in definitions/a.metric:4:14" in said
    told = json.loads(metric("check", "--format", "json", cwd=project, check=1).out)
    assert [(one["line"], one["used"]["line"], one["used"]["column"]) for one in told] == [(2, 4, 14)]
    more = "define more(x) = sum(x) + 5\nmetric odd = more(order.amount) / more(order.amount)\n"
    (project / "definitions" / "a.metric").write_text(
        "entity order from orders { key order_id  fact amount : money(USD) }\n" + more, encoding="utf-8"
    )
    # Which of two calls is meant is not known: then it is the metric.
    assert "used: by `odd` in" in metric("check", cwd=project, check=1).err
