"""Groupings of a request: what `by` names, looked for from the home of each aggregate."""

from attrs import define, field

from metricdsl.analysis.calls import call
from metricdsl.analysis.columns import column, key, member
from metricdsl.analysis.find import Target, find
from metricdsl.analysis.literals import TEXT_CONSTANT
from metricdsl.analysis.rows import row
from metricdsl.analysis.world import Place, RowPlace, Work
from metricdsl.diagnostics.problems.contexts import PeriodDoesNotFit
from metricdsl.diagnostics.problems.packages import WrongSortOfName
from metricdsl.diagnostics.problems.paths import DifferentEnds
from metricdsl.diagnostics.problems.times import GrainTooFine, NoTime
from metricdsl.model.calendar import GRAINS, grain_name
from metricdsl.model.formula import Aggregate, Domain, Expression, GroupingRef, PeriodKey, Ranked, RowValue
from metricdsl.model.request import Grouping
from metricdsl.model.top_keys import place_of, top_keys
from metricdsl.model.types import UNKNOWN, ValueType
from metricdsl.spi.defs import ConstantType, Mismatch
from metricdsl.syntax import nodes

OWN_TIME = frozenset(
    {
        "day_of_week",
        "day_of_month",
        "day_of_year",
        "week_of_year",
        "month_of_year",
        "quarter_of_year",
        "hour_of_day",
    }
)
"""Functions that, named without an argument, are of the aggregate's own time."""

KeyParts = tuple[Expression | PeriodKey, ...]


