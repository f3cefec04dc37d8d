"""Rows counted twice, and entities without a key (G401, G405, G411)."""

from typing import ClassVar

from metricdsl.diagnostics.problem import Edit, Fix, Problem
from metricdsl.diagnostics.problems.names import a


def plural(noun: str) -> str:
    """The noun, many of it: orders, companies."""
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return f"{noun[:-1]}ies"
    return f"{noun}es" if noun.endswith(("s", "x", "ch", "sh")) else f"{noun}s"


class FanOut(Problem):
    """A dimension or filter of a child, asked of its parent.

    ## Why
    An order of three items would be counted for each of them: 1 order by product becomes 3.

    ## Example
    ```metric
    entity order from orders { key order_id }
    entity order_item from order_items { key item_id  join order on order_id  dimension product : text }
    metric pens = count(order where order_item.product = "pen")
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id }
    entity order_item from order_items { key item_id  join order on order_id  dimension product : text }
    metric pens = count(distinct order_item.order where product = "pen")
    ```
    """

    code: ClassVar = "G401"
    slug: ClassVar = "fan-out"
    name: str
    parent: str
    child: str
    metric: str = ""

    def message(self) -> str:
        """What is wrong, in one sentence."""
        asked = f" ({self.metric})" if self.metric else ""
        return f"one {self.parent} has many {plural(self.child)}: {self.name} has no single value for {a(self.parent)}{asked}"

    def reason(self) -> str:
        """The number it would have spoilt."""
        return f"Followed anyway, it would count {a(self.parent)} once for each of its {plural(self.child)}."

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        return (
            Fix(f"aggregate from {self.child}"),
            Fix(f"count distinct {plural(self.parent)}: count(distinct {self.child}.{self.parent})"),
        )


class ParentsFactFromChild(Problem):
    """A parent's fact, added up or averaged from the child.

    ## Why
    An order with shipping 10 and three items has 30 in `sum(order_item.order.shipping)`. It has so in a part of what is added too:
    with items of 4, 5 and 6, `sum(order_item.price + order_item.order.shipping)` is 45, and with the shipping once 25.

    ## Example
    ```metric
    entity order from orders { key order_id  fact shipping : money(USD) }
    entity order_item from order_items { key item_id  join order on order_id }
    metric shipping = sum(order_item.order.shipping)
    ```

    ## Instead
    ```metric
    entity order from orders { key order_id  fact shipping : money(USD) }
    entity order_item from order_items { key item_id  join order on order_id }
    metric shipping = sum(order.shipping)
    ```
    """

    code: ClassVar = "G405"
    slug: ClassVar = "parents-fact-from-child"
    function: str
    home: str
    parent: str
    text: str
    edits: tuple[Edit, ...] = ()  # what names the parent's columns from the parent
    part: bool = False  # whether something of the child is added beside it

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return f"{self.function} would take {self.text} once for each {self.home}, and one {self.parent} has many {plural(self.home)}"

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        apart = Fix(f"aggregate it from {self.parent}, without conditions on {self.home}", self.edits)
        if not self.part:
            return (apart,)
        return (
            apart,
            Fix(
                f"or say how much of it each {self.home} has: multiply it by a quantity or a part of its own"
            ),
        )


class NoKey(Problem):
    """An entity without a key, joined to or used as a dimension.

    ## Why
    Without a key a joined row may repeat, and with it every order that leads there: an order of 100 USD whose
    region stands in the table twice would be 200 USD of revenue.

    ## Example
    ```metric
    entity rate from rates { dimension name : text }
    entity order from orders { key order_id  join rate on rate_id }
    ```

    ## Instead
    ```metric
    entity rate from rates { key rate_id  dimension name : text }
    entity order from orders { key order_id  join rate on rate_id }
    ```
    """

    code: ClassVar = "G411"
    slug: ClassVar = "no-key"
    entity: str
    use: str
    text: str = ""

    def message(self) -> str:
        """What is wrong, in one sentence."""
        return self.text or f"{self.entity} has no key, so it cannot be {self.use}"

    def fixes(self) -> tuple[Fix, ...]:
        """What to do."""
        return () if self.text else (Fix(f"declare the `key` of {self.entity}"),)
