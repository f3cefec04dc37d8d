import sqlite3
from contextlib import closing
from datetime import date
from decimal import Decimal

import duckdb
import pytest

from metricdsl.diagnostics import Severity
from metricdsl.engine.errors import QueryError
from metricdsl.engine.initialise import initialise
from metricdsl.engine.project import open_project
from tests.engine.conftest import CUSTOMERS, ORDERS


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "customers.csv").write_text(CUSTOMERS + "3,EU\n")
    (tmp_path / "data" / "orders.csv").write_text(ORDERS.replace("2026-", "10-").replace("99", "3"))
    return tmp_path


def test_a_folder_of_files(folder):
    made = initialise(folder, str(folder / "data"), environment={})
    text = made.files[1].read_text()
    assert "entity customer from customers" in text
    assert "join       customer    on customer_id" in text or "join customer on customer_id" in " ".join(
        text.split()
    )
    assert "100.0% of the values find their row" in text
    said = " ".join(text.split())
    assert "fact amount : decimal(2)" in said
    assert 'is "DD-MM-YY" (' in said
    assert '"YY-MM-DD" (2010-01-11 for' in said
    assert made.notes
    project = open_project(folder)
    assert not project.problems
    assert project.query("order_count, order_amount by customer.region").run().rows[0][0] == "EU"
    assert {p.code for p in project.check(live=True)} == {"X707"}


def test_a_database(tmp_path):
    with duckdb.connect(str(tmp_path / "shop.duckdb")) as connection:
        connection.execute("CREATE TABLE customers AS SELECT range AS id, 'EU' AS region FROM range(10)")
        connection.execute(
            "CREATE TABLE orders AS SELECT range AS id, range % 10 AS customer_id, DATE '2026-01-01' AS day, 1.5::DECIMAL(9, 2) AS amount FROM range(50)"
        )
    initialise(tmp_path, str(tmp_path / "shop.duckdb"), environment={})
    project = open_project(tmp_path)
    assert not project.problems
    assert project.query("order_amount by customer.region").run().rows == [("EU", 75)]
    assert project.check(live=True) == ()


@pytest.mark.parametrize(
    ("native", "values", "proposed", "total"),
    [
        ("decimal", (0.4, 0.4, 0.4), "decimal(1)", Decimal("1.2")),
        ("numeric", (10.505, 20.1, None), "decimal(3)", Decimal("30.605")),
        ("money", (3, 4), "decimal(0)", 7),
        ("numeric(10)", (1e-12,), "float", 1e-12),
        ("decimal(10, 2)", (0.5,), "decimal(2)", Decimal("0.5")),
    ],
)
def test_decimals_of_a_column_that_does_not_say_how_many(tmp_path, native, values, proposed, total):
    with closing(sqlite3.connect(tmp_path / "d.db")) as connection:
        connection.execute(f"create table fees (id integer primary key, amount {native})")
        connection.executemany("insert into fees (amount) values (?)", [(value,) for value in values])
        connection.commit()
    made = initialise(tmp_path, str(tmp_path / "d.db"), environment={})
    assert f"fact amount : {proposed}" in " ".join(made.files[1].read_text().split())
    project = open_project(tmp_path)
    assert project.check(live=True) == ()
    assert project.query("fee_amount").run().rows == [(total,)]


def test_parts_of_a_second(tmp_path):
    (tmp_path / "data").mkdir()
    rows = "1,2026-01-31T23:59:59.999,2026-01-31 10:00:00.000001\n2,2026-02-01T00:00:00.000,2026-02-01 10:00:00.250000\n"
    (tmp_path / "data" / "events.csv").write_text(f"event_id,sent_at,read_at\n{rows}")
    made = initialise(tmp_path, str(tmp_path / "data"), environment={})
    text = " ".join(made.files[1].read_text().split())
    assert 'time sent_at : timestamp "YYYY-MM-DDTHH24:MI:SS.FF3" default' in text
    assert 'time read_at : timestamp "YYYY-MM-DD HH24:MI:SS.FF6"' in text
    project = open_project(tmp_path)
    assert project.query("event_count by month").run().rows == [(date(2026, 1, 1), 1), (date(2026, 2, 1), 1)]
    [(first, last)] = project.query("a: min(event.sent_at), b: max(event.read_at)").run().rows
    assert (first.isoformat(), last.isoformat()) == (
        "2026-01-31T23:59:59.999000",
        "2026-02-01T10:00:00.250000",
    )


