"""Words of context brought to the aggregates below them: conditions, times, ways."""

from collections.abc import Callable, Sequence

from attrs import evolve

from metricdsl.analysis.calls import conjunction
from metricdsl.analysis.columns import member
from metricdsl.analysis.crediting import at_time
from metricdsl.analysis.defines import opened_name
from metricdsl.analysis.find import Target, find
from metricdsl.analysis.rows import row_condition
from metricdsl.analysis.same_ends import same_ends
from metricdsl.analysis.stated import in_unit
from metricdsl.analysis.times_kept import behind_another, own_times_kept
from metricdsl.analysis.world import Place, Result, RowPlace, Work
from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problems.contexts import PeriodDoesNotFit
from metricdsl.diagnostics.problems.levels import NoLevel
from metricdsl.diagnostics.problems.names import UnknownName, listed
from metricdsl.diagnostics.problems.packages import WrongSortOfName
from metricdsl.diagnostics.problems.types import KindsDoNotFit
from metricdsl.model.formula import Aggregate, Chosen, Domain, Expression, Members, Stretch
from metricdsl.model.parts import below, every, rebuilt, with_below
from metricdsl.model.types import Kind
from metricdsl.syntax import nodes
from metricdsl.value import frozen


@frozen
class Words:
    """Words of context read: conditions, the innermost time, ways (outer first), a stated unit; each with its place."""

    wheres: tuple[tuple[nodes.Expr, Place], ...] = ()
    at: tuple[nodes.Name, Place] | None = None
    via: tuple[nodes.Name, ...] = ()
    unit: tuple[nodes.As, Place] | None = None
    open: tuple[nodes.While, Place] | None = None

    def beneath(self, inner: "Words") -> "Words":
        """These around others: the inner time and unit win."""
        timed = inner.at is not None or inner.open is not None
        return Words(
            inner.wheres + self.wheres,
            inner.at if timed else self.at,
            self.via + inner.via,
            inner.unit or self.unit,
            inner.open if timed else self.open,
        )


def read_words(work: Work, words: Sequence[nodes.ContextWord], place: Place) -> Words | None:
    """The words behind one formula; the first `at` is the innermost."""
    wheres: list[tuple[nodes.Expr, Place]] = []
    at: tuple[nodes.Name, Place] | None = None
    via: list[nodes.Name] = []
    unit: tuple[nodes.As, Place] | None = None
    stretch: tuple[nodes.While, Place] | None = None
    fine = True
    for word in words:
        match word:
            case nodes.Where(condition=condition):
                wheres.append((condition, place))
            case nodes.At(time=time):
                if at or stretch:
                    behind_another(work, word, at, stretch)
                at = at or (None if stretch else (time, place))
            case nodes.While():
                if at or stretch:
                    behind_another(work, word, at, stretch)
                stretch = stretch or (None if at else (word, place))
            case nodes.Via(join=join):
                named = opened_name(work, join, place, "via", "join")
                fine = fine and named is not None
                via[:0] = [] if named is None else [named[0]]
            case nodes.As():
                unit = (word, place)
            case nodes.Per() | nodes.Having():
                work.report(NoLevel(word=type(word).__name__.lower(), span=word.span))
                fine = False
    return Words(tuple(wheres), at, tuple(via), unit, stretch) if fine else None


def map_aggregates(expression: Expression, change: Callable[[Aggregate], Aggregate | None]) -> Result:
    """The expression with each aggregate changed; parts without one are shared. None if a change gave None."""
    return rebuilt(expression, lambda e: change(e) if isinstance(e, Aggregate) else e)


def aggregates(expression: Expression) -> list[Aggregate]:
    """The aggregates of a group expression, in the order written."""
    return [part for part in every(expression) if isinstance(part, Aggregate)]


def _ways(via: tuple[str, ...], aggregate: Aggregate) -> tuple[str, ...]:
    """The ways around an aggregate, then its own, which win."""
    return tuple([way for way in via if way not in aggregate.via]) + aggregate.via


