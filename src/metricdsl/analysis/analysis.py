"""What is known after all definitions have been read."""

from collections.abc import Mapping
from typing import Any

from attrs import evolve, field, frozen

from metricdsl.analysis.world import Key, World
from metricdsl.model.semantic_model import SemanticModel
from metricdsl.registry import Registry


@frozen(eq=False)
class Analysis:
    """The semantic model, and what queries are read against: names, headers, join paths, what was resolved by key.

    It pickles without the registry, whose functions are code; `attached` gives it back.
    """

    model: SemanticModel
    world: World = field(repr=False)
    resolved: Mapping[Key, Any] = field(repr=False)

    def need(self, key: Key) -> Any:
        """What was resolved under a key; None where it is wrong or not there."""
        return self.resolved.get(key)

    def attached(self, registry: Registry) -> "Analysis":
        """The same with a registry, after unpickling."""
        return evolve(self, world=evolve(self.world, registry=registry))

    def __getstate__(self) -> tuple[Any, ...]:  # type: ignore[explicit-override]
        return self.model, evolve(self.world, registry=Registry()), dict(self.resolved)

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        for name, value in zip(("model", "world", "resolved"), state, strict=True):
            object.__setattr__(self, name, value)
