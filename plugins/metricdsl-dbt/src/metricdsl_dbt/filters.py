"""Filters of metrics: SQL in which templates name dimensions, `{{ Dimension('order__status') }} = 'paid'`."""

import re
from collections.abc import Callable
from typing import Any

from metricdsl_dbt.sql_formulas import LONGEST, Untranslatable, formula_of

_TEMPLATE = re.compile(
    r"\{\{\s*(Dimension|TimeDimension|Entity|Metric)\(\s*['\"]([^'\"]*)['\"]\s*(?:,\s*['\"]([^'\"]*)['\"]\s*)?\)"
    r"(?:\.grain\(\s*['\"]([^'\"]*)['\"]\s*\))?\s*\}\}"
)
_PLACE = "template_{}"

Dimension = Callable[[str], tuple[str, str]]
"""The formula and type of a dimension from its dotted path (`order__status`); raises Untranslatable."""


def condition_of(said: Any, dimension: Dimension) -> str:
    """The condition that a filter, or a list of them, is. Raises Untranslatable."""
    filters = said if isinstance(said, list) else [said]
    return " and ".join(f"({_condition(str(one), dimension)})" for one in filters if one)


def _condition(text: str, dimension: Dimension) -> str:
    found: dict[str, tuple[str, str]] = {}
    if len(text) > LONGEST:
        raise Untranslatable(f"a filter of more than {LONGEST:,} letters is not read")

    def placed(match: re.Match[str]) -> str:
        sort, path, grain = match[1], match[2], match[3] or match[4]
        if sort not in {"Dimension", "TimeDimension"}:
            raise Untranslatable(f"its filter asks for {sort}('{path}')")
        formula, kind = dimension(path)
        if grain is not None and not (grain == "day" and kind in {"date", "timestamp"}):
            raise Untranslatable(f"its filter asks for a {grain} of {path}")
        if grain == "day" and kind == "timestamp":
            formula, kind = f"date({formula})", "date"
        name = _PLACE.format(len(found))
        found[name] = formula, kind
        return name

    sql = _TEMPLATE.sub(placed, text)
    if "{" in sql or "}" in sql:
        raise Untranslatable(f"its filter has a template that is not read: `{text.strip()}`")

    def column(name: str) -> tuple[str, str]:
        if name not in found:
            raise Untranslatable(f"its filter names {name} without saying which dimension it is")
        return found[name]

    return formula_of(sql, column)[0]
