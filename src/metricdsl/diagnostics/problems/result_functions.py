"""Functions that run on a result, outside SQL: where they cannot stand, and what comes of them (P817, X727 to X729)."""

from typing import ClassVar

from attrs import field

from metricdsl.diagnostics.problem import Fix, Problem, Severity


class ResultFunctionInside(Problem):
    """A function that runs on the result stands where the database would need its value.

    ## Why
    Such a function is worked out of what the database answers, group by group. So nothing that the database does itself can be made of its
    value: conditions on rows, aggregations of members, ranks, values of rows.

    ## Example
    `avg(finance.irr(sum(flow.amount) per month) per project)`: the mean of the projects' rates would be made by the database.

    ## Instead
    `finance.irr(sum(flow.amount) per month) by project`; the mean of rates of return is not the rate of return of all of them together.
    """

    code: ClassVar[str] = "P817"
    slug: ClassVar[str] = "result-function-inside"
    function: str
    inside: str

    def message(self) -> str:
        return f"{self.function} runs on the result, and {self.inside} is worked out before, by the database"

    def fixes(self) -> tuple[Fix, ...]:
        return (Fix(f"make {self.function} a metric of its own, and ask for it by what it is to be told of"),)


class TooManyMembers(Problem):
    """A function that runs on the result would be given more members than it takes, or the result has more groups than that.

    ## Why
    All that such a function is told of leaves the database and is held in memory. What is too much is refused; nothing is cut.

    ## Example
    `finance.xirr(sum(flow.amount) per flow)` over all flows of a bank, where 10,000 in a group are what it takes at most.

    ## Instead
    Take longer periods (`per month`), a shorter range (`during`), or groups that are smaller.
    """

    code: ClassVar[str] = "X727"
    slug: ClassVar[str] = "too-many-members"
    function: str
    number: int
    most: int
    what: str = "members in a group"

    def message(self) -> str:
        return f"{self.function} takes {self.most:,} {self.what} at most, and there are {self.number:,}"

    def fixes(self) -> tuple[Fix, ...]:
        return (Fix("take longer periods behind `per`, a shorter range, or other groups"),)


class ResultFunctionFailed(Problem):
    """A function that runs on the result failed, gave what it says it does not, or did not end.

    ## Why
    The function is a plugin's. What it should have given is not known, so the question has no answer; all others have.

    ## Example
    `finance.irr` raises an error over a series that its author did not think of.

    ## Instead
    Install a version of the plugin that fits, and report the message to its author.
    """

    code: ClassVar[str] = "X728"
    slug: ClassVar[str] = "result-function-failed"
    function: str
    by: str
    why: str
    detail: str = field(default="", eq=False, repr=False)

    def message(self) -> str:
        plugin = f" of the plugin {self.by}" if self.by else ""
        return f"{self.function}{plugin} {self.why}"

    def fixes(self) -> tuple[Fix, ...]:
        return (Fix("ask without it, or install a version of the plugin that fits"),)


class NoValueOfResultFunction(Problem):
    """A function that runs on the result has no value in some groups, which are null.

    ## Why
    A rate of return is that at which what is paid and what comes back weigh the same; where nothing comes back there is none.

    ## Example
    `finance.irr(sum(flow.amount) per year)` of a project that has only paid so far.

    ## Instead
    Leave these groups out with `having`, or take the null for what it is.
    """

    code: ClassVar[str] = "X729"
    slug: ClassVar[str] = "no-value-of-result-function"
    severity: ClassVar[Severity] = Severity.HINT
    function: str
    why: str
    groups: int

    def message(self) -> str:
        many = f"{self.groups:,} groups" if self.groups != 1 else "one group"
        return f"{self.function} is null in {many}: {self.why}"
