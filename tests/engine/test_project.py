import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import duckdb
import pytest

import metricdsl
from metricdsl.diagnostics import Severity
from tests.engine.conftest import DEFINITIONS, ORDERS, PROJECT


def test_a_query(shop):
    result = shop().query("revenue by customer.region, month").run()
    assert result.names == ("customer.region", "month", "revenue")
    assert result.rows == [
        ("EU", date(2026, 1, 1), Decimal("10.00")),
        (None, date(2026, 1, 1), Decimal("5.00")),
        (None, date(2026, 2, 1), Decimal("3.50")),
    ]


def test_a_report_by_its_name(shop):
    assert shop().query("by_region").run().rows == [("EU", Decimal("10.00")), (None, Decimal("8.50"))]


def test_problems_are_values(shop):
    project = shop(DEFINITIONS + "metric wrong = sum(order.nothing)\nmetric fine = orders\n")
    assert [p.code for p in project.problems] == ["N201", "L904"]
    assert project.failed
    assert project.query("fine").run().rows == [(4,)]
    query = project.query("revenu")
    assert query.failed
    assert [p.code for p in query.problems] == ["N201"]
    with pytest.raises(metricdsl.QueryError):
        query.run()


def test_sql_needs_no_connection(shop, tmp_path):
    project = shop(project=PROJECT.replace("files:data", "postgresql://nobody@127.0.0.1:1/none"))
    for dialect in ("duckdb", "sqlite", "postgres"):
        assert "SELECT" in project.query("revenue", connection=None).sql(dialect)
    query = project.query("revenue")
    assert not query.failed
    with pytest.raises(metricdsl.QueryError) as raised:
        query.run()
    assert [p.code for p in raised.value.problems] == ["X703"]
    with pytest.raises(metricdsl.QueryError) as raised:
        project.query("revenue", connection=None).run()
    assert [p.code for p in raised.value.problems] == ["X713"]


def test_an_unknown_connection_and_engine(shop):
    project = shop()
    with pytest.raises(metricdsl.QueryError) as raised:
        project.query("revenue", connection="defualt").run()
    assert "default" in raised.value.problems[0].fixes()[0].title
    assert raised.value.problems[0].message().endswith("no connection `defualt`, only `default`")
    project = shop(project=PROJECT.replace("files:", "fils:"))
    with pytest.raises(metricdsl.QueryError) as raised:
        project.query("revenue").run()
    assert raised.value.problems[0].code == "X713"


def test_compile_without_a_project():
    compiled = metricdsl.compile(DEFINITIONS, "revenue by month", dialect="sqlite")
    assert [c.name for c in compiled.columns] == ["month", "revenue"]
    assert compiled.sql.startswith(("SELECT", "WITH"))
    refused = metricdsl.compile(DEFINITIONS, "revenue by nothing")
    assert refused.sql is None
    assert [p.code for p in refused.problems] == ["N201"]


def test_rows_shown_and_rows_counted(shop):
    query = shop().query("values order.order_id")
    assert len(query.run(limit_rows=2).rows) == 2
    assert query.count_rows() == 4


def test_a_deadline_and_a_cancel(tmp_path, shop):
    shop().close()
    database = tmp_path / "n.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute("CREATE VIEW n AS SELECT a.range AS i FROM range(10000000) a, range(1000000) b")
    project = shop(
        "entity n from n { dimension i : integer }\nmetric slow = count(distinct n.i)\n",
        project=PROJECT.replace("files:data", "duckdb:///n.duckdb"),
    )
    with pytest.raises(metricdsl.QueryError) as raised:
        project.query("slow").run(deadline=0.5)
    assert raised.value.problems[0].code == "X709"
    query = project.query("slow")
    done = threading.Event()

    def cancel():
        while not done.wait(0.1):
            query.cancel()

    thread = threading.Thread(target=cancel)
    thread.start()
    try:
        with pytest.raises(metricdsl.QueryError) as raised:
            query.run()
    finally:
        done.set()
        thread.join()
    assert raised.value.problems[0].code == "X715"


def test_a_query_is_run_on_another_connection_too(shop, tmp_path):
    duckdb.connect(tmp_path / "other.duckdb").execute(
        "CREATE TABLE customers AS SELECT 1 AS customer_id, 'EU' AS region;"
        "CREATE TABLE orders AS SELECT 1 AS order_id, 1 AS customer_id, DATE '2026-01-10' AS ordered_at,"
        " 7.25::DECIMAL(9, 2) AS amount"
    ).close()
    more = '\n[connections.other]\nurl = "duckdb:///other.duckdb"\n'
    with shop(project=PROJECT + more) as project:
        query = project.query("revenue")
        assert query.run().rows == [(Decimal("18.50"),)]
        assert query.run("other", deadline=30).rows == [(Decimal("7.25"),)]
        assert query.run("default").rows == [(Decimal("18.50"),)]
        with pytest.raises(metricdsl.QueryError) as refused:
            query.run("othre")
        assert [p.code for p in refused.value.problems] == ["X713"]


