"""Group formulas: what is calculated for one group of a result, from aggregates and metrics."""

from collections.abc import Mapping, Sequence
from functools import partial

from attrs import evolve, field

from metricdsl.analysis.aggregates import aggregate
from metricdsl.analysis.business_time import business_time
from metricdsl.analysis.calendar_names import bare_grain
from metricdsl.analysis.calls import call, condition
from metricdsl.analysis.context_functions import context_function
from metricdsl.analysis.contexts import joins_there_are, map_aggregates, push, read_words
from metricdsl.analysis.conversions import CONVERSIONS, conversion
from metricdsl.analysis.convert_unit import convert_unit
from metricdsl.analysis.defines import argument_of, as_declared, define_of, opened_argument, put_in
from metricdsl.analysis.directory import REPORTS, Clash, Declared
from metricdsl.analysis.find import possible
from metricdsl.analysis.function_names import aggregation_by_name, callable_by_name
from metricdsl.analysis.levels import chosen, counted_of, level_of, members, no_level
from metricdsl.analysis.literals import constant
from metricdsl.analysis.open_again import adds_open_again
from metricdsl.analysis.operators import operation, several, several_periods
from metricdsl.analysis.other_packages import brought_in, declared_elsewhere, unknown_in_package
from metricdsl.analysis.params import parameter
from metricdsl.analysis.period_words import is_period_word, period_bound
from metricdsl.analysis.replacements import replacement
from metricdsl.analysis.result_functions import result_call
from metricdsl.analysis.rows import grain_constant
from metricdsl.analysis.standard_errors import FUNCTIONS as OF_CHANCE
from metricdsl.analysis.standard_errors import of_chance
from metricdsl.analysis.stocks import dates_said
from metricdsl.analysis.vocabulary import CONTEXT_FUNCTIONS, unknown_function
from metricdsl.analysis.whole_calls import tell_whole
from metricdsl.analysis.world import MOST_LEVELS, Place, Result, RowPlace, Work
from metricdsl.diagnostics import Severity
from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problems.aggregation import ColumnOutsideAggregate
from metricdsl.diagnostics.problems.ambiguity import AmbiguousName
from metricdsl.diagnostics.problems.formulas import (
    DeprecatedName,
    TooManyLevels,
    WrongArguments,
)
from metricdsl.diagnostics.problems.names import UnknownName
from metricdsl.diagnostics.problems.packages import WrongSortOfName
from metricdsl.model.formula import Expression, GroupingRef, Named, Today, WithEmpty
from metricdsl.model.metric import Metric
from metricdsl.model.types import DATE, Kind
from metricdsl.model.unit import SHARE
from metricdsl.syntax import nodes
from metricdsl.syntax.format_formula import flat
from metricdsl.value import frozen


@frozen(eq=False)
class GroupPlace:
    """In which group formula: `via` from around it, and in a `having` the columns and groupings of the result by name."""

    via: tuple[str, ...] = ()
    columns: Mapping[str, Expression] = field(factory=dict)
    groupings: Mapping[str, GroupingRef] = field(factory=dict)


def group(work: Work, node: nodes.Expr, place: Place, at: GroupPlace) -> Result:
    """The group expression of a formula."""
    work.level += 1
    if work.level > MOST_LEVELS:
        work.level -= 1
        work.report(TooManyLevels(name="this formula", limit=MOST_LEVELS, span=node.span))
        return None
    try:
        match node:
            case nodes.Name():
                return _name(work, node, place, at)
            case nodes.Call():
                return _call(work, node, place, at)
            case nodes.InContext():
                return _in_context(work, node, place, at)
            case nodes.Group():
                several(work, node)
                return None
            case (
                nodes.Negation()
                | nodes.Not()
                | nodes.Binary()
                | nodes.Comparison()
                | nodes.Membership()
                | nodes.IsNull()
            ):
                return operation(work, node, lambda operand: group(work, operand, place, at))
            case nodes.DurationLiteral(cells=nodes.Name()):
                several_periods(work, node)
                return None
            case _:
                return constant(node)
    finally:
        work.level -= 1


