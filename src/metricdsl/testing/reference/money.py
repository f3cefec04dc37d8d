"""Money: what currency an amount is in, and what it is worth in another on the day of the aggregate's own time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from fractions import Fraction
from typing import Protocol

from metricdsl.syntax import nodes
from metricdsl.testing.reference.formulas import parts_of
from metricdsl.testing.reference.functions import day_of
from metricdsl.testing.reference.names import Column, Constant, Entity, Scope, World
from metricdsl.testing.reference.places import Place
from metricdsl.testing.reference.values import Refused, Row, Settings, Value, plain


class RowData(Protocol):
    """What reads rows, as far as money asks of it."""

    world: World
    settings: Settings
    looked_at: date | None

    def value(self, formula: nodes.Expr, row: Row, place: Place) -> Value: ...

    def column(self, column: Column, row: Row) -> Value: ...

    def moment(self, time: Column, row: Row) -> date | None: ...

    def rows(self, entity: Entity) -> list[Row]: ...

    def member(self, entity: Entity, name: str, row: Row) -> Value: ...


UNCOUNTED = ("count", "approx_count_distinct", "rate")  # these take amounts of several currencies


def converted(data: RowData, call: nodes.Call, row: Row, place: Place) -> Value:
    """convert(x, C)(r) = x(r) if x is in C, else x(r) × rate(currency(r), C, day of time_a(r)); null without a rate.

    Where no C is written it is the project's currency.
    """
    positional = [a.value for a in call.arguments if a.name is None]
    into = _into(data, positional, place)
    amount = data.value(positional[0], row, place)
    found = list(currencies(data, positional[0], place))
    if not found or any(c != found[0] for c in found):
        raise Refused("convert takes an amount of one currency, or of a column's")
    currency = found[0] if isinstance(found[0], str) else data.column(found[0], row)
    chosen = next(
        (a.value.parts for a in call.arguments if a.name == "rates" and isinstance(a.value, nodes.Name)), None
    )
    if currency == into:
        return amount
    table = _rates(data.world, into, chosen, place.scope)
    if place.time is None and data.looked_at is None:
        raise Refused("convert looks up the rate of the aggregate's own time, and it has none")
    moment = data.looked_at if data.looked_at is not None else data.moment(place.time, row)  # type: ignore[arg-type]
    if amount is None or currency is None or moment is None:
        return None
    rate = _rate(data, table, currency, into, day_of(moment))
    return None if rate is None else amount * rate


def _into(data: RowData, positional: list[nodes.Expr], place: Place) -> str:
    """The currency that an amount is converted into: the one written, else the project's."""
    if len(positional) == 1:
        return data.settings.currency
    opened = data.world.opened(positional[1], place.scope) if len(positional) == 2 else Constant(None)
    if isinstance(opened, Constant) or not isinstance(opened[0], nodes.Name):
        raise Refused("convert(amount, EUR)")
    return opened[0].text


def converts(formula: nodes.Expr) -> bool:
    """Whether a formula converts money: its value depends on the aggregate that it is in."""
    if isinstance(formula, nodes.Call) and formula.function == "convert":
        return True
    return any(converts(part) for part in parts_of(formula))


def currencies(data: RowData, formula: nodes.Expr, place: Place) -> Iterator[str | Column]:
    """The currencies of the money in a formula: of one currency as such, else the column that tells each row's."""
    opened = data.world.opened(formula, place.scope)
    if isinstance(opened, Constant):
        return
    formula, scope = opened
    place = replace(place, scope=scope)
    if isinstance(formula, nodes.Call) and formula.function == "convert":
        return
    if isinstance(formula, nodes.InContext):
        stated = [w for w in formula.words if isinstance(w, nodes.As)]
        if stated:  # `amount as number` has no currency, `amount as EUR` has that one
            words = data.world.unit_words(stated[-1], scope)
            yield from (name for name, _, _ in words if len(name) == 3 and name.isupper())
            return
    if isinstance(formula, nodes.Name):
        try:
            column = data.world.locate(
                formula, scope, place.home, place.via, inside=place.inside, around=place.around
            )
        except Refused:
            return
        yield from _of_column(data, column)
    for part in parts_of(formula):
        yield from currencies(data, part, place)


