"""A scorecard as it is declared: which it is, what it asks for, its period and the periods it is compared with."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from attrs import evolve

from metricdsl.analysis.analysis import Analysis
from metricdsl.analysis.compare import BASELINE, query_text
from metricdsl.analysis.directory import REPORTS, Declared
from metricdsl.analysis.partial_periods import WHOLE_DAYS
from metricdsl.analysis.periods import Wrong, during
from metricdsl.diagnostics import Problem
from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problems.ambiguity import AmbiguousName
from metricdsl.diagnostics.problems.scorecards import ScorecardWithoutPeriod, UnknownScorecard
from metricdsl.insight.cells import back, bounds, cell, text_of
from metricdsl.insight.scorecard import Occurrence
from metricdsl.model.calendar import plain_grain
from metricdsl.model.period import Period, add_months
from metricdsl.model.period_table import table_of
from metricdsl.model.request import Context, Request
from metricdsl.model.year_rule import MONTHS
from metricdsl.syntax import nodes
from metricdsl.value import frozen

IN_CELLS = {
    ("month", "quarter"): 3,
    ("month", "year"): 12,
    ("quarter", "year"): 4,
    ("week", "year"): 52,
    ("day", "week"): 7,
}
"""How many cells of a grain another is."""
USUAL = {"day": ("week", "year"), "year": ("year",)}
"""What a scorecard is compared with that does not say: the period before, and that of the year before."""


@frozen(kw_only=True)
class Against:
    """What a scorecard is compared with: a period, the baseline (None), or nothing, for a reason."""

    name: str
    period: Period | None = None
    reason: str = ""

    @property
    def baseline(self) -> bool:
        """Whether it is what the metric's own baseline says."""
        return self.name == BASELINE


def find(analysis: Analysis, name: str) -> Declared | Problem:
    """The scorecard of a name: qualified, or by its last part where only one has it."""
    directory = analysis.world.directory
    declared = [d for package in directory.spaces[REPORTS].values() for d in package.values()]
    usable = [d for d in declared if d.repeated is None]
    found = [d for d in usable if d.name == name] or [d for d in usable if d.node.name == name]
    cards = [d for d in found if isinstance(d.node, nodes.ScorecardDecl)]
    if len(cards) == 1:
        return cards[0]
    if len(cards) > 1:
        return AmbiguousName(name=name, candidates=tuple(d.name for d in cards))
    known = [d.node.name for d in usable if isinstance(d.node, nodes.ScorecardDecl)]
    return UnknownScorecard(
        name=name or '""', near=near(name, known), report=bool(found), known=tuple(dict.fromkeys(known))
    )


def grain_of(request: Request, node: nodes.ScorecardDecl) -> tuple[str, str] | Problem | None:
    """The name and the grain of the one period that a scorecard is by; None where it is by none."""
    periods = [(one.name, one.grain) for one in request.groupings if one.grain is not None]
    place = node.query.places.get("by", node.name_span)
    if len(periods) > 1:
        named = " and ".join(name for name, _ in periods)
        return ScorecardWithoutPeriod(
            text=f"a scorecard judges one period, and this one is by {named}",
            fix="keep one of them: `by month`; another is asked for with `--period 2026-Q1`",
            span=place,
        )
    if not periods:
        return None
    [(name, grain)] = periods
    if table_of(grain) is not None or plain_grain(grain) not in WHOLE_DAYS:
        why = "lies in a table" if table_of(grain) is not None else "is shorter than a day"
        return ScorecardWithoutPeriod(
            text=f"a scorecard judges a day, week, month, quarter or year, and the period {name} {why}",
            fix="write one of these: `by month`",
            span=place,
        )
    return name, grain


