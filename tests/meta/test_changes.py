"""The changes of `make mutants`: each is Python, changes one place, and none is of a text or a type."""

from tools.changes import changes

TEXT = '''
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from x import Y


def share(rows: list[int] = [0 + 1], *, least: int = 3) -> "Y | None":
    """Not 1 < 2."""
    assert least > 0, f"{least + 1}"
    if not rows and least <= len(rows):
        return None
    total = sum(row for row in rows if row > 0)
    total += max(least, 2, key=len)
    return total if any(rows) else f"{total - 1}"
'''
KINDS = {
    "comparison": ["<= -> <", "> -> >="],
    "connective": ["and -> or"],
    "negation": ["not -> "],
    "operator": ["+ -> -"],
    "constant": ["0 -> 1", "1 -> 2", "3 -> 4", "0 -> 1", "2 -> 3"],
    "condition": ["not rows and least <= len(rows)", "any(rows)"],
    "condition left out": ["row > 0 -> True"],
    "function": ["max -> min", "any -> all"],
    "argument left out": ["key=len -> "],
    "statement left out": ["total += max(least, 2, key=len) -> pass"],
}


def test_each_kind_is_found_where_it_is_and_nowhere_else():
    found = {}
    for change in changes(TEXT):
        said = f"{change.was} -> {change.now}" if change.kind != "condition" else change.was
        found.setdefault(change.kind, []).append(said)
    assert found == KINDS


def test_each_change_is_python_and_another_text():
    for change in changes(TEXT):
        made = change.made_to(TEXT)
        assert made != TEXT
        compile(made, "changed", "exec")
        assert TEXT.splitlines()[: change.line - 1] == made.splitlines()[: change.line - 1]
