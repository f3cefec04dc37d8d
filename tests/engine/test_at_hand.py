"""What the data at hand can serve, told without `--live`: of files and folders, never of a server; several connections at once."""

import sqlite3

import duckdb
import pytest

from metricdsl.engine.at_hand import not_at_hand
from metricdsl.engine.errors import QueryError
from metricdsl.engine.project import open_project
from tests.engine.conftest import CUSTOMERS, ORDERS, PROJECT

DEFINITIONS = """
source purchases from orders { order_id = order_id  amount = amount  rebate = discount }
entity purchase from purchases { key order_id  fact amount : money(USD, 2)  fact rebate : money(USD, 2) }
entity customer from customers { key customer_id }
metric revenue   = sum(purchase.amount)
metric rebates   = sum(purchase.rebate)
metric net       = revenue - rebates
metric customers = count(customer)
"""


@pytest.fixture
def several(shop, tmp_path):
    """Opens a project whose definitions are asked of a folder and of what `connections` adds."""

    def opened(connections: str, data=None, **options):
        shop(DEFINITIONS, data, PROJECT + connections).close()
        return open_project(tmp_path, **options)

    return opened


def lacking(looks) -> dict[str, dict[str, tuple[str, ...]]]:
    return {look.connection: {p.metric: p.needs for p in look.problems} for look in looks}


def left(looks) -> dict[str, str]:
    return {look.connection: look.left for look in looks if look.left}


def test_a_folder_and_a_database_each_say_what_they_lack(several, tmp_path):
    with sqlite3.connect(tmp_path / "shop.db") as made:
        made.execute("CREATE TABLE orders (order_id INTEGER, amount NUMERIC, discount NUMERIC)")
    looks = several('[connections.lite]\nurl = "shop.db"\n').at_hand()
    rebate = "`purchases.rebate`, made of `orders.discount`"
    assert lacking(looks) == {
        "default": {"rebates": (rebate,), "net": (rebate,)},
        "lite": {"customers": ("the table `customers`",)},
    }
    assert left(looks) == {}


def test_a_metric_that_two_connections_lack_is_told_once(several, tmp_path):
    with sqlite3.connect(tmp_path / "shop.db") as made:
        made.execute("CREATE TABLE customers (customer_id INTEGER)")
    told = {
        p.metric: p.message() for p in not_at_hand(several('[connections.lite]\nurl = "shop.db"\n').at_hand())
    }
    assert sorted(told) == ["net", "rebates", "revenue"]
    assert told["rebates"] == (
        "rebates is not available here: needs `purchases.rebate`, made of `orders.discount` in the connection `default`,"
        " and the table `orders` in the connection `lite`"
    )


def test_two_schemas_of_one_file(several, tmp_path):
    with duckdb.connect(str(tmp_path / "two.duckdb")) as made:
        made.execute("CREATE SCHEMA eu; CREATE SCHEMA us; CREATE TABLE customers (customer_id INTEGER)")
        made.execute("CREATE TABLE eu.orders (order_id INTEGER, amount DECIMAL(9, 2))")
        made.execute(
            "CREATE TABLE us.orders (order_id INTEGER, amount DECIMAL(9, 2), discount DECIMAL(9, 2))"
        )
        made.execute("INSERT INTO eu.orders VALUES (1, 5); INSERT INTO us.orders VALUES (1, 7, 1)")
    project = several(
        "".join(f'[connections.{s}]\nurl = "two.duckdb"\nschema = "{s}"\n' for s in ("eu", "us"))
    )
    looks = {look.connection: look for look in project.at_hand()}
    assert [p.metric for p in looks["eu"].problems] == ["rebates", "net", "customers"]
    assert [p.metric for p in looks["us"].problems] == ["customers"], "customers is of the schema main"
    assert project.query("revenue", connection="eu").run().rows[0][0] == 5
    project.close()
    assert (
        several('[connections.us]\nurl = "two.duckdb"\nschema = "US"\n')
        .query("net", connection="us")
        .run()
        .rows[0][0]
        == 6
    )


@pytest.mark.parametrize(
    ("connection", "why"),
    [
        ('url = "postgresql://nobody@127.0.0.1:1/none"', "it is a server"),
        ('url = "duckdb:///:memory:"', "it is in memory"),
        ('url = "gone.duckdb"', "there is no file `gone.duckdb`"),
        ('url = "files:gone"', "there is no folder `gone`"),
        ('url = "broken.duckdb"', "it is not a DuckDB file"),
    ],
)
def test_what_is_not_at_hand_is_named_and_no_problem(several, tmp_path, connection, why):
    (tmp_path / "broken.duckdb").write_bytes(b"no database" * 2000)
    looks = several(f"[connections.other]\n{connection}\n").at_hand()
    assert list(left(looks)) == ["other"]
    assert why in left(looks)["other"]
    assert set(lacking(looks)["default"]) == {"rebates", "net"}


def test_large_text_files_are_left(several, monkeypatch):
    monkeypatch.setattr("metricdsl.engine.at_hand.LARGE", 10)
    assert left(several("").at_hand()) == {"default": "its files are large"}


