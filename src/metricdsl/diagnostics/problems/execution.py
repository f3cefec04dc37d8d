"""Problems of projects, connections and engines (X701 to X705, X709 to X715, X720). Those of the data are in `data`."""

from typing import ClassVar

from attrs import field

from metricdsl.diagnostics.problem import Fix, Problem
from metricdsl.diagnostics.problems import data  # noqa: F401 - its classes belong to the catalogue too


def did_you_mean(near: tuple[str, ...]) -> tuple[Fix, ...]:
    """A fix that offers the near names, or none."""
    return (Fix("did you mean " + " or ".join(f"`{name}`" for name in near) + "?"),) if near else ()


class EngineProblem(Problem):
    """The base of problems met while running; `detail` is what the engine itself said, shown on request only."""

    detail: str = field(default="", eq=False, repr=False)


class MissingTable(EngineProblem):
    """A table that the definitions name is not there.

    ## Why
    An entity or source says `from orders`, and the connection has no table of that name. Nothing that needs the entity
    can be answered there; everything else can.

    ## Example
    ```metric
    entity order from ordres { key order_id }
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id }
    ```
    """

    code: ClassVar[str] = "X701"
    slug: ClassVar[str] = "missing-table"
    table: str
    connection: str = "default"
    near: tuple[str, ...] = ()

    def message(self) -> str:
        return f"there is no table `{self.table}` in the connection `{self.connection}`"

    def label(self) -> str:
        return "not there"

    def fixes(self) -> tuple[Fix, ...]:
        return did_you_mean(self.near)


class MissingColumn(EngineProblem):
    """A column that the definitions use is not in its table.

    ## Why
    A key, a join, a time, a dimension or a fact names a column that the table does not have. A source can supply it
    under that name from other columns.

    ## Example
    ```metric
    entity order from orders { key order_id  fact amout : money(USD) }
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  fact amount : money(USD) }
    ```
    """

    code: ClassVar[str] = "X702"
    slug: ClassVar[str] = "missing-column"
    table: str
    column: str
    near: tuple[str, ...] = ()

    def message(self) -> str:
        return f"the table `{self.table}` has no column `{self.column}`"

    def label(self) -> str:
        return "not in the table"

    def fixes(self) -> tuple[Fix, ...]:
        return did_you_mean(self.near)


class CannotConnect(EngineProblem):
    """The database or folder of a connection cannot be reached.

    ## Why
    The host is down, refuses connections or is not known, or the file or folder is not there. What needs no data
    (`metric check`, `metric compile`) works all the same.

    ## Example
    ```toml
    [connections.default]
    url = "postgresql://analyst@localhost:1/crm"
    ```

    ## Instead
    ```toml
    [connections.default]
    url = "postgresql://analyst@localhost:5432/crm"
    ```
    """

    code: ClassVar[str] = "X703"
    slug: ClassVar[str] = "cannot-connect"
    place: str
    why: str = ""

    def message(self) -> str:
        return f"cannot connect to {self.place}" + (f": {self.why}" if self.why else "")

    def fixes(self) -> tuple[Fix, ...]:
        return (Fix("look at `url` under [connections] in metricdsl.toml, and whether the database is up"),)


class WrongPassword(EngineProblem):
    """The database does not accept the user or the password.

    ## Why
    The database answered and refused the login. Passwords are never in `metricdsl.toml`: it names the environment
    variable that holds one.

    ## Example
    ```toml
    [connections.default]
    url = "postgresql://analyst@localhost:5432/crm"
    ```

    ## Instead
    ```toml
    [connections.default]
    url = "postgresql://analyst@localhost:5432/crm"
    password = "env:CRM_PASSWORD"
    ```
    """

    code: ClassVar[str] = "X704"
    slug: ClassVar[str] = "wrong-password"
    place: str
    user: str = ""

    def message(self) -> str:
        who = f" for the user `{self.user}`" if self.user else ""
        return f"{self.place} does not accept the password{who}"

    def fixes(self) -> tuple[Fix, ...]:
        return (Fix('set the environment variable that `password = "env:NAME"` of the connection names'),)


class FileLocked(EngineProblem):
    """A database file is in use by another program.

    ## Why
    While one program has a DuckDB file open for writing, no other can open it. Nothing is wrong with the file.

    ## Example
    ```toml
    [connections.default]
    url = "duckdb:///crm.duckdb"     # open in a notebook at the same time
    ```

    ## Instead
    Close the program that is named, or work on a copy of the file.
    """

    code: ClassVar[str] = "X705"
    slug: ClassVar[str] = "file-locked"
    path: str
    holder: str = ""

    def message(self) -> str:
        holder = f" ({self.holder})" if self.holder else ""
        return f"the database file `{self.path}` is in use by another program{holder}"

    def fixes(self) -> tuple[Fix, ...]:
        return (Fix("close that program or its connection, or point `url` to a copy of the file"),)


