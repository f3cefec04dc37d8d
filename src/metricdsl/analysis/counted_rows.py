"""What a number counts: the rows of an entity, each once, and which of them."""

from attrs import evolve

from metricdsl.analysis.fingerprint import canonical
from metricdsl.model.formula import (
    Aggregate,
    Call,
    Chosen,
    ColumnRef,
    Constant,
    Expression,
    RowValue,
)
from metricdsl.model.parts import conjuncts, without_names
from metricdsl.value import frozen

DISTINCT = frozenset({"count_distinct", "approx_count_distinct"})


@frozen
class Counted:
    """What a number is of: the rows of an entity, those with the `conditions`, as the entity itself sees them."""

    entity: str
    conditions: frozenset[str]
    having: str = ""
    active: bool = False  # whether `having` leaves out those that have nothing alone


def counted(divisor: Expression) -> Counted | None:
    """The entity whose rows a number counts, each once, and which of them; None where it counts none."""
    match without_names(divisor):
        case Chosen(entity=entity, having=having, domains=domains):
            conditions = [part for domain in domains for part in conjuncts(domain.where)]
            active = _leaves_out_nothing(having)
            return Counted(entity, frozenset(map(canonical, conditions)), canonical(having), active)
        case Aggregate(function="count_rows", home=home, where=where):
            return Counted(home, told_by((), where))
        case Aggregate(function=function, arguments=(ColumnRef() as key, *_), where=where) as found:
            own = function in DISTINCT and not found.type.unit.bare
            return Counted(key.entity, told_by(key.path, where)) if own else None
        case _:
            return None


def told_by(path: tuple[str, ...], where: Expression | None) -> frozenset[str]:
    """The conditions on the rows at the end of a path, as these see them."""
    seen = (_seen_from(path, part) for part in conjuncts(where))
    return frozenset(canonical(one) for one in seen if one is not None)


def _seen_from(path: tuple[str, ...], condition: Expression) -> Expression | None:
    """A condition as the rows at the end of a path see it; None where it asks for something else too."""
    match condition:
        case ColumnRef(path=longer):
            inside = longer[: len(path)] == path
            return evolve(condition, path=longer[len(path) :]) if inside else None
        case Call(arguments=arguments) | RowValue(keys=arguments):
            parts = [_seen_from(path, one) for one in arguments]
            known = tuple(one for one in parts if one is not None)
            if len(known) != len(parts):
                return None
            if isinstance(condition, Call):
                return evolve(condition, arguments=known)
            return evolve(condition, keys=known)
        case _:
            return condition


def _leaves_out_nothing(having: Expression) -> bool:
    """Whether a condition asks for some of a number of things: `orders > 0`."""
    match having:
        case Call(function="greater", arguments=(number, Constant(value=0))):
            pass
        case Call(function="at_least", arguments=(number, Constant(value=1))):
            pass
        case _:
            return False
    number = without_names(number)
    return isinstance(number, Aggregate) and number.function in {"count", "count_rows", *DISTINCT}
