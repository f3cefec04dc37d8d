"""Why a number moved in words: what moved by how much, what it is made of, which members explain it."""

from collections.abc import Sequence
from datetime import timedelta
from fractions import Fraction

from metricdsl.execution.shown import people
from metricdsl.insight.decomposition import Piece, Standing
from metricdsl.insight.why_answer import ByDimension, MadeOf, Why
from metricdsl.insight.why_tables import is_rounding, member
from metricdsl.insight.why_values import RELATIVE, difference_type, relative, value_of
from metricdsl.model.period import Period, add_months, day_of
from metricdsl.model.types import Kind, ValueType

NAMED = 3
"""How many members a sentence names."""
MOSTLY = Fraction(4, 5)


def words(why: Why) -> tuple[str, ...]:
    """The answer in sentences, what matters most first."""
    found = [_head(why)]
    if why.unfinished:
        found.append(f"{why.unfinished[0].upper()}{why.unfinished[1:]}.")
    if why.change == 0 and not any(piece.part for one in why.dimensions for piece in one.pieces):
        return (*found, *_asides(why))
    if why.dimensions:
        found += _dimension(why, why.dimensions[0])
    for one in why.dimensions[1:]:
        if one.against_total:
            found.append(_paradox(why, one))
    if not why.dimensions and why.left_out and not why.notes:
        found.append(
            "No dimension that it can be sliced by divides the change: each is listed with its reason."
        )
    if why.factors:
        found.append(_made_of("By its factors", why, why.factors))
    if why.terms:
        found.append(_made_of("By its terms", why, why.terms))
    return (*found, *_asides(why))


def period_text(period: Period) -> str:
    """A period as it is written: 2026, 2026-Q1, 2026-09, a day, a range of days."""
    if period.start is None or period.end is None:
        return "all time"
    start, end = day_of(period.start), day_of(period.end)
    last = end - timedelta(days=1)
    if start.day == 1:
        if end == add_months(start, 1):
            return f"{start:%Y-%m}"
        if end == add_months(start, 3) and start.month % 3 == 1:
            return f"{start:%Y}-Q{(start.month + 2) // 3}"
        if end == add_months(start, 12) and start.month == 1:
            return f"{start:%Y}"
        if end.day == 1:
            return f"{start:%Y-%m} to {last:%Y-%m}"
    return f"{start}" if start == last else f"{start} to {last}"


def against_text(why: Why) -> str:
    """What a metric is compared with."""
    if why.against.period is not None:
        return period_text(why.against.period)
    return {"goal": "its goal", "baseline": "its baseline"}.get(
        why.against.kind, why.against.name or "before"
    )


def amount(number: Fraction, why: Why, *, signed: bool = False) -> str:
    """A part of the change with its unit and, if asked for, its sign."""
    type = difference_type(why.type)
    if type != why.type and not signed:
        return f"{people(value_of(abs(number), why.type), type, why.format).lstrip('+')}"
    shown = people(value_of(number, why.type), type, why.format)
    sign = "+" if signed and number > 0 and not shown.startswith("+") else ""
    return f"{sign}{shown}{_unit(why.type)}"


def _unit(type: ValueType) -> str:
    """The unit of an amount, where the value does not show it."""
    tells = any(
        base.kind != "entity" for base, _ in type.unit.powers
    )  # so many orders: the metric's name says so
    return f" {type.unit.text}" if tells and type.kind is not Kind.DURATION else ""


def _value(number: Fraction, why: Why) -> str:
    return f"{people(value_of(number, why.type), why.type, why.format)}{_unit(why.type)}"


def _head(why: Why) -> str:
    name = why.metric.label or why.metric.name.rpartition(".")[2]
    change = why.change
    goal = why.against.kind in {"goal", "baseline"}
    where = f" where {why.where}" if why.where else ""
    if change == 0:
        same = "is at" if goal else "is the same as in"
        return (
            f"{name}{where} {same} {against_text(why)}: {_value(why.now, why)} in {period_text(why.period)}."
        )
    share = relative(why.before, change, why.type)
    percent = "" if share is None else f" ({'+' if share > 0 else ''}{people(float(share), RELATIVE)})"
    much = amount(abs(change), why)
    values = f"{_value(why.now, why)} in {period_text(why.period)}"
    if goal:
        way = "above" if change > 0 else "below"
        return f"{name}{where} is {much} {way} {against_text(why)}{percent}: {values}, beside {_value(why.before, why)}."
    way = "rose" if change > 0 else "fell"
    return (
        f"{name}{where} {way} by {much}{percent}: {_value(why.before, why)} in {against_text(why)}, {values}."
    )


def _dimension(why: Why, one: ByDimension) -> list[str]:
    """What the dimension that explains most says."""
    found = []
    if one.kind == "mix and rate":
        kinds = {"the mix": one.mix, "the rates": one.rate, "members that came or went": one.came_and_went}
        said = [f"{kind} {amount(value, why, signed=True)}" for kind, value in kinds.items() if value]
        total = sum((abs(value) for value in kinds.values()), Fraction(0))
        text = f"By {one.name}: {_listed(said)}." if said else f"By {one.name}: no member moved."
        if total and abs(one.mix) >= MOSTLY * total:
            text += " It is the mix that moved: which members there is more of, not what each of them does."
        elif total and abs(one.rate) >= MOSTLY * total:
            text += " It is the rates that moved, not the mix."
        found.append(text)
    named = [piece for piece in one.pieces if piece.part][: min(NAMED, max(1, one.needed))]
    if named:
        said = [_piece(why, one, piece) for piece in named]
        of = "of the difference" if why.against.kind != "period" else "of it"
        lead = "Most of it: " if one.kind == "mix and rate" else f"By {one.name}: "
        found.append(f"{lead}{_listed(said)}{_share_of(why, named, of)}.")
    if one.against_total:
        found.append(_paradox(why, one))
    return found


def _piece(why: Why, one: ByDimension, piece: Piece) -> str:
    name = member(piece.member, one.type)
    name = f"{one.name} unknown" if piece.member is None else name
    standing = {
        Standing.NEW: " (new)" if one.kind != "goals" else "",
        Standing.VANISHED: " (gone)" if one.kind != "goals" else "",
    }.get(piece.standing, "")
    return f"{name}{standing} {amount(piece.part, why, signed=True)}"


def _share_of(why: Why, named: Sequence[Piece], of: str) -> str:
    """How much of the change some members make, where that is a share: all of them on its side, together no more than it."""
    part = sum((piece.part for piece in named), Fraction(0))
    if not all(piece.part * why.change > 0 for piece in named) or abs(part) > abs(why.change):
        return ""
    return f", {people(float(part / why.change), RELATIVE)} {of}"


def _paradox(why: Why, one: ByDimension) -> str:
    whole, each = ("fell", "rose") if why.change < 0 else ("rose", "fell")
    return f"By {one.name} each member {each} while the whole {whole} (Simpson's paradox): the mix outweighs all of them."


def _made_of(title: str, why: Why, parts: Sequence[MadeOf]) -> str:
    said = [f"{one.name} {amount(one.part, why, signed=True)}" for one in parts]
    return f"{title}: {_listed(said)}."


def _asides(why: Why) -> list[str]:
    found = [f"{note[0].upper()}{note[1:]}." for note in why.notes]
    found += [
        f"By {one.name} {amount(one.rest, why, signed=True)} is not explained."
        for one in why.dimensions
        if one.kind != "goals" and not is_rounding(one.rest, why)
    ]
    return found


def _listed(said: Sequence[str]) -> str:
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"
