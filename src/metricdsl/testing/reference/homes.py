"""An aggregate as written: its home, its own time, what it reaches, and what it sees of a context."""

from collections.abc import Sequence
from fractions import Fraction

from metricdsl.syntax import nodes
from metricdsl.testing.reference.context import Aggregate, Context, Coordinate, Dropped, Stock
from metricdsl.testing.reference.formulas import fixed
from metricdsl.testing.reference.functions import PARTS_OF_TIME
from metricdsl.testing.reference.money import refuse_mixed
from metricdsl.testing.reference.names import Column, Constant, Entity, Scope
from metricdsl.testing.reference.periods import BELOW_THE_DAY, GRAINS
from metricdsl.testing.reference.places import Place
from metricdsl.testing.reference.rows import Data
from metricdsl.testing.reference.stacks import Seen, seen
from metricdsl.testing.reference.values import Discrete, Refused, Row, Value

ADDING = ("sum", "avg", "median", "percentile")  # these are not asked of a parent's columns alone
PAIRS = ("correlation", "slope")


class Homes:
    """Finds the home of each aggregate, and what names mean from there."""

    def __init__(self, data: Data) -> None:
        self.data = data
        self.world = data.world
        self.settings = data.settings
        self._aggregates: dict[tuple[object, ...], tuple[Aggregate, object]] = {}
        self._outside: dict[tuple[object, ...], tuple[Value, object]] = {}
        self._seen: dict[tuple[object, ...], Seen] = {}

    # ------------------------------------------------------------ values of a row

    def outside(self, aggregate: Aggregate, formula: nodes.Expr, scope: Scope, row: Row) -> Value:
        """The value for a row of a formula written outside the aggregate."""
        return self._of_row(aggregate, formula, scope, row, inside=False)

    def inside(self, aggregate: Aggregate, formula: nodes.Expr, scope: Scope, row: Row) -> Value:
        """The value for a row of a formula written inside the aggregate."""
        return self._of_row(aggregate, formula, scope, row, inside=True)

    def _of_row(
        self, aggregate: Aggregate, formula: nodes.Expr, scope: Scope, row: Row, *, inside: bool
    ) -> Value:
        """The value, worked out once for each row: it does not depend on the context."""
        day = self.data.looked_at
        asked = (id(formula), scope, aggregate.home, aggregate.via, aggregate.time, inside, id(row), day)
        if asked not in self._outside:
            home, via = aggregate.home, aggregate.via
            place = Place(scope, home, inside=inside, via=via, around=not inside, time=aggregate.time)
            self._outside[asked] = self.data.value(formula, row, place), formula
        return self._outside[asked][0]

    # ------------------------------------------------------------ what an aggregate sees

    def seen(self, aggregate: Aggregate, context: Context, *, timed: bool = True) -> Seen:
        """T and G of the aggregate; found once for each context."""
        asked = aggregate, context, timed
        if asked not in self._seen:
            self._seen[asked] = self._see(aggregate, context, timed=timed)
        return self._seen[asked]

    def _see(self, aggregate: Aggregate, context: Context, *, timed: bool) -> Seen:
        """T and G of the aggregate; where its time is tested, refuses a period finer than its time is known by, and `opening` of a flow."""
        found = seen(
            context,
            self.settings,
            lambda c: self.own_grain(aggregate, c),
            lambda c, dropped: self.belongs(aggregate, c, dropped),
            self.is_age,
        )
        if not timed:
            return found
        for entry in found.stack:
            if entry.grain != "during":
                self.refuse_finer(aggregate, entry.grain)
        if found.opened and aggregate.stock is None and aggregate.open is None:
            raise Refused(f"opening of a flow: {aggregate.function} of {aggregate.home.name} has no stock")
        return found

    def own_grain(self, aggregate: Aggregate, coordinate: Coordinate) -> str | None:
        """The grain if a coordinate is one of the aggregate's own time, `order.ordered_at.month`; else None."""
        found = self.time_grain(aggregate, coordinate.formula, coordinate.scope)
        return found[1] if found is not None and found[0] == aggregate.time else None

    def time_grain(
        self, aggregate: Aggregate, formula: nodes.Expr, scope: Scope
    ) -> tuple[Column, str] | None:
        """The column and the grain of `x.month` or `month(x)`; None for all else, and where it is not reached."""
        opened = self.world.opened(formula, scope)
        if isinstance(opened, Constant):
            return None
        try:
            match opened[0]:
                case nodes.Call(function=grain, arguments=(argument,)) if grain in GRAINS and isinstance(
                    argument.value, nodes.Name
                ):
                    return self.located(aggregate, argument.value, opened[1]), grain
                case nodes.Name() as name if name.parts[-1] in GRAINS and len(name.parts) > 1:
                    column = self.located(aggregate, name, opened[1])
                    if column.grain is None:
                        return None
                    return Column(column.home, column.path, column.name), column.grain
                case _:
                    return None
        except Refused:
            return None

    def is_age(self, coordinate: Coordinate) -> bool:
        """Whether a coordinate is an `age(x, grain)`."""
        opened = self.world.opened(coordinate.formula, coordinate.scope)
        return (
            not isinstance(opened, Constant)
            and isinstance(opened[0], nodes.Call)
            and opened[0].function == "age"
        )

    def belongs(self, aggregate: Aggregate, coordinate: Coordinate, dropped: Dropped) -> bool:
        """Whether `over` names the coordinate, or the entity that it is a dimension of."""
        assert dropped.over is not None
        over = self.world.opened(dropped.over, dropped.scope)
        written = self.world.opened(coordinate.formula, coordinate.scope)
        if isinstance(over, Constant) or isinstance(written, Constant):
            return False
        if over[0] == written[0]:
            return True
        if not (isinstance(over[0], nodes.Name) and isinstance(written[0], nodes.Name)):
            return False
        if dropped.grain is not None:
            return False
        try:
            wanted = self.located(aggregate, over[0], over[1])
            column = self.located(aggregate, written[0], written[1])
        except Refused:
            return self._belongs_by_name(over[0], over[1], written[0], written[1])
        return _same(column, wanted) if wanted.name is not None else column.path == wanted.path

    def _belongs_by_name(
        self, over: nodes.Name, scope: Scope, written: nodes.Name, written_scope: Scope
    ) -> bool:
        """The same, for a dimension that the aggregate does not reach: `total` need not."""
        wanted = self.world.entity(over.parts, scope)
        if wanted is None:
            return over.parts == written.parts[: len(over.parts)]
        try:
            column = self.world.locate(written, written_scope, wanted[0], (), inside=False)
        except Refused:
            return False
        if not wanted[1]:
            return not column.path
        return _same(column, self.world.locate(over, scope, wanted[0], (), inside=False))

    def refuse_finer(self, aggregate: Aggregate, grain: str) -> None:
        """Refuses a period of an aggregate without a time, or a finer one than its time is known by."""
        if aggregate.spread is not None and grain in BELOW_THE_DAY:
            raise Refused(f"a fact spread over days has no {grain}")
        if aggregate.looks_back:
            return
        if aggregate.time is None:
            raise Refused(f"{aggregate.function} of {aggregate.home.name} has no time")
        member = aggregate.time.entity.members.get(aggregate.time.name or "")
        known = member.type.atoms[0].name if member is not None and member.type is not None else ""
        nests = grain != "week" and known in GRAINS and GRAINS.index(grain) >= GRAINS.index(known)
        if known in GRAINS and not nests:
            raise Refused(f"{aggregate.time.name} is known by {known} only")

    def located(self, aggregate: Aggregate, name: nodes.Name, scope: Scope) -> Column:
        """Where a name written outside an aggregate leads from the aggregate's home."""
        return self.world.locate(name, scope, aggregate.home, aggregate.via, inside=False, around=True)

    def reached(self, aggregate: Aggregate, formula: nodes.Expr, scope: Scope) -> list[Column]:
        """The columns that a dimension is made of, from an aggregate's home; refused where one is not reached."""
        if self.is_age(Coordinate(formula, scope)) and aggregate.time is None:
            raise Refused(f"age needs a time, and {aggregate.function} of {aggregate.home.name} has none")
        found: list[Column] = []
        for name, named in self.data.names(formula, scope):
            segment = self.world.find(name.parts, named, nodes.SegmentDecl)
            if segment is not None and not segment[2]:
                found += self.reached(aggregate, segment[0].condition, segment[1])
            elif name.text in PARTS_OF_TIME:
                if aggregate.time is None:
                    raise Refused(f"{name.text} of an aggregate without a time")
            elif name.text != "today" and name.text not in GRAINS:
                found.append(self.located(aggregate, name, named))
        return found

    def check(self, aggregate: Aggregate, context: Context) -> None:
        """Refuses periods, dimensions and filters that the aggregate does not have or reach in a context."""
        for coordinate in self.seen(aggregate, context).coordinates:
            self.reached(aggregate, coordinate.formula, coordinate.scope)
        for condition, scope in context.conditions:
            self.reached(aggregate, condition, scope)

    def reaches(self, aggregate: Aggregate, formula: nodes.Expr, scope: Scope) -> bool:
        try:
            self.reached(aggregate, formula, scope)
        except Refused:
            return False
        return True

    # ------------------------------------------------------------ aggregates

    def aggregate(self, call: nodes.Call, scope: Scope, context: Context) -> Aggregate:
        """An aggregate as written, with its home and its time found; once for each time that the context says."""
        asked = (id(call), scope, context.at, context.via)
        if asked not in self._aggregates:
            self._aggregates[asked] = self._aggregate(call, scope, context), call
        return self._aggregates[asked][0]

    def _aggregate(self, call: nodes.Call, scope: Scope, context: Context) -> Aggregate:
        if not call.arguments:
            raise Refused(f"{call.function} of what?")
        first = call.arguments[0]
        argument, inner = self._unbound(first.value, scope)
        conditions: tuple[tuple[nodes.Expr, Scope], ...] = ()
        stated = False  # `sum(order.amount as number)`: no currency any more
        while isinstance(argument, nodes.InContext):
            stated = stated or any(isinstance(word, nodes.As) for word in argument.words)
            own = Context(conditions, at=context.at, via=context.via).within(argument.words, inner)
            conditions, context = own.conditions, Context(at=own.at, via=own.via)
            argument, inner = self._unbound(argument.body, inner)
        that = next((a.value for a in call.arguments if a.name == "that"), None)
        second = self._second(call)
        while isinstance(second, nodes.InContext):
            own = Context(conditions, at=context.at, via=context.via).within(second.words, scope)
            conditions, context = own.conditions, Context(at=own.at, via=own.via)
            second = second.body
        counted = self.world.entity(argument.parts, inner) if isinstance(argument, nodes.Name) else None
        whole = counted is not None and not counted[1] and call.function in {"count", "rate"}
        more = tuple(a.value for a in call.arguments[1:] if a.name is None) if first.distinct else ()
        others = [(e, scope) for e in (that, second, *more) if e is not None]
        home = (
            counted[0]
            if whole and counted
            else self._home([(argument, inner), *conditions, *others], context.via)
        )
        if not stated:
            refuse_mixed(self.data, call.function, argument, Place(inner, home, inside=True, via=context.via))
        if call.function in ADDING:
            self._own_facts([argument, *(() if second is None else (second,))], inner, home, context.via)
        if call.function == "rate" and (that is None or not whole):
            raise Refused("rate(entity where p, that: q)")
        counts_rows = whole and not first.distinct
        stock, spread = self._rule_of(home, None if counts_rows else argument, inner, context.via)
        time, open_ = self._time(home, context, stock)
        if spread is not None:
            if call.function != "sum" or not isinstance(argument, nodes.Name):
                raise Refused("what is spread over its days is added up, as it is: sum")
            if open_ is not None or stock is not None:
                raise Refused("what is spread over its days has no other time")
            time = None
        if stock is not None and stock.rule in {"avg", "max", "min"} and call.function != "sum":
            raise Refused(f"a stock by {stock.rule} allows sum alone")
        return Aggregate(
            function=call.function,
            home=home,
            argument=None if counts_rows else argument,
            scope=inner,
            where=conditions,
            via=context.via,
            time=time,
            distinct=first.distinct or call.function == "approx_count_distinct",
            position=self._position(call, scope),
            others=more,
            that=that,
            second=second,
            open=open_,
            stock=stock,
            spread=spread,
        )

    def _second(self, call: nodes.Call) -> nodes.Expr | None:
        if call.function in PAIRS:
            if len(call.arguments) != 2:
                raise Refused(f"{call.function} of two formulas")
            return call.arguments[1].value
        weight = next((a.value for a in call.arguments if a.name == "weight"), None)
        if weight is not None and call.function != "avg":
            raise Refused("avg(x, weight: w)")
        return weight

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

    def _own_facts(
        self, arguments: Sequence[nodes.Expr], scope: Scope, home: Entity, via: tuple[str, ...]
    ) -> None:
        names = [
            (n, s)
            for argument in arguments
            for n, s in self.data.names(argument, scope)
            if n.text not in {*PARTS_OF_TIME, "today"}
        ]
        made_of = [one for argument in arguments for one in self._values(argument, scope)]
        if not any(list(self.data.names(f, s)) for f, s in made_of):
            return  # 1 or 0, whatever chooses between them
        if names and all(self.world.locate(n, s, home, via, inside=True).path for n, s in names):
            raise Refused(f"a parent's fact from {home.name} would count once for each of its rows")

    def _values(self, formula: nodes.Expr, scope: Scope) -> list[tuple[nodes.Expr, Scope]]:
        """What a formula may be, without the conditions that choose."""
        opened = self.world.opened(formula, scope)
        match opened:
            case Constant():
                return []
            case nodes.Call(function="if" | "case" as function, arguments=arguments), where:
                chosen = arguments[1:] if function == "if" else [*arguments[1:-1:2], arguments[-1]]
                return [one for a in chosen for one in self._values(a.value, where)]
            case _:
                return [opened]

    def _rule_of(
        self, home: Entity, argument: nodes.Expr | None, scope: Scope, via: tuple[str, ...]
    ) -> tuple[Stock | None, tuple[Column, Column] | None]:
        """How the facts of the argument are taken over time: as a stock, the entity's snapshot after the facts' own, or spread."""
        stocks: list[nodes.Stock] = []
        spreads: list[nodes.Spread] = []
        for name, named in () if argument is None else self.data.names(argument, scope):
            own = name.text in home.members or name.text in home.columns
            if name.text in PARTS_OF_TIME or (name.text == "today" and not own):
                continue
            if self.world.find(name.parts, named, nodes.SegmentDecl):
                continue
            column = self.world.locate(name, named, home, via, inside=True)
            member = home.members.get(column.name or "") if not column.path else None
            if isinstance(member, nodes.FactMember):
                stocks += [member.stock] if member.stock else []
                spreads += [member.spread] if member.spread else []
        if any(s != stocks[0] for s in stocks) or len(spreads) > 1 or (stocks and spreads):
            raise Refused("facts that are taken over time by different rules")
        spread = self._columns(home, (spreads[0].start, spreads[0].end)) if spreads else ()
        wanted = stocks[0] if stocks else home.snapshot if not spreads else None
        rule = stocks[0].rule if stocks else "last"
        if rule not in {"last", "first", "avg", "max", "min"}:
            raise Refused(f"there is no stock by {rule}")
        stock = (
            Stock(rule, self._columns(home, (wanted.by,))[0], self._columns(home, wanted.per))
            if wanted
            else None
        )
        return stock, (spread[0], spread[1]) if spread else None

    def _columns(self, home: Entity, names: Sequence[nodes.Name]) -> tuple[Column, ...]:
        return tuple(self.world.locate(n, home.scope, home, (), inside=True) for n in names)

    def _time(
        self, home: Entity, context: Context, stock: Stock | None
    ) -> tuple[Column | None, tuple[Column, Column] | None]:
        """The aggregate's own time, or the two of `while`; a stock's is its date."""
        word, scope = context.at if context.at is not None else (None, None)
        if isinstance(word, nodes.While) and scope is not None:
            if stock is not None:
                raise Refused("a stock has a date of its own, and `while` would take its place")
            return None, (
                self._at(word.start, scope, home, context),
                self._at(word.end, scope, home, context),
            )
        if stock is not None:
            return stock.by, None
        if isinstance(word, nodes.At) and scope is not None:
            return self._at(word.time, scope, home, context), None
        times = [m for m in home.members.values() if isinstance(m, nodes.TimeMember)]
        chosen = [m for m in times if m.default] or times
        return Column(home, (), chosen[0].name) if len(chosen) == 1 else None, None

    def _at(self, name: nodes.Name, scope: Scope, home: Entity, context: Context) -> Column:
        name, scope = self.world.opened_name(name, scope)
        return self.world.locate(name, scope, home, context.via, inside=True)

    def _position(self, call: nodes.Call, scope: Scope) -> Value:
        if call.function == "median":
            return Fraction(1, 2)
        if call.function != "percentile":
            return None
        plain = [a.value for a in call.arguments if a.name is None]
        method = next((a.value for a in call.arguments if a.name == "method"), None)
        word = method.text if isinstance(method, nodes.Name) else "linear"
        if len(plain) != 2 or word not in {"linear", "discrete"}:
            raise Refused("percentile(x, 90%), percentile(x, 90%, method: discrete)")
        position = self.fixed(plain[1], scope)
        return Discrete(position) if word == "discrete" else position

    def fixed(self, formula: nodes.Expr, scope: Scope) -> Value:
        """The value of what is written as a literal, perhaps by way of a parameter: a length, a grain, a position."""
        return fixed(formula, scope, self.world, self.settings)


def _same(column: Column, wanted: Column) -> bool:
    """Whether two columns are one; an entity is its key, where that is one column."""
    if column.name is None and column.entity.key == (wanted.name,):
        return column.path == wanted.path
    return column == wanted