def test_a_project_never_changes(shop):
    project = shop()
    for name in ("name", "model", "something"):
        with pytest.raises(AttributeError):
            setattr(project, name, 1)


def test_cancelling_one_asker_leaves_the_others(shop):
    project = shop()
    one, other = project.query("revenue"), project.query("revenue")
    assert one is not other
    result = other.run()
    one.cancel()
    assert result.rows == [(Decimal("18.50"),)]


def test_many_threads(shop):
    project = shop()
    queries = ["revenue", "orders", "revenue by customer.region", "orders by month", "by_region"]
    alone = [project.query(q).run().rows for q in queries]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda q: project.query(q).run().rows, queries * 8))
    assert together == alone * 8


def test_a_result_for_other_tools(shop, tmp_path):
    pyarrow = pytest.importorskip("pyarrow")
    query = shop().query("orders, revenue, share: 1 / orders, last: max(order.ordered_at) by customer.region")
    table = pyarrow.table(query.run())
    assert table.column_names == ["customer.region", "orders", "revenue", "share", "last"]
    assert [str(t) for t in table.schema.types] == [
        "string",
        "int64",
        "decimal128(38, 2)",
        "double",
        "date32[day]",
    ]
    assert table.to_pylist()[0]["revenue"] == Decimal("10.00")
    result = query.run()  # noqa: F841 - DuckDB finds it by name
    assert duckdb.sql("SELECT SUM(revenue) FROM result").fetchall() == [(Decimal("18.50"),)]
    query.run().write_parquet(tmp_path / "out.parquet")
    assert duckdb.sql(f"SELECT COUNT(*) FROM '{tmp_path / 'out.parquet'}'").fetchall() == [(2,)]


def test_json_follows_its_schema(shop, root):
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((root / "docs/reference/result.schema.json").read_text(encoding="utf-8"))
    result = shop().query("revenue, orders by customer.region, month").run()
    exact = result.to_json_object(exact=True)
    jsonschema.validate(exact, schema)
    assert exact["rows"][0] == ["EU", "2026-01-01", "10.00", "1"]
    assert exact["sql"].lstrip().startswith(("SELECT", "WITH"))


def test_html_is_escaped(shop):
    project = shop(data={"customers.csv": "customer_id,region\n1,<script>alert(1)</script>\n"})
    text = project.query("revenue by customer.region").run()._repr_html_()
    assert "<script>" not in text
    assert "&lt;script&gt;" in text


def test_streamed_rows_are_told_apart_from_kept_ones(shop):
    result = shop().query("values order.order_id").run()
    assert len(list(result)) == 4
    with pytest.raises(RuntimeError, match="streamed already"):
        _ = result.rows
    kept = shop().query("values order.order_id").run()
    assert kept.rows == list(kept)


def test_a_column_that_only_the_table_knows(shop):
    project = shop(
        data={"orders.csv": ORDERS.replace("amount\n", "amount,channel\n").replace("0\n", "0,web\n")}
    )
    assert project.query("orders by order.channel").run().rows == [("web", 4)]


@pytest.mark.parametrize("formula", ["avg(core.order.amount)", "count(core.order)"])
def test_what_is_overridden_in_vain_is_as_it_was(shop, tmp_path, formula):
    core = f"package core\n{DEFINITIONS}metric added = sum(revenue per month)\n"
    mine = f"package desk\nmetric mine = {formula} {{ overrides core.revenue }}\nmetric twice = mine * 2\n"
    (tmp_path / "definitions").mkdir()
    (tmp_path / "definitions" / "desk.metric").write_text(mine, encoding="utf-8")
    project = shop(core)
    [refused] = [p for p in project.problems if p.severity is Severity.ERROR]
    assert refused.code == ("N242" if "avg" in formula else "T303")
    assert project.query("core.revenue, core.added").run().rows == [(Decimal("18.50"), Decimal("18.50"))]
    assert {"core.revenue", "core.added", "desk.mine", "desk.twice"} <= project.model.metrics.keys()


NAMESAKES = {
    "root": 'entity deal from deals { key deal_id  dimension open : boolean  dimension tag = "root" }\nmetric n = count(deal where open)\n',
    "a": 'package a\nentity deal from deals { key deal_id  dimension open : boolean  dimension tag = "a" }\n'
    "metric n = count(deal)\nreport by_tag = n by deal.tag\n",
    "b": "package b\nuse a as other\nreport all_deals = other.n\n"
    'scorecard board "Board" { by other.deal.tag  where other.deal.tag != "root"  metrics other.n, `per 2`: other.n / 2 }\n',
}


