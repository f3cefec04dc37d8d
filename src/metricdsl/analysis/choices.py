"""Functions whose value is one of their arguments."""

from collections.abc import Sequence

from metricdsl.model.formula import Expression

CHOICES = frozenset({"if", "case", "coalesce", "least", "greatest"})


def choices(function: str, arguments: Sequence[Expression]) -> Sequence[Expression]:
    """The arguments that may be the value of a call, without its conditions.

    if(paid, 5, 6)    5 and 6
    """
    if function == "if":
        return arguments[1:]
    if function == "case":
        return (*arguments[1:-1:2], *arguments[-1:])
    return arguments
