"""metricdsl itself, in the same way as its peers."""

import sys
from collections.abc import Callable
from pathlib import Path

from protocol import talk


def prepare() -> Callable[[int], str]:
    import metricdsl

    project = metricdsl.open(str(Path(sys.argv[2])))
    return lambda limit: project.query(
        f"revenue, orders, tickets by customer.region, customer.segment limit {limit}"
    ).sql("duckdb")


talk("metricdsl", prepare)
