"""What a plugin contributes, looked at before it is believed, under the plugin's own name."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from attrs import evolve

from metricdsl.model.metric import Additivity
from metricdsl.model.types import ValueType
from metricdsl.plugins.faults import said
from metricdsl.spi.checks import CheckDef
from metricdsl.spi.defs import (
    AggregationDef,
    Capability,
    DialectDef,
    FunctionDef,
    Mismatch,
    Support,
)
from metricdsl.spi.lowering import Emulated, Refused
from metricdsl.spi.result_functions import ResultFunctionDef

_NAME = re.compile(r"[a-z][a-z0-9_]*")
MOST_OF_A_SERIES = 1_000_000
"""How many members a function outside SQL may ask for at most: they are held in memory."""


def contribution_fault(definition: object) -> str:
    """What is wrong with a definition, in words; nothing is the empty text."""
    match definition:
        case DialectDef():
            return _dialect_fault(definition)
        case FunctionDef() | AggregationDef():
            return _function_fault(definition)
        case ResultFunctionDef():
            return _result_function_fault(definition)
        case CheckDef():
            return _check_fault(definition)
        case _:
            return ""


def _function_fault(definition: Any) -> str:
    wrong = _described_fault(definition) or _table_fault(definition.name, definition.lower)
    wrong = wrong or _arguments_fault(definition)
    if wrong:
        return wrong
    return _aggregation_fault(definition.name, definition) if isinstance(definition, AggregationDef) else ""


def _result_function_fault(definition: Any) -> str:
    wrong = _described_fault(definition) or _arguments_fault(definition)
    if wrong:
        return wrong
    if not callable(definition.evaluate):
        return f"`evaluate` of {definition.name} is no function"
    most = definition.most_members
    if not isinstance(most, int) or isinstance(most, bool) or not 1 <= most <= MOST_OF_A_SERIES:
        return f"`most_members` of {definition.name} is a number from 1 to {MOST_OF_A_SERIES:,}"
    return ""


def _described_fault(definition: Any) -> str:
    name = definition.name
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        return f"{name!r} is no name: small letters, digits and `_`"
    if not callable(definition.infer):
        return f"`infer` of {name} is no function"
    if not isinstance(definition.doc, str) or not definition.doc.strip():
        return f"{name} has no `doc`: nobody could know what it means"
    return "" if isinstance(definition.signature, str) else f"`signature` of {name} is no text"


def _arguments_fault(definition: Any) -> str:
    name = definition.name
    least, most = definition.least, definition.most
    if not isinstance(least, int) or not isinstance(most, int | None) or least < 0:
        return f"`least` and `most` of {name} are numbers of arguments"
    if most is not None and -1 != most < least:
        return f"{name} takes {least} arguments at least and {most} at most"
    return ""


def _aggregation_fault(name: str, definition: Any) -> str:
    if not isinstance(definition.additivity, Additivity):
        return f"`additivity` of {name} is none of {', '.join(one.name for one in Additivity)}"
    if not isinstance(definition.merge, str | None):
        return f"`merge` of {name} is no name of an aggregation"
    return ""


def _check_fault(definition: Any) -> str:
    number = definition.number
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        return f"{number!r} is no number of a check"
    if not callable(definition.look):
        return f"`look` of the check {number} is no function"
    if not isinstance(definition.doc, str) or not definition.doc.strip():
        return f"the check {number} has no `doc`: nobody could know what it is for"
    return ""


def _table_fault(name: str, table: object) -> str:
    if not isinstance(table, Mapping) or not table:
        return f"`lower` of {name} has no row for any dialect"
    rows: Mapping[Any, Any] = table
    for dialect, row in rows.items():
        if not isinstance(dialect, str):
            return f"`lower` of {name} has a row for {dialect!r}, which is no dialect's name"
        if not callable(row) and not isinstance(row, Emulated | Refused):
            return f"`lower` of {name} for {dialect} is no lowering"
    return ""


def _dialect_fault(definition: Any) -> str:
    name = definition.name
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        return f"{name!r} is no name of a dialect"
    capabilities = definition.capabilities
    if not isinstance(capabilities, Mapping) or not isinstance(definition.overrides, Mapping):
        return f"the dialect {name} has no table of capabilities, or none of overrides"
    if not all(isinstance(one, Capability) for one in capabilities):
        return f"the dialect {name} has a capability that there is not"
    if not all(isinstance(support, Support) for support in capabilities.values()):
        return f"a capability of the dialect {name} is native, emulated or refused"
    return _table_fault(name, definition.overrides) if definition.overrides else ""


def under_its_plugin(definition: Any, plugin: str, described: str) -> Any:
    """A function or aggregation by the name that formulas use, `plugin.name`; what its `infer` raises is a misfit, told as the
    plugin's. A dialect keeps its name: it is the name of an SQL.
    """
    if not isinstance(definition, FunctionDef | AggregationDef | ResultFunctionDef):
        return definition
    name = f"{plugin}.{definition.name}"
    return evolve(definition, name=name, infer=_guarded(definition.infer, name, described))


def _guarded(infer: Callable[[Any], Any], name: str, described: str) -> Callable[[Sequence[Any]], Any]:
    def inferred(arguments: Sequence[Any]) -> ValueType | Mismatch:
        try:
            found: Any = infer(arguments)
        except Exception as error:  # noqa: BLE001 - whatever a plugin raises is the plugin's fault, and said so
            why = f"{name} of the plugin {described} cannot tell its type here ({said(error)})"
            return Mismatch("plugin", why)
        if not isinstance(found, ValueType | Mismatch):
            why = f"{name} of the plugin {described} gives a {type(found).__name__} for its type"
            return Mismatch("plugin", why)
        return found

    return inferred
