"""Parameters, units, rates, calendars and policies as units."""

from metricdsl.diagnostics.width import width
from metricdsl.source import SourceFile
from metricdsl.syntax import nodes as n
from metricdsl.syntax.format_formula import (
    LINE,
    STEP,
    digits,
    dotted,
    flat,
    indented,
    lines,
    quoted,
    unit_word,
    written_type,
)
from metricdsl.syntax.format_unit import (
    Line,
    Unit,
    defined,
    in_braces,
    label_of,
    line_of,
    opened,
    origin,
    whole,
    with_block,
)
from metricdsl.syntax.split import CONTINUING

_TIMES = ("second", "minute", "hour", "day", "week", "month", "quarter", "year")
_READ_AS_TIMES = frozenset(f"{time}s" for time in _TIMES)


def param(node: n.ParamDecl) -> list[Unit]:
    """A parameter with its default."""
    written = "" if node.type is None else f" : {written_type(node.type)}"
    head = f"param {quoted(node.name, CONTINUING)}{label_of(node.label)}{written} ="
    return defined(node, head, node.default, node.properties, 1)


def unit(node: n.UnitDecl) -> list[Unit]:
    """A unit, and how much of others it is."""
    head = f"unit {quoted(node.name, CONTINUING)}{label_of(node.label)}"
    end = node.name_span.end
    if node.multiple is not None:
        head += f" = {_multiple(node.multiple)}"
        end = node.multiple.span.end
    return with_block(node, [head], end, node.properties)


def _multiple(node: n.Multiple) -> str:
    (first, _), *rest = node.factors
    if first in _TIMES:
        said = f"{digits(node.amount)} {first}{'' if node.amount == 1 else 's'}"
    else:
        said = f"{digits(node.amount)} {unit_word(first, _READ_AS_TIMES)}"
    return said + "".join(f" {'/' if power < 0 else '*'} {unit_word(name)}" for name, power in rest)


def rates(node: n.RatesDecl, source: SourceFile) -> list[Unit]:
    """Where rates come from, and by which rule."""
    rule = "" if node.rule is None else f" by {node.rule}"
    head = f"rates {quoted(node.name, CONTINUING)}{label_of(node.label)} from {origin(node.origin, node.origin_span, source)}"
    end = node.origin_span.end if node.rule_span is None else node.rule_span.end
    return opened(node, [head + rule], end, in_braces([line_of(p) for p in node.properties]))


def calendar(node: n.CalendarDecl, source: SourceFile) -> list[Unit]:
    """A calendar: its rules and properties."""
    place = node.origin_span
    behind = "" if node.origin is None else f" from {origin(node.origin, place, source)}"
    inside = [line_of(p) for p in node.properties]
    if node.year is not None:
        year = node.year
        day = f"{year.month:02}-{year.day:02}"
        rule = "" if year.weekday is None else f"{quoted(year.weekday)} {year.rule} "
        inside.append(Line(year.span, "year", items=(f"starts {rule}{day}",)))
    if node.quarter is not None:
        weeks = "-".join(map(str, node.quarter.weeks))
        inside.append(Line(node.quarter.span, "quarter", items=(weeks,)))
    inside += [Line(open_.span, "hours", items=_hours(open_)) for open_ in node.hours]
    for closed in node.holidays:
        days = tuple(map(_holiday, closed.days))
        said = days if closed.origin is None else (f"from {dotted(closed.origin)}",)
        inside.append(Line(closed.span, "holidays", items=said))
    head = f"calendar {quoted(node.name, CONTINUING)}{label_of(node.label)}{behind}"
    return opened(node, [head], place.end if place is not None else node.name_span.end, in_braces(inside))


def _hours(node: n.OpenHours) -> tuple[str, ...]:
    """What stands between commas: `monday to thursday`, `saturday 09:00 to 12:00`, `13:00 to 17:30`."""
    *first, last = (_weekdays(days) for days in node.days)
    opens, *others = (_stretch(stretch) for stretch in node.stretches)
    return (*first, f"{last} {opens}", *others)


def _weekdays(node: n.Weekdays) -> str:
    return " to ".join(dotted(name) for name in (node.first, node.last) if name is not None)


def _stretch(node: n.Stretch) -> str:
    return " to ".join(f"{minutes // 60:02}:{minutes % 60:02}" for minutes in (node.start, node.end))


def _holiday(node: n.Holiday) -> str:
    said = flat(node.day)
    return said if node.closed is None else f"{said} {_stretch(node.closed)}"


def policy(node: n.PolicyDecl) -> list[Unit]:
    """Who sees which rows."""
    if node.condition is None:
        return [whole(node, [f"policy open on {dotted(node.entity)}"])]
    head = f"policy on {dotted(node.entity)} {{"
    said = f"{head} {flat(node.condition, 1)} }}"
    if width(said) <= LINE:
        return [whole(node, [said])]
    return [whole(node, [head, *indented(lines(node.condition, LINE - len(STEP), 1)), "}"])]
