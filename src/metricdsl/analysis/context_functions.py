"""Functions that change the context and evaluate again: `prior`, `trailing`, `total`, `rank` and their like."""

import re
from collections.abc import Callable

from attrs import evolve

from metricdsl.analysis.ages import age
from metricdsl.analysis.baselines import baseline_function, during_function
from metricdsl.analysis.calendar_names import bare_grain
from metricdsl.analysis.calendars import report_period
from metricdsl.analysis.calls import call
from metricdsl.analysis.columns import column, member
from metricdsl.analysis.contexts import aggregates
from metricdsl.analysis.defines import opened_argument
from metricdsl.analysis.directory import CALENDARS, Declared
from metricdsl.analysis.find import Target, find
from metricdsl.analysis.literals import constant
from metricdsl.analysis.params import length_behind
from metricdsl.analysis.period_tables import written_grains
from metricdsl.analysis.rows import row
from metricdsl.analysis.world import Place, Result, RowPlace, Work
from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problems.context_hints import GrowthOfAShare
from metricdsl.diagnostics.problems.contexts import FlowHasNoOpening
from metricdsl.diagnostics.problems.formulas import WrongArguments
from metricdsl.diagnostics.problems.names import UnknownName
from metricdsl.diagnostics.problems.types import KindsDoNotFit
from metricdsl.model.calendar import GRAINS, plain_grain
from metricdsl.model.formula import (
    Chosen,
    Constant,
    Detached,
    Expression,
    GoalOf,
    Members,
    Moved,
    Named,
    Over,
    OverFrom,
    Ranked,
)
from metricdsl.model.metric import Metric
from metricdsl.model.parts import every
from metricdsl.model.period_table import table_of
from metricdsl.model.types import FLOAT, INTEGER, NULL, Kind
from metricdsl.model.unit import CHANGE, LITERAL, NUMBER, SHARE
from metricdsl.model.window import Move
from metricdsl.source import Span
from metricdsl.syntax import nodes
from metricdsl.syntax.format_formula import flat
from metricdsl.value import frozen

Read = Callable[[nodes.Expr, Place], Result]
"""Reads a formula of groups."""

DISTANCES = frozenset({"prior", "growth", "trailing"})
UNITS = frozenset({"to_date", "at_start"})
ALONE = frozenset({"running", "opening"})
LEVELS = {"total": "over", "share": "of", "rank": "over", "rank_share": "over"}
SHAPES = {
    "prior": "prior({0}, {1})",
    "growth": "growth({0}, {1})",
    "trailing": "trailing({0}, {1})",
    "to_date": "to_date({0}, {1})",
    "at_start": "at_start({0}, {1})",
    "running": "running({0})",
    "opening": "opening({0})",
    "total": "total({0}), or total({0}, over: {1})",
    "share": "share({0}, of: {1})",
    "rank": "rank({0}, over: {1})",
    "rank_share": "rank_share({0}, over: {1})",
}
"""How each is written: of what, and what else is needed."""
USUAL = {"trailing": "28 days", "to_date": "year", "at_start": "month", "prior": "1 year", "growth": "1 year"}
"""What is most often meant."""
NEEDS = {
    **dict.fromkeys(DISTANCES, "a formula, and a length of time behind it"),
    **dict.fromkeys(UNITS, "a formula, and a grain behind it"),
    **dict.fromkeys(ALONE, "a formula and nothing else"),
    "total": "a formula, and behind `over:` what is added up if that is not everything",
    "share": "a formula, and behind `of:` what the whole is made of: a dimension, an entity or a grain",
    "rank": "a formula, and behind `over:` what is put in order: a dimension, an entity or a grain",
    "rank_share": "a formula, and behind `over:` what is put in order: a dimension, an entity or a grain",
}
"""What each takes."""

_PARTS = {
    "year": (12, "month"),
    "quarter": (3, "month"),
    "week": (7, "day"),
    "day": (24, "hour"),
    "hour": (60, "minute"),
}
"""How many of a smaller unit a unit has."""

LONGEST = {
    "minute": 10**7,
    "hour": 10**6,
    "day": 3_660_000,
    "week": 520_000,
    "month": 119_988,
    "quarter": 39_996,
    "year": 9_999,
}
"""The most units that a distance in time can have: all the years that dates have."""


