"""Queries read: a request in which nothing is left to look up."""

from collections.abc import Collection, Sequence
from functools import partial

from attrs import define, evolve, field

from metricdsl.analysis.analysis import Analysis
from metricdsl.analysis.baselines import baseline_of_column, baselines, has_baseline
from metricdsl.analysis.calls import conjunction
from metricdsl.analysis.compare import BASELINE, Comparison, compared, comparisons
from metricdsl.analysis.contexts import Words, aggregates, conditions
from metricdsl.analysis.directory import Scope
from metricdsl.analysis.groupings import Asked, no_time
from metricdsl.analysis.groups import GroupPlace, group, having
from metricdsl.analysis.idle_ways import tell_idle_ways
from metricdsl.analysis.measure import too_large
from metricdsl.analysis.ordered import ordered
from metricdsl.analysis.own_times import check_own_times
from metricdsl.analysis.params import check_given
from metricdsl.analysis.partial_periods import WHOLE_DAYS, on_boundaries, partial_cells
from metricdsl.analysis.period_words import refuse_two_readings
from metricdsl.analysis.periods import Wrong, during
from metricdsl.analysis.placing import Placing
from metricdsl.analysis.policies import applied
from metricdsl.analysis.result_functions import refused_inside
from metricdsl.analysis.same_ends import same_ends
from metricdsl.analysis.tops import Top, asked_of, is_top, rank_of
from metricdsl.analysis.touched import touched
from metricdsl.analysis.uses import with_uses
from metricdsl.analysis.values import values_request
from metricdsl.analysis.withholding import withholding
from metricdsl.analysis.world import MOST_LEVELS, Place, Result, RowPlace, Work
from metricdsl.diagnostics import Outcome
from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problem import Severity
from metricdsl.diagnostics.problems.baselines import NoBaseline
from metricdsl.diagnostics.problems.formulas import TooManyLevels, WrongArguments
from metricdsl.diagnostics.problems.names import UnknownName, listed
from metricdsl.diagnostics.problems.period_hints import PartialPeriods
from metricdsl.diagnostics.problems.periods import UnknownColumn
from metricdsl.diagnostics.problems.requests import BadLimit, NothingAsked, SameColumnTwice
from metricdsl.diagnostics.problems.times import GrainTooFine
from metricdsl.model.formula import Aggregate, Expression, GoalOf, GroupingRef, Moved, Named
from metricdsl.model.period import ALL_TIME, Period
from metricdsl.model.request import Context, Grouping, Output, Request, SortKey, ValuesRequest, Withholding
from metricdsl.syntax import nodes


@define(eq=False)
class _Asking:
    """A query being read."""

    work: Work
    query: nodes.Query
    place: Place
    asked: tuple[Asked, ...]
    words: Words
    period: bool  # whether `during` cuts it
    range: Period
    context: Context
    conditions: dict[tuple[str, tuple[str, ...], Expression | None], Result] = field(factory=dict)
    placing: Placing | None = None

    def in_request(self, expression: Expression) -> Result:
        """A group expression, its aggregates with the query's condition, keys and period."""
        if self.placing is None:
            self.placing = Placing(self.work, self.asked, self.range, tuple(self.words.wheres), self.read)
        return self.placing.place(expression)

    def read(self, aggregate: Aggregate) -> Aggregate | None:
        """An aggregate with the conditions and checks of the query; None with a problem."""
        work = self.work
        fine = True
        where = aggregate.where
        if self.words.wheres:
            cached = (aggregate.home, aggregate.via, aggregate.time)
            if cached not in self.conditions:
                rows = RowPlace(
                    aggregate.home, bare=False, via=aggregate.via, time=aggregate.time, around=True
                )
                self.conditions[cached] = conditions(work, self.words, rows)
                if not same_ends(work, self.words.wheres, self.conditions, cached):
                    self.conditions[cached] = None
            more = self.conditions[cached]
            if more is None:
                fine = False
            else:
                where = more if where is None else conjunction(work, [where, more])
        timed = aggregate.time is not None or aggregate.open is not None or aggregate.spread is not None
        if self.period and not timed:
            assert self.query.during is not None, "there is a period"
            no_time(work, aggregate, "during", self.query.during)
            fine = False
        elif aggregate.order and aggregate.time is None:
            place = nodes.Node(span=aggregate.span or self.query.span)
            no_time(work, aggregate, aggregate.function, place)
            fine = False
        elif aggregate.time is not None and aggregate.time.type.grain is not None and self._cut(aggregate):
            fine = False
        return evolve(aggregate, where=where) if fine else None

    def _cut(self, aggregate: Aggregate) -> bool:
        """Whether the range of the query cuts the cells in which an aggregate's time is known; then that is reported."""
        assert aggregate.time is not None, "whoever asks has a time"
        grain, during = aggregate.time.type.grain, self.query.during
        if during is None or grain not in WHOLE_DAYS or on_boundaries(grain, self.range, self.context):
            return False
        name = aggregate.time_name
        text = f"{name} is known by {grain} only, and the range cuts a {grain} in two"
        self.work.report(GrainTooFine(time=name, grain=grain, text=text, span=during.span))
        return True


