"""Bad input of the data's side: code, place, and what is right still answers."""

import pytest

import metricdsl
from metricdsl.diagnostics import Severity
from tests.engine.conftest import CUSTOMERS, DEFINITIONS, ORDERS


def refused(query) -> list:
    with pytest.raises(metricdsl.QueryError) as raised:
        list(query.run())
    return list(raised.value.problems)


def test_a_missing_table_names_the_near_ones(shop):
    project = shop(DEFINITIONS.replace("from orders", "from ordres"))
    query = project.query("revenue")
    [problem] = query.problems
    assert problem.code == "X701"
    assert "orders" in problem.fixes()[0].title
    assert project.sources[problem.span.file].slice(problem.span) == "ordres"
    assert project.query("values customer.region").run().rows == [("EU",), (None,)]


def test_a_source_reads_a_table_and_no_other_source(shop):
    project = shop(
        "source sold from orders { amount = amount }\nsource large from sold { order_id = order_id }\n"
        + DEFINITIONS.replace("from orders", "from large")
    )
    for problems in (project.query("revenue").problems, project.check(live=True)):
        [problem] = [p for p in problems if p.code == "X701"]
        assert problem.reason() == "`sold` is a source, and a source reads a table, not another source."
        [fix] = problem.fixes()
        assert fix.title == "read its table, `orders`, with what `sold` does to its columns"
        assert project.sources[problem.span.file].slice(problem.span) == "sold"


def test_a_missing_column_names_the_near_ones(shop):
    project = shop(DEFINITIONS.replace("fact amount", "fact amuont").replace("order.amount", "order.amuont"))
    [problem] = project.query("revenue").problems
    assert problem.code == "X702"
    assert "amount" in problem.fixes()[0].title
    assert project.query("orders").run().rows == [(4,)]


def test_a_wrong_date_is_told_with_file_line_and_value(shop):
    project = shop(data={"orders.csv": ORDERS.replace("2026-01-11", "11 Jan")})
    [problem] = refused(project.query("revenue by month"))
    assert problem.code == "X706"
    assert "orders.csv, line 3: '11 Jan'" in problem.message()
    assert project.query("revenue").run().rows[0][0] == 18.5


@pytest.mark.parametrize("written", ["26-01-11", "2026-1-11", "2026-01-1", "infinity"])
def test_a_date_of_nearly_the_shape_is_wrong(shop, written):
    """An engine takes some of these for a date, of a year of its own choice."""
    texts = ORDERS.replace("2026-01-11", written)
    [problem] = refused(shop(data={"orders.csv": texts}).query("revenue by month"))
    assert problem.code == "X706"
    assert f"orders.csv, line 3: '{written}'" in problem.message()


def test_several_wrong_values_and_how_many(shop):
    lines = "".join(f"{i},1,2026-13-{i:02},1\n" for i in range(5, 15))
    [problem] = refused(shop(data={"orders.csv": ORDERS + lines}).query("revenue by month"))
    assert problem.count == 10
    assert [line for line, _ in problem.examples] == [6, 7, 8, 9, 10]
    assert "and 9 more" in problem.message()


def test_lines_are_those_of_the_file_also_with_breaks_in_quotes(shop):
    customers = 'customer_id,region,since\n1,"E\nU",2026-01-01\n2,"",yesterday\n'
    definitions = DEFINITIONS.replace(
        "dimension region : text }", 'dimension region : text  time since : date "YYYY-MM-DD" }'
    )
    definitions += "metric oldest = min(customer.since)\n"
    [problem] = refused(shop(definitions, data={"customers.csv": customers}).query("oldest"))
    assert problem.examples == ((4, "yesterday"),)


def test_or_null(shop):
    definitions = DEFINITIONS.replace('"YYYY-MM-DD"', '"YYYY-MM-DD" or null')
    project = shop(definitions, data={"orders.csv": ORDERS.replace("2026-01-11", "unknown")})
    result = project.query("orders by month").run()
    assert result.rows[-1] == (None, 1)
    [live] = [p for p in project.check(live=True) if p.code == "X721"]
    [asked] = result.problems
    assert asked == live
    assert asked.severity.value == "hint"
    assert (asked.count, asked.examples) == (1, ((3, "unknown"),))
    assert project.query("orders").problems == ()  # which does not read that column


