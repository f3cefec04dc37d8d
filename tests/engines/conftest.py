"""The same engines as for the tests of functions."""

from tests.builtins.conftest import engine, registry

__all__ = ["engine", "registry"]
