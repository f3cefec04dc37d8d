"""`convert(amount, EUR)`: money of a row in another currency, at the rate of the aggregate's own time.

`convert(amount)` is the same into the project's currency, for definitions that do not know whose they will be.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from attrs import evolve

from metricdsl.analysis.calls import call
from metricdsl.analysis.columns import moved
from metricdsl.analysis.defines import argument_of, opened_argument
from metricdsl.analysis.directory import RATES, Clash, Scope
from metricdsl.analysis.literals import constant
from metricdsl.analysis.rates import rate_tables, rates_into
from metricdsl.analysis.world import Place, Result, RowPlace, Work
from metricdsl.analysis.written_types import CURRENCY
from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problems.ambiguity import AmbiguousName
from metricdsl.diagnostics.problems.formulas import WrongArguments
from metricdsl.diagnostics.problems.money import NoRates
from metricdsl.diagnostics.problems.names import UnknownName
from metricdsl.diagnostics.problems.units import MixedCurrencies, UnitsDoNotAdd
from metricdsl.model.formula import Call, ColumnRef, Expression, OwnTime, Rate, RateTable
from metricdsl.model.types import FLOAT, TIMESTAMP, UNKNOWN, Kind, ValueType
from metricdsl.model.unit import MANY, NUMBER, Base, Unit
from metricdsl.syntax import nodes

Read = Callable[[Work, nodes.Expr, Place, RowPlace], Result]
SHAPE = "convert(order.amount, EUR)"


def convert(work: Work, node: nodes.Call, place: Place, rows: RowPlace, row: Read) -> Result:
    """The amount of a row in another currency; `row` reads formulas of rows."""
    positional = [a for a in node.arguments if a.name is None and not a.distinct]
    named = [a for a in node.arguments if a.name == "rates"]
    into = _into(work, positional, place)
    if into is None or len(positional) + len(named) != len(node.arguments) or len(named) > 1:
        text = "convert takes an amount of money and a currency"
        work.report(WrongArguments(text=text, fix=f"write {SHAPE}", span=node.span))
        return None
    amount = row(work, positional[0].value, place, rows)
    if amount is None:
        return None
    money = [
        base for base, power in amount.type.unit.powers if base.kind in {"currency", MANY} and power == 1
    ]
    lasts = amount.type.kind is Kind.DURATION
    if len(money) != 1 or lasts:
        said = amount.type.measured if lasts else amount.type.unit.text
        text = f"convert takes an amount of money, and this is {said}"
        work.report(UnitsDoNotAdd(text=text, fix=f"write {SHAPE}", span=positional[0].span))
        return None
    powers = [(Base("currency", into) if b == money[0] else b, n) for b, n in amount.type.unit.powers]
    unit = Unit.product(powers)
    same = evolve(amount, type=evolve(amount.type, unit=unit))
    if money[0] == Base("currency", into):
        return amount
    currency = _currency(work, amount, money[0], node, row)
    table = _table(work, into, named[0] if named else None, place, node, money[0])
    if currency is None or table is None:
        return None
    return _converted(work, same, currency, table, into, node)


def _into(work: Work, positional: Sequence[nodes.Argument], place: Place) -> str | None:
    """The currency to convert into: the one written behind the amount, else the project's."""
    match positional:
        case [_]:
            return work.world.settings.currency
        case [_, written]:
            return _currency_written(written.value, place)
        case _:
            return None


def _currency_written(node: nodes.Expr, place: Place) -> str | None:
    """The currency that an amount is converted into."""
    while isinstance(node, nodes.Name) and (bound := argument_of(node, place)) is not None:
        node, place = bound.value, bound.place
    return node.text if isinstance(node, nodes.Name) and CURRENCY.fullmatch(node.text) else None


