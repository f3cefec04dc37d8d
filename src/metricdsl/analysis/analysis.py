"""What is known after all definitions have been read."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from attrs import evolve, field

from metricdsl.analysis.directory import Declared
from metricdsl.analysis.world import Key, World
from metricdsl.diagnostics import Problem
from metricdsl.model.semantic_model import SemanticModel
from metricdsl.registry import Registry
from metricdsl.value import frozen

FIELDS = ("model", "world", "resolved", "failures", "unsound", "policies", "retained")


@frozen
class Failure:
    """Why something is not there: its own problems and those it is lost by, and the keys that failed it."""

    problems: tuple[Problem, ...] = ()
    keys: tuple[Key, ...] = ()


def root_causes(failures: Mapping[Key, Failure], keys: Iterable[Key]) -> list[Problem]:
    """The problems, wherever they lie, because of which some keys have no result."""
    found: list[Problem] = []
    seen: set[Key] = set()
    waiting = list(keys)
    while waiting:
        key = waiting.pop()
        failure = failures.get(key)
        if key in seen or failure is None:
            continue
        seen.add(key)
        found.extend(failure.problems)
        waiting.extend(failure.keys)
    return found


@frozen(eq=False)
class Retained:
    """What the next reading of the same files, some of them edited, need not work out again."""

    headed: tuple[Problem, ...]  # of the entities' headers
    problems: Mapping[Key, Sequence[Problem]]
    unsound: Mapping[str, tuple[Problem, ...]]  # by what the entities themselves say


@frozen(eq=False)
class Analysis:
    """The semantic model, and what queries are read against: names, headers, join paths, what was resolved by key.

    It pickles without the registry, whose functions are code; `attached` gives it back.
    """

    model: SemanticModel
    world: World = field(repr=False)
    resolved: Mapping[Key, Any] = field(repr=False)
    failures: Mapping[Key, Failure] = field(factory=dict, repr=False)
    unsound: Mapping[str, tuple[Problem, ...]] = field(
        factory=dict, repr=False
    )  # entities whose rows are not told
    policies: Mapping[str, tuple[Declared, ...]] = field(factory=dict, repr=False)  # of entities, as declared
    retained: Retained | None = field(default=None, repr=False)  # None where a catalog's tables were read

    def need(self, key: Key) -> Any:
        """What was resolved under a key; None where it is wrong or not there."""
        return self.resolved.get(key)

    def root_causes(self, keys: Iterable[Key]) -> list[Problem]:
        """The problems, wherever they lie, because of which some keys have no result."""
        return root_causes(self.failures, keys)

    def attached(self, registry: Registry) -> "Analysis":
        """The same with a registry, after unpickling."""
        return evolve(self, world=evolve(self.world, registry=registry))

    def __getstate__(self) -> tuple[Any, ...]:
        world = evolve(self.world, registry=Registry())
        return (
            self.model,
            world,
            dict(self.resolved),
            self.failures,
            self.unsound,
            self.policies,
            self.retained,
        )

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        for name, value in zip(FIELDS, state, strict=True):
            object.__setattr__(self, name, value)
