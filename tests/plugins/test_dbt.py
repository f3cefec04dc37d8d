"""Semantic models and metrics of dbt, read and written: the numbers are those of the definitions, and what has no word is told."""

import json
import time
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

import metricdsl
from tests.cli.running import metric
from tests.plugins.first_party import first_party

HERE = Path(__file__).parent / "dbt"
PROJECT = (
    '[project]\nname = "shop"\nlanguage = 1\ntoday = 2026-04-15\n[connections.default]\nurl = "files:data"\n'
)
ORDERS = """order_id,customer_id,ordered_at,shipped_on,state,is_food,amount,pieces
1,1,2026-01-01 10:00:00,2026-02-01,paid,true,100.00,2
2,1,2026-01-02 00:00:00,2026-02-01,open,false,250.00,1
3,2,2026-01-03 23:59:59,2026-02-02,paid,true,120.50,5
4,3,2026-02-01 08:00:00,,paid,,99.99,
5,,2026-02-02 08:00:00,2026-03-01,,false,,1
"""
CUSTOMERS = "customer_id,region,joined_on\n1,EU,2025-01-01\n2,UK,2025-01-02\n3,US,2025-01-03\n"
LOST = {
    "the description of orders": "metrics are described here",
    "the entity location of orders": "no semantic model that is imported has it",
    "the dimension channel of orders": "the type of orders.channel is not declared",
    "the dimension weird of orders": "has no formula that is known to mean the same",
    "`join_to_timespine` of metric european_revenue": "which periods a result has is said by the question",
    "metric running_revenue": "a cumulative metric is worked out otherwise here",
    "metric tax": "`numeric` does not say what its values are",
    "metric each": "whether `pieces / 2` drops what lies behind the point",
    "metric held": "it is a stock",
    "metric of_tax": "it is made of tax, which is not there",
    "metric by_channel": "the dimension channel of orders, which is not there or was left out",
    "`config` of metric paid_share": "there is no word for it",
    "metric whole_division": "whether `orders / buyers` drops what lies behind the point",
    "the saved query monthly": "a saved query is a question here",
}


@pytest.fixture(autouse=True)
def dbt():
    with first_party("dbt"):
        yield


@pytest.fixture
def shop(tmp_path):
    """A project with the rows of a shop, and the definitions in a text."""

    def shop(definitions: str, name: str = "shop") -> Path:
        folder = tmp_path / name
        (folder / "data").mkdir(parents=True)
        (folder / "definitions").mkdir()
        (folder / "data" / "orders.csv").write_text(ORDERS)
        (folder / "data" / "customers.csv").write_text(CUSTOMERS)
        (folder / "metricdsl.toml").write_text(PROJECT)
        (folder / "definitions" / "shop.metric").write_text(definitions)
        return folder

    return shop


def taken(tmp_path, *paths, status=1):
    said = metric(
        "import", "dbt.metricflow", *map(str, paths), "--report", "r.json", cwd=tmp_path, check=status
    )
    return said.out, {one["what"]: one for one in json.loads((tmp_path / "r.json").read_text())["left_out"]}


def write(tmp_path, text: str, name: str = "m.yml") -> Path:
    (tmp_path / name).write_text(text)
    return tmp_path / name


def test_what_is_left_out_and_why(tmp_path):
    _, lost = taken(tmp_path, HERE / "models")
    assert set(lost) == set(LOST)
    assert {what: why for what, why in LOST.items() if why not in lost[what]["why"]} == {}
    assert lost["metric tax"]["file"].endswith("metrics.yml")
    assert lost["metric tax"]["line"] == 65
    assert "data_type" in lost["the dimension channel of orders"]["instead"]


