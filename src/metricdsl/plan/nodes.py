"""The logical plan: the kinds of relational steps. Each docstring shows a table before and after.

Row steps (Scan to SemiJoin) have a row for each row of a home entity, group steps for each group, Compute the result's columns.
"""

from collections.abc import Mapping
from typing import TypeAlias

from attrs import field

from metricdsl.model.entity import Entity
from metricdsl.model.entity import Join as EntityJoin
from metricdsl.model.formula import (
    Chosen,
    Converted,
    Expression,
    Members,
    Ranked,
    Rate,
    RowValue,
    Stock,
    Stretch,
)
from metricdsl.model.period import Period
from metricdsl.model.request import Context as Setting
from metricdsl.model.request import Grouping, SortKey, Withholding
from metricdsl.model.window import Window
from metricdsl.plan.context import Context, Key
from metricdsl.plan.measures import FoldMeasure, Measure, Presence
from metricdsl.value import frozen


@frozen(kw_only=True)
class Scan:
    """The rows of an entity that count: its table, with what its source supplies, its types and formats, its row scope.

    Nothing else reads tables: conversions, row scopes and policies hold here.

        orders                          scan order (where not deleted)
        id | amt    | deleted           order_id | amount
        1  | "2,50" | false       →     1        | 2.50
        2  | "1,00" | true
    """

    entity: Entity
    alias: str


@frozen(kw_only=True)
class Join:
    """Each row with the one row of another entity that its foreign key finds, or with nulls: never more rows, never fewer.

    order_id | customer_id     customer_id | region        order_id | customer.region
    1        | 7            +  7           | EU        →   1        | EU
    2        | 99                                          2        | null

    A join with a `neighbour` finds its row by time: the row before or after, or the one that is valid at the moment.
    """

    source: "Node"
    path: tuple[str, ...]
    join: EntityJoin
    scan: Scan
    child: Entity  # the entity that joins


@frozen(kw_only=True)
class Filter:
    """The rows for which the conditions and one of the alternatives hold, and whose time lies in the period.

    order_id | status     where status = "won"     order_id | status
    1        | won                              →  1        | won
    2        | null
    """

    source: "Node"
    conditions: tuple[Expression, ...] = ()
    alternatives: tuple[Expression, ...] = ()  # at least one holds; none given: no such condition
    time: Expression | None = None
    period: Period | None = None


@frozen(kw_only=True)
class Rank:
    """Each row with its place in its group by a value (0 the least, nulls last) and the number of values in the group.

    For engines that have no exact percentile: a row picked by its place stands in for the aggregate. With a `time` the place
    is by the time instead, then by the `ties`, with `latest` from the greatest down; rows without time have no value.

        region | amount     rank by amount       region | amount | place | values
        EU     | 5          per region        →  EU     | 2      | 0     | 2
        EU     | 2                               EU     | 5      | 1     | 2
        EU     | null                            EU     | null   | 2     | 2
    """

    source: "Node"
    keys: tuple[Key, ...]
    value: Expression
    time: Expression | None = None
    ties: tuple[Expression, ...] = ()
    latest: bool = False


@frozen(kw_only=True)
class Centre:
    """Each row with the mean, over its group, of each of some values, on rows where all of them are known.

    For engines that have no standard deviation or correlation: these are sums over what is left of a value without its mean.

        region | amount     centre amount     region | amount | mean
        EU     | 5          per region     →  EU     | 5      | 3.5
        EU     | 2                            EU     | 2      | 3.5
        US     | 4                            US     | 4      | 4
    """

    source: "Node"
    keys: tuple[Key, ...]
    values: tuple[Expression, ...]


@frozen(kw_only=True)
class Days:
    """The rows grouped by day (and the other keys) first: a month is then found once for each day, not for each row.

    Only below an Aggregate whose measures can be merged from those of days.

        ordered_on | amount     by ordered_on     ordered_on | revenue
        2026-01-05 | 5                         →  2026-01-05 | 7
        2026-01-05 | 2                            2026-01-06 | 1
        2026-01-06 | 1
    """

    source: "Node"
    time: Expression


@frozen(kw_only=True)
class Seen:
    """When each value is seen, and until when it counts: for so many days, or until the day it is seen again.

    Only below an Aggregate that counts different values in windows of so many days.

        ordered_on | customer     28 days     customer | day        | until
        2026-01-05 | 7                     →  7        | 2026-01-05 | 2026-01-09
        2026-01-09 | 7                        7        | 2026-01-09 | 2026-02-06
    """

    source: "Node"
    value: Expression
    time: Expression
    days: int