def test_a_repeated_key_is_an_error_never_a_bigger_number(shop):
    project = shop(data={"customers.csv": CUSTOMERS + "1,US\n"})
    [problem] = refused(project.query("revenue by customer.region"))
    assert problem.code == "X708"
    assert "customer_id = 1" in problem.message()
    assert project.query("revenue").run().rows[0][0] == 18.5  # nothing is joined here


def test_ambiguous_formats(shop):
    definitions = DEFINITIONS.replace(' "YYYY-MM-DD"', "")
    data = {
        "orders.csv": "order_id,customer_id,ordered_at,amount\n1,1,01/02/2026,1.500\n2,1,03/04/2026,2.250\n"
    }
    project = shop(definitions, data=data)
    [amount] = project.query("revenue").problems
    assert amount.code == "X707"
    assert '("1234.56")' in amount.message()
    assert '("1.234,56")' in amount.message()
    codes = [p.code for p in project.query("orders by month").problems]
    assert codes == ["X707"]


@pytest.mark.parametrize(
    ("declared", "texts", "readings"),
    [
        ("money(USD, 2)", ("1.005", "2"), ('1005.0 ("1.234,56")', '1.005 ("1234.56")')),
        ("decimal(2)", ("1.005", "2.125"), ('1005.0 ("1.234,56")', '1.005 ("1234.56")')),
        ("decimal(2)", ("1,005", "2"), ('1005.0 ("1,234.56")', '1.005 ("1.234,56")')),
        ("integer", ("1.005", "2"), ('1005.0 ("1.234")', '1.005 ("1234.56")')),
    ],
)
def test_a_mark_between_thousands_may_be_the_point_of_a_longer_number(shop, declared, texts, readings):
    definitions = DEFINITIONS.replace("money(USD, 2)", declared)
    lines = "".join(f'{i},1,2026-01-01,"{text}"\n' for i, text in enumerate(texts))
    data = {"orders.csv": "order_id,customer_id,ordered_at,amount\n" + lines}
    [problem] = shop(definitions, data=data).query("revenue").problems
    assert problem.code == "X707"
    assert f"is {readings[0]} or {readings[1]}" in problem.message()


@pytest.mark.parametrize(
    ("declared", "texts", "total"),
    [
        ("decimal(2)", ("1.234", "2,50"), "1236.50"),
        ("decimal(2)", ("1.234.567", "2"), "1234569.00"),
        ("decimal(2)", ("1,234.5", "2,125"), "3359.50"),
        ("integer", ("1,234", "2"), "1236"),
        ("integer", ("1.234.567", "2"), "1234569"),
    ],
)
def test_a_mark_between_thousands_that_can_be_nothing_else_is_taken(shop, declared, texts, total):
    definitions = DEFINITIONS.replace("money(USD, 2)", declared)
    lines = "".join(f'{i},1,2026-01-01,"{text}"\n' for i, text in enumerate(texts))
    data = {"orders.csv": "order_id,customer_id,ordered_at,amount\n" + lines}
    [(value,)] = shop(definitions, data=data).query("revenue").run().rows
    assert str(value) == total


@pytest.mark.parametrize(
    ("texts", "days"),
    [
        (("2026-01-31", "2026-02-01"), ["2026-01-31", "2026-02-01"]),
        (("31/01/2026", "01/02/2026"), ["2026-01-31", "2026-02-01"]),
        (("01/31/2026", "02/01/2026"), ["2026-01-31", "2026-02-01"]),
        (("31.01.99", "01.02.99"), ["1999-01-31", "1999-02-01"]),
        (("20260131", "20260201"), ["2026-01-31", "2026-02-01"]),
    ],
)
def test_the_one_format_that_fits_all_rows_is_taken(shop, texts, days):
    definitions = DEFINITIONS.replace(' "YYYY-MM-DD"', "")
    lines = "".join(f"{i},1,{text},1\n" for i, text in enumerate(texts))
    project = shop(definitions, data={"orders.csv": "order_id,customer_id,ordered_at,amount\n" + lines})
    found = [row[0].isoformat() for row in project.query("values order.ordered_at").run().rows]
    assert found == days