def context_function(work: Work, node: nodes.Call, place: Place, read: Read) -> Result:
    """A call of one of these functions."""
    if node.function == "at_age":
        return at_age(work, node, place, read)
    if node.function == "goal":
        return _goal(work, node, place, read)
    if node.function == "baseline":
        return baseline_function(work, node, place, read)
    if node.function == "during":
        return during_function(work, node, place, read)
    arguments = _arguments(work, node)
    if arguments is None:
        return None
    body = read(arguments[0].value, place)
    if node.function in LEVELS:
        named = arguments[1].value if arguments[1:] else None
        over = None if named is None else _over(work, named, place, body)
        if body is None or (named is not None and over is None):
            return None
        return _level(work, node, body, over)
    move = _move(work, node, arguments, place)
    if body is None or move is None:
        return None
    if node.function == "growth":
        if body.type.unit == SHARE:
            share, distance = (flat(one.value) for one in arguments)
            work.report(GrowthOfAShare(share=share, distance=distance, span=node.span))
        return growth_of(work, body, move, node.span, node.arguments[0].span)
    if node.function == "opening" and not _is_stock(work, node, body):
        return None
    return Moved(type=evolve(body.type, nullable=True), span=node.span, body=body, move=move)


def _goal(work: Work, node: nodes.Call, place: Place, read: Read) -> Result:
    """`goal(m)`: of a metric by its name."""
    given = node.arguments
    body = read(given[0].value, place) if given else None
    if len(given) == 1 and given[0].name is None and not given[0].distinct and isinstance(body, Named):
        return GoalOf(type=evolve(body.type, nullable=True), span=node.span, body=body)
    if body is not None or not given:
        text = "goal takes a metric by its name: a goal is set for that"
        work.report(WrongArguments(text=text, fix="write goal(win_rate)", span=node.span))
    return None


def _arguments(work: Work, node: nodes.Call) -> tuple[nodes.Argument, ...] | None:
    """The arguments: a formula, then what the function needs."""
    name, given = node.function, node.arguments
    keyword = LEVELS.get(name)
    least = 2 if name in DISTANCES | UNITS | {"share", "rank", "rank_share"} else 1
    most = 1 if name in ALONE else 2
    fine = least <= len(given) <= most and not any(a.distinct for a in given)
    fine = fine and given[0].name is None and all(a.name in {None, keyword} for a in given[1:])
    if keyword is not None and len(given) > 1:
        fine = fine and given[1].name == keyword
    if fine:
        return given
    work.report(WrongArguments(text=f"{name} takes {NEEDS[name]}", fix=_shape(node), span=node.span))
    return None


def _shape(node: nodes.Call, second: str = "") -> str:
    """How the call is written, with what has been given as far as it fits."""
    name = node.function
    formulas = [a.value for a in node.arguments if not isinstance(a.value, nodes.DurationLiteral)]
    first = flat(formulas[0]) if formulas else "…"
    given = [a.value for a in node.arguments if not formulas or a.value is not formulas[0]]
    if name in LEVELS and not second and len(given) == 1 and isinstance(given[0], nodes.Name):
        second = given[0].text
    if name in DISTANCES and not second:
        second = next(
            (flat(v) for v in given if isinstance(v, nodes.DurationLiteral) and v.amount % 1 == 0), ""
        )
    return "write " + SHAPES[name].format(first, second or USUAL.get(name, "…"))


def _length(written: nodes.Expr) -> str:
    """The length of time that is meant by a grain or a number."""
    match written:
        case nodes.Name() if written.text.rstrip("s") in GRAINS:
            return f"1 {written.text.rstrip('s')}"
        case nodes.Number():
            return "1 day" if written.value == 1 else f"{flat(written)} days"
        case nodes.Text() if re.fullmatch(
            r"[1-9][0-9]* (minute|hour|day|week|month|quarter|year)s?", written.value
        ):
            return written.value
        case _:
            return ""


def _of_calendar(work: Work, written: nodes.Expr, place: Place) -> str:
    """The year of a calendar that stands where a grain is needed: `to_date(m, fiscal)`."""
    if not isinstance(written, nodes.Name):
        return ""
    match work.world.directory.lookup(place.scope, written.parts, CALENDARS):
        case (Declared(node=nodes.CalendarDecl(year=year)), used) if year is not None:
            return f"{written.text}.year" if used == len(written.parts) else ""
        case _:
            return ""


