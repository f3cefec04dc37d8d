"""Rows of tables that no entity names: those of exchange rates, of holidays and of calendars, each as the entity that it stands for."""

from collections.abc import Iterable, Mapping

from metricdsl.analysis.directory import Declared, Directory
from metricdsl.analysis.entities import header
from metricdsl.analysis.world import Header
from metricdsl.diagnostics import Problem
from metricdsl.model.settings import Settings
from metricdsl.spi.values import Catalog
from metricdsl.syntax import nodes


def stand_ins(
    declared: Iterable[tuple[Declared, str, nodes.EntityDecl]],
    directory: Directory,
    catalog: Catalog | None,
    settings: Settings,
    broken: Mapping[str, tuple[Problem, ...]],
) -> tuple[dict[str, Header], list[Problem]]:
    """The headers of entities that declarations stand for, by the names they are given, and what is wrong with them."""
    found: dict[str, Header] = {}
    problems: list[Problem] = []
    for one, name, entity in declared:
        made, wrong = header(
            Declared(name, one.sort, entity, one.scope, one.source), directory, catalog, settings, broken
        )
        found[made.name] = made
        problems.extend(wrong)
    return found, problems
