"""What the reference says of the functions that the language reads by itself: they look at a group's context or a row's time.

They are in no registry, since their arguments are formulas and not values. A function that becomes one of these has its entry
in the module of its kind, in the order in which the page shows them; one that is a `FunctionDef` is on the page already.
"""

from metricdsl.builtins.context import chance, cohorts, given, groups, moves, rows
from metricdsl.builtins.context.entry import Entry

CHAPTERS: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    ("Other periods", moves.ENTRIES),
    ("Other groups", groups.ENTRIES),
    ("Cohorts and conversion", cohorts.ENTRIES),
    ("What may be chance", chance.ENTRIES),
    ("The period, today, goals", given.ENTRIES),
    ("Amounts of rows", rows.ENTRIES),
)
"""Chapters of the page with their entries."""