def _grain(written: nodes.Expr) -> str:
    """The grain that is meant by a length of time."""
    return written.unit if isinstance(written, nodes.DurationLiteral) and written.unit in GRAINS else ""


def _move(work: Work, node: nodes.Call, arguments: tuple[nodes.Argument, ...], place: Place) -> Move | None:
    name = node.function
    if name in ALONE:
        return Move(kind=name)
    written, where = opened_argument(arguments[1].value, place)
    if name in UNITS:
        grain = bare_grain(written)
        if grain is not None:
            return Move(kind=name, unit=grain)
        if isinstance(written, nodes.Name) and report_period(work, written, where.scope):
            return None
        text = f"{name} needs a grain: {', '.join(GRAINS)}"
        own = _of_calendar(work, written, where)
        if own:
            text = f"{name} needs a grain, and this is a calendar"
        work.report(WrongArguments(text=text, fix=_shape(node, own or _grain(written)), span=written.span))
        return None
    long = length_behind(work, written, where)
    if long is None:
        return None
    if isinstance(long, nodes.DurationLiteral) and long.cells is not None:
        return _by_cells(work, node, long, long.cells, where)
    if isinstance(long, nodes.DurationLiteral):
        amount, unit = long.amount, long.unit
        if amount == int(amount) and 0 < amount <= LONGEST.get(unit, 0):
            kind = "prior" if name == "growth" else name
            return Move(kind=kind, amount=int(amount), unit=unit, parameter=long.parameter)
    text = f"{name} needs a whole number of minutes, hours, days, weeks, months, quarters or years"
    length = _length(written)
    if isinstance(long, nodes.DurationLiteral):
        text, length = _not_this_long(name, long)
    work.report(WrongArguments(text=text, fix=_shape(node, length), span=written.span))
    return None


def _by_cells(
    work: Work, node: nodes.Call, long: nodes.DurationLiteral, cells: nodes.Name, place: Place
) -> Move | None:
    """A move by periods of a calendar from a table."""
    kind, grain = "prior" if node.function == "growth" else node.function, cells.parts[-1]
    if len(cells.parts) == 1 and table_of(grain) is not None:
        if long.amount == int(long.amount) and 0 < long.amount <= LONGEST["day"]:
            return Move(kind=kind, amount=int(long.amount), unit=grain, parameter=long.parameter)
        text = f"{flat(long)} is no number of periods: it is 1 or more of them, and whole"
        work.report(WrongArguments(text=text, fix=_shape(node, f"1 {cells.text}"), span=long.span))
    elif len(cells.parts) == 1 and grain in GRAINS:
        text = f"{cells.text} is moved by the months and years of its calendar, which are written as such"
        length = f"{flat(evolve(long, unit=plain_grain(grain), cells=None))}"
        work.report(WrongArguments(text=text, fix=_shape(node, length), span=long.span))
    elif not report_period(work, cells, place.scope):
        where = "among the calendars"
        close = near(cells.text, _periods_of_tables(work, place))
        hint = (
            "" if close else "Behind a number stands a unit of time, or a period of a calendar from a table."
        )
        work.report(UnknownName(name=cells.text, where=where, near=close, hint=hint, span=cells.span))
    return None


def _periods_of_tables(work: Work, place: Place) -> tuple[str, ...]:
    """The periods that can be named here."""
    visible = set(work.world.directory.visible(place.scope, space=CALENDARS))
    found = (one.node for one in work.world.directory.all("calendar"))
    named = (one for one in found if isinstance(one, nodes.CalendarDecl) and one.name in visible)
    return tuple(f"{one.name}.{grain.text}" for one in named for grain in written_grains(one))


def _not_this_long(name: str, long: nodes.DurationLiteral) -> tuple[str, str]:
    """Why a length of time is none to move by, and the nearest that is."""
    amount, unit = long.amount, long.unit
    usual = USUAL[name]
    if amount <= 0:
        return f"{flat(long)} is no length of time: it is 1 or more of a unit", usual
    if amount > LONGEST.get(unit, 0) and unit in LONGEST:
        return f"{flat(long)} is longer than all the years that dates have", usual
    smaller = _PARTS.get(unit)
    if smaller is not None and (amount * smaller[0]) % 1 == 0:
        return f"{name} needs a whole number of {unit}s", f"{int(amount * smaller[0])} {smaller[1]}s"
    whole = max(1, int(amount))
    near_by = f"{whole} {unit}{'' if whole == 1 else 's'}" if unit in LONGEST else usual
    return f"{name} needs a whole number of minutes, hours, days, weeks, months, quarters or years", near_by


