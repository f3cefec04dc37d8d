"""The problems that an adapter tells: what its driver says, in words that analysts know."""

from metricdsl.diagnostics.problems.connections import CannotConnect, WrongPassword
from metricdsl.diagnostics.problems.execution import EngineRefused, Interrupted, RanTooLong
from metricdsl.diagnostics.problems.tables import MissingColumn, MissingTable

__all__ = [
    "CannotConnect",
    "EngineRefused",
    "Interrupted",
    "MissingColumn",
    "MissingTable",
    "RanTooLong",
    "WrongPassword",
]