def test_a_row_far_behind_decides(shop):
    definitions = DEFINITIONS.replace(' "YYYY-MM-DD"', "")
    lines = "".join(f"{i},1,01/02/2026,1\n" for i in range(5000)) + "5000,1,31/01/2026,1\n"
    project = shop(definitions, data={"orders.csv": "order_id,customer_id,ordered_at,amount\n" + lines})
    assert (
        project.query("orders by month").run().rows[0][1] == 1
    )  # the 31st of January; the rest is in February


@pytest.mark.parametrize("written", ["1.5", "abc", "1,5", "1e3", "--1"])
def test_a_whole_number_is_whole(shop, written):
    definitions = DEFINITIONS.replace("money(USD, 2)", "integer")
    data = {
        "orders.csv": f'order_id,customer_id,ordered_at,amount\n1,1,2026-01-01,"{written}"\n2,1,2026-01-01,7\n'
    }
    query = shop(definitions, data=data).query("revenue")
    problems = list(query.problems) or refused(query)
    assert [p.code for p in problems] == ["X706"]


@pytest.mark.parametrize("declared", ["integer", "decimal(2)"])
def test_a_power_of_ten_is_told_to_be_a_float(shop, declared):
    data = {"orders.csv": "order_id,customer_id,ordered_at,amount\n1,1,2026-01-01,1e3\n2,1,2026-01-01,7\n"}
    query = shop(DEFINITIONS.replace("money(USD, 2)", declared), data=data).query("revenue")
    [problem] = list(query.problems) or refused(query)
    assert "`: float`" in problem.fixes()[0].title
    read = shop(DEFINITIONS.replace("money(USD, 2)", "float"), data=data).query("revenue").run()
    assert read.rows == [(1007.0,)]


def test_numbers_of_no_declared_format_are_told_as_they_are_declared(shop):
    lines = "".join(f'{i},1,2026-01-01,"{text}"\n' for i, text in enumerate(("1.234,56", "2,50", "12.3456")))
    data = {"orders.csv": "order_id,customer_id,ordered_at,amount\n" + lines}
    [problem] = shop(data=data).query("revenue").problems
    assert problem.code == "X706"
    assert problem.message().endswith("'12.3456' in `amount` is not a number with at most 2 decimals")
    assert problem.reason() == 'most of its values can be read as "1.234,56", which is not declared'
    [declared] = refused(shop(DEFINITIONS.replace("2)", '2) "1.234,56"', 1), data=data).query("revenue"))
    assert declared.message().endswith('is not a number with at most 2 decimals "1.234,56"')


@pytest.mark.parametrize("zone", ["Z", "+02:00", "-0500"])
def test_a_timestamp_with_a_zone_is_shown_the_formats_and_a_way_out(shop, zone):
    definitions = DEFINITIONS.replace('date "YYYY-MM-DD"', "timestamp")
    data = {"orders.csv": f"order_id,customer_id,ordered_at,amount\n1,1,2026-10-24T22:30:00{zone},1\n"}
    [problem] = shop(definitions, data=data).query("revenue by month").problems
    assert problem.code == "X706"
    assert '"YYYY-MM-DD HH24:MI:SS", "YYYY-MM-DDTHH24:MI:SS"' in problem.message()
    assert "time zone" in problem.fixes()[0].title
    assert 'part(ordered_at, "Z", 1)' in problem.fixes()[1].title


def test_a_zone_is_dropped_by_a_source(shop):
    definitions = DEFINITIONS.replace('date "YYYY-MM-DD"', "timestamp")
    definitions = (
        'source zoned from orders { order_id = order_id  customer_id = customer_id  amount = amount  ordered_at = part(ordered_at, "Z", 1) }\n'
        + (definitions.replace("from orders", "from zoned"))
    )
    data = {"orders.csv": "order_id,customer_id,ordered_at,amount\n1,1,2026-10-24T22:30:00Z,1\n"}
    rows = shop(definitions, data=data).query("orders by hour").run().rows
    assert [(str(hour), count) for hour, count in rows] == [("2026-10-24 22:00:00", 1)]


