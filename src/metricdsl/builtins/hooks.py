"""What the built-ins contribute, through the same hooks as anybody else."""

from collections.abc import Iterable

from metricdsl.builtins.aggregations import AGGREGATIONS
from metricdsl.builtins.functions import FUNCTIONS
from metricdsl.spi.defs import AggregationDef, FunctionDef
from metricdsl.spi.hooks import hookimpl


@hookimpl
def metricdsl_functions() -> Iterable[FunctionDef]:
    return FUNCTIONS


@hookimpl
def metricdsl_aggregations() -> Iterable[AggregationDef]:
    return AGGREGATIONS