def resolve_request(
    analysis: Analysis,
    query: nodes.Query,
    package: str,
    context: Context,
    scope: Scope | None = None,
    *,
    asked: bool = True,
    whole: Analysis | None = None,
) -> Outcome[Request | ValuesRequest | None]:
    """What a query asks, resolved; None where something in it is wrong. Names are those of a package (or of a file's scope).

    Where it is not `asked` by anybody, only checked, policies are not put in, and what is found cannot be run. `whole` is the
    meaning with every parameter at its default, if `analysis` has others.
    """
    work = Work(analysis.world, analysis.need, today=context.today)
    place = Place(scope or analysis.world.directory.scope_of_query(package))
    check_given(work, context.parameters)
    if analysis.world.calendars is not None:
        query = analysis.world.calendars.within(query, place.scope)
    found: Request | ValuesRequest | None
    if query.values:
        found = values_request(analysis, work, query, place, context)
    else:
        found = _request(analysis, work, query, place, context)
    if found is not None and asked:
        found = applied(analysis, whole or analysis, work, found, context)
    if found is not None:
        read = {**found.entities, **found.whole}
        work.problems.extend(p for name in read for p in analysis.unsound.get(name, ()))
    work.problems[:] = with_uses(analysis.world.directory, work.problems, query, place.scope)
    problems = ordered([*work.problems, *work.causes, *analysis.root_causes(work.failed)])
    wrong = any(problem.severity is Severity.ERROR for problem in problems)
    return Outcome(None if wrong else found, problems)


def _request(
    analysis: Analysis, work: Work, query: nodes.Query, place: Place, context: Context
) -> Request | None:
    """A question about metrics."""
    read = [(column, group(work, column.value, place, GroupPlace())) for column in query.columns]
    _tell_groupings(work, query)
    columns = [(column, formula) for column, formula in read if formula is not None]
    for column, formula in columns:
        if not isinstance(formula, Named) and too_large(formula):  # a metric was measured by itself
            work.report(TooManyLevels(name=_name(column), limit=MOST_LEVELS, span=column.span))
            return None
    if len(columns) == len(read) and not any(aggregates(formula) for _, formula in columns):
        work.report(NothingAsked(span=query.columns[0].span if query.columns else query.span))
        return None
    period = ALL_TIME if query.during is None else during(query.during, context)
    ranged = query.during is not None and not isinstance(period, Wrong)
    if isinstance(period, Wrong):
        work.report(period.problem)
        period = Period()
    tops = asked_of(work, query, place)
    asked = tuple(one for one, _ in tops)
    words = Words() if query.where is None else Words(wheres=((query.where, place),))
    asking = _Asking(work, query, place, asked, words, query.during is not None, period, context)
    if not _ranked(asking, tops, {_name(column): formula for column, formula in columns}):
        return None
    against = comparisons(work, query, period, context)
    by_column: dict[int, list[Output | None]] = {}
    besides: dict[str, Result] = {}
    if not _has_a_baseline(work, query, place, against or ()):
        return None

    def read_(node: nodes.Expr, where: Place) -> Result:
        return group(work, node, where, GroupPlace())

    for index, (column, formula) in sorted(
        enumerate(columns), key=lambda one: not any(aggregates(one[1][1]))
    ):
        made_of = [_output(work, asking, column, formula)]

        beside = compared(
            work,
            _name(column),
            formula,
            against or (),
            partial(baseline_of_column, work, column.value, place, read_),
        )
        made_of += [_beside(asking, *one) for one in beside]
        besides.update(beside)
        by_column[index] = made_of
    outputs = [output for index in range(len(columns)) for output in by_column[index]]
    _check_reached(work, asked, [formula for _, formula in columns])
    groupings: list[Grouping] = []
    references: dict[str, GroupingRef] = {}
    for one in asked:
        if one.types:
            references.update(one.references(len(groupings)))
            groupings.extend(one.groupings())
    having, having_withholding = _having(
        work,
        asking,
        query,
        {**besides, **dict(zip(map(_name, query.columns), [f for _, f in read], strict=True))},
        references,
    )
    for one in asked:
        if one.dotted and asking.placing is not None and asking.placing.spoken:
            refuse_two_readings(work, asking.placing.spoken[0], one.node.text)
    _check_names(work, query, groupings)
    ordering: list[Output] = []
    sort = _sort(asking, groupings, ordering, besides)
    _check_limit(work, query)
    if query.fill and not any(grouping.grain for grouping in groupings):
        fix = "add a grain, as in `by month`"
        text = "fill adds the missing periods, and the query has no period"
        work.report(WrongArguments(text=text, fix=fix, span=query.places.get("fill", query.span)))
    made = tuple(output for output in outputs if output is not None)
    if len(made) < len(outputs) or len(columns) < len(read) or against is None:
        return None
    formulas = [output.formula for output in (*made, *ordering)] + ([] if having is None else [having])
    for formula in formulas:
        check_own_times(work, formula)
        refused_inside(work, formula)
    resolved = {output.name: output.formula for output in made}
    tell_idle_ways(work, [(one.value, resolved[_name(one)]) for one in query.columns])
    if ranged and query.during is not None:
        shown = [g.grain for g in groupings if g.grain is not None]
        cells = dict.fromkeys(cell for grain in shown for cell in partial_cells(grain, period, context))
        if cells:
            work.report(PartialPeriods(cells=tuple(cells), span=query.during.span))
    for output in (*made, *ordering):
        formulas += [] if output.withholding is None else [output.withholding.reads]
    return Request(
        groupings=tuple(groupings),
        outputs=made,
        entities=touched(analysis, formulas),
        during=period,
        having=having,
        having_withholding=having_withholding,
        ordering=tuple(ordering),
        sort=sort,
        limit=query.limit,
        fill=query.fill,
        context=context,
    )


