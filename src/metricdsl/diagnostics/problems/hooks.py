"""Plugins whose code cannot be used (P8)."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Fix, Problem, Severity
from metricdsl.diagnostics.problems.sentences import SentenceProblem


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
    """A plugin contributes two functions of one name, or a dialect whose name is taken.

    ## Why
    A name must mean one thing. It stays with whom had it first: metricdsl itself, then the plugins by name. Functions and
    aggregations bear their plugin's name (`geo.distance`), so that two plugins are in nobody's way.

    ## Example
    A plugin contributes a dialect `duckdb`, which metricdsl has.

    ## Instead
    The plugin gives what it brings another name.
    """

    code: ClassVar[str] = "P806"
    slug: ClassVar[str] = "contributed-twice"
    severity: ClassVar[Severity] = Severity.WARNING
    plugin: str
    what: str
    first: str

    def message(self) -> str:
        return f"the plugin {self.plugin} contributes the {self.what}, which {self.first} has already: the first one is kept"


class ContributionFailed(SentenceProblem):
    """A function or aggregation of a plugin failed when it was used in a formula.

    ## Why
    What the formula means is known to the plugin alone. So no number is made of it, and all other formulas are answered.

    ## Example
    `geo.distance(site.latitude, 4)`, where the plugin `geo` raises an error over the second argument.

    ## Instead
    Install a version of the plugin that fits, and report the message to its author.
    """

    code: ClassVar[str] = "P813"
    slug: ClassVar[str] = "contribution-failed"


class FoundByPlugin(Problem):
    """A check of a plugin found something in the definitions.

    ## Why
    The rules of a house are its own: that every metric has an owner, or how names are made. The plugin says which one it is, and why.

    ## Example
    A metric has no `owner`; the project uses the plugin `housekeeping`, whose check 101 asks for one.

    ## Instead
    Write what the message says, or take the plugin out of `[plugins]`.
    """

    code: ClassVar[str] = "P816"
    slug: ClassVar[str] = "found-by-plugin"
    severity: ClassVar[Severity] = Severity.WARNING
    check: str
    text: str
    doc: str
    fix: str = ""

    def message(self) -> str:
        return f"{self.text} ({self.check})"

    def reason(self) -> str:
        return self.doc

    def fixes(self) -> tuple[Fix, ...]:
        return (Fix(self.fix),) if self.fix else ()


class AdapterFailed(Problem):
    """The adapter of a plugin, which would open a connection, cannot be imported or raised an error.

    ## Why
    Without it nothing is known of the database; the other connections work.

    ## Example
    A manifest says `factory = "metricdsl_lake.adapter:connect"`, and that module has no `connect`.

    ## Instead
    Install a version of the plugin that fits.
    """

    code: ClassVar[str] = "P814"
    slug: ClassVar[str] = "adapter-failed"
    plugin: str
    adapter: str
    why: str

    def message(self) -> str:
        return f"the adapter {self.adapter} of the plugin {self.plugin} cannot be used: {self.why}"

    def fixes(self) -> tuple[Fix, ...]:
        return (Fix("install a version of the plugin that fits this metricdsl"),)


class SchemeClaimedTwice(Problem):
    """Two plugins have an adapter for the same beginning of a URL.

    ## Why
    Which of them would open the connection would depend on their names; so neither does.

    ## Example
    `acme` and `lake` both open `lake://…`, and the project uses both.

    ## Instead
    Take one of them out of `[plugins]`.
    """

    code: ClassVar[str] = "P815"
    slug: ClassVar[str] = "scheme-claimed-twice"
    scheme: str
    plugins: tuple[str, ...]

    def message(self) -> str:
        return f"the plugins {' and '.join(self.plugins)} both open `{self.scheme}:` connections"

    def fixes(self) -> tuple[Fix, ...]:
        return tuple(Fix(f"take {plugin} out of [plugins]") for plugin in self.plugins)


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
