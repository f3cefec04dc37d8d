"""Packs: the definitions that plugins ship (P8)."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Fix, Problem, Severity


class PackFileNotRead(Problem):
    """A definition file that a plugin's manifest names cannot be read.

    ## Why
    The metrics of the file are missing, and formulas that use them fail: so the plugin that they came with is named. A link
    that leads out of the plugin is not followed, since a pack is what was installed and nothing else.

    ## Example
    The manifest says `packs = "definitions/**/*.metric"`, and the package was built without that folder.

    ## Instead
    Install the plugin again, or ask its author for the files.
    """

    code: ClassVar[str] = "P809"
    slug: ClassVar[str] = "pack-file-not-read"
    severity: ClassVar[Severity] = Severity.WARNING
    plugin: str
    file: str
    why: str

    def message(self) -> str:
        return f"`{self.file}` of the plugin {self.plugin} was left out: {self.why}"

    def fixes(self) -> tuple[Fix, ...]:
        return (Fix(f"install {self.plugin.split()[0]} again"),)


class PackOutsideItsPackage(Problem):
    """A definition file of a plugin does not belong to a package of the plugin's name, or under it.

    ## Why
    A pack brings names under its own name only. Otherwise an installed package could change what a metric of the project,
    or of another plugin, means.

    ## Example
    A file of the plugin `retail` begins with `package sales`, or with no package at all.

    ## Instead
    ```metric
    package retail.baskets
    metric one = 1
    ```
    """

    code: ClassVar[str] = "P810"
    slug: ClassVar[str] = "pack-outside-its-package"
    severity: ClassVar[Severity] = Severity.WARNING
    plugin: str
    file: str
    package: str

    def message(self) -> str:
        belongs = f"belongs to the package {self.package}" if self.package else "belongs to no package"
        return f"`{self.file}` of the plugin {self.plugin} was left out: it {belongs}, not to {self.plugin} or one under it"

    def fixes(self) -> tuple[Fix, ...]:
        return (Fix(f"ask its author for a file that begins with `package {self.plugin}`"),)


class PluginNotInstalled(Problem):
    """The project lists a plugin, or a plugin needs one, that is not installed.

    ## Why
    What it brings is missing here: formulas that use its names fail, or mean nothing.

    ## Example
    `metricdsl.toml` has `lending = ">=0.1"` under `[plugins]`, and no installed package is a plugin of that name.

    ## Instead
    Install the package, or take the line out of `[plugins]`.
    """

    code: ClassVar[str] = "P811"
    slug: ClassVar[str] = "plugin-not-installed"
    severity: ClassVar[Severity] = Severity.WARNING
    plugin: str
    needed_by: str
    near: tuple[str, ...] = ()

    def message(self) -> str:
        return f"{self.needed_by} uses the plugin `{self.plugin}`, and none of that name is installed"

    def fixes(self) -> tuple[Fix, ...]:
        near = tuple(Fix(f"did you mean `{name}`?") for name in self.near)
        return near or (Fix(f"install it: `pip install metricdsl-{self.plugin}`"),)


class PluginOutOfRange(Problem):
    """An installed plugin is of another version than the project, or a plugin that needs it, asks for.

    ## Why
    Between versions a metric of a pack may come to mean something else. So a version that nobody has said to fit is left out.

    ## Example
    `metricdsl.toml` has `lending = ">=0.1,<1"` under `[plugins]`, and version 2.0 of the plugin is installed.

    ## Instead
    Install a version that fits, or look through what has changed and write other versions.
    """

    code: ClassVar[str] = "P812"
    slug: ClassVar[str] = "plugin-out-of-range"
    severity: ClassVar[Severity] = Severity.WARNING
    plugin: str
    version: str
    wanted: str
    needed_by: str
    package: str

    def message(self) -> str:
        return (
            f"the plugin {self.plugin} {self.version} was left out: {self.needed_by} asks for {self.wanted}"
        )

    def fixes(self) -> tuple[Fix, ...]:
        return (Fix(f'pip install "{self.package}{self.wanted}"'),)


class PluginAbsent(Problem):
    """A name is used that a plugin would have brought, and that plugin is not there.

    ## Why
    The name is right, and what is wrong lies elsewhere: the plugin failed, was left out or switched off. So the reason is told
    where the name stands, and nothing that looks like it is proposed.

    ## Example
    A formula says `retail.aov`; the plugin `retail` is in the project file, and its manifest is wrong.

    ## Instead
    Do what the problem of the plugin says, which is told beside this one.
    """

    code: ClassVar[str] = "P807"
    slug: ClassVar[str] = "plugin-absent"
    name: str
    plugin: str
    why: str

    def message(self) -> str:
        return f"`{self.name}` would come from the plugin `{self.plugin}`, which is not there"

    def label(self) -> str:
        return f"the plugin {self.plugin} is not there"

    def reason(self) -> str:
        return f"That is because {self.why}."