NUMBERS = [
    ("revenue", [(Decimal("570.49"),)]),
    ("orders", [(5,)]),
    ("buyers", [(3,)]),
    ("food_orders", [(2,)]),
    ("paid_orders", [(3,)]),
    ("paid_amount", [(Decimal("320.49"),)]),
    ("shipped_pieces during 2026-02", [(8,)]),
    ("typical", [(110.25,)]),
    ("paid_share", [(Decimal("0.6"),)]),
    ("european_mean", [(70.0,)]),
    # Large orders from the 2nd on, of the EU or the UK: 250 and 120.5.
    ("european_revenue", [(Decimal("370.50"),)]),
    ("european_revenue during 2025", [(Decimal(0),)]),
    ("growth during 2026-02", [(-0.787481,)]),
    ("orders by orders_entity.status", [("open", 1), ("paid", 3), (None, 1)]),
    ("orders by customers.region", [("EU", 2), ("UK", 1), ("US", 1), (None, 1)]),
]


def test_the_numbers_of_what_is_taken_over(tmp_path, shop):
    text, _ = taken(tmp_path, HERE / "models")
    folder = shop(text)
    metric("check", cwd=folder)
    with metricdsl.open(folder) as project:
        for question, rows in NUMBERS:
            found = [tuple(row) for row in project.query(question).run().rows]
            for row, wanted in zip(found, rows, strict=True):
                for one, other in zip(row, wanted, strict=True):
                    same = one == other if not isinstance(other, float) else abs(one - other) < 1e-6
                    assert same or float(one) == float(other), (question, found)


MODEL = """
models: [{name: t, columns: [{name: id, data_type: int}, {name: day, data_type: date}, {name: x, data_type: float}, {name: w, data_type: text}]}]
semantic_models:
  - name: t
    model: ref('t')
    defaults: {agg_time_dimension: day}
    entities: [{name: t, type: primary, expr: id}]
    dimensions: [{name: day, type: time, type_params: {time_granularity: day}}, {name: w, type: categorical}]
    measures: [MEASURE]
metrics: [{name: m, type: simple, type_params: {measure: a}FILTER}]
"""
SIMPLE = "{name: a, agg: sum, expr: x}"
FORMULAS = [
    ("{name: a, agg: count, expr: x}", "", "count(t.x)"),
    ("{name: a, agg: max, expr: x}", "", "max(t.x)"),
    ("{name: a, agg: median, expr: x}", "", "median(t.x)"),
    ("{name: a, agg: count, expr: '*'}", "", "count(t)"),
    ("{name: a, agg: sum, expr: x * 2 - 1.5}", "", "sum(t.x * 2 - 1.5)"),
    ("{name: a, agg: sum, expr: -x}", "", "sum(-t.x)"),
    ("{name: a, agg: sum, expr: x / 2}", "", "sum(t.x / 2)"),
    ("{name: a, agg: sum, expr: 'coalesce(x, 0)'}", "", "sum(coalesce(t.x, 0))"),
    (
        "{name: a, agg: sum, expr: case w when 'a' then x when 'b' then 2 end}",
        "",
        'sum(if(t.w = "a", t.x, if(t.w = "b", 2, null)))',
    ),
    (
        "{name: a, agg: percentile, expr: x, agg_params: {percentile: 0.95, use_discrete_percentile: true}}",
        "",
        "percentile(t.x, 95%, method: discrete)",
    ),
    (SIMPLE, ", filter: \"{{ Dimension('t__w') }} is not null\"", "sum(t.x) where not t.w is null"),
    (
        SIMPLE,
        ", filter: \"{{ Dimension('t__day') }} between '2026-01-01' and '2026-01-31'\"",
        "t.day >= 2026-01-01",
    ),
    (SIMPLE, ", filter: \"not {{Dimension( 't__w' )}} in ('a', 'it''s')\"", 'not t.w in ("a", "it\'s")'),
    (
        SIMPLE,
        ", filter: \"{{ TimeDimension('t__day').grain('day') }} = '2026-01-01'\"",
        "where t.day = 2026-01-01",
    ),
]


@pytest.mark.parametrize(("measure", "filter_", "formula"), FORMULAS)
def test_formulas(tmp_path, measure, filter_, formula):
    path = write(tmp_path, MODEL.replace("MEASURE", measure).replace("FILTER", filter_))
    text, lost = taken(tmp_path, path, status=0)
    assert lost == {}
    assert formula in " ".join(text.split())


