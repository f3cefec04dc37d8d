"""How long a warm compile takes: three metrics by two dimensions over two facts. `python benchmarks/compile_micro.py [--profile]`."""

import cProfile
import gc
import pstats
import statistics
import sys
import time

import sqlglot.generator
from attrs import evolve

from metricdsl.builtins.aggregations import AGGREGATIONS
from metricdsl.builtins.functions import FUNCTIONS
from metricdsl.plan import build, rewrite
from metricdsl.registry import Registry
from metricdsl.sql import compile_request
from metricdsl.sql.dialects import DIALECTS
from tests.plan.requests import three_metrics

REGISTRY = Registry(
    functions={f.name: f for f in FUNCTIONS},
    aggregations={a.name: a for a in AGGREGATIONS},
    dialects={d.name: d for d in DIALECTS},
)
ROUNDS = 300


def main() -> None:
    request = three_metrics()
    compiled = "compiled" if sqlglot.generator.__file__.endswith(".so") else "pure Python"
    print(f"sqlglot {sqlglot.__version__}, {compiled}")
    for name in REGISTRY.dialects:
        whole = timed(lambda name=name: compile_request(evolve(request), REGISTRY, name))
        dialect = REGISTRY.dialects[name]
        planned = timed(lambda dialect=dialect: rewrite(build(request), REGISTRY, dialect))
        print(
            f"{name:10} compile {whole:.2f} ms, of which plan {planned:.2f} ms (process time, median of {ROUNDS})"
        )
    if "--profile" in sys.argv:
        profile = cProfile.Profile()
        profile.enable()
        for _ in range(ROUNDS):
            compile_request(request, REGISTRY, "duckdb")
        profile.disable()
        pstats.Stats(profile).sort_stats("tottime").print_stats(25)


def timed(work) -> float:
    for _ in range(20):
        work()
    gc.collect()
    times = []
    for _ in range(ROUNDS):
        begun = time.process_time_ns()
        work()
        times.append((time.process_time_ns() - begun) / 1e6)
    return statistics.median(times)


if __name__ == "__main__":
    main()
