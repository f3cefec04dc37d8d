"""`business_time(opened_at, answered_at, office)`: how long a calendar was open between two moments, of a row as of groups."""

from collections.abc import Callable

from attrs import evolve

from metricdsl.analysis.calls import call
from metricdsl.analysis.defines import argument_of
from metricdsl.analysis.directory import CALENDARS, Clash, Declared
from metricdsl.analysis.holidays import place_of, rows_of
from metricdsl.analysis.literals import constant
from metricdsl.analysis.opening_hours import opening_hours
from metricdsl.analysis.world import Place, Result, Work
from metricdsl.diagnostics.near import near
from metricdsl.diagnostics.problems.ambiguity import AmbiguousName
from metricdsl.diagnostics.problems.formulas import WrongArguments
from metricdsl.diagnostics.problems.names import UnknownName
from metricdsl.diagnostics.problems.opening_hours import NoOpeningHours
from metricdsl.diagnostics.problems.packages import WrongSortOfName
from metricdsl.model.opening_hours import OpeningHours
from metricdsl.syntax import nodes

SHAPE = "business_time(ticket.opened_at, ticket.answered_at, office)"


def business_time(
    work: Work, node: nodes.Call, place: Place, read: Callable[[nodes.Expr, Place], Result]
) -> Result:
    """The open time from the first moment to the second; `read` reads formulas, of rows or of groups."""
    arguments = node.arguments
    if len(arguments) != 3 or any(a.name is not None or a.distinct for a in arguments):
        text = "business_time takes two dates or timestamps and a calendar"
        work.report(WrongArguments(text=text, fix=f"write {SHAPE}", span=node.span))
        return None
    times = [read(argument.value, place) for argument in arguments[:2]]
    hours = _hours(work, arguments[2].value, place)
    first, second = times
    if first is None or second is None or hours is None:
        return None
    named = constant(nodes.Text(value=hours.text, span=arguments[2].span))
    return call(work, "business_time", (first, second, named), node.span)


def _hours(work: Work, node: nodes.Expr, place: Place) -> OpeningHours | None:
    """When the calendar that is named is open."""
    while isinstance(node, nodes.Name) and (bound := argument_of(node, place)) is not None:
        node, place = bound.value, bound.place
    if not isinstance(node, nodes.Name):
        text = "behind the two times stands the name of a calendar"
        work.report(WrongArguments(text=text, fix=f"write {SHAPE}", span=node.span))
        return None
    declared = _calendar(work, node, place)
    if declared is None:
        return None
    node_ = declared.node
    assert isinstance(node_, nodes.CalendarDecl), "that is what was looked for"
    hours, problems = opening_hours(node_)
    if problems:
        work.silently(problems)
    elif hours is None:
        others = _with_hours(work, place)
        work.report(NoOpeningHours(name=node_.name, others=others, span=node.span))
    elif place_of(node_) is not None:
        rows = rows_of(declared, work.world)
        if wrong := work.world.headers[rows].unsound:
            work.silently(wrong)
            return None
        return evolve(hours, table=rows)
    return hours


def _calendar(work: Work, name: nodes.Name, place: Place) -> Declared | None:
    """The calendar of a name."""
    directory = work.world.directory
    found = directory.lookup(place.scope, name.parts, CALENDARS)
    if isinstance(found, Clash):
        work.report(AmbiguousName(name=name.text, candidates=found.candidates, span=name.span))
        return None
    if found is not None and found[1] == len(name.parts) and isinstance(found[0].node, nodes.CalendarDecl):
        return found[0]
    other = directory.lookup(place.scope, name.parts)
    if isinstance(other, tuple) and other[0].sort == "broken":
        work.lost(other[0].name)
    elif isinstance(other, tuple) and other[1] == len(name.parts):
        sort = other[0].sort
        work.report(
            WrongSortOfName(name=name.text, sort=sort, expected="a calendar with hours", span=name.span)
        )
    elif place.scope.incomplete:
        work.silently(place.scope.missing)
    else:
        close = near(name.text, _with_hours(work, place))
        hint = (
            f"It is declared as in `calendar {name.parts[-1]} {{ hours monday to friday 09:00 to 17:30 }}`."
        )
        if len(name.text.split(".")) > 1:
            hint = "business_time takes a calendar by its name, and no period of one."
        where = "among the calendars"
        work.report(
            UnknownName(name=name.text, where=where, near=close, hint="" if close else hint, span=name.span)
        )
    return None


def _with_hours(work: Work, place: Place) -> tuple[str, ...]:
    """The names of the calendars that can be named here and say when they are open."""
    directory = work.world.directory
    visible = set(directory.visible(place.scope, space=CALENDARS))
    nodes_ = (declared.node for declared in directory.all("calendar"))
    return tuple(
        one.name
        for one in nodes_
        if isinstance(one, nodes.CalendarDecl) and one.hours and one.name in visible
    )