REFUSED = [
    ("{name: a, agg: sum, expr: y}", "", "the type of t.y is not declared"),
    ("{name: a, agg: sum, expr: id / 2}", "", "depends on the warehouse"),
    ("{name: a, agg: sum, expr: x % 2}", "", "has no formula that is known to mean the same"),
    ("{name: a, agg: sum, expr: '(select 1)'}", "", "has no formula"),
    ("{name: a, agg: sum, expr: 'x; drop table t'}", "", "has no formula"),
    ("{name: a, agg: sum, expr: '((('}", "", "cannot be read as an SQL expression"),
    ("{name: a, agg: mode, expr: x}", "", "there is no aggregation mode"),
    ("{name: a, agg: percentile, expr: x, agg_params: {percentile: 95}}", "", "no number from 0 to 1"),
    ("{name: a, agg: sum, expr: x, agg_time_dimension: other}", "", "its time, other of t, was left out"),
    ("{name: b, agg: sum, expr: x}", "", "there is no measure a"),
    ("{name: a, agg: sum, expr: w}", "", "(T308)"),
    (SIMPLE, ", filter: \"w = 'a'\"", "its filter names w without saying which dimension it is"),
    (SIMPLE, ", filter: \"{{ Metric('n', ['t']) }} > 3\"", "its filter has a template that is not read"),
    (SIMPLE, ", filter: \"{{ Entity('t') }} = 3\"", "its filter asks for Entity('t')"),
    (SIMPLE, ", filter: \"{{ Dimension('u__w') }} = 'a'\"", "goes from t to u, and that join is not there"),
    (
        SIMPLE,
        ", filter: \"{{ TimeDimension('t__day', 'month') }} = '2026-01-01'\"",
        "asks for a month of t__day",
    ),
    (SIMPLE, ", filter: \"{{ Dimension('t__w') }} > 'a'\"", "an order that is the warehouse's own"),
    (SIMPLE, ", filter: \"{{ Dimension('t__day') }} > 'soon'\"", "is no day as in 2026-01-31"),
    (SIMPLE, ", filter: \"{{ Dimension('t__day') }} > '2026-02-30'\"", "is no day"),
]


@pytest.mark.parametrize(("measure", "filter_", "why"), REFUSED)
def test_p820_metrics_of_which_nothing_is_guessed(tmp_path, measure, filter_, why):
    path = write(tmp_path, MODEL.replace("MEASURE", measure).replace("FILTER", filter_))
    text, lost = taken(tmp_path, path)
    assert "metric m" not in text
    assert why in lost["metric m"]["why"]
    said = metric("import", "dbt.metricflow", "m.yml", cwd=tmp_path, check=1)
    assert "P820" in said.err


def test_types_come_from_a_catalog_with_its_schema(tmp_path):
    path = write(
        tmp_path, MODEL.partition("\n")[2].partition("\n")[2].replace("MEASURE", SIMPLE).replace("FILTER", "")
    )
    columns = {
        name: {"type": said}
        for name, said in {"ID": "NUMBER(38,0)", "DAY": "DATE", "X": "FLOAT", "W": "TEXT"}.items()
    }
    node = {"metadata": {"schema": "shop", "name": "t_v2"}, "columns": columns}
    catalog = write(tmp_path, json.dumps({"nodes": {"model.p.t": node}}), "catalog.json")
    assert taken(tmp_path, path)[1]["metric m"]["why"].startswith("its time, day of t, was left out")
    text, lost = taken(tmp_path, path, catalog, status=0)
    assert lost == {}
    assert "entity t from shop.t_v2 {" in text


