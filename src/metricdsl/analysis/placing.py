"""Formulas brought into the context of a question: each aggregate with the keys and the period of the frame it stands in.

A frame is what a formula is worked out for: the groups of the question, and below a `per` each member of each group.
"""

from collections.abc import Callable

from attrs import define, evolve, field

from metricdsl.analysis.ages import age_of, observed
from metricdsl.analysis.calls import call, conjunction
from metricdsl.analysis.changes import Change, Drop, Level, dropped, reads_rows, stands_still, timed
from metricdsl.analysis.contexts import reached_conditions
from metricdsl.analysis.fitting import cut, cut_by, grain_kept, grain_of, misfit, mixed
from metricdsl.analysis.groupings import Asked, as_members_have_it, no_time, rows_of
from metricdsl.analysis.lacking import tell_not_detached, tell_not_moved, tell_not_ranked
from metricdsl.analysis.period_words import Around, bare_periods, placed_bound, retyped
from metricdsl.analysis.stock_rules import by_dates
from metricdsl.analysis.table_moves import told_by_table
from metricdsl.analysis.world import Place, Result, Work
from metricdsl.diagnostics.problems.contexts import PeriodDoesNotFit
from metricdsl.diagnostics.problems.formulas import NotInThisVersion, WrongArguments
from metricdsl.diagnostics.problems.paths import TiedPaths, Unreachable
from metricdsl.diagnostics.problems.times import NoTime
from metricdsl.model.calendar import GRAINS, grain_name, nests
from metricdsl.model.formula import (
    Aggregate,
    Chosen,
    Constant,
    Detached,
    Domain,
    Expression,
    GoalOf,
    GroupingRef,
    KeyPart,
    Members,
    Moved,
    Named,
    Over,
    PeriodBound,
    PeriodKey,
    Ranked,
    WithEmpty,
)
from metricdsl.model.parts import below, every
from metricdsl.model.period import ALL_TIME, Period
from metricdsl.model.top_keys import dimension_of
from metricdsl.model.types import UNKNOWN
from metricdsl.model.window import (
    CellWindow,
    FixedWindow,
    Move,
    MovedWindow,
    Window,
    cell_keys,
    in_cells,
    opens_nothing,
    without,
)
from metricdsl.source import Span
from metricdsl.syntax import nodes

UNREACHED = (Unreachable, TiedPaths, NoTime)
"""What does not matter to a total, which has no groups."""


