"""How often each cell was asked, and which are to be asked next."""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import product
from random import Random

from attrs import define, field

from tests.matrix.grid import CONSTRUCTS
from tools.campaign.questions import GROUPS, Column, Pair, leaf_for
from tools.campaign.rows import TRAITS

Cell = tuple[str, str, str, str]
"""A construct, the one inside it, the groups, what is special of the rows."""

TIMES = 20
"""So often each cell is asked."""

DEEPEST = 4
"""So many constructs in one another at most."""

NAMES = tuple(CONSTRUCTS)


def cells() -> Iterator[Cell]:
    """All cells."""
    yield from product(NAMES, NAMES, GROUPS, TRAITS)


@define
class Coverage:
    """How often each cell was compared, or refused by itself."""

    counts: Counter[Cell] = field(factory=Counter)

    def add(self, pairs: Iterable[Pair], groups: str, traits: Iterable[str]) -> None:
        """Count a question whose columns have these pairs."""
        here = tuple(traits)
        for pair in set(pairs):
            for trait in here:
                self.counts[*pair, groups, trait] += 1

    def unreached(self, times: int) -> list[Cell]:
        """The cells that were asked less often."""
        return [cell for cell in cells() if self.counts[cell] < times]

    def wanting(self, times: int) -> dict[tuple[str, bool], list[Pair]]:
        """For groups, and for questions of no row or of some, the pairs with a cell that was asked less often."""
        found: dict[tuple[str, bool], dict[Pair, None]] = {}
        for outer, inner, groups, trait in self.unreached(times):
            found.setdefault((groups, trait == "empty"), {})[outer, inner] = None
        return {place: list(pairs) for place, pairs in found.items()}

    def columns(self, rng: Random, pair: Pair, groups: str, wanting: list[Pair]) -> tuple[Column, ...]:
        """A column or two with this pair, each perhaps deeper, of pairs that are wanting where there are some."""
        first = self._deeper(rng, pair, groups, wanting)
        if rng.random() < 0.5:
            return (first,)
        other = rng.choice(wanting)
        return (first, self._deeper(rng, other, groups, wanting))

    def _deeper(self, rng: Random, pair: Pair, groups: str, wanting: list[Pair]) -> Column:
        chain = list(pair)
        starting: dict[str, list[str]] = {}
        for outer, inner in wanting:
            starting.setdefault(outer, []).append(inner)
        # `empty 0` is a property of a metric: of the innermost formula but one, with which a chain ends.
        while len(chain) < DEEPEST and rng.random() < 0.6 and "empty 0" not in chain[:-1]:
            chain.append(rng.choice(starting.get(chain[-1], list(NAMES))))
        return Column(tuple(chain), leaf_for(rng, tuple(chain)))
