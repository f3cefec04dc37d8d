"""What steps of groups measure, and which of their groups are there."""

from metricdsl.model.formula import Aggregate as AggregateFormula
from metricdsl.model.formula import Expression, GroupingRef, Members, PeriodBound
from metricdsl.model.made_of import Leaf
from metricdsl.value import frozen


@frozen(kw_only=True)
class Measure:
    """One aggregate of a step, under a name. `condition` is what its rows must meet beyond the step's filter.

    `formula` None counts the rows that meet the condition: whether an aggregate has a row at all (`of` names which).
    """

    name: str
    formula: AggregateFormula | None = None
    condition: Expression | None = None
    of: AggregateFormula | None = None
    brings: bool = True  # whether its rows make groups (not so for what only `having` asks)


@frozen(kw_only=True)
class Present:
    """When a formula has a row in a group: where one of `leaves` has; where its period begins after today, also one of `own`
    (None: that is asked of no group). It has begun by today where all `starts` have, nulls too; without any it never has.
    """

    leaves: tuple[Leaf, ...]
    own: tuple[Leaf, ...] | None = None
    starts: tuple[GroupingRef | PeriodBound, ...] = ()


@frozen(kw_only=True)
class Presence:
    """Which groups are there: those in which one of the formulas has a row."""

    alternatives: tuple[Present, ...]


@frozen(kw_only=True)
class FoldMeasure:
    """An aggregation of the values of members. `counted` is the name under which the members are counted."""

    name: str
    formula: Members
    value: Expression
    having: Expression | None
    present: Present
    counted: str | None = None
