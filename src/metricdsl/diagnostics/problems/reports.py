"""Reports that are unknown, and rows of tests that do not fit (Q5)."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Fix, Problem
from metricdsl.diagnostics.problems.names import near_fixes


class UnknownReport(Problem):
    """A report that is not declared.

    ## Why
    Another report of a similar name is another question.

    ## Example
    It is raised by `metric query` for a name that no `report` has.

    ## Instead
    `metric list` shows the reports there are.
    """

    code: ClassVar = "Q506"
    slug: ClassVar = "unknown-report"
    name: str
    near: tuple[str, ...] = ()

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return f"there is no report {self.name}"

    def fixes(self) -> tuple[Fix, ...]:
        """The near names."""
        return near_fixes(self.near, self.span)


class TestRowDoesNotFit(Problem):
    """A row of a test that does not fit its columns.

    ## Why
    A row with a cell too few would be read with values under the wrong names: 1, the order's number, as an
    amount of 1 USD.

    ## Example
    ```metric
    entity order from orders { key order_id  fact amount : integer }
    metric revenue = sum(order.amount)
    test "adds" {
      given order {
        order_id, amount
        | 1
      }
      expect revenue { revenue
        | 5 }
    }
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  fact amount : integer }
    metric revenue = sum(order.amount)
    test "adds" {
      given order {
        order_id, amount
        | 1, 5
      }
      expect revenue { revenue
        | 5 }
    }
    ```
    """

    __test__: ClassVar = False  # it is no test, whatever pytest thinks of its name
    code: ClassVar = "Q507"
    slug: ClassVar = "test-row-does-not-fit"
    text: str
    fix: str = ""

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return self.text

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        return (Fix(self.fix),) if self.fix else ()
