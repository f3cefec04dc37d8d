"""From a compiled query to rows: guards first, then the result, decoded by type, in batches."""

from metricdsl.execution.result import Result
from metricdsl.execution.run import run

__all__ = ["Result", "run"]