@frozen(kw_only=True)
class Windows:
    """Each row once for each window that holds its time: the cells of a frame, moved; a row may lie in many, or in none.

    With `open` a row lies in the windows on whose last day it is open; with `spread` in all that its days meet.

        ordered_on | amount    trailing 2 months    month   | ordered_on | amount
        2026-01-05 | 5         by month          →  2026-01 | 2026-01-05 | 5
                                                    2026-02 | 2026-01-05 | 5
    """

    source: "Node"
    window: Window
    frame: tuple[Grouping, ...]
    time: Expression | None = None
    open: Stretch | None = None
    spread: Stretch | None = None


@frozen(kw_only=True)
class Latest:
    """The rows of a stock that count in their period: those of the last (first) date in it, whatever filters them later.

    taken_on   | account | balance   last by month   taken_on   | account | balance
    2026-01-15 | 1       | 5                      →  2026-01-31 | 1       | 7
    2026-01-31 | 1       | 7
    """

    source: "Node"
    stock: Stock
    keys: tuple[Key, ...]
    period: Period | None = None


@frozen(kw_only=True)
class Lookup:
    """Each row with a value made of other rows that have the same keys: its customer's number of orders.

    order_id | customer_id   orders per customer   order_id | customer_id | orders
    1        | 7                                 →  1        | 7           | 2
    2        | 7                                    2        | 7           | 2
    """

    source: "Node"
    value: RowValue
    table: "Node"


@frozen(kw_only=True)
class Conversion:
    """Each row with whether some end is credited to it as a start.

    lead_id | at           sold         account | at          lead_id | converted
    1       | 2026-01-05   within 30    7       | 2026-01-20  1       | false
    2       | 2026-01-10   days                            →  2       | true
    """

    source: "Node"
    value: Converted
    starts: "Node"
    ends: "Node"


@frozen(kw_only=True)
class Exchange:
    """Each row with the exchange rate of its currency and day, or with null; never more rows.

    amount | currency | ordered_on     rates into EUR            amount | currency | rate
    5      | USD      | 2026-01-05  +  USD | 2026-01-05 | 0.92  →  5      | USD      | 0.92
    2      | JPY      | 2026-01-05                               2      | JPY      | null
    """

    source: "Node"
    value: Rate
    rates: "Node"


@frozen(kw_only=True)
class SemiJoin:
    """The rows that find some row of others by their keys; with `anti` those that find none, though their keys are known.

    order_id | region     found: order_id     order_id | region     with anti     order_id | region
    1        | EU      ⋉  1, 1, 3          →  1        | EU                       2        | US
    2        | US
    """

    source: "Node"
    keys: tuple[Expression, ...]
    found: "Node"
    found_keys: tuple[Expression, ...]
    anti: bool = False


@frozen(kw_only=True)
class Aggregate:
    """One row for each group of rows (one row in all where there are no keys), with measures of the group.

    `present` are alternatives: a group stays only if some row meets one of them (None: all groups that have rows stay).

        order_id | region | amount     by region             region | revenue
        1        | EU     | 5                             →  EU     | 7
        2        | EU     | 2                                null   | 1
        3        | null   | 1
    """

    source: "Node"
    name: str
    context: Context
    measures: tuple[Measure, ...]
    present: tuple[Expression, ...] | None = None
    brings: bool = True  # whether its groups are groups of the result

    @property
    def keys(self) -> tuple[Key, ...]:
        """The columns it groups by: the coordinates of its context."""
        return self.context.coordinates


@frozen(kw_only=True)
class Combine:
    """Branches side by side: the union of their groups, keys compared null-safe; a branch without the group gives null.

    region | won       region | tickets        region | won  | tickets
    EU     | 3      +  EU     | 2           →  EU     | 3    | 2
                       null   | 1              null   | null | 1
    """

    branches: "tuple[Aggregate | Fold, ...]"
    keys: tuple[Grouping, ...]
    presence: Presence | None = None


@frozen(kw_only=True)
class Fold:
    """Groups of groups: the values of members (their keys known, the formula there) aggregated by the other keys.

    month   | customer | revenue    avg per customer    month   | avg
    2026-01 | 1        | 10                          →  2026-01 | 15
    2026-01 | 2        | 20
    2026-01 | null     | 5
    """

    source: "Node"
    name: str
    keys: tuple[Grouping, ...]
    members: tuple[Grouping, ...]
    measures: tuple[FoldMeasure, ...]
    presence: Presence
    brings: bool = True


@frozen(kw_only=True)
class MemberRows:
    """The rows of an entity that are members: of the keys from `at` on. `reached` are the places, among the keys around, of what
    the rows themselves have.
    """

    source: "Distinct"
    at: int
    reached: tuple[int, ...]


