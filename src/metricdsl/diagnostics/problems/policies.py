"""N24, Q51: who sees which rows."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Fix, Problem
from metricdsl.diagnostics.problems.names import a


class PolicyNotRead(Problem):
    """A policy that cannot be read, or that is on nothing known.

    ## Why
    It is not known whose rows it restricts, or which of them. With the policy left out everybody would see
    every row, 50 deals instead of the 5 of one's own team; so nothing that it may be about is read.

    ## Example
    ```text
    entity deal from deals { key deal_id  dimension team : text }
    policy on deel { team = context.team }
    ```
    With the definitions it is told that `deel` is not known, and with each question that it is not answered.

    ## Instead
    ```metric
    entity deal from deals { key deal_id  dimension team : text }
    policy on deal { team = context.team }
    ```
    """

    code: ClassVar = "N230"
    slug: ClassVar = "policy-not-read"

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return "a policy cannot be read, so it is not known which rows may be seen"

    def label(self) -> str:
        """A few words to stand under the marked text."""
        return "no question that it may be about is answered"

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        return (Fix("put the policy right"),)


class NoPolicyOfItsOwn(Problem):
    """An entity that leads to a restricted one and does not say who may see its own rows.

    ## Why
    Policies do not cascade: of a deal that nobody may see, the activities would still be counted, and by their
    number (40 where one's own deals have 12) and their texts tell what it is.

    ## Example
    ```metric
    entity deal from deals { key deal_id  dimension team : text }
    entity activity from activities { key activity_id  join deal on deal_id }
    policy on deal { team = context.team }
    ```

    ## Instead
    ```metric
    entity deal from deals { key deal_id  dimension team : text }
    entity activity from activities { key activity_id  join deal on deal_id }
    policy on deal { team = context.team }
    policy on activity { deal.team = context.team }
    ```
    """

    code: ClassVar = "N240"
    slug: ClassVar = "no-policy-of-its-own"
    entity: str
    path: str
    restricted: str

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return f"{self.entity} leads to {self.restricted}, which a policy restricts, and has no policy itself"

    def reason(self) -> str:
        """Why it matters."""
        return f"By `{self.path}` its rows tell of rows of {self.restricted} that may not be seen."

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        return (
            Fix(f"say which of its rows may be seen: policy on {self.entity} {{ {self.path}.… }}"),
            Fix(f"where everybody may see all of them: policy open on {self.entity}"),
        )


class AskerNotKnown(Problem):
    """A question for which a policy needs to know something of the one who asks, and nobody has said it.

    ## Why
    Without it the policy cannot be held to. It is never left out: all 50 deals would be counted for somebody
    who may see 5.

    ## Example
    ```text
    entity deal from deals { key deal_id  dimension team : text }
    metric deals = count(deal)
    policy on deal { team = context.team }
    ```

    ## Instead
    Say who asks: `metric query deals --as team=EU`, in Python `project.query("deals", principal={"team": "EU"})`, or
    for everybody who uses the project file, `principal = { team = "EU" }` in its part `[project]`.
    """

    code: ClassVar = "Q510"
    slug: ClassVar = "asker-not-known"
    name: str
    entity: str
    near: tuple[str, ...] = ()

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return f"the policy on {self.entity} needs to know the {self.name} of the one who asks, and it was not said"

    def label(self) -> str:
        """A few words to stand under the marked text."""
        return "not said"

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        meant = [Fix(f"say {self.name}, not {name}") for name in self.near]
        return (*meant, Fix(f"say it: on the command line --as {self.name}=…, in Python principal={{…}}"))


class AskerOfAnotherKind(Problem):
    """What was said of the one who asks is not of the kind that a policy compares it with.

    ## Why
    A number cannot be told from a text that is none, and the policy is never left out: compared as texts, "9"
    is above "10", and who may see level 9 would see less than who may see level 10, or more.

    ## Example
    ```text
    entity deal from deals { key deal_id  dimension level : integer }
    metric deals = count(deal)
    policy on deal { level <= context.level }
    ```

    ## Instead
    Say a number (`--as level=3`), a date as `2026-01-31`, a truth as `true` or `false`.
    """

    code: ClassVar = "Q511"
    slug: ClassVar = "asker-of-another-kind"
    name: str
    entity: str
    kind: str

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return f"the policy on {self.entity} compares the {self.name} of the one who asks with {a(self.kind)}, and it is none"

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        return (Fix("say a number as 3, a date as 2026-01-31, a truth as true or false"),)