def group_condition(work: Work, node: nodes.Expr, place: Place, at: GroupPlace) -> Result:
    """The group expression of a condition."""
    found = group(work, node, place, at)
    return None if found is None else condition(work, found)


def having(work: Work, node: nodes.Expr, place: Place, at: GroupPlace) -> Result:
    """The group expression of the condition behind `having`, where a column is likely to be meant for `where`."""
    before = len(work.problems)
    found = group_condition(work, node, place, at)
    for index, problem in enumerate(work.problems[before:], before):
        if isinstance(problem, ColumnOutsideAggregate):
            work.problems[index] = ColumnOutsideAggregate(
                name=problem.name,
                suggestion=problem.suggestion,
                chosen=True,
                compared=problem.compared,
                span=problem.span,
            )
    return found


def _name(work: Work, node: nodes.Name, place: Place, at: GroupPlace) -> Result:
    bound = argument_of(node, place)
    if bound is not None:
        return as_declared(work, bound, group(work, bound.value, bound.place, at))
    written = node.text
    if written == "today" and work.world.directory.lookup(place.scope, node.parts) is None:
        return Today(type=evolve(DATE, nullable=False), span=node.span)
    if is_period_word(work, node, place):
        return period_bound(work, node)
    if written in at.groupings:
        return at.groupings[written]
    if written in at.columns:
        return at.columns[written]
    found = work.world.directory.lookup(place.scope, node.parts)
    match found:
        case Clash(candidates):
            rest = ".".join(node.parts[1:])
            work.report(AmbiguousName(name=node.parts[0], candidates=candidates, rest=rest, span=node.span))
            return None
        case None:
            _unknown(work, node, place, at)
            return None
        case (Declared(sort="metric") as declared, used):
            if used < len(node.parts):
                rest = ".".join(node.parts[used:])
                work.report(
                    UnknownName(
                        name=rest, where=f"in {declared.node.name}, which is a metric", span=node.span
                    )
                )
                return None
            known = metric(work, declared, node, place)
            return _by_ways_around(work, declared, known, at.via) if known is not None and at.via else known
        case (Declared(sort="entity") as declared, used):
            _column(work, declared, node, used)
        case (Declared(sort="param") as declared, used):
            return parameter(work, declared, node, used)
        case (Declared(sort="broken", name=name), _):
            work.lost(name)
        case (Declared(sort=sort), _):
            fix = {
                "segment": f"say `where {written}` behind a metric",
                "define": f"call it: {written}(…)",
                "unit": f"state it behind a number: `… as {written}`",
            }.get(sort, "")
            work.report(
                WrongSortOfName(name=written, sort=sort, expected="a metric", fix=fix, span=node.span)
            )
    return None


def metric(work: Work, declared: Declared, node: nodes.Name, place: Place) -> Named | None:
    """A metric used by name."""
    found = work.ask(("metric", declared.name))
    if found is None:
        return None
    assert isinstance(found, Metric), "a metric is kept under its name"
    if found.properties.get("status") == ("deprecated",):
        instead = replacement(declared, work.world, node, place.scope)
        work.report(DeprecatedName(name=declared.node.name, instead=instead, span=node.span))
    return Named(type=found.type.named, span=node.span, metric=declared.name, body=found.formula)


def _by_ways_around(work: Work, declared: Declared, known: Named, via: tuple[str, ...]) -> Result:
    """A metric by its name, all that its formula looks for going by the ways that are named around it: as if it were written there.

    `per_rep via creator` of `metric per_rep = avg(deals per rep)` is `avg(deals per rep) via creator`.
    """
    written = known.metric, via
    if written not in work.by_ways:
        work.by_ways[written] = _read_by_ways(work, declared, known, via)
    body = work.by_ways[written]
    return None if body is None else evolve(known, body=body)


