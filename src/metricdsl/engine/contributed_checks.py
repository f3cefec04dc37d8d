"""The checks of plugins, each looked through by itself; what one raises is that plugin's problem."""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.problems.hooks import FoundByPlugin, HookRaised
from metricdsl.model.semantic_model import SemanticModel
from metricdsl.plugins.faults import said
from metricdsl.registry import Registry
from metricdsl.source import Span
from metricdsl.spi.checks import CheckDef, Finding

MOST = 1_000
"""How many findings of a check are told."""


def found_by_plugins(
    registry: Registry, model: SemanticModel, owners: Mapping[str, str]
) -> tuple[Problem, ...]:
    """What the checks find in the project's own definitions: those of packs (`owners`) are not the project's to change."""
    return tuple(
        problem
        for name, check in registry.checks.items()
        for problem in _found(name, check, registry.provenance.get(f"check {name}", ""), model, owners)
    )


def _found(
    name: str, check: CheckDef, by: str, model: SemanticModel, owners: Mapping[str, str]
) -> Iterator[Problem]:
    try:
        found: tuple[Any, ...] = tuple(islice(check.look(model), MOST))
        wrong = [type(one).__name__ for one in found if not isinstance(one, Finding)]
        why = f"it gave a {wrong[0]} where a Finding belongs" if wrong else ""
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a plugin raises is the plugin's fault, and said so
        why = said(error)
    if why:
        yield HookRaised(plugin=by, hook=f"the check {name}", why=why)
        return
    for one in found:
        span = _place(one.name, model)
        if span is None or span.file not in owners:
            yield FoundByPlugin(check=name, text=one.message, doc=check.doc, fix=one.fix, span=span)


def _place(name: str, model: SemanticModel) -> Span | None:
    declared = model.metrics.get(name) or model.entities.get(name)
    return None if declared is None else declared.span
