"""Row formulas: what is calculated for one row of an entity."""

from attrs import evolve

from metricdsl.analysis.ages import age
from metricdsl.analysis.business_time import business_time
from metricdsl.analysis.calendar_names import bare_grain
from metricdsl.analysis.calendars import report_period
from metricdsl.analysis.calls import call, condition
from metricdsl.analysis.columns import column
from metricdsl.analysis.convert import convert
from metricdsl.analysis.convert_unit import convert_unit
from metricdsl.analysis.defines import argument_of, as_declared, define_of, put_in
from metricdsl.analysis.directory import Declared, Scope
from metricdsl.analysis.find import Target, find
from metricdsl.analysis.function_names import callable_by_name
from metricdsl.analysis.literals import constant
from metricdsl.analysis.operators import operation, several, several_periods
from metricdsl.analysis.other_packages import as_written
from metricdsl.analysis.params import parameter
from metricdsl.analysis.rows_of_nobody import tell_rows_of_nobody
from metricdsl.analysis.stated import in_unit
from metricdsl.analysis.vocabulary import (
    CONTEXT_FUNCTIONS,
    GRAIN_FUNCTIONS,
    unknown_function,
)
from metricdsl.analysis.world import MOST_LEVELS, Place, Result, RowPlace, Work
from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problems.aggregation import MetricInsideAggregate
from metricdsl.diagnostics.problems.formulas import TooManyLevels, WrongArguments
from metricdsl.diagnostics.problems.names import UnknownName
from metricdsl.diagnostics.problems.packages import WrongSortOfName
from metricdsl.diagnostics.problems.paths import Unreachable
from metricdsl.diagnostics.problems.result_functions import ResultFunctionInside
from metricdsl.model.calendar import GRAINS
from metricdsl.model.formula import ColumnRef, Constant, Expression, Today
from metricdsl.model.types import DATE, UNKNOWN
from metricdsl.syntax import nodes
from metricdsl.syntax.format_formula import flat


def row(work: Work, node: nodes.Expr, place: Place, rows: RowPlace) -> Result:
    """The row expression of a formula, from the home of `rows`."""
    work.level += 1
    if work.level > MOST_LEVELS:
        work.level -= 1
        work.report(TooManyLevels(name="this formula", limit=MOST_LEVELS, span=node.span))
        return None
    try:
        match node:
            case nodes.Name():
                return _name(work, node, place, rows)
            case nodes.Call():
                return _call(work, node, place, rows)
            case nodes.InContext():
                return _in_context(work, node, place, rows)
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
                return operation(work, node, lambda operand: row(work, operand, place, rows))
            case nodes.DurationLiteral(cells=nodes.Name()):
                several_periods(work, node)
                return None
            case _:
                return constant(node)
    finally:
        work.level -= 1


def row_condition(work: Work, node: nodes.Expr, place: Place, rows: RowPlace) -> Result:
    """The row expression of a condition."""
    found = row(work, node, place, rows)
    if found is None:
        return None
    tell_rows_of_nobody(work, found, rows.home)
    return condition(work, found)


def _name(work: Work, node: nodes.Name, place: Place, rows: RowPlace) -> Result:
    bound = argument_of(node, place)
    if bound is not None:
        return as_declared(work, bound, row(work, bound.value, bound.place, rows))
    if rows.table:
        return _table_column(work, node, place, rows)
    if work.implied is not None and len(node.parts) == 1 and rows.home is not None and rows.bare:
        header = work.world.headers[rows.home]
        known = header.stored.keys() | header.derived.keys() | header.joins.keys() | header.lost.keys()
        segment = work.world.directory.lookup(place.scope, node.parts)
        if header.table_types is None and node.text not in {*known, "today"} and segment is None:
            work.implied.setdefault(node.parts[0], UNKNOWN)
            return ColumnRef(type=UNKNOWN, span=node.span, path=(), entity=header.name, column=node.parts[0])
    if node.text == "today" and not _named_today(work, place, rows):
        return Today(type=evolve(DATE, nullable=False), span=node.span)
    found = find(work, node, place, rows)
    match found:
        case None:
            return None
        case Target():
            return column(work, found, node)
        case Declared(sort="segment"):
            return _segment(work, found, node, place, rows)
        case Declared(sort="param"):
            return parameter(work, found, node)
        case Declared(sort="metric") if rows.children:
            return work.world.children(work, node, place, rows)
        case Declared(sort="metric"):
            inside = rows.inside
            if inside or rows.bare:
                short = work.world.headers[rows.home].short if rows.home is not None else "…"
                fix = (
                    f"choose by a metric with `having`: count(… having {node.text} > …)"
                    if inside == "count_rows"
                    else f"count the rows that have it: count({short} having {node.text} > …) / count({short})"
                    if inside == "rate"
                    else f"take the metric of each member: {inside}({node.text} per …)"
                    if inside in work.world.registry.aggregations
                    else ""
                )
                work.report(MetricInsideAggregate(name=node.text, function=inside, fix=fix, span=node.span))
            else:
                fix = f"say it in `having`: having {node.text} > …"
                expected = "a dimension or condition of rows"
                work.report(
                    WrongSortOfName(name=node.text, sort="metric", expected=expected, fix=fix, span=node.span)
                )
        case Declared(sort=sort):
            work.report(
                WrongSortOfName(name=node.text, sort=sort, expected="a column or dimension", span=node.span)
            )
    return None