def _ranked(
    asking: _Asking, tops: Sequence[tuple[Asked, Top | None]], columns: dict[str, Expression]
) -> bool:
    """Whether all groupings by the best could be told which they are; they are told here."""
    fine = True
    for (asked, top), item in zip(tops, asking.query.by, strict=True):
        if top is None:
            fine = fine and not is_top(asking.work, item.value, asking.place)
            continue
        context = (asking.range, asking.words.wheres, asking.read)
        found = rank_of(asking.work, asked, top, columns, context)
        if found is None:
            fine = False
        else:
            asked.best = (found, top.most)
    return fine


def _has_a_baseline(work: Work, query: nodes.Query, place: Place, against: Sequence[Comparison]) -> bool:
    """Whether a column has a baseline, where they are compared with it: else there would be nothing in two columns of each."""
    asked = next((one for one in against if one.name == BASELINE), None)
    if asked is None or any(has_baseline(work, column.value, place) for column in query.columns):
        return True
    named = [column.value.text for column in query.columns if isinstance(column.value, nodes.Name)]
    others = tuple(name.rpartition(".")[2] for name in baselines(work.world.directory))
    metric = listed(tuple(named), "and") if named else "what is asked for"
    work.report(
        NoBaseline(metric=metric, declared=named[0] if named else "revenue", others=others, span=asked.span)
    )
    return False


def _name(column: nodes.QueryColumn) -> str:
    return column.name or column.text


def _output(work: Work, asking: _Asking, column: nodes.QueryColumn, formula: Expression) -> Output | None:
    found = asking.in_request(formula)
    if found is None:
        return None
    label = None
    if isinstance(formula, Named):
        metric = work.ask(("metric", formula.metric))
        label = None if metric is None else metric.label
    return Output(
        name=_name(column),
        formula=found,
        type=found.type,
        label=label,
        withholding=_withholding(asking, formula),
        format=_format(asking.work, formula),
    )


def _format(work: Work, formula: Expression) -> str | None:
    """How the values of a metric are shown, its values of another time and its goals too."""
    itself = formula.body if isinstance(formula, Moved | GoalOf) else formula
    metric = work.ask(("metric", itself.metric)) if isinstance(itself, Named) else None
    return None if metric is None else next(iter(metric.properties.get("format", ())), None)


def _withholding(asking: _Asking, formula: Expression) -> Withholding | None:
    """When results of a formula are withheld, in the context of the query."""
    found = withholding(asking.work, formula)
    if found is None:
        return None
    small, reads = asking.in_request(found.small), asking.in_request(found.reads)
    return None if small is None or reads is None else Withholding(small=small, reads=reads)


def _beside(asking: _Asking, name: str, formula: Result) -> Output | None:
    """A column that `compare` puts beside another."""
    found = None if formula is None else asking.in_request(formula)
    if found is None or formula is None:
        return None
    kept_back = _withholding(asking, formula)
    return Output(
        name=name, formula=found, type=found.type, withholding=kept_back, format=_format(asking.work, formula)
    )


