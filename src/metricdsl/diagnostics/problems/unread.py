"""Files that are not read: no text, too large, too deep (S105 to S107)."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Fix, Problem


class NotText(Problem):
    """The file is not a text in UTF-8.

    ## Why
    Definitions are text in UTF-8. A file saved in another encoding, or a spreadsheet with the ending of a definition
    file, would be read as something that nobody wrote.

    ## Example
    ```text
    a file of definitions saved as UTF-16, or a workbook renamed to sales.metric
    ```

    ## Instead
    ```text
    the same file, saved as UTF-8 by the editor
    ```
    """

    code: ClassVar[str] = "S105"
    slug: ClassVar[str] = "not-text"
    path: str
    what: str

    def message(self) -> str:
        return f"{self.path} is not a text in UTF-8: {self.what}."

    def label(self) -> str:
        return self.what

    def fixes(self) -> tuple[Fix, ...]:
        return (Fix("save the file as UTF-8 text"),)


class FileTooLarge(Problem):
    """The file is larger than definitions are allowed to be.

    ## Why
    A file of more than a million characters is nearly always data that came into the definitions folder by mistake.
    The limit can be raised in the project file.

    ## Example
    ```text
    a file of 40 MB called orders.metric
    ```

    ## Instead
    ```text
    several files of definitions, each below the limit
    ```
    """

    code: ClassVar[str] = "S106"
    slug: ClassVar[str] = "file-too-large"
    path: str
    size: int
    limit: int

    def message(self) -> str:
        return f"{self.path} has {self.size:,} characters; a file of definitions may have {self.limit:,}."

    def fixes(self) -> tuple[Fix, ...]:
        return (Fix("split the file, or raise the limit in metricdsl.toml"),)


class TooDeep(Problem):
    """A formula is nested deeper than anybody could read.

    ## Why
    Every bracket in a bracket, every operator on the result of another, is a level. So many levels come from a
    program that writes formulas, or from an attack; databases refuse them too.

    ## Example
    ```metric
    metric deep = ((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((1))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))
    ```

    ## Instead
    ```metric
    metric shallow = (1)
    ```
    """

    code: ClassVar[str] = "S107"
    slug: ClassVar[str] = "too-deep"
    limit: int

    def message(self) -> str:
        return f"This is nested more than {self.limit} levels deep."

    def label(self) -> str:
        return "too deep from here on"

    def fixes(self) -> tuple[Fix, ...]:
        return (
            Fix("give parts of the formula names of their own"),
            Fix('for a long list of alternatives write `x in ("a", "b", …)`'),
        )
