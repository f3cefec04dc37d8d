"""Formats, importers, exporters and commands of plugins that cannot be had (P8), and what an exchange leaves out."""

from typing import ClassVar

from attrs import field

from metricdsl.diagnostics.problem import Fix, Problem, Severity


class NotBrought(Problem):
    """A format, importer, exporter or command is asked for that no installed plugin has.

    ## Why
    What plugins bring is written `PLUGIN.NAME`, so that a plugin that is installed later never changes what a command means.

    ## Example
    `metric query revenue --format xlsx --out revenue.xlsx`: the plugin `sheets` has it as `sheets.xlsx`.

    ## Instead
    `metric query revenue --format sheets.xlsx --out revenue.xlsx`; `metric plugins list` tells what there is.
    """

    code: ClassVar[str] = "P818"
    slug: ClassVar[str] = "not-brought"
    kind: str
    name: str
    why: str = ""
    near: tuple[str, ...] = ()

    def message(self) -> str:
        return f"there is no {self.kind} `{self.name}`{': ' + self.why if self.why else ''}"

    def fixes(self) -> tuple[Fix, ...]:
        near = tuple(Fix(f"did you mean `{name}`?") for name in self.near)
        return near or (Fix("`metric plugins list` tells what is installed"),)


class FunctionFailed(Problem):
    """A format, importer, exporter or command of a plugin cannot be imported, raised an error, or gave what it must not give.

    ## Why
    Nothing is written then: half a file looks like a whole one. The definitions, and all that other plugins bring, are not concerned.

    ## Example
    `metric query revenue --format sheets.xlsx --out revenue.xlsx`, where the package that writes workbooks is not installed.

    ## Instead
    Install what the message names, or a version of the plugin that fits; `--debug` shows where it failed.
    """

    code: ClassVar[str] = "P819"
    slug: ClassVar[str] = "plugin-function-failed"
    kind: str
    name: str
    plugin: str
    why: str
    install: str = ""
    traceback: str = field(default="", eq=False, repr=False)

    def message(self) -> str:
        return f"the {self.kind} `{self.name}` of the plugin {self.plugin} failed: {self.why}"

    def fixes(self) -> tuple[Fix, ...]:
        if self.install:
            return (Fix(f'pip install "{self.install}"'),)
        return (
            Fix(
                "install a version of the plugin that fits, and report this to its author (`--debug` shows more)"
            ),
        )


class NotTakenOver(Problem):
    """An importer or exporter leaves something out: the other format, or metricdsl, has no word for it, or it is not declared.

    ## Why
    A metric that comes out with another meaning is worse than one that is missing. Nothing is guessed: no type, no currency, no join.

    ## Example
    A measure of a YAML file sums `amount`, and no file says of which type that column is.

    ## Instead
    Say what the message asks for and import again, or write the metric by hand.
    """

    code: ClassVar[str] = "P820"
    slug: ClassVar[str] = "not-taken-over"
    severity: ClassVar[Severity] = Severity.WARNING
    what: str
    why: str
    instead: str = ""

    def message(self) -> str:
        return f"{self.what} was left out: {self.why}"

    def fixes(self) -> tuple[Fix, ...]:
        return (Fix(self.instead),) if self.instead else ()


class CannotImport(Problem):
    """A file that is to be imported cannot be read.

    ## Why
    What a file says is not known as long as it cannot be read as a whole; so nothing of it is taken over.

    ## Example
    The file is not YAML, is larger than an importer takes, or is not there.

    ## Instead
    Give the file that the message asks for.
    """

    code: ClassVar[str] = "P821"
    slug: ClassVar[str] = "cannot-import"
    file: str
    why: str
    instead: str = ""

    def message(self) -> str:
        return f"`{self.file}` cannot be imported: {self.why}"

    def fixes(self) -> tuple[Fix, ...]:
        return (Fix(self.instead or "give a file of the format that the importer reads"),)
