"""A plugin's manifest, `metricdsl-plugin.toml`: what must be known of it before any of its code runs."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from metricdsl.diagnostics import Outcome
from metricdsl.diagnostics.problems.plugins import InvalidManifest
from metricdsl.plugins.entries import NOUNS, Entry, read_entries, wrong_entries
from metricdsl.plugins.versions import is_range
from metricdsl.spi import API_VERSION
from metricdsl.value import frozen

FILE_NAME = "metricdsl-plugin.toml"
_KEYS = {
    "api": str,
    "title": str,
    "about": str,
    "hooks": str,
    "packs": str,
    "requires": list,
    "adapter": list,
    **dict.fromkeys(NOUNS, list),
}
_ADAPTER_KEYS = {"name": str, "dialect": str, "schemes": list, "factory": str, "extra": str}
_NEEDED = ("name", "dialect", "schemes", "factory")


@frozen(kw_only=True)
class AdapterEntry:
    """An adapter as declared: `factory` is "package.module:function", imported when a connection is opened."""

    name: str
    dialect: str
    schemes: tuple[str, ...]
    factory: str
    extra: str = ""
    plugin: str = ""


@frozen(kw_only=True)
class Manifest:
    """What a plugin declares. `hooks` is a module's name, imported when its contributions are collected; `packs` a pattern of
    definition files in `folder`, where the manifest lies; `requires` names the plugins whose packages those files use, each
    with the versions that fit. `package` is the installed package that it came with; `entries` are the renderers, importers,
    exporters and commands that it names.
    """

    plugin: str
    version: str
    api: str
    title: str = ""
    about: str = ""
    hooks: str = ""
    packs: str = ""
    requires: tuple[tuple[str, str], ...] = ()
    folder: str = ""
    package: str = ""
    adapters: tuple[AdapterEntry, ...] = ()
    entries: tuple[Entry, ...] = ()

    @property
    def described(self) -> str:
        """Name and version, for messages and provenance."""
        return f"{self.plugin} {self.version}".strip()


def read_manifest(
    text: str, plugin: str, version: str, folder: str = "", package: str = ""
) -> Outcome[Manifest | None]:
    """The manifest in a text, or what is wrong with it. `folder` is where it lies, `package` what was installed."""
    fault = _fault(text)
    if fault:
        return Outcome(None, (InvalidManifest(plugin=plugin, version=version, why=fault),))
    data = tomllib.loads(text)
    adapters = tuple(
        AdapterEntry(**{**entry, "schemes": tuple(entry["schemes"])}, plugin=plugin)
        for entry in data.pop("adapter", ())
    )
    requires = tuple(_required(said) for said in data.pop("requires", ()))
    entries = read_entries(data, plugin, version)
    manifest = Manifest(
        plugin=plugin,
        version=version,
        folder=folder,
        package=package,
        requires=requires,
        adapters=adapters,
        entries=entries,
        **data,
    )
    return Outcome(manifest)


def _required(said: str) -> tuple[str, str]:
    """The name and the versions in `crm >=0.1,<1`; of a name alone, any."""
    found = re.match(r"\s*(\w*)", said)
    name = found[1] if found else ""
    return name, said.strip()[len(name) :].strip() or "*"


def _fault(text: str) -> str:
    """What is wrong with a manifest, in words; nothing is the empty text."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        return f"it is not TOML: {error}"
    except RecursionError:
        return "it is nested too deeply"
    wrong = _wrong_keys(data, _KEYS, "")
    if wrong:
        return wrong
    if "api" not in data:
        return f'it does not say `api = "{API_VERSION}"`'
    for entry in data.get("adapter", ()):
        if not isinstance(entry, dict):
            return "`adapter` must be written as [[adapter]] tables"
        wrong = _wrong_keys(entry, _ADAPTER_KEYS, "an adapter's ") or _wrong_adapter(entry)
        if wrong:
            return wrong
    wrong = wrong_entries(data)
    if wrong:
        return wrong
    for said in data.get("requires", ()):
        if not isinstance(said, str) or not _required(said)[0] or not is_range(_required(said)[1]):
            return "`requires` must be names of plugins, with versions where they matter, as in crm >=0.1,<1"
    module = data.get("hooks", "")
    if module and not re.fullmatch(r"[^\W\d]\w*(\.[^\W\d]\w*)*", module):
        return "`hooks` must be the name of a module, as in metricdsl_retail.hooks"
    return _wrong_packs(data.get("packs", "")) or _wrong_api(data["api"])


def _wrong_keys(data: Mapping[str, Any], known: Mapping[str, type], whose: str) -> str:
    for key, found in data.items():
        if key not in known:
            return f"{whose}key `{key}` is not known; there are {', '.join(known)}"
        if not isinstance(found, known[key]):
            return f"{whose}`{key}` has the wrong type"
    return ""


def _wrong_adapter(entry: Mapping[str, Any]) -> str:
    missing = [key for key in _NEEDED if key not in entry]
    if missing:
        return f"an adapter does not say `{missing[0]}`"
    if not all(isinstance(scheme, str) for scheme in entry["schemes"]):
        return "an adapter's `schemes` must be texts"
    if not all(re.fullmatch(r"[a-z][a-z0-9+-]+", scheme) for scheme in entry["schemes"]):
        return "an adapter's `schemes` must be beginnings of URLs, as in postgresql"
    module, colon, function = entry["factory"].partition(":")
    return (
        ""
        if module and colon and function
        else "an adapter's `factory` must be written as package.module:function"
    )


def _wrong_packs(pattern: str) -> str:
    """What is wrong with a pattern of definition files: it stays below the manifest, and names nothing else."""
    path = PurePosixPath(pattern)
    stays = not path.is_absolute() and ".." not in path.parts and not {"\\", "\0", ":"} & set(pattern)
    # Each `**` looks into all folders below each folder that the one before it has found.
    if not pattern or (stays and path.suffix == ".metric" and pattern.count("**") <= 1):
        return ""
    return "`packs` must name definition files below the manifest, as in definitions/**/*.metric"


def _wrong_api(api: str) -> str:
    major, _, minor = api.partition(".")
    ours_major, _, ours_minor = API_VERSION.partition(".")
    if not (major.isdigit() and minor.isdigit()):
        return f"`api` must be a version, as in {API_VERSION}"
    if major != ours_major:
        return f"it is written for version {api} of the plugin interface, this metricdsl has {API_VERSION}"
    if int(minor) > int(ours_minor):
        return f"it needs version {api} of the plugin interface, this metricdsl has {API_VERSION}: a newer metricdsl would do"
    return ""
