"""The shape of a plan: its steps and formulas without names, columns and constants."""

from enum import Enum
from hashlib import blake2b
from typing import Any

import attrs

from metricdsl.model.entity import Entity
from metricdsl.model.formula import ColumnRef, Constant
from metricdsl.model.types import ValueType
from metricdsl.plan.nodes import Plan

KEPT = ("function", "kind", "grain", "rule", "which", "credit", "relation", "unit")
"""The texts that say what is done; all others are names."""

LEFT_OUT = ("span", "name", "setting", "entities", "whole", "metrics", "extents", "label")


def shape(plan: Plan) -> str:
    """A short text that two plans share which differ in names and constants alone."""
    return _Shapes().of(plan)


class _Shapes:
    """The shapes of parts, each found once: a plan says the same part in many places."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[str, Any]] = {}

    def of(self, value: Any) -> str:
        if id(value) not in self._known:
            said = self._said(value)
            digest = said if len(said) < 24 else blake2b(said.encode(), digest_size=8).hexdigest()
            self._known[id(value)] = digest, value
        return self._known[id(value)][0]

    def _said(self, value: Any) -> str:
        match value:
            case None:
                return "-"
            case Constant():
                return "constant"
            case ColumnRef(path=path):
                return f"column {len(path)}"
            case ValueType():
                return value.kind.name
            case Entity():
                return f"entity {value.scope is not None} {len(value.policies)}"
            case bool() | Enum():
                return str(value)
            case tuple() | frozenset() | list():
                return f"({' '.join(map(self.of, value))})"
            case _ if attrs.has(type(value)):
                fields = [f.name for f in attrs.fields(type(value)) if f.eq is not False]
                said = (self._field(name, getattr(value, name)) for name in fields if name not in LEFT_OUT)
                return f"{type(value).__name__}({' '.join(said)})"
            case _:
                return "."

    def _field(self, name: str, value: Any) -> str:
        if isinstance(value, str):
            return value if name in KEPT else "."
        return self.of(value)