@define(eq=False)
class Asked:
    """A grouping as asked, and what is known of it after some aggregates: the entity it ends at, its parts and types."""

    name: str
    node: nodes.Grouping
    place: Place
    end: tuple[str, str] | None = None  # home, entity
    names: tuple[str, ...] = ()
    types: tuple[ValueType, ...] = ()
    grains: set[str | None] = field(factory=set)
    label: str | None = None
    role: str = ""  # the word that means the home itself
    entity: bool = False  # whether it names an entity itself
    member: Expression | None = None  # the column as its own entity has it
    cut: bool = False  # whether it is the cells of a time
    best: tuple[Ranked, int] | None = None  # `top(…)`: by which places, and how many of them
    place_found: RowValue | None = None  # the place of one of its keys among the best
    known: dict[tuple[str, tuple[str, ...], Expression | None], tuple[Expression | None, KeyParts] | None] = (
        field(factory=dict)
    )

    @property
    def age(self) -> nodes.Call | None:
        """The grouping where it is an age."""
        value = self.node.value
        return value if isinstance(value, nodes.Call) and value.function == "age" else None

    def keys(self, work: Work, aggregate: Aggregate) -> KeyParts | None:
        """What this grouping is for an aggregate; None, with a problem, where it is nothing."""
        parts = self._keys(work, aggregate)
        if parts is None or self.best is None:
            return parts
        ranking, most = self.best
        found = top_keys([part for part in parts if not isinstance(part, PeriodKey)], ranking, most)
        self.place_found = place_of(found[0])
        self.types = tuple(part.type for part in found)
        return found

    def _keys(self, work: Work, aggregate: Aggregate) -> KeyParts | None:
        value = self.node.value
        if isinstance(value, nodes.Name) and len(value.parts) == 1:
            word = value.parts[0]
            if word in GRAINS:
                return self._period(work, aggregate, word)
            if word in OWN_TIME and work.world.directory.lookup(self.place.scope, value.parts) is None:
                return self._of_own_time(work, aggregate, word)
        rows = RowPlace(
            aggregate.home,
            bare=False,
            via=aggregate.via,
            time=aggregate.time,
            role=self.role,
            around=True,
        )
        cached = (aggregate.home, aggregate.via, aggregate.time if self.age is not None else None)
        if self.age is not None and aggregate.open is not None:
            text = "`while` looks at a day, and has no time of its own that an age could count up to"
            why = "A row that is open on many days has another age on each."
            fix = "group by the date itself"
            work.report(PeriodDoesNotFit(text=text, why=why, fix=fix, span=self.node.span))
            return None
        if cached not in self.known:
            self.known[cached] = self._found(work, value, rows, _metric(aggregate))
        found = self.known[cached]
        if found is None:
            return None
        time, parts = found
        if time is not None and time == aggregate.time:
            grain = value.parts[-1] if isinstance(value, nodes.Name) else ""
            return self._period(work, aggregate, grain)
        self.grains.add(None)
        return parts

    def _found(
        self, work: Work, value: nodes.Expr, rows: RowPlace, metric: str
    ) -> tuple[Expression | None, KeyParts] | None:
        """The parts from one home; with the time behind a `.month`, which may be an aggregate's own."""
        if not isinstance(value, nodes.Name):
            one = row(work, value, self.place, rows)
            return None if one is None else self._typed((one,))
        before = len(work.problems)
        target = find(work, value, self.place, rows, metric)
        if not isinstance(target, Target):
            if target is None:
                return None
            del work.problems[before:]
            if target.sort == "param" or (target.sort == "metric" and not rows.children):
                fix = (
                    f"ranges of it are a dimension of an entity: `dimension size = bucket({value.text}, 100)`"
                )
                if target.sort == "param":
                    fix = f"a column is named with its entity, as in `order.{value.text}`"
                work.report(
                    WrongSortOfName(
                        name=value.text,
                        sort="parameter" if target.sort == "param" else target.sort,
                        expected="an entity, a dimension or a period",
                        fix=fix,
                        span=value.span,
                    )
                )
                return None
            one = row(
                work, value, self.place, rows
            )  # a segment groups by its condition, a metric is reported
            return None if one is None else self._typed((one,))
        home = work.world.headers[rows.home].short if rows.home is not None else ""
        if not self._same_end(work, home, target):
            return None
        self.entity = target.column is None
        if target.column is None:
            parts = key(work, target, value)
            if not parts:
                return None
            if len(parts) > 1:
                self.names = tuple(f"{self.name}.{part.column}" for part in parts)
            return self._typed(parts)
        found = column(work, target, value)
        if found is None:
            return None
        self._find_label(work, target)
        if self.member is None:
            self.member = column(work, Target((), target.entity, target.column, target.grain), value)
        time = None
        if target.grain is not None:
            self.cut = True
            time = member(work, work.world.headers[target.entity], target.path, target.column, value)
        return time, self._typed((found,))[1]

    def _typed(self, parts: KeyParts) -> tuple[None, KeyParts]:
        if not self.types:
            self.types = tuple(part.type for part in parts if not isinstance(part, PeriodKey))
        return None, parts

    def _find_label(self, work: Work, target: Target) -> None:
        header = work.world.headers[target.entity]
        name = target.column or ""
        written = header.derived.get(name)
        if name in header.stored:
            self.label = header.stored[name].label
        elif written is not None and not isinstance(written, nodes.TimeMember):
            self.label = written.label

    def _same_end(self, work: Work, home: str, target: Target) -> bool:
        """Whether all homes lead to one entity."""
        if self.end is None:
            self.end = (home, target.entity)
            return True
        if self.end[1] == target.entity:
            return True
        headers = work.world.headers
        ends = ((self.end[0], headers[self.end[1]].short), (home, headers[target.entity].short))
        work.report(DifferentEnds(name=self.node.text, ends=ends, span=self.node.span))
        return False

    def _period(self, work: Work, aggregate: Aggregate, grain: str) -> KeyParts | None:
        """The period of an aggregate's own time."""
        time = aggregate.time
        for stretch in (aggregate.open, aggregate.spread):
            time = time if stretch is None else stretch.start
        if time is None:
            no_time(work, aggregate, f"by {grain_name(grain)}", self.node)
            return None
        found = _start_type(work, time.type, grain)
        if isinstance(found, Mismatch):
            known, asked = grain_name(time.type.grain or "day"), grain_name(grain)
            name = aggregate.time_name
            metric = _metric(aggregate)
            value = self.node.value
            written = value.span if isinstance(value, nodes.Name) and value.parts == (asked,) else None
            work.report(
                GrainTooFine(
                    asked=asked, time=name, grain=known, metric=metric, written=written, span=self.node.span
                )
            )
            return None
        if not self.types:
            self.types = (found,)
        self.grains.add(grain)
        return (PeriodKey(grain=grain),)

    def _of_own_time(self, work: Work, aggregate: Aggregate, function: str) -> KeyParts | None:
        if aggregate.time is None:
            no_time(work, aggregate, f"by {function}", self.node)
            return None
        one = call(work, function, (aggregate.time,), self.node.span)
        self.grains.add(None)
        return None if one is None else self._typed((one,))[1]

    def plain(self) -> tuple[str | None, ...]:
        """For each of its keys the grain, where it is the period for whatever stands in the question."""
        value = self.node.value
        bare = isinstance(value, nodes.Name) and len(value.parts) == 1 and value.parts[0] in GRAINS
        return (value.parts[0],) if bare else (None,) * max(1, len(self.types))  # type: ignore[union-attr]

    @property
    def dotted(self) -> bool:
        """Whether it is the period of some aggregate though it is written as a dimension."""
        return any(grain is not None for grain in self.grains) and self.plain() == (None,)

    def forget(self) -> None:
        """Nothing is known of those that did not reach it: what they were told has been taken back."""
        self.known = {place: found for place, found in self.known.items() if found is not None}

    def groupings(self) -> tuple[Grouping, ...]:
        """The groupings of the result: one, or one for each column of a key. It has a grain where it is the period of all."""
        grain = next(iter(self.grains)) if len(self.grains) == 1 else None
        names = self.names or (self.name,)
        return tuple(
            Grouping(name=name, type=found, grain=grain, label=self.label, place=self.place_found)
            for name, found in zip(names, self.types, strict=True)
        )

    def references(self, index: int) -> dict[str, GroupingRef]:
        """The names by which `having` speaks of this grouping, whose first part has an index."""
        names = self.names or (self.name,)
        found = {
            name: GroupingRef(type=type_, index=index + at)
            for at, (name, type_) in enumerate(zip(names, self.types, strict=True))
        }
        if len(names) == 1 and isinstance(self.node.value, nodes.Name):
            found.setdefault(self.node.value.text, found[self.name])
        return found


