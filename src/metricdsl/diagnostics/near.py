"""Names that look like another name: what "did you mean …?" offers."""

from collections.abc import Iterable


def near(name: str, candidates: Iterable[str], limit: int = 3) -> tuple[str, ...]:
    """The candidates that could be meant by a name, the best first, at most `limit`.

    Case and underscores do not count, a swap of neighbours is one mistake, and one mistake is allowed for every three
    letters (`wher` finds `where`, `ab` finds nothing but `AB` and `a_b`). For a dotted name the last part may stand alone:
    `region` finds `account.region`.

    >>> near("win_rte", ["win_rate", "won_revenue", "owner"])
    ('win_rate',)
    """
    wanted = _plain(name)
    if not wanted:
        return ()
    scored: list[tuple[float, str]] = []
    for candidate in dict.fromkeys(candidates):
        if candidate == name:
            continue
        score = _score(wanted, _plain(candidate))
        if score is None and "." in candidate:
            tail = _score(wanted, _plain(candidate.rpartition(".")[2]))
            score = None if tail is None else tail + 0.5
        if score is not None:
            scored.append((score, candidate))
    scored.sort()
    return tuple(candidate for _, candidate in scored[:limit])


def _plain(name: str) -> str:
    return name.casefold().replace("_", "").replace(" ", "").replace("-", "")


def _score(wanted: str, found: str) -> float | None:
    """How far two plain names are apart, or None where they are too far apart to be taken for one another."""
    if wanted == found:
        return 0.0
    allowed = max(len(wanted), len(found)) // 3
    if allowed and abs(len(wanted) - len(found)) <= allowed:
        far = distance(wanted, found, allowed)
        if far <= allowed:
            return float(far)
    shorter, longer = sorted((wanted, found), key=len)
    if len(shorter) >= 4 and (longer.startswith(shorter) or longer.endswith(shorter)):
        return allowed + 1.0 + (len(longer) - len(shorter)) / 100
    return None


def distance(one: str, other: str, most: int) -> int:
    """The number of letters to insert, drop, change or swap to make one text the other; `most + 1` where it is more than `most`.

    >>> distance("wehre", "where", 2)
    1
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        line = [i]
        for j, b in enumerate(other, 1):
            cost = min(row[j] + 1, line[j - 1] + 1, row[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            line.append(cost)
        if min(line) > most:
            return most + 1
        before, row = row, line
    return min(row[-1], most + 1)
