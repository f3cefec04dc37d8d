"""Functions that run on a result: what analysis, plans and execution say of them alike."""

from collections.abc import Collection

from metricdsl.model.formula import Expression, GoalOf
from metricdsl.model.parts import below

SERIES = "series_of_members"
"""The aggregation that hands a series over: the members of a group as one text.."""
PACKED = "packed_values"
"""The function that writes the values of a member as one text."""
BETWEEN_VALUES, BETWEEN_MEMBERS, TOO_MANY, ENDS, COUNTED = ";", "|", "!", "$", ":"
"""What stands between the values of a member and between members, and in front of how many there are where these are too many; at
the end of each member, and behind their number: an engine that cuts a long text is found out."""

WORKED_OUT = frozenset(
    {
        *("add", "subtract", "multiply", "divide", "negate", "abs", "round", "floor", "ceil"),
        *("power", "sqrt", "ln", "exp", "least", "greatest", "clamp"),
        *("equal", "not_equal", "less", "at_most", "greater", "at_least", "in", "is_null"),
        *("and", "or", "not", "if", "case", "coalesce"),
    }
)
"""The functions that can be worked out of the value of one that runs on a result."""


def is_made_by(formula: Expression, functions: Collection[str]) -> bool:
    """Whether some part of a group formula is the value of a function that runs on a result. A goal is a constant."""
    if not functions or isinstance(formula, GoalOf):
        return False
    called = getattr(formula, "function", None)
    if called in functions:
        return True
    return any(is_made_by(part, functions) for part in below(formula))
