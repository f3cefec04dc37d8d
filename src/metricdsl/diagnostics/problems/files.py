"""Files that are locked or not to be written, and full disks (X705, X710, X724)."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Fix, Problem
from metricdsl.diagnostics.problems.execution import EngineProblem


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
