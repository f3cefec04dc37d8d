"""Numbers as a tree writes them."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlglot import exp


def digits_of(number: "exp.Expression") -> str | None:
    """A written number, with its sign; None where it is something else."""
    from sqlglot import exp

    match number:
        case exp.Paren(this=exp.Neg(this=exp.Literal(is_string=False) as literal)):
            return f"-{literal.this}"
        case exp.Literal(is_string=False):
            return str(number.this)
        case _:
            return None