def test_one_connection_by_its_name(several):
    project = several('[connections.other]\nurl = "files:gone"\n')
    assert [look.connection for look in project.at_hand("other")] == ["other"]
    with pytest.raises(QueryError) as raised:
        project.at_hand("othr")
    assert [p.code for p in raised.value.problems] == ["X713"]


def test_tables_are_kept_until_a_file_changes(several, tmp_path, monkeypatch):
    data = {"customers.csv": CUSTOMERS, "orders.csv": ORDERS}
    first = lacking(several("", data, cache=tmp_path / "kept").at_hand())
    assert set(first["default"]) == {"rebates", "net"}
    with monkeypatch.context() as patch:
        patch.setattr("metricdsl.adapters.files.FilesAdapter.introspect", None)
        assert lacking(open_project(tmp_path, cache=tmp_path / "kept").at_hand()) == first
    more = {**data, "orders.csv": "order_id,amount,discount\n1,1.00,0.50\n"}
    assert lacking(several("", more, cache=tmp_path / "kept").at_hand()) == {"default": {}}


PARTIAL = """
source ticks from tick { id = id  opened = opened  owner = owner  who = {who} }
source owners from owner { owner = id }
entity owner from owners { key owner  dimension team : text }
entity tick from ticks {
  key id
  join owner on owner
  join keeper: owner on keeper
  time opened : date
  dimension who : integer
  dimension rank : integer
  dimension cheap = rank < 2
  dimension said = if(rank is null, "?", if(cheap, "cheap", "dear"))
}
metric ticks = count(tick)
"""
TICK = {"tick.csv": "id,opened,owner,who\n1,2026-01-05,7,3\n2,2026-01-06,7,4\n", "owner.csv": "id\n7\n"}


def test_a_formula_of_a_source_that_does_not_fit_the_file_is_told_without_live(shop):
    project = shop(PARTIAL.replace("{who}", "who + 1"), TICK)
    [told] = not_at_hand(project.at_hand())
    assert (told.code, project.sources[told.span.file].slice(told.span)) == ("T301", "who")
    assert not_at_hand(shop(PARTIAL.replace("{who}", "who"), TICK).at_hand()) == ()


@pytest.mark.parametrize("name", ["tick", "ticks"])
def test_dimensions_that_the_data_lacks_say_so(shop, name):
    lines = shop(PARTIAL.replace("{who}", "who"), TICK).dimensions_text(name).splitlines()
    told = {line.split()[0]: line for line in lines}
    lacks = "not available: needs `ticks.rank` in `default`"
    assert all(told[f"tick.{name}"].endswith(lacks) for name in ("rank", "cheap", "said"))
    assert told["keeper.team"].endswith("needs `owners.team` and `ticks.keeper` in `default`")
    assert "not available" not in told["tick.who"] + told["tick.opened"] + told["tick.owner"]


def test_a_question_by_a_derived_dimension_names_it_and_what_it_lacks(shop):
    project = shop(PARTIAL.replace("{who}", "who"), TICK)
    with pytest.raises(QueryError) as refused:
        project.query("ticks by tick.said").run()
    [told] = refused.value.problems
    assert told.message() == "tick.rank is not available here: needs `ticks.rank` in the connection `default`"
    assert told.reason().startswith("tick.cheap and tick.said are made of it.")


KEYED = """
entity customer from customers {{ key customer_id  {of_key}  {more} }}
entity order from orders {{ key order_id  join customer on customer_id  fact amount : money(USD, 2) }}
metric revenue = sum(order.amount)
"""


def keyed(shop, tmp_path, of_key: str = "", more: str = "") -> list[str]:
    """What a check tells of a project over text files without looking at their rows."""
    shop(KEYED.format(of_key=of_key, more=more), {"customers.csv": CUSTOMERS, "orders.csv": ORDERS}).close()
    project = open_project(tmp_path)
    told = [f"{p.code} {p.message()}" for p in not_at_hand(project.at_hand())]
    live = [f"{p.code} {p.message()}" for p in project.check_live("default") if p.code in {"X732", "T301"}]
    project.close()
    assert told == live, "a check with the data says no more"
    return told


def test_a_join_of_a_number_with_a_text_of_a_text_file(shop, tmp_path):
    said = "X732 the join `customer` compares `customer_id`, text, with `customer.customer_id`, an integer"
    assert keyed(shop, tmp_path, "dimension customer_id : integer") == [said]
    assert keyed(shop, tmp_path, "dimension customer_id : integer", "dimension code = customer_id + 1") == [
        said
    ]
    assert keyed(shop, tmp_path) == []
    assert keyed(shop, tmp_path, "dimension customer_id : text") == []


def test_a_column_calculated_from_an_undeclared_one_of_a_text_file(shop, tmp_path):
    assert keyed(shop, tmp_path, "", "dimension twice = customer_id * 2") == [
        "T301 text and a number do not multiply"
    ]
    assert keyed(shop, tmp_path, "", "dimension half = 1 / customer_id") == [
        "T301 a number cannot be divided by text"
    ]
    assert keyed(shop, tmp_path, "", "dimension short = lower(customer_id)") == []