def _converted(
    work: Work, amount: Expression, currency: Expression, table: RateTable, into: str, node: nodes.Call
) -> Result:
    """The amount times its rate; as it is where it is in that currency already."""
    column = work.world.headers[table.entity].stored.get(table.rate)
    stored = UNKNOWN if column is None else column.type  # a column of the table that its source does not name
    exact = table.rule != "month average" and not table.inverse
    number = ValueType(stored.kind, NUMBER, stored.scale) if exact and stored.kind.numeric else FLOAT
    rate = Rate(
        type=evolve(number, nullable=True),
        span=node.span,
        table=table,
        currency=currency,
        into=into,
        at=OwnTime(type=TIMESTAMP, span=node.span),
        amount=amount,
    )
    product = call(work, "multiply", (amount, rate), node.span)
    if product is None or not isinstance(currency, ColumnRef | Call):
        return product
    word = constant(nodes.Text(value=into, span=node.span))
    there = Call(
        type=ValueType(Kind.BOOLEAN, nullable=currency.type.nullable),
        span=node.span,
        function="equal",
        arguments=(currency, word),
    )
    return call(work, "if", (there, amount, product), node.span)


def _currency(work: Work, amount: Expression, base: Base, node: nodes.Call, row: Read) -> Result:
    """What tells the currency of an amount: a constant, or the column that its type names."""
    if base.kind != MANY:
        return constant(nodes.Text(value=base.name, span=node.span))
    for reference in _columns(amount):
        found = next((b for b, _ in reference.type.unit.powers if b.kind == MANY), None)
        if found == base:
            name = base.name.split(".")[len(reference.path) :]
            return _column_of(work, reference, tuple(name), node, row)
    work.report(
        MixedCurrencies(text=f"no column tells the currency of {amount.type.unit.text}", span=node.span)
    )
    return None


def _column_of(work: Work, amount: ColumnRef, name: tuple[str, ...], node: nodes.Node, row: Read) -> Result:
    """The column that `money(currency)` names, seen from where the path to the amount begins."""
    header = work.world.headers[amount.entity]
    written = nodes.Name(parts=name, span=node.span)
    found = row(work, written, Place(header.declared.scope), RowPlace(amount.entity))
    return None if found is None else moved(found, amount.path)


def _columns(expression: Expression) -> Iterator[ColumnRef]:
    if isinstance(expression, ColumnRef):
        yield expression
    elif isinstance(expression, Call):
        for argument in expression.arguments:
            yield from _columns(argument)


def _table(
    work: Work, into: str, named: nodes.Argument | None, place: Place, node: nodes.Call, base: Base
) -> RateTable | None:
    """The rates that lead to a currency: those named, else the only ones that are near where `convert` is written."""
    found = rates_into(work.world, into)
    if named is not None:
        written, where = opened_argument(named.value, place)
        parts = written.parts if isinstance(written, nodes.Name) else ()
        wanted = ".".join(parts)
        meant = work.world.directory.lookup(where.scope, parts, RATES) if parts else None
        if isinstance(meant, Clash):
            work.report(AmbiguousName(name=wanted, candidates=meant.candidates, span=named.span))
            return None
        if meant is not None and meant[1] == len(parts) and meant[0].name in found:
            return found[meant[0].name]
        known = tuple(name.rpartition(".")[2] for name in found)
        among = f"among the rates into {into}"
        work.report(UnknownName(name=wanted, where=among, near=near(wanted, known), span=named.span))
        return None
    nearest = _nearest(found, place.scope)
    if len(nearest) == 1:
        return found[nearest[0]]
    short = tuple(name.rpartition(".")[2] for name in nearest)
    several = short if len(set(short)) == len(short) else nearest
    turned = () if several else _opposite(work, base, place.scope)
    work.report(NoRates(into=into, several=several, opposite=turned, span=node.span))
    return None


def _opposite(work: Work, base: Base, scope: Scope) -> tuple[tuple[str, str], ...]:
    """Rates into a currency that the amount may be in: turned over they lead from it."""
    into = {name: table.target for name, table in rate_tables(work.world).items() if table.target is not None}
    meant = [name for name, target in into.items() if base.kind == MANY or target == base.name]
    return tuple((name.rpartition(".")[2], into[name]) for name in _nearest(meant, scope))


def _nearest(names: Iterable[str], scope: Scope) -> tuple[str, ...]:
    """Rates as names are looked for: those of the package itself, else of those that it uses, else any."""
    by_package = [(name.rpartition(".")[0], name) for name in names]
    own = tuple(name for package, name in by_package if package == scope.package)
    if own:
        return own
    used = {*scope.uses, *scope.aliases.values()}
    return tuple(name for package, name in by_package if package in used) or tuple(names)
