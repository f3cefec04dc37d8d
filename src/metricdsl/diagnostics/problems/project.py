"""The project file and what it names (X711 to X713)."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Edit, Fix, Problem
from metricdsl.diagnostics.problems.execution import did_you_mean


class OutsideProject(Problem):
    """A path of the project file leads out of the project's folder.

    ## Why
    A project somebody sends you must not read other files of your machine. Definitions are read from the project's
    folder only, also through links.

    ## Example
    ```toml
    [project]
    name = "crm"
    language = 1
    definitions = ["../elsewhere"]
    ```

    ## Instead
    ```toml
    [project]
    name = "crm"
    language = 1
    definitions = ["definitions"]
    ```
    """

    code: ClassVar[str] = "X711"
    slug: ClassVar[str] = "outside-project"
    path: str

    def message(self) -> str:
        return f"`{self.path}` lies outside the project's folder"

    def fixes(self) -> tuple[Fix, ...]:
        return (Fix("put the definitions into the project's folder"),)


class BadProjectFile(Problem):
    """The project file says something that cannot be meant.

    ## Why
    A misspelt setting that is ignored in silence changes numbers (a time zone, a week start). So every word of
    `metricdsl.toml` is checked.

    ## Example
    ```toml
    [project]
    name = "crm"
    languge = 1
    ```

    ## Instead
    ```toml
    [project]
    name = "crm"
    language = 1
    ```
    """

    code: ClassVar[str] = "X712"
    slug: ClassVar[str] = "bad-project-file"
    what: str
    near: tuple[str, ...] = ()
    migration: tuple[Edit, ...] = ()  # what brings the project to the version of the language that is read

    def message(self) -> str:
        return self.what

    def fixes(self) -> tuple[Fix, ...]:
        if self.migration:
            return (Fix("`metric check --fix` brings all files to it", self.migration, safe=True),)
        return did_you_mean(self.near)


class UnknownConnection(Problem):
    """A connection that the project file does not have, or an engine that is not known.

    ## Why
    `--connection` or `connection=` names one of the tables `[connections.NAME]` of `metricdsl.toml`; its `url` begins
    with the name of an engine.

    ## Example
    ```toml
    [connections.default]
    url = "duckbd:///crm.duckdb"
    ```

    ## Instead
    ```toml
    [connections.default]
    url = "duckdb:///crm.duckdb"
    ```
    """

    code: ClassVar[str] = "X713"
    slug: ClassVar[str] = "unknown-connection"
    what: str
    near: tuple[str, ...] = ()

    def message(self) -> str:
        return self.what

    def fixes(self) -> tuple[Fix, ...]:
        return did_you_mean(self.near)
