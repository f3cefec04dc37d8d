"""Which metrics the data can serve, and for want of what it cannot serve the others; what it can serve is answered."""

import sqlite3

import pytest

from metricdsl.engine.at_hand import not_at_hand
from tests.engine.conftest import DEFINITIONS, PROJECT


def not_served(project) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(p.code, p.metric, p.needs) for p in project.check_live() if p.code == "X731"]


@pytest.mark.parametrize(
    ("more", "metric", "needs"),
    [
        ("metric discounts = sum(order.discount)", "discounts", "`orders.discount`"),
        (
            "define summed(x) = sum(x)\nmetric cut = summed(order.discount) / orders",
            "cut",
            "`orders.discount`",
        ),
        ("metric deep = avg(growth(sum(order.discount), 1 month) per customer)", "deep", "`orders.discount`"),
        (
            "entity visit from visits { key visit_id }\nmetric visits = count(visit)",
            "visits",
            "the table `visits`",
        ),
    ],
)
def test_a_metric_says_what_it_lacks_x731(shop, more, metric, needs):
    declared = DEFINITIONS.replace("fact amount", "fact discount : money(USD, 2)\n  fact amount")
    project = shop(f"{declared}\n{more}\n")
    assert not_served(project) == [("X731", metric, (needs,))]
    assert project.query("revenue").run().rows[0][0] == 18.5


def test_nothing_is_said_of_what_the_data_serves(shop):
    assert not_served(shop(DEFINITIONS)) == []


RATES = "rates bank from bank_rates by day { day d  currency code  into USD  rate price }"
OFFICE = "calendar office { hours monday to friday 09:00 to 17:00  holidays from days_off.day }"


@pytest.mark.parametrize(
    ("more", "metric", "needs"),
    [
        (
            f"{RATES}\nmetric in_dollars = sum(convert(order.amount, USD))",
            "in_dollars",
            "the table `bank_rates`",
        ),
        (
            f"{OFFICE}\nmetric wait = sum(business_time(order.ordered_at, 2026-12-31, office))",
            "wait",
            "the table `days_off`",
        ),
    ],
)
def test_rates_and_holidays_that_are_not_there_x731(shop, more, metric, needs):
    declared = DEFINITIONS.replace("money(USD, 2)", "money(EUR, 2)")
    assert not_served(shop(f"{declared}\n{more}\n")) == [("X731", metric, (needs,))]


DAYS_OFF = "day,reason\n24.12.2026,Christmas\n01.05.2026,Labour Day\n"


def test_holidays_are_read_as_an_entity_of_their_table_declares_them(shop):
    closed = 'entity day_off from days_off { time day : date "DD.MM.YYYY" }'
    wait = "metric wait = sum(business_time(order.ordered_at, 2026-12-31, office)) / 8 hours"
    ambiguous = {"days_off.csv": DAYS_OFF.replace("24.12.2026", "04.12.2026")}
    unread = shop(f"{DEFINITIONS}\n{OFFICE}\n{wait}\n", ambiguous)
    [told] = [p for p in unread.check_live() if p.code == "X707"]
    assert 'entity written from days_off { time day : date "DD.MM.YYYY" }' in str(told.fixes())
    read = shop(f"{DEFINITIONS}\n{OFFICE}\n{closed}\n{wait}\n", ambiguous)
    assert [p.code for p in read.check_live() if p.code in {"X706", "X707"}] == []
    working = [
        251,
        251,
        228,
        228,
    ]  # from the four days up to the last of the year; 4 December and 1 May are closed
    [[found]] = read.query("wait").run().rows
    assert found == sum(working)


def test_texts_among_holidays_are_told_with_what_can_be_written(shop):
    named = OFFICE.replace("days_off.day", "days_off.reason")
    project = shop(f"{DEFINITIONS}\n{named}\n", {"days_off.csv": DAYS_OFF})
    [told] = [p for p in project.check_live() if p.code == "X706"]
    assert "Christmas" in told.message()
    said = " ".join(fix.title for fix in told.fixes())
    assert "name another column" in said
    assert "behind its type" not in said


