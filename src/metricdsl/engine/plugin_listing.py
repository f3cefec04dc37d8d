"""What plugins are installed and what each brings, told from manifests and files: no code of theirs runs."""

from attrs import field

from metricdsl.diagnostics import Problem
from metricdsl.engine.packs import shipped_model
from metricdsl.plugins.discover import installed_plugins
from metricdsl.plugins.entries import NOUNS
from metricdsl.plugins.manifest import Manifest
from metricdsl.plugins.packs import pack_files
from metricdsl.value import frozen


@frozen(kw_only=True)
class Listed:
    """A plugin: its manifest, how many definition files it has, what is wrong with it."""

    manifest: Manifest
    files: int = 0
    problems: tuple[Problem, ...] = ()

    @property
    def brings(self) -> str:
        """What it brings, in words."""
        parts = []
        if self.files:
            parts.append(f"{self.files} definition file{'' if self.files == 1 else 's'}")
        parts += [f"the adapter {adapter.name}" for adapter in self.manifest.adapters]
        parts += [f"the {NOUNS[entry.kind]} {entry.full_name}" for entry in self.manifest.entries]
        if self.manifest.hooks:
            parts.append("code")
        return ", ".join(parts) or "nothing"


@frozen
class Listing:
    """All installed plugins in the order of their names, and the problems of those that were left out."""

    plugins: tuple[Listed, ...] = ()
    problems: tuple[Problem, ...] = field(default=())

    def named(self, name: str) -> Listed | None:
        """The plugin of a name."""
        return next((one for one in self.plugins if one.manifest.plugin == name), None)


def plugin_listing() -> Listing:
    """The installed plugins, the canonical model among them."""
    installed = installed_plugins()
    manifests = sorted((*installed.value, shipped_model()), key=lambda manifest: manifest.plugin)
    return Listing(tuple(_listed(manifest) for manifest in manifests), installed.problems)


def _listed(manifest: Manifest) -> Listed:
    read = pack_files(manifest)
    return Listed(manifest=manifest, files=len(read.value), problems=read.problems)
