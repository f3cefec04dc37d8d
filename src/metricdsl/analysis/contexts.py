"""Words of context brought to the aggregates below them: conditions, times, ways."""

from collections.abc import Callable, Sequence

from attrs import evolve, frozen

from metricdsl.analysis.calls import conjunction
from metricdsl.analysis.columns import member
from metricdsl.analysis.find import Target, find
from metricdsl.analysis.rows import row_condition
from metricdsl.analysis.world import Place, Result, RowPlace, Work
from metricdsl.analysis.written_types import read_unit
from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problems.formulas import NotInThisVersion
from metricdsl.diagnostics.problems.lint import TimeMovesNothing
from metricdsl.diagnostics.problems.names import UnknownName, WrongSortOfName
from metricdsl.diagnostics.problems.types import KindsDoNotFit
from metricdsl.model.formula import (
    Aggregate,
    Call,
    ColumnRef,
    Constant,
    Expression,
    GroupingRef,
    Named,
    WithEmpty,
)
from metricdsl.model.types import Kind
from metricdsl.syntax import nodes


@frozen
class Words:
    """Words of context read: conditions, the innermost time, ways (outer first), a stated unit; each with its place."""

    wheres: tuple[tuple[nodes.Expr, Place], ...] = ()
    at: tuple[nodes.Name, Place] | None = None
    via: tuple[nodes.Name, ...] = ()
    unit: tuple[nodes.As, Place] | None = None

    def beneath(self, inner: "Words") -> "Words":
        """These around others: the inner time and unit win."""
        return Words(
            inner.wheres + self.wheres,
            inner.at or self.at,
            self.via + inner.via,
            inner.unit or self.unit,
        )


def read_words(work: Work, words: Sequence[nodes.ContextWord], place: Place) -> Words | None:
    """The words behind one formula; the first `at` is the innermost."""
    wheres: list[tuple[nodes.Expr, Place]] = []
    at: tuple[nodes.Name, Place] | None = None
    via: list[nodes.Name] = []
    unit: tuple[nodes.As, Place] | None = None
    fine = True
    for word in words:
        match word:
            case nodes.Where(condition=condition):
                wheres.append((condition, place))
            case nodes.At(time=time):
                at = at or (time, place)
            case nodes.Via(join=join):
                via.insert(0, join)
            case nodes.As():
                unit = (word, place)
            case nodes.While() | nodes.Per() | nodes.Having():
                work.report(NotInThisVersion(word=f"`{type(word).__name__.lower()}`", span=word.span))
                fine = False
    return Words(tuple(wheres), at, tuple(via), unit) if fine else None


def map_aggregates(expression: Expression, change: Callable[[Aggregate], Aggregate | None]) -> Result:
    """The expression with each aggregate changed; parts without one are shared. None if a change gave None."""
    match expression:
        case Aggregate():
            return change(expression)
        case Call():
            arguments: list[Expression] = []
            same = True
            for argument in expression.arguments:
                found = map_aggregates(argument, change)
                if found is None:
                    return None
                same = same and found is argument
                arguments.append(found)
            if same:
                return expression
            return Call(
                type=expression.type,
                span=expression.span,
                function=expression.function,
                arguments=tuple(arguments),
            )
        case Named():
            body = map_aggregates(expression.body, change)
            if body is None or body is expression.body:
                return None if body is None else expression
            return Named(type=expression.type, span=expression.span, metric=expression.metric, body=body)
        case WithEmpty():
            body = map_aggregates(expression.body, change)
            if body is None or body is expression.body:
                return None if body is None else expression
            return WithEmpty(type=expression.type, span=expression.span, body=body, value=expression.value)
        case Constant() | GroupingRef() | ColumnRef():
            return expression


def aggregates(expression: Expression) -> list[Aggregate]:
    """The aggregates of a group expression, in the order written."""
    found: list[Aggregate] = []
    waiting: list[Expression] = [expression]
    while waiting:
        here = waiting.pop()
        match here:
            case Aggregate():
                found.append(here)
            case Call(arguments=arguments):
                waiting.extend(reversed(arguments))
            case Named(body=body) | WithEmpty(body=body):
                waiting.append(body)
            case _:
                pass
    return found


def push(work: Work, expression: Expression, words: Words) -> Result:
    """The expression with words of context that stand behind it brought to each of its aggregates."""
    if words.wheres or words.at or words.via:
        below = aggregates(expression)
        check_ways(work, words.via, tuple(a.home for a in below))
        if words.at is not None and below and all(a.time_written for a in below):
            if moment(work, words.at, below[0].home, below[0].via) is None:
                return None
            first = below[0]
            said = first.metrics[-1].rpartition(".")[2] if first.metrics else "what stands before it"
            time = words.at[0]
            work.report(TimeMovesNothing(time=time.text, by=said, own=first.time_name, span=time.span))
        via = tuple(name.text for name in words.via)
        known: dict[tuple[str, tuple[str, ...]], Result] = {}
        changed = _collect(work, expression, words, via, known)
        if changed is None:
            return None
        expression = changed
    return stated(work, expression, words)


def _collect(
    work: Work,
    expression: Expression,
    words: Words,
    via: tuple[str, ...],
    known: dict[tuple[str, tuple[str, ...]], Result],
) -> Result:
    failed = False

    def change(aggregate: Aggregate) -> Aggregate:
        nonlocal failed
        found = _in_words(work, aggregate, words, via, known)
        failed = failed or found is None
        return found or aggregate

    changed = map_aggregates(expression, change)
    return None if failed else changed


def _in_words(
    work: Work,
    aggregate: Aggregate,
    words: Words,
    via: tuple[str, ...],
    known: dict[tuple[str, tuple[str, ...]], Result],
) -> Aggregate | None:
    """One aggregate in more context."""
    ways = tuple([v for v in via if v not in aggregate.via]) + aggregate.via
    metric = aggregate.metrics[-1].rpartition(".")[2] if aggregate.metrics else ""
    where, time, time_name, written = (
        aggregate.where,
        aggregate.time,
        aggregate.time_name,
        aggregate.time_written,
    )
    if words.wheres:
        cached = (aggregate.home, ways)
        if cached not in known:
            known[cached] = conditions(work, words, RowPlace(aggregate.home, bare=False, via=ways))
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
    return Aggregate(
        type=aggregate.type,
        span=aggregate.span,
        function=aggregate.function,
        home=aggregate.home,
        arguments=aggregate.arguments,
        where=where,
        time=time,
        time_name=time_name,
        time_written=written,
        via=ways,
        keys=aggregate.keys,
        metrics=aggregate.metrics,
        order=aggregate.order,
    )


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
    bound = place.arguments.get(name.parts[0])
    if bound is not None and len(name.parts) == 1:
        if not isinstance(bound.value, nodes.Name):
            work.report(KindsDoNotFit(text="`at` needs the name of a time", span=bound.value.span))
            return None
        name, place = bound.value, bound.place
    found = find(work, name, place, RowPlace(home, bare=True, via=via), metric)
    if found is None:
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


def stated(work: Work, expression: Expression, words: Words) -> Result:
    """The expression with the unit that `as` states."""
    if words.unit is None:
        return expression
    node, place = words.unit
    world = work.world
    unit = read_unit(node.factors, node, place.scope, world.directory, world.settings.currency, work.problems)
    if unit is None:
        return None
    if not expression.type.kind.numeric and expression.type.kind not in {Kind.UNKNOWN, Kind.NULL}:
        work.report(KindsDoNotFit(text="`as` states the unit of a number, and this is none", span=node.span))
        return None
    return evolve(expression, type=evolve(expression.type, unit=unit))


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