class RanTooLong(EngineProblem):
    """A query did not end before its deadline and was stopped on the engine.

    ## Why
    A deadline keeps one question from taking the database away from everybody else. The engine has stopped the query;
    the connection can be used again.

    ## Example
    ```toml
    [project.limits]
    deadline = 1
    ```

    ## Instead
    ```toml
    [project.limits]
    deadline = 60
    ```
    """

    code: ClassVar[str] = "X709"
    slug: ClassVar[str] = "ran-too-long"
    seconds: float

    def message(self) -> str:
        return f"the query was stopped after {self.seconds:g} seconds"

    def fixes(self) -> tuple[Fix, ...]:
        return (Fix("ask for a shorter period (`during`) or fewer groups, or allow a longer deadline"),)


class DiskFull(EngineProblem):
    """The disk is full, or the memory that the engine may use.

    ## Why
    A large query puts what does not fit in memory on the disk; there was no room left. The data is unharmed.

    ## Example
    ```toml
    [connections.default]
    url = "duckdb:///crm.duckdb"
    memory_limit = "10MB"
    ```

    ## Instead
    ```toml
    [connections.default]
    url = "duckdb:///crm.duckdb"
    memory_limit = "2GB"
    ```
    """

    code: ClassVar[str] = "X710"
    slug: ClassVar[str] = "disk-full"
    what: str = "the disk is full"

    def message(self) -> str:
        return f"{self.what}, so the query could not be finished"

    def fixes(self) -> tuple[Fix, ...]:
        return (
            Fix("free some room, set `temp_directory` of the connection to a larger disk, or ask for less"),
        )


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

    def message(self) -> str:
        return self.what

    def fixes(self) -> tuple[Fix, ...]:
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


class DriverMissing(Problem):
    """The package that talks to this engine is not installed.

    ## Why
    Only DuckDB and SQLite come with metricdsl; other engines need their driver.

    ## Example
    ```toml
    [connections.default]
    url = "postgresql://analyst@localhost/crm"
    ```

    ## Instead
    `pip install 'metricdsl[postgres]'`
    """

    code: ClassVar[str] = "X714"
    slug: ClassVar[str] = "driver-missing"
    engine: str
    command: str

    def message(self) -> str:
        return f"the driver for {self.engine} is not installed"

    def fixes(self) -> tuple[Fix, ...]:
        return (Fix(self.command),)


class Interrupted(EngineProblem):
    """A query was stopped on request.

    ## Why
    Ctrl-C, or `.cancel()` from another thread: the engine has stopped the query, and the connection can be used again.

    ## Example
    ```python
    query.cancel()
    ```

    ## Instead
    Ask again.
    """

    code: ClassVar[str] = "X715"
    slug: ClassVar[str] = "interrupted"

    def message(self) -> str:
        return "the query was stopped"


class EngineRefused(EngineProblem):
    """The engine could not run the query, for a reason that has no page of its own.

    ## Why
    The words of the engine itself are left out here, since they speak of SQL that nobody wrote; `--debug` shows them.

    ## Example
    ```text
    duckdb could not run the query: permission denied
    ```

    ## Instead
    Follow what the message says; if it says nothing useful, report it with what `--debug` prints.
    """

    code: ClassVar[str] = "X720"
    slug: ClassVar[str] = "engine-refused"
    engine: str
    why: str

    def message(self) -> str:
        return f"{self.engine} could not run the query: {self.why}"

    def fixes(self) -> tuple[Fix, ...]:
        return (Fix("run it again with --debug to see what the engine said"),)


class CannotWrite(Problem):
    """A file, or the standard output, cannot be written.

    ## Why
    A disk is full, a folder is not there, or may not be written to. What was asked is answered; the answer has no place.

    ## Example
    ```text
    metric query "revenue by month" --format csv --out missing-folder/revenue.csv
    ```

    ## Instead
    ```text
    metric query "revenue by month" --format csv --out revenue.csv
    ```
    """

    code: ClassVar[str] = "X724"
    slug: ClassVar[str] = "cannot-write"
    path: str
    why: str

    def message(self) -> str:
        return f"{self.path} cannot be written: {self.why}"

    def fixes(self) -> tuple[Fix, ...]:
        return (Fix("name another file or folder, or make room there"),)
