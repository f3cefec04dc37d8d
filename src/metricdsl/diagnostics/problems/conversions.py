"""T332: units of which none is a multiple of the other."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Fix, Problem
from metricdsl.diagnostics.problems.names import listed


class UnitsDoNotConvert(Problem):
    """A number that is to be converted into a unit of something else.

    ## Why
    How many litres a kilogram is depends on what is weighed: 10 kg are 10 litres of water and 11 of oil. Only
    units that are declared as multiples of one another, or of a third, convert.

    ## Example
    ```metric
    unit gram
    unit kilogram = 1000 gram
    unit litre
    entity order from orders { key order_id  fact weight : gram }
    metric volume = convert_unit(sum(order.weight), litre)
    ```

    ## Instead
    ```metric
    unit gram
    unit kilogram = 1000 gram
    entity order from orders { key order_id  fact weight : gram }
    metric weight = convert_unit(sum(order.weight), kilogram)
    ```
    """

    code: ClassVar = "T332"
    slug: ClassVar = "units-do-not-convert"
    of: str
    into: str
    others: tuple[str, ...] = ()
    money: bool = False

    def message(self) -> str:
        """What is wrong, in one sentence."""
        if not self.of:
            return f"this is a bare number, of which nothing says the unit: it cannot be converted into {self.into}"
        return f"{self.of} cannot be converted into {self.into}: neither is a multiple of the other"

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        if not self.of:
            return (Fix("state its unit first: declare it at the column, or write `(… as UNIT)`"),)
        if self.money:
            return (Fix(f"money is converted by exchange rates: convert(…, {self.into})"),)
        if self.others:
            return (Fix(f"it can be converted into {listed(self.others)}"),)
        return (Fix("declare one as a multiple of the other, as in `unit kilogram = 1000 gram`"),)