def rows_of(domain: Domain) -> Aggregate:
    """An aggregate of the rows that all members are, for what asks where its rows lead."""
    return Aggregate(type=UNKNOWN, function="count_rows", home=domain.home)


def as_members_have_it(work: Work, asked: Asked, domain: Domain) -> tuple[Expression | None, ...]:
    """A grouping as the rows have it that all members are; None where they do not reach it, and for a period."""
    before, failed, causes = len(work.problems), len(work.failed), len(work.causes)
    copy = Asked(asked.name, asked.node, asked.place, end=asked.end, types=asked.types, role=domain.role)
    copy.best = asked.best
    parts = copy.keys(work, rows_of(domain))
    if parts is None:
        del work.problems[before:], work.failed[failed:], work.causes[causes:]
        return (None,) * max(1, len(asked.types))
    return tuple(None if isinstance(part, PeriodKey) else part for part in parts)


def _start_type(work: Work, time: ValueType, grain: str) -> ValueType | Mismatch:
    text = TEXT_CONSTANT
    named = ConstantType(text.kind, text.unit, text.scale, text.nullable, text.grain, text.domain, grain)
    return work.world.registry.functions["start_of"].infer((time, named))


def _metric(aggregate: Aggregate) -> str:
    """What an aggregate is called in a message."""
    return aggregate.metrics[0].rpartition(".")[2] if aggregate.metrics else ""


def _written(aggregate: Aggregate, entity: str) -> str:
    """An aggregate without a metric's name, as formulas write it."""
    match aggregate.function:
        case "count_rows":
            return f"count({entity})"
        case "count_distinct":
            return "count(distinct …)"
        case function:
            return f"{function}(…)"


def no_time(work: Work, aggregate: Aggregate, asked: str, node: nodes.Node) -> None:
    """Report a period asked of an aggregate without time."""
    header = work.world.headers[aggregate.home]
    if header.time is not None:
        member(
            work, header, (), header.time, nodes.Name(parts=(header.time,), span=node.span)
        )  # wrong: tells why
        return
    metric = _metric(aggregate) or _written(aggregate, header.short)
    found = NoTime(asked=asked, metric=metric, home=header.short, times=header.times, span=node.span)
    if asked == "during" and any(
        isinstance(p, NoTime) and (p.metric, p.home) == (metric, header.short) for p in work.problems
    ):
        return  # told of its `by` already
    work.report(found)
