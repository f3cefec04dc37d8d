"""`metric why`: words and tables for people, JSON by its schema, exit statuses."""

import json
import re
from decimal import Decimal

import jsonschema
import pytest

from tests.cli.running import metric

FILES = {
    "data/sales.csv": "sale_id,region,sold_on,is_paid,price\n"
    "1,EU,2026-02-01,true,12345678901234567.89\n2,US,2026-02-02,false,5.00\n3,US,2026-02-20,true,7.00\n"
    "4,EU,2026-03-01,true,12345678901234000.11\n5,,2026-03-03,true,20.00\n",
    "definitions/sales.metric": """
entity sale from sales {
  key sale_id
  time sold_on : date
  dimension region : text
  dimension is_paid : boolean
  fact price : money(EUR, 2)
}
metric turnover "Turnover" = sum(sale.price)
metric sales = count(sale)
metric price = turnover / sales
metric paid = rate(sale, that: is_paid)
metric typical = median(sale.price)
""",
    "metricdsl.toml": '[project]\nname = "sales"\nlanguage = 1\ntoday = 2026-04-15\ncurrency = "EUR"\n'
    '[connections.default]\nurl = "files:data"\n',
}


@pytest.fixture(scope="module")
def sales(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sales")
    for name, text in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text)
    return folder


def test_words_first_and_no_digit_is_cut(sales):
    said = metric("why", "turnover", cwd=sales)
    assert (said.status, said.err) == (0, "")
    first, *_ = said.out.splitlines()
    assert first == (
        "Turnover fell by 559.78 EUR (-0.0%): 12,345,678,901,234,579.89 EUR in 2026-02,"
        " 12,345,678,901,234,020.11 EUR in 2026-03."
    )
    assert "-567.78" in said.out
    assert re.search(
        r"^EU +12,345,678,901,234,567\.89 +12,345,678,901,234,000\.11 +-567\.78$", said.out, re.MULTILINE
    )
    narrow = metric("why", "turnover", cwd=sales, COLUMNS="40")
    assert set(re.findall(r"[\d,.]*\d", said.out)) == set(re.findall(r"[\d,.]*\d", narrow.out))


@pytest.mark.parametrize("name", ["turnover", "price", "paid", "sales"])
def test_json_keeps_to_its_schema_and_its_parts_add_up(sales, root, name):
    said = metric("why", name, "--format", "json", cwd=sales)
    assert (said.status, said.err) == (0, "")
    found = json.loads(said.out)
    schema = json.loads((root / "docs" / "reference" / "why.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(found, schema)
    exact = json.loads(said.out, parse_float=Decimal)
    for one in exact["dimensions"]:
        total = sum((Decimal(m["part"]) for m in one["members"]), Decimal(one["rest"]))
        assert total == exact["change"] if name in {"turnover", "sales"} else True
        assert float(total) == pytest.approx(float(exact["change"]), rel=1e-9, abs=1e-9)
    assert found["words"][0].startswith(found["label"] or name)


def test_markdown(sales):
    said = metric("why", "paid", "--format", "md", "--by", "sale.region", cwd=sales)
    assert said.status == 0
    assert "### By sale.region\n\n| sale.region | weight before |" in said.out


def test_commas_within_a_dimension_are_its_own(sales):
    by = 'top(sale.region, 1, by: sales), paid: if(sale.is_paid, "yes, paid", "no"),'
    said = metric("why", "turnover", "--by", by, cwd=sales)
    assert re.findall(r"^By (.*)$", said.out, re.MULTILINE)[-2:]
    assert "yes, paid" in said.out
    assert "top(sale.region, 1, by: sales)" in said.out


def test_what_was_not_looked_at_is_listed_unless_quiet(sales):
    assert "sale.sold_on: a time" in metric("why", "paid", cwd=sales).out
    assert "Not looked at" not in metric("why", "paid", "-q", cwd=sales).out


@pytest.mark.parametrize(
    ("arguments", "status", "code"),
    [
        (("typical",), 1, "Q521"),
        (("sales", "--period", "2025-01"), 0, ""),
        (("turnover", "--period", "2025-01"), 1, "Q522"),
        (("sales", "--period", "2026-05"), 1, "Q523"),
        (("sales, paid",), 1, "Q524"),
        (("turnove",), 1, "N201"),
        (("sales", "--vs", "2025"), 1, "Q502"),
        (("sales", "--by", "sale.regio"), 1, "N201"),
        (("sales", "--connection", "elsewhere"), 2, "X713"),
    ],
)
def test_exit_statuses(sales, arguments, status, code):
    said = metric("why", *arguments, cwd=sales, check=status)
    assert code in said.err
    assert bool(said.out) == (status == 0)


def test_a_place_in_the_question_is_shown(sales):
    said = metric("why", "sales", "--by", "sale.regio", cwd=sales, check=1)
    assert "sale.regio" in said.err
    assert "did you mean" in said.err.lower()
