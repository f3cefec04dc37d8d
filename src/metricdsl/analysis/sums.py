"""Sums that add up what does not add: ratios and averages, levels over time, numbers of different things, one total for each."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from attrs import evolve

from metricdsl.analysis.choices import CHOICES, choices
from metricdsl.analysis.contexts import aggregates
from metricdsl.analysis.measure import too_large
from metricdsl.analysis.net_changes import net_changes
from metricdsl.analysis.parents_facts import amount_of_another, column_refs
from metricdsl.analysis.products import factors, judged, lasts_one_cell
from metricdsl.analysis.world import World
from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.problems.grain import ParentsFactFromChild
from metricdsl.diagnostics.problems.levels import AddedAgain, RatiosDoNotAdd
from metricdsl.model.calendar import nests
from metricdsl.model.formula import (
    Aggregate,
    Call,
    Chosen,
    ColumnRef,
    Constant,
    Detached,
    Expression,
    KeyPart,
    MemberKey,
    Members,
    Moved,
    Named,
    Over,
    OverFrom,
    PeriodBound,
    PeriodKey,
    RowValue,
    WithEmpty,
)
from metricdsl.model.parts import every, without_names
from metricdsl.model.unit import Form
from metricdsl.syntax import nodes
from metricdsl.syntax.format_formula import flat
from metricdsl.value import frozen

KEEPS = CHOICES | {"add", "subtract", "negate", "abs", "round", "floor", "ceil", "clamp"}
"""Functions whose value is one of their arguments, or as many of each as there are."""
OVERLAPPING = frozenset({"running", "opening", "trailing", "to_date", "at_start"})
"""Moves after which the periods of two members share days: what lies in both is added twice. `prior` keeps them apart."""
BY_CALENDAR = frozenset({"month", "quarter", "year"})
UP_TO_DAYS = frozenset({"day", "hour", "minute"})
WINDOWS = OVERLAPPING - {"running", "opening"}
DISTINCT = frozenset({"count_distinct", "approx_count_distinct"})
OF_ONE_ROW = frozenset({"max", "min", "first", "last"})
"""Aggregations whose value is that of one of their rows."""
AVERAGES = {
    "avg": "averages",
    "median": "medians",
    "percentile": "percentiles",
    "rate": "ratios",
    "stddev": "deviations",
    "correlation": "correlations",
    "slope": "slopes",
}
"""Aggregations whose values do not add, and what these are called. Variances do: their sum is that of the variances of the parts."""


@frozen
class Fault:
    """Why a part of a formula does not add: it is one of the `ratios` ("averages", …), or `again` says what is added again."""

    ratios: str = ""
    again: str = ""
    distinct: str = ""  # what is counted, each once
    counted: Expression | None = None  # of members, what has a row for those that are counted
    parent: ColumnRef | None = None  # the column of a parent that several members have
    each: int = 0  # of which key these members are


def not_added(
    node: nodes.Call, written: nodes.Expr, body: Expression, keys: Sequence[MemberKey], world: World
) -> Problem | None:
    """Why a sum of members makes no sense, if it does not.

    sum(win_rate per rep)                         ratios do not add, nor do averages
    sum(balance per month)                        the same balance in each month
    sum(trailing(revenue, 3 months) per month)    a sale of March is in March, April and May
    sum(count(distinct order.customer) per rep)   a customer of two reps is two
    sum(total(revenue) per rep)                   the same total for each
    sum(max(order.customer.credit) per order)     the credit of a customer with two orders, twice
    """
    if too_large(body):
        return None  # told where the formula ends
    fault = next(parts_of_sum(body, keys, world), None)
    if fault is not None and fault.parent is not None:
        return ParentsFactFromChild(
            function=node.function,
            home=keys[fault.each].name,
            parent=world.headers[fault.parent.entity].short,
            text=flat(written),
            span=node.span,
        )
    return None if fault is None else _problem(fault, node, flat(written), said_keys(keys))


def said_keys(keys: Sequence[MemberKey]) -> str:
    """Keys as they stand behind `per`."""
    names = ", ".join(key.name for key in keys)
    return names if len(keys) == 1 else f"({names})"


def parts_of_sum(body: Expression, keys: Sequence[MemberKey], world: World) -> Iterator[Fault]:
    """What does not add in a formula of members."""
    over_time = any(key.grain is not None for key in keys)
    apart = any(key.grain is None for key in keys)
    grains = [key.grain for key in keys if key.grain is not None]
    cell = grains[0] if len(grains) == 1 else None
    return _Parts(world, over_time, apart, cell).faults(body)


def column_not_added(
    node: nodes.Call, written: nodes.Expr, value: Expression, world: World
) -> Problem | None:
    """Why a sum over rows makes no sense: what it adds is a dimension made of children that does not add.

    sum(customer.usual_order), where `dimension usual_order = avg(order.amount)`
    """
    parts = _Parts(world, over_time=False)
    fault = next((fault for one in _of_children(value) for fault in parts.faults(one)), None)
    return None if fault is None else _problem(fault, node, flat(written), "")


def _of_children(value: Expression) -> Iterator[Expression]:
    """The formulas over children that a row expression adds up."""
    waiting = [value]
    while waiting:
        match waiting.pop():
            case RowValue(body=body):
                yield body
            case Call(function="multiply" | "divide", arguments=arguments):
                varying = [one for one in arguments if not isinstance(one, Constant)]
                waiting.extend(varying if len(varying) == 1 else ())
            case Call(function=function, arguments=arguments) if function in KEEPS:
                waiting.extend(choices(function, arguments))
            case _:
                pass


def _problem(fault: Fault, node: nodes.Call, text: str, by: str) -> Problem:
    if fault.ratios:
        return RatiosDoNotAdd(
            body=text, by=by, ratios=fault.ratios, function=node.function_span, span=node.span
        )
    pairs = ""
    if isinstance(fault.counted, Named) and by:
        pairs = f"count({fault.counted.metric.rpartition('.')[2]} per ({fault.distinct}, {by.strip('()')}))"
    return AddedAgain(
        body=text,
        by=by,
        how=fault.again,
        distinct=fault.distinct,
        pairs=pairs,
        function=node.function_span,
        span=node.span,
    )


@frozen
class _Parts:
    """Looks at what a sum of a formula adds up."""

    world: World
    over_time: bool
    apart: bool = False  # whether the members differ in something that `total` drops: it keeps the periods
    cell: str | None = None  # the grain of the members, where it is one and nothing has moved it
    depth: int = 0  # how many levels there are between

    def faults(self, body: Expression) -> Iterator[Fault]:
        """What does not add, of the formula as a whole before its parts."""
        unit = body.type.unit
        inner = isinstance(body, Named | WithEmpty | Call)
        if unit.bare and unit.form in {Form.SHARE, Form.CHANGE} and not inner:
            yield Fault(ratios="ratios")
        match body:
            case Named(body=inside) | WithEmpty(body=inside):
                yield from self.faults(inside)
            case Call():
                yield from self._of_call(body)
            case Moved(body=inside, move=move):
                itself = move.kind == "to_date" and move.unit == self.cell  # of each month its own days
                if self.over_time and move.kind in OVERLAPPING and not itself:
                    yield Fault(again="window" if move.kind in WINDOWS else "level")
                clamped = move.kind == "prior" and move.unit in BY_CALENDAR and self.cell in UP_TO_DAYS
                if clamped:  # a month before the 29th, 30th and 31st of March is the 28th of February
                    yield Fault(again="window")
                yield from evolve(self, cell=None).faults(inside)
            case Detached(body=inside, over=over):
                if over is None and self.apart:
                    yield Fault(again="whole")
                if over is not None and over.during is not None and self.over_time:
                    yield Fault(again="level")
                elif over is not None and self._drops(inside, over, any):
                    yield Fault(again="whole")
                yield from self.faults(inside)
            case Aggregate():
                yield from self._of_aggregate(body)
            case Members(function="count", body=inside, keys=keys):
                level = self.depth + 1
                if not self._determined(
                    inside, lambda one: one.levels[level] if len(one.levels) > level else ()
                ):
                    yield Fault(distinct=", ".join(key.name for key in keys), counted=inside)
            case Members(function=function, body=inside):
                if function in AVERAGES:
                    yield Fault(ratios=AVERAGES[function])
                if function == "variance":
                    return  # whatever it is of
                yield from evolve(self, depth=self.depth + 1).faults(inside)
            case Chosen(entity=entity, domains=domains):
                if any(part is None for domain in domains for part in (domain.levels or ((),))[0]):
                    yield Fault(distinct=self.world.headers[entity].short)
            case _:
                pass

    def _of_call(self, body: Call) -> Iterator[Fault]:
        function, arguments = body.function, body.arguments
        if function in {"add", "subtract", "if", "case"} and self.over_time:
            changes = net_changes(body, self.cell)
            if changes.of:
                apart = evolve(self, over_time=False, cell=None)
                for one in changes.of if self.apart else ():
                    yield from apart.faults(one)
                for one in changes.rest:
                    yield from self.faults(one)
                return
        if function in {"multiply", "divide"}:
            if not (self.over_time and lasts_one_cell(body, self.cell)):
                yield from self._of_product(body)
        elif function in KEEPS:
            for one in arguments[:1] if function == "clamp" else choices(function, arguments):
                yield from self.faults(one)

    def _of_product(self, body: Call) -> Iterator[Fault]:
        over, under = factors(body)
        whole = [one for one in under if not self._same_for_all(one)]  # else they are shares of one whole
        found = {one: next(self.faults(one), None) for one in over}
        if len(over) == 1 and not whole:
            yield from self.faults(over[0])
            return

        def sort(one: Expression) -> str:
            fault = found[one]
            if self._same_for_all(one) or self._has_no_member(one) or (fault and fault.again == "whole"):
                return "same"
            return "additive" if fault is None else "weight" if fault.ratios or fault.parent else "level"

        bad = judged(over, whole, sort)
        if bad is not None:
            yield found.get(bad) or Fault(ratios="ratios")

    def _has_no_member(self, one: Expression) -> bool:
        """Whether a number has nothing to do with members: today, or the length of the period that all have."""
        inside = list(every(one))
        of_period = any(isinstance(part, PeriodBound) for part in inside)
        return not aggregates(one) and not (of_period and self.over_time)

    def _same_for_all(self, whole: Expression) -> bool:
        """Whether all members have one value: it is a total of what they differ in."""
        whole = without_names(whole)
        if not isinstance(whole, Detached):
            return False
        over = whole.over
        if over is None:
            return not self.over_time
        if over.during is not None:
            return not self.apart
        return self._drops(whole.body, over, all)

    def _drops(self, body: Expression, over: Over, quantifier: Callable[[Iterable[bool]], bool]) -> bool:
        """Whether `over:` names some, or all, of the keys that members differ in."""
        nowhere = OverFrom(home="")
        return quantifier(
            any(
                _dropped(part, over.grain, way.parts, way.path)
                for way in over.of(one.home, one.via) or (nowhere,)
            )
            for one in aggregates(body)
            for part in (one.levels[0] if one.levels else ())
        )

    def _of_aggregate(self, body: Aggregate) -> Iterator[Fault]:
        if body.function in AVERAGES:
            yield Fault(ratios=AVERAGES[body.function])
        elif body.function in DISTINCT and not self._determined(body, lambda one: one.arguments):
            yield Fault(distinct=_counted(body.arguments[0]))
        elif self.over_time and (body.stock or body.open):
            yield Fault(again="level")
        elif body.function in OF_ONE_ROW and body.arguments:
            yield from self._of_one_row(body, body.arguments[0])

    def _of_one_row(self, body: Aggregate, value: Expression) -> Iterator[Fault]:
        """A greatest or first value is one of its rows: it may be an average, or what a parent has for each of several members."""
        rows = _Parts(self.world, over_time=False)
        for one in _of_children(value):
            yield from rows.faults(one)
        refs = column_refs(value, of_value=True)
        keys = body.levels[0] if body.levels else ()
        if not refs or not self._follow(refs, keys, None):
            return

        def several(ref: ColumnRef) -> int | None:
            """The first key of which one row that the column is of may have several."""
            end = frozenset([ref.path])
            return next((at for at, key in enumerate(keys) if not self._told(key, (), end, None)), None)

        part = amount_of_another(value, lambda ref: several(ref) is None)
        if part is not None:
            parent = column_refs(part, of_value=True)[0]
            yield Fault(parent=parent, each=several(parent) or 0)

    def _determined(self, body: Expression, by: Callable[[Aggregate], Iterable[KeyPart]]) -> bool:
        """Whether each of the things that are counted is with one member alone: a customer has one region."""
        found = aggregates(body)
        moved = any(isinstance(part, Moved | Detached) for part in every(body))
        return bool(found) and all(
            one.levels and self._follow(one.levels[0], [*by(one)], None if moved else one.time)
            for one in found
        )

    def _follow(self, keys: Iterable[KeyPart], by: Sequence[KeyPart], time: Expression | None) -> bool:
        """Whether keys are told by what is counted: the same columns, or what is made of columns of the entity whose key that is.

        A period is told by the own `time` of the rows, and by a shorter one: an order has one month, as has a day.
        """
        ends = frozenset(ref.path for ref in by if isinstance(ref, ColumnRef) and self._is_key(ref, by))
        return all(self._told(key, by, ends, time) for key in keys)

    def _told(
        self, key: KeyPart, by: Sequence[KeyPart], ends: frozenset[tuple[str, ...]], time: Expression | None
    ) -> bool:
        """Whether a key is among those that are known, or made of columns of the entities that these are the keys of."""
        match key:
            case PeriodKey(grain=grain):
                finer = any(isinstance(one, PeriodKey) and nests(one.grain, grain) for one in by)
                own = time is not None and self._told(time, by, ends, None)
                return not self.over_time or finer or own
            case ColumnRef(path=path):
                return key in by or any(path[: len(end)] == end for end in ends)
            case Call(arguments=arguments) | RowValue(keys=arguments):
                return all(self._told(one, by, ends, None) for one in arguments)
            case _:
                return isinstance(key, Constant)

    def _is_key(self, one: ColumnRef, of: Sequence[KeyPart]) -> bool:
        """Whether the columns of the same path are the whole key of its entity."""
        here = {ref.column for ref in of if isinstance(ref, ColumnRef) and ref.path == one.path}
        key = set(self.world.headers[one.entity].key)
        return bool(key) and key <= here


def _dropped(
    key: KeyPart, grain: str | None, parts: Sequence[Expression], path: tuple[str, ...] | None
) -> bool:
    """Whether a key is among what `over:` names: a period, a dimension, or a dimension of an entity."""
    if isinstance(key, PeriodKey):
        return key.grain == grain
    under = path is not None and isinstance(key, ColumnRef) and key.path[: len(path)] == path
    return key in parts or under


def _counted(column: Expression) -> str:
    """What is counted, in a word."""
    if not isinstance(column, ColumnRef):
        return "one"
    return column.path[-1] if column.path else column.column