def push(work: Work, expression: Expression, words: Words) -> Result:
    """The expression with words of context that stand behind it brought to each of its aggregates."""
    if words.wheres or words.at or words.via or words.open:
        found = aggregates(expression)
        check_ways(work, words.via, tuple(a.home for a in found))
        if words.at is not None and found and not own_times_kept(work, words.at, found, moment):
            return None
        via = tuple(name.text for name in words.via)
        known: dict[tuple[str, tuple[str, ...], Expression | None], Result] = {}
        changed = _collect(work, expression, words, via, known)
        if changed is None:
            return None
        expression = _domains(work, changed, words) if words.wheres else changed
    return stated(work, expression, words)


def _collect(
    work: Work,
    expression: Expression,
    words: Words,
    via: tuple[str, ...],
    known: dict[tuple[str, tuple[str, ...], Expression | None], Result],
) -> Result:
    failed = False

    def change(aggregate: Aggregate) -> Aggregate:
        nonlocal failed
        found = _in_words(work, aggregate, words, via, known)
        failed = failed or found is None
        return found or aggregate

    changed = map_aggregates(expression, change)
    return None if failed else changed


def _domains(work: Work, expression: Expression, words: Words) -> Expression:
    """The formula, all members that it looks at cut to those that the conditions let pass, as far as they reach them."""
    parts = tuple([_domains(work, part, words) for part in below(expression)])
    expression = with_below(expression, parts)
    match expression:
        case Members(domains=domains) | Chosen(domains=domains):
            return evolve(expression, domains=tuple(_cut(work, domain, words) for domain in domains))
        case _:
            return expression


def _cut(work: Work, domain: Domain, words: Words) -> Domain:
    where = reached_conditions(work, words.wheres, domain.home, domain.role)
    kept = [c for c in (domain.where, *where) if c is not None]
    return evolve(domain, where=conjunction(work, kept))


def reached_conditions(
    work: Work, wheres: Sequence[tuple[nodes.Expr, Place]], home: str, role: str = ""
) -> list[Expression]:
    """The conditions that an entity reaches, as row expressions of it; the parts of an `and` each for itself."""
    found: list[Expression] = []
    for node, place in wheres:
        if isinstance(node, nodes.Binary) and node.operator == "and":
            found += reached_conditions(work, [(node.left, place), (node.right, place)], home, role)
            continue
        before, failed, causes = len(work.problems), len(work.failed), len(work.causes)
        one = row_condition(work, node, place, RowPlace(home, bare=False, role=role))
        if one is not None:
            found.append(one)
        else:
            del work.problems[before:], work.failed[failed:], work.causes[causes:]
    return found


def _in_words(
    work: Work,
    aggregate: Aggregate,
    words: Words,
    via: tuple[str, ...],
    known: dict[tuple[str, tuple[str, ...], Expression | None], Result],
) -> Aggregate | None:
    """One aggregate in more context."""
    ways = _ways(via, aggregate)
    metric = aggregate.metrics[-1].rpartition(".")[2] if aggregate.metrics else ""
    where, time, time_name, written = (
        aggregate.where,
        aggregate.time,
        aggregate.time_name,
        aggregate.time_written,
    )
    if words.wheres:
        cached = (aggregate.home, ways, aggregate.time)
        if cached not in known:
            place = RowPlace(aggregate.home, bare=False, via=ways, time=aggregate.time, around=True)
            known[cached] = conditions(work, words, place)
            if not same_ends(work, words.wheres, known, cached):
                known[cached] = None
        more = known[cached]
        if more is None:
            return None
        where = more if where is None else conjunction(work, [where, more])
    if words.at is not None and not written:
        found = moment(work, words.at, aggregate.home, ways, metric)
        if found is None:
            return None
        time, time_name = found
        written = True
        credited = at_time(work, aggregate, time)
        if credited is None:
            return None
        aggregate = credited
    stretch = aggregate.open
    if words.open is not None and not written and aggregate.stock is None and aggregate.spread is None:
        if aggregate.starts is not None:
            _no_open_starts(work, words.open[0])
            return None
        stretch = opened(work, words.open, aggregate.home, ways)
        if stretch is None:
            return None
        time, time_name, written = None, words.open[0].start.text, True
    return evolve(
        aggregate,
        where=where,
        time=time,
        time_name=time_name,
        time_written=written,
        open=stretch,
        via=ways,
    )


