"""The option `--strict-plugins`: a plugin that fails, or is left out, is an error, and not a warning beside what works without it."""

from collections.abc import Callable, Sequence
from typing import Any

import click

from metricdsl.diagnostics import Problem, Severity

FOUND_IN_DEFINITIONS = "P816"
"""What a check of a plugin finds: no fault of the plugin, but what it is there for."""


def strict_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add the option to a command."""
    return click.option(
        "--strict-plugins",
        "strict",
        is_flag=True,
        help="A plugin that fails or is left out is an error, also where everything else works.",
    )(function)


def strictly(problems: Sequence[Problem]) -> list[Problem]:
    """The problems, those of plugins as errors."""
    return [problem.as_error() if is_fault(problem) else problem for problem in problems]


def is_fault(problem: Problem) -> bool:
    """Whether something is wrong with a plugin."""
    return (
        problem.code.startswith("P8")
        and problem.code != FOUND_IN_DEFINITIONS
        and problem.severity is not Severity.HINT
    )
