"""Q5: questions that cannot be answered as they are asked."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Fix, Problem
from metricdsl.diagnostics.problems.names import listed, near_fixes


class UnknownColumn(Problem):
    """An order or selection by a column that the result does not have.

    ## Why
    A limit after no order gives any ten rows, not the top ten.

    ## Example
    ```metric
    entity order from orders { key order_id  dimension region : text  fact amount : money(USD) }
    metric revenue = sum(order.amount)
    report top = revenue by order.region sort revenu desc limit 10
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  dimension region : text  fact amount : money(USD) }
    metric revenue = sum(order.amount)
    report top = revenue by order.region sort revenue desc limit 10
    ```
    """

    code: ClassVar = "Q501"
    slug: ClassVar = "unknown-column"
    name: str
    near: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return f"the result has no column {self.name}"

    def reason(self) -> str:
        """What there is."""
        return f"Its columns are {listed(self.columns, 'and')}." if self.columns else ""

    def fixes(self) -> tuple[Fix, ...]:
        """The near names."""
        return near_fixes(self.near, self.span)


class ImpossiblePeriod(Problem):
    """A period that is none.

    ## Why
    From a range that ends before it begins no row comes, and the result looks like no business.

    ## Example
    ```metric
    entity order from orders { key order_id  time ordered_at : date }
    metric orders = count(order)
    report odd = orders during 2026-06-01 to 2026-01-01
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  time ordered_at : date }
    metric orders = count(order)
    report half = orders during 2026-01-01 to 2026-06-01
    ```
    """

    code: ClassVar = "Q502"
    slug: ClassVar = "impossible-period"
    text: str
    fix: str = ""

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return self.text

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        return (Fix(self.fix),) if self.fix else ()


class NothingAsked(Problem):
    """A query whose columns are no metrics.

    ## Why
    A number written in the query is the same in every group, and no group is there to show it in.

    ## Example
    ```metric
    entity order from orders { key order_id  dimension region : text }
    report odd = 1 by order.region
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  dimension region : text }
    report regions = values order.region
    ```
    """

    code: ClassVar = "Q503"
    slug: ClassVar = "nothing-asked"
    text: str = "no column of this query is made of rows, so there is nothing to group"

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return self.text

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        return (Fix("ask for a metric, or for `values` of dimensions"),)


class SameColumnTwice(Problem):
    """Two columns of a result with one name.

    ## Why
    An order by that name, or a program that reads it, would take either.

    ## Example
    ```metric
    entity order from orders { key order_id  fact amount : money(USD) }
    metric revenue = sum(order.amount)
    report twice = revenue, revenue: revenue * 2
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  fact amount : money(USD) }
    metric revenue = sum(order.amount)
    report twice = revenue, double: revenue * 2
    ```
    """

    code: ClassVar = "Q504"
    slug: ClassVar = "same-column-twice"
    name: str

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return f"two columns are called {self.name}"

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        return (Fix(f"name one of them, as in `other: {self.name}`"),)


class BadLimit(Problem):
    """A number of rows that is none.

    ## Why
    `limit 0` shows nothing, which looks like no data.

    ## Example
    ```metric
    entity order from orders { key order_id }
    metric orders = count(order)
    report none = orders limit 0
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id }
    metric orders = count(order)
    report one = orders limit 1
    ```
    """

    code: ClassVar = "Q505"
    slug: ClassVar = "bad-limit"
    limit: int

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return f"limit {self.limit} leaves no row: it must be at least 1"


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
    A row with a cell too few would be read with values under the wrong names.

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

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return self.text
