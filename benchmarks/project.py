"""The projects that the benchmark opens: the orders of data.py, and a generated one of 1,000 metrics."""

from pathlib import Path

from data import MODEL

PROJECT = """\
[project]
name = "bench"
language = 1
definitions = ["definitions"]
currency = "USD"
today = 2025-12-31
"""
CONNECTION = """
[connections.default]
url = "duckdb:///{path}"
"""
QUESTION = "revenue, orders, tickets by customer.region, month"
"""Three metrics of two facts by two dimensions."""
SIMPLE = "orders by customer.region"
MANY = (
    "revenue, orders, average, tickets, per_ticket, visits, buyers, year: prior(trailing(revenue, 28 days), 1 year), "
    "more: growth(trailing(tickets, 28 days), 1 year), all_visits: running(visits) by customer.region, month during 2023"
)
"""Ten metrics of three facts, time functions in time functions."""
FACTS = 5
"""How many entities with facts the generated project has."""


def orders_project(folder: Path, database: Path | None = None) -> Path:
    """The folder of a project over the benchmark's tables; without a database it can only compile."""
    connection = CONNECTION.format(path=database.as_posix()) if database else ""
    return write(folder, PROJECT + connection, {"orders.metric": MODEL})


def large_project(folder: Path, metrics: int = 1000, files: int = 20) -> Path:
    """A project of many metrics: sums, filters and formulas, over five facts and one customer; the entities lie in the first file."""
    texts = {f"part{number:02}.metric": part(number, metrics // files) for number in range(files)}
    texts["part00.metric"] = entities() + texts["part00.metric"]
    return write(folder, PROJECT, texts)


def entities() -> str:
    customer = "entity customer from customers { key customer_id  dimension region : text  dimension segment : text }\n"
    facts = "".join(
        f"entity event{i} from events{i} {{\n  key id\n  join customer on customer_id\n  time happened_on : date\n"
        f"  dimension kind : text\n  dimension is_paid : boolean\n  fact amount : money(USD, 2)\n  fact minutes : integer\n}}\n"
        for i in range(FACTS)
    )
    return customer + facts


def part(number: int, count: int) -> str:
    """So many metrics of one file, four in a group: two of a fact, two of these. No two are the same formula."""
    lines = []
    for i in range(0, count, 4):
        name, fact = f"f{number}_{i}", f"event{(number + i) % FACTS}"
        lines += [
            f'# the group {name}\nmetric {name}_paid "Paid {i}" = sum({fact}.amount where is_paid and minutes > {1000 * number + i})',
            f'metric {name}_count = count({fact} where customer.segment = "segment {number} {i}")',
            f"metric {name}_mean = {name}_paid / {name}_count",
            f"metric {name}_score = if({name}_count > {i + 10}, {name}_paid, {name}_paid / 2)",
        ]
    return "\n".join(lines) + "\n"


def write(folder: Path, project: str, texts: dict[str, str]) -> Path:
    """The folder with these files in it; a file is touched only where its text is another."""
    files = {
        folder / "metricdsl.toml": project,
        **{folder / "definitions" / name: text for name, text in texts.items()},
    }
    for path, text in files.items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return folder