@pytest.mark.parametrize(
    "more",
    [
        "metric shipped = count(order) at shipped_at",
        "metric late = growth(sum(order.amount), 1 month) at shipped_at",
        "define sent(m) = m at shipped_at\nmetric sent_share = sent(orders) / orders as share",
    ],
)
def test_a_time_that_a_metric_says_is_lacking_x731(shop, more):
    declared = DEFINITIONS.replace("fact amount", "time shipped_at : date\n  fact amount").replace(
        'date "YYYY-MM-DD"', 'date "YYYY-MM-DD" default'
    )
    project = shop(f"{declared}\n{more}\n")
    [problem] = [p for p in project.check_live() if p.code == "X731"]
    assert problem.needs == ("`orders.shipped_at`",)
    assert project.query("revenue").run().rows[0][0] == 18.5
    if "growth" not in more:
        assert problem.timeless
        assert "by period" in problem.message()


PARTIAL = """
source deals from sf_deal { deal_id = id  account_id = acct  amount = amt }
source accounts from sf_account { account_id = id }
entity account from accounts { key account_id  dimension size : integer  dimension sector : text }
entity deal from deals {
  key deal_id
  join account on account_id
  time created_on : date "YYYY-MM-DD" default
  time closed_on : date "YYYY-MM-DD"
  fact amount : money(USD, 2)
  fact chance : share
  fact likely = amount * chance
}
metric deals_made = count(deal)
metric revenue    = sum(deal.amount)
metric pipeline   = sum(deal.likely)
metric cover      = pipeline / revenue
metric closings   = count(deal) at closed_on
"""
STORED = {"sf_deal.csv": "id,acct,amt\n1,1,10.00\n2,1,5.50\n", "sf_account.csv": "id\n1\n"}
WARNED = [
    ("warning", "pipeline", ("`deals.chance`",)),
    ("warning", "cover", ("`deals.chance`",)),
    ("warning", "closings", ("`deals.closed_on`",)),
]


@pytest.fixture
def partial(shop, tmp_path):
    """A project of sources that leave columns out, over text files and over SQLite."""
    with sqlite3.connect(tmp_path / "s.db") as made:
        made.execute("CREATE TABLE sf_deal (id INTEGER, acct INTEGER, amt NUMERIC)")
        made.execute("INSERT INTO sf_deal VALUES (1, 1, 10), (2, 1, 5.5)")
        made.execute("CREATE TABLE sf_account (id INTEGER)")
        made.execute("INSERT INTO sf_account VALUES (1)")
    return shop(PARTIAL, STORED, f'{PROJECT}[connections.lite]\nurl = "sqlite:///s.db"\n')


@pytest.mark.parametrize("connection", ["default", "lite"])
@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("pipeline", {"pipeline": "`deals.chance`"}),
        ("revenue, cover", {"cover": "`deals.chance`"}),
        ("pipeline / deals_made, cover", {"pipeline": "`deals.chance`", "cover": "`deals.chance`"}),
        ("sum(deal.likely)", {"deal.chance": "`deals.chance`"}),
        ("revenue having pipeline > 5", {"pipeline": "`deals.chance`"}),
        ("revenue by account.size", {"account.size": "`accounts.size`"}),
        ("revenue where account.size > 3", {"account.size": "`accounts.size`"}),
        ("pipeline by account.size", {"pipeline": "`deals.chance`", "account.size": "`accounts.size`"}),
        ("values account.sector", {"account.sector": "`accounts.sector`"}),
        ("revenue by month", {"deal.created_on": "`deals.created_on`"}),
        ("closings by month", {"closings": "`deals.closed_on`"}),
    ],
)
def test_a_question_names_what_the_source_leaves_out_x731(partial, connection, question, told):
    asked = partial.query(question, connection=connection)
    assert [p.severity.value for p in asked.problems] == ["error"] * len(told)
    assert {p.code for p in asked.problems} == {"X731"}
    assert [p.message() for p in asked.problems] == [
        f"{what} is not available{' by period' if what == 'closings' else ''} here:"
        f" needs {needs} in the connection `{connection}`"
        for what, needs in told.items()
    ]
    assert all("sf_" not in p.message() for p in asked.problems)


