"""Plugins whose manifests or names are not right (P8)."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Fix, Problem, Severity


class NoManifest(Problem):
    """An installed package says that it is a plugin, and has no manifest.

    ## Why
    The manifest `metricdsl-plugin.toml` tells what a plugin brings before any of its code runs. Without it nothing of
    the plugin is loaded, so that nothing of it runs by surprise.

    ## Example
    A package whose entry point `metricdsl.plugins` names a folder without `metricdsl-plugin.toml`.

    ## Instead
    Put a manifest beside the package's `__init__.py`; its first line is `api = "1.0"`.
    """

    code: ClassVar[str] = "P801"
    slug: ClassVar[str] = "no-manifest"
    severity: ClassVar[Severity] = Severity.WARNING
    plugin: str
    package: str
    file: str

    def message(self) -> str:
        return f"the plugin `{self.plugin}` of {self.package} was left out: it has no manifest {self.file}"

    def fixes(self) -> tuple[Fix, ...]:
        return (Fix(f"install {self.package.split()[0]} again, or ask its author for the manifest"),)


class InvalidManifest(Problem):
    """A plugin's manifest is wrong, or it is written for another version of the plugin interface.

    ## Why
    What a manifest does not say plainly would have to be guessed. A plugin for another version could ask for what is
    not there any more.

    ## Example
    `metricdsl-plugin.toml` says `api = "2.0"`, and this metricdsl offers 1.0.

    ## Instead
    `api = "1.0"`
    """

    code: ClassVar[str] = "P803"
    slug: ClassVar[str] = "invalid-manifest"
    severity: ClassVar[Severity] = Severity.WARNING
    plugin: str
    version: str
    why: str

    def message(self) -> str:
        return f"the plugin {self.plugin} {self.version} was left out: in its manifest, {self.why}"

    def fixes(self) -> tuple[Fix, ...]:
        return (Fix(f"install a version of {self.plugin} that fits this metricdsl"),)


class NameClaimedTwice(Problem):
    """Two installed packages claim the same plugin name.

    ## Why
    Which of them a definition means would depend on the order of installation: so neither is loaded.

    ## Example
    `metricdsl-retail` and `acme-retail` are both installed, and both call themselves `retail`.

    ## Instead
    Uninstall one of the two.
    """

    code: ClassVar[str] = "P802"
    slug: ClassVar[str] = "name-claimed-twice"
    severity: ClassVar[Severity] = Severity.WARNING
    plugin: str
    packages: tuple[str, ...]

    def message(self) -> str:
        return f"{' and '.join(self.packages)} both claim the plugin name `{self.plugin}`: neither was loaded"

    def fixes(self) -> tuple[Fix, ...]:
        return tuple(Fix(f"uninstall {package.split()[0]}") for package in self.packages)