def test_live_tells_everything_at_once(shop):
    definitions = DEFINITIONS + "entity gone from gone { key id }\nmetric lost = count(gone)\n"
    data = {
        "customers.csv": CUSTOMERS + "2,US\n",
        "orders.csv": ORDERS.replace("2026-01-11", "x").replace(",region", ""),
    }
    problems = shop(definitions, data=data).check(live=True)
    assert sorted(p.code for p in problems) == ["X701", "X706", "X708", "X731"]


def test_live_tells_of_formulas_that_name_a_column_no_table_has(shop):
    formulas = "fact amount : money(USD, 2) fact net = amount - fee dimension regoin = reigon"
    definitions = (
        DEFINITIONS.replace("fact amount : money(USD, 2)", formulas) + "metric net = sum(order.net)\n"
    )
    problems = shop(definitions).check(live=True)
    assert sorted(p.code for p in problems) == ["N201", "N201", "X718", "X731"]
    fee = next(p for p in problems if "fee" in p.message())
    assert fee.reason() == "Its table has the columns order_id, customer_id, ordered_at, amount."
    assert not fee.fixes()  # `net`, the column that is being defined, is not what is meant


def test_live_warns_of_rows_that_find_no_row(shop):
    [problem] = shop().check(live=True)
    assert problem.code == "X718"
    assert problem.severity.value == "warning"
    assert "1 of 4 rows" in problem.message()
    assert "99" in problem.message()


def test_values_that_are_not_declared_are_told(shop):
    definitions = DEFINITIONS.replace("dimension region : text", 'dimension region : text in ("US", "eu")')
    project = shop(definitions)
    [problem] = [p for p in project.check(live=True) if p.code == "X725"]
    assert problem.examples == (("EU", 1),)
    assert problem.severity.value == "warning"
    assert project.query("orders by customer.region").run().rows == [("EU", 1), (None, 3)]


def test_rows_without_a_key_are_told(shop):
    project = shop(data={"customers.csv": CUSTOMERS + ",US\n,US\n"})
    [problem] = [p for p in project.check(live=True) if p.code == "X726"]
    assert (problem.entity, problem.rows) == ("customer", 2)
    assert "2 rows have no customer_id" in problem.message()


def test_a_file_that_cannot_be_read_hides_no_other_from_a_live_check(shop):
    data = {
        "customers.csv": "customer_id,customer_id\n1,EU\n",
        "orders.csv": ORDERS.replace("2026-01-11", "11 Jan"),
    }
    project = shop(data=data)
    told = {p.code for p in project.check_live()}
    assert {"X719", "X706"} <= told
    assert project.query("revenue").run().rows[0][0] == 18.5


FLAGS = """
source sales from raw { where not gone  sale_id = id  status = if(won, "won", if(closed, "lost", "open")) }
entity sale from sales { key sale_id  dimension status : text }
metric sales = count(sale)
metric won   = count(sale where status = "won")
"""
FLAGGED = {"raw.csv": "id,won,closed,gone\n1,true,true,false\n2,false,true,false\n3,false,false,true\n"}


def test_texts_of_a_file_as_conditions_are_told_at_all_places_with_what_to_write(shop):
    project = shop(FLAGS, FLAGGED)
    for problems in (project.check_live(), project.query("won").problems, project.query("sales").problems):
        names = [FLAGS[p.span.start : p.span.end] for p in problems]
        assert names == ["gone", "won", "closed"]
        for name, problem in zip(names, problems, strict=True):
            assert problem.code == "T305"
            assert problem.message() == "this is text, not a condition"
            [fix] = problem.fixes()
            assert fix.title == (
                f'compare it with the text that the table has for true, as in `{name} = "true"`, or declare '
                f"`dimension {name} : boolean` in the entity and calculate there "
                "(in a `source` the columns of text files are text)"
            )