def test_names_that_meet(tmp_path):
    both = (
        MODEL.replace("MEASURE", SIMPLE).replace("FILTER", "")
        + "  - {name: t, type: ratio, type_params: {numerator: m, denominator: m}}\n  - {name: m, type: simple, type_params: {measure: a}}\n"
    )
    text, lost = taken(
        tmp_path, write(tmp_path, both.replace("metrics: [{", "metrics:\n  - {").replace("}}]\n", "}}\n"))
    )
    assert "entity t_entity from t" in text
    assert "metric t = m / m" in text
    assert lost["metric m"]["why"] == "another metric or measure is called so"


BOMBS = [
    (
        "a: &a [x, x, x, x, x, x, x, x, x]\n"
        + "".join(
            f"{c}: &{c} [{', '.join(['*' + p] * 9)}]\n" for p, c in zip("abcdefgh", "bcdefghi", strict=True)
        ),
        "its aliases stand for more than",
    ),
    ("metrics: &a\n  - *a\n", "an alias in it leads back to itself"),
    ("[" * 200 + "]" * 200, "it is nested more than 60 deep"),
    ("metrics: !!python/object/apply:os.system ['true']\n", "has the tag"),
    ("metrics: !include x.yml\n", "has the tag !include"),
    ("metrics: [\n", "it is not YAML"),
    ("metrics: []\nmetrics: []\n", "line 2 has `metrics` twice"),
    ("x: 1\n" * 2 + "#" * 2_000_001, "it is larger than 2 MB"),
    ("- x\n" * 250_000, "it has more than 200,000 parts"),
]


@pytest.mark.parametrize(("text", "why"), BOMBS)
def test_p821_yaml_that_is_not_read(tmp_path, text, why):
    write(tmp_path, text)
    said = metric("import", "dbt.metricflow", "m.yml", cwd=tmp_path, check=2)
    assert "P821" in said.err
    assert why in " ".join(said.err.split())
    assert said.out == ""


def test_p821_a_catalog_that_is_none(tmp_path):
    write(tmp_path, "[]", "catalog.json")
    assert "P821" in metric("import", "dbt.metricflow", "catalog.json", cwd=tmp_path, check=2).err
    (tmp_path / "empty").mkdir()
    assert (
        "there are no YAML files in it"
        in metric("import", "dbt.metricflow", "empty", cwd=tmp_path, check=2).err
    )


def test_what_is_long_is_read_or_refused_at_once(tmp_path):
    long = " " * 200_000
    models = f"models: [{{name: t, columns: [{{name: x, data_type: 'a{long}!'}}]}}]\n"
    model = f"semantic_models: [{{name: t, model: \"ref('t'{long}\"}}]\n"
    began = time.process_time()
    _, lost = taken(tmp_path, write(tmp_path, models + model))
    assert time.process_time() - began < 5
    assert "its `model` is no ref" in lost["the semantic model t"]["why"]
    filter_ = ", filter: \"{{ Dimension('t__w') }} = '" + "x" * 5_000 + "'\""
    _, lost = taken(tmp_path, write(tmp_path, MODEL.replace("MEASURE", SIMPLE).replace("FILTER", filter_)))
    assert "of more than 4,000 letters" in lost["metric m"]["why"]


def test_two_blanks_in_a_text_stay_two(tmp_path):
    filter_ = ", filter: \"{{ Dimension('t__w') }} = 'a  b'\""
    text, _ = taken(
        tmp_path, write(tmp_path, MODEL.replace("MEASURE", SIMPLE).replace("FILTER", filter_)), status=0
    )
    assert '"a  b"' in text


def test_aliases_and_merges_are_read(tmp_path):
    text = MODEL.replace(
        "MEASURE", "&m {name: a, agg: sum, expr: x}, {<<: *m, name: b, create_metric: true}"
    ).replace("FILTER", "")
    said, lost = taken(tmp_path, write(tmp_path, text), status=0)
    assert "metric b = sum(t.x)" in said
    assert lost == {}


