"""`metric init`: a project file and proposed definitions, from a folder of files, a database file or a URL."""

import os
import re
from collections.abc import Mapping
from pathlib import Path

from metricdsl.adapters.folder import ENDINGS
from metricdsl.diagnostics import Outcome, Problem
from metricdsl.diagnostics.problems.project import BadProjectFile
from metricdsl.engine.config import FILE_NAME
from metricdsl.engine.connected import Surroundings, connect
from metricdsl.engine.connection_settings import read_connection, with_scheme
from metricdsl.engine.errors import QueryError
from metricdsl.engine.propose import propose
from metricdsl.engine.survey import survey
from metricdsl.plugins import builtin_registry
from metricdsl.source import SourceFile
from metricdsl.spi.adapter import AdapterError
from metricdsl.syntax import format_document, read
from metricdsl.value import frozen

DEFINITIONS = "definitions"


@frozen(kw_only=True)
class Initialised:
    """The files that were written, and what there is to say of them."""

    files: tuple[Path, ...]
    notes: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()  # of tables that could not be read, and are left out


def initialise(folder: Path, origin: str | None, *, environment: Mapping[str, str]) -> Initialised:
    """A project in a folder, from data (by default the data files in the folder itself). Raises QueryError."""
    url = _url(folder, origin)
    name = folder.resolve().name
    file = re.sub(r"\W+", "_", name).strip("_") or "project"
    proposed = Outcome("") if url is None else proposal(folder, url, environment)
    definitions, notes = proposed.value, _notes(proposed.value)
    (folder / DEFINITIONS).mkdir(parents=True, exist_ok=True)
    written = [folder / FILE_NAME]
    written[0].write_text(_project_file(name, url), encoding="utf-8", newline="\n")
    if definitions:
        written.append(folder / DEFINITIONS / f"{file}.metric")
        written[-1].write_text(definitions, encoding="utf-8", newline="\n")
    else:
        notes = (
            *notes,
            f"There is no data here: put `.metric` files into {folder / DEFINITIONS} and name a connection.",
        )
    return Initialised(files=tuple(written), notes=notes, problems=proposed.problems)


def proposal(folder: Path, url: str, environment: Mapping[str, str]) -> Outcome[str]:
    """The definitions that the data behind a URL speaks for; tables that cannot be read are its problems. Raises QueryError."""
    read_ = read_connection("default", {"url": url})
    if read_.problems or read_.config is None:
        raise QueryError([BadProjectFile(what=what) for _, what in read_.problems])
    surroundings = Surroundings(
        root=folder,
        timezone="UTC",
        environment=environment,
        plugins=tuple,
        connections={"default": read_.config},
    )
    outcome = connect("default", surroundings, builtin_registry)
    if outcome.value is None:
        raise QueryError(outcome.problems)
    try:
        found = survey(outcome.value)
    except AdapterError as error:
        raise QueryError((error.problem,)) from error
    finally:
        outcome.value.adapter.close()
    document = read(SourceFile.of("proposal", propose(found.value)))
    assert not document.problems, [problem.message() for problem in document.problems]
    return Outcome(format_document(document.value), found.problems)


def _notes(definitions: str) -> tuple[str, ...]:
    unsure = definitions.count("say which")
    if not unsure:
        return ()
    columns = "1 column" if unsure == 1 else f"{unsure} columns"
    return (f"{columns} can be read in two ways; the comments in the definitions name both.",)


def _url(folder: Path, origin: str | None) -> str | None:
    """What to write as the `url`: paths inside the folder relative to it, others absolute."""
    if origin is None:
        there = folder.is_dir() and any(p.suffix.casefold() in ENDINGS for p in folder.iterdir())
        return "files:." if there else None
    if re.match(r"[a-z][a-z0-9+]+:", origin):
        return origin
    path, root = Path(os.path.abspath(origin)), Path(os.path.abspath(folder))  # noqa: PTH100 - links stay as they are written
    if path.is_file() and path.suffix.casefold() in ENDINGS:
        path = path.parent
    shown = path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()
    return f"files:{shown}" if path.is_dir() else with_scheme(shown)


def _project_file(name: str, url: str | None) -> str:
    lines = ["[project]", f'name = "{_escaped(name)}"', "language = 1", f'definitions = ["{DEFINITIONS}"]']
    if url is not None:
        lines += ["", "[connections.default]", f'url = "{_escaped(url)}"']
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
