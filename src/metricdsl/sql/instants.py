"""Instants behind readings of the local clock: what a stored moment with a zone is read from, and is read from again.

    solved_at AT TIME ZONE 'Europe/Berlin'     the reading of the local clock, which periods and parts of time look at
    solved_at                                  the instant behind it, by which moments are put in order and time that passed is told

A reading carries its instant in its own tree, so whoever can use the instant takes it out; a step keeps instants in its columns,
and they are read where they are mentioned. A reading that was calculated (moved, put together) has none.
"""

from collections.abc import Iterable, Sequence

from attrs import evolve
from sqlglot import exp

from metricdsl.model.types import Kind
from metricdsl.spi.lowering import Operand
from metricdsl.sql import trees

COMPARED = frozenset(
    {"equal", "not_equal", "less", "at_most", "greater", "at_least", "in", "is_null", "subtract"}
)
"""Functions of moments that instants tell exactly, where all of the moments have one."""
CHOSEN = frozenset({"if", "case", "coalesce", "least", "greatest"})
"""Functions that give one of their operands."""
TAKEN = frozenset({"min", "max", "first", "last", "median", "percentile"})
"""Aggregations that give one of the values."""


def reading(instant: exp.Expression, zone: str) -> exp.Expression:
    """What the local clock shows at an instant."""
    return exp.AtTimeZone(this=trees.operand(instant), zone=exp.Literal.string(zone))


def instant(sql: exp.Expression, zone: str) -> exp.Expression | None:
    """The instant that a moment is a reading of; None where it is none."""
    match sql:
        case exp.AtTimeZone(this=this) if isinstance(this, exp.Expression) and _zone(sql) == zone:
            return this.copy()
        case exp.Paren(this=this) if isinstance(this, exp.Expression):
            return instant(this, zone)
        case exp.Case():
            return _of_choice(sql, zone)
        case _:
            return None


def instants(operands: Sequence[Operand], zone: str) -> list[Operand] | None:
    """The operands with their moments as instants; None where a moment has none, or none is a moment.

    What is moved by a duration is moved on the clock: a moment beside one stays a reading.
    """
    if any(operand.type.kind is Kind.DURATION for operand in operands):
        return None
    found = []
    some = False
    for operand in operands:
        if not operand.type.kind.temporal:
            found.append(operand)
            continue
        behind = instant(operand.sql, zone) if operand.type.kind is Kind.TIMESTAMP else None
        if behind is None:
            return None
        found.append(evolve(operand, sql=behind))
        some = True
    return found if some else None


def kept(
    columns: Iterable[tuple[str, exp.Expression]], zone: str
) -> tuple[list[tuple[str, exp.Expression]], frozenset[str]]:
    """Columns of a step with instants in place of their readings, and the names of those."""
    made, known = [], []
    for name, sql in columns:
        behind = instant(sql, zone)
        if behind is not None:
            known.append(name)
        made.append((name, sql if behind is None else behind))
    return made, frozenset(known)


def _zone(sql: exp.Expression) -> str | None:
    zone = sql.args.get("zone")
    return zone.this if isinstance(zone, exp.Literal) else None


def _of_choice(sql: exp.Case, zone: str) -> exp.Expression | None:
    """A choice among readings as one among instants."""
    made = sql.copy()
    places = [(one, "true") for one in made.args["ifs"]]
    if made.args.get("default") is not None:
        places.append((made, "default"))
    some = False
    for node, key in places:
        value = node.args[key]
        if isinstance(value, exp.Null):
            continue
        behind = instant(value, zone)
        if behind is None:
            return None
        node.set(key, behind)
        some = True
    return made if some else None