def test_nothing_there(tmp_path):
    made = initialise(tmp_path, None, environment={})
    assert [p.name for p in made.files] == ["metricdsl.toml"]
    assert made.notes
    assert not open_project(tmp_path).problems


def test_an_origin_that_is_not_there(tmp_path):
    with pytest.raises(QueryError) as raised:
        initialise(tmp_path / "new", str(tmp_path / "nothing.duckdb"), environment={})
    assert raised.value.problems[0].code == "X703"


def test_a_file_that_cannot_be_read_keeps_none_of_the_others_back(folder):
    data = folder / "data"
    (data / "latin.csv").write_bytes("id,name\n1,größe\n".encode("latin-1"))
    (data / "binary.csv").write_bytes(bytes(range(256)))
    (data / "empty.csv").write_bytes(b"")
    (data / "ragged.csv").write_text("id,x\n1,2,3\n4\n", encoding="utf-8")
    (data / "text.parquet").write_text("hello", encoding="utf-8")
    made = initialise(folder, str(data), environment={})
    assert {problem.code for problem in made.problems} == {"X719"}
    told = " ".join(problem.message() for problem in made.problems)
    assert all(
        name in told for name in ("latin.csv", "binary.csv", "empty.csv", "ragged.csv", "text.parquet")
    )
    project = open_project(folder)
    assert project.check() == ()
    assert "customer" in "".join(project.model.entities)


def test_what_the_names_and_all_rows_speak_for(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    (data / "customers.csv").write_text("customer_id,name\n1,A\n2,B\n10,C\n")
    (data / "orders.csv").write_text(
        "id,customer_id,payer_id,is_test,weight,amount\n7,1,2,0,0.5301388110702304,5\n8,2,10,1,7.25,6\n9,10,1,0,,7\n"
    )
    (data / "items.csv").write_text("order_id,line,price\n7,1,5.00\n7,2,5.00\n8,1,1.50\n")
    (data / "visits.csv").write_text("id,seconds\n1,5\n1,6\n2,7\n")
    initialise(tmp_path, str(data), environment={})
    [definitions] = (tmp_path / "definitions").iterdir()
    said = " ".join(definitions.read_text().split())
    assert "key order_id, line" in said
    assert "dimension customer_id : integer" in said  # else 1, 10, 2
    assert "payer_id : integer # another customer? join payer: customer on payer_id" in said
    assert "dimension is_test : boolean" in said
    assert "fact weight : float" in said
    assert "no column tells the rows apart" in said
    assert "fact seconds : integer" in said  # that they all differ is chance: no key
    project = open_project(tmp_path)
    assert project.check(live=True) == ()
    assert project.query("order_count by customer").run().rows == [(1, 1), (2, 1), (10, 1)]


def _proposed(folder, **tables: str) -> str:
    (folder / "data").mkdir()
    for name, text in tables.items():
        (folder / "data" / f"{name}.csv").write_text(text, encoding="utf-8")
    made = initialise(folder, str(folder / "data"), environment={})
    assert open_project(folder).check(live=True) == ()
    return " ".join(made.files[1].read_text(encoding="utf-8").split())


REPS = "rep_id,name\n1,Ann\n2,Bo\n3,Cy\n"
DEALS = "deal_id,rep_id,owner_id\n1,1,2\n2,2,1\n3,2,1\n4,1,1\n5,2,2\n"


def test_a_table_by_its_keys_name_comes_before_one_by_chance(tmp_path):
    """All of 1 and 2 are keys of `ps`, whose name with `id` behind ends `rep_id`."""
    said = _proposed(tmp_path, ps="id,x\n1,a\n2,b\n", reps=REPS, deals=DEALS)
    assert "join rep on rep_id # 100.0% of the values find their row" in said
    assert "join p " not in said


def test_a_name_alone_is_a_name_at_a_words_end(tmp_path):
    said = _proposed(tmp_path, ps="id,x\n1,a\n2,b\n", deals=DEALS)
    assert "join" not in said


def test_whose_key_it_is_comes_before_a_word_in_front(tmp_path):
    said = _proposed(
        tmp_path,
        groups="id,x\n1,a\n2,b\n3,c\n",
        subgroups="subgroup_id,x\n1,a\n9,b\n",
        deals="deal_id,subgroup_id,old_group_id\n1,1,1\n2,9,2\n3,1,3\n",
    )
    assert "join subgroup on subgroup_id" in said
    assert "group on old_group_id" in said


def test_small_numbers_that_are_keys_of_several_tables_are_no_evidence(tmp_path):
    said = _proposed(tmp_path, reps=REPS, shops="shop_id,x\n1,a\n2,b\n", deals=DEALS)
    assert "join rep on rep_id" in said
    assert "another" not in said


def test_names_in_another_script(tmp_path):
    said = _proposed(
        tmp_path,
        客户="客户编号,地区\n1,北\n2,南\n",
        订单="订单号,客户编号,数量\n1,1,2\n2,2,1\n3,1,2\n4,2,1\n",
    )
    assert "join 客户 on 客户编号 # 100.0%" in said
    assert "数量 #" not in said


def test_amounts_beside_a_currency_are_not_added_across_currencies(tmp_path):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "deals.csv").write_text(
        "deal_id,region,currency,amount,weight\n1,EU,EUR,100.00,0.50\n2,EU,USD,50.25,0.25\n3,US,,7.00,1.00\n"
    )
    text = " ".join(initialise(tmp_path, str(tmp_path / "data"), environment={}).files[1].read_text().split())
    assert "fact amount : money(currency, 2)" in text
    assert "fact weight : decimal(2)" in text
    assert "# metric deal_amount = sum(convert(deal.amount, EUR))" in text
    assert "metric deal_weight = sum(deal.weight)" in text
    project = open_project(tmp_path)
    assert not [p for p in project.problems if p.severity is Severity.ERROR]
    with pytest.raises(QueryError):
        project.query("sum(deal.amount)").run()