@pytest.mark.parametrize(
    ("asked", "rows"),
    [
        ("a.by_tag", [("a", 3)]),
        ("by_tag", [("a", 3)]),
        ("b.all_deals", [(3,)]),
        ("n", [(1,)]),
        ("board", [("a", 3, 1.5)]),
    ],
)
def test_the_names_of_a_report_are_those_of_its_own_file(tmp_path, asked, rows):
    (tmp_path / "metricdsl.toml").write_text(
        '[project]\nname = "shop"\n\n[connections.default]\nurl = "files:data"\n', encoding="utf-8"
    )
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "deals.csv").write_text("deal_id,open\n1,true\n2,false\n3,false\n", encoding="utf-8")
    (tmp_path / "definitions").mkdir()
    for name, text in NAMESAKES.items():
        (tmp_path / "definitions" / f"{name}.metric").write_text(text, encoding="utf-8")
    with metricdsl.open(tmp_path) as project, project.query(asked).run() as result:
        assert list(result.rows) == rows


def test_scorecards_are_among_the_reports(shop):
    project = shop(
        DEFINITIONS + 'scorecard board { metrics revenue, orders  by customer.region  owner "us" }\n'
    )
    assert project.model.reports == {
        "by_region": "revenue by customer.region",
        "board": "revenue, orders by customer.region",
    }
    asked = project.query("board")
    assert asked.run().names == ("customer.region", "revenue", "orders")
    assert [p.code for p in project.query("baord").problems] == ["Q506"]


def test_scorecards_by_a_period_of_a_calendar_are_asked_as_written(shop):
    project = shop(
        "calendar fy { year starts 02-01 }\ncalendar spring { year starts 04-01 }\n"
        + DEFINITIONS
        + "scorecard quarters { metrics orders, x: to_date(orders, fy.year)  by fy.quarter }\n"
        + "scorecard april { metrics orders  by spring.quarter }\n"
    )
    assert project.model.reports["quarters"] == "orders, x: to_date(orders, fy.year) by fy.quarter"
    with project.query("quarters").run() as result:
        assert result.names == ("fy.quarter", "orders", "x")
        assert [row[1:] for row in result.rows][:2] == [(2, 2), (2, 2)]
    assert project.query("april").run().names == ("spring.quarter", "orders")


def test_reports_of_a_package_go_by_its_other_name_too(shop):
    project = shop(
        {
            "a.metric": "use b as bb\n",
            "b.metric": "package b\n" + DEFINITIONS + "scorecard board { metrics orders }\n",
        }
    )
    for name in ("bb.by_region", "bb.board", "b.board"):
        assert project.query(name).problems == ()
    assert [p.code for p in project.query("bb.nothing").problems] == ["N201"]


def test_rates_of_a_source_that_names_some_columns_have_the_others_of_the_table():
    text = """
    source mid_rates from prices { where kind = "mid"  day = quoted_on }
    rates fx from mid_rates by day { day day  currency base  into quote  rate price }
    entity bill from bills { key bill_id  time billed_on : date  fact amount : money(USD, 2) }
    metric billed = sum(convert(bill.amount, EUR))
    """
    compiled = metricdsl.compile(text, "billed", dialect="duckdb")
    assert compiled.problems == ()
    assert "price" in compiled.sql


def test_without_a_day_given_a_text_is_compiled_as_of_the_clock() -> None:
    today = date(2026, 6, 30)
    given = metricdsl.compile(DEFINITIONS, "revenue during last 1 month", today=today)
    by_the_clock = metricdsl.compile(DEFINITIONS, "revenue during last 1 month")
    clock = datetime.now(tz=UTC).date()
    of_that_day = [
        metricdsl.compile(DEFINITIONS, "revenue during last 1 month", today=day).sql
        for day in (clock - timedelta(days=1), clock, clock + timedelta(days=1))
    ]
    assert given.sql is not None
    assert given.sql != of_that_day[1]
    assert (
        by_the_clock.sql in of_that_day
    )  # a day is over between two lines, and the clock here has its own zone


def test_lengths_of_time_and_what_is_no_value_for_a_parameter(tmp_path) -> None:
    (tmp_path / "metricdsl.toml").write_text('[project]\nname = "p"\nlanguage = 1\n')
    (tmp_path / "definitions").mkdir()
    (tmp_path / "definitions" / "a.metric").write_text(
        "entity order from orders { key id  time day : date }\n"
        'param lag : duration = 7 days\nparam who : text = "me"\n'
        "metric recent = trailing(count(order), lag)\n"
    )
    with metricdsl.open(tmp_path) as project:
        of_python = project.query("recent by day", connection=None, parameters={"lag": timedelta(days=28)})
        as_text = project.query("recent by day", connection=None, parameters={"lag": "28 days"})
        assert of_python.sql("duckdb") == as_text.sql("duckdb")
        with pytest.raises(TypeError, match="None is no value"):
            project.query("recent by day", connection=None, parameters={"who": None})