def _of_column(data: RowData, column: Column) -> Iterator[str | Column]:
    entity = column.entity
    member = entity.members.get(column.name or "")
    if member is None:
        return
    written = member.type.atoms[0] if member.type is not None else None
    if written is not None and written.name == "money":
        name = next((a for a in written.arguments if not a.isdigit()), data.settings.currency)
        if len(name) == 3 and name.isupper():
            yield name
        else:
            inner = data.world.locate(_name(name, member), entity.scope, entity, (), inside=True)
            yield _said(inner) or _from(column, inner)
    elif member.value is not None:
        for one in currencies(data, member.value, Place(entity.scope, entity, inside=True)):
            yield one if isinstance(one, str) else _from(column, one)


def _said(column: Column) -> str | None:
    """The currency that a source gives all rows of a column, if it does."""
    source = column.entity.source
    for mapping in () if source is None else source.mappings:
        if mapping.name == column.name and isinstance(mapping.value, nodes.Text):
            return mapping.value.value
    return None


def _name(name: str, place: nodes.Node) -> nodes.Name:
    return nodes.Name(parts=tuple(name.split(".")), span=place.span)


def _from(column: Column, inner: Column) -> Column:
    """A column of the entity that a path ends at, from where the path begins."""
    return Column(column.home, (*column.path, *inner.path), inner.name, inner.grain)


def refuse_mixed(data: RowData, function: str, argument: nodes.Expr, place: Place) -> None:
    """Amounts of several currencies are counted, and nothing else."""
    if function not in UNCOUNTED and any(isinstance(c, Column) for c in currencies(data, argument, place)):
        raise Refused(f"{function} of amounts in several currencies: convert first")


# ---------------------------------------------------------------- rates


def _rates(
    world: World, into: str, chosen: tuple[str, ...] | None, asking: Scope
) -> tuple[nodes.RatesDecl, Scope]:
    """The rates of that name where it stands, else the only ones that lead there of the package itself, of those that it uses, of all."""
    named = None if chosen is None else world.find(chosen, asking, nodes.RatesDecl)
    if chosen is not None and (named is None or named[2]):
        raise Refused(f"there are no rates {'.'.join(chosen)}")
    found = [
        (d, scope)
        for d, scope in world.declared(nodes.RatesDecl)
        if (named is None or d is named[0]) and (_says(d, "into") == into or not _fixed(d) or _inverse(d))
    ]
    used = [package for package, _ in asking.uses]
    own = [one for one in found if one[1].package == asking.package]
    near = own or [one for one in found if one[1].package in used] or found
    if len(near) != 1:
        raise Refused(f"{len(near)} exchange rates lead to {into}")
    return near[0]


def _says(rates: nodes.RatesDecl, word: str) -> str:
    name = next((p.values[0] for p in rates.properties if p.word == word), None)
    if not isinstance(name, nodes.Name):
        raise Refused(f"the rates {rates.name} do not say their {word}")
    return name.text


def _fixed(rates: nodes.RatesDecl) -> bool:
    into = _says(rates, "into")
    return len(into) == 3 and into.isupper()


def _inverse(rates: nodes.RatesDecl) -> bool:
    values = next((p.values for p in rates.properties if p.word == "inverse"), ())
    return any(isinstance(v, nodes.Boolean) and v.value for v in values)


def _rate(
    data: RowData, table: tuple[nodes.RatesDecl, Scope], currency: str, into: str, day: date
) -> Fraction | None:
    """The direct rate, else one over the opposite one where the declaration says so."""
    direct = _by_rule(data, table, currency, into, day)
    if direct is not None or not _inverse(table[0]):
        return direct
    opposite = _by_rule(data, table, into, currency, day)
    return None if not opposite else 1 / opposite


def _by_rule(
    data: RowData, table: tuple[nodes.RatesDecl, Scope], currency: str, into: str, day: date
) -> Fraction | None:
    declared, scope = table
    dated: dict[date, Fraction | None] = {}
    entity = data.world.rows_of(declared, declared.origin, scope)
    for row in data.rows(entity):
        of = data.member(entity, _says(declared, "currency"), row)
        to = (
            _says(declared, "into") if _fixed(declared) else data.member(entity, _says(declared, "into"), row)
        )
        then = plain(data.member(entity, _says(declared, "day"), row))
        if of != currency or to != into or then is None:
            continue
        if then in dated:
            raise Refused(f"the rates {declared.name} have two rates from {currency} into {into} on {then}")
        dated[_day(then)] = data.member(entity, _says(declared, "rate"), row)
    if declared.rule == "day":
        return dated.get(day)
    known = {d: r for d, r in dated.items() if r is not None and (d.year, d.month) == (day.year, day.month)}
    if not known:
        return None
    return (
        sum(known.values(), Fraction(0)) / len(known)
        if declared.rule == "month average"
        else known[max(known)]
    )


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value