def _no_open_starts(work: Work, word: nodes.While) -> None:
    text = "`while` looks at a day, and a conversion follows each start from its own time"
    why = "A start that is open on many days would have another window on each."
    fix = "leave `while` out, or count what is open in a metric of its own"
    work.report(PeriodDoesNotFit(text=text, why=why, fix=fix, span=word.span))


def opened(work: Work, written: tuple[nodes.While, Place], home: str, via: tuple[str, ...]) -> Stretch | None:
    """From when to when a row is open, by `while a to b`."""
    word, place = written
    start = moment(work, (word.start, place), home, via)
    end = moment(work, (word.end, place), home, via)
    return None if start is None or end is None else Stretch(start=start[0], end=end[0])


def conditions(work: Work, words: Words, rows: RowPlace) -> Result:
    """All conditions of some words, as a row expression of one home; None where one is wrong (or there are none)."""
    found: list[Expression] = []
    for node, place in words.wheres:
        one = row_condition(work, node, place, rows)
        if one is not None:
            found.append(one)
    return conjunction(work, found) if len(found) == len(words.wheres) else None


def moment(
    work: Work, at: tuple[nodes.Name, Place], home: str, via: tuple[str, ...], metric: str = ""
) -> tuple[Expression, str] | None:
    """The time that `at` names, from a home, and what the analyst calls it."""
    name, place = at
    named = opened_name(work, name, place, "at", "time")
    if named is None:
        return None
    name, place = named
    before = len(work.problems)
    found = find(work, name, place, RowPlace(home, bare=True, via=via), metric)
    if found is None:
        _tell_times(work, before, home)
        return None
    if not isinstance(found, Target) or found.column is None or found.grain is not None:
        sort = "a row" if isinstance(found, Target) else found.sort
        work.report(
            WrongSortOfName(name=name.text, sort=sort, expected="a date or timestamp", span=name.span)
        )
        return None
    value = member(work, work.world.headers[found.entity], found.path, found.column, name)
    if value is None:
        return None
    if value.type.kind not in {Kind.DATE, Kind.TIMESTAMP, Kind.UNKNOWN}:
        text = f"`at` needs a date or timestamp, and {name.text} is none"
        work.report(KindsDoNotFit(text=text, span=name.span))
        return None
    return value, name.text


def _tell_times(work: Work, before: int, home: str) -> None:
    """Beside a time that there is not: those that there are."""
    header = work.world.headers[home]
    for at, problem in enumerate(work.problems[before:], before):
        if isinstance(problem, UnknownName) and not problem.near and header.times:
            several = (
                f"times of {header.short} are" if len(header.times) > 1 else f"time of {header.short} is"
            )
            hint = f"The {several} {listed(header.times, 'and')}."
            work.problems[at] = UnknownName(
                name=problem.name, where=problem.where, hint=hint, span=problem.span
            )


def stated(work: Work, expression: Expression, words: Words) -> Result:
    """The expression with the unit that `as` states."""
    if words.unit is None:
        return expression
    return in_unit(work, expression, *words.unit)


def joins_there_are(work: Work, via: tuple[nodes.Name, ...]) -> bool:
    """Whether each `via` names a join of some entity; else that is reported, before what is looked for without it."""
    joins = {join: None for header in work.world.headers.values() for join in header.joins}
    unknown = [name for name in via if name.text not in joins]
    for name in unknown:
        close = near(name.text, joins)
        work.report(UnknownName(name=name.text, where="among the joins", near=close, span=name.span))
    return not unknown


def check_ways(work: Work, via: tuple[nodes.Name, ...], homes: tuple[str, ...]) -> None:
    """Each `via` names a join that some home reaches."""
    paths = work.world.paths
    for name in via:
        if not any(name.text in paths.reach(home).roles for home in homes):
            roles = {role: None for home in homes for role in paths.reach(home).roles}
            work.report(
                UnknownName(
                    name=name.text, where="among the joins", near=near(name.text, roles), span=name.span
                )
            )
