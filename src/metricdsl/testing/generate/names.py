"""Names as people give them: reserved words of SQL and of ours, mixed case, other scripts, blanks, quotes."""

import re
from collections.abc import Iterable

from hypothesis import strategies as st

PLAIN = (
    "amount", "status", "region", "customer", "qty", "owner", "deal", "note", "price", "code", "lane", "vat",
)  # fmt: skip
ODD = (
    "select", "order", "group", "from", "where", "table", "user", "desc", "limit", "key", "time", "metric", "entity",
    "Amount2", "camelCase", "UPPER", "naïve", "größe", "数量", "регион", "two words", "it's", 'a"b', "1st", "$cash",
    "x-y", "a.b c".replace(".", ""), "_", "__row", "sum", "count", "true_", "null_", "index", "primary", "rank",
)  # fmt: skip
RESERVED = frozenset((
    "where", "at", "while", "via", "per", "having", "as", "by", "during", "sort", "limit", "fill", "compare",
    "values", "and", "or", "not", "in", "is", "null", "true", "false", "to", "every", "distinct", "package",
    "use", "source", "entity", "metric", "define", "segment", "report", "test", "from", "key", "join", "time",
    "dimension", "fact", "on", "default", "stock", "spread", "last", "this", "order", "asc", "desc", "if",
    "case", "goal", "baseline", "event", "policy", "calendar", "param", "facet", "require", "unit", "rates",
))  # fmt: skip

names = st.one_of(st.sampled_from(PLAIN), st.sampled_from(PLAIN), st.sampled_from(ODD))


def written(name: str) -> str:
    """A name as it is written in a definition: in back-quotes where it is odd or might be taken for a word of ours."""
    plain = re.fullmatch(r"[^\W\d]\w*", name) and name.lower() not in RESERVED
    return name if plain else f"`{name}`"


class Fresh:
    """Hands out names that differ from all before, also after case folding."""

    def __init__(self, draw: st.DrawFn, taken: Iterable[str] = ()) -> None:
        self._draw = draw
        self._taken = {name.casefold() for name in taken}

    def name(self) -> str:
        """A new name."""
        wanted = self._draw(names)
        name, number = wanted, 2
        while name.casefold() in self._taken:
            name, number = f"{wanted}{number}", number + 1
        self._taken.add(name.casefold())
        return name