@pytest.mark.parametrize("connection", ["default", "lite"])
def test_what_a_partial_source_supplies_is_answered(partial, connection):
    [(made, revenue)] = partial.query("deals_made, revenue", connection=connection).run().rows
    assert (made, float(revenue)) == (2, 15.5)
    assert partial.query("closings", connection=connection).run().rows == [(2,)]


def test_live_warns_of_what_a_source_leaves_out_and_makes_no_error_of_it_x731(partial):
    """A column that no metric needs is told too; it is told once."""
    unused = [("warning", f"account.{name}", (f"`accounts.{name}`",)) for name in ("size", "sector")]
    unused.append(("warning", "deal.created_on", ("`deals.created_on`",)))
    for connection in ("default", "lite"):
        problems = partial.check_live(connection)
        assert {p.code for p in problems} == {"X731"}
        found = [(p.severity.value, p.metric, p.needs) for p in problems]
        assert sorted(found) == sorted([*WARNED, *unused])


def test_two_connections_that_lack_the_same_are_told_in_one_sentence_x731(partial):
    told = [problem.message() for problem in not_at_hand(partial.at_hand())]
    assert told[0] == (
        "pipeline is not available here: needs `deals.chance` in the connections `default` and `lite`"
    )


def test_a_source_that_names_a_column_the_table_has_not_says_both_x731(shop):
    definitions = PARTIAL.replace("amount = amt", "amount = amt  chance = prob")
    told = {p.metric: p.message() for p in not_at_hand(shop(definitions, STORED).at_hand())}
    assert told["pipeline"] == (
        "pipeline is not available here: needs `deals.chance`, made of `sf_deal.prob` in the connection `default`"
    )
    [problem] = shop(definitions, STORED).query("pipeline").problems
    assert problem.code == "N201"
    assert "sf_deal" in problem.message()


LEFT_OUT = """
source purchases from orders { order_id = order_id  buyer_id = null }
entity customer from customers { key customer_id  dimension region : text }
entity purchase from purchases { key order_id  join customer on buyer_id  join payer: customer on payer_id }
metric purchases = count(purchase)
"""


def test_a_join_whose_column_the_source_leaves_out_hides_nothing_else(shop):
    said = [(p.code, p.severity.value) for p in shop(LEFT_OUT).check_live()]
    assert ("X720", "error") not in said
    assert {code for code, _ in said} <= {"X731", "L903", "X702"}


def test_a_package_of_a_plugin_that_is_not_listed_says_what_to_write(shop):
    [problem] = [
        p for p in shop("use crm\nmetric won = crm.sales.won_revenue\n").problems if p.code == "N205"
    ]
    assert problem.fixes()[0].title == 'write under [plugins] in metricdsl.toml: crm = "*"'
    assert "does not list it" in problem.reason()
    [other] = [p for p in shop("use crn\n").problems if p.code == "N205"]
    assert not other.plugin


def test_a_name_behind_the_wrong_part_of_a_package_is_told_with_the_right_one(shop):
    project = shop({"a.metric": "package a.b\nparam most = 3\n", "c.metric": "package a\nparam least = 1\n"})
    [problem] = project.query("count(customer) where a.most > 2").problems[:1]
    assert problem.code == "N201"
    project = shop({"a.metric": f"package a.b\n{DEFINITIONS}", "c.metric": "package a\nparam least = 1\n"})
    [problem] = project.query("a.revenue").problems
    assert problem.near == ("a.b.revenue",)
