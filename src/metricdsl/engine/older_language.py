"""A project in an older version of the language: told with the edits that bring it to the one that is read."""

import re

from metricdsl.diagnostics import Edit, Problem
from metricdsl.diagnostics.problems.project import BadProjectFile
from metricdsl.engine import migrations
from metricdsl.engine.config import FILE_NAME, ProjectConfig, place_of
from metricdsl.engine.definition_files import DefinitionBytes
from metricdsl.source import Span


def older_language(config: ProjectConfig, found: DefinitionBytes) -> tuple[Problem, ...]:
    """One problem, whose safe fix edits all files of the project and the number; and what no edit can keep, then without the fix."""
    lost: list[Problem] = list(found.problems)
    edits: list[Edit] = []
    for name, file in found.sources().items():
        if name in found.owners:
            continue  # what a plugin ships is no file of the project
        outcome = migrations.migrated(file, config.language)
        lost.extend(outcome.problems)
        if outcome.value is not None and outcome.value.text != file.text:
            edits.append(Edit(Span(name, 0, len(file.text)), outcome.value.text))
    place = place_of("language", config.source)
    number = place and re.compile(r"[\"\s]*=\s*").match(config.source.text, place.end)
    if place is not None and number:
        said = Span(FILE_NAME, number.end(), number.end() + len(str(config.language)))
        edits.append(Edit(said, str(migrations.LANGUAGE)))
    what = f"the project is written in language {config.language}, and this metricdsl reads {migrations.LANGUAGE}"
    return (BadProjectFile(what=what, span=place, migration=() if lost else tuple(edits)), *lost)
