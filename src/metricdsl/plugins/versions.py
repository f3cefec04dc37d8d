"""Versions of plugins, and the ranges that a project file or another plugin asks for: `>=1.2,<2`."""

import re

_VERSION = re.compile(
    r"v?(?:(?P<epoch>\d{1,9})!)?(?P<release>\d{1,18}(?:\.\d{1,18}){0,9})"
    r"(?:[-_.]?(?P<pre>a|alpha|b|beta|c|rc|pre|preview)[-_.]?(?P<pre_number>\d{0,18}))?"
    r"(?P<post>-\d{1,18}|[-_.]?(?:post|rev|r)[-_.]?\d{0,18})?"
    r"(?P<dev>[-_.]?dev[-_.]?\d{0,18})?"
    r"(?:\+[a-z0-9]+(?:[-_.][a-z0-9]+){0,9})?"
)
_CLAUSE = re.compile(r"(?P<sign>~=|==|!=|<=|>=|<|>)\s*(?P<version>[^\s*]{1,100}?)(?P<any>\.\*)?")
_STAGE = {
    "a": 0,
    "alpha": 0,
    "b": 1,
    "beta": 1,
    "c": 2,
    "rc": 2,
    "pre": 2,
    "preview": 2,
}
_FINAL = 3

Order = tuple[int, tuple[int, ...], tuple[int, int], int, float]
"""What versions are compared by: epoch, release, stage with its number, post, dev."""


def order(version: str) -> Order | None:
    """What tells which of two versions is the newer; None of a text that is no version."""
    found = _VERSION.fullmatch(version.strip().lower())
    if found is None:
        return None
    release = tuple(int(part) for part in found["release"].split("."))
    while len(release) > 1 and release[-1] == 0:
        release = release[:-1]
    stage = (_FINAL, 0) if found["pre"] is None else (_STAGE[found["pre"]], int(found["pre_number"] or 0))
    post = -1 if found["post"] is None else int(re.sub(r"\D", "", found["post"]) or 0)
    dev = float("inf") if found["dev"] is None else float(re.sub(r"\D", "", found["dev"]) or 0)
    if found["dev"] is not None and found["pre"] is None and found["post"] is None:
        stage = (-1, 0)  # 1.0.dev1 comes before 1.0a1
    return int(found["epoch"] or 0), release, stage, post, dev


def is_range(text: str) -> bool:
    """Whether a text is a range of versions: `*`, or comparisons between commas."""
    return text.strip() in {"", "*"} or all(_clause(part) is not None for part in text.split(","))


def fits(version: str, wanted: str) -> bool:
    """Whether a version lies in a range. What is no version lies in `*` alone."""
    if wanted.strip() in {"", "*"}:
        return True
    found = order(version)
    return found is not None and all(_meets(found, part) for part in wanted.split(","))


def _clause(text: str) -> tuple[str, str, Order, bool] | None:
    """The sign of a comparison, its version as written and as it is compared, and whether any version below that one is meant."""
    found = _CLAUSE.fullmatch(text.strip())
    if found is None or (found["any"] and found["sign"] not in {"==", "!="}):
        return None
    than = order(found["version"])
    return None if than is None else (found["sign"], found["version"], than, bool(found["any"]))


def _meets(version: Order, text: str) -> bool:
    clause = _clause(text)
    if clause is None:
        return False
    sign, written, than, below = clause
    match sign:
        case "==":
            return _begins(version, written) if below else version == than
        case "!=":
            return not (_begins(version, written) if below else version == than)
        case ">=":
            return version >= than
        case "<=":
            return version <= than
        case ">":
            return version > than
        case "<":
            # 2.0rc1 is no version below 2: who says <2 does not want it.
            return version < than and not (version[1] == than[1] and version[2][0] < _FINAL == than[2][0])
        case _:
            parts = re.match(r"[\d.]+", written.lower().removeprefix("v"))
            upper = "" if parts is None else parts[0].rstrip(".").rpartition(".")[0]
            return version >= than and bool(upper) and _begins(version, upper)


def _begins(version: Order, written: str) -> bool:
    """Whether a release begins with the numbers that are written, zeros at its end understood."""
    numbers = [int(part) for part in written.lower().removeprefix("v").split(".") if part.isdigit()]
    release = [*version[1], *([0] * len(numbers))]
    return release[: len(numbers)] == numbers
