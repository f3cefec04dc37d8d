"""Why a number moved as docs/reference/why.schema.json describes it."""

import json
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from metricdsl.execution.json_object import json_value
from metricdsl.insight.decomposition import Piece
from metricdsl.insight.why_answer import ByDimension, MadeOf, Why
from metricdsl.insight.why_values import machine, relative
from metricdsl.insight.why_words import period_text, words
from metricdsl.model.period import Period, day_of
from metricdsl.model.types import FLOAT, Kind, ValueType


def why_object(why: Why) -> dict[str, Any]:
    """The answer as plain data; decimals stay `Decimal`, so that whoever writes them can keep all their digits."""
    share = relative(why.before, why.change, why.type)
    return {
        "metric": why.metric.name,
        "label": why.metric.label,
        "type": why.type.kind.value,
        "unit": why.type.unit.behind("second") if why.type.kind is Kind.DURATION else why.type.unit.text,
        "period": _period(why.period),
        "against": {
            "kind": why.against.kind,
            "period": None if why.against.period is None else _period(why.against.period),
        },
        "unfinished": why.unfinished or None,
        "where": why.where or None,
        "before": machine(why.before, why.type),
        "now": machine(why.now, why.type),
        "change": machine(why.change, why.type),
        "relative": None if share is None else float(share),
        "words": list(words(why)),
        "factors": _made_of(why, why.factors),
        "terms": _made_of(why, why.terms),
        "dimensions": [_dimension(why, one) for one in why.dimensions],
        "left_out": [{"dimension": one.name, "reason": one.reason} for one in why.left_out],
        "notes": list(why.notes),
    }


def written(value: Any, indent: str = "") -> str:
    """Plain data as JSON text, decimals with all their digits."""
    deeper = indent + "  "
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, dict) and value:
        pairs = (f"{deeper}{json.dumps(key)}: {written(one, deeper)}" for key, one in value.items())
        return "{\n" + ",\n".join(pairs) + f"\n{indent}}}"
    if isinstance(value, list) and value:
        return "[\n" + ",\n".join(f"{deeper}{written(one, deeper)}" for one in value) + f"\n{indent}]"
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _period(period: Period) -> dict[str, Any]:
    assert period.start is not None, "a period that is compared begins"
    assert period.end is not None, "a period that is compared ends"
    last = day_of(period.end) - timedelta(days=1)
    return {
        "name": period_text(period),
        "first_day": day_of(period.start).isoformat(),
        "last_day": last.isoformat(),
    }


def _made_of(why: Why, parts: Sequence[MadeOf]) -> list[dict[str, Any]]:
    return [
        {
            "name": one.name,
            "power" if parts is why.factors else "sign": one.power,
            "before": machine(one.before, one.type),
            "now": machine(one.now, one.type),
            "part": machine(one.part, why.type),
        }
        for one in parts
    ]


def _dimension(why: Why, one: ByDimension) -> dict[str, Any]:
    found: dict[str, Any] = {"dimension": one.name, "kind": one.kind}
    if one.kind == "mix and rate":
        found |= {
            "mix": machine(one.mix, why.type),
            "rate": machine(one.rate, why.type),
            "came_and_went": machine(one.came_and_went, why.type),
        }
    return {
        **found,
        "needed": one.needed,
        "score": one.score,
        "against_total": one.against_total,
        "rest": machine(one.rest, why.type),
        "members": [_piece(why, piece) for piece in one.pieces],
    }


def _piece(why: Why, piece: Piece) -> dict[str, Any]:
    member = piece.member
    values: dict[str, tuple[Fraction | None, ValueType]] = {
        "weight_before": (piece.weight_before, FLOAT),
        "weight_now": (piece.weight_now, FLOAT),
        "mix": (piece.mix, why.type),
        "rate": (piece.rate, why.type),
    }
    return {
        "member": [json_value(part, exact=False) for part in member]
        if isinstance(member, tuple)
        else json_value(member, exact=False),
        "standing": piece.standing.value,
        "before": machine(piece.before, why.type),
        "now": machine(piece.now, why.type),
        "part": machine(piece.part, why.type),
        **{name: machine(value, of) for name, (value, of) in values.items() if value is not None},
    }
