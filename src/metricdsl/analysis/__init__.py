"""From syntax to meaning: names, types, join paths, rules. Pure; every problem of all files in one run."""

from metricdsl.analysis.analysis import Analysis
from metricdsl.analysis.dimensions import ReachableDimension, explain_dimensions
from metricdsl.analysis.given import Expectation, GivenTable, ResolvedTest, resolve_test
from metricdsl.analysis.requests import resolve_request
from metricdsl.analysis.resolve import resolve
from metricdsl.model.settings import Settings

__all__ = [
    "Analysis",
    "Expectation",
    "GivenTable",
    "ReachableDimension",
    "ResolvedTest",
    "Settings",
    "explain_dimensions",
    "resolve",
    "resolve_request",
    "resolve_test",
]
