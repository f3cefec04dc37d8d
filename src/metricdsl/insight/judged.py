"""A scorecard judged: its questions asked, each answer set beside its goal, its usual range and what it is compared with."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from attrs import evolve, field

from metricdsl.analysis.analysis import Analysis
from metricdsl.analysis.directory import Declared
from metricdsl.analysis.goals_held import HeldGoal, band_of, goals_held
from metricdsl.analysis.periods import Wrong, during
from metricdsl.analysis.properties import property_text
from metricdsl.analysis.requests import resolve_request
from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.problems.periods import ImpossiblePeriod
from metricdsl.engine.errors import QueryError
from metricdsl.insight.answers import Answered, Members, Questions, freshness
from metricdsl.insight.business_days import working_days
from metricdsl.insight.cells import HISTORY, back, bounds, cells, days, last_finished, period_asked, text_of
from metricdsl.insight.comparisons import Change, change
from metricdsl.insight.denominators import counts, with_denominators
from metricdsl.insight.goals import Elapsed, asked_for, goal_of, judge
from metricdsl.insight.in_words import in_words
from metricdsl.insight.objective_tree import coverage, objectives_of, stand
from metricdsl.insight.quantities import quantity
from metricdsl.insight.scorecard import Band, Note, Occurrence, Point, Row, Scorecard
from metricdsl.insight.scorecard_declared import (
    Against,
    against,
    by_grain,
    find,
    grain_of,
    occurrences,
    phases,
    same_days,
)
from metricdsl.insight.usual_range import Observation, UsualRange, usual_range
from metricdsl.model.calendar import plain_grain
from metricdsl.model.metric import Additivity, Metric
from metricdsl.model.period import Period
from metricdsl.model.request import Context, Request
from metricdsl.model.types import UNKNOWN
from metricdsl.syntax import nodes
from metricdsl.value import frozen

if TYPE_CHECKING:
    from metricdsl.engine.project import Project


def judged(project: "Project", name: str, period: str, connection: str, context: Context) -> Scorecard:
    """A scorecard judged for a period. Raises QueryError with what is wrong."""
    analysis = project.analysis()
    declared = find(analysis, name)
    if isinstance(declared, Problem):
        raise QueryError((declared,))
    node = declared.node
    assert isinstance(node, nodes.ScorecardDecl), "that is what was looked for"
    text = declared.text(node.span)
    questions = Questions(
        project=project, scope=declared.scope, text=text, connection=connection, context=context
    )
    return _Judging(analysis, declared, node, questions, context).judged(period)


@frozen(kw_only=True)
class _Asked:
    """What was asked for one period, and what came of it."""

    period: Period
    grain: str
    grouping: str  # the name of the column that is the period
    query: nodes.Query
    elapsed: Elapsed | None
    series: Answered
    cells: Sequence[Period]
    denominators: Mapping[str, tuple[str, bool]]
    goals: Mapping[str, Sequence[HeldGoal]]
    beside: Sequence[tuple[Against, Answered | None, Answered | None, int | None]]
    fresh: Mapping[str, date]
    events: Sequence[Occurrence]
    metrics: Mapping[str, Metric] = field(factory=dict)  # by column, of those that are one by its name


class _Judging:
    """The judging of one scorecard."""

    def __init__(
        self,
        analysis: Analysis,
        declared: Declared,
        node: nodes.ScorecardDecl,
        questions: Questions,
        context: Context,
    ) -> None:
        self._analysis = analysis
        self._declared = declared
        self._node = node
        self._questions = questions
        self._context = context

    def judged(self, wanted: str) -> Scorecard:
        """The scorecard for a period."""
        node, context = self._node, self._context
        plain = evolve(node.query, during=None, compare=())
        grouping, grain = self._grain(plain)
        period, grain_asked = self._period(wanted, grain)
        if bounds(period)[0] > context.today:
            text = f"{text_of(period, grain_asked)} has not begun: today is {context.today}"
            raise QueryError((ImpossiblePeriod(text=text, fix="name a period that has begun"),))
        if grain_asked != grain:
            plain = by_grain(plain, grouping, grain_asked, node.query)
            grouping = grain_asked
        elif grouping is None:
            plain = by_grain(plain, None, grain, node.query)
            grouping = grain
        asked = self._asked(plain, str(grouping), period, grain_asked)
        rows = list(self._rows(asked))
        return self._card(asked, rows)

    # ------------------------------------------------------------ what is asked

    def _grain(self, query: nodes.Query) -> tuple[str | None, str]:
        """The name of the column that is the period, and its grain; without one it is by month."""
        outcome = resolve_request(self._analysis, query, "", self._context, self._declared.scope)
        if outcome.value is None:
            raise QueryError(outcome.problems)
        assert isinstance(outcome.value, Request), "a scorecard asks for metrics"
        found = grain_of(outcome.value, self._node)
        if isinstance(found, Problem):
            raise QueryError((found,))
        return (None, "month") if found is None else found

    def _period(self, wanted: str, grain: str) -> tuple[Period, str]:
        if wanted:
            found = period_asked(wanted, grain, self._context)
            if isinstance(found, Problem):
                raise QueryError((found,))
            return found
        written = self._node.query.during
        range_ = None if written is None else during(written, self._context)
        if isinstance(range_, Wrong):
            raise QueryError((range_.problem,))
        return last_finished(grain, self._context, range_), grain

    def _asked(self, query: nodes.Query, grouping: str, period: Period, grain: str) -> _Asked:
        context, analysis = self._context, self._analysis
        start, end = bounds(period)
        plain = plain_grain(grain)
        first = bounds(back(period, grain, context.week_start, HISTORY[plain] - 1))[0]
        if self._node.query.during is not None:
            range_ = during(self._node.query.during, context)
            if not isinstance(range_, Wrong) and range_.start is not None:
                first = min(first, bounds(cells(range_.start, period, grain, context.week_start)[0])[0])
        names = [column.name or column.text for column in query.columns]
        beside, denominators = with_denominators(names)
        ranged = evolve(query, during=days(first, end), fill=True)
        series = self._questions.answer(ranged, grouping, beside)
        members = evolve(query, by=tuple(one for one in query.by if (one.name or one.text) != grouping))
        shown = cells(first, period, grain, context.week_start)
        starts = [bounds(one)[0] for one in shown]
        metrics = self._metrics(query)
        return _Asked(
            period=period,
            grain=grain,
            grouping=grouping,
            query=query,
            elapsed=working_days(analysis).elapsed(period, context.today),
            series=series,
            cells=shown,
            denominators=denominators,
            goals=goals_held(analysis, members, self._declared.scope, context),
            beside=list(self._beside(members, period, grain, start, starts)),
            fresh=freshness(self._questions, members),
            events=occurrences(analysis, first, end),
            metrics=metrics,
        )

    def _beside(
        self, members: nodes.Query, period: Period, grain: str, start: date, starts: Sequence[date]
    ) -> Iterator[tuple[Against, Answered | None, Answered | None, int | None]]:
        """What the period is compared with: the answer there, and here, where that is not the whole period; None is of the series."""
        unfinished = bounds(period)[1] > self._context.today
        for one in against(self._node, period, grain, self._context):
            if one.baseline:
                yield one, self._baselines(members, period), None, None
            elif one.period is None:
                yield one, None, None, None
            elif not unfinished:
                there = bounds(one.period)
                known = there[0] in starts
                yield one, None if known else self._over(members, one.period), None, None
            else:
                same = same_days(period, one.period, self._context.today)
                if isinstance(same, str):
                    yield evolve(one, period=None, reason=same), None, None, None
                else:
                    here, other = same
                    over = (bounds(here)[1] - start).days
                    yield one, self._over(members, other), self._over(members, here), over

    def _over(self, query: nodes.Query, period: Period) -> Answered:
        try:
            return self._questions.answer(evolve(query, during=days(*bounds(period))))
        except QueryError as error:
            return Answered(refused={c.name or c.text: error.problems for c in query.columns})

    def _baselines(self, query: nodes.Query, period: Period) -> Answered:
        """The baseline of each column that has one, under the column's name."""
        found = Answered()
        for column in query.columns:
            name = column.name or column.text
            argument = nodes.Argument(value=column.value, span=column.span)
            call = nodes.Call(
                function="baseline", function_span=column.span, arguments=(argument,), span=column.span
            )
            own = evolve(column, value=call, name=name)
            try:
                one = self._questions.answer(evolve(query, columns=(own,), during=days(*bounds(period))))
            except QueryError as error:
                found.refused[name] = error.problems
            else:
                found.values.update(one.values)
        return found

    def _metrics(self, query: nodes.Query) -> dict[str, Metric]:
        """The metrics that columns name."""
        directory, model = self._analysis.world.directory, self._analysis.model
        found: dict[str, Metric] = {}
        for column in query.columns:
            if isinstance(column.value, nodes.Name):
                known = directory.lookup(self._declared.scope, column.value.parts)
                if isinstance(known, tuple) and known[0].name in model.metrics:
                    found[column.name or column.text] = model.metrics[known[0].name]
        return found

    # ------------------------------------------------------------ what comes of it

    def _rows(self, asked: _Asked) -> Iterator[Row]:
        """A row for each column and its members."""
        dimensions = [one for one in asked.query.by if (one.name or one.text) != asked.grouping]
        all_members = asked.series.members() or ([] if dimensions else [()])
        for column in asked.query.columns:
            for members in sorted(all_members, key=lambda one: [str(value) for _, value in one]):
                yield self._row(asked, column, members)

    def _row(self, asked: _Asked, column: nodes.QueryColumn, members: Members) -> Row:
        name = column.name or column.text
        metric = asked.metrics.get(name)
        known = asked.series.columns.get(name)
        type_ = known.type if known is not None else UNKNOWN
        additivity = Additivity.NON_ADDITIVE if metric is None else metric.additivity
        goals = self._goals(asked, name, metric, members)
        periods = self._series(asked, name, members, goals, additivity)
        value = periods[-1].value
        series = from_first(periods)
        goal = goal_of(goals, members, asked.period, additivity, self._context.week_start)
        judgement = judge(value, goal, asked.period, additivity, asked.elapsed, self._context.today)
        counted = asked.denominators.get(name)
        usual, history, all_phases = self._usual(asked, metric, series, shares=bool(counted and counted[1]))
        refused = asked.series.refused.get(name, ())
        return Row(
            name=name,
            label=(metric.label if metric is not None else None) or name,
            metric="" if metric is None else metric.name,
            members=members,
            type=type_,
            format=None if known is None else known.format,
            additivity=additivity,
            better="" if metric is None else ", ".join(metric.properties.get("better", ())),
            value=value,
            judgement=judgement,
            series=series,
            changes=tuple(self._changes(asked, name, members, type_, series)),
            usual=usual,
            phases=all_phases,
            history=history,
            note=self._note(asked, column, metric, name),
            band="" if metric is None else ", ".join(metric.properties.get("class", ())),
            reason=refused[0].message()
            if refused
            else ""
            if quantity(value) is not None
            else _nothing(value),
        )

    def _goals(self, asked: _Asked, name: str, metric: Metric | None, members: Members) -> Sequence[HeldGoal]:
        """The goals of a column; of one without any the band of values that is better."""
        goals = asked.goals.get(name, ())
        if goals or metric is None:
            return goals
        band = band_of(self._analysis, metric, [one for one, _ in members])
        return () if band is None else (band,)

    def _series(
        self,
        asked: _Asked,
        name: str,
        members: Members,
        goals: Sequence[HeldGoal],
        additivity: Additivity,
    ) -> list[Point]:
        """The values of all periods, each with what its goal asks for."""
        counted = asked.denominators.get(name)
        found = []
        for one in asked.cells:
            starts, end = bounds(one)
            low, high = asked_for(goal_of(goals, members, one, additivity, self._context.week_start))
            found.append(
                Point(
                    starts=starts,
                    text=text_of(one, asked.grain),
                    value=asked.series.at(name, members, starts),
                    finished=end <= self._context.today,
                    of=None if counted is None else asked.series.at(counted[0], members, starts),
                    low=low,
                    high=high,
                )
            )
        return found

    def _changes(
        self, asked: _Asked, name: str, members: Members, type_: object, series: Sequence[Point]
    ) -> Iterator[Change]:
        from metricdsl.model.types import ValueType

        assert isinstance(type_, ValueType), "columns have types"
        by_start = {point.starts: point.value for point in series}
        for one, there, here, over in asked.beside:
            if one.reason:
                yield Change(name=one.name, period="", reason=one.reason)
                continue
            if one.baseline:
                assert there is not None, "baselines were asked for"
                reason = "it has no baseline" if name in there.refused else ""
                other = there.at(name, members)
                if asked.elapsed is not None:
                    reason = "the period is not over, and its baseline is that of all its days"
                yield (
                    Change(name=one.name, period="", value=other, reason=reason)
                    if reason
                    else change(one.name, "", series[-1].value, other, type_)
                )
                continue
            assert one.period is not None, "what has no period has a reason"
            told = text_of(one.period, asked.grain)
            refused = [answer.refused[name] for answer in (there, here) if answer and name in answer.refused]
            if refused:
                yield Change(name=one.name, period=told, reason=refused[0][0].message())
                continue
            if series[0].starts > bounds(one.period)[0] and series[0].starts > bounds(asked.cells[0])[0]:
                yield Change(name=one.name, period=told, reason=f"its rows begin with {series[0].text}")
                continue
            value = series[-1].value if here is None else here.at(name, members)
            other = by_start.get(bounds(one.period)[0]) if there is None else there.at(name, members)
            yield change(one.name, told, value, other, type_, same_days=over)

    def _usual(
        self, asked: _Asked, metric: Metric | None, series: Sequence[Point], *, shares: bool
    ) -> tuple[UsualRange | None, int, tuple[UsualRange, ...]]:
        """The usual range of the last phase, how many finished periods that has, and the ranges of all phases."""
        begins = [(date.min, "")]
        begins += [(one.start, one.phase) for one in phases(asked.events, metric.name if metric else "")]
        below = metric is not None and counts(metric.formula)
        found: list[UsualRange | None] = []
        number = 0
        for at, (first, title) in enumerate(begins):
            until = begins[at + 1][0] if at + 1 < len(begins) else date.max
            observations = [
                Observation(starts=point.starts, value=float(value), of=_counted(point))
                for point in series
                if point.finished
                and first <= point.starts < until
                and (value := quantity(point.value)) is not None
            ]
            number = len(observations)
            found.append(usual_range(observations, shares=shares, not_below_zero=below, since=title))
        return found[-1], number, tuple(one for one in found if one is not None)

    def _note(self, asked: _Asked, column: nodes.QueryColumn, metric: Metric | None, name: str) -> Note:
        """How a column is computed, and how fresh its rows are."""
        directory = self._analysis.world.directory
        fresh = asked.fresh.get(name)
        stale = fresh is not None and fresh < bounds(asked.period)[0]
        if metric is None:
            words = in_words(directory, self._declared, column.value)
            return Note(formula=column.text, words=words, fresh=fresh, stale=stale)
        declared = directory.named(metric.name)
        formula = (
            declared.node.formula
            if declared is not None and isinstance(declared.node, nodes.MetricDecl)
            else None
        )
        return Note(
            formula=" ".join(metric.text.split()),
            words="" if formula is None or declared is None else in_words(directory, declared, formula),
            about=metric.about or "",
            owner=", ".join(metric.properties.get("owner", ())),
            fresh=fresh,
            stale=stale,
        )

    # ------------------------------------------------------------ the card

    def _card(self, asked: _Asked, rows: Sequence[Row]) -> Scorecard:
        node = self._node
        objectives = objectives_of(self._analysis)
        measured = [(row.metric, row) for row in rows if row.metric]
        said = {one.word: ", ".join(map(property_text, one.values)) for one in node.properties}
        working = working_days(self._analysis)
        notes = [working.why] if asked.elapsed is not None and working.hours and working.why else []
        return Scorecard(
            name=self._declared.name,
            label=node.label or said.get("label") or node.name,
            about=said.get("about", ""),
            owner=said.get("owner", ""),
            period=asked.period,
            grain=plain_grain(asked.grain),
            period_text=text_of(asked.period, asked.grain),
            today=self._context.today,
            elapsed=asked.elapsed,
            comparisons=tuple(one.name for one, *_ in asked.beside),
            bands=tuple(self._bands(rows)),
            events=tuple(asked.events),
            objectives=stand(objectives, measured),
            coverage=coverage(objectives, rows),
            notes=tuple(notes),
        )

    def _bands(self, rows: Sequence[Row]) -> Iterator[Band]:
        """The rows by the class of their metrics, in the order in which the facet lists the classes."""
        order = list(self._analysis.model.facets.get("class", ()))
        titles = dict.fromkeys(row.band for row in rows)
        ranked = sorted(titles, key=lambda one: (one == "", order.index(one) if one in order else len(order)))
        for title in ranked:
            yield Band(title=title, rows=tuple(row for row in rows if row.band == title))


def from_first(series: Sequence[Point]) -> tuple[Point, ...]:
    """A series from the first period that has anything on: before the first row there is nothing to count. The last always stays."""
    for at, point in enumerate(series):
        number = quantity(point.value)
        if (number is not None and number != 0) or at == len(series) - 1:
            return tuple(series[at:])
    return ()


def _counted(point: Point) -> float | None:
    number = quantity(point.of)
    return None if number is None else float(number)


def _nothing(value: object) -> str:
    return "" if value is None else str(value)
