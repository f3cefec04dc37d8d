"""Each shape of query: all ways to write it give the same rows, and ours takes no longer than the fastest of them."""

import json
import math
from pathlib import Path

import duckdb
from data import database
from options import HERE, Options
from project import orders_project
from report import Report
from timing import pairs, repeat

TARGET = 1.10
LINES = 14


def measure(report: Report, options: Options) -> None:
    import metricdsl

    path = database(options.folder, options.rows)
    report.say(
        f"{options.rows:,} orders, {options.rows // 4:,} tickets, 200,000 customers in a DuckDB file.\n"
    )
    shapes = sorted(shape for shape in (HERE / "shapes").iterdir() if shape.is_dir())
    # Before our own connection: an engine opens a file once in a process.
    asked: dict[Path, tuple[str, float]] = {}
    with metricdsl.open(orders_project(options.folder / "orders", path)) as project:
        for shape in shapes:
            query = project.query((shape / "query.txt").read_text(encoding="utf-8").strip())
            asked[shape] = query.sql(), repeat(lambda query=query: query.run().rows, 3)[0]
    rows, details = [], []
    with duckdb.connect(str(path), read_only=True) as connection:
        for shape, (ours, whole) in asked.items():
            cells, more = compared(connection, shape, ours, report, options)
            rows.append([shape.name, *cells, milliseconds(whole)])
            details += more
    head = [
        "shape",
        "rows",
        "by hand, median of 3",
        "faster",
        "ours",
        "by hand",
        "ratio, 95 % interval",
        "run()",
    ]
    report.table(head, rows)
    report.say(
        "\nThe ratio is of the SQL alone. `run()` compiles nothing but also asks the engine whether the key of each joined "
        "entity is unique; its column is the median of 3 of the whole."
    )
    for title, text in details:
        report.say(f"\n{title}:")
        report.block(text)


def compared(
    connection: duckdb.DuckDBPyConnection, shape: Path, ours: str, report: Report, options: Options
) -> tuple[list[str], list[tuple[str, str]]]:
    """The cells of a shape's row, and what is to be printed below the table because something is amiss."""
    forms = {form.stem: form.read_text(encoding="utf-8") for form in sorted(shape.glob("*.sql"))}
    differs = different(connection, {"ours": ours, **forms})
    if differs:
        report.target(f"sql, {shape.name}: same rows", "all", differs, met=False)
    times = {form: repeat(lambda sql=sql: fetch(connection, sql), 3)[0] for form, sql in forms.items()}
    best = min(times, key=lambda form: times[form])
    ratio = pairs(lambda: fetch(connection, ours), lambda: fetch(connection, forms[best]), options.pairs)
    met = ratio.high <= TARGET
    found = f"{ratio.median:.2f} ({ratio.low:.2f} to {ratio.high:.2f})"
    report.target(f"sql, {shape.name}: upper end", f"≤ {TARGET:.2f}", found, met=met)
    others = ", ".join(f"{form} {milliseconds(time)}" for form, time in times.items())
    cells = [differs or "same", others, best, milliseconds(ratio.first), milliseconds(ratio.second), found]
    details = []
    if differs or not met:
        details.append((f"{shape.name}, our SQL", ours))
    if not met:
        details.append((f"{shape.name}, our operators", operators(connection, ours)))
        details.append((f"{shape.name}, operators of {best}", operators(connection, forms[best])))
    return cells, details


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1e3:,.0f} ms"


def fetch(connection: duckdb.DuckDBPyConnection, sql: str) -> list[tuple]:
    return connection.execute(sql).fetchall()


def different(connection: duckdb.DuckDBPyConnection, forms: dict[str, str]) -> str:
    """Which forms give other rows than the first that is written by hand, and where; nothing when all agree, in the same order."""
    answers = {form: fetch(connection, sql) for form, sql in forms.items()}
    base, expected = next((form, rows) for form, rows in answers.items() if form != "ours")
    return "; ".join(
        f"{form} differs from {base}: {first_difference(rows, expected)}"
        for form, rows in answers.items()
        if not same_rows(rows, expected)
    )


def same_rows(left: list[tuple], right: list[tuple]) -> bool:
    return len(left) == len(right) and all(same_row(a, b) for a, b in zip(left, right, strict=True))


def same_row(left: tuple, right: tuple) -> bool:
    return len(left) == len(right) and all(same(a, b) for a, b in zip(left, right, strict=True))


def same(left: object, right: object) -> bool:
    """Whether two cells are equal: null is null only, floats may differ in the ninth digit, all else must be the same."""
    if left is None or right is None:
        return left is right
    if isinstance(left, float) or isinstance(right, float):
        return math.isclose(left, right, rel_tol=1e-9, abs_tol=1e-9)
    return left == right


def first_difference(rows: list[tuple], expected: list[tuple]) -> str:
    if len(rows) != len(expected):
        return f"{len(rows)} rows, not {len(expected)}"
    number, row, wanted = next(
        (number, row, wanted)
        for number, (row, wanted) in enumerate(zip(rows, expected, strict=True))
        if not same_row(row, wanted)
    )
    return f"row {number} is {row}, not {wanted}"


def operators(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    """The operators of a query as the engine ran it, costliest first: seconds, rows, name and what it says of itself."""
    pending = json.loads(connection.execute("EXPLAIN (ANALYZE, FORMAT json) " + sql).fetchall()[0][1])[
        "operator"
    ]
    found: list[tuple[float, str]] = []
    while pending:
        node = pending.pop()
        pending += node.get("children", [])
        extra = json.dumps(node.get("extra_info", {}), ensure_ascii=False)[:130]
        text = f"{node['timing']:8.3f} s {node['intermediate_rows']:>12,} rows  {node['type']:<20} {extra}"
        found.append((node["timing"], text))
    return "\n".join(text for _, text in sorted(found, reverse=True)[:LINES])