def by_grain(query: nodes.Query, name: str | None, grain: str, span_of: nodes.Node) -> nodes.Query:
    """The question by a grain in place of the period called `name`; behind the last grouping where there was none."""
    text = grain if name is None or plain_grain(grain) == grain else name
    value = nodes.Name(parts=(text,), span=span_of.span)
    made = nodes.Grouping(value=value, text=text, span=span_of.span)
    by = [made if name in {one.name, one.text} else one for one in query.by]
    return evolve(query, by=tuple(by if made in by else [*by, made]))


def against(node: nodes.ScorecardDecl, period: Period, grain: str, context: Context) -> Iterator[Against]:
    """What a period is compared with."""
    items = [item for item in node.query.compare if item.value != "goal"]
    plain = plain_grain(grain)
    if not items:
        for unit in USUAL.get(plain, (plain, "year")):
            yield _before(period, grain, 1, unit, context)
    for item in items:
        match item.value:
            case str() if item.kind == "prior":
                yield _before(period, grain, 1, item.value, context)
            case nodes.DurationLiteral(amount=amount, unit=unit):
                yield _before(period, grain, int(amount), unit, context)
            case str():
                yield Against(name=BASELINE)
            case value:
                yield _other(period, grain, value, context)


def _before(period: Period, grain: str, number: int, unit: str, context: Context) -> Against:
    name = f"prior {unit}" if number == 1 else f"prior {number} {unit}s"
    plain, week_start = plain_grain(grain), context.week_start
    of = 1 if plain == unit else IN_CELLS.get((plain, unit), 0)
    if of:
        return Against(name=name, period=back(period, grain, week_start, of * number))
    if plain == "day" and unit in MONTHS:
        day = add_months(bounds(period)[0], -MONTHS[unit] * number)
        return Against(name=name, period=cell(day, grain, week_start))
    return Against(name=name, reason=f"{number} {unit} before a {plain} there is no one {plain}")


def _other(period: Period, grain: str, value: nodes.Expr, context: Context) -> Against:
    name = query_text(value)
    found = during(nodes.During(start=value, span=value.span), context)
    if isinstance(found, Wrong):
        return Against(name=name, reason=found.problem.message())
    if found.start is None or cell(bounds(found)[0], grain, context.week_start) != found:
        return Against(
            name=name, reason=f"{name} is no {plain_grain(grain)}, and {text_of(period, grain)} is"
        )
    return Against(name=name, period=found)


def occurrences(analysis: Analysis, first: date, end: date) -> list[Occurrence]:
    """The events of a time, in order."""
    directory = analysis.world.directory
    found: list[Occurrence] = []
    for declared in directory.unnamed:
        node = declared.node
        if not isinstance(node, nodes.EventDecl) or node.start >= end or (node.end or node.start) < first:
            continue
        named = [directory.lookup(declared.scope, name.parts) for name in node.affects]
        affects = tuple(one[0].name for one in named if isinstance(one, tuple))
        phase = next((_text(one) for one in node.properties if one.word == "phase"), "")
        found.append(
            Occurrence(title=node.name, start=node.start, end=node.end, affects=affects, phase=phase)
        )
    return sorted(found, key=lambda one: (one.start, one.title))


def phases(events: Sequence[Occurrence], metric: str) -> list[Occurrence]:
    """The events with which a phase of a metric begins."""
    return [one for one in events if one.phase and (not one.affects or metric in one.affects)]


def same_days(period: Period, other: Period, today: date) -> tuple[Period, Period] | str:
    """The finished days of a period that is not over and the same ones of another, or why there are none."""
    start, end = bounds(period)
    over = (min(today, end) - start).days
    first, last = bounds(other)
    if over <= 0:
        return "none of its days are over"
    if first + timedelta(days=over) > last:
        return f"it has only {(last - first).days} days"
    return (
        Period(start, start + timedelta(days=over)),
        Period(first, first + timedelta(days=over)),
    )


def _text(one: nodes.Property) -> str:
    value = one.values[0] if one.values else None
    return (
        value.value if isinstance(value, nodes.Text) else value.text if isinstance(value, nodes.Label) else ""
    )