def _named_today(work: Work, place: Place, rows: RowPlace) -> bool:
    """Whether something of the project is called today."""
    if work.world.directory.lookup(place.scope, ("today",)) is not None:
        return True
    if rows.home is None or not rows.bare:
        return False
    header = work.world.headers[rows.home]
    return any("today" in names for names in (header.stored, header.derived, header.joins, header.lost))


def _table_column(work: Work, node: nodes.Name, place: Place, rows: RowPlace) -> Result:
    """A column of the table below, in a source's formula; by a dotted name, which no column has, a parameter."""
    assert rows.home is not None, "a source is read for an entity"
    found = work.world.directory.lookup(place.scope, node.parts) if len(node.parts) > 1 else None
    if isinstance(found, tuple) and found[0].sort == "param" and found[1] == len(node.parts):
        return parameter(work, found[0], node, found[1])
    header = work.world.headers[rows.home]
    types = header.table_types
    name = node.parts[0]
    if len(node.parts) > 1 or (types is not None and name not in types):
        close = near(node.text, types or ())
        where = f"in the table {header.table.name}"
        work.report(UnknownName(name=node.text, where=where, near=close, span=node.span))
        return None
    type_ = UNKNOWN if types is None else types[name]
    return ColumnRef(type=type_, span=node.span, path=(), entity=header.name, column=name)


def _segment(work: Work, declared: Declared, node: nodes.Name, place: Place, rows: RowPlace) -> Result:
    """A segment's condition, its names looked for from this home."""
    if work.ask(("segment", declared.name)) is None:
        return None
    segment = declared.node
    assert isinstance(segment, nodes.SegmentDecl), "sorts follow node classes"
    anchored = RowPlace(rows.home, bare=False, via=rows.via, inside=rows.inside, around=rows.around)
    before = len(work.problems)
    found = row(work, segment.condition, Place(declared.scope), anchored)
    _point_at(work, before, node)
    if not work.trial:
        _namesakes(work, before, declared, place.scope, anchored)
    return found


def _namesakes(work: Work, before: int, declared: Declared, scope: Scope, rows: RowPlace) -> None:
    """Where a segment's names are not reached, the segments that are called so elsewhere and whose names are."""
    directory = work.world.directory
    for at in range(before, len(work.problems)):
        problem = work.problems[at]
        if not isinstance(problem, Unreachable):
            continue
        meant = []
        for other in directory.all("segment"):
            trial = Work(work.world, work.need, trial=True)
            if other.node.name == declared.node.name and other is not declared:
                assert isinstance(other.node, nodes.SegmentDecl), "sorts follow node classes"
                if row(trial, other.node.condition, Place(other.scope), rows) is not None:
                    meant.append(as_written(directory, scope, other.name))
        if meant:
            work.problems[at] = problem.with_near(meant)


def _point_at(work: Work, before: int, node: nodes.Name) -> None:
    """Problems that a right segment has only from this home are shown where it is used."""
    for at in range(before, len(work.problems)):
        work.problems[at] = work.problems[at].at(node.span)