def _read_by_ways(work: Work, declared: Declared, known: Named, via: tuple[str, ...]) -> Result:
    node = declared.node
    assert isinstance(node, nodes.MetricDecl), "sorts follow node classes"
    before = len(work.problems)
    body = group(work, node.formula, Place(declared.scope), GroupPlace(via=via))
    told = [one for one in work.problems[before:] if one.severity is Severity.ERROR]
    del work.problems[before:]  # hints have been given where the metric is declared
    if body is None:
        for one in told:
            text = f"{node.name} does not go by `via {' '.join(via)}`: {one.message()}"
            fix = "write its formula in its place, with `via` where it is needed"
            work.report(WrongArguments(text=text, fix=fix, span=known.span))
        return None
    if body.type != known.type:
        body = evolve(body, type=known.type)
    if isinstance(known.body, WithEmpty):
        body = evolve(known.body, body=body)
    return map_aggregates(body, lambda one: evolve(one, metrics=(*one.metrics, known.metric)))


def _column(work: Work, declared: Declared, node: nodes.Name, used: int) -> None:
    """Report an entity or a column where a metric is needed."""
    suggestion = "count"
    if used < len(node.parts):
        header = work.world.headers[declared.name]
        last = node.parts[used]
        if used + 1 == len(node.parts) and last not in header.joins:
            if last in header.lost:
                work.silently(header.lost[last])
                return
            if last not in header.stored and last not in header.derived:
                close = tuple(f"{'.'.join(node.parts[:used])}.{n}" for n in near(last, header.columns()))
                work.report(UnknownName(name=last, where=f"in {header.short}", near=close, span=node.span))
                return
            kind = header.stored[last].type.kind if last in header.stored else None
            suggestion = "sum" if _added(kind) else "count"
            written = header.derived.get(last)
            if isinstance(written, nodes.FactMember):
                suggestion = "sum"
            if suggestion == "sum" and header.declared_types[last].unit == SHARE:
                suggestion = ""
    work.report(ColumnOutsideAggregate(name=node.text, suggestion=suggestion, span=node.span))


def _unknown(work: Work, node: nodes.Name, place: Place, at: GroupPlace) -> None:
    if unknown_in_package(work, node, place.scope, "metric", "param"):
        return
    if place.scope.incomplete:
        work.silently(place.scope.missing)
        return
    first = node.parts[0]
    world = work.world
    for header in world.headers.values():
        if len(node.parts) > 1 or first not in header.declared_types or header.declared.sort != "entity":
            continue
        visible = world.directory.lookup(place.scope, (header.declared.node.name,)) is not None
        if visible and not near(first, world.directory.visible(place.scope, "metric")):
            full = f"{header.declared.node.name}.{first}"
            suggestion = "sum" if _added(header.declared_types[first].kind) else "count"
            work.report(ColumnOutsideAggregate(name=full, suggestion=suggestion, span=node.span))
            return
    if bare_grain(node) is not None:
        fix = f"the mean of the {first}s is `avg(… per {first})`; a value for each day is `… / (period.length / 1 day)`"
        work.report(WrongSortOfName(name=first, sort="period", expected="a metric", fix=fix, span=node.span))
        return
    if len(node.parts) == 1:
        elsewhere = declared_elsewhere(world.directory, place.scope, first, "metric", "param")
        if elsewhere:
            work.report(
                UnknownName(
                    name=first, near=elsewhere, hint=brought_in(elsewhere, place.scope), span=node.span
                )
            )
            return
    kept = world.directory.lookup(place.scope, node.parts, REPORTS)
    if isinstance(kept, tuple) and kept[1] == len(node.parts):
        hint = f"`{node.text}` is a {kept[0].sort}, a whole question: it is asked for alone, without further columns or clauses."
        work.report(UnknownName(name=first, hint=hint, span=node.span))
        return
    close = _meant(work, node, place, at)
    work.report(UnknownName(name=first, near=close, span=node.span))


