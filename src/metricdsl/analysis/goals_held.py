"""The goals that hold for the columns of a question, as values: what they ask for, for when, and for which members of its groups.

    goal win_rate >= 30% for 2026 each team { warn 27% }     win_rate by team     (≥ 0.30), 2026, warn 0.27, team: any member

`goal(m)` is the goal of exactly one cell, as a value of SQL. Whoever judges needs besides what a band asks for, the warning level, where
a goal started, and when it was set.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from attrs import field

from metricdsl.analysis.analysis import Analysis
from metricdsl.analysis.contexts import Words, conditions
from metricdsl.analysis.directory import Declared, Scope
from metricdsl.analysis.goal_periods import finest
from metricdsl.analysis.goal_sides import metric_of, sides_of
from metricdsl.analysis.goal_values import Cell, coordinates, groups_of_goal, length_of, period_of_goal
from metricdsl.analysis.groups import GroupPlace, group
from metricdsl.analysis.literals import signed
from metricdsl.analysis.tops import asked_of
from metricdsl.analysis.world import Place, RowPlace, Work
from metricdsl.model.formula import Aggregate, Constant, Expression, KeyPart, Named, PeriodKey
from metricdsl.model.metric import Metric
from metricdsl.model.parts import every
from metricdsl.model.period import Period
from metricdsl.model.request import Context
from metricdsl.model.top_keys import dimension_of
from metricdsl.syntax import nodes
from metricdsl.value import frozen


@frozen(kw_only=True)
class HeldGoal:
    """A goal of a metric, its values as constants of formulas.

    `at` has the value of each grouping that it is set for, by the grouping's name; None stands for any member. A goal `each` grain is
    set for the cells of that grain within its period.
    """

    title: str
    sides: tuple[tuple[str, object], ...]  # (">=", 30 %)
    period: Period
    each: str | None
    at: Mapping[str, object] = field(factory=dict)
    warn: object = None
    start: tuple[object, date] | None = None
    said: Mapping[str, str] = field(factory=dict)  # its owner, since, source, …
    since: date | None = None  # when it was set
    file: str = ""


def goals_held(
    analysis: Analysis, query: nodes.Query, scope: Scope, context: Context
) -> Mapping[str, tuple[HeldGoal, ...]]:
    """The goals of each column that is a metric by its name, those for fewer things first, then those for a shorter period."""
    place = Place(scope)
    found: dict[str, tuple[HeldGoal, ...]] = {}
    for column in query.columns:
        work = Work(analysis.world, analysis.need, today=context.today)
        formula = group(work, column.value, place, GroupPlace())
        if isinstance(formula, Named):
            metric = work.need(("metric", formula.metric))
            assert isinstance(metric, Metric), "a name of a metric was resolved"
            goals = sorted(
                _goals_of(work, metric, formula, query, place),
                key=lambda one: (one[0], length_of(one[1].period)),
            )
            found[column.name or column.text] = tuple(goal for _, goal in goals)
    return found


def _goals_of(
    work: Work, metric: Metric, formula: Named, query: nodes.Query, place: Place
) -> Iterator[tuple[int, HeldGoal]]:
    """The goals of a metric that are set for members of the groups, each with how many things it is set for each of."""
    cells: list[Cell] | None = None
    names: list[str] = []
    for declared in work.world.directory.unnamed:
        node = declared.node
        if not isinstance(node, nodes.GoalDecl):
            continue
        trial = Work(work.world, work.need, today=work.today)
        sides = sides_of(trial, declared, node)
        named = None if sides is None else metric_of(trial, declared, sides[0])
        period = period_of_goal(work, node)
        if sides is None or period is None or named is None or named.name != metric.name:
            continue
        if cells is None:
            cells, names = _cells(work, metric, formula, query, place)
        at = _at(work, cells, names, declared, node)
        if at is None:
            continue
        each, members = at
        values = [(sign, _value(trial, declared, value)) for sign, value in sides[1]]
        if all(value is not None for _, value in values):
            yield len(node.each), _held(trial, declared, node, tuple(values), period, each, members)


def _cells(
    work: Work, metric: Metric, formula: Named, query: nodes.Query, place: Place
) -> tuple[list[Cell], list[str]]:
    """The cells of the groups as each aggregate of the metric has them, and the names of their groupings."""
    trial = Work(work.world, work.need, today=work.today)
    asked = [one for one, _ in asked_of(trial, query, place)]
    words = Words() if query.where is None else Words(wheres=((query.where, place),))
    cells: list[Cell] = []
    here, alone = (
        [part for part in every(one) if isinstance(part, Aggregate)] for one in (formula.body, metric.formula)
    )
    for aggregate, by_itself in zip(here, alone, strict=True):
        keys: list[KeyPart] = []
        for one in asked:
            parts = one.keys(trial, aggregate)
            keys.extend(parts if parts is not None else (None,))
        where = aggregate.where
        if words.wheres:
            rows = RowPlace(aggregate.home, bare=False, via=aggregate.via, time=aggregate.time, around=True)
            more = conditions(trial, words, rows)
            where = _both(trial, where, more)
        cells.append(
            Cell(
                keys=[None if key is None else dimension_of(key) for key in keys],
                where=where,
                alone=by_itself,
            )
        )
    names = [name for one in asked for name in [one.name] * max(1, len(one.types))]
    return cells, names


def _both(work: Work, first: Expression | None, more: Expression | None) -> Expression | None:
    from metricdsl.analysis.calls import conjunction

    return first if more is None else more if first is None else conjunction(work, [first, more])


def _at(
    work: Work, cells: Sequence[Cell], names: Sequence[str], declared: Declared, node: nodes.GoalDecl
) -> tuple[str | None, dict[str, object]] | None:
    """The grain and the members that a goal is set for each of; None where it is set for other groups than those asked for."""
    members: dict[str, object] = {}
    grain: str | None = None
    for cell in cells:
        each = groups_of_goal(work, cell.alone, declared, node)
        if each is None:
            return None
        grains = [part.grain for part in each if isinstance(part, PeriodKey)]
        grain = finest(grains)
        found = coordinates(work, cell, declared, node, each)
        if found is None or (grains and grain is None):
            return None
        for index, values in found.items():
            for wanted in [value.value for value in values] or [None]:
                if members.setdefault(names[index], wanted) != wanted:
                    return None
    return grain, members


def _held(
    work: Work,
    declared: Declared,
    node: nodes.GoalDecl,
    sides: tuple[tuple[str, object], ...],
    period: Period,
    each: str | None,
    members: Mapping[str, object],
) -> HeldGoal:
    warn = since = None
    said: dict[str, str] = {}
    for one in node.properties:
        value = one.values[0] if one.values else None
        if one.word == "warn" and isinstance(value, nodes.Expr):
            warn = _value(work, declared, value)
        elif one.word == "since" and isinstance(value, nodes.DateLiteral):
            since = value.value
        if value is not None:
            said[one.word] = value.text if isinstance(value, nodes.Label) else declared.text(value.span)
    start = None
    if node.start is not None:
        began = _value(work, declared, node.start.value)
        start = None if began is None else (began, node.start.on)
    return HeldGoal(
        title=node.title or "",
        sides=sides,
        period=period,
        each=each,
        at=members,
        warn=warn,
        start=start,
        said=said,
        since=since,
        file=node.span.file,
    )


def _value(work: Work, declared: Declared, node: nodes.Expr) -> object:
    """The value of a constant; None where it is none."""
    found = signed(node) or group(work, node, Place(declared.scope), GroupPlace())
    return found.value if isinstance(found, Constant) else None


def band_of(analysis: Analysis, metric: Metric, dimensions: Sequence[str]) -> HeldGoal | None:
    """What a metric's own `better 3 to 5` or `better 90% or higher` asks for, of whatever members; None where it says no band."""
    declared = analysis.world.directory.named(metric.name)
    if declared is None or not isinstance(declared.node, nodes.MetricDecl):
        return None
    for one in declared.node.properties:
        sides: list[tuple[str, nodes.Expr]] = []
        match one.values if one.word == "better" else ():
            case (nodes.Range(low=low, high=high),):
                sides = [(">=", low), ("<=", high)]
            case (nodes.OpenRange(bound=bound, higher=higher),):
                sides = [(">=" if higher else "<=", bound)]
            case _:
                continue
        values = tuple((sign, found.value) for sign, node in sides if (found := signed(node)) is not None)
        if values:
            return HeldGoal(
                title="",
                sides=values,
                period=Period(),
                each=None,
                at=dict.fromkeys(dimensions),
                file=declared.node.span.file,
            )
    return None
