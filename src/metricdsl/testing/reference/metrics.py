"""⟦f⟧C, E(f, C) and rows(a, C): formulas over aggregates and metrics, each evaluated from the base rows."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import partial

from metricdsl.syntax import nodes
from metricdsl.testing.reference.aggregates import folded
from metricdsl.testing.reference.context import Aggregate, Context, Coordinate
from metricdsl.testing.reference.formulas import combined, parts_of
from metricdsl.testing.reference.functions import PARTS_OF_TIME
from metricdsl.testing.reference.names import Column, Constant, Entity, Scope
from metricdsl.testing.reference.periods import ALL, GRAINS, period_of
from metricdsl.testing.reference.rows import AGGREGATES, Data, Place
from metricdsl.testing.reference.values import Refused, Row, Value, same, true


class Meaning:
    """The meaning of formulas over the rows of a world."""

    def __init__(self, data: Data) -> None:
        self.data = data
        self.world = data.world
        self.settings = data.settings

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
            case nodes.Name():
                metric, home = self.metric(formula, scope)
                empty = next((p.values[0] for p in metric.properties if p.word == "empty"), None)
                if empty is not None and not self.exists(metric.formula, home, context):
                    return self.value(empty, home, context)  # type: ignore[arg-type]
                return self.value(metric.formula, home, context)
            case nodes.Call(function=function) if function in AGGREGATES:
                aggregate = self.aggregate(formula, scope, context)
                return self.fold(aggregate, self.rows(aggregate, context))
            case nodes.InContext(body=body, words=words):
                return self.value(body, scope, context.within(words, scope))
            case _:
                return combined(formula, partial(self.value, scope=scope, context=context), self.settings)

    def exists(self, formula: nodes.Expr, scope: Scope, context: Context) -> bool:
        """Whether the formula is there, E(f, C): whether some aggregate of the formula has a row."""
        return any(self.rows(a, c) for a, c in self.aggregates(formula, scope, context))

    def live(self, formula: nodes.Expr, scope: Scope, context: Context) -> bool:
        """Whether the formula lives in C: a period that begins after today lives by its own rows only."""
        per = context.per
        if per == ALL or per.null or per.start is None:
            return True
        return per.start.date() <= self.settings.today or self.exists(formula, scope, context)

    def aggregates(
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
            case nodes.Name():
                metric, home = self.metric(formula, scope)
                yield from self.aggregates(metric.formula, home, context)
            case nodes.Call(function=function) if function in AGGREGATES:
                yield self.aggregate(formula, scope, context), context
            case nodes.InContext(body=body, words=words):
                yield from self.aggregates(body, scope, context.within(words, scope))
            case _:
                for part in parts_of(formula):
                    yield from self.aggregates(part, scope, context)

    def metric(self, name: nodes.Name, scope: Scope) -> tuple[nodes.MetricDecl, Scope]:
        found = self.world.find(name.parts, scope, nodes.MetricDecl)
        if found is None or found[2]:
            raise Refused(f"{name.text} is no metric, and a column stands inside an aggregate")
        return found[0], found[1]

    # ------------------------------------------------------------ rows(a, C)

    def rows(self, aggregate: Aggregate, context: Context) -> list[Row]:
        """The rows of an aggregate in C: those of the home that meet F, the aggregate's own `where`, G, and the period."""
        context = self._stacked(aggregate, context)
        if context.per != ALL and aggregate.time is None:
            raise Refused(f"{aggregate.function} of {aggregate.home.name} has no time")
        return [row for row in self.data.rows(aggregate.home) if self._passes(aggregate, row, context)]

    def _passes(self, aggregate: Aggregate, row: Row, context: Context) -> bool:
        return (
            all(true(self.outside(aggregate, c, s, row)) for c, s in context.conditions)
            and all(true(self.inside(aggregate, c, s, row)) for c, s in aggregate.where)
            and all(same(self.outside(aggregate, d.formula, d.scope, row), v) for d, v in context.coordinates)
            and (aggregate.time is None or context.per.holds(self.data.moment(aggregate.time, row)))
        )

    def _stacked(self, aggregate: Aggregate, context: Context) -> Context:
        """The context with the grains of the aggregate's own time moved from G to T."""
        found = Context(context.conditions, (), context.periods, context.at, context.via)
        for coordinate, value in context.coordinates:
            grain = self.own_grain(aggregate, coordinate)
            found = found.in_period(grain, period_of(value)) if grain else found.at_value(coordinate, value)
        return found

    def own_grain(self, aggregate: Aggregate, coordinate: Coordinate) -> str | None:
        """The grain if a coordinate is one of the aggregate's own time, `order.ordered_at.month`; else None."""
        opened = self.world.opened(coordinate.formula, coordinate.scope)
        if isinstance(opened, Constant):
            return None
        match opened[0]:
            case nodes.Call(function=grain, arguments=(argument,)) if grain in GRAINS and isinstance(
                argument.value, nodes.Name
            ):
                column, asked = self.located(aggregate, argument.value, opened[1]), grain
            case nodes.Name() as name if name.parts[-1] in GRAINS:
                column = self.located(aggregate, name, opened[1])
                if column.grain is None:
                    return None
                asked = column.grain
                column = Column(column.home, column.path, column.name)
            case _:
                return None
        if column != aggregate.time:
            return None
        self.refuse_finer(aggregate, asked)
        return asked

    def refuse_finer(self, aggregate: Aggregate, grain: str) -> None:
        """Refuses a period of an aggregate without a time, or a finer one than its time is known by."""
        if aggregate.time is None:
            raise Refused(f"{aggregate.function} of {aggregate.home.name} has no time")
        member = aggregate.time.entity.members.get(aggregate.time.name or "")
        known = member.type.atoms[0].name if member is not None and member.type is not None else ""
        nests = grain != "week" and known in GRAINS and GRAINS.index(grain) >= GRAINS.index(known)
        if known in GRAINS and not nests:
            raise Refused(f"{aggregate.time.name} is known by {known} only")

    def located(self, aggregate: Aggregate, name: nodes.Name, scope: Scope) -> Column:
        """Where a name written outside an aggregate leads from the aggregate's home."""
        return self.world.locate(name, scope, aggregate.home, aggregate.via, inside=False)

    def outside(self, aggregate: Aggregate, formula: nodes.Expr, scope: Scope, row: Row) -> Value:
        """The value for a row of a formula written outside the aggregate."""
        place = Place(scope, aggregate.home, inside=False, via=aggregate.via, time=aggregate.time)
        return self.data.value(formula, row, place)

    def inside(self, aggregate: Aggregate, formula: nodes.Expr, scope: Scope, row: Row) -> Value:
        """The value for a row of a formula written inside the aggregate."""
        place = Place(scope, aggregate.home, inside=True, via=aggregate.via, time=aggregate.time)
        return self.data.value(formula, row, place)

    # ------------------------------------------------------------ aggregates

    def aggregate(self, call: nodes.Call, scope: Scope, context: Context) -> Aggregate:
        """An aggregate as written, with its home and its time found."""
        if not call.arguments:
            raise Refused(f"{call.function} of what?")
        first = call.arguments[0]
        argument, inner = self._unbound(first.value, scope)
        conditions: tuple[tuple[nodes.Expr, Scope], ...] = ()
        while isinstance(argument, nodes.InContext):
            own = Context(conditions, at=context.at, via=context.via).within(argument.words, inner)
            conditions, context = own.conditions, Context(at=own.at, via=own.via)
            argument, inner = self._unbound(argument.body, inner)
        that = next((a.value for a in call.arguments if a.name == "that"), None)
        counted = self.world.entity(argument.parts, inner) if isinstance(argument, nodes.Name) else None
        whole = counted is not None and not counted[1] and call.function in {"count", "rate"}
        looked_at = [(argument, inner), *conditions, *([] if that is None else [(that, scope)])]
        home = counted[0] if whole and counted else self._home(looked_at, context.via)
        if call.function in {"sum", "avg", "median", "percentile"}:
            self._own_facts(argument, inner, home, context.via)
        if call.function == "rate" and (that is None or not whole):
            raise Refused("rate(entity where p, that: q)")
        return Aggregate(
            function=call.function,
            home=home,
            argument=None if whole and not first.distinct else argument,
            scope=inner,
            where=conditions,
            via=context.via,
            time=self._time(home, context),
            distinct=first.distinct,
            position=self._position(call, scope),
            that=that,
        )

    def _unbound(self, formula: nodes.Expr, scope: Scope) -> tuple[nodes.Expr, Scope]:
        opened = self.world.opened(formula, scope)
        if isinstance(opened, Constant):
            raise Refused("a constant is nothing to aggregate")
        return opened

    def _home(self, formulas: Sequence[tuple[nodes.Expr, Scope]], via: tuple[str, ...]) -> Entity:
        """The one entity named from which all names are reached; a bare name may be a column, so that dotted ones go first."""
        names = [n for f, s in formulas for n in self.data.names(f, s)]
        dotted = [(n, s) for n, s in names if len(n.parts) > 1]
        named: dict[int, Entity] = {}
        for sort in (dotted, names):
            named = named or {id(e[0]): e[0] for n, s in sort if (e := self.world.entity(n.parts, s))}
        homes = [e for e in named.values() if all(self._reached(n, s, e, via) for n, s in names)]
        if len(homes) != 1:
            raise Refused(f"{len(homes)} entities from which all that is aggregated can be reached")
        return homes[0]

    def _reached(self, name: nodes.Name, scope: Scope, home: Entity, via: tuple[str, ...]) -> bool:
        bare = len(name.parts) == 1 and name.text not in home.members and name.text not in home.columns
        if bare and (
            name.text in {*PARTS_OF_TIME, "today"} or self.world.find(name.parts, scope, nodes.SegmentDecl)
        ):
            return True
        try:
            self.world.locate(name, scope, home, via, inside=True)
        except Refused:
            return False
        return True

    def _own_facts(self, argument: nodes.Expr, scope: Scope, home: Entity, via: tuple[str, ...]) -> None:
        names = [
            (n, s) for n, s in self.data.names(argument, scope) if n.text not in {*PARTS_OF_TIME, "today"}
        ]
        if names and all(self.world.locate(n, s, home, via, inside=True).path for n, s in names):
            raise Refused(f"a parent's fact from {home.name} would count once for each of its rows")

    def _time(self, home: Entity, context: Context) -> Column | None:
        if context.at is not None:
            return self.world.locate(*context.at, home, context.via, inside=True)
        times = [m for m in home.members.values() if hasattr(m, "default")]
        chosen = [m for m in times if m.default] or times
        return Column(home, (), chosen[0].name) if len(chosen) == 1 else None

    def _position(self, call: nodes.Call, scope: Scope) -> Value:
        if call.function == "median":
            return Fraction(1, 2)
        if call.function != "percentile":
            return None
        if len(call.arguments) != 2:
            raise Refused("percentile(x, 90%)")
        return self.value(call.arguments[1].value, scope, Context())

    def fold(self, aggregate: Aggregate, rows: Sequence[Row]) -> Value:
        """The aggregate of these rows."""
        if aggregate.that is not None:
            answers = [self.inside(aggregate, aggregate.that, aggregate.scope, r) for r in rows]
            known = [true(a) for a in answers if a is not None]
            return Fraction(sum(known), len(known)) if known else None
        if aggregate.argument is None:
            return Fraction(len(rows))
        values = [self.inside(aggregate, aggregate.argument, aggregate.scope, r) for r in rows]
        return folded(aggregate.function, [v for v in values if v is not None], aggregate)