@frozen(kw_only=True)
class Pick:
    """For each group found, all members with or without rows: how many meet a condition on metrics, or an aggregation of
    the values of those that do. Members are rows of an entity, or the cells of a window up to today; where that has no
    beginning, from the first that has a row; or all combinations of these. `keys` are those of the groups that members depend on.

    month      orders of customer     having orders = 0     month   | customers
    2026-01    1: 2, 2: none          (customers 1, 2)   →  2026-01 | 1
    """

    name: str
    formula: Chosen | Members
    source: "Attach"
    value: Expression | None
    having: Expression | None
    keys: tuple[Grouping, ...]
    members: tuple[Grouping, ...]
    rows: tuple[MemberRows, ...]
    window: Window | None = None


@frozen(kw_only=True)
class Attach:
    """The groups with what is known by fewer of their keys, with what is picked for each, with places among them.

    region | won      total      region | won | total      rank      region | won | total | rank
    EU     | 3     +  4       →  EU     | 3   | 4       →            EU     | 3   | 4     | 1
    US     | 1                   US     | 1   | 4                    US     | 1   | 4     | 2
    """

    source: "Node"
    partial: tuple[Aggregate | Fold, ...]
    picks: tuple[Pick, ...]
    ranked: tuple[Ranked, ...]
    keys: tuple[Grouping, ...]


@frozen(kw_only=True)
class Table:
    """The groups that a Lookup looks up in, and the formula of their values.

    customer_id | orders | paid     paid / orders     customer_id | value
    7           | 2      | 1                       →  7           | 0.5
    """

    source: "Node"
    keys: tuple[Grouping, ...]
    body: Expression


@frozen(kw_only=True)
class Fill:
    """The groups, and for each combination of the other dimensions the missing cells of time.

    From the start of `period` (without one: the first cell found) to its end (the last found), and up to today.

        month   | region | won        fill        month   | region | won
        2026-01 | EU     | 3                  →   2026-01 | EU     | 3
        2026-03 | EU     | 1                      2026-02 | EU     | null
                                                  2026-03 | EU     | 1
    """

    source: "Node"
    keys: tuple[Grouping, ...]
    period: Period


@frozen(kw_only=True)
class Compute:
    """The result's columns: the groupings, and a formula over the measures for each output.

    region | won | closed       win_rate = won / closed      region | win_rate
    EU     | 1   | 4                                      →  EU     | 0.25
    """

    source: "Node"
    keys: tuple[Grouping, ...]
    columns: tuple[tuple[str, Expression], ...]
    minimums: tuple[tuple[str, Withholding], ...] = ()  # of which columns few rows are not shown


@frozen(kw_only=True)
class Having:
    """The groups for which a formula over measures holds; it brings none.

    region | orders     having orders >= 10       region | orders
    EU     | 12                                →  EU     | 12
    US     | 9
    """

    source: "Node"
    condition: Expression
    minimum: Withholding | None = None


@frozen(kw_only=True)
class Distinct:
    """The distinct combinations of some values of the rows, null a value like others (`values d`).

    order_id | region       region
    1        | EU        →  EU
    2        | EU           null
    3        | null
    """

    source: "Node"
    keys: tuple[Key, ...]


@frozen(kw_only=True)
class Place:
    """The keys of a result that are the best of a dimension, and the places of all that it is: their order."""

    keys: tuple[str, ...]
    table: Table


@frozen(kw_only=True)
class Sort:
    """The rows in order: by the sort keys, then by all groupings upwards, the best of a dimension by their places; nulls last.

    region | won     sort won desc      region | won
    EU     | 3                       →  US     | 5
    US     | 5                          EU     | 3
    """

    source: "Node"
    keys: tuple[SortKey, ...]
    unseen: tuple[str, ...] = ()  # the columns that are there for the order alone
    places: tuple[Place, ...] = ()


@frozen(kw_only=True)
class Limit:
    """The first rows.

    region | won     limit 1     region | won
    US     | 5                →  US     | 5
    """

    source: "Node"
    count: int


Node: TypeAlias = (
    Scan
    | Join
    | Filter
    | Rank
    | Centre
    | Days
    | Seen
    | Windows
    | Latest
    | Lookup
    | Conversion
    | Exchange
    | SemiJoin
    | Aggregate
    | Fold
    | Combine
    | Attach
    | Table
    | Fill
    | Compute
    | Having
    | Distinct
    | Sort
    | Limit
)


@frozen(kw_only=True)
class Plan:
    """The steps of one request, the entities they read, and the setting they hold for."""

    root: Node
    groupings: tuple[Grouping, ...]
    entities: Mapping[str, Entity]
    setting: Setting
    whole: Mapping[str, Entity] = field(factory=dict)  # what policies look at
    metrics: tuple[str, ...] = field(default=(), eq=False)
    extents: tuple[
        tuple[Node, Expression], ...
    ] = ()  # rows and their times: from where to where cells are looked for
