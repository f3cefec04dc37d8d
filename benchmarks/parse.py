"""Reading and formatting: seconds for a text, and for twice the text (target: at most 2.3 times as long); the cold start.

    python benchmarks/parse.py [declarations]

Times are of the processor, the least of five runs, so that other work on the machine counts little.
"""

import subprocess
import sys
import time
from statistics import median

from metricdsl.source import SourceFile
from metricdsl.syntax import format_document, read

ENTITY = """entity order{i} "Order" from orders {{
  where      removed_at is null     # the rows that count
  key        order_id
  join       customer               on customer_id
  time       ordered_at             : timestamp default
  dimension  status                 : text in ("open", "paid", "sent")
  dimension  is_paid                = status != "open"
  fact       amount                 : money(USD, 2)
}}

"""
METRIC = """metric revenue{i} "Revenue" = sum(order{e}.amount where is_paid and status in ("paid", "sent")) at ordered_at {{
  about "What was paid."
  owner "sales"
}}
metric share{i} = revenue{i} / (revenue{e}0 + 1)     # a share
"""

COLD = """
import time; started = time.process_time()
from metricdsl.source import SourceFile
from metricdsl.syntax import read{more}
read(SourceFile("f", "metric a = sum(b.c where d = 1) at e"))
print(time.process_time() - started)
"""


def text(declarations: int) -> str:
    pieces = []
    for i in range(declarations // 21):
        pieces.append(ENTITY.format(i=i))
        pieces += [METRIC.format(i=f"{i}_{j}", e=i) for j in range(10)]
    return "".join(pieces)


def seconds(action) -> float:
    best = float("inf")
    for _ in range(5):
        started = time.process_time()
        action()
        best = min(best, time.process_time() - started)
    return best


def main() -> None:
    declarations = int(sys.argv[1]) if len(sys.argv) > 1 else 1050
    once, twice = (SourceFile("f.metric", text(n)) for n in (declarations, 2 * declarations))
    limit = 100 * len(twice.text)
    document = read(once, limit).value
    double = read(twice, limit).value
    print(
        f"{len(document.declarations)} declarations, {len(once.text):,} characters; twice: {len(twice.text):,}"
    )
    for name, one, two in (
        ("read", lambda: read(once, limit), lambda: read(twice, limit)),
        ("format", lambda: format_document(document), lambda: format_document(double)),
    ):
        a, b = seconds(one), seconds(two)
        print(
            f"{name:8} {a:.3f} s  {len(document.declarations) / a:,.0f} declarations/s  twice the text: {b / a:.2f} times"
        )
    for name, more in (
        ("saved tables", ""),
        ("made anew", "\nfrom metricdsl.syntax import grammar, reader; reader.saved_tables = lambda _: None"),
    ):
        runs = [
            float(
                subprocess.run(
                    [sys.executable, "-c", COLD.format(more=more)], capture_output=True, check=True, text=True
                ).stdout
            )
            for _ in range(5)
        ]
        print(
            f"cold start to the first metric read, {name}: {median(runs) * 1000:.0f} ms of processor time (median of 5)"
        )


if __name__ == "__main__":
    main()
