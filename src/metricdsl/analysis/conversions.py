"""`conversion(a, b, by: e, within: 30 days)`: the share of the a's that a b of the same e is credited to."""

from attrs import evolve

from metricdsl.analysis.aggregates import default_time
from metricdsl.analysis.calls import call
from metricdsl.analysis.columns import key
from metricdsl.analysis.contexts import Words, conditions, moment, read_words
from metricdsl.analysis.crediting import counted
from metricdsl.analysis.defines import opened_argument
from metricdsl.analysis.find import Target, find
from metricdsl.analysis.literals import constant
from metricdsl.analysis.params import length_behind
from metricdsl.analysis.rows import row
from metricdsl.analysis.world import Place, Result, RowPlace, Work
from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problems.formulas import WrongArguments
from metricdsl.diagnostics.problems.grain import NoKey
from metricdsl.diagnostics.problems.packages import WrongSortOfName
from metricdsl.diagnostics.problems.paths import DifferentEnds
from metricdsl.diagnostics.problems.times import NoTime
from metricdsl.model.formula import Aggregate, Constant, Converted, Event, Expression
from metricdsl.model.types import BOOLEAN, INTEGER
from metricdsl.model.unit import SHARE, Base, Unit
from metricdsl.syntax import nodes
from metricdsl.value import frozen

CONVERSIONS = frozenset({"conversion", "conversions"})
CREDITS = ("last", "first", "every")
SHAPE = "conversion(lead, opportunity, by: account, within: 90 days)"


@frozen(eq=False)
class _Side:
    """A start or an end as written: its entity, its own condition and time."""

    home: str
    where: Expression | None
    time: Expression
    time_name: str
    place: Place
    written: bool


def conversion(work: Work, node: nodes.Call, place: Place) -> Result:
    """The share of starts that are converted (`conversions`: their number), of those whose window has ended."""
    positional = [a for a in node.arguments if a.name is None]
    named = {a.name: a for a in node.arguments if a.name is not None}
    unknown = [a for name, a in named.items() if name not in {"by", "within", "credit"}]
    if len(positional) != 2 or "by" not in named or "within" not in named or unknown:
        text = f"{node.function} takes two entities, `by:` whom and `within:` what time"
        work.report(
            WrongArguments(text=text, fix=f"write {SHAPE}", span=unknown[0].span if unknown else node.span)
        )
        return None
    start, end = (_side(work, argument, place) for argument in positional)
    within = _within(work, named["within"], place)
    credit = _credit(work, named.get("credit"), place)
    if start is None or end is None or within is None or credit is None:
        return None
    first, last = (_event(work, side, named["by"], place) for side in (start, end))
    if first is None or last is None or not _of_the_same(work, start, end, named["by"], place):
        return None
    converted = Converted(
        type=evolve(BOOLEAN, nullable=False),
        span=node.span,
        start=first,
        end=last,
        within=within,
        credit=credit,
    )
    numerator = _count(work, node, start, converted, credited=True)
    if numerator is None or node.function == "conversions":
        return numerator
    denominator = _count(work, node, start, converted, credited=False)
    found = None if denominator is None else call(work, "divide", (numerator, denominator), node.span)
    return None if found is None else evolve(found, type=evolve(found.type, unit=SHARE))


def _side(work: Work, argument: nodes.Argument, place: Place) -> _Side | None:
    """A start or an end: an entity with words of context."""
    node, place = opened_argument(argument.value, place)
    read = Words()
    while isinstance(node, nodes.InContext):
        more = read_words(work, node.words, place)
        if more is None:
            return None
        read = read.beneath(more)
        node, place = opened_argument(node.body, place)
    found = work.world.directory.lookup(place.scope, node.parts) if isinstance(node, nodes.Name) else None
    if isinstance(found, tuple) and found[0].sort == "broken":
        work.lost(found[0].name)
        return None
    if not isinstance(found, tuple) or found[0].sort != "entity" or not isinstance(node, nodes.Name):
        name = node.text if isinstance(node, nodes.Name) else "this"
        sort = found[0].sort if isinstance(found, tuple) else "name"
        work.report(
            WrongSortOfName(name=name, sort=sort, expected="an entity", fix=f"write {SHAPE}", span=node.span)
        )
        return None
    header = work.world.headers[found[0].name]
    if read.at is not None:
        time = moment(work, read.at, header.name, ())
    else:
        time = default_time(work, header, node)
        if time is None and header.time is None:
            work.report(
                NoTime(
                    asked="conversion",
                    metric=node.text,
                    home=header.short,
                    times=header.times,
                    span=node.span,
                )
            )
    if time is None:
        return None
    where = None
    if read.wheres:
        where = conditions(work, read, RowPlace(header.name, inside="count", time=time[0]))
        if where is None:
            return None
    return _Side(header.name, where, time[0], time[1], place, read.at is not None)


