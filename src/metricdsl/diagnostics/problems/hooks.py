"""Plugins whose code cannot be used (P8)."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Fix, Problem, Severity


class HooksNotImported(Problem):
    """A plugin's code could not be imported, or it has a hook that does not exist.

    ## Why
    The plugin is left out; what it would have contributed is missing, and everything else works.

    ## Example
    The manifest says `hooks = "metricdsl_retail.hooks"`, and that module raises an error when it is imported.

    ## Instead
    Install a version of the plugin that fits, or `metric --no-plugins`.
    """

    code: ClassVar[str] = "P804"
    slug: ClassVar[str] = "hooks-not-imported"
    severity: ClassVar[Severity] = Severity.WARNING
    plugin: str
    module: str
    why: str

    def message(self) -> str:
        return f"the plugin {self.plugin} was left out: {self.module}: {self.why}"

    def fixes(self) -> tuple[Fix, ...]:
        return (Fix("install a version of the plugin that fits this metricdsl, or leave it out"),)


class HookRaised(Problem):
    """A plugin failed while it was asked what it contributes.

    ## Why
    What this hook would have contributed is missing; what the plugin's other hooks contribute is kept.

    ## Example
    `metricdsl_functions` of a plugin raises an error, or returns something that is not a function's definition.

    ## Instead
    Install a version of the plugin that fits, or leave it out.
    """

    code: ClassVar[str] = "P805"
    slug: ClassVar[str] = "hook-raised"
    severity: ClassVar[Severity] = Severity.WARNING
    plugin: str
    hook: str
    why: str

    def message(self) -> str:
        return f"the plugin {self.plugin} failed in `{self.hook}`: {self.why}"

    def fixes(self) -> tuple[Fix, ...]:
        return (Fix("install a version of the plugin that fits this metricdsl, or leave it out"),)


class DefinedTwice(Problem):
    """A plugin contributes a function, aggregation or dialect whose name is taken.

    ## Why
    A name must mean one thing. It stays with whom had it first: metricdsl itself, then the plugins by name.

    ## Example
    A plugin contributes a function `round`, which metricdsl has.

    ## Instead
    The plugin gives its function another name.
    """

    code: ClassVar[str] = "P806"
    slug: ClassVar[str] = "contributed-twice"
    severity: ClassVar[Severity] = Severity.WARNING
    plugin: str
    what: str
    first: str

    def message(self) -> str:
        return f"the plugin {self.plugin} contributes the {self.what}, which {self.first} has already: the first one is kept"


class DriverMissing(Problem):
    """The driver of an engine is not installed.

    ## Why
    Drivers of engines other than the embedded ones are installed on demand.

    ## Example
    A connection `postgresql://…`, where no PostgreSQL driver is installed.

    ## Instead
    `pip install "metricdsl[postgres]"`
    """

    code: ClassVar[str] = "P808"
    slug: ClassVar[str] = "driver-missing"
    adapter: str
    missing: str
    extra: str

    def message(self) -> str:
        return f"connecting to {self.adapter} needs the package `{self.missing}`, which is not installed"

    def fixes(self) -> tuple[Fix, ...]:
        return (Fix(f'pip install "{self.extra or self.missing}"'),)
