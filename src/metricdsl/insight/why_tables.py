"""Why a number moved as tables: how the dimensions rank, then each by its members, its factors, its terms."""

from collections.abc import Sequence
from fractions import Fraction

from attrs import frozen

from metricdsl.execution.shown import people
from metricdsl.insight.decomposition import Piece, unevenness
from metricdsl.insight.why_answer import ByDimension, MadeOf, Why
from metricdsl.insight.why_members import ROUNDED
from metricdsl.insight.why_values import difference_type, value_of
from metricdsl.model.types import FLOAT, INTEGER, TEXT, ValueType
from metricdsl.model.unit import SHARE
from metricdsl.spi.values import ResultColumn

MOST_ROWS = 10
MOST_TABLES = 3
WEIGHT = ValueType(FLOAT.kind, SHARE)


@frozen
class Shown:
    """A table with its title."""

    title: str
    columns: tuple[ResultColumn, ...]
    rows: tuple[tuple[object, ...], ...]


def tables(why: Why, *, every: bool = False) -> tuple[Shown, ...]:
    """The tables of an answer, those of the first dimensions unless `every` is asked for."""
    found = []
    if why.factors:
        found.append(_made_of("By its factors", why, why.factors))
    if why.terms:
        found.append(_made_of("By its terms", why, why.terms))
    if len(why.dimensions) > 1:
        found.append(_ranked(why))
    shown = why.dimensions if every else why.dimensions[:MOST_TABLES]
    found += [_members(why, one) for one in shown]
    return tuple(found)


def member(value: object, of: ValueType) -> str:
    """A member as it is called."""
    return " · ".join(people(one, of) for one in value) if isinstance(value, tuple) else people(value, of)


def is_rounding(rest: Fraction, why: Why) -> bool:
    """Whether what is left is no more than floats are rounded by."""
    return abs(rest) <= ROUNDED * max(abs(why.before), abs(why.now))


def _made_of(title: str, why: Why, parts: Sequence[MadeOf]) -> Shown:
    columns = (
        ResultColumn(name="", type=TEXT),
        ResultColumn(name="before", type=TEXT),
        ResultColumn(name="now", type=TEXT),
        _column("part", why),
    )
    signs = {(-1, "By its factors"): "÷ ", (-1, "By its terms"): "- "}
    rows = tuple(
        (
            signs.get((one.power, title), "") + one.name,
            people(value_of(one.before, one.type), one.type),
            people(value_of(one.now, one.type), one.type),
            value_of(one.part, why.type),
        )
        for one in parts
    )
    rest = why.change - sum((one.part for one in parts), Fraction(0))
    more = () if is_rounding(rest, why) else (("not explained", None, None, value_of(rest, why.type)),)
    return Shown(title, columns, (*rows, *more, ("the change", None, None, value_of(why.change, why.type))))


def _column(name: str, why: Why) -> ResultColumn:
    """A column of parts of the change."""
    return ResultColumn(name=name, type=difference_type(why.type), format=why.format)


def _ranked(why: Why) -> Shown:
    """How much lies unevenly in each dimension, and in how many of its members."""
    ratio = any(one.kind == "mix and rate" for one in why.dimensions)
    columns = [
        ResultColumn(name="dimension", type=TEXT),
        ResultColumn(name="members", type=INTEGER),
        ResultColumn(name="needed", type=INTEGER),
    ]
    columns += [_column(name, why) for name in ("mix", "rates", "came and went") if ratio]
    columns.append(_column("uneven", why))
    rows = []
    for one in why.dimensions:
        kinds = (one.mix, one.rate, one.came_and_went) if ratio else ()
        values = [value_of(value, why.type) for value in (*kinds, unevenness(one.pieces))]
        rows.append((one.name, len(one.pieces), one.needed, *values))
    return Shown("What explains most for least", tuple(columns), tuple(rows))


def _members(why: Why, one: ByDimension) -> Shown:
    """The members of a dimension, those with the greatest parts by name, all others together."""
    names = {
        "parts": ("before", "now"),
        "mix and rate": ("weight before", "weight now", "before", "now", "mix", "rate"),
        "goals": ("weight", "goal", "now"),
    }[one.kind]
    weighted = any(piece.weight_now is not None for piece in one.pieces)
    names = tuple(name for name in names if weighted or not name.startswith("weight"))
    columns = [ResultColumn(name=one.name, type=TEXT)]
    for name in names:
        if name.startswith("weight"):
            columns.append(ResultColumn(name=name, type=WEIGHT))
        elif name in {"mix", "rate"}:
            columns.append(_column(name, why))
        else:
            columns.append(ResultColumn(name=name, type=why.type, format=why.format))
    columns.append(_column("part", why))
    rows: list[tuple[object, ...]] = [
        (member(piece.member, one.type), *(_cell(why, piece, name) for name in (*names, "part")))
        for piece in one.pieces[:MOST_ROWS]
    ]
    others = one.pieces[MOST_ROWS:]
    empty = (None,) * len(names)
    if others:
        part = sum((piece.part for piece in others), Fraction(0))
        rows.append((f"({len(others)} others)", *_together(why, others, names), value_of(part, why.type)))
    if one.kind == "goals" and one.rest:
        rows.append(("(goals of members beside the whole's)", *empty, value_of(one.rest, why.type)))
    elif not is_rounding(one.rest, why):
        rows.append(("(not explained)", *empty, value_of(one.rest, why.type)))
    rows.append(
        ("the difference" if one.kind == "goals" else "the change", *empty, value_of(why.change, why.type))
    )
    return Shown(f"By {one.name}", tuple(columns), tuple(rows))


def _cell(why: Why, piece: Piece, name: str) -> object:
    value = {
        "weight before": piece.weight_before,
        "weight now": piece.weight_now,
        "weight": piece.weight_now,
        "before": piece.before,
        "goal": piece.before,
        "now": piece.now,
        "mix": piece.mix,
        "rate": piece.rate,
        "part": piece.part,
    }[name]
    return None if value is None else value_of(value, WEIGHT if name.startswith("weight") else why.type)


def _together(why: Why, others: Sequence[Piece], names: Sequence[str]) -> tuple[object, ...]:
    """What members have together, of what may be added up."""
    found: list[object] = []
    for name in names:
        adds = name in {"weight before", "weight now", "weight", "mix", "rate"}
        if not adds and not (
            name in {"before", "now"}
            and all(piece.mix is None and piece.weight_now is None for piece in others)
        ):
            found.append(None)
            continue
        attribute = {
            "weight before": "weight_before",
            "weight now": "weight_now",
            "weight": "weight_now",
        }.get(name, name)
        known = [getattr(piece, attribute) for piece in others]
        total = sum((value for value in known if value is not None), Fraction(0))
        found.append(value_of(total, WEIGHT if name.startswith("weight") else why.type))
    return tuple(found)