def _is_stock(work: Work, node: nodes.Call, body: Expression) -> bool:
    """Whether all that a formula counts has a value at a moment; else that is reported."""
    flow = next((a for a in aggregates(body) if a.stock is None and a.open is None), None)
    if flow is None:
        return True
    metric = flow.metrics[0] if flow.metrics else body.metric if isinstance(body, Named) else ""
    work.report(FlowHasNoOpening(metric=metric.rpartition(".")[2], span=node.arguments[0].span))
    return False


def growth_of(work: Work, body: Expression, move: Move, span: Span, at: Span) -> Result:
    """(m - p) / p, null where p is not positive."""
    if not _grows(work, body, at):
        return None
    bare = evolve(body.type, unit=NUMBER, nullable=True)
    now = Moved(type=bare, span=span, body=body, move=Move(kind="norm"))
    return _relative(work, now, Moved(type=bare, span=span, body=body, move=move), span)


def change_from(work: Work, now: Expression, before: Expression, span: Span) -> Result:
    """(m - b) / b, null where b is not positive; of a share the points m - b."""
    if now.type.unit == SHARE:
        return call(work, "subtract", (now, before), span)
    if not _grows(work, now, span):
        return None
    one, other = (evolve(side, type=evolve(side.type, unit=NUMBER, nullable=True)) for side in (now, before))
    return _relative(work, one, other, span)


def _grows(work: Work, body: Expression, at: Span) -> bool:
    """Whether a change of it can be told in percent; else that is reported."""
    kind = body.type.kind
    if kind.numeric or kind in {Kind.DURATION, Kind.UNKNOWN}:
        return True
    work.report(KindsDoNotFit(text=f"growth needs a number, and this is a {kind.value}", span=at))
    return False


def _relative(work: Work, now: Expression, before: Expression, span: Span) -> Result:
    """The change relative to what was before, null where that is not positive."""
    bare, kind = now.type, now.type.kind
    zero_type = evolve(bare, nullable=False) if kind is Kind.DURATION else evolve(INTEGER, unit=LITERAL)
    zero = Constant(type=evolve(zero_type, nullable=False), value=0, span=span)
    positive = call(work, "greater", (before, zero), span)
    change = call(work, "subtract", (now, before), span)
    if positive is None or change is None:
        return None
    relative = call(work, "divide", (change, before), span)
    if relative is None:
        return None
    relative = evolve(relative, type=evolve(FLOAT, unit=CHANGE))
    nothing = Constant(type=NULL, value=None, span=span)
    chosen = call(work, "if", (positive, relative, nothing), span)
    return None if chosen is None else evolve(chosen, type=evolve(FLOAT, unit=CHANGE))


def _level(work: Work, node: nodes.Call, body: Expression, over: Over | None) -> Result:
    nullable = evolve(body.type, nullable=True)
    match node.function:
        case "total":
            return Detached(type=nullable, span=node.span, body=body, over=over)
        case "share":
            whole = Detached(type=nullable, span=node.span, body=body, over=over)
            found = call(work, "divide", (body, whole), node.span)
            return None if found is None else evolve(found, type=evolve(found.type, unit=SHARE))
        case name:
            assert over is not None, "rank has an over"
            type_ = evolve(FLOAT, unit=SHARE) if name == "rank_share" else evolve(INTEGER, nullable=True)
            lower = lower_is_better(work, body)
            return Ranked(
                type=type_, span=node.span, body=body, over=over, ascending=lower, share=name == "rank_share"
            )


def lower_is_better(work: Work, body: Expression) -> bool:
    """Whether a formula is a metric of which less is better."""
    if not isinstance(body, Named):
        return False
    found = work.ask(("metric", body.metric))
    return isinstance(found, Metric) and found.properties.get("better", ())[:1] == ("lower",)


@frozen
class _Found:
    """What `over:` names, from one home."""

    parts: tuple[Expression, ...]
    path: tuple[str, ...] | None
    period: tuple[Expression, str] | None = None  # the time and its grain, `order.ordered_at.month`