def _meant(work: Work, node: nodes.Name, place: Place, at: GroupPlace) -> tuple[str, ...]:
    """What may be meant by a name that nothing has: a metric, a column of the question, a parameter; else the rows of an
    entity, or its columns, aggregated.
    """
    directory = work.world.directory
    if len(node.parts) == 1:
        visible = directory.visible(place.scope, "metric", "param")
        close = near(node.text, (*at.columns, *(n for n in visible if not _around(work, n, node, place))))
        return close or tuple(
            f"count({e})" for e in near(node.text, directory.visible(place.scope, "entity"))
        )
    packaged = near(node.text, (declared.name for declared in directory.all("metric")))
    if packaged:
        return packaged
    entities = near(node.parts[0], directory.visible(place.scope, "entity"))
    written = ((entity, *node.parts[1:]) for entity in entities)
    columns = possible(work, node, written, place, RowPlace(None, bare=False))
    return tuple(f"{_likely(work, column, place)}({column})" for column in columns)


def _around(work: Work, name: str, node: nodes.Name, place: Place) -> bool:
    """Whether a metric is the one in whose formula a name stands: it is not what the name means."""
    found = work.world.directory.lookup(place.scope, (name,))
    span = found[0].node.span if isinstance(found, tuple) else None
    return (
        span is not None
        and span.file == node.span.file
        and span.start <= node.span.start
        and node.span.end <= span.end
    )


def _added(kind: Kind | None) -> bool:
    """Whether values of a kind are likely to be added up: numbers and lengths of time."""
    return kind is Kind.DURATION or (kind is not None and kind.numeric)


def _likely(work: Work, column: str, place: Place) -> str:
    """What a column is likely to be aggregated by."""
    first, *rest = column.split(".")
    found = work.world.directory.lookup(place.scope, (first,))
    header = work.world.headers.get(found[0].name) if isinstance(found, tuple) else None
    kind = header.declared_types[rest[0]].kind if header and rest[0] in header.declared_types else None
    return "sum" if len(rest) == 1 and _added(kind) else "count"


def _call(work: Work, node: nodes.Call, place: Place, at: GroupPlace) -> Result:
    name = node.function
    registry = work.world.registry

    def read(inner: nodes.Expr, where: Place) -> Result:
        return group(work, inner, where, at)

    before = len(work.problems)
    if aggregation_by_name(registry, name):
        found = _aggregation(work, node, place, at)
        if found is None and node.arguments:
            tell_whole(work, before, node)
        return found
    if name in CONVERSIONS and define_of(work, name, place) is None:
        return conversion(work, node, place)
    if name in OF_CHANCE and define_of(work, name, place) is None:
        return of_chance(work, node, place, read)
    if name in CONTEXT_FUNCTIONS and define_of(work, name, place) is None:
        found = context_function(work, node, place, read)
        if found is None and node.arguments:
            tell_whole(work, before, node)
        return found
    if name == "convert_unit" and define_of(work, name, place) is None:
        return convert_unit(work, node, place, read)
    if name == "business_time" and define_of(work, name, place) is None:
        return business_time(work, node, place, read)
    if name in registry.result_functions:
        return result_call(work, node, place, read, partial(_chosen_by, work, at=at))
    if not callable_by_name(registry, name):
        declared = define_of(work, name, place)
        if declared is not None:
            bound = put_in(work, declared, node, place)
            return None if bound is None else group(work, bound.value, bound.place, at)
        if name == "convert":
            text = "convert takes the amounts of rows, each at the rate of its own day"
            work.report(
                WrongArguments(text=text, fix="write sum(convert(order.amount, EUR))", span=node.span)
            )
        elif name == "age":
            text = "age counts the periods from a date to the own time of each row, which a group has not"
            fix = "group by it, `by age(account.joined_on, month)`, or put it inside an aggregate"
            work.report(WrongArguments(text=text, fix=fix, span=node.span))
        else:
            unknown_function(work, node, place)
        return None
    arguments: list[Expression] = []
    fine = True
    for index, argument in enumerate(node.arguments):
        if argument.name is not None or argument.distinct:
            word = f"{argument.name}:" if argument.name else "distinct"
            work.report(WrongArguments(text=f"{name} does not take `{word}`", span=argument.span))
            fine = False
            continue
        found = grain_constant(name, index, argument.value) or group(work, argument.value, place, at)
        if found is None:
            fine = False
        else:
            arguments.append(found)
    if not fine:
        _texts_of_rows(work, before, node)
    return call(work, name, tuple(arguments), node.span) if fine else None


