"""Connections that cannot be made (X703, X704, X714)."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Fix, Problem
from metricdsl.diagnostics.problems.execution import EngineProblem


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
