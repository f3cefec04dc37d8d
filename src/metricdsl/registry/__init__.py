"""All contributed definitions, frozen."""

from metricdsl.registry.registry import Registry

__all__ = ["Registry"]
