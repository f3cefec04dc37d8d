"""Rows that formulas look at without a path to them: those of holidays, and of calendars whose periods lie in a table."""

from collections.abc import Iterator
from typing import Any

import attrs

from metricdsl.model.formula import Call, Constant, Expression
from metricdsl.model.opening_hours import hours_of
from metricdsl.model.period_table import table_of

Beside = tuple[str, str]
"""The entity of some rows, and a column of it; "" is its day."""


def beside_call(call: Call) -> Iterator[Beside]:
    """What a call looks at: the holidays of a calendar, the periods of one."""
    for one in call.arguments:
        if isinstance(one, Constant) and isinstance(one.value, str):
            yield from _of_grain(one.value)
    last = call.arguments[-1] if call.arguments else None
    if call.function == "business_time" and isinstance(last, Constant) and isinstance(last.value, str):
        table = hours_of(last.value).table
        if table:
            yield table, ""


def beside(formula: Expression) -> dict[Beside, None]:
    """What the grains of a formula look at: those of its keys, its windows, and wherever else one may stand."""
    found: dict[Beside, None] = {}
    seen: set[int] = set()
    waiting: list[Any] = [formula]
    while waiting:
        here = waiting.pop()
        if isinstance(here, str):
            found.update(dict.fromkeys(_of_grain(here)))
        elif isinstance(here, tuple):
            waiting.extend(here)
        elif attrs.has(type(here)) and id(here) not in seen:
            seen.add(id(here))
            if isinstance(here, Call):
                found.update(dict.fromkeys(beside_call(here)))
            waiting.extend(getattr(here, one.name) for one in attrs.fields(type(here)))
    return found


def _of_grain(grain: str) -> Iterator[Beside]:
    table = table_of(grain)
    if table is not None:
        yield table.rows, ""
        yield from ((table.rows, part) for part in table.parts)