def _call(work: Work, node: nodes.Call, place: Place, rows: RowPlace) -> Result:
    name = node.function
    registry = work.world.registry
    if name in registry.aggregations or name in {"count", "rate"}:
        if rows.children:
            return work.world.children(work, node, place, rows)
        work.report(MetricInsideAggregate(name=f"{name}(…)", function=rows.inside, span=node.span))
        return None
    if name == "age" and define_of(work, name, place) is None:
        return age(work, node, place, rows, row)
    if name == "convert" and define_of(work, name, place) is None:
        return convert(work, node, place, rows, row)
    if name == "convert_unit" and define_of(work, name, place) is None:
        return convert_unit(work, node, place, lambda inner, where: row(work, inner, where, rows))
    if name == "business_time" and define_of(work, name, place) is None:
        return business_time(work, node, place, lambda inner, where: row(work, inner, where, rows))
    if name in registry.result_functions:
        if rows.children:
            return work.world.children(work, node, place, rows)
        work.report(ResultFunctionInside(function=name, inside="a formula of rows", span=node.span))
        return None
    if not callable_by_name(registry, name):
        if name in CONTEXT_FUNCTIONS and define_of(work, name, place) is None:
            if rows.children:
                return work.world.children(work, node, place, rows)
            work.report(
                MetricInsideAggregate(
                    name=f"{name}(…)",
                    function=rows.inside,
                    fix=_of_a_group(work, node, place, rows),
                    span=node.function_span,
                )
            )
            return None
        declared = define_of(work, name, place)
        if declared is not None:
            bound = put_in(work, declared, node, place)
            return None if bound is None else row(work, bound.value, bound.place, rows)
        unknown_function(work, node, place)
        return None
    arguments: list[Expression] = []
    fine = True
    for at, argument in enumerate(node.arguments):
        found = _argument(work, name, at, argument, place, rows)
        if found is None:
            fine = False
        else:
            arguments.append(found)
    return call(work, name, tuple(arguments), node.span) if fine else None


def _of_a_group(work: Work, node: nodes.Call, place: Place, rows: RowPlace) -> str:
    """Where a function of groups, met among rows, belongs: around an aggregate of its columns; of a metric, to `having`."""
    first = node.arguments[0].value if node.arguments else None
    found = work.world.directory.lookup(place.scope, first.parts) if isinstance(first, nodes.Name) else None
    of_metric = isinstance(found, tuple) and found[0].sort == "metric"
    of_metric = of_metric or (
        isinstance(first, nodes.Call) and first.function in work.world.registry.aggregations
    )
    inside = {"count_rows": "count", "count_distinct": "count"}.get(rows.inside, rows.inside)
    if not of_metric:
        written = "…" if first is None else flat(first)
        return f"put the aggregate inside: {node.function}({inside or 'sum'}({written}), …)"
    condition_ = f"having {flat(node)} {'<=' if node.function in {'rank', 'rank_share'} else '>'} …"
    if not inside:
        return f"say it in `having`: {condition_}"
    of = "…" if inside == "count" else "… per …"
    return f"choose by it with `having`: {inside}({of} {condition_})"


def _argument(
    work: Work, function: str, at: int, argument: nodes.Argument, place: Place, rows: RowPlace
) -> Result:
    """One argument of a scalar function; a bare grain is a constant where the function takes one."""
    if argument.name is not None or argument.distinct:
        word = f"{argument.name}:" if argument.name else "distinct"
        work.report(WrongArguments(text=f"{function} does not take `{word}`", span=argument.span))
        return None
    value = argument.value
    grain = grain_constant(function, at, value)
    grains = grain is None and function in GRAIN_FUNCTIONS and at > 0
    if grains and isinstance(value, nodes.Name) and report_period(work, value, place.scope):
        return None
    if grains and _unknown_word(value, place):
        text = f"{function} needs a grain: {', '.join(GRAINS)}"
        close = near(flat(value), GRAINS)
        fix = f"write {close[0]}" if close else ""
        work.report(WrongArguments(text=text, fix=fix, span=value.span))
        return None
    return grain or row(work, value, place, rows)


def _unknown_word(node: nodes.Expr, place: Place) -> bool:
    """Whether a single word stands there that no parameter stands for."""
    return isinstance(node, nodes.Name) and len(node.parts) == 1 and node.text not in place.arguments


def grain_constant(function: str, at: int, node: nodes.Expr) -> Constant | None:
    """`month` in `start_of(d, month)`: the name of a grain."""
    grain = bare_grain(node) if function in GRAIN_FUNCTIONS and at > 0 else None
    return None if grain is None else constant(nodes.Text(value=grain, span=node.span))


def constant_text(node: nodes.Name) -> Constant:
    """A word as a constant text."""
    return constant(nodes.Text(value=node.text, span=node.span))


def _in_context(work: Work, node: nodes.InContext, place: Place, rows: RowPlace) -> Result:
    stated = [word for word in node.words if isinstance(word, nodes.As)]
    if len(stated) == len(node.words):  # a unit is stated of a column as of a metric
        found = row(work, node.body, place, rows)
        for word in stated:
            found = None if found is None else in_unit(work, found, word, place)
        return found
    if any(isinstance(word, nodes.Per) for word in node.words):
        return work.world.children(work, node, place, rows)
    if rows.children:
        return work.world.children(work, node, place, rows)
    said = type(node.words[0]).__name__.lower()
    text = f"`{said}` stands inside the calculation of a row; put it at the end of the aggregate's argument"
    work.report(WrongArguments(text=text, span=node.words[0].span))
    return None
