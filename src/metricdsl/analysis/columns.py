"""Columns found by name, as expressions: stored ones, derived ones put in, keys, periods of times."""

from attrs import evolve

from metricdsl.analysis.calls import call
from metricdsl.analysis.find import Target
from metricdsl.analysis.literals import constant
from metricdsl.analysis.world import Header, Result, Work
from metricdsl.diagnostics.problems.formulas import WrongArguments
from metricdsl.diagnostics.problems.grain import NoKey
from metricdsl.diagnostics.problems.names import UnknownName
from metricdsl.model.formula import Call, ColumnRef, Constant, Expression, OwnTime, Rate, RowValue, Today
from metricdsl.model.types import NULL, UNKNOWN, Kind, ValueType
from metricdsl.model.unit import MANY, Base, Unit
from metricdsl.spi.defs import NullRule
from metricdsl.syntax import nodes


def column(work: Work, target: Target, node: nodes.Name) -> Result:
    """The row expression of a column that a name leads to."""
    header = work.world.headers[target.entity]
    if target.column is None:
        parts = key(work, target, node)
        if len(parts) > 1:
            text = f"the key of {header.short} has {len(parts)} columns: name the one that is meant"
            work.report(WrongArguments(text=text, fix=f"say {node.text}.{header.key[0]}", span=node.span))
            return None
        return parts[0] if parts else None
    found = member(work, header, target.path, target.column, node)
    if found is None or target.grain is None:
        return found
    if found.type.kind not in {Kind.DATE, Kind.TIMESTAMP, Kind.UNKNOWN}:
        work.report(
            UnknownName(name=target.grain, where=f"in {target.column}, which is no time", span=node.span)
        )
        return None
    grain = constant(nodes.Text(value=target.grain, span=node.span))
    return call(work, "start_of", (found, grain), node.span)


def member(work: Work, header: Header, path: tuple[str, ...], name: str, node: nodes.Name) -> Result:
    """A column of an entity at the end of a path."""
    if name in header.derived:
        value = work.ask(("column", header.name, name))
        if value is None:
            return None
        # What is wrong with its use lies where it is named, not where it is defined.
        here = evolve(moved(value, path), span=node.span)
        return _of_a_row(work, here, header, path, node)
    if name in header.lost:
        work.silently(header.lost[name])
        return None
    stored = header.stored.get(name)
    if stored is None:
        if work.implied is not None:
            work.implied.setdefault(name, UNKNOWN)
        return ColumnRef(type=UNKNOWN, span=node.span, path=path, entity=header.name, column=name)
    return ColumnRef(
        type=seen_along(stored.type, path), span=node.span, path=path, entity=header.name, column=name
    )


def _of_a_row(
    work: Work, value: Expression, header: Header, path: tuple[str, ...], node: nodes.Name
) -> Expression:
    """A derived column of a parent: null where there is no parent, also if its formula makes a value out of nulls."""
    if not path or not header.key or header.key[0] not in header.stored or not _makes_values(work, value):
        return value
    of_key = member(work, header, path, header.key[0], node)
    if of_key is None:
        return value
    missing = call(work, "is_null", (of_key,), node.span)
    if missing is None:
        return value
    nothing = Constant(type=NULL, value=None, span=node.span)
    type_ = evolve(value.type, nullable=True)
    return Call(type=type_, span=value.span, function="if", arguments=(missing, nothing, value))


def _makes_values(work: Work, value: Expression) -> bool:
    """Whether it can be known although all its columns are null."""
    match value:
        case Constant():
            return value.value is not None
        case Call():
            if work.world.registry.functions[value.function].nulls is NullRule.OWN:
                return True
            return all(_makes_values(work, argument) for argument in value.arguments)
        case RowValue():
            return True  # a count of nothing is 0
        case _:
            return False


def key(work: Work, target: Target, node: nodes.Name) -> tuple[ColumnRef, ...]:
    """The columns of the key of the row found; none, with a problem, for an entity without one."""
    header = work.world.headers[target.entity]
    if not header.key:
        work.report(NoKey(entity=header.short, use="a dimension", span=node.span))
    lost = [name for name in header.key if name not in header.stored]
    for name in lost:
        work.silently(header.lost.get(name, ()))
    if lost:
        return ()
    return tuple(
        ColumnRef(
            type=header.stored[name].type, span=node.span, path=target.path, entity=header.name, column=name
        )
        for name in header.key
    )


def seen_along(type_: ValueType, path: tuple[str, ...]) -> ValueType:
    """A type seen from where a path begins: money whose currency stands in a column names that column from there."""
    if not path or not type_.unit.many:
        return type_
    powers = [
        (Base(MANY, ".".join((*path, base.name))) if base.kind == MANY else base, exponent)
        for base, exponent in type_.unit.powers
    ]
    return evolve(type_, unit=Unit.product(powers, type_.unit.form))


def moved(value: Expression, path: tuple[str, ...]) -> Expression:
    """A row expression of an entity, seen from where a path to it begins."""
    if not path:
        return value
    match value:
        case ColumnRef():
            return ColumnRef(
                type=seen_along(value.type, path),
                span=value.span,
                path=path + value.path,
                entity=value.entity,
                column=value.column,
            )
        case Call():
            arguments = tuple([moved(a, path) for a in value.arguments])
            of_path = seen_along(value.type, path)
            return Call(type=of_path, span=value.span, function=value.function, arguments=arguments)
        case Constant() | Today() | OwnTime():
            return value
        case Rate(currency=currency, at=at, amount=amount):
            return evolve(
                value, currency=moved(currency, path), at=moved(at, path), amount=moved(amount, path)
            )
        case RowValue(keys=keys):
            return evolve(value, keys=tuple([moved(key, path) for key in keys]))
        case _:
            raise AssertionError(f"{type(value).__name__} in a row expression")
