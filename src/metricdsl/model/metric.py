"""Metrics: named formulas with a type, a unit, an additivity and what is said about them."""

from collections.abc import Mapping
from enum import Enum
from typing import cast

import attrs
from attrs import field

from metricdsl.model.formula import Expression
from metricdsl.model.types import ValueType
from metricdsl.source import Span, Unread, present


class Additivity(Enum):
    """Over what the values of a metric may be added: everything, everything but time, nothing."""

    ADDITIVE = "additive"
    SEMI_ADDITIVE = "additive, but not over time"
    NON_ADDITIVE = "not additive"


@attrs.frozen(kw_only=True)
class Metric:
    """A metric, resolved; `name` is qualified. `properties` are those of its block as written (word → values as text).

    `labels` and `abouts` are those that are given for a language, by language.
    """

    name: str
    label: str | None
    _formula: Expression | Unread = field(eq=present)
    type: ValueType
    additivity: Additivity
    labels: Mapping[str, str] = field(factory=dict)
    about: str | None = None
    abouts: Mapping[str, str] = field(factory=dict)
    properties: Mapping[str, tuple[str, ...]] = field(factory=dict)
    text: str = ""  # the formula as written
    fingerprint: str = ""  # of the canonical form: two metrics with the same one are the same formula
    overrides: str = ""  # the metric of another package that it stands for, in full
    span: Span | None = field(default=None, eq=False, repr=False)

    @property
    def formula(self) -> Expression:
        """What it is evaluated by."""
        return cast("Expression", present(self._formula))