def _check_reached(work: Work, asked: Sequence[Asked], formulas: Sequence[Expression]) -> None:
    """Report groupings that nothing in the columns reaches: `total` does without, and would be all there is."""
    if any(problem.severity is Severity.ERROR for problem in work.problems):
        return
    for one in asked:
        first = next((a for formula in formulas for a in aggregates(formula)), None)
        if not one.types and first is not None:
            Asked(one.name, one.node, one.place).keys(work, first)


def _having(
    work: Work,
    asking: _Asking,
    query: nodes.Query,
    columns: dict[str, Result],
    references: dict[str, GroupingRef],
) -> tuple[Result, Withholding | None]:
    """The selection among groups, by columns of the result, metrics and groupings."""
    if query.having is None:
        return None, None
    named = {name: formula for name, formula in columns.items() if formula is not None}
    found = having(work, query.having, asking.place, GroupPlace((), named, references))
    if found is None:
        return None, None
    return asking.in_request(found), _withholding(asking, found)


def _tell_groupings(work: Work, query: nodes.Query) -> None:
    """Say of an unknown name that it is what the question calls a grouping, which its columns do not know."""
    named = {item.name for item in query.by if item.name}
    for at, problem in enumerate(work.problems):
        if isinstance(problem, UnknownName) and problem.name in named:
            hint = "It is a name that `by` gives; a column names the dimension, the entity or the period (`month`) itself."
            work.problems[at] = UnknownName(
                name=problem.name, where=problem.where, near=problem.near, hint=hint, span=problem.span
            )


def _check_names(work: Work, query: nodes.Query, groupings: Sequence[Grouping]) -> None:
    """No two columns of the result have one name."""
    seen = set[str]()
    for item in query.by:
        name = item.name or item.text
        if name in seen:
            work.report(SameColumnTwice(name=name, span=item.span))
        seen.add(name)
    seen.update(grouping.name for grouping in groupings)
    for column in query.columns:
        if _name(column) in seen:
            work.report(SameColumnTwice(name=_name(column), span=column.span))
        seen.add(_name(column))


def _sort(
    asking: _Asking, groupings: Sequence[Grouping], ordering: list[Output], besides: Collection[str]
) -> tuple[SortKey, ...]:
    """The order asked for, by names of columns of the result, or of metrics that it does not show: `ordering` takes those.

    `besides` are the columns that `compare` adds.
    """
    work, query = asking.work, asking.query
    names = {grouping.name: grouping.name for grouping in groupings}
    names.update((_name(column), _name(column)) for column in query.columns)
    names.update((name, name) for name in besides)
    for item in query.by:
        if not any(name.startswith(f"{item.name or item.text}.") for name in names):
            names.setdefault(item.name or item.text, item.name or item.text)
            names.setdefault(item.text, item.name or item.text)
    for column in query.columns:
        names.setdefault(column.text, _name(column))
    found: list[SortKey] = []
    for key in query.sort:
        text = key.name.text
        parts = [name for name in names if name.startswith(f"{text}.")]
        if text in names:
            found.append(SortKey(name=names[text], descending=key.descending))
        elif parts and any((item.name or item.text) == text for item in query.by):
            found.extend(SortKey(name=name, descending=key.descending) for name in parts)
        elif _is_metric(asking, key.name):
            column = nodes.QueryColumn(value=key.name, text=text, span=key.name.span)
            formula = group(work, key.name, asking.place, GroupPlace())
            output = None if formula is None else _output(work, asking, column, formula)
            if output is not None:
                ordering.append(output)
                names[text] = text
                found.append(SortKey(name=text, descending=key.descending))
        elif not any(
            text.startswith(f"{item.name or item.text}.") for item in query.by
        ):  # a part of a lost key
            metrics = work.world.directory.visible(asking.place.scope, "metric")
            close = near(text, (*besides, *(name for name in names if _is_plain(name)), *metrics))
            close = tuple(name if _is_plain(name) or name not in besides else f"`{name}`" for name in close)
            work.report(UnknownColumn(name=text, near=close, columns=tuple(names), span=key.name.span))
    return tuple(found)


def _is_plain(name: str) -> bool:
    """Whether a heading can be written as a name: that of a formula is no name."""
    return all(part.isidentifier() for part in name.split("."))


def _is_metric(asking: _Asking, name: nodes.Name) -> bool:
    """Whether a name is that of a metric, or of one that could not be read."""
    found = asking.work.world.directory.lookup(asking.place.scope, name.parts)
    return isinstance(found, tuple) and found[0].sort in {"metric", "broken"} and found[1] == len(name.parts)


def _check_limit(work: Work, query: nodes.Query) -> None:
    if query.limit is not None and query.limit < 1:
        work.report(BadLimit(limit=query.limit, span=query.places.get("limit", query.span)))