def _within(work: Work, argument: nodes.Argument, place: Place) -> Constant | None:
    node, where = opened_argument(argument.value, place)
    long = length_behind(work, node, where)
    if long is None:
        return None
    if isinstance(long, nodes.DurationLiteral) and long.amount > 0:
        return evolve(constant(long), parameter=long.parameter)
    work.report(
        WrongArguments(text="`within` is a length of time", fix="write within: 30 days", span=node.span)
    )
    return None


def _credit(work: Work, argument: nodes.Argument | None, place: Place) -> str | None:
    if argument is None:
        return "last"
    node, _ = opened_argument(argument.value, place)
    word = node.text if isinstance(node, nodes.Name) else ""
    if word in CREDITS:
        return word
    close = near(word, CREDITS)
    fix = f"did you mean {close[0]}?" if close else "write credit: first, credit: last or credit: every"
    work.report(
        WrongArguments(text="`credit` says which of the starts an end belongs to", fix=fix, span=node.span)
    )
    return None


def _event(work: Work, side: _Side, by: nodes.Argument, place: Place) -> Event | None:
    """The rows of a side, with whom they are of."""
    node, place = opened_argument(by.value, place)
    header = work.world.headers[side.home]
    if not header.key:
        work.report(NoKey(entity=header.short, use="part of a conversion", span=by.span))
        return None
    found: list[Expression] = []
    for one in node.items if isinstance(node, nodes.Group) else (node,):
        parts = _of_whom(work, one, place, side.home)
        if not parts:
            return None
        found.extend(parts)
    own = nodes.Name(parts=(header.declared.node.name,), span=by.span)
    keys = key(work, Target((), side.home, None), own)
    if not keys:
        return None
    return Event(home=side.home, where=side.where, time=side.time, by=tuple(found), key=keys)


def _of_the_same(work: Work, start: _Side, end: _Side, by: nodes.Argument, place: Place) -> bool:
    """Whether whom a start and an end are of is one entity: a name may lead to another from each."""
    node, place = opened_argument(by.value, place)
    headers = work.world.headers
    for one in node.items if isinstance(node, nodes.Group) else (node,):
        if not isinstance(one, nodes.Name):
            continue
        before = len(work.problems)
        found = [(side, find(work, one, place, RowPlace(side.home, bare=False))) for side in (start, end)]
        del work.problems[before:]
        ends = [
            (headers[side.home].short, headers[target.entity].short)
            for side, target in found
            if isinstance(target, Target)
        ]
        if len(ends) == len(found) and ends[0][1] != ends[1][1]:
            work.report(DifferentEnds(name=one.text, ends=tuple(ends), span=one.span))
            return False
    return True


def _of_whom(work: Work, node: nodes.Expr, place: Place, home: str) -> tuple[Expression, ...]:
    rows = RowPlace(home, bare=True)
    if isinstance(node, nodes.Name):
        before = len(work.problems)
        found = find(work, node, place, RowPlace(home, bare=False))
        if isinstance(found, Target) and found.column is None:
            return key(work, found, node)
        del work.problems[before:]
    one = row(work, node, place, rows)
    return () if one is None else (one,)


def _count(
    work: Work, node: nodes.Call, side: _Side, converted: Converted, *, credited: bool
) -> Aggregate | None:
    """How many starts have a window that has ended, with `credited` those among them that are converted."""
    one = counted(work, converted, node.span, credited=credited)
    if one is None:
        return None
    return Aggregate(
        type=evolve(INTEGER, unit=Unit.of(Base("entity", side.home)), nullable=False),
        span=node.span,
        function="count",
        home=side.home,
        arguments=(one,),
        where=side.where,
        time=side.time,
        time_name=side.time_name,
        time_written=side.written,
        starts=converted,
    )