@define(eq=False)
class Placing:
    """The question that formulas are brought into: its groupings, the period of `during`, its conditions.

    `read` gives an aggregate the conditions and checks of the question; None with a problem.
    """

    work: Work
    asked: tuple[Asked, ...] = ()
    period: Period = ALL_TIME
    wheres: tuple[tuple[nodes.Expr, Place], ...] = ()
    read: Callable[[Aggregate], Aggregate | None] = lambda aggregate: aggregate
    done: dict[tuple[int, tuple[Change, ...]], Result] = field(factory=dict)
    kept: list[Aggregate] = field(factory=list)  # so that the ids in `done` stay taken
    changing: list[Span | None] = field(factory=list)  # what changes the context around, outermost first
    spoken: list[PeriodBound] = field(factory=list)  # where formulas speak of their period

    def place(self, expression: Expression, changes: tuple[Change, ...] = ()) -> Result:
        """The formula in its frame; None with a problem."""
        match expression:
            case Aggregate():
                key = (id(expression), changes)
                if key not in self.done:
                    self.kept.append(expression)
                    self.done[key] = self._observed(self._aggregate(expression, changes), changes)
                return self.done[key]
            case Moved(body=body, move=move):
                self.changing.append(expression.span)
                found = self.place(body, (*changes, move))
                self.changing.pop()
                if found is None:
                    return None
                same = retyped(self.work, expression, (found,))
                if not isinstance(same, Moved):
                    return None
                made = evolve(same, periods=self._periods(found, changes))
                tell_not_moved(self.work, found, expression)
                if move.kind != "norm":
                    return made
                whole = self.place(
                    body, changes
                )  # it has a row where the formula has one, whatever the end of its period
                return (
                    None
                    if whole is None
                    else Detached(type=made.type, span=made.span, body=made, whole=whole)
                )
            case PeriodBound():
                return self._bound(expression, changes)
            case Detached(over=over):
                return self._detached(expression, changes, Drop(over))
            case Members() | Chosen():
                return self._observed(self._level(expression, changes), changes)
            case WithEmpty(body=body):
                found = self.place(body, changes)
                same = None if found is None else retyped(self.work, expression, (found,))
                return self._observed(same, changes)
            case Ranked():
                return self._ranked(expression, changes)
            case GoalOf():
                return self._goal(expression, changes)
            case _:
                return self._parts(expression, changes)

    def _parts(self, expression: Expression, changes: tuple[Change, ...]) -> Result:
        """The formula of its parts in their frames; those without an aggregate last, since aggregates tell what keys are."""
        parts = below(expression)
        found: dict[int, Expression] = {}
        for index in sorted(range(len(parts)), key=lambda i: not reads_rows(parts[i])):
            one = self.place(parts[index], changes)
            if one is None:
                return None
            found[index] = one
        return (
            retyped(self.work, expression, tuple(found[i] for i in range(len(parts))))
            if parts
            else expression
        )

    # ------------------------------------------------------------ aggregates

    def _aggregate(self, aggregate: Aggregate, changes: tuple[Change, ...]) -> Result:
        keys = self._keys(aggregate, changes)
        read = self.read(aggregate)
        if keys is None or read is None:
            return None
        if not changes:
            return by_dates(self.work, evolve(read, keys=tuple(keys)))
        periods = [(index, part.grain) for index, part in enumerate(keys) if isinstance(part, PeriodKey)]
        window = in_cells(periods, FixedWindow(period=self.period))
        levels, member = iter(aggregate.levels), len(keys)  # where the keys of the last `per` begin
        aged: tuple[Expression, Constant] | None = None  # the age that is set, until it is dropped
        for change in changes:
            match change:
                case Move():
                    if not self._movable(aggregate, change, window):
                        return None
                    window = MovedWindow(of=window, move=change)
                case Level():
                    member = len(keys)
                    for part in next(levels):
                        if isinstance(part, PeriodKey):
                            if not self.nests(part.grain, window):
                                return None
                            window = CellWindow(key=len(keys), grain=part.grain, within=window)
                        keys.append(part)
                case Drop(over=Over(age=Constant() as age)):
                    at = self._age_set(aggregate)
                    if at is None:
                        return None
                    own = aged[0] if aged is not None else keys[at]
                    if own is not None and not isinstance(own, PeriodKey):
                        aged, keys[at] = (own, age), None
                case Drop(over=Over(during=Period() as fixed)):
                    if not self._stays(aggregate, fixed):
                        return None
                    keys = [None if isinstance(part, PeriodKey) else part for part in keys]
                    if not opens_nothing(window):  # an opening of all time is null, whatever stands in it
                        window = FixedWindow(period=fixed)
                case Drop(over=over):
                    if aged is not None and dropped(aged[0], over, aggregate):
                        aged = None
                    for index, part in enumerate(keys):
                        if part is not None and dropped(part, over, aggregate, own=index >= member):
                            keys[index] = None
                            window = without(window, index)
        if aged is not None:
            of_age = self._of_age(read, *aged)
            if of_age is None:
                return None
            read = of_age
        if not told_by_table(self.work, window, self.blame):
            return None
        found = evolve(read, keys=tuple(keys), window=window)
        if found.stock is not None and isinstance(window, MovedWindow) and window.move.kind == "opening":
            return evolve(found, stock=evolve(found.stock, rule="last"))
        return by_dates(self.work, found)

    def _ages(self) -> list[tuple[int, Asked]]:
        """The groupings that are ages, with their places among the keys."""
        found, at = [], 0
        for asked in self.asked:
            if asked.age is not None:
                found.append((at, asked))
            at += max(1, len(asked.types))
        return found

    def _age_set(self, aggregate: Aggregate) -> int | None:
        """The place of the one age that is grouped by; else that is reported."""
        ages = self._ages()
        if len(ages) != 1:
            text = (
                "at_age needs the one age that is grouped by, as in `by age(customer.first_order_at, month)`"
            )
            self.work.report(WrongArguments(text=text, span=aggregate.span))
            return None
        return ages[0][0]

    def _of_age(self, aggregate: Aggregate, part: Expression, age: Constant) -> Aggregate | None:
        """The aggregate of rows of one age, whatever the age of the group."""
        assert aggregate.span is not None, "an aggregate is written somewhere"
        same = call(self.work, "equal", (part, age), aggregate.span)
        if same is None:
            return None
        where = same if aggregate.where is None else conjunction(self.work, [aggregate.where, same])
        return evolve(aggregate, where=where)

    def _observed(self, found: Result, changes: tuple[Change, ...]) -> Result:
        """The value, null in groups of an age that their cohort has only after today."""
        if found is None:
            return None
        for index, asked in self._ages():
            cohort = self._cohort(asked)
            if cohort is None or any(isinstance(change, Drop) for change in changes):
                continue
            assert asked.age is not None, "it is an age"
            written = age_of(self.work, asked.age, asked.place)
            if written is None:
                return None
            refs = self._refs(())
            found = observed(self.work, found, refs[cohort], refs[index], written.grain, asked.node)
            if found is None:
                return None
        return found

    def _cohort(self, asked: Asked) -> int | None:
        """The place of the grouping that is a period of the date that an age counts from."""
        assert asked.age is not None, "it is an age"
        date = asked.age.arguments[0].value if asked.age.arguments else None
        at = 0
        for other in self.asked:
            value = other.node.value
            if (
                isinstance(date, nodes.Name)
                and isinstance(value, nodes.Name)
                and value.parts[:-1] == date.parts
                and value.parts[-1] in GRAINS
            ):
                return at
            at += max(1, len(other.types))
        return None

    def _keys(self, aggregate: Aggregate, changes: tuple[Change, ...]) -> list[KeyPart] | None:
        """The groupings of the question as the aggregate's home has them; those that are dropped need not be reached."""
        detached = any(isinstance(change, Drop) and change.over is None for change in changes)
        keys: list[KeyPart] = []
        fine = True
        for asked in self.asked:
            before = len(self.work.problems)
            parts: tuple[KeyPart, ...] | None = asked.keys(self.work, aggregate)
            if parts is None and detached:
                del self.work.problems[before:]
                asked.forget()
                parts = (None,) * max(1, len(asked.types))
            if parts is None:
                fine = False
            else:
                keys.extend(parts)
        return keys if fine else None

    def _bound(self, bound: PeriodBound, changes: tuple[Change, ...]) -> Result:
        """An end of the period, with that period."""
        self.spoken.append(bound)
        keys = tuple(key for asked in self.asked for key in asked.plain())
        around = Around(self.work, keys, self.period, self.nests, self._moves)
        found = placed_bound(around, bound, changes)
        told = found is None or found.window is None or told_by_table(self.work, found.window, self.blame)
        return found if told else None

    def _stays(self, aggregate: Aggregate, fixed: Period) -> bool:
        """Whether a fixed period has a meaning for an aggregate; else that is reported."""
        if not timed(aggregate):
            assert aggregate.span is not None, "an aggregate is written somewhere"
            no_time(self.work, aggregate, "during", nodes.Node(span=aggregate.span))
            return False
        wrong = cut_by(fixed, aggregate, self.work.world.settings.week_start)
        if wrong is not None:
            self.work.report(wrong)
        return wrong is None

    def _moves(self, move: Move, window: Window) -> bool:
        """Whether a move has a meaning in a window; else that is reported."""
        grain = grain_kept(move, window)
        wrong = misfit(move, grain) or mixed(move, window) or cut(move, window)
        if wrong is not None:
            self.work.report(wrong.at(self.blame(grain)))
        return wrong is None

    def _movable(self, aggregate: Aggregate, move: Move, window: Window) -> bool:
        """Whether a move has a meaning for an aggregate in a window; else that is reported."""
        if not timed(aggregate):
            if move.kind == "norm":
                return True
            assert aggregate.span is not None, "an aggregate is written somewhere"
            no_time(self.work, aggregate, move.kind, nodes.Node(span=aggregate.span))
            return False
        return self._moves(move, window)

    def blame(self, grain: str | None) -> Span | None:
        """Where a period that does not fit is written: in the question, else in what changes the context."""
        for asked in self.asked:
            value = asked.node.value
            if grain is not None and isinstance(value, nodes.Name) and value.parts[-1] == grain:
                return asked.node.span
        return self.changing[0] if self.changing else None

    def nests(self, grain: str, window: Window) -> bool:
        """Whether members of a grain fit into a window; else that is reported."""
        cell = asked = grain_of(window)
        if cell is None or nests(grain, cell):
            return True
        if GRAINS.index(grain) > GRAINS.index(cell):
            grain, cell = grain_name(grain), grain_name(cell)
            text = f"`per {grain}` needs periods of a {grain} or longer, and this asks by {cell}"
            why = f"In one {cell} there is no whole {grain}."
            fix = f"ask by {grain}"
        else:
            grain, cell = grain_name(grain), grain_name(cell)
            text = f"a {grain} does not lie within one {cell}"
            why = (
                f"A {grain} at the end of a {cell} would be cut in two, and each piece counted as a {grain}."
            )
            fix = f"take days as members, `per day`, or ask by {grain}"
        self.work.report(PeriodDoesNotFit(text=text, why=why, fix=fix, span=self.blame(asked)))
        return False

    # ------------------------------------------------------------ what changes contexts

    def _detached(self, expression: Detached, changes: tuple[Change, ...], drop: Drop) -> Result:
        work = self.work
        before, failed, causes = len(work.problems), len(work.failed), len(work.causes)
        whole = self.place(expression.body, changes)
        if whole is None:
            if drop.over is not None or not all(isinstance(p, UNREACHED) for p in work.problems[before:]):
                return None
            del work.problems[before:], work.failed[failed:], work.causes[causes:]
        body = self.place(expression.body, (*changes, drop))
        if body is None:
            return None
        made = evolve(expression, body=body, whole=whole)
        tell_not_detached(work, made)
        return made

    def _level(self, expression: Members | Chosen, changes: tuple[Change, ...]) -> Result:
        inside = (*changes, Level(expression.keys))
        parts: list[Expression] = []
        self.changing.append(expression.span)
        for part in below(expression):
            one = self.place(part, inside)
            if one is None:
                break
            parts.append(one)
        self.changing.pop()
        if len(parts) < len(below(expression)):
            return None
        offset = self._size(changes)
        made = retyped(self.work, expression, tuple(parts))
        assert isinstance(made, Members | Chosen), "the same sort of formula"
        made = evolve(made, offset=offset, moves=sum(isinstance(change, Move) for change in changes))
        return evolve(made, domains=tuple(self._domain(domain, changes, offset) for domain in made.domains))

    def _domain(self, domain: Domain, changes: tuple[Change, ...], offset: int) -> Domain:
        """All members, with what the context asks of them as far as they reach it."""
        where = reached_conditions(self.work, self.wheres, domain.home, domain.role)
        kept = [c for c in (domain.where, *where) if c is not None]
        reached: list[Expression | None] = []
        for asked in self.asked:
            reached.extend(as_members_have_it(self.work, asked, domain))
        levels = iter(domain.levels)
        for change in changes:
            if isinstance(change, Level):
                reached.extend(next(levels))
            elif isinstance(change, Drop):
                reached = [
                    None if p is None or dropped(p, change.over, rows_of(domain)) else p for p in reached
                ]
        assert len(reached) == offset, "members stand behind all keys around them"
        return evolve(domain, where=conjunction(self.work, kept), reached=tuple(reached))

    def _ranked(self, expression: Ranked, changes: tuple[Change, ...]) -> Result:
        body = self.place(expression.body, changes)
        if body is None:
            return None
        still = any(map(stands_still, changes))
        if still and any(None in a.keys for a in every(body) if isinstance(a, Aggregate)):
            # Among the cells of the question those groups are missing that had rows in the other period alone.
            self.work.report(NotInThisVersion(word="a rank during a period of its own", span=expression.span))
            return None
        among: dict[int, None] = {}
        beside: dict[int, None] = {}
        size = self._size(changes)
        for part in every(body):
            if not isinstance(part, Aggregate):
                continue
            for index, one in enumerate(part.keys[:size]):
                if one is not None:
                    (among if dropped(one, expression.over, part) else beside)[index] = None
        refs = self._refs(changes)
        made = evolve(
            expression,
            body=body,
            among=tuple(refs[i] for i in sorted(among)),
            beside=tuple(refs[i] for i in sorted(beside.keys() - among.keys())),
        )
        tell_not_ranked(self.work, made)
        return made

    def _goal(self, expression: GoalOf, changes: tuple[Change, ...]) -> Result:
        """The goal of the cell, as each aggregate of the metric has the cell, whatever the metric makes of it."""
        from metricdsl.analysis.goal_values import Cell, Cells, goal_value  # which reads formulas of groups

        assert isinstance(expression.body, Named), "a goal is that of a metric"
        assert expression.span is not None, "a goal is written somewhere"
        if any(isinstance(change, Move) or stands_still(change) for change in changes):
            word = "goal(…) in a formula that changes its period"
            self.work.report(NotInThisVersion(word=word, span=expression.span))
            return None
        metric = self.work.need(("metric", expression.body.metric))
        if metric is None or self.place(expression.body, changes) is None:
            return None
        here, alone = (
            [part for part in every(formula) if isinstance(part, Aggregate)]
            for formula in (expression.body.body, metric.formula)
        )
        cells = []
        for one, by_itself in zip(here, alone, strict=True):
            before = len(self.work.problems)
            keys, read = self._cell(one, changes), self.read(one)
            # What a total does without is not reached, and has been told where it must be.
            del self.work.problems[before:]
            if keys is not None and read is not None:
                keys = [None if key is None else dimension_of(key) for key in keys]
                cells.append(Cell(keys=keys, where=read.where, alone=by_itself))
        found = Cells(of=cells, refs=self._refs(changes), during=self.period, span=expression.span)
        return goal_value(self.work, expression, metric, found)

    def _cell(self, aggregate: Aggregate, changes: tuple[Change, ...]) -> list[KeyPart] | None:
        """The keys of the cell that an aggregate is in: those of the members around, without those that are dropped."""
        keys = self._keys(aggregate, changes)
        if keys is None:
            return None
        levels = iter(aggregate.levels)
        for change in changes:
            match change:
                case Level():
                    keys.extend(next(levels))
                case Drop(over=over):
                    keys = [k if k is None or not dropped(k, over, aggregate) else None for k in keys]
                case _:
                    raise AssertionError(f"the period does not move here: {change}")
        return keys

    # ------------------------------------------------------------ frames

    def _size(self, changes: tuple[Change, ...]) -> int:
        """How many keys a frame has."""
        own = sum(max(1, len(asked.types)) for asked in self.asked)
        return own + sum(len(change.keys) for change in changes if isinstance(change, Level))

    def _refs(self, changes: tuple[Change, ...]) -> list[GroupingRef]:
        """The keys of a frame."""
        types = [t for asked in self.asked for t in (asked.types or (UNKNOWN,))]
        types += [key.type for change in changes if isinstance(change, Level) for key in change.keys]
        return [GroupingRef(type=type_, index=index) for index, type_ in enumerate(types)]

    def _periods(self, body: Expression, changes: tuple[Change, ...]) -> tuple[GroupingRef, ...]:
        """The keys of the frame around a moved formula that are periods, whatever the formula makes of them."""
        size = self._size(changes)
        found = bare_periods((key for asked in self.asked for key in asked.plain()), changes)
        for part in every(body):
            if isinstance(part, Aggregate | PeriodBound) and part.window is not None:
                found.update(cell_keys(part.window))
        refs = self._refs(changes)
        return tuple(refs[index] for index in sorted(found) if index < size)
