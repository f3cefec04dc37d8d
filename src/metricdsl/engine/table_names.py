"""What the names of tables and columns say of each other: `rep_id` is of reps."""

import re

LONG_ENOUGH = 5  # letters that are no chance at the end of a name: `salesrepid` is of reps
_WORDS = re.compile(r"[A-Z]*[a-z]+|[A-Z]+|[0-9]+|[^\W\dA-Za-z_]+")


def singular(name: str) -> str:
    """The name of one thing of a table: `customers` is about a `customer`.

    >>> singular("sales_teams"), singular("categories"), singular("addresses")
    ('sales_team', 'category', 'address')
    """
    low = name.lower()
    if low.endswith("ies") and len(low) > 4:
        return f"{name[:-3]}y"
    if low.endswith(("sses", "xes", "ches", "shes")):
        return name[:-2]
    return name[:-1] if low.endswith("s") and not low.endswith(("ss", "us", "is")) else name


def alike(column: str, target: str, key: str) -> int:
    """How well a column's name speaks of a table: 2 by its name or its key's, 1 with a word in front, 0 not at all.

    >>> alike("rep_id", "reps", "rep_id"), alike("owner_rep_id", "reps", "id"), alike("rep_id", "ps", "id")
    (2, 1, 0)
    """
    name, one, of_key = plain(column), plain(singular(target)), plain(key)
    said = {one, f"{one}id"} | ({of_key} if of_key != "id" else set())
    if name in said:
        return 2
    behind = {end for end in said - {one} if name.endswith(end)}
    return int(any(len(end) >= LONG_ENOUGH or end in _endings(column) for end in behind))


def _endings(name: str) -> set[str]:
    """The last words of a name, written as one: `no`, `orderno` and `neworderno` of `newOrderNo`."""
    words = [plain(word) for word in _WORDS.findall(name)]
    return {"".join(words[at:]) for at in range(len(words))}


def plain(name: str) -> str:
    return re.sub(r"[\W_]", "", name.casefold())