@pytest.mark.parametrize(
    "definitions",
    [
        FLAGS.replace("not gone", 'gone = "false"')
        .replace("if(won", 'if(won = "true"')
        .replace("if(closed", 'if(closed = "true"'),
        """
source sales from raw { sale_id = id }
entity sale from sales {
  where not gone
  key sale_id
  dimension won : boolean  dimension closed : boolean  dimension gone : boolean
  dimension status = if(won, "won", if(closed, "lost", "open"))
}
metric sales = count(sale)
metric won   = count(sale where status = "won")
""",
    ],
)
def test_both_ways_out_of_a_text_as_a_condition_give_the_same(shop, definitions):
    project = shop(definitions, FLAGGED)
    assert project.check_live() == ()
    assert project.query("sales, won").run().rows == [(2, 1)]


def test_an_undeclared_text_in_an_entity_is_to_be_declared(shop):
    definitions = """
entity sale from raw { key id  dimension status = if(won, "won", "open") }
metric sales = count(sale where status = "won")
"""
    [problem] = shop(definitions, FLAGGED).query("sales").problems
    assert problem.code == "T305"
    assert [fix.title for fix in problem.fixes()] == ["declare it: `dimension won : boolean`"]


NEED = {
    "holidays": "calendar office { hours monday to friday 09:00 to 17:00  holidays from days.day }\n"
    "metric asked = avg(business_time(order.ordered_at, order.ordered_at + 1 day, office))\n",
    "periods": "calendar trading from days { day day  grain session }\nmetric asked = prior(orders, 1 trading.session)\n",
    "rates": "rates fx from days by day { day day  currency session  into EUR  rate price }\n"
    "metric asked = sum(convert(order.amount, EUR))\n",
}


@pytest.mark.parametrize("formula", ["day + 1", "nosuch(day)"])
@pytest.mark.parametrize("need", NEED)
def test_a_broken_formula_of_a_source_is_told_by_what_needs_it(shop, need, formula):
    text = f"{DEFINITIONS}source days from day_list {{ day = {formula} }}\n{NEED[need]}"
    days = "day,session,price\n2026-01-10,USD,2\n"
    project = shop(text, {"orders.csv": ORDERS, "customers.csv": CUSTOMERS, "day_list.csv": days})
    code = "T301" if formula == "day + 1" else "N210"
    question = "asked by trading.session" if need == "periods" else "asked"
    told = [(p.code, project.sources[p.span.file].slice(p.span)) for p in project.query(question).problems]
    place = "nosuch" if code == "N210" else "day"
    assert told == [(code, place)]
    assert {p.code for p in project.check(live=True) if p.severity.name == "ERROR"} == {code}


def test_a_source_that_cannot_be_read_is_told_alone(shop):
    definitions = (
        "source broken from orders {\n  order_id = order_id\n  label = upper(customer_id\n}\n"
        + DEFINITIONS.replace("from orders", "from broken")
    )
    project = shop(definitions)
    assert [p.code for p in project.check(live=True) if p.severity is Severity.ERROR] == ["S103"]
    assert [p.code for p in project.query("revenue").problems] == ["S103"]


def test_money_for_each_month_has_the_digits_that_are_declared(shop):
    """`money(EUR, 2) / month` was read with four digits, as `EUR / month` is, and in the project's currency."""
    made = "entity sub from subs {{ key sub_id  fact mrr : {} }}\nmetric mrr = sum(sub.mrr)\n"
    texts = {"subs.csv": "sub_id,mrr\n1,10.25\n2,10.0055\n"}
    [problem] = refused(shop(made.format("money(EUR, 2) / month"), texts).query("mrr"))
    assert problem.code == "X706"
    assert "line 3: '10.0055' in `mrr` is not a number with at most 2 decimals" in problem.message()
    project = shop(made.format("EUR / month"), texts)
    assert str(project.query("mrr").run().rows[0][0]) == "20.2555"
    other = shop(made.format("money(CHF, 4) / month"), texts)
    assert str(other.query("mrr").run().columns[0].type.unit.text) == "CHF per month"
