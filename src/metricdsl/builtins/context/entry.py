"""An entry of the reference for a function of the language itself."""

from metricdsl.value import frozen


@frozen
class Asked:
    """A question of the shop (`shop.py`) and its rows, written as in a case file: columns and cells between `|`."""

    query: str
    gives: str


@frozen(kw_only=True)
class Entry:
    """A function: its signature for people, its meaning, the unit of its value, when it is null, what happens at the edges."""

    name: str
    signature: str
    doc: str
    unit: str
    nulls: str
    edges: tuple[str, ...]
    examples: tuple[Asked, ...]
