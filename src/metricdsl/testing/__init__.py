"""The reference evaluator, and the kit for the authors of cases, packs, functions and adapters.

The suites are imported when they are asked for: they need pytest.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from metricdsl.testing.suites import (
        AdapterSuite,
        CommandSuite,
        ExchangeSuite,
        FunctionSuite,
        PackSuite,
        RendererSuite,
    )

__all__ = ["AdapterSuite", "CommandSuite", "ExchangeSuite", "FunctionSuite", "PackSuite", "RendererSuite"]


def __getattr__(name: str) -> Any:
    """A suite, its module imported now."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module("metricdsl.testing.suites"), name)
