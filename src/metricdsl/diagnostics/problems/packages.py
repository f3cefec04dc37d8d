"""Packages that are unknown, and names of another sort (N2)."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Fix, Problem
from metricdsl.diagnostics.problems.names import a, near_fixes


class UnknownPackage(Problem):
    """A package that no file belongs to.

    ## Why
    Nothing of it can be used; every name expected from it would be missing, or be another's: `revenue` of
    another package that is used besides would be shown instead.

    ## Example
    ```metric
    use crm.cor
    ```
    ```metric
    package crm.core
    entity account from accounts { key account_id }
    ```

    ## Instead
    ```metric
    use crm.core
    ```
    ```metric
    package crm.core
    entity account from accounts { key account_id }
    ```
    """

    code: ClassVar = "N205"
    slug: ClassVar = "unknown-package"
    name: str
    near: tuple[str, ...] = ()
    plugin: str = ""  # one that is there, and that the project does not list

    def of_plugin(self, plugin: str) -> "UnknownPackage":
        """The same, with the plugin that would bring the package."""
        return UnknownPackage(
            name=self.name, near=self.near, plugin=plugin, span=self.span, by_use=self.by_use
        )

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return f"there is no package {self.name}"

    def reason(self) -> str:
        """Where it would come from."""
        return (
            f"The plugin `{self.plugin}` is there, and the project does not list it." if self.plugin else ""
        )

    def fixes(self) -> tuple[Fix, ...]:
        """The plugin to list, else the near names."""
        if self.plugin:
            return (Fix(f'write under [plugins] in metricdsl.toml: {self.plugin} = "*"'),)
        return near_fixes(self.near, self.span)


class WrongSortOfName(Problem):
    """A name of another sort than is needed here.

    ## Why
    `by revenue` would group by a number that is only known once the groups are there. `count(orders)` of a
    metric that is 7 could be 1, the one number, or 7, the orders.

    ## Example
    ```metric
    entity order from orders { key order_id }
    metric orders = count(order)
    metric odd = count(orders)
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id }
    metric orders = count(order)
    ```
    """

    code: ClassVar = "N209"
    slug: ClassVar = "wrong-sort-of-name"
    name: str
    sort: str
    expected: str
    fix: str = ""

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return f"{self.name} is {a(self.sort)}; here {self.expected} is needed"

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        return (Fix(self.fix),) if self.fix else ()
