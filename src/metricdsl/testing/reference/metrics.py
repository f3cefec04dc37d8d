"""⟦f⟧C, E(f, C) and rows(a, C): formulas over aggregates and metrics, each evaluated from the base rows."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction
from functools import cmp_to_key, partial

from metricdsl.syntax import nodes
from metricdsl.testing.reference import (
    ages,
    chance,
    conversion,
    goals,
    group_measures,
    members,
    period_words,
    result_functions,
    stocks,
    totals,
)
from metricdsl.testing.reference.aggregates import folded, paired, weighted
from metricdsl.testing.reference.business import business_time
from metricdsl.testing.reference.context import Aggregate, Context, Coordinate, Fixed, Moved, Part
from metricdsl.testing.reference.conversion import CONVERSIONS
from metricdsl.testing.reference.formulas import combined, parts_of
from metricdsl.testing.reference.meaning import Formulas
from metricdsl.testing.reference.measures import Measure, product
from metricdsl.testing.reference.names import Constant, Entity, Scope
from metricdsl.testing.reference.periods import Period, cell_of, written_period
from metricdsl.testing.reference.places import Place
from metricdsl.testing.reference.rows import AGGREGATES, Data
from metricdsl.testing.reference.stacks import seen
from metricdsl.testing.reference.time_functions import TIME_FUNCTIONS, looked_back_from, normed, step_by
from metricdsl.testing.reference.values import Duration, Refused, Row, Value, arithmetic, ordered, true

LENGTHS = ("prior", "trailing", "growth", "to_date", "at_start")  # with a second argument
RANKS = ("rank", "rank_share")


class Meaning(Formulas):
    """The meaning of formulas over the rows of a world."""

    def __init__(self, data: Data) -> None:
        super().__init__(data)
        data.of_row = self

    # ------------------------------------------------------------ ⟦f⟧C

    def value(self, formula: nodes.Expr, scope: Scope, context: Context) -> Value:
        """What the formula is worth in C: ⟦f⟧C."""
        opened = self.world.opened(formula, scope)
        if isinstance(opened, Constant):
            return opened.value
        formula, scope = opened
        match formula:
            case nodes.Name(text="today"):
                return self.settings.today
            case nodes.Name() if period_words.is_period_word(self, formula, scope):
                return period_words.bound(self, formula, context)
            case nodes.Name():
                return self._metric(formula, scope, context)
            case nodes.Call(function=function) if function in dict(self.settings.functions):
                return result_functions.value(self, formula, scope, context)
            case nodes.Call(function=function) if function in AGGREGATES:
                return self._aggregated(formula, scope, context)
            case nodes.Call(function=function) if function in TIME_FUNCTIONS:
                body, step = self.moved(formula, scope, context)
                per = self.per(body, scope, context)
                before_all = function == "opening" and per is not None and per.start is None
                if per is None or per.null or before_all:
                    return None
                return self.value(body, scope, context.then(step))
            case nodes.Call(function="during"):
                body, fixed = self.fixed_period(formula, scope)
                return self.value(body, scope, context.then(fixed))
            case nodes.Call(function=function) if function in chance.CHANCE:
                return chance.value(self, formula, scope, context)
            case nodes.Call(function="growth"):
                return self._growth(formula, scope, context)
            case nodes.Call(function="total"):
                body, over = totals.parts_of_call(formula, "over", needed=False)
                return self.value(body, scope, context.then(*totals.dropping(self, over, scope)))
            case nodes.Call(function="share"):
                return totals.share(self, formula, scope, context)
            case nodes.Call(function=function) if function in RANKS:
                return totals.rank(self, formula, scope, context)
            case nodes.Call(function="goal"):
                return goals.goal(self, formula, scope, context)
            case nodes.Call(function="at_age", arguments=(of, age)):
                aged = ages.at_age(self, context, self.fixed(age.value, scope))
                return self.value(of.value, scope, aged)
            case nodes.Call(function=function) if function in CONVERSIONS:
                asked = conversion.conversion(self, formula, scope, context)
                if self.seen(asked.a, context).nothing or self.not_yet(asked.a, context):
                    return None
                return conversion.value(self, asked, context, rate=function == "conversion")
            case nodes.Call(function="convert_unit", arguments=(of, unit)):
                value = self.value(of.value, scope, context)
                return group_measures.in_unit(self, value, of.value, unit.value, scope, context)
            case nodes.Binary(operator="*"):
                measure = partial(group_measures.GroupMeasuring(self, context).of, scope=scope)
                return product(formula, partial(self.value, scope=scope, context=context), measure)
            case nodes.Call(function="business_time"):
                return business_time(
                    formula, self.data, scope, partial(self.value, scope=scope, context=context)
                )
            case nodes.InContext(body=body, words=words):
                return self.value(body, scope, context.within(words, scope))
            case _:
                return combined(formula, partial(self.value, scope=scope, context=context), self.settings)

    def _metric(self, name: nodes.Name, scope: Scope, context: Context) -> Value:
        """⟦metric m empty v⟧C = if E(m, C) then ⟦m⟧C else v; null where it is not observed yet."""
        metric, home = self.metric(name, scope)
        empty = next((p.values[0] for p in metric.properties if p.word == "empty"), None)
        if (
            empty is not None
            and not self.exists(metric.formula, home, context)
            and not self.unobserved(metric.formula, home, context)
        ):
            return self.value(empty, home, context)  # type: ignore[arg-type]
        return self.value(metric.formula, home, context)

    def _aggregated(self, call: nodes.Call, scope: Scope, context: Context) -> Value:
        if (per := members.per_member(self, call, scope)) is not None:
            return members.per_value(self, per, context)
        if (counted := members.count_having(self, call, scope, context)) is not None:
            return members.having_value(self, counted, context)
        aggregate = self.aggregate(call, scope, context)
        found = self.seen(aggregate, context)
        if found.nothing or found.per is None or self.not_yet(aggregate, context):
            return None
        rows = self.rows(aggregate, context)
        with self._looking(aggregate, found.per):
            return self.fold(aggregate, rows, found.per, opened=found.opened)

    @contextmanager
    def _looking(self, aggregate: Aggregate, per: Period | None) -> Iterator[None]:
        """Under `while`: with the day looked at, for what is looked up at it."""
        before = self.data.looked_at
        if aggregate.open is None or per is None or per.null or per.empty:
            self.data.looked_at = None
        else:
            end = looked_back_from(normed(per, self.settings), self.settings)
            self.data.looked_at = (end - timedelta(microseconds=1)).date()
        try:
            yield
        finally:
            self.data.looked_at = before

    def moved(self, call: nodes.Call, scope: Scope, context: Context) -> tuple[nodes.Expr, Moved]:
        """The formula under a time function, and the step that the function is."""
        if context.timeless:
            raise Refused(f"a dimension made of children looks at all time: no {call.function} in it")
        wanted = 2 if call.function in LENGTHS else 1
        if len(call.arguments) != wanted or any(a.name for a in call.arguments):
            raise Refused(f"{call.function} takes {wanted} arguments")
        by = self.fixed(call.arguments[1].value, scope) if wanted > 1 else None
        function = "prior" if call.function == "growth" else call.function
        return call.arguments[0].value, Moved(function, step_by(function, by))

    def fixed_period(self, call: nodes.Call, scope: Scope) -> tuple[nodes.Expr, Fixed]:
        """The formula under `during`, and the period that is written behind it."""
        body, *ends = [a.value for a in call.arguments]
        opened = [self.world.opened(end, scope) for end in ends]
        written = [o[0] for o in opened if not isinstance(o, Constant)]
        if not 1 <= len(ends) <= 2 or len(written) != len(ends):
            raise Refused("during takes a formula and a period, or the first and the last")
        first, last = written_period(written[0]), written_period(written[-1])
        if last.end is None or first.start is None or last.end <= first.start:
            raise Refused("the period ends before it begins")
        return body, Fixed(Period(first.start, last.end))

    def _growth(self, call: nodes.Call, scope: Scope, context: Context) -> Value:
        """(m − p) / p, m = ⟦f⟧ norm C, p = ⟦prior(f, d)⟧C; null if either is null or p ≤ 0."""
        body, prior = self.moved(call, scope, context)
        per = self.per(body, scope, context)
        if per is None or per.null:
            return None
        m = self.value(body, scope, context.then(Moved("norm")))
        p = self.value(body, scope, context.then(prior))
        if m is None or p is None or (p.microseconds if isinstance(p, Duration) else p) <= 0:
            return None
        return arithmetic("/", arithmetic("-", m, p), p)

    def measure(self, formula: nodes.Expr, scope: Scope) -> Measure:
        """How much of which units one of the formula's value is."""
        return group_measures.GroupMeasuring(self, Context()).of(formula, scope)

    # ------------------------------------------------------------ E(f, C)

    def exists(self, formula: nodes.Expr, scope: Scope, context: Context, *, stripped: bool = False) -> bool:
        """Whether the formula is there, E(f, C); `stripped`: without its time functions and `while` aggregates."""
        opened = self.world.opened(formula, scope)
        if isinstance(opened, Constant):
            return False
        formula, scope = opened
        there = partial(self.exists, stripped=stripped)
        match formula:
            case nodes.Name(text="today"):
                return False
            case nodes.Name() if period_words.is_period_word(self, formula, scope):
                return False
            case nodes.Name():
                metric, home = self.metric(formula, scope)
                return there(metric.formula, home, context)
            case nodes.Call(function=function) if function in dict(self.settings.functions):
                return result_functions.exists(self, formula, scope, context, stripped=stripped)
            case nodes.Call(function=function) if function in AGGREGATES:
                return self._aggregate_exists(formula, scope, context, stripped=stripped)
            case nodes.Call(function=function) if function in TIME_FUNCTIONS:
                body, step = self.moved(formula, scope, context)
                return there(body, scope, context if stripped else context.then(step))
            case nodes.Call(function=function) if function in chance.CHANCE:
                per = chance.asked_of(self, formula, scope)
                return any(True for _ in members.members(self, per, context, stripped=stripped))
            case nodes.Call(function="during"):
                return there(formula.arguments[0].value, scope, context)
            case nodes.Call(function="growth"):
                body, step = self.moved(formula, scope, context)
                own = there(body, scope, context)
                return own or (not stripped and there(body, scope, context.then(step)))
            case nodes.Call(function="total"):
                body, _ = totals.parts_of_call(formula, "over", needed=False)
                return totals.reaches_all(self, body, scope, context) and there(body, scope, context)
            case nodes.Call(function=function, arguments=(of, *_)) if function in {"share", "at_age", *RANKS}:
                return there(of.value, scope, context)
            case nodes.Call(function="goal"):
                return False
            case nodes.Call(function=function) if function in CONVERSIONS:
                return bool(self.rows(conversion.conversion(self, formula, scope, context).a, context))
            case nodes.InContext(body=body, words=words):
                return there(body, scope, context.within(words, scope))
            case _:
                return any(there(part, scope, context) for part in parts_of(formula))

    def _aggregate_exists(self, call: nodes.Call, scope: Scope, context: Context, *, stripped: bool) -> bool:
        """E(agg, C) = rows ≠ ∅; of `per`, M ≠ ∅; of `having`, some member with a row of the condition."""
        if (per := members.per_member(self, call, scope)) is not None:
            return any(True for _ in members.members(self, per, context, stripped=stripped))
        if (counted := members.count_having(self, call, scope, context)) is not None:
            return members.having_exists(self, counted, context, stripped=stripped)
        aggregate = self.aggregate(call, scope, context)
        if stripped and aggregate.open is not None:
            return False
        return bool(self.rows(aggregate, context))

    # ------------------------------------------------------------ the aggregates of a formula

    def leaves(
        self, formula: nodes.Expr, scope: Scope, context: Context
    ) -> Iterator[tuple[Aggregate, Context]]:
        """The aggregates of a formula, each with the context that it is evaluated in."""
        opened = self.world.opened(formula, scope)
        if isinstance(opened, Constant):
            return
        formula, scope = opened
        match formula:
            case nodes.Name(text="today"):
                return
            case nodes.Name() if period_words.is_period_word(self, formula, scope):
                return
            case nodes.Name():
                metric, home = self.metric(formula, scope)
                yield from self.leaves(metric.formula, home, context)
            case nodes.Call(function=function) if function in dict(self.settings.functions):
                yield from result_functions.leaves(self, formula, scope, context)
            case nodes.Call(function=function) if function in AGGREGATES:
                if (per := members.per_member(self, formula, scope)) is not None:
                    yield from members.per_leaves(self, per, context)
                elif (counted := members.count_having(self, formula, scope, context)) is not None:
                    yield from members.having_leaves(self, counted, context)
                else:
                    yield self.aggregate(formula, scope, context), context
            case nodes.Call(function=function) if function in chance.CHANCE:
                yield from members.per_leaves(self, chance.asked_of(self, formula, scope), context)
            case nodes.Call(function=function) if function in {*TIME_FUNCTIONS, "growth"}:
                body, step = self.moved(formula, scope, context)
                yield from self.leaves(body, scope, context.then(step))
            case nodes.Call(function="during"):
                body, fixed = self.fixed_period(formula, scope)
                yield from self.leaves(body, scope, context.then(fixed))
            case nodes.Call(function="total" | "share" as function):
                word = "over" if function == "total" else "of"
                body, over = totals.parts_of_call(formula, word, needed=function == "share")
                if function == "share":
                    yield from self.leaves(body, scope, context)
                yield from self.leaves(body, scope, context.then(*totals.dropping(self, over, scope)))
            case nodes.Call(function=function, arguments=(of, *_)) if function in {"at_age", "goal", *RANKS}:
                yield from self.leaves(of.value, scope, context)
            case nodes.Call(function=function) if function in CONVERSIONS:
                yield conversion.conversion(self, formula, scope, context).a, context
            case nodes.InContext(body=body, words=words):
                yield from self.leaves(body, scope, context.within(words, scope))
            case _:
                for part in parts_of(formula):
                    yield from self.leaves(part, scope, context)

    def metric(self, name: nodes.Name, scope: Scope) -> tuple[nodes.MetricDecl, Scope]:
        found = self.world.find(name.parts, scope, nodes.MetricDecl)
        if found is None or found[2]:
            raise Refused(f"{name.text} is no metric, and a column stands inside an aggregate")
        return found[0], found[1]

    # ------------------------------------------------------------ rows(a, C)

    def rows(self, aggregate: Aggregate, context: Context) -> list[Row]:
        """The rows of an aggregate in C: those of the home that meet F, the aggregate's own `where`, G, and the period."""
        found = self.seen(aggregate, context)
        in_time = stocks.in_time(self.data, aggregate, found)
        with self._looking(aggregate, found.per):
            return [
                row
                for row in self.data.rows(aggregate.home)
                if in_time(row) and self._passes(aggregate, row, context, found.coordinates)
            ]

    def _passes(
        self, aggregate: Aggregate, row: Row, context: Context, coordinates: Sequence[Coordinate]
    ) -> bool:
        return (
            all(true(self.outside(aggregate, c, s, row)) for c, s in context.conditions)
            and all(true(self.inside(aggregate, c, s, row)) for c, s in aggregate.where)
            and all(d.holds(self.outside(aggregate, d.formula, d.scope, row)) for d in coordinates)
        )

    def plain_per(self, context: Context) -> Period | None:
        found = seen(context, self.settings, lambda _: None, lambda *_: False, self.is_age)
        return None if found.nothing else found.per

    def not_yet(self, aggregate: Aggregate, context: Context) -> bool:
        return ages.not_yet(self, aggregate, self.seen(aggregate, context))

    # ------------------------------------------------------------ folds

    def fold(self, aggregate: Aggregate, rows: Sequence[Row], per: Period, *, opened: bool = False) -> Value:
        """The aggregate of these rows."""
        value = partial(self._argument, aggregate)
        if aggregate.that is not None:
            answers = [self.inside(aggregate, aggregate.that, aggregate.scope, r) for r in rows]
            known = [true(a) for a in answers if a is not None]
            return Fraction(sum(known), len(known)) if known else None
        if aggregate.argument is None:
            return Fraction(len(rows))
        if aggregate.second is not None:
            second = aggregate.second
            pairs = [(value(r), self.inside(aggregate, second, aggregate.scope, r)) for r in rows]
            known_pairs = [p for p in pairs if None not in p]
            if aggregate.function == "avg":
                return weighted(known_pairs)
            return paired(aggregate.function, known_pairs)
        if aggregate.stock is not None and aggregate.stock.rule in {"avg", "max", "min"} and not opened:
            return stocks.over_dates(self.data, aggregate, aggregate.stock, per, rows, value)
        if aggregate.spread is not None:
            spread = aggregate.spread
            values = [arithmetic("*", value(r), stocks.portion(self.data, spread, r, per)) for r in rows]
        elif aggregate.function in {"first", "last"}:
            values = [value(r) for r in self._by_time(aggregate, rows)]
        else:
            values = [value(r) for r in rows]
        known_values = [v for v in values if v is not None]
        return folded(aggregate.function, known_values, aggregate.position, distinct=aggregate.distinct)

    def _argument(self, aggregate: Aggregate, row: Row) -> Value:
        assert aggregate.argument is not None
        value = self.inside(aggregate, aggregate.argument, aggregate.scope, row)
        if not aggregate.others:
            return value
        together = (value, *(self.inside(aggregate, o, aggregate.scope, row) for o in aggregate.others))
        return None if None in together else together

    def _by_time(self, aggregate: Aggregate, rows: Sequence[Row]) -> list[Row]:
        """By time, then key; rows without a time take no part."""
        if aggregate.time is None or not aggregate.home.key:
            raise Refused(f"{aggregate.function} goes by time, then key")
        time, home = aggregate.time, aggregate.home
        timed = [r for r in rows if self.data.moment(time, r) is not None]

        def compared(a: Row, b: Row) -> int:
            one, other = ((self.data.moment(time, r), *self.data.key(home, r)) for r in (a, b))
            return ordered(one, other)

        return sorted(timed, key=cmp_to_key(compared))

    # ------------------------------------------------------------ values of a row

    def children(self, formula: nodes.Expr, scope: Scope, entity: Entity, row: Row) -> Value:
        """A dimension f of a row p that aggregates p's children: ⟦f⟧⟨∅, {p}, [(during, ALL)]⟩."""
        key = self.data.key(entity, row)
        if not key or None in key:
            return None
        name = nodes.Name(span=formula.span, parts=(entity.name,))
        of_row = Coordinate(name, entity.scope, key[0] if len(key) == 1 else key)
        return self.value(formula, scope, Context(timeless=True).then(of_row))

    def of_parts(self, formula: nodes.InContext, row: Row, place: Place) -> Value:
        """`(f per μ)` in a condition: ⟦f⟧⟨∅, {μ = μ(r)}, [(during, ALL)]⟩, null if a part of μ(r) is null."""
        pers = [w for w in formula.words if isinstance(w, nodes.Per)]
        if len(pers) != 1 or pers[0].every or any(isinstance(w, nodes.Having) for w in formula.words):
            raise Refused("(f per x) in a condition stands alone")
        context = Context(timeless=True)
        for key, scope in self.world.opened_keys(pers[0].keys, place.scope):
            part = Part(key, scope)
            if part.grain is None:
                value = self.data.value(key, row, replace(place, scope=scope, inside=False, children=False))
            elif place.time is not None:
                value = cell_of(self.data.moment(place.time, row), part.grain, self.settings)
            else:
                raise Refused(f"{part.grain} of an aggregate without a time")
            if value is None or (isinstance(value, tuple) and None in value):
                return None
            context = context.into([part], [value])
        return self.value(members.without(formula, nodes.Per), place.scope, context)