@pytest.mark.parametrize("engine", ["files", "sqlite", "duckdb"])
def test_rows_of_things_on_days_are_levels_and_not_added(tmp_path, engine):
    rows = [(n, day, n * 10 + 0.5) for n in (1, 2) for day in ("2026-01-31", "2026-02-28", "2026-03-31")]
    made = "CREATE TABLE subscriptions (subscription_id integer, month_end date, mrr decimal(9, 2))"
    origin = tmp_path / "kept"
    if engine == "files":
        origin.mkdir()
        lines = ["subscription_id,month_end,mrr", *(f"{n},{day},{mrr:.2f}" for n, day, mrr in rows)]
        (origin / "subscriptions.csv").write_text("\n".join(lines) + "\n")
    else:
        origin = origin.with_suffix(f".{engine}")
        with closing((sqlite3 if engine == "sqlite" else duckdb).connect(str(origin))) as connection:
            connection.execute(made)
            connection.executemany("INSERT INTO subscriptions VALUES (?, ?, ?)", rows)
            connection.commit()
    written = initialise(tmp_path, str(origin), environment={}).files[1]
    text = written.read_text()
    said = " ".join(text.split())
    assert "key subscription_id, month_end" in said
    assert "time month_end : date" in said
    assert "# metric subscription_mrr = sum(subscription.mrr) # with `stock last by month_end`" in said
    project = open_project(tmp_path)
    assert not [p for p in project.problems if p.severity is Severity.ERROR]
    assert "subscription_mrr" not in project.model.metrics
    fact = next(line for line in text.splitlines() if line.split()[:2] == ["fact", "mrr"])
    stock = text.replace(fact, f"{fact} stock last by month_end").replace(
        "# metric subscription_mrr", "metric subscription_mrr"
    )
    written.write_text(stock)
    project = open_project(tmp_path)
    assert project.query("subscription_mrr").run().rows == [(31,)]
    assert {p.code for p in project.check(live=True)} == {
        "G418"
    }  # the count of rows, of which each date has some
