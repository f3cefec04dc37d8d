"""M20: what a project answers after edits and questions is what a project answers that was opened just now."""

from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from metricdsl.engine.errors import QueryError
from metricdsl.engine.project import Project, open_project

ENTITIES = """entity customer from customers { key customer_id  dimension region : text }
entity order from orders {
  key order_id
  join customer on customer_id
  time ordered_on : date
  fact amount : decimal(2)
}
"""
METRICS = {
    "revenue": ("sum(order.amount)", "sum(order.amount where amount > 2)", "max(order.amount)"),
    "orders": (
        "count(order)",
        "count(distinct order.customer_id)",
        "count(order where customer.region is null)",
    ),
    "size": ("revenue / orders", "orders", "revenue", "prior(revenue, 1 month)"),
    "typical": ("avg(size per customer)", "median(revenue per customer)"),
}
"""The definitions that each metric may have; some are wrong beside some others."""

QUESTIONS = (
    "revenue",
    "orders by customer.region",
    "size by month",
    "typical",
    "size, orders by customer, month",
    "revenue by customer.area",
)


class Edits(RuleBasedStateMachine):
    """Definitions are edited, rows and tables change, questions are asked, in any order; the project stays open, or is opened
    again from its files, with a folder that keeps what was compiled.
    """

    def __init__(self) -> None:
        super().__init__()
        self.there = TemporaryDirectory()
        self.folder = Path(self.there.name) / "project"
        self.kept = Path(self.there.name) / "kept"
        self.project: Project | None = None
        self.chosen = dict.fromkeys(METRICS, 0)
        self.region = "region"

    @initialize()
    def begin(self) -> None:
        self.folder.mkdir()
        self.kept.mkdir(mode=0o700)
        (self.folder / "metricdsl.toml").write_text(
            '[project]\nname = "m20"\nlanguage = 1\n[connections.duckdb]\nurl = "duckdb:///rows.duckdb"\n',
            encoding="utf-8",
        )
        self.run("create table customers (customer_id integer, region varchar, area varchar)")
        self.run(
            "create table orders (order_id integer, customer_id integer, ordered_on date, amount decimal(10, 2))"
        )
        self.run("insert into customers values (1, 'EU', 'x'), (2, null, 'y')")
        self.run(
            "insert into orders values (1, 1, '2024-01-31', 5), (2, 2, '2024-02-29', 2.5), (3, 9, null, 1)"
        )
        self.write()
        self.open()

    def run(self, statement: str) -> None:
        if self.project is not None:
            self.project.close()  # a file of DuckDB has one writer
        with duckdb.connect(str(self.folder / "rows.duckdb")) as connection:
            connection.execute(statement)

    def write(self) -> None:
        lines = [f"metric {name} = {METRICS[name][at]}\n" for name, at in self.chosen.items()]
        folder = self.folder / "definitions"
        folder.mkdir(exist_ok=True)
        (folder / "entities.metric").write_text(ENTITIES.replace("region", self.region), encoding="utf-8")
        (folder / "metrics.metric").write_text("".join(lines), encoding="utf-8")

    @rule()
    def open(self) -> None:
        if self.project is not None:
            self.project.close()
        self.project = open_project(self.folder, today=None, environment={}, cache=self.kept)

    def again(self) -> None:
        """Read what was edited; the connections are of the project as it was."""
        self.write()
        before = self.project
        assert before is not None
        self.project = before.reopened()
        before.close()

    @rule(name=st.sampled_from(sorted(METRICS)), at=st.integers(0, 3))
    def edit(self, name: str, at: int) -> None:
        self.chosen[name] = at % len(METRICS[name])
        self.again()

    @rule(region=st.sampled_from(("region", "area")))
    def rename(self, region: str) -> None:
        self.region = region
        self.again()

    @rule(amount=st.sampled_from(("7", "null", "0.5")))
    def insert(self, amount: str) -> None:
        self.run(f"insert into orders select max(order_id) + 1, 1, date '2024-03-31', {amount} from orders")
        self.open()

    @rule(kind=st.sampled_from(("decimal(12, 2)", "decimal(10, 2)")))
    def retype(self, kind: str) -> None:
        self.run(f"alter table orders alter amount type {kind}")
        self.open()

    @rule(question=st.sampled_from(QUESTIONS))
    def ask(self, question: str) -> None:
        assert self.project is not None
        warm = answer(self.project, question)
        again = answer(self.project, question)
        self.project.close()
        cold = open_project(self.folder, today=None, environment={})
        wanted = answer(cold, question)
        cold.close()
        self.open()
        assert warm == wanted
        assert again == wanted

    @invariant()
    def same_problems(self) -> None:
        if self.project is not None:
            cold = open_project(self.folder, today=None, environment={})
            assert told(self.project) == told(cold)
            cold.close()

    def teardown(self) -> None:
        if self.project is not None:
            self.project.close()
        self.there.cleanup()


def told(project: Project) -> list[tuple]:
    """The problems of a project."""
    return [(problem.code, problem.span, problem.message()) for problem in project.problems]


def answer(project: Project, question: str) -> tuple:
    """Names and rows, or the problems that stand in the way."""
    query = project.query(question, connection="duckdb")
    try:
        with query.run() as result:
            return tuple(result.names), tuple(map(tuple, result.rows)), query.sql()
    except QueryError as error:
        return tuple((problem.code, problem.message()) for problem in error.problems)


test_m20_warm_is_cold = Edits.TestCase
test_m20_warm_is_cold.settings = settings(
    max_examples=max(5, settings().max_examples // 5), stateful_step_count=12, deadline=None
)