def _texts_of_rows(work: Work, before: int, node: nodes.Call) -> None:
    """A text or a date of a row in a function: a number of them, which is proposed elsewhere, is none that the function could take."""
    named = {argument.value.span for argument in node.arguments}
    for at, problem in enumerate(work.problems[before:], before):
        told = isinstance(problem, ColumnOutsideAggregate) and problem.suggestion == "count"
        if told and problem.span in named:
            assert isinstance(problem, ColumnOutsideAggregate), "told of one"
            work.problems[at] = ColumnOutsideAggregate(
                name=problem.name, suggestion="", chosen=problem.chosen, inside=flat(node), span=problem.span
            )


def _aggregation(work: Work, node: nodes.Call, place: Place, at: GroupPlace) -> Result:
    """An aggregate of rows, or of members."""
    level = level_of(work, node.arguments[0].value, place) if node.arguments else None
    if level is None or node.arguments[0].distinct:
        return aggregate(work, node, place, at.via)
    at = _by_ways(at, level.rest, level.place)
    choose = partial(_chosen_by, work, at=at)

    def read(inner: nodes.Expr, where: Place) -> Result:
        return group(work, inner, where, at)

    if level.per is not None:
        return members(work, node, level, read, choose)
    counted = counted_of(level) if node.function == "count" else None
    found = None
    if counted is not None:
        found = work.world.directory.lookup(counted.place.scope, counted.name.parts)
    if isinstance(found, tuple) and found[0].sort == "broken":
        work.lost(found[0].name)
        return None
    entity = isinstance(found, tuple) and found[0].sort == "entity" and len(node.arguments) == 1
    if counted is None or not isinstance(found, tuple) or not entity or found[1] < len(counted.name.parts):
        if node.function != "count" or isinstance(found, tuple) or read(level.body, level.place) is not None:
            no_level(work, level, node, inside=node.function)
        return None
    return chosen(work, node, level, counted, found[0].name, choose)


def _chosen_by(work: Work, node: nodes.Expr, place: Place, *, at: GroupPlace) -> Result:
    return having(work, node, place, at)


def _in_context(work: Work, node: nodes.InContext, place: Place, at: GroupPlace) -> Result:
    if any(isinstance(word, nodes.Per | nodes.Having) for word in node.words):
        level = level_of(work, node, place)
        assert level is not None, "a word of a level makes one"
        no_level(work, level, node)
        return None
    words = read_words(work, node.words, place)
    if words is None or not joins_there_are(work, words.via):
        return None
    before = len(work.problems)
    body = group(work, node.body, place, _by_ways(at, node.words, place))
    if words.at is not None or words.open is not None:
        dates_said(work, before)
    found = None if body is None else push(work, body, words)
    if found is None or adds_open_again(work, found, words.open[0] if words.open else None):
        return None
    return found


def _by_ways(at: GroupPlace, words: Sequence[nodes.ContextWord], place: Place) -> GroupPlace:
    """The place inside words of context: what is looked for there goes by the ways that they name."""
    named = [opened_argument(w.join, place)[0] for w in reversed(words) if isinstance(w, nodes.Via)]
    ways = [name.text for name in named if isinstance(name, nodes.Name)]
    return evolve(at, via=(*at.via, *ways)) if ways else at
