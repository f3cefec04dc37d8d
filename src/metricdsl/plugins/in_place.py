"""A plugin that is being written: what its `pyproject.toml` says that it will be once it is installed."""

import tomllib
from pathlib import Path
from typing import Any

from metricdsl.diagnostics import Outcome
from metricdsl.diagnostics.problems.plugins import InvalidManifest
from metricdsl.plugins.discover import GROUP
from metricdsl.plugins.manifest import FILE_NAME
from metricdsl.value import frozen


@frozen(kw_only=True)
class Written:
    """The plugin's name, its module, the folder that has the module, the package's name and version."""

    plugin: str
    module: str
    source: Path
    package: str
    version: str


def written_plugin(folder: Path) -> Outcome[Written | None]:
    """The plugin whose `pyproject.toml` lies in a folder, or why there is none."""
    project: Any = {}
    why = ""
    try:
        project = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8")).get("project", {})
    except FileNotFoundError:
        why = f"there is no pyproject.toml in {folder}"
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        why = f"pyproject.toml cannot be read: {error}"
    entries = project.get("entry-points", {}).get(GROUP, {}) if isinstance(project, dict) else {}
    if not why and not (isinstance(entries, dict) and len(entries) == 1):
        why = f'pyproject.toml says no single plugin under [project.entry-points."{GROUP}"]'
    if not why:
        ((plugin, module),) = entries.items()
        at = Path(*str(module).split("."))
        source = next((one for one in (folder / "src", folder) if (one / at / FILE_NAME).is_file()), None)
        if source is not None:
            version = str(project.get("version", "0"))
            package = str(project.get("name", plugin))
            return Outcome(
                Written(plugin=plugin, module=str(module), source=source, package=package, version=version)
            )
        why = f"there is no {(at / FILE_NAME).as_posix()} in src/ or beside pyproject.toml"
    return Outcome(None, (InvalidManifest(plugin=folder.resolve().name, version="", why=why),))