DEFINITIONS = """
source lines from orders { status = state }
entity customer from customers { key customer_id  dimension region : text  time joined_on : date }
entity order from lines {
  where amount > 0
  key order_id
  join customer on customer_id
  time shipped_on : date default
  dimension status : text
  dimension large = amount >= 100
  fact amount : decimal(2)
  fact pieces : integer
}
metric orders "Orders" = count(order)
metric revenue = sum(order.amount) { empty 0  owner "me" }
metric basket = revenue / orders { about "What an order is worth." }
metric large_share = count(order where large) / orders
metric european = sum(order.amount where customer.region in ("EU", "UK") and not (status = "x"))
metric gap = revenue - european
metric late = sum(order.pieces where order.shipped_on >= 2026-02-02)
metric seen = revenue where customer.region = "EU"
metric moved = prior(revenue, 1 month)
metric rated = rate(order, that: large)
metric Capital = sum(order.amount)
metric each = avg(revenue per customer)
"""


def exported(folder, *names, status=1):
    said = metric("export", "dbt.metricflow", *names, "--report", "r.json", cwd=folder, check=status)
    lost = json.loads((folder / "r.json").read_text())["left_out"]
    return yaml.safe_load(said.out), {one["what"]: one["why"] for one in lost}


def test_an_export_says_what_has_no_word(shop):
    page, lost = exported(shop(DEFINITIONS))
    assert {what: why[:30] for what, why in lost.items()} == {
        "`owner` of metric revenue": "there is no word for it",
        "metric moved": "what changes a period, a group",
        "metric rated": "`rate` of these arguments is n",
        "metric Capital": "Capital cannot be a name there",
        "metric each": "what changes a period, a group",
        "the dimension large of order": "it is calculated",
    }
    metrics = {one["name"]: one for one in page["metrics"]}
    assert metrics["basket"]["type_params"] == {"numerator": "revenue", "denominator": "orders"}
    assert metrics["basket"]["description"] == "What an order is worth."
    assert metrics["orders"]["label"] == "Orders"
    assert metrics["orders"]["filter"] == "({{ Dimension('order__amount') }} > 0)"
    order = next(one for one in page["semantic_models"] if one["name"] == "order")
    assert order["model"] == "ref('orders')"
    assert {"name": "status", "type": "categorical", "expr": "state"} in order["dimensions"]


def test_what_goes_out_and_comes_in_again_gives_the_same_numbers(tmp_path, shop):
    folder = shop(DEFINITIONS)
    page, _ = exported(folder)
    types = {
        "amount": "numeric(10,2)",
        "pieces": "int",
        "state": "text",
        "shipped_on": "date",
        "customer_id": "int",
        "order_id": "int",
    }
    columns = [{"name": name, "data_type": said} for name, said in types.items()]
    customers = [
        {"name": name, "data_type": said}
        for name, said in {"region": "text", "joined_on": "date", "customer_id": "int"}.items()
    ]
    page["models"] = [{"name": "orders", "columns": columns}, {"name": "customers", "columns": customers}]
    text, lost = taken(tmp_path, write(tmp_path, yaml.safe_dump(page)), status=0)
    assert lost == {}
    again = shop(text, "again")
    names = ["orders", "revenue", "basket", "large_share", "european", "gap", "late", "seen"]
    with metricdsl.open(folder) as first, metricdsl.open(again) as second:
        for name in names:
            for way in ("", " by month", " during 2026-02"):
                one, other = (
                    list(map(tuple, project.query(name + way).run().rows)) for project in (first, second)
                )
                assert one == other, (name, way)


def test_an_export_of_some_metrics_has_what_they_are_made_of(shop):
    page, lost = exported(shop(DEFINITIONS), "basket")
    assert page is None
    assert lost == {"metric basket": "it is made of revenue, which is not exported"}
    page, _ = exported(shop(DEFINITIONS, "two"), "orders", status=1)
    assert [one["name"] for one in page["metrics"]] == ["orders"]


def test_rows_under_a_policy_are_not_handed_out(shop):
    folder = shop(DEFINITIONS + "policy on order { status = context.team }\n")
    page, lost = exported(folder, "orders")
    assert page is None
    assert "a policy says who sees which rows" in lost["metric orders"]