def _over(work: Work, node: nodes.Expr, place: Place, body: Result) -> Over | None:
    """What `over:` names: a grain, an entity, a dimension."""
    node, place = opened_argument(node, place)
    if isinstance(node, nodes.Call) and node.function == "age" and body is not None:
        return _over_age(work, node, place, body)
    if not isinstance(node, nodes.Name):
        text = "a dimension, an entity or a grain stands here"
        work.report(WrongArguments(text=text, fix="name it: account.region, account, month", span=node.span))
        return None
    grain = bare_grain(node)
    if grain is not None:
        return Over(grain=grain)
    if body is None:
        return None
    found: dict[tuple[str, tuple[str, ...]], _Found] = {}
    entity: str | None = None
    before = len(work.problems)
    homes = [RowPlace(one.home, bare=False, via=one.via, around=True) for one in aggregates(body)]
    levels = [part for part in every(body) if isinstance(part, Members | Chosen)]
    homes += [RowPlace(d.home, bare=False, role=d.role) for level in levels for d in level.domains]
    for rows in homes:
        if rows.home is None or (rows.home, rows.via) in found:
            continue
        target = find(work, node, place, rows)
        if not isinstance(target, Target):
            continue
        if target.column is None:
            entity = target.entity
            found[rows.home, rows.via] = _Found((), target.path)
            continue
        one = column(work, target, node)
        if one is not None:
            found[rows.home, rows.via] = _Found((one,), None, _period(work, target, node))
    if not found:
        if len(work.problems) == before:
            text = f"{node.text} is no dimension, entity or grain"
            read = dict.fromkeys(one.home for one in aggregates(body))
            reached = [f"`{join}`" for home in read for join in work.world.headers[home].joins]
            here = f", as in {', '.join(reached[:3])}" if reached else ""
            fix = f"name what makes the groups that are compared: an entity, a dimension, a grain{here}"
            work.report(WrongArguments(text=text, fix=fix, span=node.span))
        return None
    del work.problems[before:]  # a home that does not reach it has nothing to drop
    return Over(
        entity=entity,
        found=tuple(
            OverFrom(home=home, via=via, parts=f.parts, path=f.path) for (home, via), f in found.items()
        ),
        periods=tuple(
            dict.fromkeys((home, *f.period) for (home, _), f in found.items() if f.period is not None)
        ),
        written=node.text,
    )


def _period(work: Work, target: Target, node: nodes.Name) -> tuple[Expression, str] | None:
    """The time and the grain behind a `.month`."""
    if target.grain is None or target.column is None:
        return None
    time = member(work, work.world.headers[target.entity], target.path, target.column, node)
    return None if time is None else (time, target.grain)


def _over_age(work: Work, node: nodes.Call, place: Place, body: Expression) -> Over | None:
    """An age, as each aggregate has it."""
    found: list[OverFrom] = []
    for aggregate in aggregates(body):
        rows = RowPlace(aggregate.home, bare=False, via=aggregate.via, time=aggregate.time, around=True)
        one = age(work, node, place, rows, row)
        if one is None:
            return None
        found.append(OverFrom(home=aggregate.home, via=aggregate.via, parts=(one,)))
    return Over(found=tuple(dict.fromkeys(found)))


def at_age(work: Work, node: nodes.Call, place: Place, read: Read) -> Result:
    """`at_age(m, 0)`: the formula with the age that is grouped by set to a number."""
    if len(node.arguments) != 2 or any(a.name or a.distinct for a in node.arguments):
        text = "at_age takes a formula and an age"
        work.report(WrongArguments(text=text, fix="write at_age(new_customers, 0)", span=node.span))
        return None
    body = read(node.arguments[0].value, place)
    number, _ = opened_argument(node.arguments[1].value, place)
    value = constant(number) if isinstance(number, nodes.Number) else None
    if value is None or value.type.kind is not Kind.INTEGER:
        text = "an age is a whole number"
        work.report(WrongArguments(text=text, fix="write at_age(new_customers, 0)", span=number.span))
        return None
    if body is None:
        return None
    nullable = evolve(body.type, nullable=True)
    return Detached(type=nullable, span=node.span, body=body, over=Over(age=value))
