"""The hooks: everything a plugin can do in code. Contributions are collected once, plugin by plugin; order never matters."""

from collections.abc import Iterable

import pluggy

from metricdsl.spi.checks import CheckDef
from metricdsl.spi.defs import AggregationDef, DialectDef, FunctionDef
from metricdsl.spi.result_functions import ResultFunctionDef

PROJECT = "metricdsl"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


class MetricdslSpec:
    """The specification. A plugin's hooks module has functions of these names, marked with `hookimpl`."""

    @hookspec
    def metricdsl_functions(self) -> Iterable[FunctionDef]:  # type: ignore[empty-body]
        """Scalar functions of the formula language."""

    @hookspec
    def metricdsl_aggregations(self) -> Iterable[AggregationDef]:  # type: ignore[empty-body]
        """Aggregations, with their additivity."""

    @hookspec
    def metricdsl_result_functions(self) -> Iterable[ResultFunctionDef]:  # type: ignore[empty-body]
        """Functions that run on a result, outside SQL."""

    @hookspec
    def metricdsl_dialects(self) -> Iterable[DialectDef]:  # type: ignore[empty-body]
        """SQL dialects: capabilities, and lowerings that replace those of functions."""

    @hookspec
    def metricdsl_checks(self) -> Iterable[CheckDef]:  # type: ignore[empty-body]
        """Rules of a house: looks at what the definitions mean."""
