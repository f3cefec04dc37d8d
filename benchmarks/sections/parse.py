"""Twice the text takes at most 2.3 times the time, whatever the text is made of."""

from collections.abc import Callable
from time import process_time

from options import Options
from report import Report
from timing import pairs

TARGET = 2.3
SIZE = 400


def measure(report: Report, options: Options) -> None:
    from metricdsl.source import SourceFile
    from metricdsl.syntax import read

    rows = []
    for what, text in TEXTS.items():
        once, twice = (SourceFile("bench.metric", text(size)) for size in (SIZE, 2 * SIZE))
        ratio = pairs(
            lambda twice=twice: read(twice), lambda once=once: read(once), options.pairs, clock=process_time
        )
        met = ratio.median <= TARGET
        report.target(f"parse, {what}: twice the text", f"≤ {TARGET}", f"{ratio.median:.2f}", met=met)
        rate = len(once.text) / ratio.second / 1e3
        rows.append(
            [
                what,
                f"{len(once.text):,}",
                f"{ratio.second * 1e3:,.0f} ms",
                f"{rate:,.0f} kB/s",
                *spread(ratio),
            ]
        )
    report.say("Seconds of this process only; the median of the pairs counts.\n")
    report.table(["text", "characters", "time", "rate", "twice the text", "95 % interval"], rows)


def spread(ratio) -> list[str]:
    return [f"{ratio.median:.2f}", f"{ratio.low:.2f} to {ratio.high:.2f}"]


def metrics(size: int) -> str:
    return "".join(
        f'# number {i}\nmetric m{i} "Metric {i}" = sum(order.amount where is_paid and amount > {i}) / count(order)\n'
        for i in range(size)
    )


def members(size: int) -> str:
    body = "".join(f"  dimension d{i} : text\n" for i in range(size))
    return f"entity order from orders {{\n  key order_id\n{body}}}\n"


def long_sum(size: int) -> str:
    return "metric m = " + " + ".join(f"a{i} * {i}" for i in range(size)) + "\n"


def long_condition(size: int) -> str:
    return (
        "metric m = count(order where " + " or ".join(f'(a = {i} and b = "{i}")' for i in range(size)) + ")\n"
    )


def broken(size: int) -> str:
    """Every second declaration is wrong, so that every second one is recovered from."""
    return "".join(
        f"metric good{i} = sum(order.amount)\nmetric bad{i} = sum(order.amount + ) where (\n"
        for i in range(size)
    )


def unclosed(size: int) -> str:
    return "entity order from orders {\n" + "  dimension a : text\n  fact (\n" * size


TEXTS: dict[str, Callable[[int], str]] = {
    "many metrics": metrics,
    "one entity with many members": members,
    "one long sum": long_sum,
    "one long condition": long_condition,
    "every second declaration wrong": broken,
    "nothing closed": unclosed,
}
